/* intake.h - the bytes behind DATA or BDAT, made into a message: dots that were put in taken out,
 * line ends made CRLF, Return-Path fields left out. */
#ifndef PROGRAM_INTAKE_H
#define PROGRAM_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lmtp_spool.h"

enum intake_place {
	INTAKE_LINE_START, /* after CRLF: only here a dot means something */
	INTAKE_DOT,
	INTAKE_DOT_CR,
	INTAKE_TEXT,
	INTAKE_CR,
};

struct intake {
	struct lmtp_spool spool;
	uint64_t limit; /* of the message */
	uint64_t size; /* of the message so far */
	int error; /* why it cannot be kept: ROOST_ERR_TOO_BIG, _NO_MEMORY, _IO */

	enum intake_place place; /* of DATA */

	/* Of the message's lines. */
	bool after_cr; /* the last byte was CR */
	bool in_header;
	bool dropping; /* in a Return-Path field */
	bool looking; /* at the start of a line of the header: it may become one */
	size_t line_size; /* bytes of this line of the header */
	char held[32]; /* its start, while looking */
	size_t held_size;
};

/* A new message, of at most `limit` bytes. End it with intake_clear(). */
void intake_init(struct intake *intake, size_t spool_memory, uint64_t limit);
/* Leave Return-Path fields where they are. Before any bytes. */
void intake_keep_header(struct intake *intake);
void intake_clear(struct intake *intake);

/* Take bytes that follow DATA. Returns how many it took: all, unless the line that ends the message
 * is among them, which `*ended_out` tells. Never fails; see `error`. RFC 5321 sections 4.1.1.4 and
 * 4.5.2: only CRLF . CRLF ends it, whatever other line ends look like. */
size_t intake_add_data(struct intake *intake, const char *bytes, size_t n, bool *ended_out);
/* Take bytes as they are, of BDAT (RFC 3030) or a file. */
void intake_add(struct intake *intake, const char *bytes, size_t n);
/* The message, with one reference. The error that was noted, ROOST_ERR_NO_MEMORY or ROOST_ERR_IO. */
int intake_finish(struct intake *intake, struct roost_content **content_out);

#endif
