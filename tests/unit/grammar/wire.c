/* wire.c - the bytes of a command as a client sends them, split up the way a session does it. */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

/* The size in "{n}" or "{n+}" at the end of the `n` bytes; -1 when they do not end so. */
static int64_t announced(const char *bytes, size_t n)
{
	size_t end = n;
	int64_t size = 0;

	if (end == 0 || bytes[--end] != '}') {
		return -1;
	}
	if (end > 0 && bytes[end - 1] == '+') {
		end--;
	}
	size_t start = end;
	while (start > 0 && ascii_is_digit(bytes[start - 1])) {
		start--;
	}
	if (start == end || start == 0 || bytes[start - 1] != '{' || end - start > 15) {
		return -1;
	}
	for (size_t i = start; i < end; i++) {
		size = size * 10 + (bytes[i] - '0');
	}
	return size;
}

static bool is_message(const struct wire *wire, size_t size)
{
	struct command_input so_far = { .bytes = wire->bytes,
		.size = size,
		.literals = wire->literals,
		.literal_count = wire->literal_count };
	struct command_preview preview;

	command_preview(&so_far, &preview);
	return preview.is_append_message;
}

/* The line at `bytes` announces `octets` that begin at `at`; returns where they end. */
static size_t take_literal(
	struct wire *wire, const char *bytes, size_t n, size_t at, uint64_t octets, size_t *size)
{
	struct command_literal *literal = &wire->literals[wire->literal_count];
	size_t length = octets < n - at ? (size_t)octets : n - at;

	literal->content = NULL;
	if (is_message(wire, *size)) {
		if (length == octets) {
			(void)roost_content_create_copy(bytes + at, length, &literal->content);
		}
	} else {
		memcpy(wire->bytes + *size, bytes + at, length);
		*size += length;
	}
	wire->literal_count++;
	return at + length;
}

void wire_init(struct wire *wire, const char *bytes, size_t n)
{
	size_t at = 0, size = 0, line = 0;

	wire->bytes = malloc(n + 1);
	wire->literal_count = 0;
	while (at < n) {
		const char *end = memmem(bytes + at, n - at, "\r\n", 2);
		size_t length = end != NULL ? (size_t)(end - bytes) - at : n - at;
		int64_t octets;

		memcpy(wire->bytes + size, bytes + at, length);
		size += length;
		at += length;
		if (end == NULL) {
			break;
		}
		octets = announced(wire->bytes + line, size - line);
		if (octets < 0 || wire->literal_count == WIRE_MAX_LITERALS) {
			break; /* the line ends, and the command with it */
		}
		memcpy(wire->bytes + size, "\r\n", 2);
		size += 2;
		at = take_literal(wire, bytes, n, at + 2, (uint64_t)octets, &size);
		line = size;
	}
	if (size > 0) {
		char *exact = malloc(size);

		memcpy(exact, wire->bytes, size);
		free(wire->bytes);
		wire->bytes = exact;
	}
	wire->input = (struct command_input) { .bytes = wire->bytes,
		.size = size,
		.literals = wire->literals,
		.literal_count = wire->literal_count };
}

void wire_free(struct wire *wire)
{
	for (size_t i = 0; i < wire->literal_count; i++) {
		roost_content_unref(wire->literals[i].content);
	}
	free(wire->bytes);
}
