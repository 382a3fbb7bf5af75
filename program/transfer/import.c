/* import.c - mail from files into a user's mailbox, through the backend's ops. */
#include "import.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/call.h>
#include <roost/content.h>
#include <roost/error.h>
#include <roost/outline.h>

#include "store/mail_store.h"
#include "folder.h"
#include "maildir.h"
#include "mbox.h"
#include "progress.h"

/* Messages and octets that are stored in one step. */
#define BATCH_MESSAGES 128
#define BATCH_OCTETS ((size_t)8 << 20)

/* Failures that are told one by one; of the rest only the number. */
#define FAILURES_TOLD 100

struct import {
	struct roost_user *user;
	struct roost_mailbox *mailbox;
	struct roost_call *call;
	const volatile sig_atomic_t *stop;
	struct progress progress;

	struct roost_new_message batch[BATCH_MESSAGES];
	void *outlines[BATCH_MESSAGES];
	char *origins[BATCH_MESSAGES];
	size_t batch_count;
	size_t batch_octets;

	char *failures[FAILURES_TOLD];
	size_t failure_count;
};

static const char *const forwarded_keyword[] = { "$Forwarded" };

static bool has_entry(const char *path, const char *name)
{
	char *entry = NULL;
	struct stat about;
	if (asprintf(&entry, "%s/%s", path, name) < 0) {
		return false;
	}
	bool is_folder = stat(entry, &about) == 0 && S_ISDIR(about.st_mode);
	free(entry);
	return is_folder;
}

/* An mbox begins with "From ", perhaps after empty lines, or has nothing in it. */
static bool begins_as_mbox(const char *start, size_t n)
{
	size_t at = 0;
	while (at < n && isspace((unsigned char)start[at])) {
		at++;
	}
	return at == n || (n - at >= 5 && memcmp(start + at, "From ", 5) == 0);
}

static bool look_into_file(const char *path, enum import_kind *kind_out)
{
	char start[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, start, sizeof(start)) : -1;
	if (n < 0) {
		fprintf(stderr, "roost: cannot import %s: %s\n", path, strerror(errno));
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	if (n < 0) {
		return false;
	}
	if (begins_as_mbox(start, (size_t)n)) {
		*kind_out = IMPORT_MBOX;
		return true;
	}
	if (folder_is_message_name(path)) {
		*kind_out = IMPORT_FILE;
		return true;
	}
	fprintf(stderr,
		"roost: cannot import %s: it is neither an mbox file (which begins with "
		"\"From \"), an .eml file, a Maildir nor a folder of .eml files\n",
		path);
	return false;
}

bool import_look(const char *path, enum import_kind *kind_out)
{
	struct stat about;
	if (stat(path, &about) != 0) {
		fprintf(stderr, "roost: cannot import %s: %s\n", path, strerror(errno));
		return false;
	}
	if (S_ISDIR(about.st_mode)) {
		*kind_out = has_entry(path, "cur") ? IMPORT_MAILDIR : IMPORT_FOLDER;
		return true;
	}
	if (!S_ISREG(about.st_mode)) {
		fprintf(stderr, "roost: cannot import %s: it is no file and no folder\n", path);
		return false;
	}
	return look_into_file(path, kind_out);
}

/* Why an op failed, for a person. */
static const char *reason(const struct import *import, int error)
{
	const char *text = roost_call_text(import->call);
	return text != NULL ? text : roost_error_text(error);
}

bool import_begin(struct import **import_out, struct roost_backend *backend, const char *user,
	const volatile sig_atomic_t *stop)
{
	struct import *import = calloc(1, sizeof(*import));
	if (import == NULL || roost_call_create(&import->call, 0) < 0) {
		free(import);
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	import->stop = stop;
	int r = mail_store_sign_in(backend, import->call, user, &import->user);
	if (r < 0) {
		fprintf(stderr, "roost: cannot import for %s: %s\n", user, reason(import, r));
		import->user = NULL;
		import_end(import);
		return false;
	}
	*import_out = import;
	return true;
}

void import_failed(struct import *import, const char *origin, const char *why)
{
	char *line = NULL;
	if (import->failure_count < FAILURES_TOLD && asprintf(&line, "%s: %s", origin, why) >= 0) {
		import->failures[import->failure_count] = line;
	}
	import->failure_count++;
}

static void tell_failures(struct import *import)
{
	size_t count = import->failure_count;
	if (count > 0) {
		fprintf(stderr, "roost: not imported: %zu\n", count);
	}
	for (size_t i = 0; i < count && i < FAILURES_TOLD; i++) {
		if (import->failures[i] != NULL) {
			fprintf(stderr, "roost: not imported: %s\n", import->failures[i]);
		}
		free(import->failures[i]);
		import->failures[i] = NULL;
	}
	if (count > FAILURES_TOLD) {
		fprintf(stderr, "roost: not imported: and %zu more\n", count - FAILURES_TOLD);
	}
	import->failure_count = 0;
}

static int store(struct import *import, size_t first, size_t count)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_mailbox *mailbox = import->mailbox;
	int r = mailbox->ops->create_messages(
		mailbox, import->call, &import->batch[first], count, &uids);
	roost_uidset_clear(&uids);
	return r;
}

static void drop_batch(struct import *import)
{
	for (size_t i = 0; i < import->batch_count; i++) {
		roost_content_unref(import->batch[i].content);
		free(import->outlines[i]);
		free(import->origins[i]);
	}
	import->batch_count = 0;
	import->batch_octets = 0;
}

/* Store the batch: all in one step, or, when that fails, one by one, so that only the messages that
 * are at fault stay out. */
static void flush(struct import *import)
{
	size_t count = import->batch_count;
	int r = count > 0 ? store(import, 0, count) : 0;
	if (r == 0) {
		progress_add(&import->progress, count, import->batch_octets);
	}
	for (size_t i = 0; r < 0 && i < count; i++) {
		roost_call_reset(import->call);
		int each = store(import, i, 1);
		if (each == 0) {
			progress_add(&import->progress, 1, import->batch[i].content->size);
		} else {
			import_failed(import, import->origins[i], reason(import, each));
		}
	}
	roost_call_reset(import->call);
	drop_batch(import);
}

static void close_mailbox(struct import *import)
{
	if (import->mailbox != NULL) {
		flush(import);
		import->mailbox->ops->close(import->mailbox);
		import->mailbox = NULL;
	}
}

bool import_open(struct import *import, const char *name)
{
	close_mailbox(import);
	struct roost_user *user = import->user;
	const struct roost_open_options options = { .size = sizeof(options) };
	const struct roost_create_options create = { .size = sizeof(create) };
	int r = user->ops->get_mailbox(user, import->call, name, &options, &import->mailbox);
	if (r == ROOST_ERR_NO_SUCH_MAILBOX) {
		r = user->ops->create_mailbox(user, import->call, name, &create);
		if (r == 0) {
			r = user->ops->get_mailbox(
				user, import->call, name, &options, &import->mailbox);
		}
	}
	if (r < 0) {
		fprintf(stderr, "roost: cannot import into %s/%s: %s\n", user->name, name,
			reason(import, r));
		import->mailbox = NULL;
	}
	roost_call_reset(import->call);
	return r == 0;
}

static void release(void *context, const void *bytes)
{
	(void)context;
	free((void *)(uintptr_t)bytes);
}

/* Give back what growing left over, and make the bytes content. */
static int make_content(struct message *message, struct roost_content **content_out)
{
	if (message->size == 0) {
		return roost_content_create_copy("", 0, content_out);
	}
	char *bytes = realloc(message->bytes, message->size);
	if (bytes != NULL) {
		message->bytes = bytes;
		message->capacity = message->size;
	}
	int r = roost_content_create_borrowed(
		message->bytes, message->size, release, NULL, content_out);
	if (r == 0) {
		message->bytes = NULL;
	}
	return r;
}

/* The internal date: what the store said, else when the message says it was sent, else the file's.
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

bool import_add(struct import *import, struct message *message, const char *origin)
{
	struct roost_content *content = NULL;
	void *outline = NULL;
	size_t outline_size = 0;
	int r = make_content(message, &content);
	if (r == 0) {
		r = roost_outline_create(content, &outline, &outline_size);
	}
	char *origin_copy = strdup(origin);
	if (r < 0 || origin_copy == NULL) {
		fprintf(stderr, "roost: cannot import %s: %s\n", origin,
			roost_error_text(r < 0 ? r : ROOST_ERR_NO_MEMORY));
		goto fail;
	}
	size_t i = import->batch_count++;
	import->batch[i] = (struct roost_new_message) {
		.size = sizeof(import->batch[i]),
		.content = content,
		.outline = outline,
		.outline_size = outline_size,
		.flags = { .system = message->system_flags,
			.keyword_count = message->forwarded ? 1 : 0,
			.keywords = forwarded_keyword },
		.internal_date = internal_date(message, outline, outline_size),
	};
	import->outlines[i] = outline;
	import->origins[i] = origin_copy;
	import->batch_octets += message->size;
	message_clear(message);
	if (import->batch_count == BATCH_MESSAGES || import->batch_octets >= BATCH_OCTETS) {
		flush(import);
	}
	return true;
fail:
	free(origin_copy);
	free(outline);
	roost_content_unref(content);
	message_clear(message);
	return false;
}

bool import_goes_on(const struct import *import)
{
	return *import->stop == 0;
}

bool import_run(struct import *import, const char *mailbox, const char *path)
{
	enum import_kind kind;
	if (!import_look(path, &kind) || !import_open(import, mailbox)) {
		return false;
	}
	progress_begin(&import->progress, import->user->name, mailbox);
	bool good = false;
	switch (kind) {
	case IMPORT_MBOX:
		good = mbox_read(import, path);
		break;
	case IMPORT_MAILDIR:
		good = maildir_read(import, mailbox, path);
		break;
	case IMPORT_FOLDER:
		good = folder_read(import, path);
		break;
	case IMPORT_FILE:
		good = folder_read_message(import, path, NULL);
		break;
	}
	close_mailbox(import);
	progress_end(&import->progress);
	tell_failures(import);
	return good;
}

void import_end(struct import *import)
{
	if (import == NULL) {
		return;
	}
	close_mailbox(import);
	if (import->user != NULL && ROOST_HAS_OP(import->user->ops, logout)) {
		import->user->ops->logout(import->user);
	}
	roost_call_destroy(import->call);
	free(import);
}
