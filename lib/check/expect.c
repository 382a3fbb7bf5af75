/* expect.c - compare what came with what must come; false after noting the difference. */
#include "expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *result_name(int result)
{
	return result == 0 ? "success" : roost_error_name(result);
}

bool expect_ok(struct check *c, int line, int result, const char *what)
{
	if (result != 0) {
		const char *text = roost_call_text(c->call);
		fixture_fail(c, line, "%s: %s%s%s", what, result_name(result),
			text == NULL ? "" : ", ", text == NULL ? "" : text);
		return false;
	}
	return true;
}

bool expect_error(struct check *c, int line, int result, int error, const char *what)
{
	if (result != error) {
		fixture_fail(c, line, "%s: expected %s, got %s", what, result_name(error),
			result_name(result));
		return false;
	}
	return true;
}

bool expect_refused(struct check *c, int line, int result, const char *what)
{
	if (result >= 0) {
		fixture_fail(c, line, "%s: expected an error, got %d", what, result);
		return false;
	}
	return true;
}

bool expect_true(struct check *c, int line, bool condition, const char *what)
{
	if (!condition) {
		fixture_fail(c, line, "not so: %s", what);
	}
	return condition;
}

bool expect_equal(struct check *c, int line, uint64_t got, uint64_t want, const char *what)
{
	if (got != want) {
		fixture_fail(c, line, "%s: expected %" PRIu64 ", got %" PRIu64, what, want, got);
		return false;
	}
	return true;
}

bool expect_set(struct check *c, int line, const struct roost_uidset *got,
	const struct roost_uidset *want, const char *what)
{
	if (roost_uidset_equal(got, want)) {
		return true;
	}
	char got_text[200], want_text[200];
	if (roost_uidset_format(got, got_text, sizeof(got_text)) >= sizeof(got_text)) {
		(void)snprintf(
			got_text, sizeof(got_text), "%" PRIu64 " UIDs", roost_uidset_size(got));
	}
	if (roost_uidset_format(want, want_text, sizeof(want_text)) >= sizeof(want_text)) {
		(void)snprintf(
			want_text, sizeof(want_text), "%" PRIu64 " UIDs", roost_uidset_size(want));
	}
	fixture_fail(c, line, "%s: expected UIDs {%s}, got {%s}", what, want_text, got_text);
	return false;
}

bool expect_text(struct check *c, int line, const char *got, const char *want, const char *what)
{
	if (got == NULL || strcmp(got, want) != 0) {
		fixture_fail(c, line, "%s: expected \"%s\", got \"%s\"", what, want,
			got == NULL ? "(none)" : got);
		return false;
	}
	return true;
}

bool expect_bytes(struct check *c, int line, const void *got, size_t got_size, const void *want,
	size_t want_size, const char *what)
{
	if (got_size != want_size) {
		fixture_fail(c, line, "%s: expected %zu bytes, got %zu", what, want_size, got_size);
		return false;
	}
	const unsigned char *a = got, *b = want;
	for (size_t i = 0; i < got_size; i++) {
		if (a[i] != b[i]) {
			fixture_fail(c, line, "%s: byte %zu is %02x instead of %02x", what, i, a[i],
				b[i]);
			return false;
		}
	}
	return true;
}

bool expect_time(struct check *c, int line, const struct roost_time *got,
	const struct roost_time *want, const char *what)
{
	if (got->seconds != want->seconds || got->zone != want->zone) {
		fixture_fail(c, line,
			"%s: expected %" PRId64 " in zone %" PRId32 ", got %" PRId64
			" in zone %" PRId32,
			what, want->seconds, want->zone, got->seconds, got->zone);
		return false;
	}
	return true;
}

static bool has_word(const char *words, const char *word, size_t n)
{
	while (*words != '\0') {
		size_t length = strcspn(words, " ");
		if (length == n && memcmp(words, word, n) == 0) {
			return true;
		}
		words += length;
		words += strspn(words, " ");
	}
	return false;
}

static bool append_word(char *text, size_t size, const char *word)
{
	size_t length = strlen(text);
	int n = snprintf(text + length, size - length, "%s%s", length == 0 ? "" : " ", word);
	return n >= 0 && (size_t)n < size - length;
}

bool expect_flags(struct check *c, int line, const struct roost_flags *got, const char *want,
	const char *what)
{
	char text[400] = "";
	size_t got_count = 0, want_count = 0;
	bool same = (got->system & ~ROOST_FLAGS_ALL_SYSTEM) == 0;
	for (unsigned flag = ROOST_FLAG_SEEN; flag <= ROOST_FLAG_DRAFT; flag <<= 1) {
		if ((got->system & flag) != 0) {
			const char *name = roost_flag_name((enum roost_system_flag)flag);
			same = has_word(want, name, strlen(name)) && same;
			(void)append_word(text, sizeof(text), name);
			got_count++;
		}
	}
	for (size_t i = 0; i < got->keyword_count; i++) {
		same = has_word(want, got->keywords[i], strlen(got->keywords[i])) && same;
		(void)append_word(text, sizeof(text), got->keywords[i]);
		got_count++;
	}
	for (const char *at = want; *at != '\0'; at += strspn(at, " ")) {
		want_count++;
		at += strcspn(at, " ");
	}
	if (!same || got_count != want_count) {
		fixture_fail(c, line, "%s: expected (%s), got (%s)", what, want, text);
		return false;
	}
	return true;
}
