/* sent_date.h - the date and time of a Date field. RFC 5322 sections 3.3 and 4.3. */
#ifndef MIME_SENT_DATE_H
#define MIME_SENT_DATE_H

#include <stdbool.h>

#include <roost/outline.h>

/* Read a date leniently: comments, obsolete zones and years, a missing weekday, seconds, time or
 * zone, the order of asctime(). False when no day can be made out. */
bool sent_date_parse(struct roost_text value, struct roost_time *time_out);

#endif
