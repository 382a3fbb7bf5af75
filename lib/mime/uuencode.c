/* uuencode.c - uuencoded parts, for the transfer decoder. POSIX.1-2008, uuencode. */
#include "mime/uuencode.h"

#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"

/* Bits of transfer_decoder.state. The line so far is in `pending`. */
#define INSIDE 1u /* after "begin" */
#define TOO_LONG 2u /* the line has more bytes than a line of uuencode can have */

static unsigned value_of(const unsigned char *line, size_t size, size_t i)
{
	/* Spaces at the end of a line get lost on the way; they stand for 0. */
	return i < size ? ((unsigned)line[i] - 32u) & 63u : 0;
}

static void decode_data_line(const unsigned char *line, size_t size, struct buf *out)
{
	size_t count = value_of(line, size, 0);
	/* A short line gives no more bytes than it has characters. */
	if (count > size - 1) {
		count = size - 1;
	}
	for (size_t i = 1; count > 0; i += 4) {
		unsigned group = value_of(line, size, i) << 18 | value_of(line, size, i + 1) << 12 |
				 value_of(line, size, i + 2) << 6 | value_of(line, size, i + 3);
		char bytes[3] = { (char)(group >> 16), (char)(group >> 8), (char)group };
		size_t n = count < 3 ? count : 3;
		buf_add(out, bytes, n);
		count -= n;
	}
}

static void end_line(struct transfer_decoder *decoder, struct buf *out)
{
	const unsigned char *line = decoder->pending;
	/* "begin" may carry a long file name; data lines are never that long. */
	size_t size = decoder->state & TOO_LONG ? 0 : decoder->pending_count;
	if (!(decoder->state & INSIDE)) {
		if (decoder->pending_count > 6 && memcmp(line, "begin ", 6) == 0 &&
			ascii_is_digit((char)line[6])) {
			decoder->state |= INSIDE;
		}
	} else if (size == 3 && memcmp(line, "end", 3) == 0) {
		decoder->state &= ~INSIDE;
	} else if (size > 0) {
		decode_data_line(line, size, out);
	}
	decoder->state &= ~TOO_LONG;
	decoder->pending_count = 0;
}

void uuencode_decode(struct transfer_decoder *decoder, const char *bytes, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r') {
			end_line(decoder, out);
		} else if (decoder->pending_count < sizeof(decoder->pending)) {
			decoder->pending[decoder->pending_count++] = (unsigned char)bytes[i];
		} else {
			decoder->state |= TOO_LONG;
		}
	}
}

void uuencode_decode_end(struct transfer_decoder *decoder, struct buf *out)
{
	end_line(decoder, out);
}
