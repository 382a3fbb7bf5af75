/* error.h - the error codes that ops and library functions return, and what each says to a client.
 *
 * Functions return 0 (or a non-negative result) on success and one of these on failure. An op
 * should also give roost_call_fail() a text for a person; without one the client sees
 * roost_error_text(). */
#ifndef ROOST_ERROR_H
#define ROOST_ERROR_H

#include <roost/version.h>

ROOST_BEGIN_DECLS

/* What a deliver callback returns to be given nothing more: no error. The op then returns 0. */
#define ROOST_STOP 1

/* What the login op returns when roost_call_begin_hard_work() said so: no error; it is called
 * again. */
#define ROOST_LATER 2

enum roost_error {
	ROOST_OK = 0,
	ROOST_ERR_NO_MEMORY = -1, /* NO [UNAVAILABLE] */
	ROOST_ERR_IO = -2, /* a disk or a peer failed: NO [UNAVAILABLE] (RFC 5530) */
	ROOST_ERR_INVALID = -3, /* an argument makes no sense: NO [CLIENTBUG] */
	ROOST_ERR_NO_SUCH_MAILBOX = -4, /* NO [NONEXISTENT]; [TRYCREATE] for APPEND, COPY, MOVE */
	ROOST_ERR_MAILBOX_EXISTS = -5, /* NO [ALREADYEXISTS] */
	ROOST_ERR_INVALID_CREDENTIALS = -6, /* NO [AUTHENTICATIONFAILED] */
	ROOST_ERR_AUTHORIZATION_FAILED = -7, /* signed in, but not allowed to act for that user:
						NO [AUTHORIZATIONFAILED] */
	ROOST_ERR_EXPIRED = -8, /* the password or token is too old: NO [EXPIRED] */
	ROOST_ERR_PRIVACY_REQUIRED = -9, /* not without TLS: NO [PRIVACYREQUIRED] */
	ROOST_ERR_TOO_BIG = -10, /* over an append limit: NO [TOOBIG] (RFC 7889) */
	ROOST_ERR_OVER_QUOTA = -11, /* NO [OVERQUOTA] */
	ROOST_ERR_NO_PERMISSION = -12, /* NO [NOPERM] */
	ROOST_ERR_READ_ONLY = -13, /* the mailbox or the store is read-only: NO [NOPERM]; never
				      [READ-ONLY], which RFC 3501 keeps for SELECT */
	ROOST_ERR_LIMIT = -14, /* a limit of the store, too many keywords for one: NO [LIMIT] */
	ROOST_ERR_IN_USE = -15, /* locked by another: NO [INUSE] */
	ROOST_ERR_CANNOT = -16, /* can never be done, a name that is not allowed: NO [CANNOT] */
	ROOST_ERR_UNAVAILABLE = -17, /* a part of the store is down: NO [UNAVAILABLE] */
	ROOST_ERR_CORRUPT = -18, /* NO [CORRUPTION] */
	ROOST_ERR_NOT_SUPPORTED = -19, /* this backend does not do that: NO [CANNOT] */
	ROOST_ERR_CANCELLED = -20, /* roost_call_cancelled() was true: NO [UNAVAILABLE] */
	ROOST_ERR_EXPUNGED = -21, /* the message is gone: NO [EXPUNGEISSUED] */
	ROOST_ERR_HAS_CHILDREN = -22, /* NO [HASCHILDREN] (RFC 9051) */
	ROOST_ERR_UNKNOWN_CHARSET = -23, /* NO [BADCHARSET] */
	ROOST_ERR_WOULD_BLOCK = -24, /* of an op that may not wait, see roost_call_may_wait(): it is
					called again where it may */
};

/* The code's name, "ROOST_ERR_TOO_BIG"; for a number that is no code, "ROOST_ERR_?". Static. */
ROOST_API const char *roost_error_name(int error);

/* A sentence for a person, "The message is too big". Static, never NULL. */
ROOST_API const char *roost_error_text(int error);

/* The response code that goes with the tagged NO, without brackets: "TOOBIG"; NULL when there is
 * none. Static. RFC 3501 section 7.1, RFC 5530, RFC 7889. */
ROOST_API const char *roost_error_response_code(int error);

ROOST_END_DECLS

#endif
