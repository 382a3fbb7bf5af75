/* mail.h - the messages that the cases store. */
#ifndef ROOST_CHECK_MAIL_H
#define ROOST_CHECK_MAIL_H

#include "fixture.h"

struct mail {
	const void *bytes;
	size_t size;
	const char *flags; /* "\Seen $Forwarded Work"; NULL: none */
	struct roost_time date; /* the internal date */
	uint32_t wanted_uid;
};

/* A message of text, without flags. `text` is borrowed. */
struct mail mail_text(const char *text);
/* Message `number`: its subject, Message-ID and internal date tell it from all others. The bytes
 * live as long as the case; on failure, which is noted, they are NULL. */
struct mail mail_number(struct check *c, unsigned number);
/* A message of `size` octets, all of them different from those of another `seed`. */
struct mail mail_of_size(struct check *c, size_t size, unsigned seed);

/* Messages that differ in all that a search can ask about. */
#define MAIL_SAMPLES 12
void mail_samples(struct mail samples[MAIL_SAMPLES]);

/* A small generator of numbers, the same in each run. */
uint32_t mail_random(uint32_t *state);

#endif
