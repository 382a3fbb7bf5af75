/* intake.c - the bytes behind DATA or BDAT, made into a message. */
#include "intake.h"

#include <string.h>
#include <strings.h>

#include <roost/error.h>

static const char dropped_field[] = "Return-Path";
#define DROPPED_SIZE (sizeof(dropped_field) - 1)

void intake_init(struct intake *intake, size_t spool_memory, uint64_t limit)
{
	*intake = (struct intake) {
		.limit = limit,
		.place = INTAKE_LINE_START,
		.in_header = true,
		.looking = true,
	};
	lmtp_spool_init(&intake->spool, spool_memory);
}

void intake_keep_header(struct intake *intake)
{
	intake->in_header = false;
}

void intake_clear(struct intake *intake)
{
	lmtp_spool_clear(&intake->spool);
}

static void keep(struct intake *intake, const char *bytes, size_t n)
{
	if (n > intake->limit || intake->size > intake->limit - n) {
		intake->error = intake->error < 0 ? intake->error : ROOST_ERR_TOO_BIG;
	}
	if (intake->error == 0) {
		intake->size += n;
		intake->error = lmtp_spool_add(&intake->spool, bytes, n);
	}
	if (intake->error < 0) {
		lmtp_spool_clear(&intake->spool);
	}
}

/* Whether the start of a line can still become "Return-Path", blanks and a colon; blanks there are
 * obsolete, and few (RFC 5322 section 4.5). */
static bool may_be_dropped(const struct intake *intake)
{
	size_t n = intake->held_size;
	size_t compared = n < DROPPED_SIZE ? n : DROPPED_SIZE;
	if (strncasecmp(intake->held, dropped_field, compared) != 0) {
		return false;
	}
	for (size_t i = DROPPED_SIZE; i < n; i++) {
		if (intake->held[i] != ' ' && intake->held[i] != '\t') {
			return false;
		}
	}
	return n < sizeof(intake->held);
}

static void stop_looking(struct intake *intake)
{
	intake->looking = false;
	keep(intake, intake->held, intake->held_size);
	intake->held_size = 0;
}

/* The first bytes of a line of the header, until it is clear whether the line stays. */
static void look(struct intake *intake, char c)
{
	if (intake->held_size == 0 && (c == ' ' || c == '\t')) {
		intake->looking = false; /* the field before goes on */
		if (!intake->dropping) {
			keep(intake, &c, 1);
		}
		return;
	}
	if (intake->held_size == 0) {
		intake->dropping = false;
	}
	if (c == ':' && intake->held_size >= DROPPED_SIZE) {
		intake->looking = false;
		intake->dropping = true;
		intake->held_size = 0;
		return;
	}
	intake->held[intake->held_size++] = c;
	if (!may_be_dropped(intake)) {
		stop_looking(intake);
	}
}

/* One byte of the header, line ends being CRLF already. */
static void add_to_header(struct intake *intake, char c)
{
	intake->line_size++;
	if (intake->looking) {
		look(intake, c);
	} else if (!intake->dropping) {
		keep(intake, &c, 1);
	}
	if (c == '\n') {
		intake->in_header = intake->line_size > 2;
		intake->looking = intake->in_header;
		intake->line_size = 0;
	}
}

/* Bytes of a line, with no bare LF among them. */
static void add_line(struct intake *intake, const char *bytes, size_t n)
{
	while (n > 0 && intake->in_header) {
		add_to_header(intake, *bytes++);
		n--;
	}
	if (n > 0) {
		keep(intake, bytes, n);
	}
}

void intake_add(struct intake *intake, const char *bytes, size_t n)
{
	while (n > 0) {
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) : n;
		bool after_cr = line > 0 ? bytes[line - 1] == '\r' : intake->after_cr;
		if (newline == NULL) {
			add_line(intake, bytes, line);
			intake->after_cr = after_cr;
			return;
		}
		if (after_cr) {
			add_line(intake, bytes, line + 1);
		} else {
			add_line(intake, bytes, line);
			add_line(intake, "\r\n", 2);
		}
		intake->after_cr = false;
		bytes += line + 1;
		n -= line + 1;
	}
}

/* One byte where it depends on those before it. Whether it ends the message. */
static bool step(struct intake *intake, char c)
{
	switch (intake->place) {
	case INTAKE_LINE_START:
		if (c == '.') {
			intake->place = INTAKE_DOT;
			return false;
		}
		break;
	case INTAKE_DOT:
		if (c == '\r') {
			intake->place = INTAKE_DOT_CR;
			return false;
		}
		break;
	case INTAKE_DOT_CR:
		if (c == '\n') {
			return true;
		}
		intake_add(intake, "\r", 1);
		break;
	case INTAKE_CR:
		if (c == '\n') {
			intake_add(intake, "\n", 1);
			intake->place = INTAKE_LINE_START;
			return false;
		}
		break;
	case INTAKE_TEXT:
		break;
	}
	intake_add(intake, &c, 1);
	intake->place = c == '\r' ? INTAKE_CR : INTAKE_TEXT;
	return false;
}

size_t intake_add_data(struct intake *intake, const char *bytes, size_t n, bool *ended_out)
{
	size_t used = 0;
	*ended_out = false;
	while (used < n && !*ended_out) {
		if (intake->place == INTAKE_TEXT) {
			const char *cr = memchr(bytes + used, '\r', n - used);
			size_t run = cr != NULL ? (size_t)(cr - bytes) - used : n - used;
			intake_add(intake, bytes + used, run);
			used += run;
		}
		if (used < n) {
			*ended_out = step(intake, bytes[used++]);
		}
	}
	return used;
}

int intake_finish(struct intake *intake, struct roost_content **content_out)
{
	if (intake->held_size > 0) {
		stop_looking(intake);
	}
	return intake->error < 0 ? intake->error : lmtp_spool_finish(&intake->spool, content_out);
}
