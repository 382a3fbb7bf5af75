/* date.h - the proleptic Gregorian calendar, without the C library's time zones. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/outline.h>

struct date_parts {
	int year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second; /* second up to 60 */
	unsigned weekday; /* 0: Sunday */
};

/* Days since 1970-01-01 of a date. */
int64_t date_to_days(int year, unsigned month, unsigned day);
/* Whether there is such a date. */
bool date_is_valid(int year, unsigned month, unsigned day);
/* The date and time on the clock in the time's own zone. */
void date_parts_of(struct roost_time time, struct date_parts *parts_out);
/* The day, since 1970-01-01, that the calendar shows in the time's own zone. */
int64_t date_day_of(struct roost_time time);
/* The moment of a date and time on a clock in `zone` (minutes east of UTC). */
struct roost_time date_time(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
	unsigned second, int32_t zone);
/* 1 to 12 for "Jan" to "Dec" in any case; 0 for anything else. */
unsigned date_month_from_name(const char name[3]);
/* "Jan" for 1. Static. */
const char *date_month_name(unsigned month);

#endif
