/* maildir_subscriptions.h - what is subscribed to in a Maildir that a server has made: the files
 * subscriptions of Dovecot and courierimapsubscribed of Courier. */
#ifndef PROGRAM_MAILDIR_SUBSCRIPTIONS_H
#define PROGRAM_MAILDIR_SUBSCRIPTIONS_H

#include "source.h"

/* Subscribe to all that the source's files name. */
void maildir_subscriptions_read(const struct source *source, struct deposit *deposit);

#endif
