/* tree.h - the mailboxes of a user: making, deleting, renaming and listing them. */
#ifndef LOCAL_TREE_H
#define LOCAL_TREE_H

#include "store.h"

/* Each in an op that has begun. */
int local_tree_create(
	struct account *account, struct roost_call *call, const char *name, unsigned special_use);
int local_tree_delete(struct account *account, struct roost_call *call, const char *name);
int local_tree_rename(
	struct account *account, struct roost_call *call, const char *from, const char *to);

/* listing.c */
int local_listing_subscribe(
	struct account *account, struct roost_call *call, const char *name, bool subscribed);
int local_listing_deliver(struct account *account, struct roost_call *call, struct driver *reader,
	bool subscribed_only, roost_mailbox_fn deliver, void *context);

#endif
