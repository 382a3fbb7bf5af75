/* util.c - ENVELOPE and BODYSTRUCTURE for those who have an outline and no connection. */
#include <roost/util.h>

#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

#include "base/buf.h"
#include "mime/write.h"

/* Every string of an outline can be told many times, but each reference to it takes two bytes. */
#define MAX_RENDERED (64u * 1024u * 1024u)

/* Give what was written to the call. */
static int give(struct roost_call *call, struct buf *buf, struct roost_text *text_out)
{
	int r = buf_status(buf);
	char *copy = r == 0 ? roost_call_alloc(call, buf->size) : NULL;
	if (copy != NULL) {
		memcpy(copy, buf->data, buf->size);
		*text_out = (struct roost_text) { copy, buf->size };
	}
	buf_free(buf);
	return copy != NULL ? 0 : ROOST_ERR_NO_MEMORY;
}

int roost_util_envelope(
	struct roost_call *call, const struct roost_outline *outline, struct roost_text *text_out)
{
	struct buf buf;
	buf_init(&buf, MAX_RENDERED);
	envelope_write(&buf, outline, 0);
	return give(call, &buf, text_out);
}

int roost_util_body_structure(struct roost_call *call, const struct roost_outline *outline,
	bool extensible, struct roost_text *text_out)
{
	struct buf buf;
	buf_init(&buf, MAX_RENDERED);
	body_structure_write(&buf, outline, 0, extensible);
	return give(call, &buf, text_out);
}
