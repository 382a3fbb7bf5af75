/* one_mailbox.h - a backend of one user, anna, who has one mailbox, INBOX, whose ops are the test's. */
#ifndef TESTS_SESSION_ONE_MAILBOX_H
#define TESTS_SESSION_ONE_MAILBOX_H

#include <roost/backend.h>

struct one_mailbox {
	struct roost_backend backend; /* `features` may be set by the test */
	struct roost_user user;
	struct roost_mailbox mailbox;
};

/* It has nothing that would have to be freed. Signing in, and opening the mailbox, are tried nowhere: they may always wait. */
void one_mailbox_init(struct one_mailbox *one, const struct roost_mailbox_ops *ops);

#endif
