/* thread_keys.h - base subjects and message ids. RFC 5256 sections 2.1 and 3. */
#ifndef MIME_THREAD_KEYS_H
#define MIME_THREAD_KEYS_H

#include <stdbool.h>

#include <roost/outline.h>

#include "base/buf.h"

/* Add the base subject of a Subject field's value to `base`, decoded to UTF-8. Returns whether the
 * subject had something that marks a reply or a forwarded message. */
bool base_subject_add(struct roost_text subject, struct buf *base);

/* Find the next valid message id in `rest`, and move `rest` behind it. The id is given as it is
 * written between the angle brackets. */
bool message_id_next(struct roost_text *rest, struct roost_text *id_out);
/* Add an id in the form that all ways of quoting it have in common. */
void message_id_add(struct roost_text id, struct buf *normalized);

#endif
