/* packs.c - reading messages from the packs of one user. */
#include "packs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>
#include <roost/util.h>

#include "pack.h"

/* What lies between two messages that are read together may be as much: who is gone. */
#define GAP_MAX 16384

struct open_pack {
	uint64_t id;
	int fd;
	unsigned refs; /* the lock of the packs */
};

/* Octets of a pack, shared by the contents that are parts of them. */
struct span {
	unsigned refs;
	uint64_t pack, from;
	size_t size, capacity;
	char bytes[];
};

struct slice {
	struct roost_content base;
	struct span *span;
	const char *bytes;
};

void local_packs_init(struct packs *packs, const char *folder)
{
	*packs = (struct packs) { .folder = folder };
	(void)pthread_mutex_init(&packs->lock, NULL);
}

static void unref_span(struct span *span)
{
	if (span != NULL && __atomic_sub_fetch(&span->refs, 1, __ATOMIC_ACQ_REL) == 0) {
		free(span);
	}
}

/* With the lock. */
static void unref_pack(struct open_pack *pack)
{
	if (pack != NULL && --pack->refs == 0) {
		(void)close(pack->fd);
		free(pack);
	}
}

void local_packs_close(struct packs *packs)
{
	pthread_mutex_lock(&packs->lock);
	for (size_t i = 0; i < PACKS_OPEN; i++) {
		unref_pack(packs->open[i]);
		packs->open[i] = NULL;
	}
	struct span *spare = packs->spare;
	packs->spare = NULL;
	pthread_mutex_unlock(&packs->lock);
	unref_span(spare);
}

void local_packs_finish(struct packs *packs)
{
	local_packs_close(packs);
	(void)pthread_mutex_destroy(&packs->lock);
}

/* The place of a pack in the list, or that of the one to be closed for it. With the lock. */
static size_t find(const struct packs *packs, uint64_t id)
{
	size_t i = 0;
	while (i < PACKS_OPEN - 1 && packs->open[i] != NULL && packs->open[i]->id != id) {
		i++;
	}
	return i;
}

/* Put one first in the list; who stood at `at` goes. With the lock. */
static void put_first(struct packs *packs, size_t at, struct open_pack *pack)
{
	memmove(&packs->open[1], &packs->open[0], at * sizeof(packs->open[0]));
	packs->open[0] = pack;
}

void local_packs_forget(struct packs *packs, uint64_t id)
{
	pthread_mutex_lock(&packs->lock);
	size_t at = find(packs, id);
	if (packs->open[at] != NULL && packs->open[at]->id == id) {
		unref_pack(packs->open[at]);
		memmove(&packs->open[at], &packs->open[at + 1],
			(PACKS_OPEN - 1 - at) * sizeof(packs->open[0]));
		packs->open[PACKS_OPEN - 1] = NULL;
	}
	pthread_mutex_unlock(&packs->lock);
}

/* One that is open already, with a reference; or NULL. */
static struct open_pack *take_open(struct packs *packs, uint64_t id)
{
	pthread_mutex_lock(&packs->lock);
	size_t at = find(packs, id);
	struct open_pack *pack = packs->open[at];
	if (pack != NULL && pack->id == id) {
		put_first(packs, at, pack);
		pack->refs++;
	} else {
		pack = NULL;
	}
	pthread_mutex_unlock(&packs->lock);
	return pack;
}

static int take_pack(struct packs *packs, uint64_t id, struct open_pack **pack_out)
{
	struct open_pack *pack = take_open(packs, id);
	if (pack == NULL) {
		pack = malloc(sizeof(*pack));
		if (pack == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		*pack = (struct open_pack) { .id = id, .fd = -1, .refs = 2 };
		int r = local_pack_open_reader(packs->folder, id, &pack->fd);
		if (r < 0) {
			free(pack);
			return r;
		}
		pthread_mutex_lock(&packs->lock);
		/* Another may have opened it meanwhile: then that one goes. */
		size_t at = find(packs, id);
		unref_pack(packs->open[at]);
		put_first(packs, at, pack);
		pthread_mutex_unlock(&packs->lock);
	}
	*pack_out = pack;
	return 0;
}

static void put_pack(struct packs *packs, struct open_pack *pack)
{
	pthread_mutex_lock(&packs->lock);
	unref_pack(pack);
	pthread_mutex_unlock(&packs->lock);
}

struct span *local_packs_take_span(struct packs *packs)
{
	pthread_mutex_lock(&packs->lock);
	struct span *span = packs->spare;
	packs->spare = NULL;
	pthread_mutex_unlock(&packs->lock);
	return span;
}

void local_packs_put_span(struct packs *packs, struct span *span)
{
	/* One that was read for a single large message is not worth its memory. */
	if (span != NULL && span->capacity <= PACKS_SPAN) {
		pthread_mutex_lock(&packs->lock);
		struct span *before = packs->spare;
		packs->spare = span;
		pthread_mutex_unlock(&packs->lock);
		span = before;
	}
	unref_span(span);
}

static size_t record_size(const struct pack_place *place)
{
	return PACK_RECORD + (size_t)place->octets;
}

static bool holds(const struct span *span, const struct pack_place *place)
{
	return span != NULL && span->pack == place->pack && place->at >= span->from &&
	       place->at - span->from <= span->size &&
	       record_size(place) <= span->size - (size_t)(place->at - span->from);
}

/* How much to read for the first place, and for those of the others that follow it closely. */
static size_t measure(const struct pack_place *places, size_t count)
{
	uint64_t from = places[0].at;
	size_t size = record_size(&places[0]);
	for (size_t i = 1; i < count; i++) {
		const struct pack_place *place = &places[i];
		if (place->pack != places[0].pack || place->at < from + size ||
			place->at > from + size + GAP_MAX || place->octets > PACKS_SPAN ||
			place->at - from + record_size(place) > PACKS_SPAN) {
			break;
		}
		size = (size_t)(place->at - from) + record_size(place);
	}
	return size;
}

/* A span of its own for so many octets: that of before when nobody else has it. */
static int make_span(struct span **span, size_t size)
{
	struct span *made = *span;
	if (made != NULL && __atomic_load_n(&made->refs, __ATOMIC_ACQUIRE) == 1 &&
		made->capacity >= size) {
		made->size = 0;
		return 0;
	}
	/* A single message takes no more than it needs, as it may wait long to be sent. */
	size_t capacity = size > PACKS_SPAN / 4 && size < PACKS_SPAN ? PACKS_SPAN : size;
	made = malloc(sizeof(*made) + capacity);
	if (made == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*made = (struct span) { .refs = 1, .capacity = capacity };
	unref_span(*span);
	*span = made;
	return 0;
}

static int read_span(
	struct packs *packs, const struct pack_place *places, size_t count, struct span **span)
{
	struct open_pack *pack = NULL;
	size_t size = measure(places, count);
	int r = make_span(span, size);
	if (r == 0) {
		r = take_pack(packs, places[0].pack, &pack);
	}
	if (r < 0) {
		return r;
	}
	r = local_pack_read(pack->fd, places[0].at, (*span)->bytes, size);
	if (r == ROOST_ERR_CORRUPT || r == ROOST_ERR_IO) {
		/* What comes behind it may be to blame. */
		size = record_size(&places[0]);
		r = local_pack_read(pack->fd, places[0].at, (*span)->bytes, size);
	}
	put_pack(packs, pack);
	if (r == 0) {
		(*span)->pack = places[0].pack;
		(*span)->from = places[0].at;
		(*span)->size = size;
	}
	return r;
}

static int64_t slice_read_at(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	const struct slice *slice = roost_container_of(content, struct slice, base);
	memcpy(buffer, slice->bytes + offset, n);
	return (int64_t)n;
}

static const void *slice_pointer(struct roost_content *content)
{
	return roost_container_of(content, struct slice, base)->bytes;
}

static void slice_destroy(struct roost_content *content)
{
	struct slice *slice = roost_container_of(content, struct slice, base);
	unref_span(slice->span);
	free(slice);
}

static const struct roost_content_ops slice_ops = {
	.size = sizeof(slice_ops),
	.read_at = slice_read_at,
	.pointer = slice_pointer,
	.destroy = slice_destroy,
};

static int make_slice(
	struct span *span, const struct pack_place *place, struct roost_content **content_out)
{
	const char *record = span->bytes + (size_t)(place->at - span->from);
	if (!local_pack_is_of(record, place->email, place->octets)) {
		return ROOST_ERR_CORRUPT;
	}
	struct slice *slice = malloc(sizeof(*slice));
	if (slice == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	(void)__atomic_add_fetch(&span->refs, 1, __ATOMIC_RELAXED);
	slice->span = span;
	slice->bytes = record + PACK_RECORD;
	roost_content_init(&slice->base, &slice_ops, place->octets);
	*content_out = &slice->base;
	return 0;
}

int local_packs_read(struct packs *packs, const struct pack_place *places, size_t count,
	struct span **span, struct roost_content **content_out)
{
	if (places[0].octets > PACK_MESSAGE_MAX || places[0].at > INT64_MAX / 2) {
		return ROOST_ERR_CORRUPT;
	}
	int r = holds(*span, &places[0]) ? 0 : read_span(packs, places, count, span);
	return r < 0 ? r : make_slice(*span, &places[0], content_out);
}
