/* decoded.c - a section of a message without its transfer encoding. */
#include "mime/decoded.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/buf.h"
#include "base/text.h"
#include "mime/section.h"

/* Bytes that are decoded at once. */
#define STEP 16384u
/* A decoder gives at most so many bytes more than it was given: what it holds back. */
#define HELD_BACK (2 * sizeof(((struct transfer_decoder *)NULL)->pending))

/* Where decoding is. */
struct progress {
	struct transfer_decoder decoder;
	uint64_t raw_at; /* the next byte to decode */
	uint64_t at; /* the decoded byte that comes next */
	bool ended;
	size_t left_size; /* bytes that are decoded already, before those the decoder will give */
	char left[HELD_BACK];
};

struct decoded {
	struct roost_content base;
	struct roost_content *raw;
	enum transfer_encoding encoding;
	uint64_t start; /* where in all that is decoded this begins */
	pthread_mutex_t lock; /* of `progress`: anyone may read at any time */
	struct progress progress;
};

/* What one step needs. */
struct step_memory {
	char raw[STEP];
	struct buf out;
};

static struct step_memory *memory_create(void)
{
	struct step_memory *memory = malloc(sizeof(*memory));

	if (memory != NULL) {
		buf_init(&memory->out, STEP + HELD_BACK);
	}
	return memory;
}

static void memory_destroy(struct step_memory *memory)
{
	buf_free(&memory->out);
	free(memory);
}

static void begin(struct progress *progress, enum transfer_encoding encoding)
{
	*progress = (struct progress) { 0 };
	transfer_decoder_init(&progress->decoder, encoding);
}

/* Decode at most `most` bytes into the memory's `out`. At the end it stays empty, and `ended` is set. */
static int decode_step(struct progress *progress, struct roost_content *raw, size_t most,
	struct step_memory *memory)
{
	buf_reset(&memory->out);
	int64_t got =
		roost_content_read(raw, progress->raw_at, memory->raw, most < STEP ? most : STEP);
	if (got < 0) {
		return (int)got;
	}
	if (got == 0) {
		progress->ended = true;
		transfer_decode_end(&progress->decoder, &memory->out);
	} else {
		transfer_decode(&progress->decoder, memory->raw, (size_t)got, &memory->out);
	}
	progress->raw_at += (uint64_t)got;
	return buf_status(&memory->out);
}

/* Take up to `n` bytes into `buffer`, or nowhere when it is NULL. Returns how many; 0 only at the end. */
static int64_t take(struct progress *progress, struct roost_content *raw, char *buffer, size_t n,
	struct step_memory *memory)
{
	while (progress->left_size == 0 && !progress->ended) {
		int r = decode_step(progress, raw, n, memory);
		if (r < 0) {
			return r;
		}
		size_t size = memory->out.size;
		if (size == 0) {
			continue;
		}
		size_t given = size < n ? size : n;
		if (buffer != NULL) {
			memcpy(buffer, memory->out.data, given);
		}
		assert(size - given <= sizeof(progress->left));
		progress->left_size = size - given;
		memcpy(progress->left, memory->out.data + given, size - given);
		progress->at += given;
		return (int64_t)given;
	}
	size_t given = progress->left_size < n ? progress->left_size : n;
	if (buffer != NULL) {
		memcpy(buffer, progress->left, given);
	}
	progress->left_size -= given;
	memmove(progress->left, progress->left + given, progress->left_size);
	progress->at += given;
	return (int64_t)given;
}

/* Go to a place in what is decoded, from the beginning again if need be. */
static int go_to(struct decoded *decoded, uint64_t at, struct step_memory *memory)
{
	struct progress *progress = &decoded->progress;

	if (at < progress->at) {
		begin(progress, decoded->encoding);
	}
	while (progress->at < at) {
		uint64_t left = at - progress->at;
		int64_t got = take(
			progress, decoded->raw, NULL, left < STEP ? (size_t)left : STEP, memory);
		if (got <= 0) {
			return got < 0 ? (int)got : ROOST_ERR_CORRUPT;
		}
	}
	return 0;
}

static int64_t decoded_read_at(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct decoded *decoded = roost_container_of(content, struct decoded, base);
	struct step_memory *memory = memory_create();

	if (memory == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	pthread_mutex_lock(&decoded->lock);
	int64_t got = go_to(decoded, decoded->start + offset, memory);
	if (got == 0) {
		got = take(&decoded->progress, decoded->raw, buffer, n, memory);
		got = got == 0 ? ROOST_ERR_CORRUPT : got;
	}
	if (got < 0) {
		begin(&decoded->progress, decoded->encoding);
	}
	pthread_mutex_unlock(&decoded->lock);
	memory_destroy(memory);
	return got;
}

static void decoded_destroy(struct roost_content *content)
{
	struct decoded *decoded = roost_container_of(content, struct decoded, base);

	roost_content_unref(decoded->raw);
	pthread_mutex_destroy(&decoded->lock);
	free(decoded);
}

static const struct roost_content_ops decoded_ops = {
	.size = sizeof(decoded_ops),
	.read_at = decoded_read_at,
	.destroy = decoded_destroy,
};

/* How many bytes there are from `offset` on, up to `size`, and whether there is a NUL among them. */
static int measure(struct roost_content *raw, enum transfer_encoding encoding, uint64_t offset,
	uint64_t size, uint64_t *size_out, bool *has_nul_out)
{
	struct step_memory *memory = memory_create();
	uint64_t end = size < UINT64_MAX - offset ? offset + size : UINT64_MAX;
	struct progress progress;
	bool has_nul = false;
	uint64_t at = 0;
	int r = memory == NULL ? ROOST_ERR_NO_MEMORY : 0;

	begin(&progress, encoding);
	while (r == 0 && !progress.ended && at < end) {
		r = decode_step(&progress, raw, STEP, memory);
		uint64_t next = at + memory->out.size;
		uint64_t from = at > offset ? at : offset;
		uint64_t to = next < end ? next : end;
		if (r == 0 && !has_nul && from < to) {
			has_nul = memchr(memory->out.data + (from - at), '\0',
					  (size_t)(to - from)) != NULL;
		}
		at = to;
	}
	if (memory != NULL) {
		memory_destroy(memory);
	}
	if (r == 0) {
		*size_out = at > offset ? at - offset : 0;
		*has_nul_out = has_nul;
	}
	return r;
}

static int create(struct roost_content *raw, enum transfer_encoding encoding, uint64_t offset,
	uint64_t size, struct roost_content **content_out)
{
	struct decoded *decoded = calloc(1, sizeof(*decoded));

	if (decoded == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (pthread_mutex_init(&decoded->lock, NULL) != 0) {
		free(decoded);
		return ROOST_ERR_NO_MEMORY;
	}
	roost_content_init(&decoded->base, &decoded_ops, size);
	decoded->raw = roost_content_ref(raw);
	decoded->encoding = encoding;
	decoded->start = offset;
	begin(&decoded->progress, encoding);
	*content_out = &decoded->base;
	return 0;
}

int decoded_create(struct roost_content *raw, enum transfer_encoding encoding, uint64_t offset,
	uint64_t size, struct roost_content **content_out, bool *has_nul_out)
{
	uint64_t known = 0;
	bool has_nul = false;
	int r = measure(raw, encoding, offset, size, &known, &has_nul);

	if (r < 0) {
		return r;
	}
	if (known == 0) {
		r = roost_content_create_copy("", 0, content_out);
	} else if (encoding == TRANSFER_IDENTITY) {
		struct roost_piece piece = { .content = raw, .offset = offset, .size = known };
		r = roost_content_create_pieces(&piece, 1, content_out);
	} else {
		r = create(raw, encoding, offset, known, content_out);
	}
	if (r == 0) {
		*has_nul_out = has_nul;
	}
	return r;
}

int decoded_find(const struct roost_outline *outline, struct roost_content *content,
	const struct roost_section *section, struct roost_content **raw_out,
	enum transfer_encoding *encoding_out)
{
	enum transfer_encoding encoding = TRANSFER_IDENTITY;
	struct roost_part part;

	if (section->number_count == 0) {
		*raw_out = roost_content_ref(content);
		*encoding_out = encoding;
		return 0;
	}
	bool is_leaf = section_find_part(outline, section, &part) &&
		       (part.kind == ROOST_PART_TEXT || part.kind == ROOST_PART_BASIC);
	if (is_leaf && !transfer_encoding_find(part.encoding, &encoding)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	struct roost_section whole = *section;
	whole.partial = false;
	int r = roost_util_body_section(outline, content, &whole, raw_out);
	if (r == 0) {
		*encoding_out = encoding;
	}
	return r;
}
