/* mbox_writer.c - an export as a tree of mbox files (mboxrd). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file_name.h"
#include "from_line.h"
#include "mbox_status.h"
#include "safe_file.h"
#include "writer.h"

struct mbox_writer {
	struct writer writer;
	struct safe_file file;
	bool has_file;
};

static struct mbox_writer *of(struct writer *writer)
{
	return (struct mbox_writer *)writer;
}

static int create(struct writer **writer_out)
{
	struct mbox_writer *mbox = calloc(1, sizeof(*mbox));
	if (mbox == NULL) {
		return ENOMEM;
	}
	mbox->writer.ops = &mbox_writer_ops;
	*writer_out = &mbox->writer;
	return 0;
}

static char *place(const char *name, bool salt)
{
	return file_name_of_mailbox(name, ".mbox", salt);
}

/* A file that is there is written anew, as what was expunged cannot be taken out of it. */
static int open_mailbox(struct writer *writer, const char *path, uint32_t uid_validity,
	struct roost_uidset *known_out)
{
	struct mbox_writer *mbox = of(writer);
	(void)uid_validity;
	(void)known_out;
	char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	int error = folder == NULL ? ENOMEM : safe_file_make_folders(folder);
	free(folder);
	if (error == 0) {
		error = safe_file_open(&mbox->file, path);
		mbox->has_file = error == 0;
	}
	return error;
}

static int keep(struct writer *writer, const struct roost_message *message)
{
	(void)writer;
	(void)message;
	return 0;
}

/* Whether LF can stand for each line end of the message, and give it back: every LF has one CR
 * before it. */
static bool can_be_lf(const char *bytes, size_t n)
{
	for (const char *at = bytes;
		n > 0 && (at = memchr(at, '\n', n - (size_t)(at - bytes))) != NULL; at++) {
		size_t i = (size_t)(at - bytes);
		if (i == 0 || bytes[i - 1] != '\r' || (i > 1 && bytes[i - 2] == '\r')) {
			return false;
		}
	}
	return true;
}

/* A year of four digits is all that the line can hold; the export's own field holds the rest. */
static void write_from_line(FILE *stream, struct roost_time date)
{
	time_t seconds = date.seconds < 0 ? 0 : date.seconds;
	struct tm parts = { .tm_mday = 1, .tm_year = 70, .tm_wday = 4 };
	char text[64];
	if (seconds > 253402300799 || gmtime_r(&seconds, &parts) == NULL) {
		parts = (struct tm) { .tm_mday = 1, .tm_year = 70, .tm_wday = 4 };
	}
	(void)strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &parts);
	fprintf(stream, "From MAILER-DAEMON %s\n", text);
}

/* Whether all that has to be quoted can be. */
static bool can_be_quoted(const char *bytes, size_t n)
{
	while (n > 0) {
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) + 1 : n;
		if (from_line_depth(bytes, line) >= FROM_LINE_DEPTH) {
			return false;
		}
		bytes += line;
		n -= line;
	}
	return true;
}

static void write_body(FILE *stream, const char *bytes, size_t n, bool raw)
{
	bool in_header = true;
	while (n > 0) {
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) + 1 : n;
		bool has_cr = line > 1 && newline != NULL && bytes[line - 2] == '\r';
		int depth = in_header ? -1 : from_line_depth(bytes, line);
		if (depth >= 0) {
			fputc('>', stream);
		}
		if (has_cr && !raw) {
			fwrite(bytes, 1, line - 2, stream);
			fputc('\n', stream);
		} else {
			fwrite(bytes, 1, line, stream);
		}
		/* As the reader sees it: the end of the header is the first empty line. */
		in_header = in_header && !(newline != NULL && line == (has_cr ? 2 : 1));
		bytes += line;
		n -= line;
	}
}

static int put(struct writer *writer, const struct roost_message *message, const char *bytes)
{
	FILE *stream = of(writer)->file.stream;
	size_t n = (size_t)message->octets;
	const struct mbox_export export = {
		.raw = !can_be_lf(bytes, n),
		.date = message->internal_date,
		.size = n,
	};
	if (!can_be_quoted(bytes, n)) {
		return EILSEQ;
	}
	write_from_line(stream, message->internal_date);
	mbox_export_write(stream, &export, message->uid, &message->flags);
	write_body(stream, bytes, n, export.raw);
	fputs(n > 0 && bytes[n - 1] != '\n' ? "\n\n" : "\n", stream);
	return ferror(stream) ? errno : 0;
}

static int close_mailbox(struct writer *writer, bool whole)
{
	struct mbox_writer *mbox = of(writer);
	int error = mbox->has_file ? safe_file_finish(&mbox->file, whole) : 0;
	mbox->has_file = false;
	return error;
}

static void destroy(struct writer *writer)
{
	free(writer);
}

const struct writer_ops mbox_writer_ops = {
	.format = "mbox",
	.place = place,
	.open = open_mailbox,
	.keep = keep,
	.put = put,
	.close = close_mailbox,
	.create = create,
	.destroy = destroy,
};
