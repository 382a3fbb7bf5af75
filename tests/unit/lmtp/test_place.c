/* test_place.c - where LMTP may listen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "lmtp_place.h"

enum kind { NONE, LOCAL, ELSEWHERE };

static void test_places(void **state)
{
	(void)state;
	char long_path[200] = "unix:/";
	memset(long_path + 6, 'a', sizeof(long_path) - 7);
	const struct {
		const char *text;
		enum kind kind;
	} rows[] = {
		{ "127.0.0.1:24", LOCAL },
		{ "127.1.2.3:0", LOCAL },
		{ "localhost:24", LOCAL },
		{ "[::1]:24", LOCAL },
		{ "[::ffff:127.0.0.1]:24", LOCAL },
		{ "unix:/run/roost/lmtp", LOCAL },
		{ "unix:/with:colon", LOCAL },
		{ "0.0.0.0:24", ELSEWHERE },
		{ "192.0.2.1:24", ELSEWHERE },
		{ "[::]:24", ELSEWHERE },
		{ "[2001:db8::1]:65535", ELSEWHERE },
		{ "[::ffff:192.0.2.1]:24", ELSEWHERE },
		{ "", NONE },
		{ "24", NONE },
		{ ":24", NONE },
		{ "127.0.0.1", NONE },
		{ "127.0.0.1:", NONE },
		{ "127.0.0.1:x", NONE },
		{ "127.0.0.1:65536", NONE },
		{ "127.0.0.1:999999999999", NONE },
		{ "127.0.0.1:-1", NONE },
		{ "mail.example:24", NONE },
		{ "::1:24", NONE },
		{ "[127.0.0.1]:24", NONE },
		{ "[:24", NONE },
		{ "[]:24", NONE },
		{ "unix:", NONE },
		{ "unix:relative", NONE },
		{ long_path, NONE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lmtp_place place;
		bool good = lmtp_place_read(rows[i].text, &place);
		assert_int_equal(good, rows[i].kind != NONE);
		if (good) {
			assert_int_equal(lmtp_place_is_local(&place), rows[i].kind == LOCAL);
			assert_int_equal(
				place.path != NULL, strncmp(rows[i].text, "unix:", 5) == 0);
		}
	}
}

static void test_port(void **state)
{
	(void)state;
	struct lmtp_place place;
	assert_true(lmtp_place_read("127.0.0.1:2424", &place));
	assert_int_equal(ntohs(place.address.v4.sin_port), 2424);
	assert_true(lmtp_place_read("[::1]:2525", &place));
	assert_int_equal(ntohs(place.address.v6.sin6_port), 2525);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
