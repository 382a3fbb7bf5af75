/* outline.h - what is worth knowing of a message, worked out once: its part tree, envelopes,
 * fields, keys.
 *
 * An outline is a flat, versioned, position-independent block of bytes. The library makes it in one
 * pass over a message of any bytes; a backend keeps it beside the message as opaque bytes;
 * everything here reads it in place. All text in it is raw: as it stands in the message, unfolded,
 * but not decoded. Offsets and line counts are exact on the bytes as stored, whatever their line
 * ends (CRLF, LF, CR, mixed). RFC 5322, RFC 2045, RFC 2046, RFC 2183, RFC 2231. */
#ifndef ROOST_OUTLINE_H
#define ROOST_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

/* Bytes, not NUL-terminated, borrowed from what they were read from. `bytes` is NULL for what is
 * absent (NIL), not NULL with size 0 for what is empty. */
struct roost_text {
	const char *bytes;
	size_t size;
};

/* A moment and the zone it was written in. */
struct roost_time {
	int64_t seconds; /* since 1970-01-01 00:00:00 UTC */
	int32_t zone; /* minutes east of UTC */
};

/* An outline in memory. The bytes are the caller's and must outlive all that is read from it. */
struct roost_outline {
	const void *bytes;
	size_t size;
};

/* Work out the outline of a message. Never fails for what the bytes are: any bytes have an outline.
 * `bytes_out` is from malloc and the caller's. ROOST_ERR_NO_MEMORY, ROOST_ERR_IO (from reading). */
ROOST_API int roost_outline_create(
	struct roost_content *content, void **bytes_out, size_t *size_out);

/* Look at bytes that came from a store, and set `outline_out` to them if they are a whole outline
 * of this version. Else ROOST_ERR_NOT_SUPPORTED (another version) or ROOST_ERR_CORRUPT: make it
 * again. The bytes may be hostile; after 0, reading from the outline is safe. */
ROOST_API int roost_outline_open(const void *bytes, size_t size, struct roost_outline *outline_out);

#define ROOST_NO_PART UINT32_MAX

enum roost_part_kind {
	ROOST_PART_BASIC, /* neither of the others */
	ROOST_PART_TEXT, /* text/ * */
	ROOST_PART_MESSAGE, /* message/rfc822 or message/global, with one child: the message in it
			     */
	ROOST_PART_MULTIPART, /* with a child per body part; perhaps none */
};

/* One part. Part 0 is the message itself; parts are numbered in the order of their bytes. */
struct roost_part {
	enum roost_part_kind kind;
	uint32_t parent; /* ROOST_NO_PART for part 0 */
	uint32_t first_child; /* ROOST_NO_PART when there is none */
	uint32_t next_sibling; /* ROOST_NO_PART for the last */
	uint64_t header_offset; /* from the start of the whole message */
	uint64_t header_size; /* with the empty line that ends it */
	uint64_t body_offset;
	uint64_t body_size; /* without the line end that belongs to the boundary after it */
	uint32_t header_lines;
	uint32_t body_lines; /* line ends, and one more for a last line without one (RFC 3501
				BODYSTRUCTURE) */
	struct roost_text type; /* never absent: "text" when there is no usable Content-Type */
	struct roost_text subtype; /* never absent */
	struct roost_text encoding; /* never absent: "7bit" when there is none */
	struct roost_text id, description, md5, location; /* as the field's value, or absent */
	struct roost_text disposition; /* "attachment", or absent */
	size_t parameter_count; /* of Content-Type */
	size_t disposition_parameter_count;
	size_t language_count; /* tags of Content-Language */
	bool is_message; /* part 0, and the child of a ROOST_PART_MESSAGE: it has an envelope */
};

ROOST_API uint32_t roost_outline_part_count(const struct roost_outline *outline);
/* ROOST_ERR_INVALID when there is no such part; so for those below. */
ROOST_API int roost_outline_part(
	const struct roost_outline *outline, uint32_t part, struct roost_part *part_out);

/* Parameter `index` of the Content-Type or (with `disposition`) the Content-Disposition. RFC 2231
 * pieces are joined: the name is "filename*" when the value is in RFC 2231 encoding, "filename"
 * when it is plain. */
ROOST_API int roost_outline_parameter(const struct roost_outline *outline, uint32_t part,
	bool disposition, size_t index, struct roost_text *name_out, struct roost_text *value_out);
/* Language tag `index`. */
ROOST_API int roost_outline_language(const struct roost_outline *outline, uint32_t part,
	size_t index, struct roost_text *tag_out);

/* The fields of an envelope that hold addresses, in the order RFC 3501 section 7.4.2 gives them. */
enum roost_address_field {
	ROOST_ADDRESS_FROM,
	ROOST_ADDRESS_SENDER, /* as written: the fall-back to From is up to the reader of the
				 outline */
	ROOST_ADDRESS_REPLY_TO,
	ROOST_ADDRESS_TO,
	ROOST_ADDRESS_CC,
	ROOST_ADDRESS_BCC,
	ROOST_ADDRESS_FIELDS, /* how many there are */
};

/* One address as ENVELOPE has it. A group is an address with `mailbox` = its name and no host at
 * its start, and one with neither at its end. RFC 3501 section 7.4.2. */
struct roost_address {
	struct roost_text
		name; /* the display name, quotes and backslashes taken off, not decoded */
	struct roost_text route; /* the obsolete at-domain-list */
	struct roost_text mailbox; /* the local part */
	struct roost_text host;
};

struct roost_envelope {
	struct roost_text date; /* as written */
	struct roost_text subject; /* unfolded */
	struct roost_text in_reply_to;
	struct roost_text message_id;
	bool has_sent_date; /* whether `date` could be read */
	struct roost_time sent_date;
	size_t address_count[ROOST_ADDRESS_FIELDS];
	bool has_address_field[ROOST_ADDRESS_FIELDS]; /* whether the field is there, though perhaps
							 empty */
};

/* The envelope of part 0 or of the child of a message/rfc822 part. ROOST_ERR_INVALID for another
 * part. */
ROOST_API int roost_outline_envelope(
	const struct roost_outline *outline, uint32_t part, struct roost_envelope *envelope_out);
ROOST_API int roost_outline_address(const struct roost_outline *outline, uint32_t part,
	enum roost_address_field field, size_t index, struct roost_address *address_out);

/* One header field: where it lies in the message, from its name to the end of its last line. */
struct roost_field {
	struct roost_text name; /* as written */
	uint64_t offset; /* of the name, from the start of the whole message */
	uint64_t size; /* with its line end, and with all folded lines */
	uint64_t value_offset; /* just after the colon */
};
/* How many header fields the outline tells of in that part. */
ROOST_API size_t roost_outline_field_count(const struct roost_outline *outline, uint32_t part);
ROOST_API int roost_outline_field(const struct roost_outline *outline, uint32_t part, size_t index,
	struct roost_field *field_out);
/* Whether the part has more header fields than the outline tells of: then read the header itself.
 */
ROOST_API bool roost_outline_fields_cut(const struct roost_outline *outline, uint32_t part);

/* What SORT and THREAD need of the message. RFC 5256 sections 2.1 and 3. */
struct roost_thread_keys {
	struct roost_text base_subject; /* decoded to UTF-8 */
	bool is_reply; /* the subject had "Re:", "Fwd:" or "(fwd)" */
	struct roost_text
		message_id; /* without the angle brackets; absent when there is no valid one */
	size_t reference_count; /* ids of References, or the first id of In-Reply-To */
};
ROOST_API int roost_outline_thread_keys(
	const struct roost_outline *outline, struct roost_thread_keys *keys_out);
ROOST_API int roost_outline_reference(
	const struct roost_outline *outline, size_t index, struct roost_text *id_out);

/* The beginning of what the message says: UTF-8 on one line, at most 200 characters, without quoted lines, markup and
 * signature where there is anything else. Empty for a message that has no text or is encrypted. RFC 8970 section 3. */
ROOST_API int roost_outline_preview(
	const struct roost_outline *outline, struct roost_text *preview_out);

ROOST_END_DECLS

#endif
