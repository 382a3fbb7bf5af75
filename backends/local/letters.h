/* letters.h - the groups of three letters that a text has, as words of an index. */
#ifndef LOCAL_LETTERS_H
#define LOCAL_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

/* A group has so many letters, which are characters of folded UTF-8. A text with fewer has none. */
#define LETTERS_GROUP 3
/* A word, and the space behind it. */
#define LETTERS_WORD 6

/* Gathers the words of one email, each once, in whatever order. */
struct letters {
	unsigned char *seen; /* a bit for each word */
	uint32_t *list; /* the words seen */
	size_t count, capacity, most;
	uint32_t last[LETTERS_GROUP - 1]; /* letters of the text that goes on */
	unsigned before; /* how many */
};

/* ROOST_ERR_NO_MEMORY. At most `most` words are gathered. */
int local_letters_init(struct letters *letters, size_t most);
void local_letters_free(struct letters *letters);
/* Forget all words. */
void local_letters_reset(struct letters *letters);
/* The next piece of a text, whole characters; `last`: the text ends with it. ROOST_ERR_LIMIT when
 * there are too many words, ROOST_ERR_NO_MEMORY. */
int local_letters_feed(struct letters *letters, struct roost_text piece, bool last);
/* Write the words that were gathered, LETTERS_WORD bytes each. */
void local_letters_write(const struct letters *letters, char *words_out);

/* Write words that a text has of which `folded` is a part: some of them, at most `most`, spread over
 * it. Returns how many; 0 when it is too short. */
size_t local_letters_of_part(struct roost_text folded, size_t most, char *words_out);

#endif
