/* contract.h - what happens when a backend does what its op must not do. */
#ifndef BACKEND_CONTRACT_H
#define BACKEND_CONTRACT_H

#include <stdbool.h>

#include <roost/error.h>
#include <roost/uidset.h>

/* Say whether `kept` is true. When it is not, a debug build names the op and what is wrong, and
 * aborts, for the author of the backend to see; a release build goes on, and the caller makes the
 * best of it. */
bool contract_kept(bool kept, const char *op, const char *rule);

/* The result of an op that returns 0 or an error. */
static inline int contract_result(const char *op, int r)
{
	return contract_kept(r <= 0, op, "it returns 0 or an error") ? r : ROOST_ERR_IO;
}

/* Take out of `set` what is not in `within`; by contract that is nothing. ROOST_ERR_NO_MEMORY. */
static inline int contract_within(struct roost_uidset *set, const struct roost_uidset *within,
	const char *op, const char *rule)
{
	uint64_t before = roost_uidset_size(set);
	int r = roost_uidset_intersect(set, within);
	if (r == 0) {
		(void)contract_kept(roost_uidset_size(set) == before, op, rule);
	}
	return r;
}

#endif
