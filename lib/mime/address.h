/* address.h - the addresses of From, To and their kin. RFC 5322 sections 3.4 and 4.4. */
#ifndef MIME_ADDRESS_H
#define MIME_ADDRESS_H

#include <roost/outline.h>

/* Read a list of addresses (unfolded) leniently and give each as ENVELOPE has it: see struct
 * roost_address. An address without a domain has an empty host, one that is only a name an empty
 * mailbox too: a host that is absent is a group's (RFC 3501 section 7.4.2). What cannot be made
 * sense of does not keep the others from being told. The texts live until `deliver` returns.
 * 0, ROOST_ERR_NO_MEMORY. */
int address_parse(struct roost_text value,
	void (*deliver)(void *context, const struct roost_address *address), void *context);

#endif
