/* opened.c - the outline of a message that is looked at, made when the backend has none. */
#include "search/opened.h"

#include <stdlib.h>

#include <roost/error.h>

struct roost_content *opened_content(const struct roost_message *message)
{
	return message->has & ROOST_MESSAGE_CONTENT ? message->content : NULL;
}

int opened_get(struct opened *opened, const struct roost_message *message)
{
	size_t size;
	if (opened->known) {
		return 0;
	}
	int r = ROOST_ERR_NOT_SUPPORTED;
	if ((message->has & ROOST_MESSAGE_OUTLINE) && message->outline != NULL) {
		r = roost_outline_open(message->outline, message->outline_size, &opened->outline);
	}
	if (r < 0) {
		if (opened_content(message) == NULL) {
			return ROOST_ERR_INVALID;
		}
		r = roost_outline_create(opened_content(message), &opened->made, &size);
		if (r < 0) {
			return r;
		}
		opened->outline = (struct roost_outline) { opened->made, size };
	}
	opened->known = true;
	return 0;
}

void opened_close(struct opened *opened)
{
	free(opened->made);
	*opened = (struct opened) { .known = false };
}
