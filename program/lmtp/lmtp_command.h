/* lmtp_command.h - one command line of LMTP (RFC 2033, RFC 5321), read. */
#ifndef PROGRAM_LMTP_COMMAND_H
#define PROGRAM_LMTP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "path.h"

enum lmtp_verb {
	LMTP_LHLO,
	LMTP_MAIL,
	LMTP_RCPT,
	LMTP_DATA,
	LMTP_BDAT,
	LMTP_RSET,
	LMTP_NOOP,
	LMTP_VRFY,
	LMTP_HELP,
	LMTP_QUIT,
};

struct lmtp_command {
	enum lmtp_verb verb;
	struct path path; /* MAIL, RCPT */
	const char *name; /* LHLO: who the client says it is; not NUL-terminated, in the line */
	size_t name_size;
	bool smtputf8; /* MAIL: RFC 6531 */
	uint64_t octets; /* MAIL: SIZE (RFC 1870), 0 when it is not given; BDAT: of the chunk */
	bool last; /* BDAT */
};

/* Read a line of `n` bytes, without its CRLF. NULL, or the reply that says what is wrong with it:
 * "501 5.5.4 …", static. */
const char *lmtp_command_read(const char *line, size_t n, struct lmtp_command *command_out);

#endif
