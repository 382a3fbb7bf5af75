/* notes.c - which mailboxes something has happened to, and what, in bounded memory. */
#include "backend/notes.h"

#include <stdlib.h>
#include <string.h>

/* What the notes of one session may take: some thousands of mailboxes. Who is further behind does better to look at
 * everything again. */
#define NOTES_MAX_BYTES ((size_t)512 * 1024)
/* What a note takes beside its names, the map's part included. */
#define NOTE_BYTES (sizeof(struct note) + 64)

/* Count `n` bytes more; false when they are too many. */
static bool count(struct notes *notes, size_t n)
{
	if (n > NOTES_MAX_BYTES - notes->bytes) {
		return false;
	}
	notes->bytes += n;
	return true;
}

static struct note *add(struct notes *notes, const char *mailbox)
{
	size_t n = strlen(mailbox);

	if (!count(notes, NOTE_BYTES + 2 * n)) { /* the map has the name, too */
		return NULL;
	}
	struct note *note = calloc(1, sizeof(*note) + n + 1);
	if (note == NULL || map_set(&notes->by_mailbox, mailbox, n, note) < 0) {
		free(note);
		return NULL;
	}
	memcpy(note->mailbox, mailbox, n + 1);
	if (notes->first == NULL) {
		notes->end = &notes->first;
	}
	*notes->end = note;
	notes->end = &note->next;
	return note;
}

static bool set_old_name(struct notes *notes, struct note *note, const char *old_name)
{
	notes->bytes -= note->old_name == NULL ? 0 : strlen(note->old_name);
	free(note->old_name);
	note->old_name = count(notes, strlen(old_name)) ? strdup(old_name) : NULL;
	return note->old_name != NULL;
}

bool notes_add(struct notes *notes, const char *mailbox, unsigned what, const char *old_name)
{
	struct note *note = map_get(&notes->by_mailbox, mailbox, strlen(mailbox));

	if (note == NULL) {
		note = add(notes, mailbox);
	}
	if (note == NULL || (old_name != NULL && !set_old_name(notes, note, old_name))) {
		return false;
	}
	note->what |= what;
	return true;
}

struct note *notes_take(struct notes *notes)
{
	struct note *first = notes->first;

	map_free(&notes->by_mailbox);
	*notes = (struct notes) { .first = NULL };
	return first;
}

void notes_free(struct note *first)
{
	while (first != NULL) {
		struct note *next = first->next;
		free(first->old_name);
		free(first);
		first = next;
	}
}

void notes_clear(struct notes *notes)
{
	notes_free(notes_take(notes));
}
