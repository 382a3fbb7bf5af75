/* mbox.c - mbox files: messages one after another, each after a "From " line. */
#include "mbox.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <roost/error.h>
#include <roost/flags.h>

#include "from_line.h"
#include "identity.h"
#include "mbox_status.h"
#include "mbox_tree.h"

/* Longer lines are read in pieces; no "From " line and no Status field is as long. */
#define LINE_PIECE ((size_t)65536)

struct mbox {
	struct deposit *deposit;
	const char *path;
	FILE *file;
	char *buffer; /* of LINE_PIECE bytes */
	size_t begin, end; /* what is in it and not yet used */
	uint64_t used; /* of the file */
	uint64_t told; /* of that, to the progress */
	bool eof;

	struct message message;
	struct mbox_export export; /* what the message was when it was exported */
	unsigned long number; /* of the message, from 1 */
	int error; /* of this message, a ROOST_ERR_… */
	bool in_message;
	bool first_line; /* of the message is next */
	bool in_export; /* so is the next line of those that the export added */
	bool in_header;
	bool line_start; /* the next piece begins a line */
	bool after_empty; /* the last line was empty */
	char held[3]; /* an empty line of the body: it is the message's only if another line
			 follows */
};

/* The next line, or a piece of a very long one. False at the end of the file. */
static bool next_piece(struct mbox *mbox, const char **bytes_out, size_t *n_out)
{
	for (;;) {
		char *from = mbox->buffer + mbox->begin;
		size_t n = mbox->end - mbox->begin;
		char *newline = memchr(from, '\n', n);
		bool full = n == LINE_PIECE;
		if (newline != NULL || full || (mbox->eof && n > 0)) {
			*bytes_out = from;
			*n_out = newline != NULL ? (size_t)(newline - from) + 1 : n;
			mbox->begin += *n_out;
			mbox->used += *n_out;
			return true;
		}
		if (mbox->eof) {
			return false;
		}
		memmove(mbox->buffer, from, n);
		mbox->begin = 0;
		mbox->end = n;
		size_t got = fread(mbox->buffer + n, 1, LINE_PIECE - n, mbox->file);
		mbox->end += got;
		mbox->eof = got == 0;
	}
}

static bool is_empty(const char *bytes, size_t n)
{
	return (n == 1 && bytes[0] == '\n') || (n == 2 && bytes[0] == '\r' && bytes[1] == '\n');
}

static bool is_blank(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isspace((unsigned char)bytes[i])) {
			return false;
		}
	}
	return true;
}

static void append(struct mbox *mbox, const char *bytes, size_t n)
{
	if (mbox->error == 0) {
		mbox->error = message_append(&mbox->message, bytes, n);
	}
}

/* The message is known unless it is new. */
static void hand_over(struct mbox *mbox, const char *origin)
{
	struct message *message = &mbox->message;
	char *numbered = NULL;
	mbox_export_restore(&mbox->export, message);
	char *identity = identity_of_mbox(message->bytes, message->size);
	/* The same message may stand in the file twice. */
	if (identity == NULL || asprintf(&numbered, "%s %u", identity,
					deposit_count(mbox->deposit, identity)) < 0) {
		deposit_break(mbox->deposit, origin, strerror(ENOMEM));
	} else {
		const struct roost_flags flags = message_flags(message);
		if (!deposit_knows(mbox->deposit, numbered, &flags)) {
			deposit_add(mbox->deposit, message, numbered, origin);
		}
		free(numbered);
	}
	free(identity);
}

/* The message is complete. */
static void finish(struct mbox *mbox)
{
	char *origin = NULL;
	mbox->held[0] = '\0';
	if (!mbox->in_message) {
		return;
	}
	mbox->in_message = false;
	if (asprintf(&origin, "%s, message %lu", mbox->path, mbox->number) < 0) {
		deposit_break(mbox->deposit, mbox->path, strerror(ENOMEM));
	} else if (mbox->error == ROOST_ERR_TOO_BIG) {
		deposit_fail(mbox->deposit, origin, roost_error_text(mbox->error));
	} else if (mbox->error < 0) {
		deposit_break(mbox->deposit, origin, roost_error_text(mbox->error));
	} else {
		hand_over(mbox, origin);
	}
	free(origin);
	message_clear(&mbox->message);
	deposit_advance(mbox->deposit, mbox->used - mbox->told);
	mbox->told = mbox->used;
}

static void begin(struct mbox *mbox, bool has_date, struct roost_time date, int64_t file_time)
{
	mbox->message = (struct message) { .has_date = has_date, .date = date };
	mbox->message.fallback_date.seconds = file_time;
	mbox->export = (struct mbox_export) { 0 };
	mbox->number++;
	mbox->error = 0;
	mbox->in_message = true;
	mbox->in_header = true;
	mbox->first_line = true;
	mbox->in_export = false;
	mbox->after_empty = false;
}

/* A line of the header, or a piece of one. */
static void take_header(struct mbox *mbox, const char *bytes, size_t n, bool line_start)
{
	if (mbox->first_line && mbox_export_read(&mbox->export, bytes, n)) {
		mbox->message.exact = mbox->export.raw;
		mbox->in_export = true;
		mbox->first_line = false;
		return;
	}
	mbox->first_line = false;
	mbox->in_export = mbox->in_export && mbox_export_adds(&mbox->export, bytes, n);
	/* In an export, fields of this kind after those are the message's own. */
	if (line_start && (mbox->in_export || !mbox->export.known)) {
		mbox_status_read(bytes, n, &mbox->message, &mbox->error);
	}
	if (!mbox->in_export) {
		append(mbox, bytes, n);
	}
}

/* A line of the message, or a piece of one. */
static void take(struct mbox *mbox, const char *bytes, size_t n, bool line_start)
{
	bool empty = line_start && is_empty(bytes, n);
	append(mbox, mbox->held, strlen(mbox->held));
	mbox->held[0] = '\0';
	if (mbox->in_header) {
		mbox->in_header = !empty;
		take_header(mbox, bytes, n, line_start);
	} else if (empty) {
		memcpy(mbox->held, bytes, n);
		mbox->held[n] = '\0';
	} else {
		size_t quote = line_start && from_line_is_quoted(bytes, n) ? 1 : 0;
		append(mbox, bytes + quote, n - quote);
	}
	mbox->after_empty = empty;
}

static void read_messages(struct mbox *mbox, int64_t file_time)
{
	const char *bytes = NULL;
	size_t n = 0;
	bool first = true;
	while (next_piece(mbox, &bytes, &n)) {
		bool line_start = mbox->line_start;
		bool has_date = false;
		struct roost_time date = { 0 };
		mbox->line_start = bytes[n - 1] == '\n';
		if (first && is_blank(bytes, n)) {
			continue;
		}
		/* A longer line than can be held is none of these. */
		bool whole = mbox->line_start || n < LINE_PIECE;
		bool begins = line_start && whole && mbox->after_empty &&
			      from_line_read(bytes, n, &has_date, &date);
		/* source_is_mbox() has seen that the first line begins with "From ". */
		if (!begins && !first) {
			take(mbox, bytes, n, line_start);
			continue;
		}
		first = false;
		finish(mbox);
		if (!deposit_goes_on(mbox->deposit)) {
			return;
		}
		begin(mbox, has_date, date, file_time);
	}
	finish(mbox);
}

static void read_file(struct deposit *deposit, const char *path)
{
	struct mbox mbox = {
		.deposit = deposit, .path = path, .line_start = true, .after_empty = true
	};
	struct stat about;
	mbox.buffer = malloc(LINE_PIECE);
	if (mbox.buffer == NULL) {
		deposit_break(deposit, path, strerror(ENOMEM));
		return;
	}
	mbox.file = fopen(path, "re");
	if (mbox.file == NULL || fstat(fileno(mbox.file), &about) != 0) {
		deposit_fail(deposit, path, strerror(errno));
		goto done;
	}
	read_messages(&mbox, about.st_mtim.tv_sec);
	if (ferror(mbox.file)) {
		deposit_fail(deposit, path, "could not be read to its end");
	}
done:
	message_clear(&mbox.message);
	if (mbox.file != NULL) {
		(void)fclose(mbox.file);
	}
	free(mbox.buffer);
}

void mbox_read(const struct source *source, struct deposit *deposit)
{
	struct found found = { 0 };
	if (!mbox_tree_find(&found, source, deposit)) {
		deposit_break(deposit, source->path, strerror(ENOMEM));
	} else if (found.count == 0) {
		deposit_fail(deposit, source->path, "no mbox files are in this folder");
	}
	for (size_t i = 0; i < found.count && deposit_goes_on(deposit); i++) {
		if (source_enter(source, deposit, found.list[i].path, found.list[i].name)) {
			read_file(deposit, found.list[i].path);
		}
	}
	found_clear(&found);
}
