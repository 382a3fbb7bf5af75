/* notify.h - what NOTIFY asks for. RFC 5465. */
#ifndef GRAMMAR_NOTIFY_H
#define GRAMMAR_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "grammar/fetch_item.h"

/* Groups of one NOTIFY, and names in all of them. */
#define NOTIFY_MAX_GROUPS 100
#define NOTIFY_MAX_NAMES 1000

/* RFC 5465 section 5; those of which roost tells. */
enum notify_event {
	NOTIFY_MESSAGE_NEW = 1 << 0,
	NOTIFY_MESSAGE_EXPUNGE = 1 << 1,
	NOTIFY_FLAG_CHANGE = 1 << 2,
	NOTIFY_MAILBOX_NAME = 1 << 3,
	NOTIFY_SUBSCRIPTION_CHANGE = 1 << 4,
};

/* RFC 5465 section 6. */
enum notify_filter {
	NOTIFY_SELECTED,
	NOTIFY_SELECTED_DELAYED,
	NOTIFY_INBOXES,
	NOTIFY_PERSONAL,
	NOTIFY_SUBSCRIBED,
	NOTIFY_SUBTREE,
	NOTIFY_MAILBOXES,
	NOTIFY_SUBTREE_ONE, /* only for ESEARCH: RFC 7377 section 2.2 */
};

struct lexer;

struct notify_name {
	const char *mailbox; /* UTF-8 */
	struct notify_name *next;
};

struct notify_group {
	enum notify_filter filter;
	struct notify_name *names; /* SUBTREE, MAILBOXES */
	unsigned events; /* NOTIFY_… bits of events; 0 for NONE */
	struct fetch_item *items; /* of MessageNew; NULL for none */
	struct notify_group *next;
};

/* Read which mailboxes ESEARCH is for, "IN (…)", and the space behind it, if it stands there: groups without
 * events. */
bool notify_sources_parse(struct lexer *lexer, struct notify_group **groups_out);
/* The events that there are, as the response code BADEVENT has them. Static. */
const char *notify_event_names(void);

#endif
