/* thread_keys.c - base subjects and message ids. RFC 5256 sections 2.1 and 3. */
#include "mime/thread_keys.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/decode.h"

static bool is_wsp(char c)
{
	return c == ' ' || c == '\t';
}

static struct roost_text skip(struct roost_text text, size_t n)
{
	return (struct roost_text) { text.bytes + n, text.size - n };
}

static size_t count_wsp(struct roost_text text)
{
	size_t n = 0;
	while (n < text.size && is_wsp(text.bytes[n])) {
		n++;
	}
	return n;
}

/* How much of the start of `text` is a subj-blob: "[" *BLOBCHAR "]" *WSP. */
static size_t blob_size(struct roost_text text)
{
	if (text.size == 0 || text.bytes[0] != '[') {
		return 0;
	}
	size_t n = 1;
	while (n < text.size && text.bytes[n] != '[' && text.bytes[n] != ']' &&
		text.bytes[n] != '\0') {
		n++;
	}
	if (n == text.size || text.bytes[n] != ']') {
		return 0;
	}
	n++;
	return n + count_wsp(skip(text, n));
}

/* How much is a subj-refwd: ("re" / ("fw" ["d"])) *WSP [subj-blob] ":". */
static size_t refwd_size(struct roost_text text)
{
	size_t n = 0;
	if (text_starts_nocase(text, TEXT("re"))) {
		n = 2;
	} else if (text_starts_nocase(text, TEXT("fwd"))) {
		n = 3;
	} else if (text_starts_nocase(text, TEXT("fw"))) {
		n = 2;
	} else {
		return 0;
	}
	n += count_wsp(skip(text, n));
	n += blob_size(skip(text, n));
	return n < text.size && text.bytes[n] == ':' ? n + 1 : 0;
}

/* Step 2: subj-trailer is "(fwd)" / WSP. */
static struct roost_text remove_trailers(struct roost_text text, bool *is_reply)
{
	for (;;) {
		if (text.size > 0 && is_wsp(text.bytes[text.size - 1])) {
			text.size--;
		} else if (text.size >= 5 &&
			   ascii_equal_nocase(text.bytes + text.size - 5, "(fwd)", 5)) {
			text.size -= 5;
			*is_reply = true;
		} else {
			return text;
		}
	}
}

/* Steps 3 to 5. Blobs go when a subj-refwd follows them, else each as long as that leaves
 * something: as what follows stays the same, they are looked at only once. */
static struct roost_text remove_leaders(struct roost_text text, bool *is_reply)
{
	for (;;) {
		text = skip(text, count_wsp(text));
		struct roost_text behind = text;
		struct roost_text last_blob = text;
		size_t n;
		while ((n = blob_size(behind)) > 0) {
			last_blob = behind;
			behind = skip(behind, n);
		}
		n = refwd_size(behind);
		if (n > 0) {
			*is_reply = true;
			text = skip(behind, n);
		} else {
			return behind.size > 0 ? behind : last_blob;
		}
	}
}

/* Step 1, but for the decoding: every run of white space is one space. */
static void squeeze(struct buf *buf)
{
	size_t size = 0;
	for (size_t i = 0; i < buf->size; i++) {
		char c = ascii_is_space(buf->data[i]) ? ' ' : buf->data[i];
		if (c != ' ' || size == 0 || buf->data[size - 1] != ' ') {
			buf->data[size++] = c;
		}
	}
	buf->size = size;
}

bool base_subject_add(struct roost_text subject, struct buf *base)
{
	struct buf decoded;
	bool is_reply = false;
	/* A charset may take three bytes and more for one. */
	buf_init(&decoded, 8 * subject.size + 64);
	decode_header(subject, &decoded);
	squeeze(&decoded);
	struct roost_text text = TEXT("");
	if (decoded.size > 0) {
		text = (struct roost_text) { decoded.data, decoded.size };
	}
	for (;;) {
		text = remove_trailers(text, &is_reply);
		text = remove_leaders(text, &is_reply);
		if (!text_starts_nocase(text, TEXT("[fwd:")) || text.bytes[text.size - 1] != ']') {
			break;
		}
		is_reply = true;
		text = (struct roost_text) { text.bytes + 5, text.size - 6 };
	}
	buf_text(base, text);
	if (buf_status(&decoded) < 0) {
		base->failed = true;
	}
	buf_free(&decoded);
	return is_reply;
}

/* Two parts, neither empty, around an "@" that is not quoted. */
static bool is_valid(struct roost_text id)
{
	bool quoted = false;
	size_t last_at = 0;
	id = text_trim(id);
	for (size_t i = 0; i < id.size; i++) {
		char c = id.bytes[i];
		if (c == '\\') {
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == '@' && !quoted) {
			last_at = i;
		}
	}
	return last_at > 0 && last_at + 1 < id.size;
}

bool message_id_next(struct roost_text *rest, struct roost_text *id_out)
{
	const char *end = rest->bytes + rest->size;
	const char *first = NULL;
	for (const char *at = rest->bytes; at < end; at++) {
		if (*at == '<') {
			first = at + 1;
		} else if (*at == '>' && first != NULL) {
			struct roost_text id = text_between(first, at);
			if (is_valid(id)) {
				*id_out = id;
				*rest = text_between(at + 1, end);
				return true;
			}
			first = NULL;
		}
	}
	return false;
}

void message_id_add(struct roost_text id, struct buf *normalized)
{
	bool quoted = false;
	for (size_t i = 0; i < id.size; i++) {
		char c = id.bytes[i];
		if (c == '"') {
			quoted = !quoted;
		} else if (c == '\\' && quoted && i + 1 < id.size) {
			buf_char(normalized, id.bytes[++i]);
		} else if (quoted || !ascii_is_space(c)) {
			buf_char(normalized, c);
		}
	}
}
