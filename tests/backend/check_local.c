/* check_local.c - runs the conformance kit on the local backend: check_local [PART OF A NAME]. */
#include <stdio.h>

#include <roost/check.h>
#include <roost/local.h>

#include "local_folder.h"

#define APPEND_LIMIT (2 * 1024 * 1024)
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
		.append_limit = APPEND_LIMIT,
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

static void report(
	void *context, const char *name, enum roost_check_result result, const char *text)
{
	static const char *const words[] = {
		[ROOST_CHECK_PASSED] = "ok",
		[ROOST_CHECK_FAILED] = "FAILED",
		[ROOST_CHECK_SKIPPED] = "skipped",
	};
	unsigned *cases = context;
	++*cases;
	printf("%-8s%s%s%s\n", words[result], name, text == NULL ? "" : ": ",
		text == NULL ? "" : text);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned cases = 0;
	struct place place;
	const struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
		.destroy = destroy,
		.reopen = reopen,
		.context = &place,
	};
	const struct roost_check_options options = {
		.size = sizeof(options),
		.username = "anna",
		.password = "secret",
		.other_username = "bert",
		.other_password = "geheim",
		.only = argc > 1 ? argv[1] : NULL,
		.append_limit = APPEND_LIMIT,
	};
	const struct roost_check_report told = {
		.size = sizeof(told),
		.report = report,
		.context = &cases,
	};
	int failed = roost_check_backend(&factory, &options, &told);
	if (failed < 0) {
		printf("%s\n", roost_error_text(failed));
		return 1;
	}
	printf("%u cases, %d failed\n", cases, failed);
	return failed > 0 || cases == 0 ? 1 : 0;
}
