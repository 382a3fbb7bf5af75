/* lmtp_command.c - one command line of LMTP, read. */
#include "lmtp_command.h"

#include <string.h>
#include <strings.h>

struct word {
	const char *at;
	size_t size;
};

static bool is_word(struct word word, const char *name)
{
	return word.size == strlen(name) && strncasecmp(word.at, name, word.size) == 0;
}

/* The next word of the line, up to a blank. */
static struct word next_word(const char **at_io, const char *end)
{
	const char *at = *at_io;
	while (at < end && *at == ' ') {
		at++;
	}
	struct word word = { at, 0 };
	while (at < end && *at != ' ') {
		at++;
	}
	word.size = (size_t)(at - word.at);
	*at_io = at;
	return word;
}

/* As many digits as RFC 1870 allows; a number above all limits stays above them. */
static bool read_number(const char *digits, size_t n, uint64_t *number_out)
{
	uint64_t number = 0;
	if (n == 0 || n > 20) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (digits[i] < '0' || digits[i] > '9') {
			return false;
		}
		uint64_t digit = (uint64_t)(digits[i] - '0');
		number = number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : number * 10 + digit;
	}
	*number_out = number;
	return true;
}

static const char *read_lhlo(const char *at, const char *end, struct lmtp_command *command)
{
	struct word name = next_word(&at, end);
	for (size_t i = 0; i < name.size; i++) {
		if (name.at[i] <= ' ' || name.at[i] > '~') {
			return "501 5.5.4 A name in LHLO is ASCII";
		}
	}
	if (name.size == 0 || next_word(&at, end).size > 0) {
		return "501 5.5.4 LHLO needs the client's name";
	}
	command->name = name.at;
	command->name_size = name.size;
	return NULL;
}

static const char *read_mail_parameter(struct word word, struct lmtp_command *command)
{
	if (word.size >= 5 && strncasecmp(word.at, "SIZE=", 5) == 0) {
		return read_number(word.at + 5, word.size - 5, &command->octets)
			       ? NULL
			       : "501 5.5.4 SIZE is a number of octets";
	}
	if (is_word(word, "BODY=7BIT") || is_word(word, "BODY=8BITMIME")) {
		return NULL;
	}
	if (is_word(word, "SMTPUTF8")) {
		command->smtputf8 = true;
		return NULL;
	}
	return "555 5.5.4 MAIL has a parameter that is not offered here";
}

/* "FROM:" or "TO:" and an address, which old clients put a blank before. */
static bool read_path(
	const char **at_io, const char *end, const char *keyword, struct lmtp_command *command)
{
	const char *at = *at_io;
	size_t n = strlen(keyword);
	while (at < end && *at == ' ') {
		at++;
	}
	if ((size_t)(end - at) < n || strncasecmp(at, keyword, n) != 0) {
		return false;
	}
	at += n;
	while (at < end && *at == ' ') {
		at++;
	}
	size_t used = path_read(at, (size_t)(end - at), &command->path);
	at += used;
	*at_io = at;
	return used > 0 && (at == end || *at == ' ');
}

static const char *read_mail(const char *at, const char *end, struct lmtp_command *command)
{
	if (!read_path(&at, end, "FROM:", command)) {
		return "501 5.1.7 The sender is given as MAIL FROM:<user@domain>, or <>";
	}
	struct word word;
	while ((word = next_word(&at, end)).size > 0) {
		const char *wrong = read_mail_parameter(word, command);
		if (wrong != NULL) {
			return wrong;
		}
	}
	return command->path.eight_bit && !command->smtputf8
		       ? "553 5.6.7 An address that is not ASCII needs SMTPUTF8"
		       : NULL;
}

static const char *read_rcpt(const char *at, const char *end, struct lmtp_command *command)
{
	if (!read_path(&at, end, "TO:", command) || command->path.text[0] == '\0') {
		return "501 5.1.3 The recipient is given as RCPT TO:<user@domain>";
	}
	return next_word(&at, end).size > 0 ? "555 5.5.4 RCPT takes no parameters here" : NULL;
}

static const char *read_bdat(const char *at, const char *end, struct lmtp_command *command)
{
	struct word size = next_word(&at, end);
	struct word last = next_word(&at, end);
	command->last = is_word(last, "LAST");
	if (!read_number(size.at, size.size, &command->octets) ||
		(last.size > 0 && !command->last) || next_word(&at, end).size > 0) {
		return "501 5.5.4 BDAT is given as BDAT octets, or BDAT octets LAST";
	}
	return NULL;
}

static const char *read_nothing(const char *at, const char *end, struct lmtp_command *command)
{
	(void)command;
	return next_word(&at, end).size > 0 ? "501 5.5.4 This command stands alone" : NULL;
}

static const char *read_anything(const char *at, const char *end, struct lmtp_command *command)
{
	(void)at;
	(void)end;
	(void)command;
	return NULL;
}

static const struct {
	const char *name;
	enum lmtp_verb verb;
	const char *(*read)(const char *at, const char *end, struct lmtp_command *command);
} rows[] = {
	{ "LHLO", LMTP_LHLO, read_lhlo },
	{ "MAIL", LMTP_MAIL, read_mail },
	{ "RCPT", LMTP_RCPT, read_rcpt },
	{ "DATA", LMTP_DATA, read_nothing },
	{ "BDAT", LMTP_BDAT, read_bdat },
	{ "RSET", LMTP_RSET, read_nothing },
	{ "NOOP", LMTP_NOOP, read_anything },
	{ "VRFY", LMTP_VRFY, read_anything },
	{ "HELP", LMTP_HELP, read_anything },
	{ "QUIT", LMTP_QUIT, read_nothing },
};

const char *lmtp_command_read(const char *line, size_t n, struct lmtp_command *command_out)
{
	const char *at = line;
	struct word name = next_word(&at, line + n);
	command_out->smtputf8 = false;
	command_out->octets = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (name.at == line && is_word(name, rows[i].name)) {
			command_out->verb = rows[i].verb;
			return rows[i].read(at, line + n, command_out);
		}
	}
	if (is_word(name, "EHLO") || is_word(name, "HELO")) {
		return "500 5.5.1 This is LMTP: say LHLO";
	}
	return "500 5.5.1 Not a command of LMTP that is known here";
}
