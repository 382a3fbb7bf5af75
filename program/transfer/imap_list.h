/* imap_list.h - the mailboxes of another IMAP server, and what they are called here. */
#ifndef PROGRAM_IMAP_LIST_H
#define PROGRAM_IMAP_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "imap_client.h"

/* Mailboxes that are taken from one server. */
#define IMAP_LIST_MAX 100000

struct imap_mailbox {
	char *raw; /* the name as the server writes it */
	size_t raw_size;
	char *name; /* UTF-8, with '/' between the levels; NULL: it cannot be had here */
	unsigned special_use; /* ROOST_MAILBOX_… bits */
	bool selectable;
	bool subscribed; /* it stands in the list of subscriptions, and nowhere else says more */
};

struct imap_list {
	struct imap_mailbox *mailboxes;
	size_t count;
	bool full; /* memory or room is out */
};

/* Ask for all mailboxes, and all subscriptions. False when the connection is broken, or the server
 * refuses, as imap_client_text() tells. */
bool imap_list_read(struct imap_list *list, struct imap_client *client);
void imap_list_clear(struct imap_list *list);

#endif
