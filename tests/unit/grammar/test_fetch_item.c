/* test_fetch_item.c - what FETCH asks for, sections among it, read and written. */
#include "expect.h"

#include <roost/limits.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void items(void **state)
{
	static const struct expectation table[] = {
		{ "ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE" },
		{ "fast", "FLAGS INTERNALDATE RFC822.SIZE" },
		{ "Full", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY" },
		{ "UID", "UID" },
		{ "flags", "FLAGS" },
		{ "FLAGS (CHANGEDSINCE 0)", "FLAGS since 0" },
		{ "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)",
			"UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE" },
		{ "(FLAGS UID flags BODY Body BODY[] BODY[] RFC822 RFC822)",
			"FLAGS UID BODY BODY[] seen BODY[] seen RFC822 seen" },
		{ "RFC822", "RFC822 seen" },
		{ "rfc822.header", "RFC822.HEADER" },
		{ "RFC822.TEXT", "RFC822.TEXT seen" },
		{ "BODY[]", "BODY[] seen" },
		{ "body.peek[]", "BODY[]" },
		{ "BODY[]<0.100>", "BODY[]<0>+100 seen" },
		{ "BODY.PEEK[TEXT]<4294967296.4294967296>", "BODY[TEXT]<4294967296>+4294967296" },
		{ "BODY[1]", "BODY[1] seen" },
		{ "BINARY[1]", "BINARY[1] seen" },
		{ "(binary.peek[1.2]<5.10> BINARY.SIZE[1] BINARY.SIZE[2] BINARY[])",
			"BINARY[1.2]<5>+10 BINARY.SIZE[1] BINARY.SIZE[2] BINARY[] seen" },
		{ "PREVIEW (LAZY)", "PREVIEW" },
		{ "(PREVIEW (lazy LAZY) FLAGS PREVIEW)", "PREVIEW FLAGS PREVIEW" },
		{ "BODY[1.2.4294967295]", "BODY[1.2.4294967295] seen" },
		{ "BODY[header]", "BODY[HEADER] seen" },
		{ "BODY[1.2.HEADER]", "BODY[1.2.HEADER] seen" },
		{ "BODY[1.mime]", "BODY[1.MIME] seen" },
		{ "BODY[1.TEXT]", "BODY[1.TEXT] seen" },
		{ "BODY[HEADER.FIELDS (From)]", "BODY[HEADER.FIELDS (From)] seen" },
		{ "(BODY.PEEK[1.HEADER.FIELDS.NOT (\"a b\" {2}\r\nTo x]y nil)]<1.2> UID)",
			"BODY[1.HEADER.FIELDS.NOT (\"a b\" To x]y \"nil\")]<1>+2 UID" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		char input[200], dump[200];

		snprintf(input, sizeof(input), "a FETCH 1 %s", table[i].input);
		snprintf(dump, sizeof(dump), "a FETCH 1 %s", table[i].dump);
		expect_dump(input, strlen(input), dump);
	}
}

static void errors(void **state)
{
	static const struct expectation table[] = {
		{ "a FETCH 1", "a ! Expected a FETCH item after a message set" },
		{ "a FETCH 1 ", "a ! Expected a FETCH item after a message set" },
		{ "a FETCH 1 ()", "a ! Expected a FETCH item after a message set" },
		{ "a FETCH 1 FOO", "a ! Unknown FETCH item FOO" },
		{ "a FETCH 1 RFC822.PEEK", "a ! Unknown FETCH item RFC822.PEEK" },
		{ "a FETCH 1 X-GM-MSGID", "a ! Unknown FETCH item X-GM-MSGID" },
		{ "a FETCH 1 (PREVIEW (NOW))", "a ! Unknown modifier of PREVIEW NOW" },
		{ "a FETCH 1 (PREVIEW ())",
			"a ! Expected a modifier of PREVIEW after a FETCH item" },
		{ "a FETCH 1 (PREVIEW (LAZY)",
			"a ! Expected a space or ) after a modifier of PREVIEW" },
		{ "a FETCH 1 PREVIEW (LAZY",
			"a ! Expected a space or ) after a modifier of PREVIEW" },
		{ "a FETCH 1 BINARY", "a ! Expected [ after a FETCH item" },
		{ "a FETCH 1 BINARY[TEXT]", "a ! Expected a part number after a FETCH item" },
		{ "a FETCH 1 BINARY[1.MIME]",
			"a ! Expected ] (BINARY has only part numbers) after a part number" },
		{ "a FETCH 1 BINARY[1]<0>",
			"a ! Expected a dot and a count of octets after the first octet" },
		{ "a FETCH 1 BINARY[1]<0.0>",
			"a ! Expected a count of octets, not 0 after the first octet" },
		{ "a FETCH 1 BINARY.SIZE[1]<0.5>", "a ! Unexpected text after the FETCH items" },
		{ "a FETCH 1 BINARY.SIZE.PEEK[1]", "a ! Unknown FETCH item BINARY.SIZE.PEEK" },
		{ "a FETCH 1 (ALL)", "a ! A FETCH macro stands alone, without parentheses: ALL" },
		{ "a FETCH 1 FLAGS UID", "a ! Unexpected text after the FETCH items" },
		{ "a FETCH 1 ALL UID", "a ! Unexpected text after the FETCH items" },
		{ "a FETCH 1 (FLAGS", "a ! Expected a space or ) after a FETCH item" },
		{ "a FETCH 1 (FLAGS ", "a ! Expected a FETCH item after a FETCH item" },
		{ "a FETCH 1 (FLAGS )", "a ! Expected a FETCH item after a FETCH item" },
		{ "a FETCH 1 (FLAGS))", "a ! Unexpected text after the FETCH items" },
		{ "a FETCH 1 (FLAGS) (CHANGEDSINCE -1)",
			"a ! Expected a mod-sequence after CHANGEDSINCE" },
		{ "a FETCH 1 (FLAGS) (CHANGEDSINCE 9223372036854775808)",
			"a ! This number is too large: 9223372036854775808" },
		{ "a FETCH 1 (FLAGS) (CHANGEDSINCE 1) x", "a ! Unexpected text after FETCH" },
		{ "a FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)",
			"a ! VANISHED is for UID FETCH with CHANGEDSINCE" },
		{ "a UID FETCH 1 (FLAGS) (VANISHED)",
			"a ! VANISHED is for UID FETCH with CHANGEDSINCE" },
		{ "a FETCH 1 ((FLAGS))", "a ! Expected a FETCH item after a message set" },
		{ "a FETCH 1 BODY.PEEK", "a ! Expected [ after a FETCH item" },
		{ "a FETCH 1 FLAGS[]", "a ! Unexpected text after the FETCH items" },
		{ "a FETCH 1 BODY[", "a ! Expected a section name after a FETCH item" },
		{ "a FETCH 1 BODY[FOO]", "a ! Unknown section FOO" },
		{ "a FETCH 1 BODY[MIME]", "a ! Section MIME needs a part number" },
		{ "a FETCH 1 BODY[0]", "a ! Expected a part number after a FETCH item" },
		{ "a FETCH 1 BODY[01]", "a ! Expected a part number after a FETCH item" },
		{ "a FETCH 1 BODY[1.0]", "a ! Expected a part number after a part number" },
		{ "a FETCH 1 BODY[1.]", "a ! Expected a section name after a part number" },
		{ "a FETCH 1 BODY[1.FOO]", "a ! Unknown section FOO" },
		{ "a FETCH 1 BODY[1HEADER]", "a ! Expected ] after a part number" },
		{ "a FETCH 1 BODY[4294967296]", "a ! This number is too large: 4294967296" },
		{ "a FETCH 1 BODY[TEXT", "a ! Expected ] after a section name" },
		{ "a FETCH 1 BODY[TEXT ]", "a ! Expected ] after a section name" },
		{ "a FETCH 1 BODY[HEADER.FIELDS]", "a ! Missing space after a section name" },
		{ "a FETCH 1 BODY[HEADER.FIELDS ()]",
			"a ! Expected a field name after a section name" },
		{ "a FETCH 1 BODY[HEADER.FIELDS From]",
			"a ! Expected a list of field names after a section name" },
		{ "a FETCH 1 BODY[HEADER.FIELDS (From",
			"a ! Expected a space or ) after a field name" },
		{ "a FETCH 1 BODY[]<", "a ! Expected the first octet after a section" },
		{ "a FETCH 1 BODY[]<0>",
			"a ! Expected a dot and a count of octets after the first octet" },
		{ "a FETCH 1 BODY[]<0.0>",
			"a ! Expected a count of octets, not 0 after the first octet" },
		{ "a FETCH 1 BODY[]<0.1", "a ! Expected > after a count of octets, not 0" },
		{ "a FETCH 1 BODY[]<-1.1>", "a ! Expected the first octet after a section" },
		{ "a FETCH 1 BODY[]<9223372036854775808.1>",
			"a ! This number is too large: 9223372036854775808" },
		{ "a FETCH 1 BODY<0.1>", "a ! Unknown FETCH item BODY<0.1>" },
	};

	(void)state;
	expect_dumps(table, COUNT(table));
}

/* RFC822 and its like are words for sections. */
static void words_have_sections(void **state)
{
	static const char bytes[] =
		"a FETCH 1 (RFC822 RFC822.HEADER RFC822.TEXT FLAGS BODY[1.MIME])";
	static const enum roost_section_kind kinds[] = { ROOST_SECTION_ALL, ROOST_SECTION_HEADER,
		ROOST_SECTION_TEXT, ROOST_SECTION_ALL, ROOST_SECTION_MIME };
	struct command_input input = { bytes, sizeof(bytes) - 1, NULL, 0, false };
	struct command command;
	const struct fetch_item *item;
	const char *error = NULL;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(command_parse(&arena, &input, &command, &error), 0);
	item = command.fetch.items;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		assert_int_equal(item->section.kind, kinds[i]);
		assert_int_equal(item->section.size, sizeof(struct roost_section));
		item = item->next;
	}
	assert_null(item);
	arena_reset(&arena);
}

/* `first`, `n` - 1 times `more`, and `last`. */
static int fetch(const char *first, const char *more, size_t n, const char *last)
{
	struct buf buf, dump;
	int r;

	buf_init(&buf, 1 << 20);
	buf_init(&dump, 1 << 20);
	buf_string(&buf, first);
	for (size_t i = 1; i < n; i++) {
		buf_string(&buf, more);
	}
	buf_string(&buf, last);
	r = dump_parsed(&dump, buf.data, buf.size, 1 << 20);
	buf_free(&buf);
	buf_free(&dump);
	return r;
}

static void limits(void **state)
{
	static const struct {
		const char *first, *more, *last;
		size_t most;
	} table[] = {
		{ "a FETCH 1 (BODY[]", " BODY[]", ")", ROOST_MAX_FETCH_ITEMS },
		{ "a FETCH 1 BODY[1", ".1", "]", ROOST_MAX_SECTION_DEPTH },
		{ "a FETCH 1 BODY[HEADER.FIELDS (a", " a", ")]", ROOST_MAX_FIELD_NAMES },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		assert_int_equal(
			fetch(table[i].first, table[i].more, table[i].most, table[i].last), 0);
		assert_int_equal(
			fetch(table[i].first, table[i].more, table[i].most + 1, table[i].last),
			ROOST_ERR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items),
		cmocka_unit_test(errors),
		cmocka_unit_test(words_have_sections),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
