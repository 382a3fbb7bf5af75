/* check_memory.c - runs the conformance kit on the memory backend: check_memory [PART OF A NAME].
 */
#include <roost/memory.h>

#include "kit_run.h"

static int create(void *context, struct roost_backend **backend_out)
{
	(void)context;
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.append_limit = KIT_APPEND_LIMIT,
	};
	struct roost_backend *backend;
	int r = roost_memory_create(&options, &backend);
	if (r < 0) {
		return r;
	}
	r = roost_memory_add_user(backend, "anna", "secret");
	if (r == 0) {
		r = roost_memory_add_user(backend, "bert", "geheim");
	}
	if (r < 0) {
		roost_backend_destroy(backend);
		return r;
	}
	*backend_out = backend;
	return 0;
}

int main(int argc, char **argv)
{
	const struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
	};
	return kit_run(&factory, argc > 1 ? argv[1] : NULL);
}
