/* main.c - the program `roost`: which command is meant, and what it says of itself. */
#include <stdio.h>
#include <string.h>

#include <roost/version.h>

#include "options.h"
#include "serve.h"

static const char help[] =
	"roost - an IMAP server\n"
	"\n"
	"usage: roost serve --data DIR [OPTION]...  serve mail; see roost serve --help\n"
	"       roost --help                        this text\n"
	"       roost --version                     the version\n";

static const char serve_help[] =
	"usage: roost serve --data DIR [OPTION]...\n"
	"       roost serve --memory [OPTION]...\n"
	"\n"
	"Serve mail over IMAP until SIGTERM or SIGINT.\n"
	"\n"
	"  --data DIR                 keep mail in this folder, which is made when it is missing\n"
	"  --memory                   keep all mail in memory, until the program ends\n"
	"  --listen ADDR:PORT         listen here; again for more. 127.0.0.1:1143 when nothing\n"
	"                             else is given; [::1]:1143 for IPv6; port 0 takes a free one\n"
	"  --tls-listen ADDR:PORT     listen here with TLS from the first byte\n"
	"  --tls-cert FILE            certificate with its chain, PEM; allows STARTTLS\n"
	"  --tls-key FILE             its key, PEM; without it the key is in the certificate's "
	"file\n"
	"  --user NAME:PASSWORD       someone who may sign in; again for more\n"
	"  --user-file FILE           the same from a file, a NAME:PASSWORD on each line\n"
	"  --import USER/MAILBOX=PATH take mail in before serving: PATH is an mbox file, a "
	"Maildir,\n"
	"                             an .eml file or a folder of them; again for more\n"
	"  --append-limit SIZE        the most octets of one message, for example 25M\n"
	"  --insecure-auth            take passwords without TLS from everywhere, not only from\n"
	"                             this machine\n"
	"  --literal-minus            offer LITERAL- instead of LITERAL+ (RFC 7888)\n"
	"  --log-level LEVEL          error, warning, info (the default) or debug; the log goes "
	"to\n"
	"                             stderr\n"
	"  --loops N                  threads for connections; one per core\n"
	"  --workers N                threads for work on mail; four per core\n"
	"  -h, --help                 this text\n"
	"\n"
	"When it is ready it prints a line for each address: roost: ready on 127.0.0.1:1143 "
	"(imap)\n"
	"\n"
	"Try it:\n"
	"  roost serve --memory --user anna:secret --import anna/INBOX=mail.mbox\n"
	"  curl -s 'imap://127.0.0.1:1143/INBOX;UID=1' -u anna:secret\n";

/* Text that was asked for; the exit status. */
static int say(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? 0 : 1;
}

static int run_serve(int argc, char **argv)
{
	struct options options;
	int status = 2;
	if (options_parse(&options, argc, argv)) {
		status = options.help ? say(serve_help) : serve(&options);
	}
	options_clear(&options);
	return status;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	if (strcmp(command, "serve") == 0) {
		return run_serve(argc - 1, argv + 1);
	}
	if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0 ||
		strcmp(command, "help") == 0) {
		return say(help);
	}
	if (strcmp(command, "--version") == 0) {
		return say("roost " ROOST_VERSION_STRING "\n");
	}
	if (command[0] == '\0') {
		fputs("roost: say what to do: roost serve --data DIR, or roost --help\n", stderr);
	} else {
		fprintf(stderr, "roost: %s is no command of roost; see roost --help\n", command);
	}
	return 2;
}
