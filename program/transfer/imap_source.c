/* imap_source.c - the mail of another IMAP server. */
#include "imap_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap_list.h"
#include "mailbox_name.h"
#include "pattern.h"

/* Messages that one FETCH asks for, and bytes of the set that says which: no server refuses such a
 * line, and the time until it answers is lost only once for many. */
#define BATCH 1000
#define SET_SIZE 4000
/* A range of UIDs in the set, with its comma. */
#define RANGE_SIZE 22

struct fetching {
	const struct imap_source *source;
	struct deposit *deposit;
	const struct imap_mailbox *mailbox;
	uint32_t uid_validity;
	uint32_t exists;
	struct roost_uidset wanted; /* that are not here, and have not come */
	struct roost_uidset there; /* of those left over: that the server has, but does not give */
};

static char *origin_of(const struct fetching *fetching, uint32_t uid)
{
	char *origin = NULL;
	const struct imap_url *url = fetching->source->url;
	const char *name = fetching->mailbox->name;
	int n = uid != 0 ? asprintf(&origin, "%s:%s/%s, UID %" PRIu32, url->host, url->port, name,
				   uid)
			 : asprintf(&origin, "%s:%s/%s", url->host, url->port, name);
	return n < 0 ? NULL : origin;
}

static void fail(struct fetching *fetching, uint32_t uid, const char *why)
{
	char *origin = origin_of(fetching, uid);
	deposit_fail(fetching->deposit, origin != NULL ? origin : fetching->mailbox->name, why);
	free(origin);
}

static void out_of_memory(struct fetching *fetching)
{
	deposit_break(fetching->deposit, fetching->mailbox->name, strerror(ENOMEM));
}

/* The connection is gone, unless the import was ended already. */
static void give_up(const struct imap_source *source, struct deposit *deposit)
{
	if (deposit_goes_on(deposit)) {
		deposit_break(deposit, source->url->host, imap_client_text(source->client));
	}
}

static void take_flags(
	struct fetching *fetching, const struct imap_response *response, struct message *message)
{
	for (size_t i = 0; i < response->flag_count; i++) {
		struct roost_text flag = response->flags[i];
		if (message_add_flag(message, flag.bytes, flag.size) < 0) {
			out_of_memory(fetching);
		}
	}
}

static void take_status(void *context, const struct imap_response *response)
{
	struct fetching *fetching = context;
	if (response->kind == IMAP_EXISTS) {
		fetching->exists = response->number;
	}
	if (response->uid_validity != 0) {
		fetching->uid_validity = response->uid_validity;
	}
}

/* A message that there is: does it have to come? */
static void take_entry(void *context, const struct imap_response *response)
{
	struct fetching *fetching = context;
	struct message message = { 0 };
	char identity[16];
	if (response->kind != IMAP_FETCH || response->uid == 0 || !response->has_flags ||
		!deposit_goes_on(fetching->deposit)) {
		return;
	}
	take_flags(fetching, response, &message);
	const struct roost_flags flags = message_flags(&message);
	(void)snprintf(identity, sizeof(identity), "%" PRIu32, response->uid);
	if (deposit_knows(fetching->deposit, identity, &flags)) {
		deposit_advance(fetching->deposit, 1);
	} else if (roost_uidset_add(&fetching->wanted, response->uid) < 0) {
		out_of_memory(fetching);
	}
	message_clear(&message);
}

static bool take_body(const struct imap_response *response, struct message *message)
{
	message->exact = true;
	if (response->body != NULL) {
		message->content = roost_content_ref(response->body);
		return true;
	}
	return message_append(message, response->body_text.bytes, response->body_text.size) == 0;
}

/* A message that has come. Others that nobody asked for, and flags, may come in between. */
static void take_message(void *context, const struct imap_response *response)
{
	struct fetching *fetching = context;
	struct message message = {
		.has_date = response->has_date,
		.date = response->date,
		.wanted_uid = response->uid,
	};
	char identity[16];
	if (response->kind != IMAP_FETCH || !response->has_body || response->uid == 0 ||
		!roost_uidset_contains(&fetching->wanted, response->uid) ||
		!deposit_goes_on(fetching->deposit)) {
		return;
	}
	char *origin = origin_of(fetching, response->uid);
	take_flags(fetching, response, &message);
	if (origin == NULL || !take_body(response, &message) ||
		roost_uidset_remove(&fetching->wanted, response->uid) < 0) {
		out_of_memory(fetching);
		message_clear(&message);
	} else {
		(void)snprintf(identity, sizeof(identity), "%" PRIu32, response->uid);
		deposit_add(fetching->deposit, &message, identity, origin);
		deposit_advance(fetching->deposit, 1);
	}
	free(origin);
}

/* Take up to a batch out of the set, and write down which messages it has. */
static bool next_batch(struct fetching *fetching, struct roost_uidset *rest, char *text, size_t n)
{
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	bool good = true;
	for (size_t i = 0; good && i < BATCH && (batch.count + 1) * RANGE_SIZE < n; i++) {
		uint32_t uid = roost_uidset_first(rest);
		if (uid == 0) {
			break;
		}
		good = roost_uidset_add(&batch, uid) == 0 && roost_uidset_remove(rest, uid) == 0;
	}
	if (!good || roost_uidset_format(&batch, text, n) >= n) {
		out_of_memory(fetching);
		good = false;
	}
	roost_uidset_clear(&batch);
	return good;
}

/* Fetch all that is wanted; what was refused or did not come stays in the set. One command at a
 * time: servers may answer two with their messages mixed, and UIDs have to rise. */
static bool fetch_batches(struct fetching *fetching)
{
	struct imap_client *client = fetching->source->client;
	struct roost_uidset rest = ROOST_UIDSET_EMPTY;
	char set[SET_SIZE];
	bool connected = true;
	if (roost_uidset_copy(&rest, &fetching->wanted) < 0) {
		out_of_memory(fetching);
	}
	while (connected && roost_uidset_first(&rest) != 0 && deposit_goes_on(fetching->deposit) &&
		next_batch(fetching, &rest, set, sizeof(set))) {
		uint32_t tag = 0;
		bool answered = false;
		connected = imap_client_send(client, &tag,
				    "UID FETCH %s (UID FLAGS INTERNALDATE BODY.PEEK[])", set) &&
			    imap_client_finish(client, tag, take_message, fetching, &answered);
	}
	roost_uidset_clear(&rest);
	return connected;
}

static void take_left(void *context, const struct imap_response *response)
{
	struct fetching *fetching = context;
	if (response->kind == IMAP_FETCH && response->uid != 0 &&
		roost_uidset_contains(&fetching->wanted, response->uid) &&
		roost_uidset_add(&fetching->there, response->uid) < 0) {
		out_of_memory(fetching);
	}
}

/* What did not come may have been expunged meanwhile. What is still there is tried by itself, so
 * that one message that the server cannot give keeps no other back. */
static bool fetch_left(struct fetching *fetching)
{
	struct imap_client *client = fetching->source->client;
	struct roost_uidset_iter iter = { 0 };
	uint32_t tag = 0;
	uint32_t uid = 0;
	bool answered = false;
	if (!imap_client_send(client, &tag, "UID FETCH %" PRIu32 ":%" PRIu32 " (UID)",
		    roost_uidset_first(&fetching->wanted), roost_uidset_last(&fetching->wanted)) ||
		!imap_client_finish(client, tag, take_left, fetching, &answered)) {
		return false;
	}
	while (deposit_goes_on(fetching->deposit) &&
		roost_uidset_next(&fetching->there, &iter, &uid)) {
		if (!imap_client_send(client, &tag,
			    "UID FETCH %" PRIu32 " (UID FLAGS INTERNALDATE BODY.PEEK[])", uid) ||
			!imap_client_finish(client, tag, take_message, fetching, &answered)) {
			return false;
		}
		if (roost_uidset_contains(&fetching->wanted, uid)) {
			fail(fetching, uid,
				answered ? "the server does not give it"
					 : imap_client_text(client));
			deposit_advance(fetching->deposit, 1);
		}
	}
	return true;
}

static bool fetch_messages(struct fetching *fetching)
{
	struct imap_client *client = fetching->source->client;
	uint32_t tag = 0;
	bool good = false;
	deposit_expect(fetching->deposit, fetching->exists);
	if (!imap_client_send(client, &tag, "UID FETCH 1:* (UID FLAGS)") ||
		!imap_client_finish(client, tag, take_entry, fetching, &good)) {
		return false;
	}
	if (!good) {
		fail(fetching, 0, imap_client_text(client));
		return true;
	}
	return fetch_batches(fetching) &&
	       (roost_uidset_first(&fetching->wanted) == 0 || !deposit_goes_on(fetching->deposit) ||
		       fetch_left(fetching));
}

/* The account at the server, by which its mail is known again. */
static char *identity_of(const struct imap_url *url)
{
	char *identity = NULL;
	return asprintf(&identity, "imap:%s@%s:%s", url->user, url->host, url->port) < 0 ? NULL
											 : identity;
}

static bool open_here(struct fetching *fetching)
{
	const struct imap_mailbox *mailbox = fetching->mailbox;
	char *identity = identity_of(fetching->source->url);
	char *target = mailbox_name_under(fetching->source->mailbox, mailbox->name);
	char *origin = origin_of(fetching, 0);
	bool good = identity != NULL && target != NULL && origin != NULL;
	if (!good) {
		out_of_memory(fetching);
	} else if (!mailbox_name_is_valid(target)) {
		fail(fetching, 0, "the mailbox's name is too long here");
		good = false;
	} else {
		const struct ledger_folder folder = {
			.source = identity,
			.name = mailbox->name,
			.mailbox = target,
			.validity = fetching->uid_validity,
		};
		good = deposit_open(fetching->deposit, &folder, mailbox->special_use, origin);
	}
	free(identity);
	free(target);
	free(origin);
	return good;
}

/* False when the connection is broken. */
static bool read_mailbox(const struct imap_source *source, struct deposit *deposit,
	const struct imap_mailbox *mailbox)
{
	struct fetching fetching = {
		.source = source,
		.deposit = deposit,
		.mailbox = mailbox,
	};
	const struct roost_text raw = { mailbox->raw, mailbox->raw_size };
	uint32_t tag = 0;
	bool good = false;
	if (!imap_client_send_name(source->client, &tag, "EXAMINE", raw, "") ||
		!imap_client_finish(source->client, tag, take_status, &fetching, &good)) {
		return false;
	}
	bool connected = true;
	if (!good) {
		fail(&fetching, 0, imap_client_text(source->client));
	} else if (fetching.uid_validity == 0) {
		fail(&fetching, 0, "the server has no UIDs that last");
	} else if (open_here(&fetching) && fetching.exists > 0) {
		connected = fetch_messages(&fetching);
	}
	roost_uidset_clear(&fetching.wanted);
	roost_uidset_clear(&fetching.there);
	return connected;
}

static bool wants(const struct imap_source *source, const struct imap_mailbox *mailbox)
{
	const char *one = source->url->mailbox;
	if (one != NULL && strcmp(one, mailbox->name) != 0) {
		return false;
	}
	for (size_t i = 0; i < source->only_count; i++) {
		if (pattern_matches(source->only[i], mailbox->name)) {
			return true;
		}
	}
	return source->only_count == 0;
}

static void subscribe(const struct imap_source *source, struct deposit *deposit,
	const struct imap_mailbox *mailbox)
{
	char *target = mailbox_name_under(source->mailbox, mailbox->name);
	if (target != NULL && mailbox_name_is_valid(target)) {
		deposit_subscribe(deposit, target, mailbox->name);
	}
	free(target);
}

void imap_source_read(const struct imap_source *source, struct deposit *deposit)
{
	struct imap_list list = { .count = 0 };
	bool found = false;
	if (!imap_list_read(&list, source->client)) {
		give_up(source, deposit);
	} else if (list.full) {
		deposit_break(deposit, source->url->host, "it has too many mailboxes");
	}
	for (size_t i = 0; i < list.count && deposit_goes_on(deposit); i++) {
		const struct imap_mailbox *mailbox = &list.mailboxes[i];
		if (mailbox->name == NULL) {
			deposit_fail(deposit, mailbox->raw, "a mailbox cannot be called so here");
		} else if (!wants(source, mailbox)) {
			continue;
		} else if (mailbox->subscribed) {
			subscribe(source, deposit, mailbox);
		} else if (mailbox->selectable) {
			found = true;
			if (!read_mailbox(source, deposit, mailbox)) {
				give_up(source, deposit);
			}
		}
	}
	if (!found && deposit_goes_on(deposit)) {
		deposit_fail(deposit, source->url->host, "it has no such mailbox");
	}
	imap_list_clear(&list);
}
