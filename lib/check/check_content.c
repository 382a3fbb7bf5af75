/* check_content.c - cases about the bytes of messages. */
#include "families.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "step.h"
#include "threads.h"

/* Store one message of `size` octets and take its content. */
static struct roost_content *store(struct check *c, int line, struct mail *mail, size_t size)
{
	if (c->options->append_limit != 0 && c->options->append_limit < size) {
		size = c->options->append_limit;
	}
	*mail = mail_of_size(c, size, 1);
	struct roost_mailbox *inbox = step_open(c, line, "INBOX", STEP_SELECT);
	const uint32_t *uids =
		inbox == NULL || mail->bytes == NULL ? NULL : step_append(c, line, inbox, mail, 1);
	const struct roost_message *message =
		uids == NULL ? NULL : step_message(c, line, inbox, uids[0], ROOST_MESSAGE_CONTENT);
	if (message == NULL || !expect_equal(c, line, message->content->size, size, "size")) {
		return NULL;
	}
	return message->content;
}

struct reader {
	struct roost_content *content;
	const struct mail *mail;
};

/* Read `n` bytes from `offset` through the bare op, which may give fewer at a time. */
static bool read_exactly(
	struct check *c, struct roost_content *content, uint64_t offset, char *buffer, size_t n)
{
	for (size_t done = 0; done < n;) {
		int64_t r = content->ops->read_at(content, offset + done, buffer + done, n - done);
		if (r <= 0 || (uint64_t)r > n - done) {
			fixture_fail(c, __LINE__, "read_at of %zu bytes returned %lld", n - done,
				(long long)r);
			return false;
		}
		done += (size_t)r;
	}
	return true;
}

static void read_anywhere(struct check *c, unsigned index, void *context)
{
	const struct reader *reader = context;
	uint64_t size = reader->mail->size;
	const char *want = reader->mail->bytes;
	uint32_t random = index + 1;
	char *buffer = malloc(size);
	if (buffer == NULL) {
		return;
	}
	for (unsigned i = 0; i < 300 && !fixture_failed(c); i++) {
		uint64_t offset = mail_random(&random) % size;
		uint64_t n = 1 + mail_random(&random) % (i % 10 == 0 ? size : 100);
		n = n > size - offset ? size - offset : n;
		if (!read_exactly(c, reader->content, offset, buffer, n) ||
			!expect_bytes(
				c, __LINE__, buffer, n, want + offset, n, "bytes at an offset")) {
			break;
		}
	}
	free(buffer);
}

static void by_several_threads(struct check *c)
{
	struct mail mail;
	struct reader reader = { store(c, __LINE__, &mail, 200000), &mail };
	if (reader.content != NULL) {
		threads_run(c, __LINE__, c->options->threads, read_anywhere, &reader);
	}
}

static void ends(struct check *c)
{
	struct mail mail;
	struct roost_content *content = store(c, __LINE__, &mail, 1000);
	if (content == NULL) {
		return;
	}
	char buffer[200];
	const char *want = mail.bytes;
	int64_t n = roost_content_read(content, mail.size - 1, buffer, sizeof(buffer));
	if (!expect_equal(c, __LINE__, (uint64_t)n, 1, "bytes read from the last on") ||
		!expect_bytes(c, __LINE__, buffer, 1, want + mail.size - 1, 1, "last byte")) {
		return;
	}
	n = roost_content_read(content, mail.size, buffer, sizeof(buffer));
	(void)expect_equal(c, __LINE__, (uint64_t)n, 0, "bytes read from the end on");
}

static void pointer_and_descriptor(struct check *c)
{
	struct mail mail;
	struct roost_content *content = store(c, __LINE__, &mail, 70000);
	if (content == NULL) {
		return;
	}
	const void *pointer = roost_content_pointer(content);
	if (pointer != NULL && !expect_bytes(c, __LINE__, pointer, mail.size, mail.bytes, mail.size,
				       "bytes at the pointer")) {
		return;
	}
	int fd = -1;
	uint64_t offset = 0;
	int r = roost_content_descriptor(content, &fd, &offset);
	if (r != ROOST_ERR_NOT_SUPPORTED && expect_ok(c, __LINE__, r, "descriptor")) {
		char *buffer = fixture_alloc(c, mail.size);
		ssize_t n = buffer == NULL ? -1 : pread(fd, buffer, mail.size, (off_t)offset);
		(void)(expect_true(c, __LINE__, n >= 0, "the descriptor can be read") &&
			expect_bytes(c, __LINE__, buffer, (size_t)n, mail.bytes, mail.size,
				"bytes in the file"));
	}
}

static void after_expunge(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	uint64_t limit = c->options->append_limit;
	struct mail mails[] = { mail_of_size(c, 200, 1),
		mail_of_size(c, limit != 0 && limit < 70000 ? limit : 70000, 2) };
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 2);
	const struct step_messages *messages =
		uids == NULL ? NULL : step_list(c, __LINE__, inbox, NULL, ROOST_MESSAGE_CONTENT);
	if (messages == NULL || !expect_equal(c, __LINE__, messages->count, 2, "messages") ||
		!step_remove(c, __LINE__, inbox, step_set(c, uids, 2)) ||
		step_fill(c, __LINE__, inbox, 3) == NULL) {
		return;
	}
	step_close(c, inbox);
	if (step_expect_content(
		    c, __LINE__, messages->first->facts.content, mails[0].bytes, mails[0].size)) {
		(void)step_expect_content(
			c, __LINE__, messages->last->facts.content, mails[1].bytes, mails[1].size);
	}
}

static void after_delete(struct check *c)
{
	struct roost_mailbox *work = step_create_open(c, __LINE__, "Work");
	struct mail mail = mail_of_size(c, 5000, 1);
	const uint32_t *uids = work == NULL ? NULL : step_append(c, __LINE__, work, &mail, 1);
	const struct roost_message *message =
		uids == NULL ? NULL
			     : step_message(c, __LINE__, work, uids[0], ROOST_MESSAGE_CONTENT);
	if (message == NULL) {
		return;
	}
	step_close(c, work);
	if (step_delete(c, __LINE__, "Work")) {
		(void)step_expect_content(c, __LINE__, message->content, mail.bytes, mail.size);
	}
}

static void after_logout(struct check *c)
{
	struct check *other = fixture_session(c, __LINE__);
	struct mail mail = mail_of_size(c, 5000, 1);
	struct roost_mailbox *inbox =
		other == NULL ? NULL : step_open(other, __LINE__, "INBOX", STEP_SELECT);
	const uint32_t *uids = inbox == NULL ? NULL : step_append(other, __LINE__, inbox, &mail, 1);
	const struct roost_message *message =
		uids == NULL ? NULL
			     : step_message(other, __LINE__, inbox, uids[0], ROOST_MESSAGE_CONTENT);
	if (message == NULL) {
		return;
	}
	struct roost_content *content = roost_content_ref(message->content);
	fixture_release(c, other);
	(void)step_expect_content(c, __LINE__, content, mail.bytes, mail.size);
	roost_content_unref(content);
}

static void same_content_twice(struct check *c)
{
	struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_SELECT);
	struct mail mails[] = { mail_number(c, 1), mail_number(c, 1) };
	mails[1].flags = "\\Seen";
	const uint32_t *uids = inbox == NULL ? NULL : step_append(c, __LINE__, inbox, mails, 2);
	(void)(uids != NULL && step_expect_mails(c, __LINE__, inbox, mails, 2) &&
		((c->have & NEED_EXPUNGED) != NEED_EXPUNGED ||
			(step_remove(c, __LINE__, inbox, step_set(c, uids, 1)) &&
				step_expect_mails(c, __LINE__, inbox, mails + 1, 1))));
}

static const struct check_case cases[] = {
	{ "content/read_at at any offset by several threads", NEED_APPEND, by_several_threads },
	{ "content/ends where it ends", NEED_APPEND, ends },
	{ "content/pointer and descriptor have the same bytes", NEED_APPEND,
		pointer_and_descriptor },
	{ "content/readable after expunge while referenced", NEED_EXPUNGED, after_expunge },
	{ "content/readable after the mailbox is deleted",
		NEED_APPEND | NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX, after_delete },
	{ "content/readable after logout", NEED_APPEND, after_logout },
	{ "content/two messages of the same bytes", NEED_APPEND, same_content_twice },
};

const struct check_family check_content = { "check_content.c", cases,
	sizeof(cases) / sizeof(cases[0]) };
