/* fuzz_lmtp.c - any bytes as what an LMTP client sends, in pieces of any size, with a store that does what it likes: as
 * many replies as there should be, and the same however the bytes are cut. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "lmtp_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert(), in every build. */
static void require(bool condition)
{
	if (!condition) {
		abort();
	}
}

/* All that a session said, and a sum over all that was stored. */
struct heard {
	char *text;
	size_t size;
	uint64_t stored;
};

static void add_to_sum(struct heard *heard, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		heard->stored = heard->stored * 31 + (unsigned char)bytes[i];
	}
}

static void take_output(struct lmtp_session *session, struct heard *heard)
{
	size_t n = 0;
	char *output = lmtp_session_take_output(session, &n);
	if (output == NULL) {
		return;
	}
	heard->text = realloc(heard->text, heard->size + n);
	require(heard->text != NULL);
	memcpy(heard->text + heard->size, output, n);
	heard->size += n;
	free(output);
}

/* What is answered depends only on the address. */
static void look_up(struct lmtp_session *session)
{
	const struct path *path = lmtp_session_path(session);
	struct path_user user;
	unsigned place = 0;
	bool any = path_next_user(path, &place, &user);
	while (any && path_next_user(path, &place, &user)) {
		require(user.name[0] != '\0');
	}
	switch (path->local[0] & 7) {
	case 0:
		lmtp_session_not_found(session, ROOST_ERR_INVALID_CREDENTIALS, NULL);
		break;
	case 1:
		lmtp_session_not_found(session, ROOST_ERR_IO, path->local);
		break;
	default:
		lmtp_session_found(session, path->local, path->domain, 500);
		break;
	}
}

static void deliver(struct lmtp_session *session, struct heard *heard)
{
	const struct lmtp_message *message = lmtp_session_message(session);
	size_t count = message->recipient_count;
	char bytes[2000];
	require(count > 0 && count <= 5 && message->content->size <= sizeof(bytes));
	size_t n = (size_t)message->content->size;
	require(roost_content_read(message->content, 0, bytes, n) == (int64_t)n);
	/* No line end but CRLF. */
	for (size_t i = 0; i < n; i++) {
		require(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
	}
	add_to_sum(heard, bytes, n);
	add_to_sum(heard, message->sender, strlen(message->sender));
	for (size_t i = count; i-- > 0;) {
		int error = i % 3 == 1 ? ROOST_ERR_OVER_QUOTA : 0;
		require(lmtp_session_wants(session) == LMTP_WANT_DELIVERY);
		lmtp_session_delivered(session, i, error, message->recipients[i].path);
	}
}

/* Each reply is a line of its own, short and printable. */
static void check_output(const struct heard *heard)
{
	size_t line = 0;
	for (size_t i = 0; i < heard->size; i++) {
		if (heard->text[i] == '\n') {
			require(i - line >= 5 && i - line < 512 && heard->text[i - 1] == '\r');
			require(heard->text[line] >= '2' && heard->text[line] <= '5');
			line = i + 1;
		} else if (heard->text[i] != '\r') {
			require(heard->text[i] >= ' ' && heard->text[i] <= '~');
		}
	}
	require(line == heard->size);
}

static void play(const uint8_t *data, size_t size, size_t step, struct heard *heard)
{
	const struct lmtp_session_options options = {
		.host = "host",
		.message_octets = 2000,
		.spool_memory = 1500,
		.recipients = 5,
	};
	struct lmtp_session *session = NULL;
	*heard = (struct heard) { .text = NULL };
	require(lmtp_session_create(&options, &session) == 0);
	for (size_t at = 0; lmtp_session_wants(session) != LMTP_WANT_CLOSE;) {
		size_t n = step < size - at ? step : size - at;
		take_output(session, heard);
		if (lmtp_session_wants(session) == LMTP_WANT_USER) {
			look_up(session);
		} else if (lmtp_session_wants(session) == LMTP_WANT_DELIVERY) {
			deliver(session, heard);
		} else if (n == 0) {
			break;
		} else {
			at += lmtp_session_feed(session, (const char *)data + at, n);
		}
	}
	take_output(session, heard);
	lmtp_session_destroy(session);
	check_output(heard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard whole, cut;
	play(data, size, size, &whole);
	play(data, size, size > 0 ? 1 + data[0] % 7u : 1, &cut);
	require(whole.size == cut.size && memcmp(whole.text, cut.text, whole.size) == 0);
	require(whole.stored == cut.stored);
	free(whole.text);
	free(cut.text);
	return 0;
}
