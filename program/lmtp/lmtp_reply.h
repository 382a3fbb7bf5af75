/* lmtp_reply.h - what a store says, as LMTP says it: RFC 2033 and the status codes of RFC 3463. */
#ifndef PROGRAM_LMTP_REPLY_H
#define PROGRAM_LMTP_REPLY_H

/* One reply, with its CRLF: RFC 5321 section 4.5.3.1.5. */
#define LMTP_REPLY_SIZE 512

/* What becomes of a message, or of a RCPT, by what the store says; `text` may be NULL. What may pass is 4xx, so that the
 * sender's server keeps the message. Without CRLF. */
void lmtp_reply_to_delivery(char reply[LMTP_REPLY_SIZE], int error, const char *text);
/* Why a message could not be taken in. */
const char *lmtp_reply_to_intake(int error);

#endif
