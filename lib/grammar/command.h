/* command.h - one IMAP command, parsed whole. RFC 3501 section 9.
 *
 * command_parse() turns the bytes of a command into a struct command in an arena. It knows no
 * session: whether the command is allowed now, and what numbers and names mean, is decided
 * elsewhere. */
#ifndef GRAMMAR_COMMAND_H
#define GRAMMAR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/flags.h>
#include <roost/outline.h>

#include "base/arena.h"
#include "grammar/fetch_item.h"
#include "grammar/notify.h"
#include "grammar/search_key.h"
#include "grammar/search_return.h"
#include "grammar/sequence_set.h"
#include "grammar/sort_key.h"

enum command_kind {
	COMMAND_UNKNOWN, /* the tag could be read, the name is no command */
	/* any state */
	COMMAND_CAPABILITY,
	COMMAND_NOOP,
	COMMAND_LOGOUT,
	COMMAND_ID,
	COMMAND_LANGUAGE,
	/* not authenticated */
	COMMAND_STARTTLS,
	COMMAND_AUTHENTICATE,
	COMMAND_LOGIN,
	/* authenticated */
	COMMAND_UNAUTHENTICATE,
	COMMAND_COMPRESS,
	COMMAND_ENABLE,
	COMMAND_SELECT,
	COMMAND_EXAMINE,
	COMMAND_CREATE,
	COMMAND_DELETE,
	COMMAND_RENAME,
	COMMAND_SUBSCRIBE,
	COMMAND_UNSUBSCRIBE,
	COMMAND_LIST,
	COMMAND_LSUB,
	COMMAND_NAMESPACE,
	COMMAND_STATUS,
	COMMAND_APPEND,
	COMMAND_IDLE,
	COMMAND_COMPARATOR,
	COMMAND_NOTIFY,
	/* selected */
	COMMAND_CHECK,
	COMMAND_CLOSE,
	COMMAND_UNSELECT,
	COMMAND_EXPUNGE,
	COMMAND_UIDBATCHES,
	COMMAND_SEARCH,
	COMMAND_CANCELUPDATE, /* `choices` are tags; RFC 5267 */
	COMMAND_ESEARCH, /* RFC 7377; `uid` is set */
	COMMAND_SORT,
	COMMAND_THREAD,
	COMMAND_FETCH,
	COMMAND_STORE,
	COMMAND_COPY,
	COMMAND_MOVE,
	COMMAND_REPLACE,
	COMMAND_KINDS
};

/* A message to be stored. */
struct append_message {
	struct roost_flags flags; /* \Recent is left out */
	bool has_date;
	struct roost_time date;
	struct roost_content *content; /* of the command's input; borrowed */
	struct append_message *next;
};

/* Which mailboxes LIST tells of. RFC 5258 section 3.1, RFC 6154. */
enum list_select {
	LIST_SELECT_SUBSCRIBED = 1 << 0,
	LIST_SELECT_REMOTE = 1 << 1,
	LIST_SELECT_RECURSIVEMATCH = 1 << 2,
	LIST_SELECT_SPECIAL_USE = 1 << 3,
};

/* What LIST tells of them. RFC 5258 section 3.2, RFC 6154, RFC 5819. */
enum list_return {
	LIST_RETURN_SUBSCRIBED = 1 << 0,
	LIST_RETURN_CHILDREN = 1 << 1,
	LIST_RETURN_SPECIAL_USE = 1 << 2,
	LIST_RETURN_STATUS = 1 << 3,
};

/* A field and value of ID; `value` is absent for NIL. RFC 2971. */
struct id_parameter {
	struct roost_text field;
	struct roost_text value;
	struct id_parameter *next;
};

/* What a client that comes back knows of a mailbox. RFC 7162 section 3.2.5. */
struct qresync {
	uint32_t uid_validity;
	uint64_t modseq;
	bool has_known; /* else: all UIDs */
	struct sequence_set known; /* UIDs without `*` */
	struct sequence_set match_numbers; /* sequence numbers, ascending, and as many UIDs */
	struct sequence_set match_uids;
};

struct command {
	struct roost_text tag;
	enum command_kind kind;
	bool uid; /* UID FETCH, UID STORE, UID COPY, UID MOVE, UID SEARCH, UID EXPUNGE and so on */

	/* SELECT, EXAMINE, CREATE, DELETE, RENAME (from), SUBSCRIBE, UNSUBSCRIBE, STATUS, APPEND,
	 * COPY, MOVE: UTF-8, NUL-terminated; INBOX in any case has become "INBOX". A trailing
	 * delimiter is still there. */
	const char *mailbox;
	/* The same as the client spelled it; NULL when that is no different. */
	const char *mailbox_given;

	struct {
		const char *to; /* as mailbox */
		const char *to_given; /* set by who changes `to` */
	} rename;
	struct {
		struct roost_text user, password;
	} login;
	struct {
		struct roost_text mechanism; /* in upper case */
		bool has_initial_response; /* RFC 4959 */
		struct roost_text initial_response; /* base64 as sent; empty for "=" */
	} authenticate;
	struct {
		struct id_parameter *parameters; /* NULL for NIL */
	} id;
	struct {
		size_t count;
		const struct roost_text *names; /* in upper case */
	} enable;
	struct roost_text compress; /* the algorithm: RFC 4978 */
	/* SELECT and EXAMINE: RFC 7162. */
	struct {
		bool condstore;
		struct qresync *qresync; /* NULL when not asked for */
	} select;
	struct {
		const char *reference; /* UTF-8; LIST and LSUB */
		const char *const *patterns; /* UTF-8 with % and *; LSUB and plain LIST have one */
		size_t pattern_count;
		bool extended; /* LIST in a form of RFC 5258 */
		unsigned select; /* LIST_SELECT_… bits */
		unsigned wanted; /* LIST_RETURN_… bits */
		unsigned status_items; /* ROOST_STATUS_… bits, with LIST_RETURN_STATUS */
	} list;
	struct {
		unsigned special_use; /* ROOST_MAILBOX_… bits; RFC 6154 */
		bool unknown_use; /* an attribute was named that is none */
	} create;
	struct {
		unsigned items; /* ROOST_STATUS_… bits; never 0 */
	} status;
	/* RFC 5465 */
	struct {
		bool set; /* else NONE */
		bool status; /* the state of the mailboxes is to be told first */
		bool unknown_event; /* one is asked for of which roost does not tell */
		struct notify_group *groups;
	} notify;
	struct {
		struct append_message *messages; /* at least one; RFC 3502 */
		size_t count;
	} append;
	struct {
		uint32_t size; /* messages of one batch; RFC 10022 */
		bool has_range;
		uint32_t first, last; /* as written: which batches */
	} uid_batches;
	/* EXPUNGE with uid, FETCH, STORE, COPY, MOVE: numbers or, with `uid`, UIDs. */
	struct sequence_set set;
	struct {
		struct fetch_item *items;
		bool has_changed_since; /* RFC 7162 section 3.1.4.1 */
		uint64_t changed_since;
		bool has_partial; /* RFC 9394 */
		struct partial_range partial;
		bool vanished; /* with UID, and with CHANGEDSINCE: RFC 7162 section 3.2.6 */
	} fetch;
	struct {
		enum roost_flags_mode mode;
		bool silent;
		struct roost_flags flags; /* \Recent is left out */
		bool has_unchanged_since; /* RFC 7162 section 3.1.3 */
		uint64_t unchanged_since;
	} store;
	struct {
		struct search_return wanted;
		struct roost_text charset; /* absent when there was no CHARSET */
		struct notify_group *sources; /* of ESEARCH; NULL: the selected mailbox */
		struct search_key *key; /* SEARCH_AND of all keys given */
	} search; /* SORT and THREAD, too */
	struct sort_criteria sort; /* SORT */
	enum thread_algorithm thread; /* THREAD */
	/* COMPARATOR and LANGUAGE: what the client would like, best first; RFC 5255. CANCELUPDATE: tags. */
	struct {
		size_t count;
		const struct roost_text *texts;
	} choices;
};

/* A literal of a command: either its octets stand in the bytes, after the line that announces it,
 * or they were spooled, and stand nowhere in the bytes. */
struct command_literal {
	struct roost_content *content; /* NULL when the octets stand in the bytes */
};

/* The bytes of a whole command: its line without the final CRLF, and, where a part of the line ends
 * in {n} or {n+}, that line end (CRLF), the octets if they were not spooled, and then the rest. */
struct command_input {
	const char *bytes;
	size_t size;
	const struct command_literal *literals; /* in order */
	size_t literal_count;
	bool utf8_names; /* mailbox names are UTF-8, and "&" means itself: RFC 9051 section 5.1 */
};

/* Parse a command. All that `command_out` points to is in the arena or in the input. On a syntax
 * error it returns ROOST_ERR_INVALID, sets `*error_out` to a text that helps ("Expected a mailbox
 * name after SELECT"), and command_out->tag if the tag was readable (else that is absent).
 * ROOST_ERR_NO_MEMORY. */
int command_parse(struct arena *arena, const struct command_input *input,
	struct command *command_out, const char **error_out);

/* As far as the bytes of an unfinished command show (the first part of its line): its tag (absent
 * when unreadable) and whether it is APPEND or REPLACE, and so the literal at its end its message; the mailbox
 * name may itself be a literal, which does not count. For deciding about a literal before its
 * octets are sent. */
struct command_preview {
	struct roost_text tag;
	bool is_append_message;
};
void command_preview(const struct command_input *input, struct command_preview *preview_out);

/* The name of a command, "FETCH". Static. */
const char *command_name(enum command_kind kind);
/* The same with UID, if it has that, "UID FETCH". Static. */
const char *command_title(const struct command *command);

#endif
