/* text_fill.c - filling search.db of one user. */
#include "text_fill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <roost/util.h>

#include "folder.h"
#include "letters.h"
#include "store.h"
#include "text_index.h"
#include "walk.h"

/* Emails of one transaction, and the octets of their words. */
#define BATCH 512
#define BATCH_OCTETS ((size_t)8 * 1024 * 1024)
/* An email with more words is always looked at. */
#define MAX_WORDS ((size_t)200000)
/* Emails whose text is known though they are gone: with more, search.db is made anew. */
#define MAX_GONE 10000
/* Other users get their turn after so many seconds. */
#define TURN 2

struct filling {
	struct account *account;
	struct roost_call *call; /* only to see whether it was cancelled */
	struct driver *mail;
	struct text_index *index;
	struct text_cover cover;
	struct letters letters; /* of an email */
	char *words; /* the same, as they go into search.db */
	struct chore_trouble *trouble;
	time_t deadline;
};

struct email {
	int64_t id, digest;
	uint64_t octets;
};

static int gather(void *context, struct roost_text piece, bool last)
{
	int r = local_letters_feed(context, piece, last);
	return r == ROOST_ERR_LIMIT ? ROOST_STOP : r;
}

static int read_words(
	struct filling *filling, const struct email *email, struct roost_content *content)
{
	struct roost_outline outline;
	struct driver_statement *s;
	void *made = NULL;
	size_t size;
	int r = local_driver_prepare(
		filling->mail, "SELECT bytes FROM outline WHERE email = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email->id);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text bytes = local_driver_bytes(s, 0);
		r = roost_outline_open(bytes.bytes, bytes.size, &outline) == 0;
	}
	if (r == 0) {
		r = roost_outline_create(content, &made, &size);
		outline = (struct roost_outline) { made, size };
	}
	if (r >= 0) {
		local_letters_reset(&filling->letters);
		r = roost_util_search_text(
			filling->call, &outline, content, gather, &filling->letters);
	}
	free(made);
	local_driver_done(s);
	return r;
}

/* Look at one email. What cannot be read, or has too much text, is only noted as seen. */
static int add_email(struct filling *filling, const struct email *email, size_t *octets)
{
	struct roost_content *content = NULL;
	int r = local_walk_read_one(
		filling->account, filling->mail, email->id, email->octets, &content);
	if (r == 0) {
		r = read_words(filling, email, content);
	}
	roost_content_unref(content);
	if (r == ROOST_ERR_CANCELLED || r == ROOST_ERR_NO_MEMORY) {
		return r;
	}
	if (r == 0) {
		size_t size = filling->letters.count * LETTERS_WORD;
		local_letters_write(&filling->letters, filling->words);
		*octets += size;
		r = local_text_index_add(
			filling->index, email->id, (struct roost_text) { filling->words, size });
		if (r == 0) {
			r = local_bits_add(&filling->cover.whole, email->id);
		}
		if (r < 0) {
			return r;
		}
	}
	return local_bits_add(&filling->cover.looked, email->id);
}

/* The next emails that were not looked at; `*after` moves behind what was seen. */
static int list_emails(struct filling *filling, int64_t *after, struct email *emails, size_t *count)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		filling->mail, "SELECT id, octets, digest FROM email WHERE id > ? ORDER BY id", &s);
	*count = 0;
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, *after);
	while (*count < BATCH && (r = local_driver_step(s)) == 1) {
		struct email email = {
			.id = local_driver_number(s, 0),
			.octets = (uint64_t)local_driver_number(s, 1),
			.digest = local_driver_number(s, 2),
		};
		*after = email.id;
		if (!local_bits_has(&filling->cover.looked, email.id)) {
			emails[(*count)++] = email;
		}
	}
	local_driver_done(s);
	return r < 0 ? r : 0;
}

static int add_batch(struct filling *filling, const struct email *emails, size_t count)
{
	size_t octets = 0, done = 0;
	int r = local_text_index_begin_write(filling->index);
	while (r == 0 && done < count && octets < BATCH_OCTETS) {
		r = add_email(filling, &emails[done++], &octets);
	}
	if (r == 0) {
		const struct email *last = &emails[done - 1];
		r = local_text_index_write_cover(
			filling->index, &filling->cover, emails[0].id, last->id, last->digest);
	}
	return r == 0 ? local_text_index_commit(filling->index) : r;
}

/* Whether most of what search.db knows is of emails that are gone. */
static int is_mostly_gone(struct filling *filling)
{
	uint64_t known = local_bits_count(&filling->cover.whole);
	struct driver_statement *s;
	if (known < MAX_GONE) {
		return 0;
	}
	int r = local_driver_prepare(filling->mail, "SELECT COUNT(*) FROM email", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	uint64_t there = r == 1 ? (uint64_t)local_driver_number(s, 0) : 0;
	local_driver_done(s);
	return r < 0 ? r : known > 2 * there + MAX_GONE;
}

static int open_index(struct filling *filling)
{
	struct chore_trouble *trouble = filling->trouble;
	int r = local_text_index_open(&filling->account->text.place, true, filling->mail,
		filling->account->era, &filling->index, trouble->text, sizeof(trouble->text));
	if (r == 0) {
		r = local_text_index_begin_read(filling->index, &filling->cover);
		local_text_index_end(filling->index);
	}
	return r;
}

static void close_index(struct filling *filling)
{
	local_text_index_close(filling->index);
	filling->index = NULL;
	local_text_cover_clear(&filling->cover);
}

static void delete_index(struct filling *filling)
{
	close_index(filling);
	(void)local_text_index_delete(&filling->account->text.place);
	filling->account->text.settled = 0;
}

/* Open search.db, if it is not, or no longer what was opened, and tell in `*after` from where on
 * there may be emails that it has not looked at. 1 when it was. */
static int reach_index(struct filling *filling, int64_t *after)
{
	struct account_text *own = &filling->account->text;
	if (filling->index != NULL && !local_text_index_is_gone(filling->index, own->place.path)) {
		return 1;
	}
	if (filling->index != NULL) {
		delete_index(filling);
	}
	int r = open_index(filling);
	if (r == 0) {
		int64_t highest = local_bits_highest(&filling->cover.looked);
		*after = highest >= own->settled ? own->settled : 0;
	}
	return r;
}

/* All emails that were not looked at, as far as the turn goes. 1 when there is more. */
static int fill(struct filling *filling)
{
	struct account_text *own = &filling->account->text;
	struct email emails[BATCH];
	int64_t after = own->settled;
	size_t count;
	for (;;) {
		int r = list_emails(filling, &after, emails, &count);
		if (r < 0) {
			filling->trouble->of_mail = true;
			return r;
		}
		if (count == 0) {
			own->settled = after;
			return 0;
		}
		r = reach_index(filling, &after);
		if (r == 1) {
			r = add_batch(filling, emails, count);
			after = emails[0].id - 1;
		}
		if (r < 0) {
			return r;
		}
		if (roost_call_cancelled(filling->call)) {
			return ROOST_ERR_CANCELLED;
		}
		if (time(NULL) >= filling->deadline ||
			local_chores_give_way(filling->account->store->chores)) {
			return 1;
		}
	}
}

/* All is written: leave no long log to who reads. It is as well with one. */
static void empty_log(struct filling *filling)
{
	if (local_text_index_has_long_log(filling->account->text.place.path) &&
		(filling->index != NULL || open_index(filling) == 0)) {
		(void)local_text_index_empty_log(filling->index);
	}
}

/* With the lock of search.lock. */
static int take_turn(struct filling *filling)
{
	struct account_text *own = &filling->account->text;
	if (atomic_exchange(&own->damaged, false)) {
		delete_index(filling);
	}
	filling->words = malloc(MAX_WORDS * LETTERS_WORD);
	int r = filling->words == NULL ? ROOST_ERR_NO_MEMORY
				       : local_letters_init(&filling->letters, MAX_WORDS);
	r = r < 0 ? r : fill(filling);
	if (r == 0 && filling->index != NULL && is_mostly_gone(filling) == 1) {
		delete_index(filling);
		r = 1;
	}
	if (r == 0) {
		empty_log(filling);
	}
	if (r < 0 && filling->index != NULL && !filling->trouble->of_mail) {
		(void)snprintf(filling->trouble->text, sizeof(filling->trouble->text), "%s",
			local_text_index_text(filling->index));
	}
	if (r == ROOST_ERR_CORRUPT && !filling->trouble->of_mail) {
		delete_index(filling);
	}
	close_index(filling);
	local_letters_free(&filling->letters);
	free(filling->words);
	return r;
}

/* Only one process fills. */
static int lock(const char *path, int *fd_out)
{
	int fd = -1;
	int r = local_folder_open_file(path, O_NOFOLLOW, &fd);
	if (r < 0) {
		return r;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*fd_out = fd;
		return 0;
	}
	r = errno == EWOULDBLOCK ? ROOST_ERR_IN_USE : local_folder_error(errno);
	(void)close(fd);
	return r;
}

int local_text_fill(
	struct account *account, struct roost_call *call, struct chore_trouble *trouble_out)
{
	struct filling filling = { .account = account,
		.call = call,
		.trouble = trouble_out,
		.deadline = time(NULL) + TURN };
	int fd = -1;
	*trouble_out = (struct chore_trouble) { .of_mail = true };
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &filling.mail);
	if (r == 0) {
		trouble_out->of_mail = false;
		r = lock(account->text.place.lock, &fd);
		if (r == 0) {
			r = take_turn(&filling);
			(void)close(fd);
		} else {
			(void)snprintf(trouble_out->text, sizeof(trouble_out->text), "%s",
				strerror(errno));
		}
		local_account_put_reader(account, filling.mail);
	}
	local_store_end_op(account);
	return r;
}
