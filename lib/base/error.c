/* error.c - what each error code is called and what a client is told. */
#include <roost/error.h>

#include <stddef.h>

struct description {
	const char *name;
	const char *text;
	const char *response_code; /* RFC 3501 section 7.1, RFC 5530, RFC 7889, RFC 9051 */
};

#define DESCRIBE(code, text, response_code) \
	[-ROOST_ERR_##code] = { "ROOST_ERR_" #code, text, response_code }

static const struct description descriptions[] = {
	[0] = { "ROOST_OK", "Done", NULL },
	DESCRIBE(NO_MEMORY, "Out of memory", "UNAVAILABLE"),
	DESCRIBE(IO, "The mail store could not be read or written", "UNAVAILABLE"),
	DESCRIBE(INVALID, "That makes no sense", "CLIENTBUG"),
	DESCRIBE(NO_SUCH_MAILBOX, "There is no such mailbox", "NONEXISTENT"),
	DESCRIBE(MAILBOX_EXISTS, "There is such a mailbox already", "ALREADYEXISTS"),
	DESCRIBE(INVALID_CREDENTIALS, "Wrong user name or password", "AUTHENTICATIONFAILED"),
	DESCRIBE(AUTHORIZATION_FAILED, "Not allowed to act for that user", "AUTHORIZATIONFAILED"),
	DESCRIBE(EXPIRED, "The password has expired", "EXPIRED"),
	DESCRIBE(PRIVACY_REQUIRED, "Sign in over TLS only", "PRIVACYREQUIRED"),
	DESCRIBE(TOO_BIG, "The message is too big", "TOOBIG"),
	DESCRIBE(OVER_QUOTA, "The quota is used up", "OVERQUOTA"),
	DESCRIBE(NO_PERMISSION, "Permission denied", "NOPERM"),
	DESCRIBE(READ_ONLY, "The mailbox is read-only", "NOPERM"),
	DESCRIBE(LIMIT, "A limit has been reached", "LIMIT"),
	DESCRIBE(IN_USE, "The mailbox is in use", "INUSE"),
	DESCRIBE(CANNOT, "That cannot be done", "CANNOT"),
	DESCRIBE(UNAVAILABLE, "The mail store is not available, try again later", "UNAVAILABLE"),
	DESCRIBE(CORRUPT, "The data is damaged", "CORRUPTION"),
	DESCRIBE(NOT_SUPPORTED, "This mail store cannot do that", "CANNOT"),
	DESCRIBE(CANCELLED, "Given up", "UNAVAILABLE"),
	DESCRIBE(EXPUNGED, "Some messages have been expunged", "EXPUNGEISSUED"),
	DESCRIBE(HAS_CHILDREN, "The mailbox has children", "HASCHILDREN"),
	DESCRIBE(UNKNOWN_CHARSET, "The charset is not known", "BADCHARSET"),
	DESCRIBE(WOULD_BLOCK, "The mail store is busy, try again later", "UNAVAILABLE"),
};

static const struct description *find(int error)
{
	size_t index = error > 0 ? 0 : (size_t) - (long)error;

	if (error > 0 || index >= sizeof(descriptions) / sizeof(descriptions[0])) {
		return NULL;
	}
	return &descriptions[index];
}

const char *roost_error_name(int error)
{
	const struct description *description = find(error);

	return description == NULL ? "ROOST_ERR_?" : description->name;
}

const char *roost_error_text(int error)
{
	const struct description *description = find(error);

	return description == NULL ? "Something went wrong" : description->text;
}

const char *roost_error_response_code(int error)
{
	const struct description *description = find(error);

	return description == NULL ? NULL : description->response_code;
}
