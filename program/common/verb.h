/* verb.h - the verbs of the program: what `roost NAME …` runs. */
#ifndef PROGRAM_VERB_H
#define PROGRAM_VERB_H

/* What the program ends with. */
enum verb_status {
	VERB_GOOD = 0,
	VERB_TROUBLE = 1, /* it could not be done, or not all of it */
	VERB_WRONG_USE = 2, /* the command line or the configuration is wrong: nothing was done */
};

struct verb {
	const char *name;
	const char *usage; /* for `roost --help`: "user add|passwd|del|list|show" */
	const char *summary; /* in a few words */

	/* Run it with its arguments; argv[0] is the verb. An enum verb_status. It answers --help
	 * itself, and tells errors in one line on stderr that says what to do. */
	int (*run)(int argc, char **argv);
};

/* Each is defined beside what it does, and listed in main.c. */
extern const struct verb backup_verb;
extern const struct verb check_verb;
extern const struct verb config_verb;
extern const struct verb deliver_verb;
extern const struct verb export_verb;
extern const struct verb import_verb;
extern const struct verb restore_verb;
extern const struct verb serve_verb;
extern const struct verb stats_verb;
extern const struct verb user_verb;

/* Text that was asked for, on stdout: an enum verb_status. */
int verb_say(const char *text);
/* One line on stderr, "roost: …": VERB_WRONG_USE. */
__attribute__((format(printf, 1, 2))) int verb_refuse(const char *format, ...);
/* The option that getopt_long() has answered with '?' or ':' (opterr is 0, a colon stands in front, and
 * long options of their own begin at 256): VERB_WRONG_USE. */
int verb_refuse_option(const char *verb, int answer, char *const *argv);

#endif
