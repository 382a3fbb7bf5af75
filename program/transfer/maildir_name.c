/* maildir_name.c - the names of files in a Maildir. */
#include "maildir_name.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/flags.h>

#define FORWARDED "$Forwarded"

/* In the order in which they stand in a name. */
static const struct {
	char letter;
	unsigned flag; /* 0: the keyword $Forwarded */
} letters[] = {
	{ 'D', ROOST_FLAG_DRAFT },
	{ 'F', ROOST_FLAG_FLAGGED },
	{ 'P', 0 },
	{ 'R', ROOST_FLAG_ANSWERED },
	{ 'S', ROOST_FLAG_SEEN },
	{ 'T', ROOST_FLAG_DELETED },
};

size_t maildir_name_unique(const char *name)
{
	return strcspn(name, ":");
}

const char *maildir_name_letters(const char *name)
{
	const char *info = strstr(name, ":2,");
	return info != NULL ? info + 3 : "";
}

/* The number after a letter. */
static bool read_number(const char **text_io, const char *before, int64_t *number_out)
{
	size_t n = strlen(before);
	const char *text = *text_io;
	if (strncmp(text, before, n) != 0) {
		return false;
	}
	char *end = NULL;
	long long number = strtoll(text + n, &end, 10);
	if (end == text + n || (text[n] != '-' && (text[n] < '0' || text[n] > '9'))) {
		return false;
	}
	*number_out = number;
	*text_io = end;
	return true;
}

/* "1710000000.V1700000000R0000000012Z60.roost,S=345", with "D-5" after the zone when the date is before
 * 1970, which the number in front cannot say. */
bool maildir_name_is_ours(const char *name, struct roost_time *date_out, uint32_t *uid_out)
{
	int64_t seconds = 0, validity = 0, uid = 0, zone = 0;
	if (!read_number(&name, "", &seconds) || !read_number(&name, ".V", &validity) ||
		!read_number(&name, "R", &uid) || !read_number(&name, "Z", &zone)) {
		return false;
	}
	(void)read_number(&name, "D", &seconds);
	if (strncmp(name, ".roost,", 7) != 0 || uid < 1 || uid > UINT32_MAX || zone < -1440 ||
		zone > 1440) {
		return false;
	}
	*date_out = (struct roost_time) { .seconds = seconds, .zone = (int32_t)zone };
	*uid_out = (uint32_t)uid;
	return true;
}

char *maildir_name_create(
	uint32_t uid_validity, uint32_t uid, struct roost_time date, uint64_t size)
{
	char before_1970[32] = "";
	char *name = NULL;
	if (date.seconds < 0) {
		(void)snprintf(before_1970, sizeof(before_1970), "D%" PRId64, date.seconds);
	}
	int n = asprintf(&name,
		"%" PRId64 ".V%" PRIu32 "R%010" PRIu32 "Z%" PRId32 "%s.roost,S=%" PRIu64,
		date.seconds < 0 ? 0 : date.seconds, uid_validity, uid, date.zone, before_1970,
		size);
	return n < 0 ? NULL : name;
}

struct roost_time maildir_name_date(const char *name, struct roost_time file_date)
{
	/* A smaller number is no time of delivery: Maildir is younger. */
	const int64_t plausible = 100000000;
	int64_t seconds = 0;
	if (name[0] != '-' && read_number(&name, "", &seconds) && name[0] == '.' &&
		seconds >= plausible && seconds < file_date.seconds) {
		return (struct roost_time) { .seconds = seconds };
	}
	return file_date;
}

static bool has_forwarded(const struct roost_flags *flags)
{
	for (size_t i = 0; i < flags->keyword_count; i++) {
		if (strcmp(flags->keywords[i], FORWARDED) == 0) {
			return true;
		}
	}
	return false;
}

void maildir_name_write_flags(const struct roost_flags *flags, char *letters_out)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].flag != 0 ? (flags->system & letters[i].flag) != 0
					 : has_forwarded(flags)) {
			*letters_out++ = letters[i].letter;
		}
	}
	*letters_out = '\0';
}

int maildir_name_read_flags(const char *text, struct message *message)
{
	int r = 0;
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (strchr(text, letters[i].letter) == NULL) {
			continue;
		}
		message->system_flags |= letters[i].flag;
		if (letters[i].flag == 0) {
			r = message_add_keyword(message, FORWARDED, strlen(FORWARDED));
		}
	}
	return r;
}
