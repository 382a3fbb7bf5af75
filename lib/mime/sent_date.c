/* sent_date.c - the date and time of a Date field. RFC 5322 sections 3.3 and 4.3. */
#include "mime/sent_date.h"

#include <stddef.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/text.h"

struct date_reader {
	const char *at, *end;
	bool has_day, has_month, has_year, has_time, has_zone;
	unsigned day, month, hour, minute, second;
	int year;
	int32_t zone;
};

static void skip_comment(struct date_reader *reader)
{
	size_t depth = 0;
	while (reader->at < reader->end) {
		char c = *reader->at++;
		if (c == '\\' && reader->at < reader->end) {
			reader->at++;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && --depth == 0) {
			return;
		}
	}
}

/* The digits that come next: how many, and their value when they are few. */
static size_t read_number(struct date_reader *reader, unsigned *number_out)
{
	size_t count = 0;
	unsigned number = 0;
	while (reader->at < reader->end && ascii_is_digit(*reader->at)) {
		if (count < 6) {
			number = number * 10 + (unsigned)(*reader->at - '0');
		}
		count++;
		reader->at++;
	}
	*number_out = number;
	return count;
}

static bool at_char(const struct date_reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

/* After the hour: ":mm[:ss]". An impossible time leaves the day with midnight. */
static void read_time(struct date_reader *reader, unsigned hour)
{
	unsigned minute = 0;
	unsigned second = 0;
	unsigned fraction;
	reader->at++;
	(void)read_number(reader, &minute);
	if (at_char(reader, ':')) {
		reader->at++;
		(void)read_number(reader, &second);
		if (at_char(reader, '.')) {
			reader->at++;
			(void)read_number(reader, &fraction);
		}
	}
	reader->has_time = true;
	if (hour < 24 && minute < 60 && second <= 60) {
		reader->hour = hour;
		reader->minute = minute;
		reader->second = second;
	}
}

static void set_year(struct date_reader *reader, unsigned number, size_t digits)
{
	/* RFC 5322 section 4.3. */
	if (digits <= 2) {
		number += number < 50 ? 2000 : 1900;
	} else if (digits == 3) {
		number += 1900;
	}
	if (number >= 1 && number <= 9999) {
		reader->year = (int)number;
		reader->has_year = true;
	}
}

static void take_number(struct date_reader *reader)
{
	unsigned number;
	size_t digits = read_number(reader, &number);
	if (digits > 6) {
		return;
	}
	if (at_char(reader, ':') && !reader->has_time && digits <= 2) {
		read_time(reader, number);
	} else if (!reader->has_day && digits <= 2) {
		reader->day = number;
		reader->has_day = true;
	} else if (!reader->has_year) {
		set_year(reader, number, digits);
	}
}

/* "+hhmm", also "+hh:mm" and "+hh". */
static void take_zone(struct date_reader *reader)
{
	bool negative = *reader->at++ == '-';
	unsigned number;
	size_t digits = read_number(reader, &number);
	/* "06-Jul-1995" has a sign between words too. */
	if (!reader->has_time || reader->has_zone || digits == 0 || digits > 4) {
		if (digits > 0 && digits <= 4 && reader->has_day && reader->has_month &&
			!reader->has_year) {
			set_year(reader, number, digits);
		}
		return;
	}
	unsigned hours = digits > 2 ? number / 100 : number;
	unsigned minutes = digits > 2 ? number % 100 : 0;
	if (digits <= 2 && at_char(reader, ':')) {
		reader->at++;
		(void)read_number(reader, &minutes);
	}
	reader->has_zone = true;
	if (hours < 100 && minutes < 60) {
		int32_t zone = (int32_t)(hours * 60 + minutes);
		reader->zone = negative ? -zone : zone;
	}
}

/* RFC 822 got the signs of the military zones wrong, so that one letter says nothing; nor does a
 * name that is not known. RFC 5322 section 4.3: -0000. */
static int32_t named_zone(struct roost_text word)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {
		{ "UT", 0 },
		{ "GMT", 0 },
		{ "UTC", 0 },
		{ "EST", -5 },
		{ "EDT", -4 },
		{ "CST", -6 },
		{ "CDT", -5 },
		{ "MST", -7 },
		{ "MDT", -6 },
		{ "PST", -8 },
		{ "PDT", -7 },
	};
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (text_equal_nocase(word, text_from(zones[i].name))) {
			return zones[i].hours * 60;
		}
	}
	return 0;
}

static void take_word(struct date_reader *reader)
{
	const char *first = reader->at;
	while (reader->at < reader->end && ascii_is_alpha(*reader->at)) {
		reader->at++;
	}
	struct roost_text word = text_between(first, reader->at);
	unsigned month = word.size >= 3 ? date_month_from_name(word.bytes) : 0;
	if (month != 0 && !reader->has_month) {
		reader->month = month;
		reader->has_month = true;
	} else if (text_equal_nocase(word, TEXT("pm")) && reader->hour < 12) {
		reader->hour += reader->has_time ? 12 : 0;
	} else if (text_equal_nocase(word, TEXT("am"))) {
		reader->hour = reader->hour == 12 ? 0 : reader->hour;
	} else if (reader->has_time && !reader->has_zone && word.size > 0) {
		reader->has_zone = true;
		reader->zone = named_zone(word);
	}
}

bool sent_date_parse(struct roost_text value, struct roost_time *time_out)
{
	struct date_reader reader = { .at = value.bytes, .end = value.bytes + value.size };
	while (reader.at < reader.end) {
		char c = *reader.at;
		if (c == '(') {
			skip_comment(&reader);
		} else if (ascii_is_digit(c)) {
			take_number(&reader);
		} else if (ascii_is_alpha(c)) {
			take_word(&reader);
		} else if (c == '+' || c == '-') {
			take_zone(&reader);
		} else {
			reader.at++;
		}
	}
	if (!reader.has_day || !reader.has_month || !reader.has_year ||
		!date_is_valid(reader.year, reader.month, reader.day)) {
		return false;
	}
	*time_out = date_time(reader.year, reader.month, reader.day, reader.hour, reader.minute,
		reader.second, reader.zone);
	return true;
}
