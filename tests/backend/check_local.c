/* check_local.c - runs the conformance kit on the local backend: check_local [PART OF A NAME]. */
#include <stdio.h>

#include <roost/local.h>

#include "kit_run.h"
#include "local_folder.h"

/* Low, so that there are many files. */
#define INLINE_OCTETS 4096

struct place {
	char path[256];
};

static struct local_user users[] = { { "anna", "secret" }, { "bert", "geheim" }, { NULL, NULL } };

static void log_line(void *context, enum roost_log_level level, const char *line)
{
	(void)context;
	(void)level;
	printf("        log: %s\n", line);
}

static int open_in(const char *path, struct roost_backend **backend_out)
{
	const struct roost_local_options options = {
		.size = sizeof(options),
		.folder = path,
		.append_limit = KIT_APPEND_LIMIT,
		.verify = local_folder_verify,
		.log = log_line,
		.context = users,
		.inline_octets = INLINE_OCTETS,
	};
	return roost_local_create(&options, backend_out);
}

static int create(void *context, struct roost_backend **backend_out)
{
	struct place *place = context;
	local_folder_make(place->path, sizeof(place->path));
	return open_in(place->path, backend_out);
}

static void destroy(void *context, struct roost_backend *backend)
{
	struct place *place = context;
	roost_backend_destroy(backend);
	local_folder_remove(place->path);
}

static int reopen(void *context, struct roost_backend **backend)
{
	const struct place *place = context;
	roost_backend_destroy(*backend);
	*backend = NULL;
	return open_in(place->path, backend);
}

int main(int argc, char **argv)
{
	struct place place;
	const struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
		.destroy = destroy,
		.reopen = reopen,
		.context = &place,
	};
	return kit_run(&factory, argc > 1 ? argv[1] : NULL);
}
