/* news.h - what others than this process have done to a mailbox, for the sessions that have it
 * open. */
#ifndef LOCAL_NEWS_H
#define LOCAL_NEWS_H

#include <stdbool.h>

#include <roost/uidset.h>

struct account;

/* All-zero is no news. */
struct news {
	char *mailbox; /* the name that sessions know it by; NULL: there is no news */
	char *new_name; /* it was renamed */
	bool deleted;
	bool look; /* messages came */
	struct roost_uidset changed; /* flags of these have changed */
	struct roost_uidset removed;
};

void local_news_clear(struct news *news);
/* Tell the sessions, if there is a way to, and clear the news. No lock may be held. */
void local_news_post(struct account *account, struct news *news);

#endif
