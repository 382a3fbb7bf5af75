/* call.h - the inside of roost_call that the library itself needs. */
#ifndef BASE_CALL_H
#define BASE_CALL_H

#include <roost/call.h>

#include "base/arena.h"

/* The arena of the command's memory; lives as long as the call. */
struct arena *call_arena(struct roost_call *call);

/* Whether roost_call_begin_hard_work() is to put the op off; reset forgets it. */
void call_put_off_hard_work(struct roost_call *call, bool put_off);

#endif
