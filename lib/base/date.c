/* date.c - the proleptic Gregorian calendar. */
#include "base/date.h"

#include "base/ascii.h"

#define SECONDS_PER_DAY 86400

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };

static int64_t floor_divide(int64_t a, int64_t b)
{
	int64_t quotient = a / b;

	return a % b < 0 ? quotient - 1 : quotient;
}

/* Counted in years that begin in March, so that the leap day is the last of its year: the days before a
 * month are then (153 m + 2) / 5, and 400 years always have 146097 days. */
int64_t date_to_days(int year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? (int64_t)year - 1 : year;
	int64_t era = floor_divide(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t shifted_month = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void date_from_days(int64_t days, struct date_parts *parts)
{
	int64_t shifted = days + 719468;
	int64_t era = floor_divide(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted_month = (5 * day_of_year + 2) / 153;

	parts->day = (unsigned)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
	parts->month = (unsigned)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
	parts->year = (int)(year_of_era + era * 400 + (parts->month <= 2 ? 1 : 0));
	parts->weekday = (unsigned)(days + 4 - floor_divide(days + 4, 7) * 7);
}

bool date_is_valid(int year, unsigned month, unsigned day)
{
	static const unsigned lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12 || day < 1) {
		return false;
	}
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= lengths[month - 1] + (month == 2 && leap ? 1u : 0u);
}

int64_t date_day_of(struct roost_time time)
{
	return floor_divide(time.seconds + (int64_t)time.zone * 60, SECONDS_PER_DAY);
}

void date_parts_of(struct roost_time time, struct date_parts *parts_out)
{
	int64_t local = time.seconds + (int64_t)time.zone * 60;
	int64_t days = floor_divide(local, SECONDS_PER_DAY);
	unsigned rest = (unsigned)(local - days * SECONDS_PER_DAY);

	date_from_days(days, parts_out);
	parts_out->hour = rest / 3600;
	parts_out->minute = rest / 60 % 60;
	parts_out->second = rest % 60;
}

struct roost_time date_time(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
	unsigned second, int32_t zone)
{
	int64_t days = date_to_days(year, month, day);
	int64_t local = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;

	return (struct roost_time) { local - (int64_t)zone * 60, zone };
}

unsigned date_month_from_name(const char name[3])
{
	for (unsigned i = 0; i < 12; i++) {
		if (ascii_equal_nocase(name, month_names[i], 3)) {
			return i + 1;
		}
	}
	return 0;
}

const char *date_month_name(unsigned month)
{
	return month_names[(month - 1) % 12];
}
