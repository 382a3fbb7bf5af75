/* body.h - the text of a message's body, decoded, for searching. */
#ifndef SEARCH_BODY_H
#define SEARCH_BODY_H

#include <roost/call.h>
#include <roost/content.h>
#include <roost/outline.h>

#include "search/scan.h"

/* Feed all that counts as body text to `scan`, each part as a text of its own: parts of type text
 * and message, their transfer encoding and charset undone, and the decoded headers of messages
 * inside the message. Other parts are passed over: an attachment's base64 is no text. Never holds
 * more than a window. ROOST_ERR_NO_MEMORY, ROOST_ERR_CANCELLED, or from reading. */
int body_scan(struct roost_call *call, struct roost_content *content,
	const struct roost_outline *outline, struct scan *scan);

#endif
