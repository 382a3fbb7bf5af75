/* command.c - one IMAP command, parsed whole. */
#include "grammar/command.h"

#include <roost/error.h>

#include "base/ascii.h"
#include "base/text.h"
#include "grammar/command_arguments.h"
#include "grammar/lexer.h"

struct syntax {
	enum command_kind kind;
	const char *name;
	const char *uid_name; /* NULL when there is no such command with UID */
	bool (*parse)(struct lexer *lexer, struct command *command); /* NULL: no arguments */
};

static const struct syntax commands[] = {
	{ COMMAND_CAPABILITY, "CAPABILITY", NULL, NULL },
	{ COMMAND_NOOP, "NOOP", NULL, NULL },
	{ COMMAND_LOGOUT, "LOGOUT", NULL, NULL },
	{ COMMAND_ID, "ID", NULL, command_parse_id },
	{ COMMAND_LANGUAGE, "LANGUAGE", NULL, command_parse_choices },
	{ COMMAND_STARTTLS, "STARTTLS", NULL, NULL },
	{ COMMAND_AUTHENTICATE, "AUTHENTICATE", NULL, command_parse_authenticate },
	{ COMMAND_LOGIN, "LOGIN", NULL, command_parse_login },
	{ COMMAND_UNAUTHENTICATE, "UNAUTHENTICATE", NULL, NULL },
	{ COMMAND_COMPRESS, "COMPRESS", NULL, command_parse_compress },
	{ COMMAND_ENABLE, "ENABLE", NULL, command_parse_enable },
	{ COMMAND_SELECT, "SELECT", NULL, command_parse_select },
	{ COMMAND_EXAMINE, "EXAMINE", NULL, command_parse_select },
	{ COMMAND_CREATE, "CREATE", NULL, command_parse_create },
	{ COMMAND_DELETE, "DELETE", NULL, command_parse_mailbox },
	{ COMMAND_RENAME, "RENAME", NULL, command_parse_rename },
	{ COMMAND_SUBSCRIBE, "SUBSCRIBE", NULL, command_parse_mailbox },
	{ COMMAND_UNSUBSCRIBE, "UNSUBSCRIBE", NULL, command_parse_mailbox },
	{ COMMAND_LIST, "LIST", NULL, command_parse_list },
	{ COMMAND_LSUB, "LSUB", NULL, command_parse_lsub },
	{ COMMAND_NAMESPACE, "NAMESPACE", NULL, NULL },
	{ COMMAND_STATUS, "STATUS", NULL, command_parse_status },
	{ COMMAND_APPEND, "APPEND", NULL, command_parse_append },
	{ COMMAND_IDLE, "IDLE", NULL, NULL },
	{ COMMAND_COMPARATOR, "COMPARATOR", NULL, command_parse_choices },
	{ COMMAND_NOTIFY, "NOTIFY", NULL, command_parse_notify },
	{ COMMAND_CHECK, "CHECK", NULL, NULL },
	{ COMMAND_CLOSE, "CLOSE", NULL, NULL },
	{ COMMAND_UNSELECT, "UNSELECT", NULL, NULL },
	{ COMMAND_EXPUNGE, "EXPUNGE", "UID EXPUNGE", command_parse_expunge },
	{ COMMAND_UIDBATCHES, "UIDBATCHES", NULL, command_parse_uid_batches },
	{ COMMAND_SEARCH, "SEARCH", "UID SEARCH", command_parse_search },
	{ COMMAND_CANCELUPDATE, "CANCELUPDATE", NULL, command_parse_tags },
	{ COMMAND_ESEARCH, "ESEARCH", "UID ESEARCH", command_parse_esearch },
	{ COMMAND_SORT, "SORT", "UID SORT", command_parse_sort },
	{ COMMAND_THREAD, "THREAD", "UID THREAD", command_parse_thread },
	{ COMMAND_FETCH, "FETCH", "UID FETCH", command_parse_fetch },
	{ COMMAND_STORE, "STORE", "UID STORE", command_parse_store },
	{ COMMAND_COPY, "COPY", "UID COPY", command_parse_copy },
	{ COMMAND_MOVE, "MOVE", "UID MOVE", command_parse_copy },
	{ COMMAND_REPLACE, "REPLACE", "UID REPLACE", command_parse_replace },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

const char *command_name(enum command_kind kind)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].kind == kind) {
			return commands[i].name;
		}
	}
	return "UNKNOWN";
}

const char *command_title(const struct command *command)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].kind == command->kind && command->uid &&
			commands[i].uid_name != NULL) {
			return commands[i].uid_name;
		}
	}
	return command_name(command->kind);
}

static const struct syntax *find(struct roost_text name, bool uid)
{
	char first = name.size == 0 ? '\0' : ascii_upper(name.bytes[0]);

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (first == commands[i].name[0] &&
			text_equal_nocase(name, text_from(commands[i].name)) &&
			(!uid || commands[i].uid_name != NULL)) {
			return &commands[i];
		}
	}
	return NULL;
}

/* The name, with UID before it or not; NULL when there is no such command. */
static const struct syntax *parse_name(struct lexer *lexer, struct command *command)
{
	const struct syntax *syntax;
	struct roost_text name;

	if (!lexer_space(lexer, "a command") || !lexer_word(lexer, "a command", &name)) {
		return NULL;
	}
	if (text_equal_nocase(name, TEXT("UID"))) {
		lexer->after = "UID";
		if (!lexer_space(lexer, "a command") || !lexer_word(lexer, "a command", &name)) {
			return NULL;
		}
		command->uid = true;
	}
	syntax = find(name, command->uid);
	if (syntax == NULL) {
		(void)lexer_fail_about(
			lexer, command->uid ? "Unknown command UID " : "Unknown command ", name);
		return NULL;
	}
	command->kind = syntax->kind;
	lexer->after = command->uid ? syntax->uid_name : syntax->name;
	return syntax;
}

static void parse_all(struct lexer *lexer, struct command *command)
{
	const struct syntax *syntax;

	if (!lexer_tag(lexer, &command->tag)) {
		return;
	}
	lexer->after = "the tag";
	syntax = parse_name(lexer, command);
	if (syntax != NULL && (syntax->parse == NULL || syntax->parse(lexer, command))) {
		(void)lexer_end(lexer);
	}
}

int command_parse(struct arena *arena, const struct command_input *input,
	struct command *command_out, const char **error_out)
{
	struct command command = { .kind = COMMAND_UNKNOWN };
	struct lexer lexer;

	lexer_init(&lexer, arena, input);
	parse_all(&lexer, &command);
	if (lexer.status < 0) {
		/* What was read half is nobody's business. */
		*command_out = (struct command) {
			.tag = command.tag,
			.kind = command.kind,
			.uid = command.uid,
		};
		*error_out = lexer.error;
		return lexer.status;
	}
	*command_out = command;
	return 0;
}
