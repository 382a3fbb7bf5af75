/* view.h - one session's sight of the mailbox it has selected.
 *
 * A view knows which messages its client has been told of, in order, and so which sequence number is which
 * UID; and it keeps what has happened since until it may be told. UIDs are held as ranges: a view costs
 * memory per gap, not per message. It renders nothing: lib/session says what a view has to tell. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/backend.h>

#include "backend/changes.h"
#include "grammar/sequence_set.h"

struct view {
	struct roost_mailbox *mailbox; /* owned */
	bool read_only;
	uint32_t uid_validity;

	struct roost_uidset uids; /* what the client knows of */
	struct roost_uidset recent; /* \Recent for this session */
	struct roost_uidset saved; /* what the last SEARCH saved, for "$"; perhaps gone since */

	/* What is not told yet. Each is cleared as it is told. */
	struct roost_uidset gone; /* expunged, of `uids` */
	struct roost_uidset fresh; /* arrived, and higher than all of `uids` */
	struct roost_uidset changed; /* flags changed, of `uids` */
	/* All changes up to this mod-sequence the client has been told of; 0 when the mailbox has none. */
	uint64_t modseq;
	uint64_t looked_modseq; /* of the snapshot last taken */
	bool look; /* something happened: take a snapshot */
	bool ended; /* the mailbox was deleted or renamed, or has another UID validity */

	uint32_t *starts; /* of each range of `uids`: the sequence number of its first UID */
	size_t starts_capacity;
	bool starts_valid;
};

/* Look at a mailbox for the first time; on success the view owns it. `snapshot_out` is the caller's, zeroed
 * and to be cleared as usual; all in it the client is told at once.
 * ROOST_ERR_NO_MEMORY and those of the snapshot op. */
int view_create(struct roost_mailbox *mailbox, struct roost_call *call, bool read_only,
	struct roost_snapshot *snapshot_out, struct view **view_out);
/* Close the mailbox and free the view. NULL is allowed. */
void view_destroy(struct view *view);

/* The UID of a sequence number from 1 to view_count(). */
uint32_t view_uid(struct view *view, uint32_t sequence);

/* The sequence numbers of the UIDs that the client knows. ROOST_ERR_NO_MEMORY. */
int view_numbers(
	const struct view *view, const struct roost_uidset *uids, struct roost_uidset *numbers_out);

uint32_t view_count(const struct view *view);
/* The sequence number of a UID; 0 when the client knows no such message. */
uint32_t view_sequence(struct view *view, uint32_t uid);

/* The messages of a set, as the client sees them now. ROOST_ERR_INVALID: a sequence number that there is
 * not (but UIDs that there are not, and `*` in an empty mailbox, are nothing); ROOST_ERR_NO_MEMORY.
 * With `lenient` (for SEARCH) unknown sequence numbers are nothing, too. */
int view_resolve(struct view *view, const struct sequence_set *set, bool uid, bool lenient,
	struct roost_uidset *uids_out);

/* The UIDs of a set of UIDs, `*` being `star`, whether there are such messages or not. ROOST_ERR_NO_MEMORY. */
int view_collect(const struct view *view, const struct sequence_set *set, uint32_t star,
	struct roost_uidset *uids_out);

/* Note a change, without looking at the mailbox. ROOST_ERR_NO_MEMORY. */
int view_note(struct view *view, const struct change *change);
/* Note that the client itself expunged these. ROOST_ERR_NO_MEMORY. */
int view_note_expunged(struct view *view, const struct roost_uidset *uids);
/* Changes were lost: everything must be looked at again. ROOST_ERR_NO_MEMORY. */
int view_note_lost(struct view *view);

/* If something happened, take a snapshot and work out what is gone and what is fresh. Sets `ended` when
 * there is nothing to look at any more. Errors of the snapshot op. */
int view_look(struct view *view, struct roost_call *call);

/* Whether anything waits to be told; whether of that an EXISTS must wait for an EXPUNGE (RFC 3501, 5.5: an
 * EXISTS never tells fewer messages than the client has, so expunges come first). */
bool view_has_news(const struct view *view);

/* Tell of at most `most` messages that are gone, the highest first: so no sequence number that was told is
 * touched by the next. ROOST_ERR_NO_MEMORY: none was told. */
int view_tell_gone(struct view *view, uint32_t most, void (*tell)(void *context, uint32_t sequence),
	void *context);
/* The same for clients that are told UIDs (VANISHED): of at most `most`, which `told_out` then holds.
 * ROOST_ERR_NO_MEMORY. */
int view_take_gone(struct view *view, uint32_t most, struct roost_uidset *told_out);
/* All that is fresh is now known to the client. ROOST_ERR_NO_MEMORY. */
int view_tell_fresh(struct view *view);
/* How many of the messages that the client knows are \Recent. */
uint32_t view_recent_count(const struct view *view);

#endif
