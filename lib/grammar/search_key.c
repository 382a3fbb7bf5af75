/* search_key.c - what SEARCH asks for, as the client put it. */
#include "grammar/search_key.h"

#include <roost/flags.h>
#include <roost/limits.h>

#include "base/text.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "grammar/lexer.h"
#include "grammar/modifier.h"

/* What stands behind the name of a key. */
enum operand {
	OPERAND_NONE,
	OPERAND_TEXT,
	OPERAND_FIELD, /* a field name and a text */
	OPERAND_KEYWORD,
	OPERAND_DAY,
	OPERAND_NUMBER,
	OPERAND_SET,
	OPERAND_ID, /* an object id: RFC 8474 */
	OPERAND_SECONDS,
	OPERAND_MODSEQ, /* a mod-sequence, perhaps of one flag */
	OPERAND_KEY,
	OPERAND_TWO_KEYS,
	OPERAND_NEW, /* nothing, but it stands for two keys */
};

struct key_name {
	const char *name;
	enum search_key_kind kind;
	enum operand operand;
	bool negated; /* the key stands for NOT of that */
	unsigned system_flag;
	const char *header;
};

static const struct key_name key_names[] = {
	{ "ALL", SEARCH_ALL, OPERAND_NONE, false, 0, NULL },
	{ "ANSWERED", SEARCH_FLAG, OPERAND_NONE, false, ROOST_FLAG_ANSWERED, NULL },
	{ "BCC", SEARCH_HEADER, OPERAND_TEXT, false, 0, "Bcc" },
	{ "BEFORE", SEARCH_BEFORE, OPERAND_DAY, false, 0, NULL },
	{ "BODY", SEARCH_BODY, OPERAND_TEXT, false, 0, NULL },
	{ "CC", SEARCH_HEADER, OPERAND_TEXT, false, 0, "Cc" },
	{ "DELETED", SEARCH_FLAG, OPERAND_NONE, false, ROOST_FLAG_DELETED, NULL },
	{ "DRAFT", SEARCH_FLAG, OPERAND_NONE, false, ROOST_FLAG_DRAFT, NULL },
	{ "EMAILID", SEARCH_EMAIL_ID, OPERAND_ID, false, 0, NULL },
	{ "FLAGGED", SEARCH_FLAG, OPERAND_NONE, false, ROOST_FLAG_FLAGGED, NULL },
	{ "FROM", SEARCH_HEADER, OPERAND_TEXT, false, 0, "From" },
	{ "FUZZY", SEARCH_FUZZY, OPERAND_KEY, false, 0, NULL },
	{ "HEADER", SEARCH_HEADER, OPERAND_FIELD, false, 0, NULL },
	{ "KEYWORD", SEARCH_KEYWORD, OPERAND_KEYWORD, false, 0, NULL },
	{ "LARGER", SEARCH_LARGER, OPERAND_NUMBER, false, 0, NULL },
	{ "MODSEQ", SEARCH_MODSEQ, OPERAND_MODSEQ, false, 0, NULL },
	{ "NEW", SEARCH_AND, OPERAND_NEW, false, 0, NULL },
	{ "NOT", SEARCH_NOT, OPERAND_KEY, false, 0, NULL },
	{ "OLDER", SEARCH_OLDER, OPERAND_SECONDS, false, 0, NULL },
	{ "OLD", SEARCH_RECENT, OPERAND_NONE, true, 0, NULL },
	{ "ON", SEARCH_ON, OPERAND_DAY, false, 0, NULL },
	{ "OR", SEARCH_OR, OPERAND_TWO_KEYS, false, 0, NULL },
	{ "RECENT", SEARCH_RECENT, OPERAND_NONE, false, 0, NULL },
	{ "SAVEDATESUPPORTED", SEARCH_ALL, OPERAND_NONE, false, 0, NULL },
	{ "SAVEDBEFORE", SEARCH_SAVED_BEFORE, OPERAND_DAY, false, 0, NULL },
	{ "SAVEDON", SEARCH_SAVED_ON, OPERAND_DAY, false, 0, NULL },
	{ "SAVEDSINCE", SEARCH_SAVED_SINCE, OPERAND_DAY, false, 0, NULL },
	{ "SEEN", SEARCH_FLAG, OPERAND_NONE, false, ROOST_FLAG_SEEN, NULL },
	{ "SENTBEFORE", SEARCH_SENT_BEFORE, OPERAND_DAY, false, 0, NULL },
	{ "SENTON", SEARCH_SENT_ON, OPERAND_DAY, false, 0, NULL },
	{ "SENTSINCE", SEARCH_SENT_SINCE, OPERAND_DAY, false, 0, NULL },
	{ "SINCE", SEARCH_SINCE, OPERAND_DAY, false, 0, NULL },
	{ "SMALLER", SEARCH_SMALLER, OPERAND_NUMBER, false, 0, NULL },
	{ "SUBJECT", SEARCH_HEADER, OPERAND_TEXT, false, 0, "Subject" },
	{ "TEXT", SEARCH_TEXT, OPERAND_TEXT, false, 0, NULL },
	{ "THREADID", SEARCH_THREAD_ID, OPERAND_ID, false, 0, NULL },
	{ "TO", SEARCH_HEADER, OPERAND_TEXT, false, 0, "To" },
	{ "UID", SEARCH_UID, OPERAND_SET, false, 0, NULL },
	{ "UNANSWERED", SEARCH_FLAG, OPERAND_NONE, true, ROOST_FLAG_ANSWERED, NULL },
	{ "UNDELETED", SEARCH_FLAG, OPERAND_NONE, true, ROOST_FLAG_DELETED, NULL },
	{ "UNDRAFT", SEARCH_FLAG, OPERAND_NONE, true, ROOST_FLAG_DRAFT, NULL },
	{ "UNFLAGGED", SEARCH_FLAG, OPERAND_NONE, true, ROOST_FLAG_FLAGGED, NULL },
	{ "UNKEYWORD", SEARCH_KEYWORD, OPERAND_KEYWORD, true, 0, NULL },
	{ "UNSEEN", SEARCH_FLAG, OPERAND_NONE, true, ROOST_FLAG_SEEN, NULL },
	{ "YOUNGER", SEARCH_YOUNGER, OPERAND_SECONDS, false, 0, NULL },
};

/* One SEARCH that is being read. */
struct parser {
	struct lexer *lexer;
	unsigned key_count;
	unsigned depth;
};

static struct search_key *parse_key(struct parser *parser);

static struct search_key *make(struct lexer *lexer, enum search_key_kind kind)
{
	struct search_key *key = arena_alloc(lexer->arena, sizeof(*key));

	if (key == NULL) {
		(void)lexer_fail_memory(lexer);
		return NULL;
	}
	key->kind = kind;
	return key;
}

/* NOT of a key; NULL for NULL. */
static struct search_key *negate(struct lexer *lexer, struct search_key *child)
{
	struct search_key *key = child != NULL ? make(lexer, SEARCH_NOT) : NULL;

	if (key != NULL) {
		key->children = child;
	}
	return key;
}

/* Recent and not seen, as the children of `key`. */
static bool fill_new(struct lexer *lexer, struct search_key *key)
{
	struct search_key *recent = make(lexer, SEARCH_RECENT);
	struct search_key *seen = make(lexer, SEARCH_FLAG);

	if (recent == NULL || seen == NULL) {
		return false;
	}
	seen->system_flag = ROOST_FLAG_SEEN;
	recent->next = negate(lexer, seen);
	key->children = recent;
	return recent->next != NULL;
}

/* Whether no further key follows: at ")", at the end, or before the spaces at the end of a line. */
static bool at_list_end(const struct parser *parser)
{
	const char *p = parser->lexer->at;

	while (p < parser->lexer->end && *p == ' ' && parser->depth == 0) {
		p++;
	}
	return p == parser->lexer->end || (p == parser->lexer->at && *p == ')');
}

/* Keys with a space between them, as the children of `key`: `count` of them, or, with 0, as many as
 * there are up to ")" or the end. */
static bool parse_children(struct parser *parser, struct search_key *key, size_t count)
{
	struct search_key **end = &key->children;
	struct lexer *lexer = parser->lexer;

	for (size_t i = 0; count == 0 || i < count; i++) {
		if (i > 0 && count == 0 && at_list_end(parser)) {
			return true;
		}
		if (i > 0 && !lexer_space(lexer, "a SEARCH key")) {
			return false;
		}
		*end = parse_key(parser);
		if (*end == NULL) {
			return false;
		}
		end = &(*end)->next;
	}
	return true;
}

/* As parse_children, one level deeper. */
static bool parse_nested(struct parser *parser, struct search_key *key, size_t count)
{
	bool ok;

	if (parser->depth == ROOST_MAX_NESTING) {
		return lexer_fail(parser->lexer, "The SEARCH keys are nested too deeply");
	}
	parser->depth++;
	ok = parse_children(parser, key, count);
	parser->depth--;
	return ok;
}

/* The mod-sequence of a flag, "/flags/\\draft" all, is that of the message here: RFC 7162 section 3.1.5 lets it be
 * so. */
static bool parse_modseq(struct lexer *lexer, struct search_key *key)
{
	struct roost_text entry;
	struct roost_text type;

	if (!lexer_space(lexer, "a mod-sequence")) {
		return false;
	}
	if (lexer_peek(lexer) == '"') {
		if (!lexer_quoted(lexer, "a flag", &entry) ||
			!lexer_space(lexer, "priv, shared or all") ||
			!lexer_word(lexer, "priv, shared or all", &type) ||
			!lexer_space(lexer, "a mod-sequence")) {
			return false;
		}
		if (!text_starts_nocase(entry, TEXT("/flags/"))) {
			return lexer_fail_about(
				lexer, "A metadata item is \"/flags/…\", not ", entry);
		}
		if (!text_equal_nocase(type, TEXT("priv")) &&
			!text_equal_nocase(type, TEXT("shared")) &&
			!text_equal_nocase(type, TEXT("all"))) {
			return lexer_fail_about(lexer, "Expected priv, shared or all, not ", type);
		}
	}
	return modifier_parse_modseq(lexer, 0, &key->number);
}

static bool parse_operand(struct parser *parser, enum operand operand, struct search_key *key)
{
	struct lexer *lexer = parser->lexer;

	switch (operand) {
	case OPERAND_NONE:
		return true;
	case OPERAND_NEW:
		return fill_new(lexer, key);
	case OPERAND_TEXT:
		return lexer_space(lexer, "a text to search for") &&
		       lexer_astring(lexer, "a text to search for", &key->text);
	case OPERAND_FIELD:
		return lexer_space(lexer, "a field name") &&
		       lexer_astring(lexer, "a field name", &key->header) &&
		       lexer_space(lexer, "a text to search for") &&
		       lexer_astring(lexer, "a text to search for", &key->text);
	case OPERAND_KEYWORD:
		return lexer_space(lexer, "a keyword") && flags_parse_keyword(lexer, &key->text);
	case OPERAND_DAY:
		return lexer_space(lexer, "a date") && internal_date_parse_day(lexer, &key->day);
	case OPERAND_NUMBER:
		return lexer_space(lexer, "a number") &&
		       lexer_number(lexer, "a number", 0, UINT64_MAX, &key->number);
	case OPERAND_SET:
		return lexer_space(lexer, "a UID set") && sequence_set_parse(lexer, &key->set);
	case OPERAND_ID:
		return lexer_space(lexer, "an object id") &&
		       lexer_atom(lexer, "an object id", &key->text);
	case OPERAND_SECONDS:
		return lexer_space(lexer, "a number of seconds") &&
		       lexer_number(lexer, "a number of seconds", 1, UINT32_MAX, &key->number);
	case OPERAND_MODSEQ:
		return parse_modseq(lexer, key);
	case OPERAND_KEY:
		return lexer_space(lexer, "a SEARCH key") && parse_nested(parser, key, 1);
	case OPERAND_TWO_KEYS:
		return lexer_space(lexer, "two SEARCH keys") && parse_nested(parser, key, 2);
	}
	return false;
}

static struct search_key *parse_named(struct parser *parser, const struct key_name *name)
{
	struct search_key *key = make(parser->lexer, name->kind);

	if (key == NULL) {
		return NULL;
	}
	parser->lexer->after = name->name;
	key->system_flag = name->system_flag;
	if (name->header != NULL) {
		key->header = text_from(name->header);
	}
	if (!parse_operand(parser, name->operand, key)) {
		return NULL;
	}
	return name->negated ? negate(parser->lexer, key) : key;
}

static struct search_key *parse_word(struct parser *parser)
{
	struct roost_text word;

	if (!lexer_word(parser->lexer, "a SEARCH key", &word)) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++) {
		if (text_equal_nocase(word, text_from(key_names[i].name))) {
			return parse_named(parser, &key_names[i]);
		}
	}
	(void)lexer_fail_about(parser->lexer, "Unknown SEARCH key ", word);
	return NULL;
}

static struct search_key *parse_set(struct parser *parser)
{
	struct search_key *key = make(parser->lexer, SEARCH_SEQUENCE);

	return key != NULL && sequence_set_parse(parser->lexer, &key->set) ? key : NULL;
}

/* Keys in parentheses, after the first of them. */
static struct search_key *parse_parentheses(struct parser *parser)
{
	struct search_key *key = make(parser->lexer, SEARCH_AND);

	parser->lexer->after = "(";
	if (key == NULL || !parse_nested(parser, key, 0)) {
		return NULL;
	}
	if (!lexer_skip(parser->lexer, ')')) {
		(void)lexer_fail_expected(parser->lexer, ")");
		return NULL;
	}
	parser->lexer->after = ")";
	return key;
}

static struct search_key *parse_key(struct parser *parser)
{
	int c = lexer_peek(parser->lexer);

	if (parser->key_count++ == ROOST_MAX_SEARCH_KEYS) {
		(void)lexer_fail(parser->lexer, "Too many SEARCH keys");
		return NULL;
	}
	if (c == '*' || c == '$' || (c >= '0' && c <= '9')) {
		return parse_set(parser);
	}
	if (lexer_skip(parser->lexer, '(')) {
		return parse_parentheses(parser);
	}
	return parse_word(parser);
}

bool search_key_has(const struct search_key *key, enum search_key_kind kind)
{
	bool has = key->kind == kind;

	for (const struct search_key *k = key->children; !has && k != NULL; k = k->next) {
		has = search_key_has(k, kind);
	}
	return has;
}

bool search_key_parse(struct lexer *lexer, struct search_key **key_out)
{
	struct parser parser = { .lexer = lexer };
	struct search_key *key = make(lexer, SEARCH_AND);

	if (key == NULL || !parse_children(&parser, key, 0)) {
		return false;
	}
	*key_out = key;
	return true;
}
