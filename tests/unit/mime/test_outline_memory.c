/* test_outline_memory.c - every allocation of the outline and what is made of it fails in turn. Linked
 * with --wrap for malloc, calloc and realloc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/error.h>
#include <roost/util.h>

#include "message.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static size_t countdown; /* the allocation that fails; 0: none */
static bool failed;

static bool fails(void)
{
	if (countdown > 0 && --countdown == 0) {
		failed = true;
	}
	return failed && countdown == 0;
}

/* Once one has failed all do, or only that one: both ways are tried. */
static bool goes_on_failing;

static bool fail_now(void)
{
	bool was = failed;
	bool now = fails();
	return now && (!was || goes_on_failing);
}

void *__wrap_malloc(size_t size)
{
	return fail_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fail_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fail_now() ? NULL : __real_realloc(old, size);
}

static void fail_at(size_t n)
{
	failed = false;
	countdown = n;
}

static const char bytes[] =
	"From: \"Ann \\\"q\\\"\" <@r:ann@one.test> (c), b (d) @ two.test, G: x@y;\n"
	"Subject: Re: =?utf-8?q?h=C3=A9?= =?iso-8859-1?q?=E9?=\nDate: 7 Feb 1994 21:52:25 -0800\n"
	"Message-ID: <\"a\"@b>\nIn-Reply-To: <c@d>\nX-Odd: x\n"
	"Content-Type: multipart/mixed; boundary*=utf-8''b; name*0=a; name*1*=%41\n\n"
	"--b\nContent-Type: message/rfc822\nContent-Language: en, de\n\n"
	"Subject: inner\nReferences: <x@y>\nTo: z@z.test\n"
	"Content-Type: multipart/x; boundary=c\n\n--c\n\nx\n--c--\n"
	"--b\nContent-Disposition: attachment; filename=\"x\"\nContent-ID: <i@d>\n\ny\n--b--\n";

/* One try at everything. 0 or an error. */
static int make_all(struct roost_content *content)
{
	void *outline_bytes = NULL;
	size_t size = 0;
	int r = roost_outline_create(content, &outline_bytes, &size);
	if (r < 0) {
		assert_null(outline_bytes);
		return r;
	}
	struct roost_outline outline;
	struct roost_call *call = NULL;
	struct roost_text text;
	struct roost_text fields[] = { { "Subject", 7 }, { "X-Odd", 5 } };
	uint32_t numbers[] = { 1 };
	struct roost_content *sections[4] = { NULL, NULL, NULL, NULL };
	assert_int_equal(roost_outline_open(outline_bytes, size, &outline), 0);
	r = roost_call_create(&call, 0);
	if (r == 0) {
		r = roost_util_envelope(call, &outline, &text);
	}
	if (r == 0) {
		r = roost_util_body_structure(call, &outline, true, &text);
	}
	for (int kind = ROOST_SECTION_ALL; kind <= ROOST_SECTION_HEADER_FIELDS_NOT && r == 0;
		kind++) {
		struct roost_section section = { .size = sizeof(section),
			.kind = (enum roost_section_kind)kind,
			.numbers = numbers,
			.number_count = 1,
			.fields = fields,
			.field_count = 2 };
		r = roost_util_body_section(&outline, content, &section, &sections[kind]);
	}
	for (size_t i = 0; i < 4; i++) {
		roost_content_unref(sections[i]);
	}
	roost_call_destroy(call);
	free(outline_bytes);
	return r;
}

static void try_all(struct roost_content *content)
{
	size_t n = 1;
	int r;
	do {
		fail_at(n);
		r = make_all(content);
		assert_true(failed ? r == ROOST_ERR_NO_MEMORY : r == 0);
		n++;
	} while (failed);
	assert_true(n > 20);
	fail_at(0);
}

static void test_each_fails(void **state)
{
	struct stream stream;
	struct roost_content *content;
	(void)state;
	assert_int_equal(
		roost_content_create_borrowed(bytes, sizeof(bytes) - 1, NULL, NULL, &content), 0);
	stream_init(&stream, bytes, sizeof(bytes) - 1, 100);
	for (int i = 0; i < 2; i++) {
		goes_on_failing = i == 1;
		try_all(content);
		try_all(&stream.base);
	}
	roost_content_unref(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_each_fails) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
