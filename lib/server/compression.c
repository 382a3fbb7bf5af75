/* compression.c - the compression of what one client says and hears. */
#include "server/compression.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include <roost/error.h>

#include "base/buf.h"

/* Mail and responses shrink to some 38%, at 100 MB/s; 128 KiB while something is said. Larger windows and more work gain
 * three parts in a hundred. */
#define LEVEL 3
#define WINDOW_BITS 14
#define MEMORY_LEVEL 7

#define OUTPUT_MAX (1024u * 1024u) /* a backstop: what is added at once is far less */
#define OUTPUT_STEP 4096u

/* What zlib says in data_type. */
#define AT_BLOCK_END 128
#define LAST_BLOCK_END (AT_BLOCK_END | 64)
#define UNUSED_BITS 7

/* Where the client's stream stands while nobody reads it: behind a block, so that all there is to know
 * are the bytes that it may refer to and the bits that were not used yet. */
struct resting {
	unsigned char *window; /* compressed itself */
	size_t size;
	size_t full_size;
	int bits;
};

struct compression {
	z_stream *in; /* NULL: it rests, or has not begun */
	struct resting resting;
	unsigned char last; /* the last byte that went in */
	bool in_ended; /* the client has ended its stream */
	bool in_more; /* what went in has not all come out */
	char *raw; /* to go in */
	size_t raw_size;
	size_t raw_taken;

	z_stream *out; /* NULL: the next bytes begin anew, and refer to none before */
	bool out_flushed;
	struct buf output;
	size_t output_sent;
	bool ending;
};

/* Memory that goes back to the system at once. Between the small things of connections that stay, what malloc()
 * takes for this and gets back again would be lost to all others. */
struct pages {
	_Alignas(max_align_t) size_t size;
};

static void *take_pages(void *context, unsigned count, unsigned each)
{
	size_t size = sizeof(struct pages) + (size_t)count * each;
	struct pages *pages =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)context;
	if (pages == MAP_FAILED) {
		return NULL;
	}
	pages->size = size;
	return pages + 1;
}

static void give_pages_back(void *context, void *address)
{
	struct pages *pages = (struct pages *)address - 1;

	(void)context;
	(void)munmap(pages, pages->size);
}

static z_stream *create_stream(void)
{
	z_stream *stream = calloc(1, sizeof(*stream));

	if (stream != NULL) {
		stream->zalloc = take_pages;
		stream->zfree = give_pages_back;
	}
	return stream;
}

int compression_create(struct compression **compression_out)
{
	struct compression *compression = calloc(1, sizeof(*compression));

	if (compression == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	buf_init(&compression->output, OUTPUT_MAX);
	*compression_out = compression;
	return 0;
}

static void drop_raw(struct compression *compression)
{
	free(compression->raw);
	compression->raw = NULL;
	compression->raw_size = 0;
	compression->raw_taken = 0;
}

static void drop_in(struct compression *compression)
{
	if (compression->in != NULL) {
		(void)inflateEnd(compression->in);
		free(compression->in);
		compression->in = NULL;
	}
}

static void drop_out(struct compression *compression)
{
	if (compression->out != NULL) {
		(void)deflateEnd(compression->out);
		free(compression->out);
		compression->out = NULL;
	}
}

static void drop_resting(struct compression *compression)
{
	free(compression->resting.window);
	compression->resting = (struct resting) { .window = NULL };
}

void compression_destroy(struct compression *compression)
{
	if (compression == NULL) {
		return;
	}
	drop_raw(compression);
	drop_in(compression);
	drop_out(compression);
	drop_resting(compression);
	buf_free(&compression->output);
	free(compression);
}

/* The bytes that the client may refer to, compressed: commands resemble each other. False without memory. */
static bool pack_window(const struct compression *compression, struct resting *resting)
{
	unsigned char window[1u << MAX_WBITS];
	uInt size = 0;

	if (inflateGetDictionary(compression->in, window, &size) != Z_OK) {
		return false;
	}
	uLongf packed = compressBound(size);
	unsigned char *bytes = malloc(packed);
	if (bytes == NULL || compress2(bytes, &packed, window, size, LEVEL) != Z_OK) {
		free(bytes);
		return false;
	}
	unsigned char *fitting = realloc(bytes, packed);
	resting->window = fitting != NULL ? fitting : bytes;
	resting->size = packed;
	resting->full_size = size;
	return true;
}

static void rest_in(struct compression *compression)
{
	struct resting resting = { .window = NULL };

	if (compression->in == NULL || compression->in_ended ||
		compression_has_input(compression) ||
		(compression->in->data_type & AT_BLOCK_END) == 0 ||
		!pack_window(compression, &resting)) {
		return;
	}
	resting.bits = compression->in->data_type & UNUSED_BITS;
	compression->resting = resting;
	drop_in(compression);
}

void compression_trim(struct compression *compression)
{
	rest_in(compression);
	if (compression->output.size == 0) {
		buf_free(&compression->output);
		/* A flush ends in a whole byte, where a new stream can begin: RFC 1951 section 2.3. */
		if (compression->out_flushed) {
			drop_out(compression);
		}
	}
}

static int unpack_window(const struct resting *resting, z_stream *in)
{
	unsigned char window[1u << MAX_WBITS];
	uLongf size = sizeof(window);

	if (resting->full_size == 0) {
		return 0;
	}
	if (uncompress(window, &size, resting->window, resting->size) != Z_OK ||
		inflateSetDictionary(in, window, (uInt)size) != Z_OK) {
		return ROOST_ERR_NO_MEMORY;
	}
	return 0;
}

/* Ready to read what the client sends. */
static int need_in(struct compression *compression)
{
	const struct resting *resting = &compression->resting;

	if (compression->in != NULL) {
		return 0;
	}
	z_stream *in = create_stream();
	if (in == NULL || inflateInit2(in, -MAX_WBITS) != Z_OK) {
		free(in);
		return ROOST_ERR_NO_MEMORY;
	}
	in->data_type = AT_BLOCK_END | resting->bits;
	compression->in = in;
	int r = unpack_window(resting, in);
	if (r == 0 && resting->bits > 0 &&
		inflatePrime(in, resting->bits, compression->last >> (8 - resting->bits)) != Z_OK) {
		r = ROOST_ERR_NO_MEMORY;
	}
	if (r < 0) {
		drop_in(compression);
		return r;
	}
	drop_resting(compression);
	return 0;
}

int compression_put(struct compression *compression, const char *bytes, size_t n)
{
	char *raw = n == 0 ? NULL : malloc(n);

	if (n == 0) {
		return 0;
	}
	if (raw == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(raw, bytes, n);
	drop_raw(compression);
	compression->raw = raw;
	compression->raw_size = n;
	return 0;
}

bool compression_has_input(const struct compression *compression)
{
	return compression->raw != NULL || compression->in_more;
}

/* Go on to the end of a block, or until `n` bytes have come out or all went in. */
static ssize_t inflate_block(struct compression *compression, char *bytes, size_t n)
{
	z_stream *in = compression->in;
	size_t before = compression->raw_size - compression->raw_taken;

	in->next_in =
		before == 0 ? NULL : (unsigned char *)compression->raw + compression->raw_taken;
	in->avail_in = (uInt)before;
	in->next_out = (unsigned char *)bytes;
	in->avail_out = (uInt)n;
	int r = inflate(in, Z_BLOCK);
	if (r == Z_OK && (in->data_type & LAST_BLOCK_END) == LAST_BLOCK_END) {
		r = inflate(in, Z_BLOCK); /* it says so only when it is asked to go on */
	}
	if (in->avail_in < before) {
		compression->raw_taken = compression->raw_size - in->avail_in;
		compression->last = (unsigned char)compression->raw[compression->raw_taken - 1];
	}
	if (compression->raw != NULL && compression->raw_taken == compression->raw_size) {
		drop_raw(compression);
	}
	compression->in_ended = r == Z_STREAM_END;
	compression->in_more =
		r == Z_OK && in->avail_out == 0 && (in->data_type & AT_BLOCK_END) == 0;
	if (r == Z_MEM_ERROR) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR) {
		return ROOST_ERR_INVALID;
	}
	return (ssize_t)(n - in->avail_out);
}

ssize_t compression_take(struct compression *compression, char *bytes, size_t n)
{
	ssize_t taken = need_in(compression);

	while (taken == 0 && compression_has_input(compression)) {
		taken = compression->in_ended ? ROOST_ERR_INVALID
					      : inflate_block(compression, bytes, n);
	}
	return taken;
}

static int need_out(struct compression *compression)
{
	if (compression->out != NULL) {
		return 0;
	}
	z_stream *out = create_stream();
	if (out == NULL || deflateInit2(out, LEVEL, Z_DEFLATED, -WINDOW_BITS, MEMORY_LEVEL,
				   Z_DEFAULT_STRATEGY) != Z_OK) {
		free(out);
		return ROOST_ERR_NO_MEMORY;
	}
	compression->out = out;
	return 0;
}

/* Compress until all that was given, and with a flush all that there is, is in the output. */
static int run_out(struct compression *compression, int flush)
{
	z_stream *out = compression->out;

	do {
		char *room = buf_reserve(&compression->output, OUTPUT_STEP);
		if (room == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		out->next_out = (unsigned char *)room;
		out->avail_out = OUTPUT_STEP;
		(void)deflate(out, flush);
		compression->output.size += OUTPUT_STEP - out->avail_out;
	} while (out->avail_out == 0);
	return 0;
}

int compression_add(struct compression *compression, const struct iovec *pieces, int count,
	enum compression_flush flush)
{
	static const int flushes[] = {
		[COMPRESSION_GO_ON] = Z_NO_FLUSH,
		[COMPRESSION_FLUSH] = Z_SYNC_FLUSH,
		[COMPRESSION_FINISH] = Z_FINISH,
	};
	int r = need_out(compression);

	for (int i = 0; r == 0 && i < count; i++) {
		compression->out->next_in = pieces[i].iov_base;
		compression->out->avail_in = (uInt)pieces[i].iov_len;
		r = run_out(compression, i + 1 < count ? Z_NO_FLUSH : flushes[flush]);
	}
	compression->out_flushed = flush != COMPRESSION_GO_ON;
	return r;
}

size_t compression_output(const struct compression *compression, const char **bytes_out)
{
	size_t n = compression->output.size - compression->output_sent;

	*bytes_out = n == 0 ? NULL : compression->output.data + compression->output_sent;
	return n;
}

void compression_sent(struct compression *compression, size_t n)
{
	compression->output_sent += n;
	if (compression->output_sent == compression->output.size) {
		buf_reset(&compression->output);
		compression->output_sent = 0;
	}
}

void compression_end(struct compression *compression)
{
	drop_out(compression);
	buf_free(&compression->output);
	compression->ending = true;
}

bool compression_is_ending(const struct compression *compression)
{
	return compression->ending;
}

/* A client that flushed its last command and did not end its stream goes on in a whole byte with its next
 * command, or with blocks that hold nothing: the flush's own, or the last one. Those begin with a control
 * character: 0 to 3. */
static bool is_plain(const struct compression *compression)
{
	unsigned char next = (unsigned char)compression->raw[compression->raw_taken];

	return (compression->in->data_type & AT_BLOCK_END) != 0 &&
	       (compression->in->data_type & UNUSED_BITS) == 0 && next > 3;
}

int compression_find_end(
	struct compression *compression, const char **rest_out, size_t *rest_size_out)
{
	char byte;
	int r = need_in(compression);

	while (r == 0 && !compression->in_ended && compression->raw != NULL &&
		!is_plain(compression)) {
		ssize_t n = inflate_block(compression, &byte, sizeof(byte));
		r = n < 0 ? (int)n : n > 0 ? ROOST_ERR_INVALID : 0;
	}
	if (r < 0 || compression->in_more) {
		return r < 0 ? r : ROOST_ERR_INVALID;
	}
	*rest_out = compression->raw == NULL ? NULL : compression->raw + compression->raw_taken;
	*rest_size_out =
		compression->raw == NULL ? 0 : compression->raw_size - compression->raw_taken;
	return compression->in_ended || compression->raw != NULL;
}
