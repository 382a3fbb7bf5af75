/* toy.h - a backend of a few mailboxes, from which ops can be taken away and which can be told to
 * misbehave. */
#ifndef TESTS_UNIT_BACKEND_TOY_H
#define TESTS_UNIT_BACKEND_TOY_H

#include <roost/backend.h>
#include <roost/updates.h>

#define TOY_MAILBOXES 8
#define TOY_MESSAGES 40

/* What a backend can do wrong. */
enum toy_fault {
	TOY_WELL_BEHAVED,
	TOY_NO_USER,
	TOY_NO_MAILBOX_HANDLE,
	TOY_POSITIVE_RESULT,
	TOY_NO_UID_VALIDITY,
	TOY_LOW_UID_NEXT,
	TOY_STRANGE_RECENT,
	TOY_STRANGE_UNSEEN,
	TOY_DESCENDING,
	TOY_TWICE,
	TOY_NOT_ASKED_FOR,
	TOY_DEAF_TO_STOP,
	TOY_SWALLOWS_ERRORS,
	TOY_FEW_UIDS,
	TOY_LOPSIDED_COPY,
	TOY_COPIES_OTHERS,
	TOY_NO_DESTINATION_VALIDITY,
	TOY_EXPUNGES_OTHERS,
	TOY_FINDS_OTHERS,
	TOY_BAD_NAMES,
	TOY_LEAVES_JUNK_ON_FAILURE,
	TOY_NO_FLAGS,
};

struct toy_message {
	uint32_t uid;
	unsigned flags;
	bool recent;
	bool unreadable; /* delivered without outline and content */
	const char *text;
	void *outline; /* NULL: has none */
	size_t outline_size;
};

struct toy_box {
	char name[64]; /* "" when there is none */
	uint32_t uid_validity;
	uint32_t uid_next;
	size_t count;
	struct toy_message messages[TOY_MESSAGES];
};

/* What failed ops say. */
#define TOY_TEXT "the toy is broken"

struct toy {
	struct roost_backend base;
	struct roost_backend_ops backend_ops;
	struct roost_user_ops user_ops;
	struct roost_mailbox_ops mailbox_ops;
	struct roost_updates *updates; /* of roost_updates_create() */
	struct toy_box boxes[TOY_MAILBOXES];
	enum toy_fault fault;
	int copy_error, flags_error, expunge_error, rename_error; /* to fail with */
	uint64_t backend_limit, user_limit;
	unsigned list_calls;
	unsigned content_asked; /* calls of list_messages that asked for content */
	unsigned open_handles;
	unsigned messages_without_outline; /* that create_messages was given */
	bool opened_selected, opened_read_only; /* the last get_mailbox */
};

/* A toy with all ops but search_messages and move_messages, rename_mailbox for INBOX and
 * mailbox_status; and an INBOX. */
void toy_init(struct toy *toy);
void toy_destroy(struct toy *toy);
/* Leave only the six required ops. */
void toy_make_simple(struct toy *toy);
/* Make the toy wrong in one way, giving it the op that this takes. */
void toy_make_wrong(struct toy *toy, enum toy_fault fault);

struct toy_box *toy_box(struct toy *toy, const char *name); /* NULL when there is none */
struct toy_box *toy_add_box(struct toy *toy, const char *name);
/* A message of this text, with the next UID, which is returned. */
uint32_t toy_add(struct toy_box *box, const char *text, unsigned flags, bool with_outline);

#endif
