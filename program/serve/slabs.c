/* slabs.c - memory for many small pieces that go together. */
#include "slabs.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <roost/error.h>

#define SLAB_OCTETS 65536u
/* Without pieces, but with memory: for who gives back and takes in turns. */
#define WARM_MAX 8u

/* Each a multiple of STEP; the larger ones so that little of a slab is left over. 4368 is a page of a database with what
 * SQLite has beside it. */
#define STEP 16u
#define LARGEST 8192u
static const uint16_t sizes[] = { 16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
	448, 512, 640, 768, 896, 1024, 1280, 1536, 1808, 2048, 2512, 3120, 3632, 4368, 5456, 6544,
	LARGEST };
#define KINDS (sizeof(sizes) / sizeof(sizes[0]))

struct piece {
	struct piece *next;
};

struct slab {
	struct slab *next, *previous; /* of those with room, or of those without pieces */
	struct piece *free; /* given back */
	uint32_t used; /* pieces that are taken */
	uint32_t fresh; /* pieces that were taken once: those behind have never been */
	uint8_t kind;
};

/* Pieces of one size. */
struct kind {
	pthread_mutex_t lock; /* of what follows, and of slabs of this kind */
	struct slab *first; /* with room for one more */
};

struct slabs {
	char *room;
	size_t limit; /* slabs that fit in */
	struct slab *list; /* one for each place in the room */
	uint8_t kind_of[LARGEST / STEP + 1]; /* by size, in steps */
	struct kind kinds[KINDS];

	pthread_mutex_t lock; /* of what follows; taken after that of a kind */
	struct slab *warm; /* without pieces, with memory */
	struct slab *cold; /* without memory */
	size_t warm_count;
	size_t made; /* places that were ever used */
	size_t count; /* slabs with pieces */
};

static void set_up_kinds(struct slabs *slabs)
{
	uint8_t kind = 0;
	for (size_t i = 0; i <= LARGEST / STEP; i++) {
		if (i * STEP > sizes[kind]) {
			kind++;
		}
		slabs->kind_of[i] = kind;
	}
	for (size_t i = 0; i < KINDS; i++) {
		(void)pthread_mutex_init(&slabs->kinds[i].lock, NULL);
	}
}

int slabs_create(size_t room, struct slabs **slabs_out)
{
	struct slabs *slabs = calloc(1, sizeof(*slabs));
	if (slabs == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	slabs->limit = room / SLAB_OCTETS;
	slabs->list = calloc(slabs->limit, sizeof(*slabs->list));
	void *at = mmap(NULL, slabs->limit * SLAB_OCTETS, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (slabs->list == NULL || at == MAP_FAILED) {
		if (at != MAP_FAILED) {
			(void)munmap(at, slabs->limit * SLAB_OCTETS);
		}
		free(slabs->list);
		free(slabs);
		return ROOST_ERR_NO_MEMORY;
	}
	/* A slab that goes back must not be half of a page. */
	(void)madvise(at, slabs->limit * SLAB_OCTETS, MADV_NOHUGEPAGE);
	slabs->room = at;
	set_up_kinds(slabs);
	(void)pthread_mutex_init(&slabs->lock, NULL);
	*slabs_out = slabs;
	return 0;
}

void slabs_destroy(struct slabs *slabs)
{
	if (slabs == NULL) {
		return;
	}
	(void)munmap(slabs->room, slabs->limit * SLAB_OCTETS);
	for (size_t i = 0; i < KINDS; i++) {
		(void)pthread_mutex_destroy(&slabs->kinds[i].lock);
	}
	(void)pthread_mutex_destroy(&slabs->lock);
	free(slabs->list);
	free(slabs);
}

bool slabs_own(const struct slabs *slabs, const void *piece)
{
	uintptr_t room = (uintptr_t)slabs->room;
	return (uintptr_t)piece >= room && (uintptr_t)piece - room < slabs->limit * SLAB_OCTETS;
}

static struct slab *slab_of(const struct slabs *slabs, const void *piece)
{
	return &slabs->list[(size_t)((const char *)piece - slabs->room) / SLAB_OCTETS];
}

static char *memory_of(const struct slabs *slabs, const struct slab *slab)
{
	return slabs->room + (size_t)(slab - slabs->list) * SLAB_OCTETS;
}

/* To the front of a list. */
static void add(struct slab **first, struct slab *slab)
{
	slab->previous = NULL;
	slab->next = *first;
	if (*first != NULL) {
		(*first)->previous = slab;
	}
	*first = slab;
}

static void take_out(struct slab **first, struct slab *slab)
{
	*(slab->previous != NULL ? &slab->previous->next : first) = slab->next;
	if (slab->next != NULL) {
		slab->next->previous = slab->previous;
	}
	slab->next = slab->previous = NULL;
}

/* A slab without pieces, in no list; NULL when the room is full. */
static struct slab *begin_slab(struct slabs *slabs, uint8_t kind)
{
	struct slab *slab = NULL;
	pthread_mutex_lock(&slabs->lock);
	if (slabs->warm != NULL) {
		slab = slabs->warm;
		take_out(&slabs->warm, slab);
		slabs->warm_count--;
	} else if (slabs->cold != NULL) {
		slab = slabs->cold;
		take_out(&slabs->cold, slab);
	} else if (slabs->made < slabs->limit) {
		slab = &slabs->list[slabs->made++];
	}
	slabs->count += slab != NULL;
	pthread_mutex_unlock(&slabs->lock);
	if (slab != NULL) {
		*slab = (struct slab) { .kind = kind };
	}
	return slab;
}

/* Of one without pieces, in no list. */
static void end_slab(struct slabs *slabs, struct slab *slab)
{
	pthread_mutex_lock(&slabs->lock);
	slabs->count--;
	if (slabs->warm_count < WARM_MAX) {
		slabs->warm_count++;
		add(&slabs->warm, slab);
	} else {
		(void)madvise(memory_of(slabs, slab), SLAB_OCTETS, MADV_DONTNEED);
		add(&slabs->cold, slab);
	}
	pthread_mutex_unlock(&slabs->lock);
}

static bool is_full(const struct slab *slab)
{
	return slab->used == SLAB_OCTETS / sizes[slab->kind];
}

void *slabs_take(struct slabs *slabs, size_t size)
{
	if (size > LARGEST) {
		return NULL;
	}
	uint8_t kind = slabs->kind_of[(size + STEP - 1) / STEP];
	struct kind *of = &slabs->kinds[kind];
	struct piece *piece = NULL;
	pthread_mutex_lock(&of->lock);
	struct slab *slab = of->first;
	if (slab == NULL) {
		slab = begin_slab(slabs, kind);
		if (slab != NULL) {
			add(&of->first, slab);
		}
	}
	if (slab != NULL) {
		piece = slab->free;
		if (piece != NULL) {
			slab->free = piece->next;
		} else {
			piece = (void *)(memory_of(slabs, slab) +
					 (size_t)slab->fresh++ * sizes[kind]);
		}
		slab->used++;
		if (is_full(slab)) {
			take_out(&of->first, slab);
		}
	}
	pthread_mutex_unlock(&of->lock);
	return piece;
}

void slabs_give_back(struct slabs *slabs, void *memory)
{
	struct slab *slab = slab_of(slabs, memory);
	struct kind *of = &slabs->kinds[slab->kind];
	struct piece *piece = memory;
	pthread_mutex_lock(&of->lock);
	if (is_full(slab)) {
		add(&of->first, slab);
	}
	piece->next = slab->free;
	slab->free = piece;
	if (--slab->used == 0) {
		take_out(&of->first, slab);
		end_slab(slabs, slab);
	}
	pthread_mutex_unlock(&of->lock);
}

size_t slabs_size(const struct slabs *slabs, const void *piece)
{
	return sizes[slab_of(slabs, piece)->kind];
}

size_t slabs_round(const struct slabs *slabs, size_t size)
{
	return size > LARGEST ? 0 : sizes[slabs->kind_of[(size + STEP - 1) / STEP]];
}

size_t slabs_count(struct slabs *slabs)
{
	pthread_mutex_lock(&slabs->lock);
	size_t count = slabs->count;
	pthread_mutex_unlock(&slabs->lock);
	return count;
}
