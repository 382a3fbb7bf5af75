/* part_header.c - the header of a part, read field by field into an outline. */
#include "mime/part_header.h"

#include <string.h>

#include <roost/error.h>

#include "base/text.h"
#include "mime/address.h"
#include "mime/decode.h"
#include "mime/outline_format.h"
#include "mime/parameter.h"
#include "mime/sent_date.h"
#include "mime/thread_keys.h"

/* Whose fields count. */
enum scope {
	SCOPE_PART, /* every part's */
	SCOPE_MESSAGE, /* those of part 0 and of messages in it */
	SCOPE_TOP, /* those of part 0 */
};

struct known_field {
	struct roost_text name;
	enum scope scope;
	void (*take)(struct part_header *header, int which, struct roost_text value);
	int which; /* the text or address field it becomes */
	bool repeats; /* all of that name count, not only the first */
};

static struct outline_part *part_of(struct part_header *header)
{
	return outline_writer_part(header->writer, header->part);
}

static struct outline_envelope *envelope_of(struct part_header *header)
{
	return outline_writer_envelope(header->writer, header->part);
}

static void take_part_text(struct part_header *header, int which, struct roost_text value)
{
	part_of(header)->texts[which] = outline_write_text(header->writer, OUTLINE_DETAILS, value);
}

static void take_envelope_text(struct part_header *header, int which, struct roost_text value)
{
	envelope_of(header)->texts[which] =
		outline_write_text(header->writer, OUTLINE_DETAILS, value);
}

static void take_date(struct part_header *header, int which, struct roost_text value)
{
	struct outline_envelope *envelope = envelope_of(header);
	envelope->has_sent_date = sent_date_parse(value, &envelope->sent_date);
	take_envelope_text(header, which, value);
}

/* What is in the scratch buffer, as a text of the outline. */
static uint32_t write_scratch(struct part_header *header)
{
	if (buf_status(&header->scratch) < 0) {
		header->failed = true;
		return 0;
	}
	struct roost_text text = { header->scratch.data, header->scratch.size };
	return outline_write_text(
		header->writer, OUTLINE_DETAILS, text.size == 0 ? TEXT("") : text);
}

static void take_subject(struct part_header *header, int which, struct roost_text value)
{
	take_envelope_text(header, which, value);
	if (header->part == 0) {
		if (value.size > OUTLINE_MAX_TEXT) {
			value.size = OUTLINE_MAX_TEXT;
		}
		buf_reset(&header->scratch);
		header->writer->is_reply = base_subject_add(value, &header->scratch);
		header->writer->base_subject = write_scratch(header);
	}
}

static void take_message_id(struct part_header *header, int which, struct roost_text value)
{
	struct roost_text id;
	take_envelope_text(header, which, value);
	if (header->part == 0 && message_id_next(&value, &id)) {
		buf_reset(&header->scratch);
		message_id_add(id, &header->scratch);
		header->writer->message_id = write_scratch(header);
	}
}

static void take_in_reply_to(struct part_header *header, int which, struct roost_text value)
{
	struct roost_text id;
	take_envelope_text(header, which, value);
	if (header->part == 0 && message_id_next(&value, &id)) {
		message_id_add(id, &header->parent_id);
	}
}

/* The first and the last ids, when there are too many. */
static void take_references(struct part_header *header, int which, struct roost_text value)
{
	(void)which;
	struct roost_text id;
	struct roost_text rest = value;
	size_t count = 0;
	while (message_id_next(&rest, &id)) {
		count++;
	}
	rest = value;
	for (size_t i = 0; message_id_next(&rest, &id); i++) {
		if (i < ROOST_MAX_REFERENCES / 2 || i + ROOST_MAX_REFERENCES / 2 >= count) {
			buf_reset(&header->scratch);
			message_id_add(id, &header->scratch);
			if (buf_status(&header->scratch) < 0) {
				header->failed = true;
				return;
			}
			outline_write_reference(header->writer,
				text_between(header->scratch.data,
					header->scratch.data + header->scratch.size));
		}
	}
}

struct address_target {
	struct part_header *header;
	enum roost_address_field field;
};

static void deliver_address(void *context, const struct roost_address *address)
{
	const struct address_target *target = context;
	struct part_header *header = target->header;
	outline_write_address(header->writer, header->part, target->field, address);
}

/* More than one To is taken as one list (RFC 5322 section 4.5.3), and so is more than one From: who
 * checks one of them and shows the other would be deceived. */
static void take_addresses(struct part_header *header, int which, struct roost_text value)
{
	struct address_target target = { header, (enum roost_address_field)which };
	envelope_of(header)->has_field[which] = true;
	if (address_parse(value, deliver_address, &target) < 0) {
		header->failed = true;
	}
}

static void deliver_parameter(void *context, struct roost_text name, struct roost_text value)
{
	struct part_header *header = context;
	outline_write_parameter(header->writer, header->part, false, name, value);
	bool is_encoded = text_equal_nocase(name, TEXT("boundary*"));
	if (!header->is_multipart || header->has_boundary ||
		(!is_encoded && !text_equal_nocase(name, TEXT("boundary")))) {
		return;
	}
	header->has_boundary = true;
	if (is_encoded) {
		decode_parameter(value, &header->boundary);
	} else {
		/* RFC 2046 section 5.1.1: white space at its end does not count. */
		buf_text(&header->boundary, text_trim(value));
	}
}

static void deliver_disposition_parameter(
	void *context, struct roost_text name, struct roost_text value)
{
	struct part_header *header = context;
	outline_write_parameter(header->writer, header->part, true, name, value);
}

/* What a type without a subtype most likely means; absent: nothing (RFC 2045 section 5.2). */
static struct roost_text usual_subtype(struct roost_text type)
{
	if (text_equal_nocase(type, TEXT("text"))) {
		return TEXT("plain");
	}
	if (text_equal_nocase(type, TEXT("multipart"))) {
		return TEXT("mixed");
	}
	if (text_equal_nocase(type, TEXT("application"))) {
		return TEXT("octet-stream");
	}
	return TEXT_ABSENT;
}

static void set_type(struct part_header *header, struct roost_text type, struct roost_text subtype)
{
	struct outline_part *part = part_of(header);
	header->is_multipart = text_equal_nocase(type, TEXT("multipart"));
	header->is_digest = header->is_multipart && text_equal_nocase(subtype, TEXT("digest"));
	header->is_message_type = text_equal_nocase(type, TEXT("message")) &&
				  (text_equal_nocase(subtype, TEXT("rfc822")) ||
					  text_equal_nocase(subtype, TEXT("global")));
	part->kind = text_equal_nocase(type, TEXT("text")) ? ROOST_PART_TEXT : ROOST_PART_BASIC;
	uint32_t texts[] = { outline_write_text(header->writer, OUTLINE_DETAILS, type),
		outline_write_text(header->writer, OUTLINE_DETAILS, subtype) };
	if (texts[0] == 0 || texts[1] == 0) {
		/* No room: words that every outline knows. */
		const char *known = header->is_multipart            ? "multipart"
				    : header->is_message_type       ? "message"
				    : part->kind == ROOST_PART_TEXT ? "text"
								    : "application";
		const char *known_subtype = header->is_multipart            ? "mixed"
					    : header->is_message_type       ? "rfc822"
					    : part->kind == ROOST_PART_TEXT ? "plain"
									    : "octet-stream";
		texts[0] = outline_write_text(header->writer, OUTLINE_DETAILS, text_from(known));
		texts[1] = outline_write_text(
			header->writer, OUTLINE_DETAILS, text_from(known_subtype));
	}
	part->texts[OUTLINE_TYPE] = texts[0];
	part->texts[OUTLINE_SUBTYPE] = texts[1];
	header->has_type = true;
}

static void take_type(struct part_header *header, int which, struct roost_text value)
{
	(void)which;
	struct roost_text rest;
	struct roost_text subtype = TEXT_ABSENT;
	struct roost_text type = parameter_token(value, &rest);
	if (rest.size > 0 && rest.bytes[0] == '/') {
		rest.bytes++;
		rest.size--;
		subtype = parameter_token(rest, &rest);
	}
	bool is_parameter = rest.size > 0 && rest.bytes[0] == '=';
	if (subtype.size == 0 && !is_parameter) {
		subtype = usual_subtype(type);
	}
	if (type.size == 0 || subtype.size == 0) {
		return;
	}
	set_type(header, type, subtype);
	if (parameter_parse(rest, deliver_parameter, header) < 0) {
		header->failed = true;
	}
}

static void take_encoding(struct part_header *header, int which, struct roost_text value)
{
	struct roost_text rest;
	struct roost_text token = parameter_token(value, &rest);
	if (token.size > 0) {
		take_part_text(header, which, token);
		header->is_encoded = !text_equal_nocase(token, TEXT("7bit")) &&
				     !text_equal_nocase(token, TEXT("8bit")) &&
				     !text_equal_nocase(token, TEXT("binary"));
	}
}

static void take_disposition(struct part_header *header, int which, struct roost_text value)
{
	struct roost_text rest;
	struct roost_text token = parameter_token(value, &rest);
	if (rest.size > 0 && rest.bytes[0] == '=') {
		/* The disposition itself was forgotten. */
		rest = value;
		token.size = 0;
	}
	/* What has a file name but no disposition is not to be shown inline. */
	if (token.size == 0 && rest.size > 0) {
		token = TEXT("attachment");
	}
	if (token.size > 0) {
		take_part_text(header, which, token);
		if (parameter_parse(rest, deliver_disposition_parameter, header) < 0) {
			header->failed = true;
		}
	}
}

static void take_languages(struct part_header *header, int which, struct roost_text value)
{
	(void)which;
	while (value.size > 0) {
		struct roost_text rest;
		struct roost_text tag = parameter_token(value, &rest);
		if (tag.size > 0) {
			outline_write_language(header->writer, header->part, tag);
		} else if (rest.size > 0) {
			/* A comma, or what does not belong here; a comment that is open never ends. */
			bool is_open = rest.bytes[0] == '(';
			rest = text_between(rest.bytes + 1, rest.bytes + rest.size);
			rest.size = is_open ? 0 : rest.size;
		}
		value = rest;
	}
}

static const struct known_field known_fields[] = {
	{ TEXT("Content-Type"), SCOPE_PART, take_type, 0, false },
	{ TEXT("Content-Transfer-Encoding"), SCOPE_PART, take_encoding, OUTLINE_ENCODING, false },
	{ TEXT("Content-Disposition"), SCOPE_PART, take_disposition, OUTLINE_DISPOSITION, false },
	{ TEXT("Content-ID"), SCOPE_PART, take_part_text, OUTLINE_ID, false },
	{ TEXT("Content-Description"), SCOPE_PART, take_part_text, OUTLINE_DESCRIPTION, false },
	{ TEXT("Content-MD5"), SCOPE_PART, take_part_text, OUTLINE_MD5, false },
	{ TEXT("Content-Location"), SCOPE_PART, take_part_text, OUTLINE_LOCATION, false },
	{ TEXT("Content-Language"), SCOPE_PART, take_languages, 0, false },
	{ TEXT("Date"), SCOPE_MESSAGE, take_date, OUTLINE_DATE, false },
	{ TEXT("Subject"), SCOPE_MESSAGE, take_subject, OUTLINE_SUBJECT, false },
	{ TEXT("Message-ID"), SCOPE_MESSAGE, take_message_id, OUTLINE_MESSAGE_ID, false },
	{ TEXT("In-Reply-To"), SCOPE_MESSAGE, take_in_reply_to, OUTLINE_IN_REPLY_TO, false },
	{ TEXT("References"), SCOPE_TOP, take_references, 0, false },
	{ TEXT("From"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_FROM, true },
	{ TEXT("Sender"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_SENDER, true },
	{ TEXT("Reply-To"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_REPLY_TO, true },
	{ TEXT("To"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_TO, true },
	{ TEXT("Cc"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_CC, true },
	{ TEXT("Bcc"), SCOPE_MESSAGE, take_addresses, ROOST_ADDRESS_BCC, true },
};

#define KNOWN_FIELDS (sizeof(known_fields) / sizeof(known_fields[0]))

/* Which known field that is, and whether it counts; KNOWN_FIELDS when it does not. */
static size_t find_known(struct part_header *header, struct roost_text name)
{
	enum scope scope = header->part == 0             ? SCOPE_TOP
			   : envelope_of(header) != NULL ? SCOPE_MESSAGE
							 : SCOPE_PART;
	for (size_t i = 0; i < KNOWN_FIELDS; i++) {
		if (text_equal_nocase(name, known_fields[i].name)) {
			bool counts = known_fields[i].scope <= scope &&
				      (known_fields[i].repeats || !(header->seen & 1u << i));
			return counts ? i : KNOWN_FIELDS;
		}
	}
	return KNOWN_FIELDS;
}

static bool wants(void *context, struct roost_text name)
{
	return find_known(context, name) < KNOWN_FIELDS;
}

static void deliver_field(void *context, const struct roost_field *field, struct roost_text value)
{
	struct part_header *header = context;
	outline_write_field(header->writer, header->part, field);
	if (value.bytes != NULL) {
		size_t known = find_known(header, field->name);
		header->seen |= 1u << known;
		known_fields[known].take(header, known_fields[known].which, value);
	}
}

void part_header_init(struct part_header *header, struct outline_writer *writer)
{
	memset(header, 0, sizeof(*header));
	header->writer = writer;
	field_reader_init(&header->fields);
	header->fields.wants = wants;
	header->fields.deliver = deliver_field;
	header->fields.context = header;
	buf_init(&header->boundary, FIELD_MAX_VALUE);
	/* Decoding a subject may make it longer. */
	buf_init(&header->scratch, 8 * FIELD_MAX_VALUE);
	buf_init(&header->parent_id, FIELD_MAX_VALUE);
}

void part_header_free(struct part_header *header)
{
	field_reader_free(&header->fields);
	buf_free(&header->boundary);
	buf_free(&header->scratch);
	buf_free(&header->parent_id);
}

void part_header_begin(struct part_header *header, uint32_t part)
{
	header->part = part;
	header->seen = 0;
	header->has_type = header->is_encoded = header->has_boundary = false;
	header->is_multipart = header->is_digest = header->is_message_type = false;
	buf_reset(&header->boundary);
	buf_reset(&header->parent_id);
}

void part_header_segment(struct part_header *header, const struct segment *segment)
{
	field_reader_segment(&header->fields, segment);
}

bool part_header_has_boundary(struct part_header *header)
{
	field_reader_end(&header->fields);
	return header->boundary.size > 0 && header->boundary.size <= PART_HEADER_MAX_BOUNDARY;
}

/* RFC 2045 section 5.2. */
static void set_default_type(struct part_header *header, bool in_digest)
{
	bool has_field = (header->seen & 1u) != 0;
	if (in_digest && !has_field) {
		set_type(header, TEXT("message"), TEXT("rfc822"));
		return;
	}
	set_type(header, TEXT("text"), TEXT("plain"));
	outline_write_parameter(
		header->writer, header->part, false, TEXT("charset"), TEXT("us-ascii"));
}

int part_header_end(struct part_header *header, bool in_digest)
{
	struct outline_writer *writer = header->writer;
	field_reader_end(&header->fields);
	if (!header->has_type) {
		set_default_type(header, in_digest);
	}
	struct outline_part *part = part_of(header);
	if (part->texts[OUTLINE_ENCODING] == 0) {
		part->texts[OUTLINE_ENCODING] =
			outline_write_text(writer, OUTLINE_DETAILS, TEXT("7bit"));
	}
	if (header->is_multipart) {
		part->kind = ROOST_PART_MULTIPART;
	} else if (header->is_message_type && !header->is_encoded) {
		part->kind = ROOST_PART_MESSAGE;
	}
	if (header->part == 0 && writer->base_subject == 0) {
		writer->base_subject = outline_write_text(writer, OUTLINE_DETAILS, TEXT(""));
	}
	if (header->part == 0 && writer->reference_count == 0 && header->parent_id.size > 0) {
		outline_write_reference(
			writer, text_between(header->parent_id.data,
					header->parent_id.data + header->parent_id.size));
	}
	bool failed = header->failed || header->fields.failed ||
		      buf_status(&header->boundary) < 0 || buf_status(&header->parent_id) < 0;
	return failed ? ROOST_ERR_NO_MEMORY : 0;
}
