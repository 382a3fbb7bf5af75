/* recovery.h - finds out what became of the batch that was on its way when an import was killed. */
#ifndef PROGRAM_RECOVERY_H
#define PROGRAM_RECOVERY_H

#include <roost/backend.h>

#include "ledger.h"

/* Look in the store for the messages of the ledger's last batch; those that are there are settled,
 * the others forgotten. 0, or ROOST_ERR_…. */
int recovery_run(struct ledger *ledger, struct roost_user *user, struct roost_call *call);

#endif
