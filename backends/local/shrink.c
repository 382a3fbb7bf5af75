/* shrink.c - giving back the room in mail.db that messages took before they moved into packs. */
#include "shrink.h"

#include "checkpoint.h"
#include "packing.h"

/* Octets that are needed of a mail.db at most: the last step is to copy them, and who writes waits for that. */
#define MOST ((uint64_t)64 * 1024 * 1024)

/* Of what it takes to move messages to packs, so many times must be free: the next messages will need some of it. */
#define ROOM 16

struct shrinking {
	struct account *account;
	struct roost_call *call; /* only to see whether it was cancelled */
};

static bool is_worth_it(const struct account *account, struct driver *mail)
{
	uint64_t size = 0, unused = 0;
	if (account->chores.stays_large || local_driver_sizes(mail, &size, &unused) < 0) {
		return false;
	}
	uint64_t needed = size - unused;
	struct packing_limits limits = account->store->packing;
	limits.least *= ROOM;
	return needed <= MOST && local_packing_is_thin(&limits, (int64_t)size, (int64_t)needed);
}

static void note_damage(void *context, const char *text)
{
	bool *damaged = context;
	(void)text;
	*damaged = true;
}

static bool gives_way(void *context)
{
	const struct shrinking *shrinking = context;
	struct account *account = shrinking->account;
	pthread_mutex_lock(&account->lock);
	bool led = account->led;
	pthread_mutex_unlock(&account->lock);
	return led || roost_call_cancelled(shrinking->call) ||
	       local_chores_give_way(account->store->chores);
}

/* Why it stays as it is, as long as the account is in memory. */
static void give_up(struct account *account, int error, const char *text)
{
	char name[256], why[300];
	account->chores.stays_large = true;
	local_trouble_quote(name, sizeof(name), account->name);
	local_trouble_quote(why, sizeof(why), text);
	local_trouble_log(account->store, ROOST_LOG_WARNING,
		"event=shrink-trouble user=%s error=%s reason=%s advice=\"mail is safe, but "
		"mail.db is "
		"larger than it must be: make room, or run roost check\"",
		name, roost_error_name(error), why);
}

void local_shrink(struct account *account, struct roost_call *call, struct driver *mail)
{
	struct shrinking shrinking = { .account = account, .call = call };
	bool damaged = false;
	if (!is_worth_it(account, mail) || gives_way(&shrinking)) {
		return;
	}
	int r = local_driver_check(mail, note_damage, &damaged);
	if (r == 0 && damaged) {
		give_up(account, ROOST_ERR_CORRUPT, "mail.db is damaged");
		return;
	}
	if (r == 0) {
		r = local_driver_compact(mail, gives_way, &shrinking);
	}
	if (r == 0) {
		local_checkpoint_with(account, mail);
	} else if (r != ROOST_ERR_CANCELLED) {
		give_up(account, r, local_driver_text(mail));
	}
}
