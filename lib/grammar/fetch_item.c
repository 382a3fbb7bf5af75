/* fetch_item.c - what FETCH asks for. */
#include "grammar/fetch_item.h"

#include <roost/limits.h>

#include "base/text.h"
#include "grammar/lexer.h"
#include "grammar/section.h"

struct item_name {
	const char *name;
	enum fetch_item_kind kind;
	bool sets_seen;
	enum roost_section_kind section; /* of the RFC822 words */
};

/* The first of a kind is how a response names it; BODY and BODY.PEEK with a section are told apart when they are read. */
static const struct item_name item_names[] = {
	{ "UID", FETCH_UID, false, ROOST_SECTION_ALL },
	{ "FLAGS", FETCH_FLAGS, false, ROOST_SECTION_ALL },
	{ "INTERNALDATE", FETCH_INTERNALDATE, false, ROOST_SECTION_ALL },
	{ "RFC822.SIZE", FETCH_RFC822_SIZE, false, ROOST_SECTION_ALL },
	{ "ENVELOPE", FETCH_ENVELOPE, false, ROOST_SECTION_ALL },
	{ "BODY", FETCH_BODY, true, ROOST_SECTION_ALL },
	{ "BODYSTRUCTURE", FETCH_BODYSTRUCTURE, false, ROOST_SECTION_ALL },
	{ "BODY.PEEK", FETCH_SECTION, false, ROOST_SECTION_ALL },
	{ "RFC822", FETCH_RFC822, true, ROOST_SECTION_ALL },
	{ "RFC822.HEADER", FETCH_RFC822_HEADER, false, ROOST_SECTION_HEADER },
	{ "RFC822.TEXT", FETCH_RFC822_TEXT, true, ROOST_SECTION_TEXT },
	{ "MODSEQ", FETCH_MODSEQ, false, ROOST_SECTION_ALL },
	{ "EMAILID", FETCH_EMAILID, false, ROOST_SECTION_ALL },
	{ "THREADID", FETCH_THREADID, false, ROOST_SECTION_ALL },
	{ "SAVEDATE", FETCH_SAVEDATE, false, ROOST_SECTION_ALL },
	{ "BINARY", FETCH_BINARY, true, ROOST_SECTION_ALL },
	{ "BINARY.PEEK", FETCH_BINARY, false, ROOST_SECTION_ALL },
	{ "BINARY.SIZE", FETCH_BINARY_SIZE, false, ROOST_SECTION_ALL },
	{ "PREVIEW", FETCH_PREVIEW, false, ROOST_SECTION_ALL },
};

static const struct {
	const char *name;
	size_t count;
	enum fetch_item_kind kinds[5];
} macros[] = {
	{ "ALL", 4, { FETCH_FLAGS, FETCH_INTERNALDATE, FETCH_RFC822_SIZE, FETCH_ENVELOPE } },
	{ "FAST", 3, { FETCH_FLAGS, FETCH_INTERNALDATE, FETCH_RFC822_SIZE } },
	{ "FULL", 5,
		{ FETCH_FLAGS, FETCH_INTERNALDATE, FETCH_RFC822_SIZE, FETCH_ENVELOPE,
			FETCH_BODY } },
};
#define MACRO_COUNT (sizeof(macros) / sizeof(macros[0]))

/* A list that grows at its end. */
struct list {
	struct fetch_item *first;
	struct fetch_item **end;
	size_t count;
	unsigned kinds; /* a bit each of those in it, sections left out */
};

static struct fetch_item *add(struct lexer *lexer, struct list *list, enum fetch_item_kind kind)
{
	struct fetch_item *item;

	if (list->count == ROOST_MAX_FETCH_ITEMS) {
		(void)lexer_fail(lexer, "Too many FETCH items");
		return NULL;
	}
	item = arena_alloc(lexer->arena, sizeof(*item));
	if (item == NULL) {
		(void)lexer_fail_memory(lexer);
		return NULL;
	}
	item->kind = kind;
	item->section.size = sizeof(item->section);
	*list->end = item;
	list->end = &item->next;
	list->count++;
	return item;
}

static const struct item_name *find_item(struct roost_text word)
{
	for (size_t i = 0; i < sizeof(item_names) / sizeof(item_names[0]); i++) {
		if (text_equal_nocase(word, text_from(item_names[i].name))) {
			return &item_names[i];
		}
	}
	return NULL;
}

/* The index of a macro, or MACRO_COUNT. */
static size_t find_macro(struct roost_text word)
{
	size_t i = 0;

	while (i < MACRO_COUNT && !text_equal_nocase(word, text_from(macros[i].name))) {
		i++;
	}
	return i;
}

static bool add_macro(struct lexer *lexer, struct list *list, size_t macro)
{
	for (size_t i = 0; i < macros[macro].count; i++) {
		if (add(lexer, list, macros[macro].kinds[i]) == NULL) {
			return false;
		}
	}
	return true;
}

static bool has_section(enum fetch_item_kind kind)
{
	return kind == FETCH_SECTION || kind == FETCH_BINARY || kind == FETCH_BINARY_SIZE;
}

/* "PREVIEW (LAZY)". Outside of parentheses what else might follow are modifiers of FETCH. RFC 8970 section 4. */
static bool parse_preview_modifiers(struct lexer *lexer, bool in_list, struct fetch_item *item)
{
	static const struct roost_text open = { " (", 2 }, lazy = { " (LAZY", 6 };
	struct roost_text left = text_between(lexer->at, lexer->end);
	struct roost_text word;

	if (!text_starts_nocase(left, in_list ? open : lazy)) {
		return true;
	}
	lexer->at += open.size;
	do {
		if (!lexer_word(lexer, "a modifier of PREVIEW", &word)) {
			return false;
		}
		if (!text_equal_nocase(word, TEXT("LAZY"))) {
			return lexer_fail_about(lexer, "Unknown modifier of PREVIEW ", word);
		}
		item->lazy = true;
	} while (lexer_skip(lexer, ' '));
	return lexer_skip(lexer, ')') || lexer_fail_expected(lexer, "a space or )");
}

/* What stands behind the name of an item. */
static bool parse_rest(struct lexer *lexer, bool in_list, struct fetch_item *item)
{
	switch (item->kind) {
	case FETCH_SECTION:
		return section_parse(lexer, &item->section);
	case FETCH_BINARY:
	case FETCH_BINARY_SIZE:
		return section_parse_binary(lexer, item->kind == FETCH_BINARY, &item->section);
	case FETCH_PREVIEW:
		return parse_preview_modifiers(lexer, in_list, item);
	default:
		return true;
	}
}

/* The item of that name; what belongs to it is still to be read. */
static bool add_item(struct lexer *lexer, struct list *list, bool in_list, struct roost_text word)
{
	const struct item_name *name = find_item(word);
	struct fetch_item *item;

	if (name == NULL) {
		return lexer_fail_about(lexer,
			find_macro(word) < MACRO_COUNT
				? "A FETCH macro stands alone, without parentheses: "
				: "Unknown FETCH item ",
			word);
	}
	bool body = name->kind == FETCH_BODY;
	enum fetch_item_kind kind = body && lexer_peek(lexer) == '[' ? FETCH_SECTION : name->kind;
	bool plain = !has_section(kind) && kind != FETCH_PREVIEW;
	if (plain && (list->kinds & 1u << kind) != 0) {
		return true; /* asked for twice, told once */
	}
	item = add(lexer, list, kind);
	if (item == NULL) {
		return false;
	}
	list->kinds |= plain ? 1u << kind : 0;
	item->sets_seen = body ? kind == FETCH_SECTION : name->sets_seen;
	item->section.kind = name->section;
	return parse_rest(lexer, in_list, item);
}

bool fetch_item_parse(struct lexer *lexer, struct fetch_item **items_out)
{
	struct list list = { 0 };
	struct roost_text word;
	bool parentheses = lexer_skip(lexer, '(');

	list.end = &list.first;
	do {
		if (!lexer_word(lexer, "a FETCH item", &word)) {
			return false;
		}
		if (!parentheses && find_macro(word) < MACRO_COUNT) {
			if (!add_macro(lexer, &list, find_macro(word))) {
				return false;
			}
		} else if (!add_item(lexer, &list, parentheses, word)) {
			return false;
		}
	} while (parentheses && lexer_skip(lexer, ' '));
	if (parentheses && !lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the FETCH items";
	*items_out = list.first;
	return true;
}

bool fetch_item_have(const struct fetch_item *items, enum fetch_item_kind kind)
{
	while (items != NULL && items->kind != kind) {
		items = items->next;
	}
	return items != NULL;
}

void fetch_item_write_name(struct buf *buf, const struct fetch_item *item)
{
	if (item->kind == FETCH_SECTION) {
		buf_string(buf, "BODY");
		section_write(buf, &item->section);
		return;
	}
	for (size_t i = 0; i < sizeof(item_names) / sizeof(item_names[0]); i++) {
		if (item_names[i].kind == item->kind) {
			buf_string(buf, item_names[i].name);
			break;
		}
	}
	if (has_section(item->kind)) {
		section_write(buf, &item->section);
	}
}
