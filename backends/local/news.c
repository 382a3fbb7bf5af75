/* news.c - what others than this process have done to a mailbox. */
#include "news.h"

#include <stdlib.h>

#include <roost/updates.h>

#include "store.h"

void local_news_clear(struct news *news)
{
	free(news->mailbox);
	free(news->new_name);
	roost_uidset_clear(&news->changed);
	roost_uidset_clear(&news->removed);
	*news = (struct news) { .mailbox = NULL };
}

/* Without memory sessions learn of it when they look the next time. */
static void post(struct roost_updates *updates, struct roost_update update)
{
	update.size = sizeof(update);
	(void)roost_updates_post(updates, &update);
}

void local_news_post(struct account *account, struct news *news)
{
	struct roost_updates *updates = atomic_load(&account->store->updates);
	struct roost_update update = { .user = account->name, .mailbox = news->mailbox };
	if (updates != NULL && news->mailbox != NULL) {
		if (news->removed.count > 0) {
			update.kind = ROOST_UPDATE_EXPUNGE;
			update.uids = &news->removed;
			post(updates, update);
		}
		if (news->changed.count > 0) {
			update.kind = ROOST_UPDATE_MESSAGE;
			update.uids = &news->changed;
			post(updates, update);
		}
		update.uids = NULL;
		if (news->look) {
			update.kind = ROOST_UPDATE_MAILBOX;
			post(updates, update);
		}
		if (news->deleted || news->new_name != NULL) {
			update.kind = ROOST_UPDATE_MAILBOX_INFO;
			update.event =
				news->deleted ? ROOST_MAILBOX_DELETED : ROOST_MAILBOX_RENAMED;
			update.new_name = news->new_name;
			post(updates, update);
		}
	}
	local_news_clear(news);
}
