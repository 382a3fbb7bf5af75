/* numbers.h - numbers for emails whose body is a file, and for packs. The file is written before the
 * transaction begins, so its number is set aside for this process before that; those for emails a few at a
 * time, in one commit. */
#ifndef LOCAL_NUMBERS_H
#define LOCAL_NUMBERS_H

#include "store.h"

/* Take `count` numbers that nobody else has and nobody will get, from `first_out` on. Needs an op
 * that has begun. Errors are explained. */
int local_numbers_take(
	struct account *account, struct roost_call *call, size_t count, int64_t *first_out);
/* Take one that is higher than all that were ever taken. */
int local_numbers_take_last(struct account *account, struct roost_call *call, int64_t *number_out);

#endif
