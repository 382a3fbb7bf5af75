/* internal_date.c - dates as IMAP writes them. */
#include "grammar/internal_date.h"

#include "base/ascii.h"
#include "base/date.h"
#include "base/text.h"
#include "grammar/lexer.h"

#define ZONE_MAX (14 * 60) /* the widest zone in use is +1400 */

/* A date's text that is being read; `ok` ends when it does not look like one. */
struct scan {
	const char *at;
	const char *end;
	bool ok;
};

static void expect(struct scan *scan, char c)
{
	scan->ok = scan->ok && scan->at < scan->end && *scan->at == c;
	if (scan->ok) {
		scan->at++;
	}
}

/* From `min` up to `max` digits. */
static unsigned read_digits(struct scan *scan, size_t min, size_t max)
{
	unsigned number = 0;
	size_t n = 0;

	while (n < max && scan->at < scan->end && ascii_is_digit(*scan->at)) {
		number = number * 10 + (unsigned)(*scan->at++ - '0');
		n++;
	}
	scan->ok = scan->ok && n >= min;
	return number;
}

/* "1-Feb-1994" */
static void read_date(struct scan *scan, struct date_parts *parts)
{
	parts->day = read_digits(scan, 1, 2);
	expect(scan, '-');
	if (!scan->ok || scan->end - scan->at < 3) {
		scan->ok = false;
		return;
	}
	parts->month = date_month_from_name(scan->at);
	scan->at += 3;
	expect(scan, '-');
	parts->year = (int)read_digits(scan, 4, 4);
	scan->ok = scan->ok && parts->month != 0 &&
		   date_is_valid(parts->year, parts->month, parts->day);
}

/* "02:44:25" */
static void read_clock(struct scan *scan, struct date_parts *parts)
{
	parts->hour = read_digits(scan, 2, 2);
	expect(scan, ':');
	parts->minute = read_digits(scan, 2, 2);
	expect(scan, ':');
	parts->second = read_digits(scan, 2, 2);
	scan->ok = scan->ok && parts->hour < 24 && parts->minute < 60 && parts->second <= 60;
}

/* "-0700", in minutes */
static int32_t read_zone(struct scan *scan)
{
	bool west = scan->at < scan->end && *scan->at == '-';
	unsigned hours, minutes;
	int32_t zone;

	expect(scan, west ? '-' : '+');
	hours = read_digits(scan, 2, 2);
	minutes = read_digits(scan, 2, 2);
	zone = (int32_t)(hours * 60 + minutes);
	scan->ok = scan->ok && minutes < 60 && zone <= ZONE_MAX;
	return west ? -zone : zone;
}

bool internal_date_parse(struct lexer *lexer, struct roost_time *time_out)
{
	struct date_parts parts = { 0 };
	struct roost_text text;
	struct scan scan;
	int32_t zone;

	if (!lexer_quoted(lexer, "a date-time", &text)) {
		return false;
	}
	scan = (struct scan) { text.bytes, text.bytes + text.size, true };
	if (scan.at < scan.end && *scan.at == ' ') {
		scan.at++;
	}
	read_date(&scan, &parts);
	expect(&scan, ' ');
	read_clock(&scan, &parts);
	expect(&scan, ' ');
	zone = read_zone(&scan);
	if (!scan.ok || scan.at != scan.end) {
		return lexer_fail_about(lexer,
			"Expected a date-time such as \"17-Jul-1996 02:44:25 -0700\", not ", text);
	}
	*time_out = date_time(
		parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second, zone);
	return true;
}

bool internal_date_parse_day(struct lexer *lexer, int64_t *day_out)
{
	struct date_parts parts = { 0 };
	struct roost_text text;
	struct scan scan;

	if (lexer_peek(lexer) == '"') {
		(void)lexer_quoted(lexer, "a date", &text);
	} else {
		(void)lexer_atom(lexer, "a date", &text);
	}
	if (lexer->status != 0) {
		return false;
	}
	scan = (struct scan) { text.bytes, text.bytes + text.size, true };
	read_date(&scan, &parts);
	if (!scan.ok || scan.at != scan.end) {
		return lexer_fail_about(lexer, "Expected a date such as 1-Feb-1994, not ", text);
	}
	*day_out = date_to_days(parts.year, parts.month, parts.day);
	return true;
}

static char *put_two(char *p, unsigned number)
{
	*p++ = (char)('0' + number / 10 % 10);
	*p++ = (char)('0' + number % 10);
	return p;
}

void internal_date_write(struct buf *buf, struct roost_time time)
{
	static const int32_t zone_most = 99 * 60 + 59;
	static const int64_t first = -62167219200, last = 253402300799; /* years 0 to 9999 */
	struct date_parts parts;
	unsigned year, zone;
	const char *month;
	char text[sizeof("\"17-Jul-1996 02:44:25 -0700\"")];
	char *p = text;

	if (time.zone > zone_most || time.zone < -zone_most) {
		time.zone = time.zone > 0 ? zone_most : -zone_most;
	}
	if (time.seconds < first || time.seconds > last) {
		time.seconds = time.seconds < first ? first : last;
	}
	date_parts_of(time, &parts);
	year = (unsigned)(parts.year < 0 ? 0 : parts.year > 9999 ? 9999 : parts.year);
	zone = (unsigned)(time.zone < 0 ? -time.zone : time.zone);
	month = date_month_name(parts.month);
	*p++ = '"';
	p = put_two(p, parts.day);
	*p++ = '-';
	*p++ = month[0];
	*p++ = month[1];
	*p++ = month[2];
	*p++ = '-';
	p = put_two(p, year / 100);
	p = put_two(p, year % 100);
	*p++ = ' ';
	p = put_two(p, parts.hour);
	*p++ = ':';
	p = put_two(p, parts.minute);
	*p++ = ':';
	p = put_two(p, parts.second);
	*p++ = ' ';
	*p++ = time.zone < 0 ? '-' : '+';
	p = put_two(p, zone / 60);
	p = put_two(p, zone % 60);
	*p++ = '"';
	buf_add(buf, text, (size_t)(p - text));
}
