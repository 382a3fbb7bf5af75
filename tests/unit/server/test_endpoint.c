/* test_endpoint.c - addresses: which are read, which are refused, how they are written. */
#include "server/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <roost/error.h>

static const struct {
	const char *text;
	const char *host;
	uint16_t port;
	bool loopback;
} good[] = {
	{ "127.0.0.1:143", "127.0.0.1", 143, true },
	{ "127.255.0.9:0", "127.255.0.9", 0, true },
	{ "0.0.0.0:65535", "0.0.0.0", 65535, false },
	{ "192.0.2.7:993", "192.0.2.7", 993, false },
	{ "localhost:1143", "127.0.0.1", 1143, true },
	{ "[::1]:0", "::1", 0, true },
	{ "[::]:143", "::", 143, false },
	{ "[2001:db8::1]:993", "2001:db8::1", 993, false },
	{ "[2001:DB8:0:0::1]:993", "2001:db8::1", 993, false },
	{ "[::ffff:127.0.0.1]:1", "127.0.0.1", 1, true },
	{ "[::ffff:192.0.2.7]:1", "192.0.2.7", 1, false },
	{ "[fe80::1%lo]:143", "fe80::1%lo", 143, false },
};

static const char *const bad[] = {
	"",
	":",
	"143",
	":143",
	"127.0.0.1",
	"127.0.0.1:",
	"127.0.0.1:65536",
	"127.0.0.1:-1",
	"127.0.0.1:+1",
	"127.0.0.1: 1",
	"127.0.0.1:1 ",
	"127.0.0.1:0x8f",
	"127.0.0.1:99999999999999999999999",
	"127.1:143",
	"0x7f.0.0.1:143",
	"256.0.0.1:143",
	"127.0.0.1.:143",
	"::1:143",
	"[::1]",
	"[::1]143",
	"[::1:143",
	"::1]:143",
	"[]:143",
	"[:143",
	"[127.0.0.1]:143",
	"[localhost]:143",
	"[::1%]:143",
	"[::1%no-such-interface]:143",
	"imap.example.org:143",
	"LOCALHOST :143",
	"*:143",
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct endpoint address;
		char host[ENDPOINT_TEXT];
		print_message("%s\n", good[i].text);
		assert_int_equal(endpoint_parse(good[i].text, &address), 0);
		endpoint_host(&address, host);
		assert_string_equal(host, good[i].host);
		assert_int_equal(endpoint_port(&address), good[i].port);
		assert_int_equal(endpoint_is_loopback(&address), good[i].loopback);
	}
}

static void test_bad(void **state)
{
	(void)state;
	struct endpoint untouched = { .size = 77 };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print_message("%s\n", bad[i]);
		assert_int_equal(endpoint_parse(bad[i], &untouched), ROOST_ERR_INVALID);
		assert_int_equal(untouched.size, 77);
	}
}

static void test_long(void **state)
{
	(void)state;
	char text[5000];
	struct endpoint address;
	memset(text, '1', sizeof(text));
	(void)snprintf(text + sizeof(text) - 5, 5, ":143");
	assert_int_equal(endpoint_parse(text, &address), ROOST_ERR_INVALID);
	text[0] = '[';
	text[sizeof(text) - 6] = ']';
	assert_int_equal(endpoint_parse(text, &address), ROOST_ERR_INVALID);
}

static void test_unknown_family(void **state)
{
	(void)state;
	struct endpoint address = { .u.any.sa_family = AF_UNSPEC };
	char host[ENDPOINT_TEXT] = "x";
	endpoint_host(&address, host);
	assert_string_equal(host, "");
	assert_int_equal(endpoint_port(&address), 0);
	assert_false(endpoint_is_loopback(&address));
	/* A Unix socket, which a service manager may hand over, is on this machine. */
	address.u.any.sa_family = AF_UNIX;
	assert_true(endpoint_is_loopback(&address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_unknown_family),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
