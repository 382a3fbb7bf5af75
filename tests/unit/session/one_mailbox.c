/* one_mailbox.c - a backend of one user who has one mailbox. */
#include "one_mailbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct one_mailbox *one = roost_container_of(backend, struct one_mailbox, backend);
	(void)credentials;
	assert_true(roost_call_may_wait(call));
	*user_out = &one->user;
	return 0;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct roost_mailbox_info info = { .size = sizeof(info), .name = "INBOX" };
	(void)user;
	(void)call;
	(void)options;
	return deliver(context, &info) < 0 ? ROOST_ERR_NO_MEMORY : 0;
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct one_mailbox *one = roost_container_of(user, struct one_mailbox, user);
	(void)options;
	assert_string_equal(name, "INBOX");
	assert_true(roost_call_may_wait(call));
	*mailbox_out = &one->mailbox;
	return 0;
}

void one_mailbox_init(struct one_mailbox *one, const struct roost_mailbox_ops *ops)
{
	static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops),
		.login = login };
	static const struct roost_user_ops user_ops = { .size = sizeof(user_ops),
		.list_mailboxes = list_mailboxes,
		.get_mailbox = get_mailbox };
	*one = (struct one_mailbox) { .backend.ops = &backend_ops };
	one->user = (struct roost_user) { &user_ops, &one->backend, "anna", '/' };
	one->mailbox = (struct roost_mailbox) { ops, &one->user, "INBOX" };
}
