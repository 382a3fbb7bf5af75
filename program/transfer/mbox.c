/* mbox.c - mbox files: messages one after another, each after a "From " line. */
#include "mbox.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include <roost/error.h>
#include <roost/flags.h>

/* Longer lines are read in pieces; no "From " line and no Status field is as long. */
#define LINE_PIECE ((size_t)65536)

/* Words of a "From " line that are looked at, from its end. */
#define MAX_WORDS 32

struct mbox {
	struct import *import;
	const char *path;
	FILE *file;
	char *buffer; /* of LINE_PIECE bytes */
	size_t begin, end; /* what is in it and not yet used */
	bool eof;

	struct message message;
	unsigned long number; /* of the message, from 1 */
	int error; /* of this message, a ROOST_ERR_… */
	bool in_message;
	bool in_header;
	bool line_start; /* the next piece begins a line */
	bool after_empty; /* the last line was empty */
	char held[3]; /* an empty line of the body: it is the message's only if another line
			 follows */
};

struct word {
	const char *text;
	size_t n;
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

static size_t split_words(const char *bytes, size_t n, struct word *words)
{
	size_t count = 0;
	size_t at = 0;
	while (at < n) {
		while (at < n && isspace((unsigned char)bytes[at])) {
			at++;
		}
		size_t begin = at;
		while (at < n && !isspace((unsigned char)bytes[at])) {
			at++;
		}
		if (at == begin) {
			break;
		}
		if (count == MAX_WORDS) {
			memmove(words, words + 1, (MAX_WORDS - 1) * sizeof(*words));
			count--;
		}
		words[count++] = (struct word) { bytes + begin, at - begin };
	}
	return count;
}

/* Which of the three-letter names the word is; -1 for none. */
static int find_name(const struct word *word, const char *names)
{
	if (word->n != 3) {
		return -1;
	}
	for (int i = 0; names[i * 3] != '\0'; i++) {
		if (strncasecmp(word->text, names + i * 3, 3) == 0) {
			return i;
		}
	}
	return -1;
}

/* The number that the word is, from `least` to `most`; -1 for none. */
static int read_number(const char *text, size_t n, int least, int most)
{
	int value = 0;
	if (n == 0 || n > 4) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return -1;
		}
		value = value * 10 + (text[i] - '0');
	}
	return value >= least && value <= most ? value : -1;
}

/* "hh:mm" or "hh:mm:ss". */
static bool read_clock(const struct word *word, struct tm *tm)
{
	const char *text = word->text;
	bool has_seconds = word->n == 8 && text[5] == ':';
	if ((word->n != 5 && !has_seconds) || text[2] != ':') {
		return false;
	}
	tm->tm_hour = read_number(text, 2, 0, 23);
	tm->tm_min = read_number(text + 3, 2, 0, 59);
	tm->tm_sec = has_seconds ? read_number(text + 6, 2, 0, 60) : 0;
	return tm->tm_hour >= 0 && tm->tm_min >= 0 && tm->tm_sec >= 0;
}

/* "+hhmm", in minutes. */
static bool read_zone(const struct word *word, int32_t *zone_out)
{
	const char *text = word->text;
	if (word->n != 5 || (text[0] != '+' && text[0] != '-')) {
		return false;
	}
	int hours = read_number(text + 1, 2, 0, 14);
	int minutes = read_number(text + 3, 2, 0, 59);
	if (hours < 0 || minutes < 0) {
		return false;
	}
	*zone_out = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return true;
}

/* "Mon Apr  4 12:00:01 2005", with a zone before or after the year perhaps. A zone with a name is
 * taken for UTC, as is none. */
static bool read_date(const struct word *words, size_t count, struct roost_time *time_out)
{
	struct tm tm = { .tm_year = -1 };
	int32_t zone = 0;
	if (count < 5 || find_name(&words[0], "SunMonTueWedThuFriSat") < 0) {
		return false;
	}
	tm.tm_mon = find_name(&words[1], "JanFebMarAprMayJunJulAugSepOctNovDec");
	tm.tm_mday = read_number(words[2].text, words[2].n, 1, 31);
	if (tm.tm_mon < 0 || tm.tm_mday < 0 || !read_clock(&words[3], &tm)) {
		return false;
	}
	for (size_t i = 4; i < count && i < 7; i++) {
		if (words[i].n == 4 && tm.tm_year < 0) {
			int year = read_number(words[i].text, 4, 1970, 9999);
			tm.tm_year = year < 0 ? -1 : year - 1900;
		} else {
			(void)read_zone(&words[i], &zone);
		}
	}
	if (tm.tm_year < 0) {
		return false;
	}
	time_out->seconds = (int64_t)timegm(&tm) - (int64_t)zone * 60;
	time_out->zone = zone;
	return true;
}

/* Whether the line is "From sender date" or Mozilla's "From -". In text, lines begin with "From "
 * too: only the date tells them apart. */
static bool is_from_line(const char *bytes, size_t n, bool *has_date_out, struct roost_time *date)
{
	struct word words[MAX_WORDS];
	if (n < 5 || memcmp(bytes, "From ", 5) != 0) {
		return false;
	}
	size_t count = split_words(bytes + 5, n - 5, words);
	for (size_t i = 0; i + 5 <= count; i++) {
		if (read_date(&words[i], count - i, date)) {
			*has_date_out = true;
			return true;
		}
	}
	*has_date_out = false;
	return count == 1 && words[0].n == 1 && words[0].text[0] == '-';
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

/* ">From ", ">>From ": the quoting that a "From " line of the body got. */
static bool is_quoted(const char *bytes, size_t n)
{
	size_t depth = 0;
	while (depth < n && bytes[depth] == '>') {
		depth++;
	}
	return depth > 0 && n - depth >= 5 && memcmp(bytes + depth, "From ", 5) == 0;
}

/* Status and X-Status, as mail programs leave them in mbox files. */
static void read_status(struct message *message, const char *bytes, size_t n)
{
	static const struct {
		char letter;
		unsigned flag;
	} letters[] = {
		{ 'R', ROOST_FLAG_SEEN },
		{ 'A', ROOST_FLAG_ANSWERED },
		{ 'F', ROOST_FLAG_FLAGGED },
		{ 'D', ROOST_FLAG_DELETED },
		{ 'T', ROOST_FLAG_DRAFT },
	};
	size_t name = 0;
	if (n > 7 && strncasecmp(bytes, "Status:", 7) == 0) {
		name = 7;
	} else if (n > 9 && strncasecmp(bytes, "X-Status:", 9) == 0) {
		name = 9;
	}
	for (size_t i = name; name > 0 && i < n; i++) {
		for (size_t k = 0; k < sizeof(letters) / sizeof(letters[0]); k++) {
			if (bytes[i] == letters[k].letter) {
				message->system_flags |= letters[k].flag;
			}
		}
	}
}

static void append(struct mbox *mbox, const char *bytes, size_t n)
{
	if (mbox->error == 0) {
		mbox->error = message_append(&mbox->message, bytes, n);
	}
}

/* The message is complete. */
static bool finish(struct mbox *mbox)
{
	char *origin = NULL;
	bool good = true;
	mbox->held[0] = '\0';
	if (!mbox->in_message) {
		return true;
	}
	mbox->in_message = false;
	if (asprintf(&origin, "%s, message %lu", mbox->path, mbox->number) < 0) {
		message_clear(&mbox->message);
		return false;
	}
	if (mbox->error == ROOST_ERR_TOO_BIG) {
		import_failed(mbox->import, origin, roost_error_text(mbox->error));
		message_clear(&mbox->message);
	} else if (mbox->error < 0) {
		fputs("roost: out of memory\n", stderr);
		good = false;
	} else {
		good = import_add(mbox->import, &mbox->message, origin);
	}
	free(origin);
	return good;
}

static void begin(struct mbox *mbox, bool has_date, struct roost_time date, int64_t file_time)
{
	mbox->message = (struct message) { .has_date = has_date, .date = date };
	mbox->message.fallback_date.seconds = file_time;
	mbox->number++;
	mbox->error = 0;
	mbox->in_message = true;
	mbox->in_header = true;
	mbox->after_empty = false;
}

/* A line of the message, or a piece of one. */
static void take(struct mbox *mbox, const char *bytes, size_t n, bool line_start)
{
	bool empty = line_start && is_empty(bytes, n);
	append(mbox, mbox->held, strlen(mbox->held));
	mbox->held[0] = '\0';
	if (mbox->in_header) {
		append(mbox, bytes, n);
		if (empty) {
			mbox->in_header = false;
		} else if (line_start) {
			read_status(&mbox->message, bytes, n);
		}
	} else if (empty) {
		memcpy(mbox->held, bytes, n);
		mbox->held[n] = '\0';
	} else {
		size_t quote = line_start && is_quoted(bytes, n) ? 1 : 0;
		append(mbox, bytes + quote, n - quote);
	}
	mbox->after_empty = empty;
}

static bool read_messages(struct mbox *mbox, int64_t file_time)
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
		bool begins =
			line_start && mbox->after_empty && is_from_line(bytes, n, &has_date, &date);
		/* import_look() has seen that the first line begins with "From ". */
		if (!begins && !first) {
			take(mbox, bytes, n, line_start);
			continue;
		}
		first = false;
		if (!finish(mbox)) {
			return false;
		}
		if (!import_goes_on(mbox->import)) {
			return true;
		}
		begin(mbox, has_date, date, file_time);
	}
	return finish(mbox);
}

bool mbox_read(struct import *import, const char *path)
{
	struct mbox mbox = {
		.import = import, .path = path, .line_start = true, .after_empty = true
	};
	struct stat about;
	bool good = false;
	mbox.buffer = malloc(LINE_PIECE);
	if (mbox.buffer == NULL) {
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	mbox.file = fopen(path, "re");
	if (mbox.file == NULL || fstat(fileno(mbox.file), &about) != 0) {
		import_failed(import, path, strerror(errno));
		good = true;
		goto done;
	}
	good = read_messages(&mbox, about.st_mtim.tv_sec);
	if (ferror(mbox.file)) {
		import_failed(import, path, "could not be read to its end");
	}
done:
	message_clear(&mbox.message);
	if (mbox.file != NULL) {
		(void)fclose(mbox.file);
	}
	free(mbox.buffer);
	return good;
}
