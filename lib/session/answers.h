/* answers.h - FETCH answers that were rendered before: memos (backend/memo.h) beside the items of a FETCH. */
#ifndef SESSION_ANSWERS_H
#define SESSION_ANSWERS_H

#include "backend/memo.h"
#include "session/session.h"

/* Messages looked up at a time. */
#define ANSWERS_AT_ONCE 512u

struct answers;

/* Answers of `count` kinds. In the memory of the command. ROOST_ERR_NO_MEMORY. */
int answers_create(struct roost_conn *conn, size_t count, struct answers **answers_out);
/* NULL is allowed. */
void answers_destroy(struct answers *answers);
/* The next kind is called so; when it has no name, nothing of it is kept. */
void answers_add_kind(struct answers *answers, struct roost_text kind);

/* From now on these messages, at most ANSWERS_AT_ONCE, are told of in ascending order. Sets `last_out` to the UID up to
 * which they are alike, and returns what they are: whether all their answers are there. */
bool answers_look_up(struct answers *answers, const struct roost_uidset *uids, uint32_t *last_out);
/* The answer of that kind for a message; absent when it is not there. */
struct roost_text answers_get(struct answers *answers, size_t kind, uint32_t uid);
/* Keep it for the next who asks. */
void answers_keep(struct answers *answers, size_t kind, uint32_t uid, struct roost_text answer);

#endif
