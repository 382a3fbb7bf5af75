/* body_structure.c - BODY and BODYSTRUCTURE, written straight from an outline. RFC 3501
 * section 7.4.2. */
#include "mime/write.h"

#include <roost/error.h>

#include "base/buf.h"
#include "base/text.h"

/* What stands where the grammar wants a part and there is none: in a multipart without parts, and in
 * an encapsulated message that cannot be looked into (RFC 2046 forbids to encode it, but some do).
 * section.c agrees. */
static void write_no_part(struct buf *buf, bool extensible)
{
	buf_string(buf, "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0");
	buf_string(buf, extensible ? " NIL NIL NIL NIL)" : ")");
}

static void write_parameters(struct buf *buf, const struct roost_outline *outline, uint32_t part,
	bool disposition, size_t count)
{
	if (count == 0) {
		buf_string(buf, "NIL");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		struct roost_text name = TEXT("");
		struct roost_text value = TEXT("");
		(void)roost_outline_parameter(outline, part, disposition, i, &name, &value);
		buf_char(buf, i == 0 ? '(' : ' ');
		nstring_write(buf, name);
		buf_char(buf, ' ');
		nstring_write(buf, value);
	}
	buf_char(buf, ')');
}

/* body-fld-dsp, body-fld-lang and body-fld-loc, which any kind of part ends with. */
static void write_extension(struct buf *buf, const struct roost_outline *outline, uint32_t index,
	const struct roost_part *part)
{
	buf_char(buf, ' ');
	if (part->disposition.bytes == NULL) {
		buf_string(buf, "NIL");
	} else {
		buf_char(buf, '(');
		nstring_write(buf, part->disposition);
		buf_char(buf, ' ');
		write_parameters(buf, outline, index, true, part->disposition_parameter_count);
		buf_char(buf, ')');
	}
	buf_string(buf, part->language_count == 0 ? " NIL" : " ");
	for (size_t i = 0; i < part->language_count; i++) {
		struct roost_text tag = TEXT("");
		(void)roost_outline_language(outline, index, i, &tag);
		buf_char(buf, i == 0 ? '(' : ' ');
		nstring_write(buf, tag);
	}
	buf_string(buf, part->language_count == 0 ? " " : ") ");
	nstring_write(buf, part->location);
}

static void write_multipart(struct buf *buf, const struct roost_outline *outline, uint32_t index,
	const struct roost_part *part, bool extensible)
{
	struct roost_part child;
	buf_char(buf, '(');
	if (part->first_child == ROOST_NO_PART) {
		write_no_part(buf, extensible);
	}
	for (uint32_t at = part->first_child; at != ROOST_NO_PART; at = child.next_sibling) {
		if (roost_outline_part(outline, at, &child) < 0) {
			break;
		}
		body_structure_write(buf, outline, at, extensible);
	}
	buf_char(buf, ' ');
	nstring_write(buf, part->subtype);
	if (extensible) {
		buf_char(buf, ' ');
		write_parameters(buf, outline, index, false, part->parameter_count);
		write_extension(buf, outline, index, part);
	}
	buf_char(buf, ')');
}

static bool is_message_type(const struct roost_part *part)
{
	return text_equal_nocase(part->type, TEXT("message")) &&
	       (text_equal_nocase(part->subtype, TEXT("rfc822")) ||
		       text_equal_nocase(part->subtype, TEXT("global")));
}

/* envelope and body of the message in a part. */
static void write_message(struct buf *buf, const struct roost_outline *outline,
	const struct roost_part *part, bool extensible)
{
	buf_char(buf, ' ');
	/* Of ROOST_NO_PART the envelope is empty. */
	envelope_write(buf, outline, part->first_child);
	buf_char(buf, ' ');
	if (part->first_child == ROOST_NO_PART) {
		write_no_part(buf, extensible);
	} else {
		body_structure_write(buf, outline, part->first_child, extensible);
	}
}

void body_structure_write(
	struct buf *buf, const struct roost_outline *outline, uint32_t index, bool extensible)
{
	struct roost_part part;
	if (roost_outline_part(outline, index, &part) < 0) {
		write_no_part(buf, extensible);
		return;
	}
	if (part.kind == ROOST_PART_MULTIPART) {
		write_multipart(buf, outline, index, &part, extensible);
		return;
	}
	buf_char(buf, '(');
	nstring_write(buf, part.type);
	buf_char(buf, ' ');
	nstring_write(buf, part.subtype);
	buf_char(buf, ' ');
	write_parameters(buf, outline, index, false, part.parameter_count);
	buf_char(buf, ' ');
	nstring_write(buf, part.id);
	buf_char(buf, ' ');
	nstring_write(buf, part.description);
	buf_char(buf, ' ');
	nstring_write(buf, part.encoding);
	buf_char(buf, ' ');
	buf_number(buf, part.body_size);
	bool is_message = part.kind == ROOST_PART_MESSAGE || is_message_type(&part);
	if (is_message) {
		write_message(buf, outline, &part, extensible);
	}
	if (is_message || part.kind == ROOST_PART_TEXT) {
		buf_char(buf, ' ');
		buf_number(buf, part.body_lines);
	}
	if (extensible) {
		buf_char(buf, ' ');
		nstring_write(buf, part.md5);
		write_extension(buf, outline, index, &part);
	}
	buf_char(buf, ')');
}
