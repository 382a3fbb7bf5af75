/* lmtp_reply.c - what a store says, as LMTP says it. */
#include "lmtp_reply.h"

#include <stdbool.h>
#include <stdio.h>

#include <roost/error.h>

/* Text of a store, made fit for a reply: printable ASCII, and not too long. */
static void make_reply(char reply[LMTP_REPLY_SIZE], const char *status, const char *text)
{
	int n = snprintf(reply, LMTP_REPLY_SIZE - 2, "%s %s", status, text);
	for (int i = 0; i < n && i < LMTP_REPLY_SIZE - 2; i++) {
		bool printable = reply[i] >= ' ' && reply[i] <= '~';
		reply[i] = (char)(printable || reply[i] == '\0' ? reply[i] : '?');
	}
}

void lmtp_reply_to_delivery(char reply[LMTP_REPLY_SIZE], int error, const char *text)
{
	const char *status = "451 4.3.0";
	switch (error) {
	case 0:
		status = "250 2.1.5";
		break;
	case ROOST_ERR_INVALID_CREDENTIALS:
		status = "550 5.1.1";
		text = "There is no such user here";
		break;
	case ROOST_ERR_AUTHORIZATION_FAILED:
		status = "550 5.2.1";
		break;
	case ROOST_ERR_OVER_QUOTA:
		status =
			"452 4.2.2"; /* RFC 3463 section 3.3: it passes when something is deleted */
		break;
	case ROOST_ERR_TOO_BIG:
		status = "552 5.2.3";
		break;
	default:
		break;
	}
	make_reply(reply, status,
		text != NULL ? text : (error == 0 ? "Saved" : roost_error_text(error)));
}

const char *lmtp_reply_to_intake(int error)
{
	return error == ROOST_ERR_TOO_BIG ? "552 5.3.4 The message is too big"
					  : "451 4.3.1 There is no room to take the message in";
}
