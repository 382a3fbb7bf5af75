/* mailbox.h - mailboxes that hold as many messages as a scenario needs. */
#ifndef BENCH_MAILBOX_H
#define BENCH_MAILBOX_H

#include "mail.h"
#include "network.h"

/* Let a user's mailbox, which is made when missing, hold that many messages, those of the plan with the
 * numbers from 1, or more: what is missing is appended in the fastest way that the server offers. How
 * many that were. */
uint32_t mailbox_fill(struct network *network, uint32_t user, const char *mailbox,
	const struct mail_plan *plan, uint32_t messages);

/* The way in which it appends: "MULTIAPPEND", "pipelined" or "one by one". */
const char *mailbox_way(const struct network *network);

#endif
