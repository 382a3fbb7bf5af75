/* mail.h - messages that look like real mail and are the same in every run. */
#ifndef BENCH_MAIL_H
#define BENCH_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"

/* In the body of the first message, and of no other. */
#define MAIL_RARE_WORD "zyxwimplethorn"
/* In the subject of all messages of one thread in MAIL_SUBJECT_EVERY. */
#define MAIL_SUBJECT_WORD "budgetfigures"

enum { MAIL_THREAD = 5, MAIL_SUBJECT_EVERY = 200, MAIL_SIZE_MAX = 1 << 30 };

/* What the messages of a mailbox have in common. */
struct mail_plan {
	size_t size; /* octets of each; no less than its header needs */
	uint32_t unread; /* one in so many is not \Seen */
	bool multiparts; /* whether four in ten have several parts */
};

struct mail {
	struct bytes text;
	char arguments[64]; /* of its APPEND: flags and internal date */
};

/* Write message `number`, from 1, over what `mail` held. Depends on nothing but plan and number. */
void mail_write(struct mail *mail, const struct mail_plan *plan, uint32_t number);
void mail_clear(struct mail *mail);

#endif
