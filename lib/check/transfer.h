/* transfer.h - what is true of COPY and MOVE alike, as cases for both. */
#ifndef ROOST_CHECK_TRANSFER_H
#define ROOST_CHECK_TRANSFER_H

#include "fixture.h"

void transfer_keeps_all(struct check *c, bool move);
void transfer_missing_mailbox(struct check *c, bool move);
void transfer_noselect(struct check *c, bool move);
void transfer_passes_over_gone(struct check *c, bool move);
void transfer_of_nothing(struct check *c, bool move);
void transfer_is_recent(struct check *c, bool move);
void transfer_outline(struct check *c, bool move);

#endif
