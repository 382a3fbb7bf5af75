/* test_slabs.c - pieces never overlap, and slabs without pieces are used again and give their memory back. */
#include "slabs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <pthread.h>

#define SLAB 65536
#define LARGEST 8192
#define COUNT 4000
#define THREADS 4
#define ROUNDS 20000

static struct slabs *slabs;

static int setup(void **state)
{
	(void)state;
	return slabs_create((size_t)1024 * SLAB, &slabs);
}

static int teardown(void **state)
{
	(void)state;
	slabs_destroy(slabs);
	slabs = NULL;
	return 0;
}

static void test_sizes(void **state)
{
	(void)state;
	for (size_t size = 0; size <= LARGEST; size++) {
		char *piece = slabs_take(slabs, size);
		assert_non_null(piece);
		assert_true(slabs_own(slabs, piece));
		assert_int_equal((uintptr_t)piece % 16, 0);
		assert_true(slabs_size(slabs, piece) >= size);
		assert_true(slabs_size(slabs, piece) <= size + size / 4 + 64);
		assert_int_equal(slabs_size(slabs, piece), slabs_round(slabs, size));
		memset(piece, 0xff, slabs_size(slabs, piece));
		slabs_give_back(slabs, piece);
	}
	assert_null(slabs_take(slabs, LARGEST + 1));
	assert_null(slabs_take(slabs, SIZE_MAX));
	assert_int_equal(slabs_round(slabs, LARGEST + 1), 0);
	assert_int_equal(slabs_round(slabs, SIZE_MAX), 0);
	assert_int_equal(slabs_count(slabs), 0);
}

static void test_own(void **state)
{
	(void)state;
	char local;
	char *heap = malloc(16);
	assert_non_null(heap);
	assert_false(slabs_own(slabs, &local));
	assert_false(slabs_own(slabs, heap));
	assert_false(slabs_own(slabs, NULL));
	free(heap);
}

/* Each piece holds its own number all over, as long as it is taken. */
static void fill(unsigned char *piece, size_t size, size_t number)
{
	memset(piece, (int)(number & 0xff), size);
}

static void check(const unsigned char *piece, size_t size, size_t number)
{
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(piece[i], number & 0xff);
	}
}

static void test_pieces_do_not_overlap(void **state)
{
	(void)state;
	static unsigned char *pieces[COUNT];
	static size_t taken[COUNT];
	uint32_t random = 1;
	for (size_t turn = 0; turn < 4; turn++) {
		for (size_t i = 0; i < COUNT; i++) {
			random = random * 1664525 + 1013904223;
			if (pieces[i] != NULL) {
				check(pieces[i], taken[i], i);
				if (random % 3 == 0) {
					continue;
				}
				slabs_give_back(slabs, pieces[i]);
			}
			taken[i] = (random >> 8) % (i % 8 == 0 ? LARGEST : 300);
			pieces[i] = slabs_take(slabs, taken[i]);
			assert_non_null(pieces[i]);
			fill(pieces[i], taken[i], i);
		}
	}
	for (size_t i = 0; i < COUNT; i++) {
		check(pieces[i], taken[i], i);
		slabs_give_back(slabs, pieces[i]);
	}
	assert_int_equal(slabs_count(slabs), 0);
}

static size_t resident_pages(char *from, size_t octets)
{
	unsigned char pages[SLAB / 4096 * 64];
	size_t count = 0;
	assert_true(octets / 4096 <= sizeof(pages));
	assert_int_equal(mincore(from, octets, pages), 0);
	for (size_t i = 0; i < octets / 4096; i++) {
		count += pages[i] & 1;
	}
	return count;
}

static void test_memory_goes_back(void **state)
{
	(void)state;
	static char *pieces[64 * (SLAB / LARGEST)];
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);
	for (size_t i = 0; i < count; i++) {
		pieces[i] = slabs_take(slabs, LARGEST);
		assert_non_null(pieces[i]);
		memset(pieces[i], 1, LARGEST);
	}
	assert_int_equal(slabs_count(slabs), 64);
	/* The first slabs of all. */
	char *room = pieces[0];
	size_t before = resident_pages(room, (size_t)64 * SLAB);
	for (size_t i = 0; i < count; i++) {
		slabs_give_back(slabs, pieces[i]);
	}
	assert_int_equal(slabs_count(slabs), 0);
	size_t after = resident_pages(room, (size_t)64 * SLAB);
	assert_true(after * 4 < before);
}

static void test_room_is_full(void **state)
{
	(void)state;
	struct slabs *few;
	void *pieces[2 * (SLAB / LARGEST)];
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);
	assert_int_equal(slabs_create((size_t)2 * SLAB, &few), 0);
	for (size_t turn = 0; turn < 3; turn++) {
		for (size_t i = 0; i < count; i++) {
			pieces[i] = slabs_take(few, LARGEST);
			assert_non_null(pieces[i]);
		}
		assert_null(slabs_take(few, LARGEST));
		assert_null(slabs_take(few, 1));
		slabs_give_back(few, pieces[3]);
		pieces[3] = slabs_take(few, LARGEST);
		assert_non_null(pieces[3]);
		for (size_t i = 0; i < count; i++) {
			slabs_give_back(few, pieces[i]);
		}
		void *small = slabs_take(few, 1);
		assert_non_null(small);
		slabs_give_back(few, small);
	}
	slabs_destroy(few);
}

/* Pieces that one thread takes are given back by the next one. */
static _Atomic(unsigned char *) desks[64];

static void *exchange(void *context)
{
	uint32_t random = (uint32_t)(uintptr_t)context;
	for (size_t i = 0; i < ROUNDS; i++) {
		random = random * 1664525 + 1013904223;
		size_t size = sizeof(size_t) + (random >> 8) % 500;
		unsigned char *piece = slabs_take(slabs, size);
		if (piece == NULL) {
			return context;
		}
		memcpy(piece, &size, sizeof(size));
		memset(piece + sizeof(size), (int)(size & 0xff), size - sizeof(size));
		piece = atomic_exchange(&desks[random % 64], piece);
		if (piece != NULL) {
			memcpy(&size, piece, sizeof(size));
			if (slabs_size(slabs, piece) < size ||
				(size > sizeof(size) && piece[size - 1] != (size & 0xff))) {
				return context;
			}
			slabs_give_back(slabs, piece);
		}
	}
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, exchange, (void *)(i + 1)), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *failed;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	for (size_t i = 0; i < 64; i++) {
		if (desks[i] != NULL) {
			slabs_give_back(slabs, desks[i]);
			desks[i] = NULL;
		}
	}
	assert_int_equal(slabs_count(slabs), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces_do_not_overlap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory_goes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_room_is_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
