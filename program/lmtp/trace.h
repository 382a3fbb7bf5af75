/* trace.h - the lines that are put in front of a message when it is delivered. */
#ifndef PROGRAM_TRACE_H
#define PROGRAM_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

/* What is known of the delivery. Texts hold no control characters; NULL leaves a line out. */
struct trace {
	const char *sender; /* Return-Path; "" for <> */
	const char *recipient; /* Delivered-To, and the "for" of Received */
	const char *protocol; /* "LMTP"; NULL: no Received line */
	const char *client; /* who it came from, as it called itself */
	const char *address; /* and where it came from; "" for a Unix socket */
	const char *host; /* this one */
	const char *id; /* of the delivery, as the log calls it */
	struct roost_time date;
};

/* The time now, with this machine's zone. */
struct roost_time trace_now(void);

/* The lines, each ended by CRLF. From malloc; NULL when memory is out. RFC 5321 section 4.4. */
char *trace_write(const struct trace *trace, size_t *n_out);

#endif
