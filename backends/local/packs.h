/* packs.h - reading messages from the packs of one user: files that are open, and spans of them in
 * memory, which hold several messages that were stored one after another. */
#ifndef LOCAL_PACKS_H
#define LOCAL_PACKS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>

/* Files that are kept open for who comes next. */
#define PACKS_OPEN 4
/* What is read at a time where several messages are wanted. */
#define PACKS_SPAN ((size_t)256 * 1024)

struct open_pack;
struct span;

struct packs {
	const char *folder; /* of the bodies; borrowed */
	pthread_mutex_t lock; /* of what follows */
	struct open_pack *open[PACKS_OPEN]; /* the one used last first */
	struct span *spare; /* read last, for who goes on behind it; NULL when somebody has it */
};

/* Where the record of a message is. */
struct pack_place {
	uint64_t pack, at;
	uint64_t email, octets;
};

void local_packs_init(struct packs *packs, const char *folder);
/* Close the files; who reads from one goes on. They are opened again when they are needed. */
void local_packs_close(struct packs *packs);
void local_packs_finish(struct packs *packs);
/* Close the file of a pack that is no more. */
void local_packs_forget(struct packs *packs, uint64_t id);

/* What was read last, or NULL; it is the caller's until it is put back. */
struct span *local_packs_take_span(struct packs *packs);
void local_packs_put_span(struct packs *packs, struct span *span);
/* The content of the first of `count` places, at least one, of which the others will be wanted next.
 * `*span` is what was read last, and becomes what was read for this.
 * ROOST_ERR_CORRUPT when the pack is not there, or has something else at that place. */
int local_packs_read(struct packs *packs, const struct pack_place *places, size_t count,
	struct span **span, struct roost_content **content_out);

#endif
