/* text_reader.h - reading search.db while somebody searches. */
#ifndef LOCAL_TEXT_READER_H
#define LOCAL_TEXT_READER_H

#include "store.h"
#include "text_index.h"

/* search.db for reading, while an op runs. ROOST_ERR_NOT_SUPPORTED when there is none that can be
 * used; then it is all the same as if it knew nothing. */
int local_text_reader_take(
	struct account *account, struct driver *mail, struct text_index **reader_out);
/* `result`: how reading went. When it was damaged, it is made anew. */
void local_text_reader_put(struct account *account, struct text_index *reader, int result);
/* Close what was kept; no op runs. */
void local_text_reader_close(struct account *account);

#endif
