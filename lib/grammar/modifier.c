/* modifier.c - lists of options in parentheses that extensions add to commands. */
#include "grammar/modifier.h"

#include "base/text.h"

/* The index of the modifier of that name; that of the table's end when there is none. */
static size_t find(const struct modifier *table, struct roost_text word)
{
	size_t i = 0;

	while (table[i].name != NULL && !text_equal_nocase(word, text_from(table[i].name))) {
		i++;
	}
	return i;
}

bool modifier_parse_list(struct lexer *lexer, struct command *command, const char *owner,
	const struct modifier *table)
{
	uint32_t seen = 0; /* a bit for each row of the table */

	if (lexer->end - lexer->at < 2 || lexer->at[0] != ' ' || lexer->at[1] != '(') {
		return lexer->status == 0;
	}
	lexer->at += 2;
	do {
		struct roost_text word;
		if (!lexer_word(lexer, "a modifier", &word)) {
			return false;
		}
		size_t i = find(table, word);
		if (table[i].name == NULL) {
			return lexer_fail_about(lexer, "Unknown modifier ", word);
		}
		if ((seen & 1u << i) != 0) {
			return lexer_fail_about(lexer, "A modifier stands twice: ", word);
		}
		seen |= 1u << i;
		lexer->after = table[i].name;
		if (!table[i].parse(lexer, command)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = owner;
	return true;
}

bool modifier_parse_modseq(struct lexer *lexer, uint64_t min, uint64_t *modseq_out)
{
	return lexer_number(lexer, "a mod-sequence", min, MODSEQ_MAX, modseq_out);
}
