/* html_text.c - the text of HTML, as far as a preview needs it. */
#include "mime/html_text.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/html_reference.h"

enum tag_meaning {
	TAG_INLINE, /* and what is not known */
	TAG_SPACE,
	TAG_BLOCK,
	TAG_QUOTE,
	TAG_PREFORMATTED,
	TAG_RAW,
};

static enum tag_meaning find_tag(struct roost_text name)
{
	static const struct {
		const char *name;
		enum tag_meaning meaning;
	} tags[] = {
		{ "br", TAG_BLOCK },
		{ "p", TAG_BLOCK },
		{ "div", TAG_BLOCK },
		{ "tr", TAG_BLOCK },
		{ "td", TAG_SPACE },
		{ "th", TAG_SPACE },
		{ "li", TAG_BLOCK },
		{ "ul", TAG_BLOCK },
		{ "ol", TAG_BLOCK },
		{ "dl", TAG_BLOCK },
		{ "dt", TAG_BLOCK },
		{ "dd", TAG_BLOCK },
		{ "h1", TAG_BLOCK },
		{ "h2", TAG_BLOCK },
		{ "h3", TAG_BLOCK },
		{ "h4", TAG_BLOCK },
		{ "h5", TAG_BLOCK },
		{ "h6", TAG_BLOCK },
		{ "hr", TAG_BLOCK },
		{ "table", TAG_BLOCK },
		{ "body", TAG_BLOCK },
		{ "center", TAG_BLOCK },
		{ "section", TAG_BLOCK },
		{ "article", TAG_BLOCK },
		{ "header", TAG_BLOCK },
		{ "footer", TAG_BLOCK },
		{ "blockquote", TAG_QUOTE },
		{ "pre", TAG_PREFORMATTED },
		{ "script", TAG_RAW },
		{ "style", TAG_RAW },
		{ "title", TAG_RAW },
		{ "template", TAG_RAW },
		{ "svg", TAG_RAW },
		{ "textarea", TAG_RAW },
		{ "noframes", TAG_RAW },
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (text_equal(name, text_from(tags[i].name))) {
			return tags[i].meaning;
		}
	}
	return TAG_INLINE;
}

static void give(struct html_text *html, uint32_t character)
{
	bool breaks = character == '\n' || character == '\r';

	preview_text_add(html->text, breaks && html->preformatted == 0 ? ' ' : character);
}

static void nest(unsigned *depth, bool closing)
{
	if (!closing) {
		*depth += *depth < UINT32_MAX;
	} else if (*depth > 0) {
		(*depth)--;
	}
}

/* ">" of a tag. */
static void end_tag(struct html_text *html)
{
	struct roost_text name = { html->word, html->word_size };
	enum tag_meaning meaning = find_tag(name);

	html->state = HTML_TEXT;
	if (meaning == TAG_SPACE) {
		give(html, ' ');
	} else if (meaning != TAG_INLINE && meaning != TAG_RAW) {
		preview_text_end_line(html->text);
	}
	if (meaning == TAG_QUOTE) {
		nest(&html->text->quotes, html->closing);
	} else if (meaning == TAG_PREFORMATTED) {
		nest(&html->preformatted, html->closing);
	} else if (meaning == TAG_RAW && !html->closing && !html->slash) {
		memcpy(html->raw, html->word, html->word_size);
		html->raw_size = html->word_size;
		html->raw_matched = 0;
		html->state = HTML_RAW;
	}
}

/* Look for "</name". */
static void pass_raw(struct html_text *html, uint32_t c)
{
	static const char opening[] = "</";
	size_t at = html->raw_matched;
	char wanted = at < 2 ? opening[at] : html->raw[at - 2];

	if (c < 0x80 && ascii_lower((char)c) == wanted) {
		html->raw_matched++;
	} else {
		html->raw_matched = c == '<' ? 1 : 0;
	}
	if (html->raw_matched == 2 + html->raw_size) {
		html->word_size = 0;
		html->state = HTML_ATTRIBUTES;
	}
}

static void give_word(struct html_text *html)
{
	give(html, '&');
	for (size_t i = 0; i < html->word_size; i++) {
		give(html, (unsigned char)html->word[i]);
	}
}

/* What a reference stands for; itself when it is none. */
static void end_reference(struct html_text *html)
{
	uint32_t character =
		html_reference_find((struct roost_text) { html->word, html->word_size });

	html->state = HTML_TEXT;
	if (character != 0) {
		give(html, character);
	} else {
		give_word(html);
	}
}

static bool is_word(uint32_t c)
{
	return c < 0x80 && (ascii_is_alpha((char)c) || ascii_is_digit((char)c));
}

/* Returns whether the character was used. */
static bool take_reference(struct html_text *html, uint32_t c)
{
	if ((is_word(c) || (c == '#' && html->word_size == 0)) &&
		html->word_size < sizeof(html->word)) {
		html->word[html->word_size++] = (char)c;
		return true;
	}
	bool known = html_reference_find((struct roost_text) { html->word, html->word_size }) != 0;
	end_reference(html);
	return c == ';' && known;
}

static void take_text(struct html_text *html, uint32_t c)
{
	html->word_size = 0;
	if (c == '<') {
		html->state = HTML_OPEN;
	} else if (c == '&') {
		html->state = HTML_REFERENCE;
	} else {
		give(html, c);
	}
}

static void take_name(struct html_text *html, uint32_t c)
{
	if (c == '>') {
		end_tag(html);
	} else if (is_word(c) && html->word_size < sizeof(html->word)) {
		html->word[html->word_size++] = ascii_lower((char)c);
	} else {
		/* A name that is too long is none that is known. */
		html->word_size = is_word(c) ? 0 : html->word_size;
		html->slash = c == '/';
		html->state = HTML_ATTRIBUTES;
	}
}

/* Returns whether the character was used. */
static bool take_open(struct html_text *html, uint32_t c)
{
	html->closing = html->closing || c == '/';
	html->slash = false;
	if (c == '/') {
		return true;
	}
	if (c == '!' || c == '?') {
		html->state = HTML_MARKUP;
		html->dashes = 0;
		return true;
	}
	if (is_word(c) && !ascii_is_digit((char)c)) {
		html->state = HTML_NAME;
		return false;
	}
	give(html, '<');
	html->state = HTML_TEXT;
	return false;
}

static void take_attributes(struct html_text *html, uint32_t c)
{
	if (c == '>') {
		end_tag(html);
	} else if (c == '"' || c == '\'') {
		html->quote = c;
		html->state = HTML_QUOTED;
	}
	html->slash = c == '/';
}

/* Up to ">", or when it begins with "--", to "-->". */
static void take_markup(struct html_text *html, uint32_t c)
{
	html->dashes = c == '-' ? html->dashes + 1 : 0;
	if (c == '>') {
		html->state = HTML_TEXT;
	} else if (html->dashes == 2) {
		html->state = HTML_COMMENT;
		html->dashes = 0;
	}
}

static void take_comment(struct html_text *html, uint32_t c)
{
	if (c == '-') {
		html->dashes += html->dashes < 2;
	} else if (c == '>' && html->dashes == 2) {
		html->state = HTML_TEXT;
	} else {
		html->dashes = 0;
	}
}

static bool take(struct html_text *html, uint32_t c)
{
	switch (html->state) {
	case HTML_TEXT:
		html->closing = false;
		take_text(html, c);
		return true;
	case HTML_OPEN:
		return take_open(html, c);
	case HTML_NAME:
		take_name(html, c);
		return true;
	case HTML_ATTRIBUTES:
		take_attributes(html, c);
		return true;
	case HTML_QUOTED:
		html->state = c == html->quote ? HTML_ATTRIBUTES : HTML_QUOTED;
		return true;
	case HTML_MARKUP:
		take_markup(html, c);
		return true;
	case HTML_COMMENT:
		take_comment(html, c);
		return true;
	case HTML_REFERENCE:
		return take_reference(html, c);
	case HTML_RAW:
		pass_raw(html, c);
		return true;
	}
	return true;
}

void html_text_add(struct html_text *html, uint32_t character)
{
	/* Each state that does not use a character leads to one that does. */
	while (!take(html, character)) {
	}
}

void html_text_end(struct html_text *html)
{
	if (html->state == HTML_REFERENCE) {
		end_reference(html);
	}
	preview_text_end_line(html->text);
}
