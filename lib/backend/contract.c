/* contract.c - for debug builds: a backend that breaks its contract is told so at once. */
#include "backend/contract.h"

#include <stdio.h>
#include <stdlib.h>

bool contract_kept(bool kept, const char *op, const char *rule)
{
	if (!kept) {
		/* As assert() does. Release builds have contract_none.c instead. */
		fprintf(stderr, "roost: backend broke its contract: %s: %s\n", op, rule);
		abort();
	}
	return true;
}
