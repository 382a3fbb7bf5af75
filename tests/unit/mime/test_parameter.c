/* test_parameter.c - parameters of Content-Type and Content-Disposition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mime/parameter.h"
#include "say.h"

static void deliver(void *context, struct roost_text name, struct roost_text value)
{
	char *text = context;
	say(text, "%.*s=[%.*s] ", (int)name.size, name.bytes, (int)value.size, value.bytes);
}

static const struct {
	const char *value;
	const char *expected;
} table[] = {
	{ "", "" },
	{ ";", "" },
	{ "; charset=us-ascii", "charset=[us-ascii] " },
	{ ";charset = \"us-ascii\" ;", "charset=[us-ascii] " },
	{ "; a=b; c=d", "a=[b] c=[d] " },
	{ "; a=\"x\\\"y\\\\z\"", "a=[x\"y\\z] " },
	{ "; a=\"\"; b=", "a=[] b=[] " },
	{ "; charset=us-ascii (Plain text)", "charset=[us-ascii] " },
	{ "; (c) charset (d) = (e) us-ascii", "charset=[us-ascii] " },
	/* Broken ones. */
	{ "; name=my file (1).pdf; x=y", "name=[my file (1).pdf] x=[y] " },
	{ "; charset=utf-8 format=flowed", "charset=[utf-8] format=[flowed] " },
	{ "; charset=\"utf-8\" format=flowed", "charset=[utf-8] format=[flowed] " },
	{ "; name=\"open; x=y", "name=[open] x=[y] " },
	{ "; name=\"open", "name=[open] " },
	{ "; name", "" },
	{ "; name; x=y", "x=[y] " },
	{ "; =y; x=z", "x=[z] " },
	{ "; \"q\"; x=z", "x=[z] " },
	{ "; (open x=y", "x=[y] " },
	{ "; a=(open", "a=[(open] " },
	{ "; a=b; a=c", "a=[b] a=[c] " },
	{ " charset=x", "charset=[x] " },
	{ "; a=b\\", "a=[b\\] " },
	{ "; a=\"b\\", "a=[b\\] " },
	{ "; name=\xe9t\xe9.txt", "name=[\xe9t\xe9.txt] " },
	/* RFC 2231. */
	{ "; title*=us-ascii'en-us'This%20is", "title*=[us-ascii'en-us'This%20is] " },
	{ "; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/\"", "URL=[ftp://cs.utk.edu/] " },
	{ "; t*1=b; x=y; t*0=a; T*2=c", "t=[abc] x=[y] " },
	{ "; t*0*=us-ascii'en'This%20; t*1*=%2A; t*2=\"isn't it!\"",
		"t*=[us-ascii'en'This%20%2Aisn%27t%20it%21] " },
	{ "; t*0=a%; t*1*=%20b", "t*=[''a%25%20b] " },
	{ "; t*10=k; t*9=j; t*2=c", "t=[cjk] " },
	{ "; t*0=a; t*0=b; t*1=c", "t=[ac] " },
	{ "; t*0=a; t=plain; t*=utf-8''x", "t=[a] t=[plain] t*=[utf-8''x] " },
	{ "; t*99999=a; t*x=b; *0=c; *=d", "t*99999=[a] t*x=[b] *0=[c] *=[d] " },
	{ "; t**=a; t*0**=b", "t**=[a] t*0**=[b] " },
};

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[SAY_ROOM] = "";
		size_t n = strlen(table[i].value);
		char *exact = malloc(n > 0 ? n : 1);
		memcpy(exact, table[i].value, n);
		assert_int_equal(
			parameter_parse((struct roost_text) { exact, n }, deliver, text), 0);
		free(exact);
		if (strcmp(text, table[i].expected) != 0) {
			print_error("value: %s\n", table[i].value);
		}
		assert_string_equal(text, table[i].expected);
	}
}

static void test_token(void **state)
{
	static const struct {
		const char *value, *token, *rest;
	} tokens[] = {
		{ "", "", "" },
		{ "text/plain; x", "text", "/plain; x" },
		{ " (c) text (d) / plain", "text", "/ plain" },
		{ "\"text/plain\"", "text", "/plain\"" },
		{ "plain>", "plain", ">" },
		{ "attachment", "attachment", "" },
		{ "filename=x", "filename", "=x" },
		{ "; x=y", "", "; x=y" },
		{ "(open", "", "(open" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		struct roost_text value = { tokens[i].value, strlen(tokens[i].value) };
		struct roost_text rest;
		struct roost_text token = parameter_token(value, &rest);
		assert_int_equal(token.size, strlen(tokens[i].token));
		assert_memory_equal(token.bytes, tokens[i].token, token.size);
		assert_int_equal(rest.size, strlen(tokens[i].rest));
		assert_memory_equal(rest.bytes, tokens[i].rest, rest.size);
	}
}

static void count(void *context, struct roost_text name, struct roost_text value)
{
	(void)name;
	(void)value;
	(*(size_t *)context)++;
}

static void test_no_quadratic_time(void **state)
{
	static const char *const pieces[] = { ";a=b", "a=\"", "(", "a=(", "a=b (", ";a*0=b",
		";a*1*=b", " a", "a= ", "\"", "=", "a=b ()", ";a=\"\\\"", "a=b c" };
	size_t size = 2000000;
	char *bytes = malloc(size + 16);
	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t n = 0;
		size_t found = 0;
		while (n < size) {
			memcpy(bytes + n, pieces[i], strlen(pieces[i]));
			n += strlen(pieces[i]);
		}
		assert_int_equal(
			parameter_parse((struct roost_text) { bytes, n }, count, &found), 0);
		assert_true(found <= 500);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_no_quadratic_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
