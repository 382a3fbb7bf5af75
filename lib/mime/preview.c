/* preview.c - the beginning of what a message says: which part says it, and reading that. */
#include "mime/preview.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/text.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/html_text.h"

#define WINDOW 4096u
/* No charset makes more of one byte. */
#define MAX_EXPANSION 16
/* Bytes that are read of one message. Styles before the text of HTML may well be a hundred thousand. */
#define MAX_READ (256u * 1024u)
/* Parts that are looked into. */
#define MAX_TRIED 8

/* What a part stands in. */
#define IN_MESSAGE 1u
#define IN_SEALED 2u

struct search {
	const struct roost_outline *outline;
	struct roost_content *content;
	char *window;
	struct buf decoded, utf8;
	uint64_t left; /* bytes that may still be read */
	unsigned tried;
	struct preview_text text;
	unsigned char places[ROOST_MAX_PARTS]; /* IN_… bits of each part */
};

static struct roost_text parameter(
	const struct roost_outline *outline, uint32_t index, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++) {
		struct roost_text name, value;
		if (roost_outline_parameter(outline, index, false, i, &name, &value) == 0 &&
			text_equal_nocase(name, text_from(wanted))) {
			return value;
		}
	}
	return TEXT_ABSENT;
}

static void feed_text(struct preview_text *text, struct html_text *html, const struct buf *utf8)
{
	for (size_t i = 0; i < utf8->size && !preview_text_is_full(text);) {
		uint32_t character;
		size_t n = utf8_decode(utf8->data + i, utf8->size - i, &character);
		if (n == 0) {
			character = 0xFFFD;
			n = 1;
		}
		if (html != NULL) {
			html_text_add(html, character);
		} else {
			preview_text_add(text, character);
		}
		i += n;
	}
}

/* Read a part, up to what is enough. */
static int read_text(struct search *search, const struct roost_part *part,
	struct transfer_decoder *decoder, struct charset_converter *converter,
	struct html_text *html)
{
	uint64_t size = part->body_size < search->left ? part->body_size : search->left;
	int r = 0;

	search->left -= size;
	for (uint64_t at = 0; r == 0 && at < size && !preview_text_is_full(&search->text);) {
		size_t n = size - at < WINDOW ? (size_t)(size - at) : WINDOW;
		int64_t got = roost_content_read(
			search->content, part->body_offset + at, search->window, n);
		if (got <= 0) {
			return got < 0 ? (int)got : ROOST_ERR_CORRUPT;
		}
		at += (uint64_t)got;
		buf_reset(&search->decoded);
		buf_reset(&search->utf8);
		transfer_decode(decoder, search->window, (size_t)got, &search->decoded);
		if (at == part->body_size) {
			transfer_decode_end(decoder, &search->decoded);
		}
		charset_convert(
			converter, search->decoded.data, search->decoded.size, &search->utf8);
		if (at == part->body_size) {
			charset_convert_end(converter, &search->utf8);
		}
		r = buf_status(&search->decoded);
		r = r == 0 ? buf_status(&search->utf8) : r;
		feed_text(&search->text, html, &search->utf8);
	}
	return r;
}

/* Look whether a part says anything. */
static int try_part(struct search *search, uint32_t index, const struct roost_part *part)
{
	bool is_html = text_equal_nocase(part->subtype, TEXT("html"));
	struct html_text html = { .text = &search->text };
	struct transfer_decoder decoder;
	struct charset_converter converter;

	search->tried++;
	memset(&search->text, 0, sizeof(search->text));
	transfer_decoder_init(&decoder, transfer_encoding_from_name(part->encoding));
	charset_converter_init(
		&converter, parameter(search->outline, index, part->parameter_count, "charset"));
	int r = read_text(search, part, &decoder, &converter, is_html ? &html : NULL);
	charset_converter_free(&converter);
	if (is_html) {
		html_text_end(&html);
	} else {
		preview_text_end_line(&search->text);
	}
	return r;
}

static bool is_sealed(const struct roost_part *part)
{
	return part->kind == ROOST_PART_MULTIPART &&
	       text_equal_nocase(part->subtype, TEXT("encrypted"));
}

static bool says_something(const struct roost_part *part)
{
	return part->kind == ROOST_PART_TEXT && part->body_size > 0 &&
	       !text_equal_nocase(part->disposition, TEXT("attachment")) &&
	       (text_equal_nocase(part->subtype, TEXT("plain")) ||
		       text_equal_nocase(part->subtype, TEXT("html")) ||
		       text_equal_nocase(part->subtype, TEXT("markdown")));
}

/* Where the children of a part are. */
static void note_place(struct search *search, uint32_t index, const struct roost_part *part)
{
	unsigned place = part->parent == ROOST_NO_PART ? 0 : search->places[part->parent];

	place |= part->kind == ROOST_PART_MESSAGE ? IN_MESSAGE : 0;
	place |= is_sealed(part) ? IN_SEALED : 0;
	search->places[index] = (unsigned char)place;
}

/* Try the parts in order: those of the message itself, or those of messages in it. */
static int try_parts(struct search *search, unsigned place)
{
	uint32_t count = roost_outline_part_count(search->outline);
	struct roost_part part;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < count && i < ROOST_MAX_PARTS; i++) {
		r = roost_outline_part(search->outline, i, &part);
		if (r < 0) {
			break;
		}
		note_place(search, i, &part);
		if (search->places[i] == place && says_something(&part) &&
			search->tried < MAX_TRIED && search->left > 0) {
			r = try_part(search, i, &part);
			if (search->text.is_sealed || preview_text_get(&search->text).size > 0) {
				break;
			}
		}
	}
	return r;
}

int preview_find(const struct roost_outline *outline, struct roost_content *content,
	struct preview_choice *preview_out)
{
	struct search *search = calloc(1, sizeof(*search));
	int r = search == NULL ? ROOST_ERR_NO_MEMORY : 0;

	if (r < 0) {
		return r;
	}
	search->outline = outline;
	search->content = content;
	search->left = MAX_READ;
	buf_init(&search->decoded, WINDOW + 2 * sizeof(((struct transfer_decoder *)NULL)->pending));
	buf_init(&search->utf8, (size_t)WINDOW * MAX_EXPANSION);
	search->window = malloc(WINDOW);
	r = search->window == NULL ? ROOST_ERR_NO_MEMORY : try_parts(search, 0);
	if (r == 0 && !search->text.is_sealed && preview_text_get(&search->text).size == 0) {
		r = try_parts(search, IN_MESSAGE);
	}
	if (r == 0) {
		struct roost_text text = preview_text_get(&search->text);
		memcpy(preview_out->bytes, text.bytes, text.size);
		preview_out->size = text.size;
	}
	buf_free(&search->decoded);
	buf_free(&search->utf8);
	free(search->window);
	free(search);
	return r;
}
