/* imap_reader.h - puts responses together from the bytes of a link, their literals apart. */
#ifndef PROGRAM_IMAP_READER_H
#define PROGRAM_IMAP_READER_H

#include "imap_link.h"
#include "imap_response.h"

struct imap_reader;

/* NULL when memory is out. */
struct imap_reader *imap_reader_create(struct imap_link *link);
/* NULL is allowed. */
void imap_reader_destroy(struct imap_reader *reader);

/* The next response, which is lent until the next call. NULL, or why there is none, for a person. */
const char *imap_reader_next(struct imap_reader *reader, struct imap_response *response_out);

#endif
