/* session.h - the inside of roost_conn, shared by the files of this room.
 *
 * A connection is always in one phase. Bytes that come in are gathered to a command (READING); a command is
 * run in slices (RUNNING) until its handler is done; then what may be told is told (TELLING), and its tagged
 * response ends it. A handler that needs another line from the client (IDLE, AUTHENTICATE) waits for it
 * (WAITING). No slice waits for a slow client: while the output is full, there is nothing to run. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/conn.h>

#include "backend/changes.h"
#include "backend/ops.h"
#include "base/call.h"
#include "grammar/command.h"
#include "session/input.h"
#include "session/language.h"
#include "session/output.h"
#include "view/view.h"

enum phase {
	PHASE_READING,
	PHASE_RUNNING,
	PHASE_TELLING,
	PHASE_HELD, /* done, but the answer is held back for a while */
	PHASE_WAITING, /* for a line that belongs to the command that runs */
	PHASE_STARTTLS, /* for the embedder */
	PHASE_DEFLATE, /* for the embedder, too */
	PHASE_CLOSING,
};

/* RFC 3501 section 3; as bits, so that a command can name several. */
enum state {
	STATE_NOT_AUTHENTICATED = 1,
	STATE_AUTHENTICATED = 2,
	STATE_SELECTED = 4,
};

/* What the client has asked for, by ENABLE (RFC 5161) or by using it. */
enum enabled {
	ENABLED_CONDSTORE = 1 << 0, /* RFC 7162: mod-sequences are told */
	ENABLED_QRESYNC = 1 << 1, /* VANISHED instead of EXPUNGE */
	ENABLED_UIDONLY = 1 << 2, /* RFC 9586: no sequence numbers */
	ENABLED_REV2 = 1 << 3, /* RFC 9051 */
};

/* How a slice of a command ended. */
enum step {
	STEP_DONE, /* the reply is set: tell what may be told, then send it */
	STEP_AGAIN, /* the output is full: call again when it is not */
	STEP_LATER, /* call again, with the same line, where hard work is done */
	STEP_WAIT, /* nothing was done: begin anew where ops may wait */
	STEP_LINE, /* call again with the client's next line */
	STEP_CLOSE, /* nothing more: hang up once all is sent */
};

/* Which news have to wait until the command is answered. */
enum holding {
	HOLDS_NOTHING,
	HOLDS_EXPUNGES, /* RFC 3501 section 7.4.1; and CLOSED */
	HOLDS_NEWS, /* all of the mailbox: what its SELECT tells is of one moment */
};

enum reply_kind { REPLY_OK, REPLY_NO, REPLY_BAD };

/* The tagged response to come. Texts are static or in the command's memory. */
struct reply {
	enum reply_kind kind;
	const char *code; /* without brackets; NULL for none */
	const char *text;
};

struct roost_conn {
	struct roost_backend *backend;
	struct roost_limits limits;
	struct conn_info *info; /* see info.h */
	bool starttls;
	bool insecure_auth;
	bool literal_minus;
	bool can_deflate;
	bool can_unauthenticate;
	bool deflating;
	void (*woken)(void *context);
	roost_log_fn log;
	void *context;

	enum phase phase;
	enum state state;
	struct input input;
	struct output output;
	struct output apart; /* comes before that: see roost_conn_part_output() */
	bool parted; /* another thread may be sending what is apart */

	/* The command at hand. */
	struct roost_call
		*call; /* NULL, as `progress`, while nothing runs and memory was given back */
	struct command command;
	struct reply reply;
	void *task; /* what the handler keeps from slice to slice, in the command's memory */
	void (*task_free)(void *task); /* what of it is not in the command's memory */
	enum phase next_phase; /* once the reply is sent */
	const char *last_words; /* an untagged line to send before the reply; static, or NULL */
	bool hard_work; /* the handler was put off to where such work is done */
	bool has_to_wait; /* it was tried where ops may not wait, and has to begin anew */
	bool may_wait; /* in this run: ops may */
	bool answering; /* something of its answer is in the output, or was */
	struct progress *progress; /* see progress.h */
	bool has_line; /* the input holds the line that the command waited for */
	char *waiting_tag; /* of a command that waited for a line: what it was read from is gone */
	enum holding holding; /* while this command is answered */
	bool names_settled; /* names_settle() was called for this command */
	uint64_t commands;
	struct roost_text
		refused_tag; /* of a command whose literal is passed over; `reply` answers it */

	struct roost_user *user; /* NULL before sign-in */
	uint64_t append_limit; /* octets */
	unsigned enabled; /* ENABLED_… bits */
	enum roost_comparator comparator; /* for texts in SEARCH, SORT and THREAD: RFC 5255 */
	bool descending; /* the comparator orders texts the other way round */
	enum language language;
	struct view *view; /* of the selected mailbox, else NULL */
	struct watch *watch; /* NULL before sign-in, or without updates */
	struct notify *notify; /* NULL until NOTIFY is used, see notify.h */
	struct contexts
		*contexts; /* NULL without searches that are kept up to date, see context.h */
	struct keyword_list *keywords; /* that the client has been told of, see flags_told.c */

	unsigned bad_in_row;
	unsigned failed_sign_ins;
	bool idling; /* WAITING in IDLE: news may be told any time */
	bool tell_all; /* also what NOTIFY leaves out: the command's own doing */
	bool tell_due; /* in IDLE, or with NOTIFY: something may be there to tell */
	bool poll_due; /* then first have the backend look for it */
	bool shutting_down;
	bool cancelled; /* by any thread: always by __atomic */

	void (*command_done)(void *context, const struct roost_conn_command *command);
	bool (*traces)(void *context, const char *user);
	struct trace *trace; /* NULL: the conversation is not logged */
};

/* -- conn.c */

/* Whether a slice of work is there to be run. */
bool conn_has_work(const struct roost_conn *conn);
/* What a handler keeps from slice to slice goes. */
void conn_free_task(struct roost_conn *conn);
/* Say BYE, except to a client that listens for TLS or compression now, or whose answer is cut short: in the middle of that
 * nothing else can be said. */
void conn_end(struct roost_conn *conn, const char *code, const char *text);

/* -- commands.c */

/* Have memory for a command, or to tell something. ROOST_ERR_NO_MEMORY. */
int conn_need_call(struct roost_conn *conn);
/* Answer a command with the reply at hand, and be done with it. */
void conn_answer(struct roost_conn *conn, struct roost_text tag);

/* -- literal.c */

/* The input stands before a literal. ROOST_ERR_NO_MEMORY. */
int literal_take(struct roost_conn *conn);
/* A message cannot be kept, for want of disk or memory. */
void literal_lose(struct roost_conn *conn);

/* -- reply.c: what is said, and how */

struct buf *conn_buf(struct roost_conn *conn); /* to write untagged data to */
void conn_untagged(struct roost_conn *conn, const char *line); /* "* " line CRLF */
void conn_continue(struct roost_conn *conn, const char *text); /* "+ " text CRLF */
/* BYE, and the connection ends once that is sent. */
void conn_bye(struct roost_conn *conn, const char *code, const char *text);
enum step reply_ok(struct roost_conn *conn, const char *code, const char *text);
enum step reply_no(struct roost_conn *conn, const char *code, const char *text);
enum step reply_bad(struct roost_conn *conn, const char *text);
/* NO with the code and text of an error: that of the call, or that of the error code. STEP_WAIT when an op had to wait and
 * may not. */
enum step reply_error(struct roost_conn *conn, int error);
/* The same for commands that name a destination mailbox: [TRYCREATE] when it does not exist. */
enum step reply_error_try_create(struct roost_conn *conn, int error);
/* Write a tagged response now. */
void conn_tagged(struct roost_conn *conn, struct roost_text tag, const struct reply *reply);
/* A NUL-terminated text in the memory of the command; "" when memory is out. */
const char *conn_text(struct roost_conn *conn, const struct buf *buf);

/* -- keep.c */

/* The command at hand once more, parsed from a copy of its bytes, both in the arena. ROOST_ERR_NO_MEMORY. */
int conn_keep_command(struct roost_conn *conn, struct arena *arena, struct command *command_out);

/* -- dispatch.c: which command does what */

/* Whether the command is allowed now; else a text that says why not, and perhaps a response code. */
const char *dispatch_refusal(
	const struct roost_conn *conn, const struct command *command, const char **code_out);
/* Run a slice. `line` is what the client sent after STEP_LINE, else absent. */
enum step dispatch_run(struct roost_conn *conn, struct roost_text line);
bool dispatch_may_block(const struct roost_conn *conn);
/* The same of telling what there is to tell. */
bool dispatch_telling_may_block(const struct roost_conn *conn);
/* What ops are to hear of that in this run. */
bool dispatch_lets_ops_wait(const struct roost_conn *conn);
enum holding dispatch_holds(const struct command *command);

/* -- tell.c: telling changes */

/* Tell what has changed and may be told. STEP_DONE or STEP_AGAIN. */
enum step conn_tell(struct roost_conn *conn);
bool conn_has_news(const struct roost_conn *conn);

/* -- select.c */

/* Leave the selected mailbox, if there is one. */
void conn_unselect(struct roost_conn *conn);
/* "MAILBOXID (F2212)" as a response code, in the memory of the command; NULL without memory. RFC 8474 section 4. */
const char *mailbox_id_code(struct roost_conn *conn, struct roost_text id);
/* The command has added messages to a mailbox, which may be the selected one. */
void conn_note_added(struct roost_conn *conn, const char *mailbox, const struct roost_uidset *uids);

/* -- capability.c */

/* "IMAP4rev1 LITERAL+ …", as things are. */
void capability_write(const struct roost_conn *conn, struct buf *buf);
/* "CAPABILITY IMAP4rev1 …" as a response code, in the memory of the command. */
const char *capability_code(struct roost_conn *conn);

/* The ENABLED_… bits that a capability of that name stands for, if it can be enabled now; else 0. */
unsigned capability_enables(const struct roost_conn *conn, struct roost_text name);

/* -- sign_out.c */

/* The longest line of who has not signed in. */
size_t conn_line_before_sign_in(const struct roost_conn *conn);
/* Forget the user, and all that the connection knows on the user's account. */
void conn_sign_out(struct roost_conn *conn);

/* -- cmd_status.c */

/* "* STATUS mailbox (…)" */
void status_tell(struct roost_conn *conn, const char *mailbox, unsigned items,
	const struct roost_mailbox_status *status);

/* -- enable.c */

/* Whether all of these are enabled. */
bool conn_has_enabled(const struct roost_conn *conn, unsigned bits);
/* The client uses mod-sequences, and so gets them from now on. RFC 7162 section 3.1. */
void conn_use_modseq(struct roost_conn *conn);
/* Whether mod-sequences are shown: the client wants them and the selected mailbox has them. */
bool conn_shows_modseq(const struct roost_conn *conn);
/* Note all that has changed in the selected mailbox, to be told with this command's answer; then its HIGHESTMODSEQ
 * as a response code, which is true once all that is told; NULL when there is none to be shown. */
const char *conn_highest_modseq(struct roost_conn *conn);

/* Whether \Recent and RECENT are told: RFC 9051 knows neither. */
bool conn_tells_recent(const struct roost_conn *conn);

/* -- names.c: mailbox names by RFC 9051 */

/* Write a mailbox name as the client wants to hear it. */
void conn_write_mailbox(const struct roost_conn *conn, struct buf *buf, const char *name);
/* Find what the names of the command at hand mean. May block. ROOST_ERR_NO_MEMORY. */
int names_settle(struct roost_conn *conn);
/* The command is done: if it did so under another name than the client gave, tell it. RFC 9051 section 6.3.9.7. */
void names_tell(struct roost_conn *conn);

/* -- cmd_list.c */

/* "* LIST (…) "/" name", with OLDNAME if the client gave another name; what cannot be found out is not told. */
void list_tell(struct roost_conn *conn, const char *name, const char *given);

/* -- qresync.c: coming back to a mailbox. RFC 7162 section 3.2 */

/* Write "* VANISHED (EARLIER) …" of the UIDs in `uids` that were expunged since `modseq`. */
int qresync_tell_vanished(
	struct roost_conn *conn, const struct roost_uidset *uids, uint64_t modseq);
/* Tell what is new to a client that comes back, with SELECT's QRESYNC. As a command's slice. */
enum step qresync_run(struct roost_conn *conn);

/* -- flags_told.c: the keywords that the client knows of */

/* Tell the flags of the mailbox: FLAGS and PERMANENTFLAGS. */
int flags_tell_all(struct roost_conn *conn, const struct roost_snapshot *snapshot);
/* Before flags are shown: tell FLAGS again if there are keywords that the client has not heard of. */
int flags_tell_new(struct roost_conn *conn, const struct roost_flags *flags);
/* Which facts flags_tell_message() needs: ROOST_MESSAGE_… bits. */
unsigned flags_fields(const struct roost_conn *conn);
/* Tell the flags of one message, as FETCH does, and with `uid` its UID; nothing of one that the client does not
 * know. Who uses mod-sequences gets UID and MODSEQ always, and without the flags when these are `silent`. */
int flags_tell_message(
	struct roost_conn *conn, const struct roost_message *message, bool uid, bool silent);
void flags_forget(struct roost_conn *conn);

/* -- event.c: the log */

/* "event=… user=… address=…" and what else is given as key, value, …, NULL. Values are quoted as needed. */
void conn_log(const struct roost_conn *conn, enum roost_log_level level, const char *event, ...)
	__attribute__((sentinel));

/* -- trace.c: the conversation in the log */

/* Somebody has signed in: log what is said from now on, if that is wanted. */
void trace_begin(struct roost_conn *conn);
void trace_end(struct roost_conn *conn);
/* A line, or the part of one that ends in a literal's size, is whole in the input. */
void trace_input(struct roost_conn *conn);
/* The next `n` bytes of the output are sent. */
void trace_output(struct roost_conn *conn, uint64_t n);

/* -- the commands, a slice each */

typedef enum step command_fn(struct roost_conn *conn, struct roost_text line);

command_fn cmd_capability, cmd_noop, cmd_logout, cmd_id, cmd_language, cmd_comparator, cmd_enable,
	cmd_namespace;
command_fn cmd_starttls, cmd_compress, cmd_authenticate, cmd_login, cmd_unauthenticate;
command_fn cmd_select, cmd_check, cmd_close, cmd_unselect;
command_fn cmd_create, cmd_delete, cmd_rename, cmd_subscribe;
command_fn cmd_list, cmd_status, cmd_append, cmd_idle, cmd_notify;
/* Whether the backend can look for changes from outside in the selected mailbox. */
bool dispatch_can_poll(const struct roost_conn *conn);

/* Whether the command at hand is a FETCH that does more than list messages: sets \Seen, tells what vanished, or names
 * very many. */
bool cmd_fetch_does_more(const struct roost_conn *conn);

command_fn cmd_expunge, cmd_uid_batches, cmd_search, cmd_esearch, cmd_sort, cmd_thread,
	cmd_cancel_update, cmd_fetch, cmd_store, cmd_copy, cmd_move, cmd_replace;

#endif
