/* call.h - the inside of roost_call that the library itself needs. */
#ifndef BASE_CALL_H
#define BASE_CALL_H

#include <roost/call.h>

#include "base/arena.h"

/* The arena of the command's memory; lives as long as the call. */
struct arena *call_arena(struct roost_call *call);

#endif
