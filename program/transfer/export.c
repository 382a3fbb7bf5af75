/* export.c - `roost export`. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/verb.h"
#include "config/place.h"
#include "exporter.h"
#include "interrupt.h"
#include "owner.h"
#include "store/mail_store.h"

static const char help[] =
	"usage: roost export USER PATH [OPTION]...\n"
	"\n"
	"Write a user's mail into a folder, which other programs can read, and roost import: it "
	"brings\n"
	"all of it back as it was. A second run adds what is new to what the first one wrote, and\n"
	"takes nothing away; files of the format mbox are written anew.\n"
	"\n"
	"  --format FORMAT            maildir (the default, with Maildir++ folders), mbox (a file\n"
	"                             for each mailbox) or eml (a folder for each mailbox)\n"
	"  --only PATTERN             only mailboxes with such a name: * stands for anything,\n"
	"                             % for anything without a /; again for more\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when all was written, with 1 when something was not, which it names, and "
	"with\n"
	"2 when it was called wrongly.\n"
	"\n"
	"Try it:\n"
	"  roost export anna /backup/anna --data /var/lib/roost\n";

enum { OPTION_FORMAT = PLACE_NEXT, OPTION_ONLY };

static const struct option long_options[] = {
	PLACE_OPTIONS,
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct export
{
	struct place place;
	const char *user;
	char *path; /* without slashes at the end */
	const struct writer_ops *format;
	const char **only; /* room for all arguments */
	size_t only_count;
	bool help;
};

static bool take(struct export *export, int option)
{
	switch (option) {
	case 'h':
		export->help = true;
		return true;
	case OPTION_FORMAT:
		export->format = writer_find(optarg);
		return export->format != NULL ||
		       verb_refuse("--format is maildir, mbox or eml, not %s", optarg) == 0;
	case OPTION_ONLY:
		export->only[export->only_count++] = optarg;
		return true;
	default:
		return place_take(&export->place, option, optarg);
	}
}

static bool parse(struct export *export, int argc, char **argv)
{
	int option = 0;
	opterr = 0;
	optind = 1;
	/* The colon in front: a missing argument is told from an unknown option. */
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':' || option == '?') {
			(void)verb_refuse_option("export", option, argv);
			return false;
		}
		if (!take(export, option)) {
			return false;
		}
		if (export->help) {
			return true;
		}
	}
	if (argc - optind != 2 || argv[optind + 1][0] == '\0') {
		(void)verb_refuse("say whose mail it is and where it goes: roost export USER PATH; "
				  "see roost export --help");
		return false;
	}
	export->user = argv[optind];
	export->path = argv[optind + 1];
	for (size_t n = strlen(export->path); n > 1 && export->path[n - 1] == '/'; n--) {
		export->path[n - 1] = '\0';
	}
	return place_find(&export->place);
}

static int tell(const struct exporter_sum *sum)
{
	fprintf(stderr, "roost: exported: %" PRIu64 ", exported before: %" PRIu64, sum->written,
		sum->known);
	if (sum->failed > 0) {
		fprintf(stderr, ", not exported: %" PRIu64, sum->failed);
	}
	fputc('\n', stderr);
	if (sum->stopped) {
		fputs("roost: this is not all; the same command goes on where it ended\n", stderr);
	}
	return sum->stopped || sum->failed > 0 ? VERB_TROUBLE : VERB_GOOD;
}

static int run(const struct export *export)
{
	struct roost_backend *backend = NULL;
	struct exporter_sum sum;
	char *user = owner_find(export->place.data, export->user, false);
	if (user == NULL) {
		return VERB_WRONG_USE;
	}
	const struct exporter_options options = {
		.user = user,
		.path = export->path,
		.format = export->format,
		.only = export->only,
		.only_count = export->only_count,
		.stop = interrupt_catch(),
	};
	int status = VERB_TROUBLE;
	if (mail_store_open(export->place.data, &backend)) {
		exporter_run(backend, &options, &sum);
		status = tell(&sum);
	}
	roost_backend_destroy(backend);
	free(user);
	return status;
}

static int run_export(int argc, char **argv)
{
	struct export export = {
		.only = calloc((size_t)argc, sizeof(char *)),
		.format = &maildir_writer_ops,
	};
	int status = VERB_WRONG_USE;
	if (export.only == NULL) {
		status = VERB_TROUBLE;
	} else if (parse(&export, argc, argv)) {
		status = export.help ? verb_say(help) : run(&export);
	}
	free(export.only);
	return status;
}

const struct verb export_verb = {
	.name = "export",
	.usage = "export USER PATH [OPTION]...",
	.summary = "write mail into a folder",
	.run = run_export,
};
