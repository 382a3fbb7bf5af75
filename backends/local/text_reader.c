/* text_reader.c - reading search.db while somebody searches. */
#include "text_reader.h"

static struct text_index *take_kept(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	struct text_index *kept = account->text.reader;
	account->text.reader = NULL;
	pthread_mutex_unlock(&account->lock);
	return kept;
}

static void note_damage(struct account *account)
{
	atomic_store(&account->text.damaged, true);
	local_chores_wake(account, 1, false);
}

int local_text_reader_take(
	struct account *account, struct driver *mail, struct text_index **reader_out)
{
	char text[256];
	if (account->store->options.no_text_index || atomic_load(&account->text.damaged)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	struct text_index *kept = take_kept(account);
	if (kept != NULL && !local_text_index_is_gone(kept, account->text.place.path)) {
		*reader_out = kept;
		return 0;
	}
	local_text_index_close(kept);
	int r = local_text_index_open(
		&account->text.place, false, mail, account->era, reader_out, text, sizeof(text));
	if (r == ROOST_ERR_CORRUPT) {
		note_damage(account);
	}
	return r < 0 ? ROOST_ERR_NOT_SUPPORTED : 0;
}

void local_text_reader_put(struct account *account, struct text_index *reader, int result)
{
	local_text_index_end(reader);
	if (result == 0) {
		pthread_mutex_lock(&account->lock);
		if (account->text.reader == NULL) {
			account->text.reader = reader;
			reader = NULL;
		}
		pthread_mutex_unlock(&account->lock);
	} else if (result == ROOST_ERR_CORRUPT) {
		note_damage(account);
	}
	local_text_index_close(reader);
}

void local_text_reader_close(struct account *account)
{
	local_text_index_close(take_kept(account));
}
