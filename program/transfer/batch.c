/* batch.c - messages that are stored in one step. */
#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include <roost/content.h>
#include <roost/error.h>
#include <roost/outline.h>

static int digest_all(EVP_MD_CTX *context, struct roost_content *content)
{
	unsigned char chunk[32768];
	for (uint64_t at = 0; at < content->size;) {
		int64_t n = roost_content_read(content, at, chunk, sizeof(chunk));
		if (n <= 0) {
			return n < 0 ? (int)n : ROOST_ERR_IO;
		}
		if (EVP_DigestUpdate(context, chunk, (size_t)n) != 1) {
			return ROOST_ERR_NO_MEMORY;
		}
		at += (uint64_t)n;
	}
	return 0;
}

int batch_digest(struct roost_content *content, unsigned char *digest_out)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int r = ROOST_ERR_NO_MEMORY;
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) {
		r = digest_all(context, content);
	}
	if (r == 0 && EVP_DigestFinal_ex(context, digest, NULL) != 1) {
		r = ROOST_ERR_NO_MEMORY;
	}
	if (r == 0) {
		memcpy(digest_out, digest, LEDGER_DIGEST_SIZE);
	}
	EVP_MD_CTX_free(context);
	return r;
}

static void release(void *context, const void *bytes)
{
	(void)context;
	free((void *)(uintptr_t)bytes);
}

/* Give back what growing left over, and make the bytes content. */
static int make_content(struct message *message)
{
	if (message->content != NULL) {
		return 0;
	}
	if (message->size == 0) {
		return roost_content_create_copy("", 0, &message->content);
	}
	char *bytes = realloc(message->bytes, message->size);
	if (bytes != NULL) {
		message->bytes = bytes;
		message->capacity = message->size;
	}
	int r = roost_content_create_borrowed(
		message->bytes, message->size, release, NULL, &message->content);
	if (r == 0) {
		message->bytes = NULL;
	}
	return r;
}

/* The internal date: what the source said, else when the message says it was sent, else the file's.
 */
static struct roost_time internal_date(
	const struct message *message, const void *outline, size_t outline_size)
{
	struct roost_outline opened;
	struct roost_envelope envelope;
	if (message->has_date) {
		return message->date;
	}
	if (roost_outline_open(outline, outline_size, &opened) == 0 &&
		roost_outline_envelope(&opened, 0, &envelope) == 0 && envelope.has_sent_date) {
		return envelope.sent_date;
	}
	return message->fallback_date;
}

static void clear_entry(struct batch_entry *entry)
{
	message_clear(&entry->message);
	free(entry->outline);
	free(entry->identity);
	free(entry->origin);
	*entry = (struct batch_entry) { 0 };
}

int batch_add(
	struct batch *batch, struct message *message, const char *identity, const char *origin)
{
	struct batch_entry *entry = &batch->entries[batch->count];
	size_t outline_size = 0;
	*entry = (struct batch_entry) { .message = *message };
	*message = (struct message) { 0 };
	entry->identity = strdup(identity);
	entry->origin = strdup(origin);
	int r = entry->identity == NULL || entry->origin == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0) {
		r = make_content(&entry->message);
	}
	if (r == 0) {
		r = roost_outline_create(entry->message.content, &entry->outline, &outline_size);
	}
	if (r == 0) {
		r = batch_digest(entry->message.content, entry->digest);
	}
	if (r < 0) {
		clear_entry(entry);
		return r;
	}
	batch->messages[batch->count++] = (struct roost_new_message) {
		.size = sizeof(batch->messages[0]),
		.content = entry->message.content,
		.outline = entry->outline,
		.outline_size = outline_size,
		.flags = message_flags(&entry->message),
		.internal_date = internal_date(&entry->message, entry->outline, outline_size),
		.wanted_uid = entry->message.wanted_uid,
	};
	batch->octets += entry->message.content->size;
	return 0;
}

void batch_drop_last(struct batch *batch)
{
	struct batch_entry *entry = &batch->entries[--batch->count];
	batch->octets -= entry->message.content->size;
	clear_entry(entry);
}

bool batch_is_full(const struct batch *batch)
{
	return batch->count == BATCH_MESSAGES || batch->octets >= BATCH_OCTETS;
}

int batch_store(struct batch *batch, size_t first, size_t count, struct roost_mailbox *mailbox,
	struct roost_call *call)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_uidset_iter iter = { 0 };
	int r = mailbox->ops->create_messages(mailbox, call, &batch->messages[first], count, &uids);
	for (size_t i = first; r == 0 && i < first + count; i++) {
		if (!roost_uidset_next(&uids, &iter, &batch->entries[i].uid)) {
			break;
		}
	}
	roost_uidset_clear(&uids);
	return r;
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		clear_entry(&batch->entries[i]);
	}
	batch->count = 0;
	batch->octets = 0;
}
