/* casemap.c - one form for all spellings that a search takes as equal. */
#include "search/casemap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <utf8proc.h>

#include "base/block.h"
#include "base/utf8.h"

#define MAX_DECOMPOSED 64 /* characters; Unicode's longest is 18 */

/* Fold the ASCII at the start of the `n` bytes; returns how many they are. `out` has room. */
static size_t fold_ascii(const char *bytes, size_t n, char *out)
{
	size_t i = 0;
	for (; n - i >= sizeof(block); i += sizeof(block)) {
		block here = block_load(bytes + i);
		if (!block_is_ascii(here)) {
			break;
		}
		block is_small = (here > 'a' - 1) & (here < 'z' + 1);
		here -= is_small & ('a' - 'A');
		memcpy(out + i, &here, sizeof(here));
	}
	for (; i < n && !(bytes[i] & 0x80); i++) {
		out[i] = bytes[i] >= 'a' && bytes[i] <= 'z' ? (char)(bytes[i] - 32) : bytes[i];
	}
	return i;
}

static void add_character(utf8proc_int32_t character, struct buf *folded)
{
	char bytes[4];
	buf_add(folded, bytes, utf8_encode((uint32_t)character, bytes));
}

/* Hangul syllables are decomposed by arithmetic, not by a table. */
static bool is_whole(utf8proc_int32_t character)
{
	return utf8proc_get_property(character)->decomp_seqindex == UINT16_MAX &&
	       !(character >= 0xAC00 && character <= 0xD7A3);
}

static void fold_character(uint32_t character, struct buf *folded)
{
	utf8proc_int32_t parts[MAX_DECOMPOSED];
	int boundary = 0;
	utf8proc_int32_t title = utf8proc_totitle((utf8proc_int32_t)character);
	if (is_whole(title)) {
		add_character(title, folded);
		return;
	}
	utf8proc_ssize_t count = utf8proc_decompose_char(
		title, parts, MAX_DECOMPOSED, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
	if (count < 1 || count > MAX_DECOMPOSED) {
		parts[0] = title;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		add_character(utf8proc_totitle(parts[i]), folded);
	}
}

void casemap_fold(struct roost_text utf8, struct buf *folded)
{
	size_t i = 0;
	while (i < utf8.size) {
		char *end = buf_reserve(folded, utf8.size - i);
		if (end == NULL) {
			return;
		}
		size_t run = fold_ascii(utf8.bytes + i, utf8.size - i, end);
		folded->size += run;
		i += run;
		while (i < utf8.size && (utf8.bytes[i] & 0x80)) {
			uint32_t character = 0xFFFD;
			size_t size = utf8_decode(utf8.bytes + i, utf8.size - i, &character);
			fold_character(size > 0 ? character : 0xFFFD, folded);
			i += size > 0 ? size : 1;
		}
	}
}
