/* show.c - settings written for people, and the verb `config`. */
#include "show.h"

#include <getopt.h>
#include <string.h>

#include "common/verb.h"
#include "file.h"
#include "value.h"

#define WIDTH 90

static const char help[] =
	"usage: roost config show [--config FILE]\n"
	"       roost config check [FILE]\n"
	"       roost config manual [--options]\n"
	"\n"
	"show prints all keys with their values, or else their defaults, and what they are for; it "
	"is\n"
	"a valid configuration. check tells what is wrong in a file. manual prints the keys for "
	"the\n"
	"manual page roost.conf(5), in scdoc.\n"
	"\n"
	"  --config FILE              the configuration; else the usual one, if it is there\n"
	"  --options                  for manual: the options of roost serve, for roost-serve(1)\n"
	"  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when the configuration is good, and with 2 otherwise. Every key is also "
	"an\n"
	"option of roost serve, which tells more of each with --help.\n";

static void write_comment(FILE *out, const char *text)
{
	size_t column = 0;
	for (; *text != '\0'; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");
		if (column == 0 || column + 1 + n > WIDTH) {
			fputs(column == 0 ? "#" : "\n#", out);
			column = 1;
		}
		fprintf(out, " %.*s", (int)n, text);
		column += n + 1;
		text += n;
	}
	fputc('\n', out);
}

static void write_key(FILE *out, const struct settings *settings, const struct setting *setting)
{
	unsigned line = 0;
	fputc('\n', out);
	write_comment(out, setting->help);
	if (setting->flag != NULL) {
		fprintf(out, "# The option is --%s.\n", setting->flag);
	}
	if (settings_source(settings, setting, &line) == SETTING_DEFAULT) {
		fprintf(out, "#%s =%s%s\n", setting->key, setting->fallback[0] != '\0' ? " " : "",
			setting->fallback);
		return;
	}
	fprintf(out, "%s = ", setting->key);
	value_write(out, setting, settings_value_of(settings, setting));
	fputc('\n', out);
}

void show_settings(FILE *out, const struct settings *settings)
{
	const char *section = "";
	fputs("# The configuration of roost. Each key is also an option of roost serve, which "
	      "wins:\n"
	      "# --KEY, if nothing else is said. Keys that are commented out show the defaults.\n"
	      "# A list may go on in the next lines, if they are indented.\n",
		out);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section == NULL) {
			continue;
		}
		if (strcmp(setting->section, section) != 0) {
			section = setting->section;
			fprintf(out, "\n[%s]\n", section);
		}
		write_key(out, settings, setting);
	}
}

/* Text in which scdoc finds nothing to format. */
static void write_plain(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\[]|#`<>", *text) != NULL) {
			fputc('\\', out);
		}
		fputc(*text, out);
	}
}

/* A row as a key of the file, or as an option. */
static void write_manual(FILE *out, const struct setting *setting, bool options)
{
	bool flag = options && setting->type == SETTING_BOOL;
	if (options) {
		fprintf(out, "*--%s*", settings_flag(setting));
	} else {
		fprintf(out, "*%s* =", setting->key);
	}
	if (!flag) {
		fputs(" _", out);
		write_plain(out, setting->form != NULL ? setting->form : "yes|no");
		fputs("_", out);
	}
	fputs("\n\t", out);
	write_plain(out, setting->help);
	if (setting->fallback[0] != '\0' && !flag) {
		fputs(" Default: ", out);
		write_plain(out, setting->fallback);
		fputc('.', out);
	}
	fputs(setting->reload && !options ? " Read again at SIGHUP.\n\n" : "\n\n", out);
}

void show_manual(FILE *out, bool options)
{
	const char *section = "";
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section == NULL && !options) {
			continue;
		}
		if (setting->section != NULL && strcmp(setting->section, section) != 0) {
			section = setting->section;
			fprintf(out, "%s## %s%s%s\n\n", i == 0 ? "" : "\n", options ? "" : "[",
				section, options ? "" : "]");
		}
		write_manual(out, setting, options);
	}
}

/* Read the file, if there is one. */
static bool load(struct settings *settings, const char *path)
{
	return settings_init(settings) &&
	       (path == NULL || config_file_read(settings, path, config_file_say, NULL));
}

static int show(const char *path)
{
	struct settings settings;
	int status = VERB_WRONG_USE;
	if (load(&settings, config_file_choose(path))) {
		show_settings(stdout, &settings);
		status = verb_say("");
	}
	settings_clear(&settings);
	return status;
}

static int check(const char *path)
{
	struct settings settings;
	char reason[SETTINGS_REASON];
	int status = VERB_WRONG_USE;
	path = config_file_choose(path);
	if (path == NULL) {
		return verb_refuse("there is no %s; name the file to check", config_file_usual());
	}
	if (load(&settings, path)) {
		status = VERB_GOOD;
		if (!settings_settle(&settings, "", reason)) {
			status = verb_refuse("%s: %s", path, reason);
		}
	}
	settings_clear(&settings);
	return status == VERB_GOOD ? verb_say("The configuration is good\n") : status;
}

static int run_config(int argc, char **argv)
{
	enum { OPTION_CONFIG = 256, OPTION_OPTIONS };
	static const struct option options[] = {
		{ "config", required_argument, NULL, OPTION_CONFIG },
		{ "options", no_argument, NULL, OPTION_OPTIONS },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;
	bool manual_options = false;
	int option = 0;
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case OPTION_OPTIONS:
			manual_options = true;
			break;
		case 'h':
			return verb_say(help);
		case OPTION_CONFIG:
			path = optarg;
			break;
		default:
			return verb_refuse_option("config", option, argv);
		}
	}
	const char *what = optind < argc ? argv[optind] : "";
	int left = argc - optind - 1;
	if (strcmp(what, "show") == 0 && left == 0) {
		return show(path);
	}
	if (strcmp(what, "check") == 0 && left <= 1 && (left == 0 || path == NULL)) {
		return check(left == 1 ? argv[optind + 1] : path);
	}
	if (strcmp(what, "manual") == 0 && left == 0) {
		show_manual(stdout, manual_options);
		return verb_say("");
	}
	return verb_refuse("say roost config show, or roost config check FILE; see roost config "
			   "--help");
}

const struct verb config_verb = {
	.name = "config",
	.usage = "config show|check [FILE]",
	.summary = "the configuration: all keys, or what is wrong",
	.run = run_config,
};
