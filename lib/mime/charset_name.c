/* charset_name.c - which charset a name in a message means.
 *
 * Where a charset that mail names is by habit used for a larger one (gb2312 for gb18030), the
 * larger one is taken, as mail programs and the WHATWG Encoding Standard do. */
#include "mime/charset_name.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"

struct alias {
	const char *name;
	enum charset_kind kind;
	const char *iconv_name; /* for CHARSET_ICONV */
};

/* Sorted by name, for bsearch(). */
static const struct alias aliases[] = {
	{ "646", CHARSET_ASCII, NULL },
	{ "8bit", CHARSET_UNKNOWN, NULL },
	{ "ansi_x3.110", CHARSET_WINDOWS_1252, NULL },
	{ "ansi_x3.110-1983", CHARSET_WINDOWS_1252, NULL },
	{ "ansi_x3.4-1968", CHARSET_ASCII, NULL },
	{ "ansi_x3.4-1986", CHARSET_ASCII, NULL },
	{ "ascii", CHARSET_ASCII, NULL },
	{ "big-5", CHARSET_ICONV, "BIG5" },
	{ "chinese", CHARSET_ICONV, "GB18030" },
	{ "cn-gb", CHARSET_ICONV, "GB18030" },
	{ "cp1252", CHARSET_WINDOWS_1252, NULL },
	{ "cp28591", CHARSET_WINDOWS_1252, NULL },
	{ "cp367", CHARSET_ASCII, NULL },
	{ "cp65000", CHARSET_ICONV, "UTF-7" },
	{ "cp65001", CHARSET_UTF8, NULL },
	{ "cp819", CHARSET_WINDOWS_1252, NULL },
	{ "cp936", CHARSET_ICONV, "GB18030" },
	{ "csascii", CHARSET_ASCII, NULL },
	{ "csisolatin1", CHARSET_WINDOWS_1252, NULL },
	{ "default", CHARSET_UNKNOWN, NULL },
	{ "euc-cn", CHARSET_ICONV, "GB18030" },
	{ "euc-jp", CHARSET_ICONV, "EUC-JP-MS" },
	{ "euc-kr", CHARSET_ICONV, "CP949" },
	{ "euccn", CHARSET_ICONV, "GB18030" },
	{ "eucjp", CHARSET_ICONV, "EUC-JP-MS" },
	{ "euckr", CHARSET_ICONV, "CP949" },
	{ "gb2312", CHARSET_ICONV, "GB18030" },
	{ "gb_2312-80", CHARSET_ICONV, "GB18030" },
	{ "gbk", CHARSET_ICONV, "GB18030" },
	{ "internal", CHARSET_UNKNOWN, NULL }, /* iconv's own form, for no bytes from outside */
	{ "iso-2022-jp-ms", CHARSET_ICONV, "ISO-2022-JP" },
	{ "iso-8859-1", CHARSET_WINDOWS_1252, NULL },
	{ "iso-8859-11", CHARSET_ICONV, "CP874" },
	{ "iso-8859-9", CHARSET_ICONV, "CP1254" },
	{ "iso-latin-1", CHARSET_WINDOWS_1252, NULL },
	{ "iso646-us", CHARSET_ASCII, NULL },
	{ "koi8", CHARSET_ICONV, "KOI8-R" },
	{ "koi8r", CHARSET_ICONV, "KOI8-R" },
	{ "koi8u", CHARSET_ICONV, "KOI8-U" },
	{ "korean", CHARSET_ICONV, "CP949" },
	{ "ks_c_5601", CHARSET_ICONV, "CP949" },
	{ "ks_c_5601-1987", CHARSET_ICONV, "CP949" },
	{ "ks_c_5601-1989", CHARSET_ICONV, "CP949" },
	{ "ksc5601", CHARSET_ICONV, "CP949" },
	{ "ksc_5601", CHARSET_ICONV, "CP949" },
	{ "l1", CHARSET_WINDOWS_1252, NULL },
	{ "latin-1", CHARSET_WINDOWS_1252, NULL },
	{ "latin-15", CHARSET_ICONV, "ISO-8859-15" },
	{ "latin-2", CHARSET_ICONV, "ISO-8859-2" },
	{ "latin-9", CHARSET_ICONV, "ISO-8859-15" },
	{ "latin1", CHARSET_WINDOWS_1252, NULL },
	{ "latin15", CHARSET_ICONV, "ISO-8859-15" },
	{ "latin9", CHARSET_ICONV, "ISO-8859-15" },
	{ "mac-ce", CHARSET_ICONV, "MAC-CENTRALEUROPE" },
	{ "mac-roman", CHARSET_ICONV, "MACINTOSH" },
	{ "macroman", CHARSET_ICONV, "MACINTOSH" },
	{ "ms-ansi", CHARSET_WINDOWS_1252, NULL },
	{ "ms_kanji", CHARSET_ICONV, "CP932" },
	{ "none", CHARSET_UNKNOWN, NULL },
	{ "null", CHARSET_UNKNOWN, NULL },
	{ "shift-jis", CHARSET_ICONV, "CP932" },
	{ "shift_jis", CHARSET_ICONV, "CP932" },
	{ "sjis", CHARSET_ICONV, "CP932" },
	{ "tis-620", CHARSET_ICONV, "CP874" },
	{ "tis620", CHARSET_ICONV, "CP874" },
	{ "unicode-1-1-utf-7", CHARSET_ICONV, "UTF-7" },
	{ "unicode-1-1-utf-8", CHARSET_UTF8, NULL },
	{ "unicode-2-0-utf-7", CHARSET_ICONV, "UTF-7" },
	{ "unicode-2-0-utf-8", CHARSET_UTF8, NULL },
	{ "unknown", CHARSET_UNKNOWN, NULL },
	{ "unknown-8bit", CHARSET_UNKNOWN, NULL },
	{ "us", CHARSET_ASCII, NULL },
	{ "us-ascii", CHARSET_ASCII, NULL },
	{ "usascii", CHARSET_ASCII, NULL },
	{ "user-defined", CHARSET_UNKNOWN, NULL },
	{ "utf-7", CHARSET_ICONV, "UTF-7" },
	{ "utf-8", CHARSET_UTF8, NULL },
	{ "utf7", CHARSET_ICONV, "UTF-7" },
	{ "utf8", CHARSET_UTF8, NULL },
	{ "utf8mb4", CHARSET_UTF8, NULL },
	{ "utf_8", CHARSET_UTF8, NULL },
	{ "visual", CHARSET_ICONV, "ISO-8859-8" },
	{ "wchar_t", CHARSET_UNKNOWN, NULL },
	{ "windows-31j", CHARSET_ICONV, "CP932" },
	{ "x-big5", CHARSET_ICONV, "BIG5" },
};

/* Lower case, without quotes, spaces and "x-"; false for what can be no charset's name. The slash
 * in particular would be an instruction to iconv. */
static bool normalize(struct roost_text charset, char name[CHARSET_NAME_SIZE])
{
	charset = text_trim(charset);
	while (charset.size > 0 && strchr("\"' \t", charset.bytes[0]) && charset.bytes[0] != 0) {
		charset.bytes++;
		charset.size--;
	}
	while (charset.size > 0 && charset.bytes[charset.size - 1] != 0 &&
		strchr("\"'; \t", charset.bytes[charset.size - 1])) {
		charset.size--;
	}
	if (charset.size > 2 && text_starts_nocase(charset, TEXT("x-"))) {
		charset.bytes += 2;
		charset.size -= 2;
	}
	if (charset.size == 0 || charset.size >= CHARSET_NAME_SIZE) {
		return false;
	}
	for (size_t i = 0; i < charset.size; i++) {
		char c = ascii_lower(charset.bytes[i]);
		if (!ascii_is_alpha(c) && !ascii_is_digit(c) && !(c != 0 && strchr("-_.:+()", c))) {
			return false;
		}
		name[i] = c;
	}
	name[charset.size] = 0;
	return true;
}

/* What follows `prefix` in `name`, a hyphen or underscore passed over; NULL without the prefix. */
static const char *after_prefix(const char *name, const char *prefix)
{
	size_t n = strlen(prefix);
	if (strncmp(name, prefix, n) != 0) {
		return NULL;
	}
	return name[n] == '-' || name[n] == '_' ? name + n + 1 : name + n;
}

/* Spell the many ways to write "ISO-8859-n" and "CPn" in one: iso8859_1, win-1251, x-cp1250. */
static void unify_numbered(char name[CHARSET_NAME_SIZE])
{
	static const char *const code_page_prefixes[] = { "windows", "win", "cp", "ms", "ibm" };
	char unified[CHARSET_NAME_SIZE];
	const char *rest = after_prefix(name, "iso");
	rest = after_prefix(rest ? rest : name, "8859");
	if (rest && ascii_is_digit(rest[0])) {
		/* "-i" and "-e" only say in which direction Hebrew and Arabic are stored. RFC 1556
		 */
		int digits = (int)strspn(rest, "0123456789");
		if (rest[digits] == 0 || rest[digits] == '-' || rest[digits] == ':') {
			(void)snprintf(unified, sizeof(unified), "iso-8859-%.*s", digits, rest);
			memcpy(name, unified, sizeof(unified));
		}
		return;
	}
	for (size_t i = 0; i < sizeof(code_page_prefixes) / sizeof(code_page_prefixes[0]); i++) {
		rest = after_prefix(name, code_page_prefixes[i]);
		if (rest && rest[0] != 0 && rest[strspn(rest, "0123456789")] == 0) {
			(void)snprintf(unified, sizeof(unified), "cp%.20s", rest);
			memcpy(name, unified, sizeof(unified));
			return;
		}
	}
}

static int compare_alias(const void *name, const void *alias)
{
	return strcmp(name, ((const struct alias *)alias)->name);
}

enum charset_kind charset_name_resolve(struct roost_text charset, char name_out[CHARSET_NAME_SIZE])
{
	if (!normalize(charset, name_out)) {
		return CHARSET_UNKNOWN;
	}
	unify_numbered(name_out);
	const struct alias *alias = bsearch(name_out, aliases, sizeof(aliases) / sizeof(aliases[0]),
		sizeof(aliases[0]), compare_alias);
	if (!alias) {
		return CHARSET_ICONV;
	}
	if (alias->iconv_name) {
		(void)snprintf(name_out, CHARSET_NAME_SIZE, "%s", alias->iconv_name);
	}
	return alias->kind;
}
