/* numbers.c - numbers for emails whose body is a file, and for packs. */
#include "numbers.h"

#include "rows.h"

/* Set aside at a time. */
#define BLOCK 32

struct setting_aside {
	struct job job;
	int64_t count;
	int64_t first;
};

static int run(struct job *job)
{
	struct setting_aside *aside = roost_container_of(job, struct setting_aside, job);
	struct account_row account;
	int r = local_account_row_read(job->account->writer, &account);
	if (r < 0) {
		return r;
	}
	aside->first = account.email + 1;
	account.email += aside->count;
	return local_account_row_write(job->account->writer, &account);
}

static bool take(struct account *account, int64_t count, int64_t *first_out)
{
	pthread_mutex_lock(&account->lock);
	bool enough = account->email_end - account->email_next >= count;
	if (enough) {
		*first_out = account->email_next;
		account->email_next += count;
	}
	pthread_mutex_unlock(&account->lock);
	return enough;
}

int local_numbers_take(
	struct account *account, struct roost_call *call, size_t count, int64_t *first_out)
{
	struct setting_aside aside = {
		.job = { .run = run, .account = account, .call = call },
		.count = (int64_t)count + BLOCK,
	};
	if (take(account, (int64_t)count, first_out)) {
		return 0;
	}
	int r = local_job_do(&aside.job);
	local_job_clear(&aside.job);
	if (r < 0) {
		return r;
	}
	*first_out = aside.first;
	pthread_mutex_lock(&account->lock);
	account->email_next = aside.first + (int64_t)count;
	account->email_end = aside.first + aside.count;
	pthread_mutex_unlock(&account->lock);
	return 0;
}

int local_numbers_take_last(struct account *account, struct roost_call *call, int64_t *number_out)
{
	struct setting_aside aside = {
		.job = { .run = run, .account = account, .call = call },
		.count = 1,
	};
	int r = local_job_do(&aside.job);
	local_job_clear(&aside.job);
	if (r == 0) {
		*number_out = aside.first;
	}
	return r;
}
