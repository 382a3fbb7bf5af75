/* html_reference.c - character references of HTML. */
#include "mime/html_reference.h"

#include "base/ascii.h"
#include "base/text.h"

/* The names of U+00A0 to U+00FF, in that order. */
static const char *const latin[] = { "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar",
	"sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr", "deg", "plusmn",
	"sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo",
	"frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml",
	"Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
	"Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times",
	"Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave",
	"aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute",
	"ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute",
	"ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml",
	"yacute", "thorn", "yuml" };
#define LATIN_COUNT (sizeof(latin) / sizeof(latin[0]))
_Static_assert(LATIN_COUNT == 96, "one name for each character of Latin-1");

/* Others that mail uses. */
static const struct {
	const char *name;
	uint32_t character;
} others[] = {
	{ "amp", '&' },
	{ "lt", '<' },
	{ "gt", '>' },
	{ "quot", '"' },
	{ "apos", '\'' },
	{ "OElig", 0x152 },
	{ "oelig", 0x153 },
	{ "Scaron", 0x160 },
	{ "scaron", 0x161 },
	{ "ensp", 0x2002 },
	{ "emsp", 0x2003 },
	{ "thinsp", 0x2009 },
	{ "zwnj", 0x200C },
	{ "zwj", 0x200D },
	{ "lrm", 0x200E },
	{ "rlm", 0x200F },
	{ "ndash", 0x2013 },
	{ "mdash", 0x2014 },
	{ "lsquo", 0x2018 },
	{ "rsquo", 0x2019 },
	{ "sbquo", 0x201A },
	{ "ldquo", 0x201C },
	{ "rdquo", 0x201D },
	{ "bdquo", 0x201E },
	{ "bull", 0x2022 },
	{ "hellip", 0x2026 },
	{ "lsaquo", 0x2039 },
	{ "rsaquo", 0x203A },
	{ "euro", 0x20AC },
	{ "trade", 0x2122 },
	{ "larr", 0x2190 },
	{ "rarr", 0x2192 },
	{ "minus", 0x2212 },
	{ "check", 0x2713 },
};

/* What windows-1252 has at 0x80 to 0x9F, and HTML therefore means by such numbers. */
static const uint16_t windows[32] = { 0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E, 0x178 };

/* "#233", "#xE9" */
static uint32_t find_number(struct roost_text word)
{
	bool hex = word.size > 1 && ascii_lower(word.bytes[1]) == 'x';
	uint32_t base = hex ? 16 : 10;
	uint32_t number = 0;

	for (size_t i = hex ? 2 : 1; i < word.size; i++) {
		int digit = ascii_hex_value(word.bytes[i]);
		if (digit < 0 || (uint32_t)digit >= base) {
			return 0;
		}
		number = number * base + (uint32_t)digit;
		if (number > 0x10FFFF) {
			return 0;
		}
	}
	if (number >= 0xD800 && number <= 0xDFFF) {
		return 0;
	}
	return number >= 0x80 && number < 0xA0 ? windows[number - 0x80] : number;
}

uint32_t html_reference_find(struct roost_text word)
{
	if (word.size > 0 && word.bytes[0] == '#') {
		return find_number(word);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (text_equal(word, text_from(others[i].name))) {
			return others[i].character;
		}
	}
	for (size_t i = 0; i < LATIN_COUNT; i++) {
		if (text_equal(word, text_from(latin[i]))) {
			return 0xA0 + (uint32_t)i;
		}
	}
	return 0;
}
