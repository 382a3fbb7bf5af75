/* settings.h - what can be configured: the one table from which the keys of roost.conf, the options of
 * `roost serve`, their help and their documentation come.
 *
 * To add one: a member of struct settings, and a row in settings_table.c. */
#ifndef PROGRAM_SETTINGS_H
#define PROGRAM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value looks like, and the type of the member that holds it. */
enum setting_type {
	SETTING_BOOL, /* yes or no; bool */
	SETTING_NUMBER, /* uint64_t */
	SETTING_SIZE, /* octets, "25M"; uint64_t */
	SETTING_DURATION, /* "30s", "500ms"; uint64_t, milliseconds */
	SETTING_CHOICE, /* one of a few words; unsigned, the index of the word */
	SETTING_TEXT, /* char *; NULL when it is empty */
	SETTING_PATH, /* as text */
	SETTING_LIST, /* words; in the file between blanks or on indented lines, on the command line an
			 option for each; struct words */
};

struct words {
	char **list;
	size_t count;
};

/* A row of the table. */
struct setting {
	const char *section; /* of roost.conf; NULL: only on the command line */
	const char *key; /* the name of the option too, if there is no `flag` */
	const char *flag; /* the option's name without dashes, where it is another */
	enum setting_type type;
	size_t offset; /* of the member in struct settings */
	const char *form; /* of the value, for help: "DIR" */
	const char *fallback; /* the default, as text; "" for none */
	const char *help; /* a sentence or two */
	uint64_t least, most; /* of numbers, sizes and durations. With `least` 0, "none" is 0 */
	const char *const *choices; /* up to a NULL */
	bool (*check)(const char *word); /* of texts, paths, and each word of a list; may be NULL */
	const char
		*example; /* for who gave a wrong word: "ADDR:PORT, for example 127.0.0.1:1143" */
	bool reload; /* changes when the program is told to reload; others need a restart */
};

enum setting_source { SETTING_DEFAULT, SETTING_FILE, SETTING_FLAG };

enum accounts_source { ACCOUNTS_FILES, ACCOUNTS_PAM };

#define SETTINGS_MAX 96 /* rows */

/* All that is configured. */
struct settings {
	/* mail */
	char *data;
	bool memory;
	uint64_t quota;
	bool no_text_index;
	uint64_t background_delay;
	uint64_t pack_size;
	/* network */
	struct words listen;
	struct words tls_listen;
	struct words lmtp_listen;
	bool lmtp_insecure;
	bool insecure_auth;
	bool literal_minus;
	bool no_unauthenticate;
	/* tls */
	char *tls_cert;
	char *tls_key;
	/* accounts */
	unsigned accounts; /* enum accounts_source */
	struct words users;
	struct words user_files;
	uint64_t sign_in_tries;
	uint64_t sign_in_timeout;
	uint64_t sign_in_cache;
	uint64_t failure_delay;
	uint64_t failures_per_address;
	uint64_t failures_per_user;
	uint64_t lockout;
	bool spare_loopback;
	char *pam_folder;
	/* limits */
	uint64_t append_limit;
	uint64_t message_limit;
	uint64_t save_limit;
	uint64_t contexts;
	uint64_t context_entries;
	uint64_t connections;
	uint64_t connections_per_address;
	uint64_t idle_timeout;
	uint64_t bad_commands;
	uint64_t line_limit;
	uint64_t literal_limit;
	uint64_t spool_memory;
	uint64_t output_buffer;
	uint64_t command_memory;
	/* log */
	unsigned log_level; /* enum roost_log_level */
	uint64_t slow_command;
	struct words trace_users;
	/* process */
	char *user;
	char *group;
	uint64_t loops;
	uint64_t workers;
	/* only on the command line */
	struct words imports;

	struct {
		enum setting_source source;
		unsigned line; /* of the file */
	} origins[SETTINGS_MAX]; /* in the order of the table */
};

/* The table, in the order in which it is shown; rows of one section stand together. */
extern const struct setting settings_table[];
extern const size_t settings_count;

#define SETTINGS_REASON 256

/* The defaults. False: out of memory, which stderr is told of. */
bool settings_init(struct settings *settings);
void settings_clear(struct settings *settings);

/* The row of a key in its section, or of an option; NULL when there is none. */
const struct setting *settings_find(const char *section, const char *key);
const char *settings_flag(const struct setting *setting);
/* The value of a row. */
void *settings_value(struct settings *settings, const struct setting *setting);
const void *settings_value_of(const struct settings *settings, const struct setting *setting);

/* Where the value of a row comes from, and the line of the file. */
enum setting_source settings_source(
	const struct settings *settings, const struct setting *setting, unsigned *line_out);

/* Set a row from text. What the command line said wins over the file, but the text is checked all the
 * same. A list grows by what comes from the same source, else it begins anew. On failure `reason` ends
 * a sentence that begins with the name ("is a size, for example 25M, not x"), and false is returned. */
bool settings_set(struct settings *settings, const struct setting *setting, const char *text,
	enum setting_source source, unsigned line, char reason[SETTINGS_REASON]);

/* When all is set: fill in what depends on each other, and find what does not go together. `dashes` is "--" when
 * the reader thinks of the command line, else "". On failure `reason` is a whole sentence. */
bool settings_settle(struct settings *settings, const char *dashes, char reason[SETTINGS_REASON]);

#endif
