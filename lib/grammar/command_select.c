/* command_select.c - arguments of SELECT and EXAMINE. RFC 3501 section 6.3.1, RFC 7162 section 3.2.5. */
#include "grammar/command_arguments.h"

#include "grammar/modifier.h"

static bool parse_condstore(struct lexer *lexer, struct command *command)
{
	(void)lexer;
	command->select.condstore = true;
	return true;
}

/* How many numbers a set without `*` names. */
static uint64_t count_numbers(const struct sequence_set *set)
{
	uint64_t count = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct sequence_range *range = &set->ranges[i];
		count += range->last >= range->first ? range->last - range->first
						     : range->first - range->last;
	}
	return count + set->count;
}

static bool has_star(const struct sequence_set *set)
{
	if (set->saved) {
		return true;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (set->ranges[i].first == SEQUENCE_STAR || set->ranges[i].last == SEQUENCE_STAR) {
			return true;
		}
	}
	return false;
}

static bool is_ascending(const struct sequence_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->ranges[i].last < set->ranges[i].first ||
			(i > 0 && set->ranges[i].first <= set->ranges[i - 1].last)) {
			return false;
		}
	}
	return true;
}

/* "(1:10 5:14)": sequence numbers, and what UIDs they have. */
static bool parse_match_data(struct lexer *lexer, struct qresync *qresync)
{
	if (!lexer_open(lexer, "sequence match data") ||
		!sequence_set_parse(lexer, &qresync->match_numbers) ||
		!lexer_space(lexer, "a UID set") ||
		!sequence_set_parse(lexer, &qresync->match_uids)) {
		return false;
	}
	if (has_star(&qresync->match_numbers) || has_star(&qresync->match_uids) ||
		!is_ascending(&qresync->match_numbers) || !is_ascending(&qresync->match_uids) ||
		count_numbers(&qresync->match_numbers) != count_numbers(&qresync->match_uids)) {
		return lexer_fail(
			lexer, "Sequence match data are as many UIDs as numbers, both ascending");
	}
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, ")");
}

/* What may follow the mod-sequence: known UIDs, match data, or both. */
static bool parse_known(struct lexer *lexer, struct qresync *qresync)
{
	if (lexer_skip(lexer, ' ')) {
		if (lexer_peek(lexer) != '(') {
			qresync->has_known = true;
			if (!sequence_set_parse(lexer, &qresync->known)) {
				return false;
			}
			if (has_star(&qresync->known)) {
				return lexer_fail(lexer, "Known UIDs are given without *");
			}
			if (!lexer_skip(lexer, ' ')) {
				return true;
			}
		}
		return parse_match_data(lexer, qresync);
	}
	return true;
}

static bool parse_qresync(struct lexer *lexer, struct command *command)
{
	struct qresync *qresync = arena_alloc(lexer->arena, sizeof(*qresync));
	uint64_t uid_validity;

	if (qresync == NULL) {
		return lexer_fail_memory(lexer);
	}
	if (!lexer_space(lexer, "a list") || !lexer_open(lexer, "what is known") ||
		!lexer_number(lexer, "a UID validity", 1, UINT32_MAX, &uid_validity) ||
		!lexer_space(lexer, "a mod-sequence") ||
		!modifier_parse_modseq(lexer, 1, &qresync->modseq) ||
		!parse_known(lexer, qresync)) {
		return false;
	}
	qresync->uid_validity = (uint32_t)uid_validity;
	command->select.qresync = qresync;
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, ")");
}

static const struct modifier select_parameters[] = {
	{ "CONDSTORE", parse_condstore },
	{ "QRESYNC", parse_qresync },
	{ NULL, NULL },
};

bool command_parse_select(struct lexer *lexer, struct command *command)
{
	return command_parse_mailbox(lexer, command) &&
	       modifier_parse_list(lexer, command, "the mailbox name", select_parameters);
}
