/* stats.c - `roost stats`. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "care.h"
#include "common/verb.h"

static const char help[] =
	"usage: roost stats [USER]... [OPTION]...\n"
	"\n"
	"Tell how much mail there is, of each user and in all, or of those named.\n"
	"\n"
	"  --json                     as one JSON object\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"messages   in all mailboxes; octets are theirs\n"
	"shared     messages whose bytes are kept once for several mailboxes\n"
	"files      messages in files of their own; the others are in the database or in packs\n"
	"disk       bytes that the user's folder takes on the disk\n"
	"database   bytes of mail.db, and how many of them are free for new messages\n";

/* What is told of each, in this order. */
static const struct column {
	const char *name;
	size_t offset;
} columns[] = {
	{ "mailboxes", offsetof(struct roost_local_stats, mailboxes) },
	{ "messages", offsetof(struct roost_local_stats, messages) },
	{ "octets", offsetof(struct roost_local_stats, octets) },
	{ "emails", offsetof(struct roost_local_stats, emails) },
	{ "email_octets", offsetof(struct roost_local_stats, email_octets) },
	{ "shared", offsetof(struct roost_local_stats, shared) },
	{ "files", offsetof(struct roost_local_stats, files) },
	{ "disk", offsetof(struct roost_local_stats, disk_bytes) },
	{ "database", offsetof(struct roost_local_stats, database_bytes) },
	{ "database_free", offsetof(struct roost_local_stats, free_bytes) },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static uint64_t *number_of(struct roost_local_stats *stats, size_t column)
{
	return (uint64_t *)((char *)stats + columns[column].offset);
}

static void print_plain(const char *user, struct roost_local_stats *stats)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		printf("%*" PRIu64 " ", i == 0 ? 9 : 13, *number_of(stats, i));
	}
	printf("%s\n", user);
}

static void print_json_text(const char *text)
{
	(void)putchar('"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\') {
			printf("\\%c", c);
		} else if (c < 0x20 || c == 0x7f) {
			printf("\\u%04x", (unsigned)c);
		} else {
			(void)putchar(c);
		}
	}
	(void)putchar('"');
}

static void print_json(struct roost_local_stats *stats)
{
	(void)putchar('{');
	for (size_t i = 0; i < COLUMNS; i++) {
		printf("%s\"%s\": %" PRIu64, i == 0 ? "" : ", ", columns[i].name,
			*number_of(stats, i));
	}
	(void)putchar('}');
}

static int tell_users(struct care *care, bool json)
{
	struct roost_local_stats total = { .size = sizeof(total) };
	bool good = true, first = true;
	if (json) {
		printf("{\"users\": {");
	} else {
		for (size_t i = 0; i < COLUMNS; i++) {
			printf("%*s ", i == 0 ? 9 : 13, columns[i].name);
		}
		printf("user\n");
	}
	for (size_t i = 0; i < care->user_count; i++) {
		struct roost_local_stats stats = { .size = sizeof(stats) };
		care_turn_to(care, care->users[i]);
		int r = roost_local_stats(care->backend, care->call, care->user, &stats);
		if (r < 0) {
			good &= care_tell_failure(care, r);
			continue;
		}
		for (size_t k = 0; k < COLUMNS; k++) {
			*number_of(&total, k) += *number_of(&stats, k);
		}
		if (json) {
			printf("%s", first ? "" : ", ");
			print_json_text(care->user);
			printf(": ");
			print_json(&stats);
		} else {
			print_plain(care->user, &stats);
		}
		first = false;
	}
	if (json) {
		printf("}, \"total\": ");
		print_json(&total);
		printf("}\n");
	} else if (care->user_count != 1) {
		char name[32];
		(void)snprintf(name, sizeof(name), "(%zu users)", care->user_count - care->gone);
		print_plain(name, &total);
	}
	return good && fflush(stdout) == 0 ? VERB_GOOD : VERB_TROUBLE;
}

static int run(int argc, char **argv)
{
	enum { JSON = PLACE_NEXT };
	static const struct option options[] = {
		PLACE_OPTIONS,
		{ "json", no_argument, NULL, JSON },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct care care = { .users = NULL };
	bool json = false;
	int option = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h') {
			return verb_say(help);
		}
		if (option == JSON) {
			json = true;
		} else if (!place_take(&care.place, option, optarg)) {
			return verb_refuse_option("stats", option, argv);
		}
	}
	int status = VERB_WRONG_USE;
	if (care_begin(&care, "counting", "messages")) {
		status = care_take_users(&care, argv + optind, argc - optind)
				 ? tell_users(&care, json)
				 : VERB_TROUBLE;
	}
	care_end(&care);
	return status;
}

const struct verb stats_verb = {
	.name = "stats",
	.usage = "stats [USER]... [OPTION]...",
	.summary = "tell how much mail there is",
	.run = run,
};
