/* mailbox.c - mailboxes that hold as many messages as a scenario needs. */
#include "mailbox.h"

#include "dialogue.h"
#include "uploads.h"

enum {
	BATCH_MESSAGES = 100,
	BATCH_OCTETS = 8 << 20,
	PIPELINED = 20,
	CONNECTIONS = 8, /* where each message waits for its turn */
};

/* RFC 3502: several messages with one command. */
static void append_batches(struct uploads *uploads, struct uploader *uploader)
{
	struct client *client = &uploader->client;
	struct bytes *waiting = &client->wire.waiting;
	while (uploads->next <= uploads->last) {
		client_begin(client, "APPEND \"%s\"", uploads->mailbox);
		for (uint32_t i = 0; i < BATCH_MESSAGES && uploads->next <= uploads->last &&
				     waiting->length < BATCH_OCTETS;
			i++) {
			struct mail *mail = &uploader->mail;
			mail_write(mail, uploads->plan, uploads->next++);
			bytes_format(waiting, " %s {%zu+}\r\n", mail->arguments, mail->text.length);
			bytes_add(waiting, mail->text.data, mail->text.length);
		}
		bytes_add(waiting, "\r\n", 2);
		wire_flush(&client->wire);
		dialogue_wait(client);
	}
}

/* The first uploader is signed in. */
static void append_all(
	struct network *network, struct uploads *uploads, struct uploader *uploaders, uint32_t user)
{
	uint32_t count = network->literal_plus ? 1 : CONNECTIONS;
	if (network->literal_plus && network->multiappend) {
		append_batches(uploads, &uploaders[0]);
		return;
	}
	for (uint32_t i = 1; i < count; i++) {
		dialogue_sign_in(&uploaders[i].client, network, user);
	}
	uploads_run(uploads, uploaders, count);
	for (uint32_t i = 1; i < count; i++) {
		dialogue_sign_out(&uploaders[i].client);
		uploader_clear(&uploaders[i]);
	}
}

uint32_t mailbox_fill(struct network *network, uint32_t user, const char *mailbox,
	const struct mail_plan *plan, uint32_t messages)
{
	struct uploader uploaders[CONNECTIONS] = { 0 };
	struct client *client = &uploaders[0].client;
	dialogue_sign_in(client, network, user);
	if (!dialogue_try(client, "SELECT \"%s\"", mailbox)) {
		dialogue_run(client, "CREATE \"%s\"", mailbox);
		dialogue_run(client, "SELECT \"%s\"", mailbox);
	}
	uint32_t there = client->messages;
	uint32_t missing = there < messages ? messages - there : 0;
	struct uploads uploads = {
		.mailbox = mailbox,
		.plan = plan,
		.window = PIPELINED,
		.next = there + 1,
		.last = messages,
	};
	if (missing > 0) {
		append_all(network, &uploads, uploaders, user);
	}
	dialogue_sign_out(client);
	uploader_clear(&uploaders[0]);
	return missing;
}

const char *mailbox_way(const struct network *network)
{
	if (!network->literal_plus) {
		return "one by one";
	}
	return network->multiappend ? "MULTIAPPEND" : "pipelined";
}
