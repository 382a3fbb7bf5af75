/* fetch_binary.c - BINARY and BINARY.SIZE in FETCH responses: sections decoded. RFC 3516 section 4.3. */
#include "mime/decoded.h"
#include "session/fetch.h"

/* Whether nothing can be known of the section, since the message cannot be read. */
static bool lacks(const struct fetch_item *item, const struct roost_message *message,
	const struct roost_outline *outline)
{
	return (message->has & ROOST_MESSAGE_CONTENT) == 0 || message->content == NULL ||
	       (outline == NULL && item->section.number_count > 0);
}

/* The range of the section that the item asks for; `content_out` is NULL, with 0, when there is no such section. */
static int open_section(const struct fetch_item *item, const struct roost_message *message,
	const struct roost_outline *outline, struct roost_content **content_out, bool *has_nul_out)
{
	const struct roost_section *section = &item->section;
	enum transfer_encoding encoding;
	struct roost_content *raw;
	int r = lacks(item, message, outline)
			? ROOST_ERR_CORRUPT
			: decoded_find(outline, message->content, section, &raw, &encoding);

	if (r < 0) {
		return r;
	}
	if (raw == NULL) {
		*content_out = NULL;
		return 0;
	}
	r = decoded_create(raw, encoding, section->partial ? section->partial_offset : 0,
		section->partial ? section->partial_size : UINT64_MAX, content_out, has_nul_out);
	roost_content_unref(raw);
	return r;
}

bool fetch_binary_can(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	enum transfer_encoding encoding;
	struct roost_content *raw = NULL;

	if (lacks(item, message, outline)) {
		return true; /* that is told as other damage is */
	}
	int r = decoded_find(outline, message->content, &item->section, &raw, &encoding);
	if (r == 0) {
		roost_content_unref(raw);
	}
	fetch->unknown_encoding = fetch->unknown_encoding || r == ROOST_ERR_NOT_SUPPORTED;
	return r != ROOST_ERR_NOT_SUPPORTED;
}

void fetch_binary_write(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct roost_content *content = NULL;
	bool has_nul = false;
	int r = open_section(item, message, outline, &content, &has_nul);

	if (r == 0 && content != NULL) {
		r = fetch_write_octets(fetch, content, 0, content->size, has_nul);
	} else {
		buf_string(conn_buf(fetch->conn), "NIL");
	}
	fetch->damaged = fetch->damaged || r < 0;
	roost_content_unref(content);
}

void fetch_binary_write_size(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct roost_content *content = NULL;
	bool has_nul;
	int r = open_section(item, message, outline, &content, &has_nul);

	buf_number(conn_buf(fetch->conn), r == 0 && content != NULL ? content->size : 0);
	fetch->damaged = fetch->damaged || r < 0;
	roost_content_unref(content);
}
