/* check_memory.c - runs the conformance kit on the memory backend: check_memory [PART OF A NAME].
 */
#include <stdio.h>

#include <roost/check.h>
#include <roost/memory.h>

#define APPEND_LIMIT (2 * 1024 * 1024)

static int create(void *context, struct roost_backend **backend_out)
{
	(void)context;
	const struct roost_memory_options options = {
		.size = sizeof(options),
		.append_limit = APPEND_LIMIT,
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
	const struct roost_check_factory factory = {
		.size = sizeof(factory),
		.create = create,
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
