/* refresh.h - bringing an index to what the rows say, whoever wrote them. */
#ifndef LOCAL_REFRESH_H
#define LOCAL_REFRESH_H

#include "index.h"
#include "news.h"

/* With the index's lock for writing: read what has changed in the rows since the index was last
 * true, or all of them. `news_out` (all-zero) is told what sessions do not know. After a failure the
 * index is not loaded. */
int local_refresh(struct index *index, struct driver *db, struct news *news_out);

#endif
