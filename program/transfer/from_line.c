/* from_line.c - the line before each message of an mbox file. */
#include "from_line.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Words of a "From " line that are looked at, from its end. */
#define MAX_WORDS 32

struct word {
	const char *text;
	size_t n;
};

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

bool from_line_read(const char *bytes, size_t n, bool *has_date_out, struct roost_time *date_out)
{
	struct word words[MAX_WORDS];
	if (n < 5 || memcmp(bytes, "From ", 5) != 0) {
		return false;
	}
	size_t count = split_words(bytes + 5, n - 5, words);
	for (size_t i = 0; i + 5 <= count; i++) {
		if (read_date(&words[i], count - i, date_out)) {
			*has_date_out = true;
			return true;
		}
	}
	*has_date_out = false;
	return count == 1 && words[0].n == 1 && words[0].text[0] == '-';
}

int from_line_depth(const char *bytes, size_t n)
{
	size_t depth = 0;
	while (depth < n && depth <= FROM_LINE_DEPTH && bytes[depth] == '>') {
		depth++;
	}
	return n - depth >= 5 && memcmp(bytes + depth, "From ", 5) == 0 ? (int)depth : -1;
}

bool from_line_is_quoted(const char *bytes, size_t n)
{
	int depth = from_line_depth(bytes, n);
	return depth > 0 && depth <= FROM_LINE_DEPTH;
}
