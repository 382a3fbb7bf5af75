/* place.h - where the mail is: what every verb that works on a store takes, --config and --data. */
#ifndef PROGRAM_PLACE_H
#define PROGRAM_PLACE_H

#include <getopt.h>
#include <stdbool.h>

/* The store of a command line. */
struct place {
	const char *config; /* the configuration file; NULL: the usual one, if there is one */
	const char *data; /* the folder of the store; NULL: as the configuration says */
	char data_found[4096]; /* there */
};

/* What getopt_long() returns for them; a verb's own long options begin at PLACE_NEXT. */
enum { PLACE_CONFIG = 256, PLACE_DATA, PLACE_NEXT };

/* Rows of a verb's table of long options. */
/* clang-format off */
#define PLACE_OPTIONS \
	{ "config", required_argument, NULL, PLACE_CONFIG }, \
	{ "data", required_argument, NULL, PLACE_DATA }
/* clang-format on */

/* Lines of a verb's help. */
#define PLACE_HELP \
	"  --data DIR                 the folder of the store\n" \
	"  --config FILE              where the configuration is, which names that folder too\n"

/* Take the option with its value (optarg, which must live on); false: it is none of these. */
bool place_take(struct place *place, int option, const char *value);

/* Find out what was not given, and read the configuration for it. When that is wrong, or no folder is known, says on
 * stderr what to do and returns false. */
bool place_find(struct place *place);

#endif
