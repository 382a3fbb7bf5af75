/* mbox_status.c - what stands in the header of a message in an mbox file that is not the message's.
 */
#include "mbox_status.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/flags.h>

#include "mbox.h"

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

/* In the order in which an export adds them. */
static const char *const fields[] = { "X-UID:", "Status:", "X-Status:", "X-Keywords:" };
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool begins_with(const char *bytes, size_t n, const char *field)
{
	size_t size = strlen(field);
	return n >= size && strncasecmp(bytes, field, size) == 0;
}

static void read_letters(struct message *message, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof(letters) / sizeof(letters[0]); k++) {
			if (bytes[i] == letters[k].letter) {
				message->system_flags |= letters[k].flag;
			}
		}
	}
}

static int read_keywords(struct message *message, const char *bytes, size_t n)
{
	int r = 0;
	for (size_t at = 0; r == 0 && at < n;) {
		size_t begin = at;
		while (at < n && !isspace((unsigned char)bytes[at])) {
			at++;
		}
		r = message_add_keyword(message, bytes + begin, at - begin);
		at++;
	}
	return r;
}

/* The number at `*at_io`, after blanks; it ends at a byte that is no digit. */
static bool read_number(const char *bytes, size_t n, size_t *at_io, int64_t *number_out)
{
	size_t at = *at_io;
	uint64_t value = 0;
	while (at < n && bytes[at] == ' ') {
		at++;
	}
	bool negative = at < n && bytes[at] == '-';
	at += negative;
	size_t begin = at;
	while (at < n && bytes[at] >= '0' && bytes[at] <= '9' && at - begin < 18) {
		value = value * 10 + (uint64_t)(bytes[at++] - '0');
	}
	*at_io = at;
	*number_out = negative ? -(int64_t)value : (int64_t)value;
	return at > begin;
}

void mbox_status_read(const char *bytes, size_t n, struct message *message, int *error_io)
{
	size_t i = 0;
	while (i < FIELDS && !begins_with(bytes, n, fields[i])) {
		i++;
	}
	if (i == FIELDS) {
		return;
	}
	size_t at = strlen(fields[i]);
	int64_t uid = 0;
	if (i == 0) {
		if (read_number(bytes, n, &at, &uid) && uid > 0 && uid <= UINT32_MAX) {
			message->wanted_uid = (uint32_t)uid;
		}
	} else if (i == FIELDS - 1) {
		int r = read_keywords(message, bytes + at, n - at);
		*error_io = *error_io == 0 ? r : *error_io;
	} else {
		read_letters(message, bytes + at, n - at);
	}
}

bool mbox_export_read(struct mbox_export *export, const char *bytes, size_t n)
{
	int64_t seconds = 0, zone = 0, size = 0;
	size_t at = strlen(MBOX_FIELD);
	if (!begins_with(bytes, n, MBOX_FIELD) || !read_number(bytes, n, &at, &seconds) ||
		!read_number(bytes, n, &at, &zone) || !read_number(bytes, n, &at, &size) ||
		zone < -1440 || zone > 1440 || size < 0) {
		return false;
	}
	bool raw = begins_with(bytes + at, n - at, " raw");
	if (!raw && !begins_with(bytes + at, n - at, " lf")) {
		return false;
	}
	*export = (struct mbox_export) {
		.known = true,
		.raw = raw,
		.date = { .seconds = seconds, .zone = (int32_t)zone },
		.size = (uint64_t)size,
	};
	return true;
}

bool mbox_export_adds(struct mbox_export *export, const char *bytes, size_t n)
{
	return export->added < FIELDS && begins_with(bytes, n, fields[export->added++]);
}

void mbox_export_restore(const struct mbox_export *export, struct message *message)
{
	if (!export->known) {
		return;
	}
	message->has_date = true;
	message->date = export->date;
	/* A message without a line end got one, and perhaps an empty line that was taken for the
	 * end of the header. More than that is from somebody else, and stays. */
	if (message->size > export->size && message->size - export->size <= 4) {
		message->size = (size_t) export->size;
	}
}

void mbox_export_write(FILE *stream, const struct mbox_export *export, uint32_t uid,
	const struct roost_flags *flags)
{
	fprintf(stream, MBOX_FIELD " %" PRId64 " %" PRId32 " %" PRIu64 " %s\n",
		export->date.seconds, export->date.zone, export->size, export->raw ? "raw" : "lf");
	fprintf(stream, "X-UID: %" PRIu32 "\nStatus: %sO\nX-Status: ", uid,
		flags->system & ROOST_FLAG_SEEN ? "R" : "");
	for (size_t k = 1; k < sizeof(letters) / sizeof(letters[0]); k++) {
		if (flags->system & letters[k].flag) {
			fputc(letters[k].letter, stream);
		}
	}
	fputs("\nX-Keywords:", stream);
	for (size_t i = 0; i < flags->keyword_count; i++) {
		fprintf(stream, " %s", flags->keywords[i]);
	}
	fputc('\n', stream);
}
