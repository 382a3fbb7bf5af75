/* uploads.c - messages that go into a mailbox, over one connection or several at once. */
#include "uploads.h"

#include "common/moment.h"
#include "network.h"

static void choose(struct uploader *uploader)
{
	struct uploads *uploads = uploader->uploads;
	uint32_t number = uploads->next++;
	if (uploads->pool) {
		uploader->now = &uploads->pool[number % uploads->pool_count];
	} else {
		mail_write(&uploader->mail, uploads->plan, number);
		uploader->now = &uploader->mail;
	}
}

static void put_message(struct uploader *uploader)
{
	struct bytes *waiting = &uploader->client.wire.waiting;
	bytes_add(waiting, uploader->now->text.data, uploader->now->text.length);
	bytes_add(waiting, "\r\n", 2);
}

/* Begin as many as may be on the way. */
static void go_on(struct uploader *uploader)
{
	struct uploads *uploads = uploader->uploads;
	struct client *client = &uploader->client;
	bool plus = client->wire.network->literal_plus;
	uint32_t window = plus ? uploads->window : 1;
	while (uploads->next <= uploads->last && client->commands - client->answered < window) {
		choose(uploader);
		uploader->began = moment_now();
		client_begin(client, "APPEND \"%s\" %s {%zu%s}\r\n", uploads->mailbox,
			uploader->now->arguments, uploader->now->text.length, plus ? "+" : "");
		if (plus) {
			put_message(uploader);
		}
	}
	wire_flush(&client->wire);
}

static void hear_go_on(struct client *client)
{
	struct uploader *uploader = (struct uploader *)client;
	put_message(uploader);
	wire_flush(&client->wire);
}

static void hear_done(struct client *client)
{
	struct uploader *uploader = (struct uploader *)client;
	struct uploads *uploads = uploader->uploads;
	if (uploads->latencies) {
		samples_add(uploads->latencies, moment_now() - uploader->began);
	}
	uploads->done++;
	go_on(uploader);
}

static const struct client_events events = { .asked_to_go_on = hear_go_on, .done = hear_done };

void uploads_run(struct uploads *uploads, struct uploader *uploaders, uint32_t count)
{
	uint32_t messages = uploads->last + 1 - uploads->next;
	uploads->done = 0;
	for (uint32_t i = 0; i < count; i++) {
		uploaders[i].uploads = uploads;
		uploaders[i].client.events = &events;
		go_on(&uploaders[i]);
	}
	while (uploads->done < messages) {
		network_wait(uploaders[0].client.wire.network);
	}
}

void uploader_clear(struct uploader *uploader)
{
	mail_clear(&uploader->mail);
}
