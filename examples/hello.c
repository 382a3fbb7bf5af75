/* hello.c - a complete IMAP server of one message. Usage: hello [PORT]; anna's password: secret. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <roost/roost.h>

static const char text[] = "From: Roost <roost@example.org>\r\n"
			   "Date: Sat, 14 Mar 2026 09:26:53 +0100\r\n"
			   "Subject: Hello\r\n\r\nHello, world.\r\n";
static struct roost_content *mail;
static struct roost_user anna;
static struct roost_mailbox inbox;

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *given, struct roost_user **user_out)
{
	if (given->kind != ROOST_CREDENTIALS_PASSWORD || strcmp(given->username, "anna") != 0 ||
		strcmp(given->secret, "secret") != 0) {
		return ROOST_ERR_INVALID_CREDENTIALS;
	}
	*user_out = &anna;
	return 0;
}

static int list_mailboxes(struct roost_user *user, struct roost_call *call,
	const struct roost_list_options *options, roost_mailbox_fn deliver, void *context)
{
	struct roost_mailbox_info info = { .size = sizeof(info), .name = "INBOX" };
	info.attributes = ROOST_MAILBOX_SUBSCRIBED;
	int r = deliver(context, &info);
	return r == ROOST_STOP ? 0 : r;
}

static int get_mailbox(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	if (strcmp(name, "INBOX") != 0) {
		return ROOST_ERR_NO_SUCH_MAILBOX;
	}
	*mailbox_out = &inbox;
	return 0;
}

static int snapshot(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	snapshot_out->uid_validity = 1;
	snapshot_out->uid_next = 2;
	snapshot_out->unseen_count = snapshot_out->first_unseen = 1;
	return roost_uidset_add(&snapshot_out->uids, 1);
}

static int list_messages(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_message message = { .size = sizeof(message), .uid = 1, .content = mail };
	message.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_CONTENT;
	message.internal_date = (struct roost_time) { .seconds = 1773476813, .zone = 60 };
	int r = roost_uidset_contains(uids, 1) ? deliver(context, &message) : 0;
	return r == ROOST_STOP ? 0 : r;
}

static void close_mailbox(struct roost_mailbox *mailbox)
{
}

static const struct roost_mailbox_ops mailbox_ops = { .size = sizeof(mailbox_ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.close = close_mailbox };
static const struct roost_user_ops user_ops = {
	.size = sizeof(user_ops), .list_mailboxes = list_mailboxes, .get_mailbox = get_mailbox
};
static const struct roost_backend_ops backend_ops = { .size = sizeof(backend_ops), .login = login };
static struct roost_backend backend = { .ops = &backend_ops, .features = ROOST_FEATURE_READ_ONLY };
static struct roost_user anna = { .ops = &user_ops, .backend = &backend, .name = "anna" };
static struct roost_mailbox inbox = { .ops = &mailbox_ops, .user = &anna, .name = "INBOX" };

int main(int argc, char **argv)
{
	char address[32];
	struct roost_server *server;
	snprintf(address, sizeof(address), "127.0.0.1:%s", argc > 1 ? argv[1] : "1143");
	int r = roost_content_create_copy(text, strlen(text), &mail);
	r = r < 0 ? r : roost_server_start(&backend, address, &server);
	if (r < 0) {
		fprintf(stderr, "hello: %s: %s\n", address, roost_error_text(r));
		return 1;
	}
	printf("hello: ready on 127.0.0.1:%u\n", roost_server_port(server, 0));
	fflush(stdout);
	pause(); /* until the program is killed */
	return 0;
}
