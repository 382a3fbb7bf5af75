/* envelope.c - ENVELOPE, written straight from an outline. RFC 3501 section 7.4.2. */
#include "mime/write.h"

#include <roost/error.h>

#include "base/buf.h"

static void write_address(struct buf *buf, const struct roost_address *address)
{
	buf_char(buf, '(');
	nstring_write(buf, address->name);
	buf_char(buf, ' ');
	nstring_write(buf, address->route);
	buf_char(buf, ' ');
	nstring_write(buf, address->mailbox);
	buf_char(buf, ' ');
	nstring_write(buf, address->host);
	buf_char(buf, ')');
}

static void write_addresses(struct buf *buf, const struct roost_outline *outline, uint32_t part,
	const struct roost_envelope *envelope, enum roost_address_field field)
{
	/* Both default to From when they are absent or empty. */
	if (envelope->address_count[field] == 0 &&
		(field == ROOST_ADDRESS_SENDER || field == ROOST_ADDRESS_REPLY_TO)) {
		field = ROOST_ADDRESS_FROM;
	}
	if (envelope->address_count[field] == 0) {
		buf_string(buf, "NIL");
		return;
	}
	buf_char(buf, '(');
	for (size_t i = 0; i < envelope->address_count[field]; i++) {
		struct roost_address address;
		if (roost_outline_address(outline, part, field, i, &address) == 0) {
			write_address(buf, &address);
		}
	}
	buf_char(buf, ')');
}

void envelope_write(struct buf *buf, const struct roost_outline *outline, uint32_t part)
{
	struct roost_envelope envelope;
	if (roost_outline_envelope(outline, part, &envelope) < 0) {
		buf_string(buf, "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
		return;
	}
	buf_char(buf, '(');
	nstring_write(buf, envelope.date);
	buf_char(buf, ' ');
	nstring_write(buf, envelope.subject);
	for (int field = 0; field < ROOST_ADDRESS_FIELDS; field++) {
		buf_char(buf, ' ');
		write_addresses(buf, outline, part, &envelope, (enum roost_address_field)field);
	}
	buf_char(buf, ' ');
	nstring_write(buf, envelope.in_reply_to);
	buf_char(buf, ' ');
	nstring_write(buf, envelope.message_id);
	buf_char(buf, ')');
}
