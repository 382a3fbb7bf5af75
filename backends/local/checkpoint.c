/* checkpoint.c - moving what was committed from the log of mail.db to where it belongs. */
#include "checkpoint.h"

#include "mover.h"

/* Pages that the log has grown by, when they are moved while others commit. The log goes on growing meanwhile, and is
 * only begun anew after all has been moved when nobody could commit: that is done once most is moved, and little is
 * left. A log of the second number is not left to the mover, which must have too much to do. */
#define PAGES 1000
#define PAGES_MOST 4000

enum { AT_REST, MOVING, MOVED };

void local_checkpoint_with(struct account *account, struct driver *driver)
{
	if (atomic_exchange(&account->checkpointing, true)) {
		return;
	}
	if (!atomic_load(&account->needs_log) && local_driver_checkpoint(driver) < 0) {
		atomic_store(&account->needs_log, true);
	}
	atomic_store(&account->checkpointing, false);
}

void local_checkpoint_look(struct account *account)
{
	unsigned pages = local_driver_log_pages(account->writer);
	int moving = atomic_load(&account->moving);
	if (pages < account->moved_pages) {
		account->moved_pages = 0; /* the log was begun anew */
	}
	if (moving == MOVING ? pages >= PAGES_MOST : moving == MOVED && account->moved_pages > 0) {
		local_checkpoint_with(account, account->writer);
	}
	if (moving == MOVED) {
		atomic_store(&account->moving, AT_REST);
	} else if (moving == AT_REST && pages >= account->moved_pages + PAGES) {
		account->moved_pages = pages;
		atomic_store(&account->moving, MOVING);
		if (!local_mover_add(account)) {
			local_checkpoint_move(account);
		}
	}
}

void local_checkpoint_move(struct account *account)
{
	struct driver *mover;
	unsigned version;
	if (local_store_begin_op(account, NULL) == 0) {
		if (local_account_take_reader(account, NULL, &mover) == 0) {
			/* One that has read nothing yet does not know the log. */
			if (local_driver_schema_version(mover, &version) == 0) {
				local_checkpoint_with(account, mover);
			}
			local_account_put_reader(account, mover);
		}
		local_store_end_op(account);
	}
	atomic_store(&account->moving, MOVED);
}
