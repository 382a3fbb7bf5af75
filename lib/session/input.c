/* input.c - from bytes to whole commands. */
#include "session/input.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/text.h"

#define KEPT_CAPACITY (16u * 1024u) /* from one command to the next */
#define MAX_GATHERED \
	(64u * 1024u * 1024u) /* a backstop: each literal has a lower limit of its own */

void input_init(struct input *input, size_t line_limit)
{
	*input = (struct input) { .limit = line_limit };
	buf_init(&input->bytes, MAX_GATHERED);
}

static void drop_literals(struct input *input)
{
	for (size_t i = 0; i < input->literal_count; i++) {
		roost_content_unref(input->literals[i].content);
	}
	input->literal_count = 0;
	input->spooled = 0;
	spool_destroy(input->spool);
	input->spool = NULL;
}

void input_free(struct input *input)
{
	drop_literals(input);
	free(input->literals);
	input_wipe(input);
	buf_free(&input->bytes);
	input->literals = NULL;
}

/* What comes next is the line again, behind a literal. */
static void begin_line(struct input *input)
{
	input->line_start = input->bytes.size;
	input->state = INPUT_IN_LINE;
}

void input_reset(struct input *input)
{
	drop_literals(input);
	if (input->bytes.capacity > KEPT_CAPACITY) {
		buf_free(&input->bytes);
	}
	buf_reset(&input->bytes);
	input->literal_octets = 0;
	input->refused = false;
	begin_line(input);
}

void input_wipe(struct input *input)
{
	if (input->bytes.data != NULL) {
		explicit_bzero(input->bytes.data, input->bytes.capacity);
	}
}

void input_trim(struct input *input)
{
	if (input->bytes.size == 0 && input->literal_count == 0 && input->state == INPUT_IN_LINE &&
		!input->refused) {
		size_t limit = input->limit;
		input_free(input);
		input_init(input, limit);
	}
}

bool input_announces_literal(struct roost_text line, uint64_t *size_out, bool *waits_out)
{
	size_t end = line.size;

	if (end < 3 || line.bytes[end - 1] != '}') {
		return false;
	}
	end--;
	bool waits = line.bytes[end - 1] != '+';
	if (!waits) {
		end--;
	}
	size_t start = end;
	while (start > 0 && ascii_is_digit(line.bytes[start - 1])) {
		start--;
	}
	if (start == end || start == 0 || line.bytes[start - 1] != '{') {
		return false;
	}
	uint64_t size = 0;
	for (size_t i = start; i < end; i++) {
		unsigned digit = (unsigned)(line.bytes[i] - '0');
		size = size > (UINT64_MAX - digit) / 10 ? UINT64_MAX : size * 10 + digit;
	}
	*size_out = size;
	*waits_out = waits;
	return true;
}

static enum input_event end_line(struct input *input)
{
	struct buf *bytes = &input->bytes;

	/* A line may end in LF alone: who types by hand is understood. */
	if (bytes->size > input->line_start && bytes->data[bytes->size - 1] == '\r') {
		bytes->size--;
	}
	if (bytes->size == input->line_start) {
		return INPUT_LINE;
	}
	struct roost_text line =
		text_between(bytes->data + input->line_start, bytes->data + bytes->size);
	if (!input_announces_literal(line, &input->literal_size, &input->literal_waits)) {
		return INPUT_LINE;
	}
	input->literal_left = input->literal_size;
	if (input->refused) {
		/* The command is refused already. A client that waits has read that by now and goes on
		 * to its next command; one that does not wait sends these octets too. */
		if (input->literal_waits) {
			return INPUT_LINE;
		}
		input_refuse_literal(input);
		return INPUT_MORE;
	}
	if (input->literal_count == INPUT_MAX_LITERALS) {
		return INPUT_TOO_LONG;
	}
	return INPUT_LITERAL;
}

static enum input_event take_line(struct input *input, const char *bytes, size_t n, size_t *used)
{
	const char *newline = memchr(bytes, '\n', n);
	size_t length = newline == NULL ? n : (size_t)(newline - bytes);

	if (input->bytes.size - input->literal_octets + length > input->limit) {
		return INPUT_TOO_LONG;
	}
	buf_add(&input->bytes, bytes, length);
	if (buf_status(&input->bytes) < 0) {
		return INPUT_FAILED;
	}
	*used = length + (newline != NULL ? 1 : 0);
	return newline == NULL ? INPUT_MORE : end_line(input);
}

static int end_spool(struct input *input)
{
	struct roost_content *content;
	int r = spool_finish(input->spool, &content);

	if (r == 0) {
		spool_destroy(input->spool);
		input->spool = NULL;
		input->literals[input->literal_count - 1].content = content;
	}
	return r;
}

static enum input_event take_octets(struct input *input, const char *bytes, size_t n, size_t *used)
{
	size_t length = n < input->literal_left ? n : (size_t)input->literal_left;

	if (input->state == INPUT_IN_LITERAL) {
		buf_add(&input->bytes, bytes, length);
		if (buf_status(&input->bytes) < 0) {
			return INPUT_FAILED;
		}
		input->literal_octets += length;
	} else if (input->state == INPUT_IN_SPOOL && spool_add(input->spool, bytes, length) < 0) {
		return INPUT_NOT_SPOOLED;
	}
	*used = length;
	input->literal_left -= length;
	if (input->literal_left == 0) {
		if (input->state == INPUT_IN_SPOOL && end_spool(input) < 0) {
			return INPUT_NOT_SPOOLED;
		}
		begin_line(input);
	}
	return INPUT_MORE;
}

enum input_event input_take(struct input *input, const char *bytes, size_t n, size_t *used_out)
{
	enum input_event event = INPUT_MORE;

	*used_out = 0;
	while (event == INPUT_MORE && *used_out < n) {
		size_t used = 0;
		event = input->state == INPUT_IN_LINE
				? take_line(input, bytes + *used_out, n - *used_out, &used)
				: take_octets(input, bytes + *used_out, n - *used_out, &used);
		*used_out += used;
	}
	return event;
}

/* Note a literal, and the line end after its announcement, which belongs to the command's bytes. */
static int note_literal(struct input *input)
{
	if (input->literals == NULL) {
		input->literals = calloc(INPUT_MAX_LITERALS, sizeof(*input->literals));
		if (input->literals == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
	}
	buf_add(&input->bytes, "\r\n", 2);
	int r = buf_status(&input->bytes);
	if (r == 0) {
		input->literals[input->literal_count++] = (struct command_literal) { NULL };
		begin_line(input);
	}
	return r;
}

int input_keep_literal(struct input *input)
{
	int r = note_literal(input);

	if (r == 0 && input->literal_left > 0) {
		input->state = INPUT_IN_LITERAL;
	}
	return r;
}

int input_spool_literal(struct input *input, size_t spool_memory)
{
	uint64_t budget = (uint64_t)spool_memory * INPUT_SPOOLS_IN_MEMORY;
	uint64_t left = budget > input->spooled ? budget - input->spooled : 0;
	int r = spool_create(left < spool_memory ? (size_t)left : spool_memory, &input->spool);

	input->spooled += input->literal_size;
	if (r == 0) {
		r = note_literal(input);
	}
	if (r < 0) {
		return r;
	}
	if (input->literal_left == 0) {
		return end_spool(input);
	}
	input->state = INPUT_IN_SPOOL;
	return 0;
}

void input_refuse_literal(struct input *input)
{
	drop_literals(input);
	buf_reset(&input->bytes);
	input->literal_octets = 0;
	begin_line(input);
	input->refused = true;
	if (input->literal_left > 0) {
		input->state = INPUT_IN_REFUSED;
	}
}

struct command_input input_command(const struct input *input)
{
	return (struct command_input) {
		.bytes = input->bytes.data == NULL ? "" : input->bytes.data,
		.size = input->bytes.size,
		.literals = input->literals,
		.literal_count = input->literal_count,
	};
}
