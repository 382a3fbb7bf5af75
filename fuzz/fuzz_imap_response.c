/* fuzz_imap_response.c - any bytes as what an IMAP server sends to roost import. */
#include <stdlib.h>
#include <string.h>

#include "imap_response.h"
#include "mailbox_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As assert(), in every build. */
static void require(bool condition)
{
	if (!condition) {
		abort();
	}
}

static void check_text(const struct imap_text *text, struct roost_text part)
{
	if (part.bytes == NULL || part.size == 0) {
		return;
	}
	bool inside =
		part.bytes >= text->bytes && part.bytes + part.size <= text->bytes + text->size;
	for (size_t i = 0; i < text->literal_count; i++) {
		const char *bytes = roost_content_pointer(text->literals[i]);
		inside = inside || (part.bytes >= bytes && part.bytes + part.size <=
								   bytes + text->literals[i]->size);
	}
	require(inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct imap_text text = { .bytes = malloc(size + 1), .size = size };
	struct imap_response response;
	uint64_t announced = 0;
	static const char literal[] = "&AOQ-/(literal) \"x\"";
	require(text.bytes != NULL);
	memcpy(text.bytes, data, size);
	/* As many as there can be; most inputs announce fewer. */
	for (size_t i = 0; i < IMAP_RESPONSE_LITERALS; i++) {
		if (roost_content_create_copy(literal, sizeof(literal) - 1, &text.literals[i]) ==
			0) {
			text.literal_count++;
		}
	}
	(void)imap_response_announces(text.bytes, text.size, &announced);
	const char *error = imap_response_parse(&text, &response);
	require(error == NULL || strlen(error) < 200);
	require(response.flag_count <= IMAP_RESPONSE_FLAGS);
	if (error == NULL) {
		check_text(&text, response.text);
		check_text(&text, response.capabilities);
		check_text(&text, response.name);
		check_text(&text, response.body_text);
		for (size_t i = 0; i < response.flag_count; i++) {
			check_text(&text, response.flags[i]);
		}
		(void)imap_response_has_word(response.text, "IDLE");
	}
	if (error == NULL && response.name.bytes != NULL) {
		free(mailbox_name_of_server(response.name, response.delimiter));
	}
	for (size_t i = 0; i < text.literal_count; i++) {
		roost_content_unref(text.literals[i]);
	}
	free(text.bytes);
	return 0;
}
