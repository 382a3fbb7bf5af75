/* kit_run.c - the conformance kit as a program. */
#include "kit_run.h"

#include <stdio.h>

#include <roost/error.h>

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

int kit_run(const struct roost_check_factory *factory, const char *only)
{
	unsigned cases = 0;
	const struct roost_check_options options = {
		.size = sizeof(options),
		.username = "anna",
		.password = "secret",
		.other_username = "bert",
		.other_password = "geheim",
		.only = only,
		.append_limit = KIT_APPEND_LIMIT,
	};
	const struct roost_check_report told = {
		.size = sizeof(told),
		.report = report,
		.context = &cases,
	};
	int failed = roost_check_backend(factory, &options, &told);
	if (failed < 0) {
		printf("%s\n", roost_error_text(failed));
		return 1;
	}
	printf("%u cases, %d failed\n", cases, failed);
	return failed > 0 || cases == 0 ? 1 : 0;
}
