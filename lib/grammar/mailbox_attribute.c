/* mailbox_attribute.c - "\Noselect", "\Drafts" and their like, as bits. */
#include "grammar/mailbox_attribute.h"

#include "base/text.h"

static const struct {
	unsigned attribute;
	const char *name;
} names[] = {
	{ ROOST_MAILBOX_NOSELECT, "\\Noselect" },
	{ ROOST_MAILBOX_NOINFERIORS, "\\Noinferiors" },
	{ ROOST_MAILBOX_MARKED, "\\Marked" },
	{ ROOST_MAILBOX_UNMARKED, "\\Unmarked" },
	{ ROOST_MAILBOX_ALL, "\\All" },
	{ ROOST_MAILBOX_ARCHIVE, "\\Archive" },
	{ ROOST_MAILBOX_DRAFTS, "\\Drafts" },
	{ ROOST_MAILBOX_FLAGGED, "\\Flagged" },
	{ ROOST_MAILBOX_JUNK, "\\Junk" },
	{ ROOST_MAILBOX_SENT, "\\Sent" },
	{ ROOST_MAILBOX_TRASH, "\\Trash" },
	{ ROOST_MAILBOX_IMPORTANT, "\\Important" },
};
#define COUNT (sizeof(names) / sizeof(names[0]))

unsigned mailbox_attribute_find_use(struct roost_text name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (text_equal_nocase(name, text_from(names[i].name))) {
			return names[i].attribute & ROOST_MAILBOX_SPECIAL_USES;
		}
	}
	return 0;
}

void mailbox_attribute_write(struct buf *buf, const char **separator, unsigned attributes)
{
	for (size_t i = 0; i < COUNT; i++) {
		if ((attributes & names[i].attribute) != 0) {
			buf_string(buf, *separator);
			buf_string(buf, names[i].name);
			*separator = " ";
		}
	}
}
