/* sqlite_memory.c - where SQLite has its memory.
 *
 * The database of a user who only waits is closed. What it took is thousands of small pieces, between which other
 * things were put meanwhile that stay: in one heap, each of these would keep a page of memory. */
#include "sqlite_memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "slabs.h"

/* Of addresses. What is beyond comes from malloc(), as all that is large does. */
#define ROOM ((size_t)1 << 30)

/* SQLite hands nothing to these functions that it was told. */
static struct slabs *slabs;

static void *take(int size)
{
	void *piece = slabs_take(slabs, (size_t)size);
	return piece != NULL ? piece : malloc((size_t)size);
}

static void give_back(void *piece)
{
	if (slabs_own(slabs, piece)) {
		slabs_give_back(slabs, piece);
	} else {
		free(piece);
	}
}

static int size_of(void *piece)
{
	if (piece == NULL) {
		return 0;
	}
	return (int)(slabs_own(slabs, piece) ? slabs_size(slabs, piece)
					     : malloc_usable_size(piece));
}

static int round_up(int size)
{
	size_t rounded = slabs_round(slabs, (size_t)size);
	return rounded != 0 ? (int)rounded : (size + 7) & ~7;
}

static void *resize(void *piece, int size)
{
	bool own = slabs_own(slabs, piece);
	bool fits = slabs_round(slabs, (size_t)size) != 0;
	if (!own && !fits) {
		return realloc(piece, (size_t)size);
	}
	if (own && slabs_size(slabs, piece) == slabs_round(slabs, (size_t)size)) {
		return piece;
	}
	void *moved = take(size);
	if (moved != NULL) {
		int was = size_of(piece);
		memcpy(moved, piece, (size_t)(was < size ? was : size));
		give_back(piece);
	}
	return moved;
}

static int begin(void *context)
{
	(void)context;
	return SQLITE_OK;
}

static void end(void *context)
{
	(void)context;
}

void sqlite_memory_part(void)
{
	static const struct sqlite3_mem_methods methods = {
		.xMalloc = take,
		.xFree = give_back,
		.xRealloc = resize,
		.xSize = size_of,
		.xRoundup = round_up,
		.xInit = begin,
		.xShutdown = end,
	};
	if (slabs != NULL || slabs_create(ROOM, &slabs) < 0) {
		return;
	}
	/* Pages, too, one by one instead of twenty at once. What all takes together nobody asks, and counting it would let
	 * no two threads take memory at the same time. */
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK) {
		slabs_destroy(slabs);
		slabs = NULL;
		return;
	}
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}
