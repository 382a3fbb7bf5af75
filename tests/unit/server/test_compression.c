/* Compression of one client's bytes: rests at any point, slices, and the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <malloc.h>
#include <zlib.h>

#include <roost/error.h>

#include "server/compression.h"

/* The other side: what it says, compressed. */
struct peer {
	z_stream out;
	z_stream in;
	char bytes[1 << 20];
};

static struct peer *peer_create(void)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	assert_non_null(peer);
	assert_int_equal(deflateInit2(&peer->out, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(inflateInit2(&peer->in, -15), Z_OK);
	return peer;
}

static void peer_destroy(struct peer *peer)
{
	(void)deflateEnd(&peer->out);
	(void)inflateEnd(&peer->in);
	free(peer);
}

static size_t peer_say(struct peer *peer, const char *text, size_t n, int flush)
{
	peer->out.next_in = (unsigned char *)(uintptr_t)text;
	peer->out.avail_in = (uInt)n;
	peer->out.next_out = (unsigned char *)peer->bytes;
	peer->out.avail_out = sizeof(peer->bytes);
	int r = deflate(&peer->out, flush);
	assert_true(r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR);
	return sizeof(peer->bytes) - peer->out.avail_out;
}

static void peer_expect(struct peer *peer, struct compression *compression, const char *text)
{
	const char *bytes;
	size_t n = compression_output(compression, &bytes);
	char got[8192];
	peer->in.next_in = (unsigned char *)(uintptr_t)bytes;
	peer->in.avail_in = (uInt)n;
	peer->in.next_out = (unsigned char *)got;
	peer->in.avail_out = sizeof(got);
	int r = inflate(&peer->in, Z_SYNC_FLUSH);
	assert_true(r == Z_OK || r == Z_STREAM_END);
	assert_int_equal(sizeof(got) - peer->in.avail_out, strlen(text));
	assert_memory_equal(got, text, strlen(text));
	compression_sent(compression, n);
}

static size_t take_all(struct compression *compression, char *got, size_t size, size_t slice)
{
	size_t have = 0;
	while (compression_has_input(compression)) {
		ssize_t n = compression_take(
			compression, got + have, size - have < slice ? size - have : slice);
		assert_true(n >= 0);
		have += (size_t)n;
	}
	got[have] = '\0';
	return have;
}

/* A stream goes on after each rest, wherever the bits end, and may refer to what was before. */
static void test_rests(void **state)
{
	static const int flushes[] = { Z_SYNC_FLUSH, Z_PARTIAL_FLUSH, Z_FULL_FLUSH, Z_BLOCK };
	(void)state;
	for (size_t f = 0; f < sizeof(flushes) / sizeof(flushes[0]); f++) {
		struct peer *peer = peer_create();
		struct compression *compression;
		assert_int_equal(compression_create(&compression), 0);
		char said[65536] = "";
		char heard[65536] = "";
		size_t at = 0;
		size_t heard_size = 0;
		for (int i = 0; i < 500; i++) {
			char line[100];
			int n = snprintf(line, sizeof(line), "a%d UID FETCH %d:* (FLAGS)\r\n", i,
				i * 7919 % 1000);
			size_t size = peer_say(peer, line, (size_t)n, flushes[f]);
			assert_int_equal(compression_put(compression, peer->bytes, size), 0);
			heard_size += take_all(compression, heard + heard_size,
				sizeof(heard) - heard_size, i % 3 == 0 ? 5 : sizeof(heard));
			if (i % 2 == 0) {
				compression_trim(compression);
			}
			memcpy(said + at, line, (size_t)n + 1);
			at += (size_t)n;
		}
		size_t size = peer_say(peer, "", 0, Z_FINISH);
		assert_int_equal(compression_put(compression, peer->bytes, size), 0);
		(void)take_all(
			compression, heard + heard_size, sizeof(heard) - heard_size, sizeof(heard));
		assert_string_equal(heard, said);
		assert_int_equal(compression_put(compression, "x", 1), 0);
		assert_int_equal(compression_take(compression, heard, 1), ROOST_ERR_INVALID);
		compression_destroy(compression);
		peer_destroy(peer);
	}
}

/* What we say begins anew after a rest, and the other side reads on. */
static void test_output_rests(void **state)
{
	struct peer *peer = peer_create();
	struct compression *compression;
	(void)state;
	assert_int_equal(compression_create(&compression), 0);
	for (int i = 0; i < 300; i++) {
		char line[3][100];
		char all[300];
		size_t size = 0;
		struct iovec pieces[3];
		for (int k = 0; k < 3; k++) {
			(void)snprintf(line[k], sizeof(line[k]), "* %d FETCH (FLAGS (\\Seen))\r\n",
				i * 3 + k);
			pieces[k] = (struct iovec) { line[k], strlen(line[k]) };
			memcpy(all + size, line[k], pieces[k].iov_len + 1);
			size += pieces[k].iov_len;
		}
		assert_int_equal(compression_add(compression, pieces, 2, COMPRESSION_GO_ON), 0);
		if (i % 3 == 0) {
			compression_trim(compression); /* not now: not all is out */
		}
		assert_int_equal(compression_add(compression, pieces + 2, 1,
					 i == 299 ? COMPRESSION_FINISH : COMPRESSION_FLUSH),
			0);
		peer_expect(peer, compression, all);
		if (i % 2 == 0) {
			compression_trim(compression);
		}
	}
	compression_destroy(compression);
	peer_destroy(peer);
}

/* A little that stands for very much comes in slices. */
static void test_bomb(void **state)
{
	struct peer *peer = peer_create();
	struct compression *compression;
	char *zeros = calloc(1, 4 << 20);
	char slice[100];
	size_t have = 0;
	(void)state;
	assert_non_null(zeros);
	size_t size = peer_say(peer, zeros, 4 << 20, Z_FINISH);
	assert_in_range(size, 1, 10000);
	assert_int_equal(compression_create(&compression), 0);
	assert_int_equal(compression_put(compression, peer->bytes, size), 0);
	while (compression_has_input(compression)) {
		ssize_t n = compression_take(compression, slice, sizeof(slice));
		assert_in_range(n, 0, sizeof(slice));
		have += (size_t)n;
	}
	assert_int_equal(have, 4 << 20);
	compression_destroy(compression);
	peer_destroy(peer);
	free(zeros);
}

/* The end of the client's compression is found in whatever pieces it comes. */
static void test_end(void **state)
{
	static const struct {
		int flushes[3];
		int count;
	} cases[] = {
		{ { Z_SYNC_FLUSH }, 1 },
		{ { Z_FULL_FLUSH }, 1 },
		{ { Z_FINISH }, 1 },
		{ { Z_SYNC_FLUSH, Z_FINISH }, 2 },
		{ { Z_PARTIAL_FLUSH, Z_SYNC_FLUSH }, 2 },
		{ { Z_PARTIAL_FLUSH, Z_PARTIAL_FLUSH, Z_FINISH }, 3 },
		{ { Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH }, 3 },
	};
	(void)state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		for (int rests = 0; rests < 2; rests++) {
			struct peer *peer = peer_create();
			struct compression *compression;
			char all[200];
			char got[100] = "";
			size_t size = 0;
			for (int i = 0; i < cases[c].count; i++) {
				size_t n = peer_say(peer, "u UNAUTHENTICATE\r\n", i == 0 ? 18 : 0,
					cases[c].flushes[i]);
				memcpy(all + size, peer->bytes, n);
				size += n;
			}
			memcpy(all + size, "v NOOP", 6);
			assert_int_equal(compression_create(&compression), 0);
			bool plain = false;
			size_t at = 0;
			size_t have = 0;
			for (; !plain && at < size + 6; at++) {
				const char *rest;
				size_t n;
				int r = 0;
				assert_int_equal(compression_put(compression, all + at, 1), 0);
				if (have < 18) {
					while (compression_has_input(compression) && have < 18) {
						have += (size_t)compression_take(compression,
							got + have, sizeof(got) - have);
					}
					if (have == 18) {
						compression_end(compression);
					}
				} else {
					r = compression_find_end(compression, &rest, &n);
				}
				assert_true(r >= 0);
				plain = r == 1 && n == 1;
				if (plain) {
					assert_int_equal(rest[0], 'v');
				} else if (r == 1) {
					at++;
					break;
				}
				if (rests) {
					compression_trim(compression);
				}
			}
			assert_string_equal(got, "u UNAUTHENTICATE\r\n");
			assert_int_equal(at, plain ? size + 1 : size);
			compression_destroy(compression);
			peer_destroy(peer);
		}
	}
}

/* At rest there is little left of what both directions took. */
static void test_memory(void **state)
{
	struct peer *peer = peer_create();
	struct compression *compression;
	char got[8192];
	struct iovec piece = { got, sizeof(got) };
	(void)state;
	memset(got, 'x', sizeof(got));
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	assert_int_equal(compression_create(&compression), 0);
	for (int i = 0; i < 2000; i++) {
		char line[100];
		int n = snprintf(line, sizeof(line), "a%d UID STORE %d +FLAGS (\\Seen)\r\n", i,
			i * 31 % 977);
		size_t size = peer_say(peer, line, (size_t)n, Z_SYNC_FLUSH);
		assert_int_equal(compression_put(compression, peer->bytes, size), 0);
		(void)take_all(compression, got, sizeof(got), sizeof(got));
	}
	assert_int_equal(compression_add(compression, &piece, 1, COMPRESSION_FLUSH), 0);
	const char *bytes;
	compression_sent(compression, compression_output(compression, &bytes));
	compression_trim(compression);
	size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
	print_message("at rest: %zu octets\n", after - before);
	/* Sanitizers count nothing. */
	assert_true(after - before < 12 * 1024);
	compression_destroy(compression);
	peer_destroy(peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rests),
		cmocka_unit_test(test_output_rests),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
