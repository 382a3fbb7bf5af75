/* checkpoint.c - moving what was committed from the log of mail.db to where it belongs. */
#include "checkpoint.h"

/* Pages in the log, from which on they are moved while others commit. As the log goes on growing meanwhile, it is
 * only begun anew after all has been moved when nobody could commit: that is done from the second number on, so
 * seldom, and little is left to be moved then. */
#define PAGES 1000
#define PAGES_MOST 4000

bool local_checkpoint_is_due(struct account *account)
{
	unsigned pages = local_driver_log_pages(account->writer);
	if (pages < PAGES) {
		return false;
	}
	if (pages >= PAGES_MOST) {
		(void)local_driver_checkpoint(account->writer);
		return false;
	}
	return !atomic_exchange(&account->moving, true);
}

void local_checkpoint_move(struct account *account)
{
	struct driver *mover;
	unsigned version;
	if (local_account_take_reader(account, NULL, &mover) == 0) {
		/* One that has read nothing yet does not know the log. */
		if (local_driver_schema_version(mover, &version) == 0) {
			(void)local_driver_checkpoint(mover);
		}
		local_account_put_reader(account, mover);
	}
	atomic_store(&account->moving, false);
}
