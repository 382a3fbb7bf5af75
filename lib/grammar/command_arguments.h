/* command_arguments.h - what stands behind the name of each command, by family. Each function reads
 * from just after the name; lexer->after is the name. */
#ifndef GRAMMAR_COMMAND_ARGUMENTS_H
#define GRAMMAR_COMMAND_ARGUMENTS_H

#include "grammar/command.h"
#include "grammar/lexer.h"

/* Signing in, and what a connection can do: command_session.c */
bool command_parse_login(struct lexer *lexer, struct command *command);
bool command_parse_authenticate(struct lexer *lexer, struct command *command);
bool command_parse_id(struct lexer *lexer, struct command *command);
bool command_parse_compress(struct lexer *lexer, struct command *command);
bool command_parse_enable(struct lexer *lexer, struct command *command);

/* Mailboxes: command_mailbox.c */
bool command_parse_mailbox(struct lexer *lexer, struct command *command);
bool command_parse_select(struct lexer *lexer, struct command *command); /* command_select.c */
bool command_parse_rename(struct lexer *lexer, struct command *command);
bool command_parse_create(struct lexer *lexer, struct command *command);
bool command_parse_list(struct lexer *lexer, struct command *command); /* command_list.c */
bool command_parse_lsub(struct lexer *lexer, struct command *command);
/* " (MESSAGES UNSEEN)", as ROOST_STATUS_… bits. */
bool command_parse_status_items(struct lexer *lexer, unsigned *items_out);
bool command_parse_status(struct lexer *lexer, struct command *command);
bool command_parse_append(struct lexer *lexer, struct command *command);
bool command_parse_replace(struct lexer *lexer, struct command *command);

/* Being told of changes: command_notify.c */
bool command_parse_notify(struct lexer *lexer, struct command *command);

/* Messages: command_message.c */
bool command_parse_expunge(struct lexer *lexer, struct command *command);
bool command_parse_uid_batches(struct lexer *lexer, struct command *command);
bool command_parse_esearch(struct lexer *lexer, struct command *command);
bool command_parse_search(struct lexer *lexer, struct command *command);
/* Whether RELEVANCY, if it is asked for, has a FUZZY key: RFC 6203 sections 4 and 6. */
bool command_check_relevancy(struct lexer *lexer, const struct command *command);
/* command_sort.c */
bool command_parse_sort(struct lexer *lexer, struct command *command);
bool command_parse_thread(struct lexer *lexer, struct command *command);
bool command_parse_tags(struct lexer *lexer, struct command *command);
bool command_parse_choices(struct lexer *lexer, struct command *command);
bool command_parse_fetch(struct lexer *lexer, struct command *command);
bool command_parse_store(struct lexer *lexer, struct command *command);
bool command_parse_copy(struct lexer *lexer, struct command *command);

#endif
