/* cmd_mailbox.c - making and changing mailboxes: CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE. RFC 3501
 * sections 6.3.3 to 6.3.7, RFC 6154. */
#include "session/session.h"

/* The id of the mailbox that was created as a response code; NULL when it has none. RFC 8474 section 4.1. */
static const char *created_mailbox_id(struct roost_conn *conn)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };

	if ((conn->backend->features & ROOST_FEATURE_OBJECT_ID) == 0 ||
		user_mailbox_status(conn->user, conn->call, conn->command.mailbox,
			ROOST_STATUS_MAILBOX_ID, &status) < 0 ||
		status.mailbox_id.bytes == NULL) {
		return NULL;
	}
	return mailbox_id_code(conn, status.mailbox_id);
}

enum step cmd_create(struct roost_conn *conn, struct roost_text line)
{
	struct roost_create_options options = {
		.size = sizeof(options),
		.special_use = conn->command.create.special_use,
	};

	(void)line;
	if (conn->command.create.unknown_use ||
		(options.special_use != 0 &&
			(conn->backend->features & ROOST_FEATURE_SPECIAL_USE) == 0)) {
		return reply_no(conn, "USEATTR", "There is no such special use here");
	}
	int r = user_create_mailbox(conn->user, conn->call, conn->command.mailbox, &options);
	if (r < 0) {
		return reply_error(conn, r);
	}
	names_tell(conn);
	return reply_ok(conn, created_mailbox_id(conn), "Mailbox created");
}

enum step cmd_delete(struct roost_conn *conn, struct roost_text line)
{
	int r = user_delete_mailbox(conn->user, conn->call, conn->command.mailbox);

	(void)line;
	if (r < 0) {
		return reply_error(conn, r);
	}
	if (conn->view != NULL) {
		conn->view->look = true; /* it may have been the selected one, spelled otherwise */
	}
	names_tell(conn);
	return reply_ok(conn, NULL, "Mailbox deleted");
}

enum step cmd_rename(struct roost_conn *conn, struct roost_text line)
{
	const char *from = conn->command.mailbox;
	int r = user_rename_mailbox(conn->user, conn->call, from, conn->command.rename.to);

	(void)line;
	if (r < 0) {
		return reply_error(conn, r);
	}
	if (conn->view != NULL) {
		conn->view->look = true; /* INBOX is empty now; another mailbox is gone */
	}
	names_tell(conn);
	return reply_ok(conn, NULL, "Mailbox renamed");
}

enum step cmd_subscribe(struct roost_conn *conn, struct roost_text line)
{
	bool subscribe = conn->command.kind == COMMAND_SUBSCRIBE;
	int r = user_set_subscribed(conn->user, conn->call, conn->command.mailbox, subscribe);

	(void)line;
	return r < 0 ? reply_error(conn, r)
		     : reply_ok(conn, NULL, subscribe ? "Subscribed" : "Unsubscribed");
}
