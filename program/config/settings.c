/* settings.c - what can be configured: the table, and the values that are set. */
#include "settings.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "value.h"

#define AT(member) offsetof(struct settings, member)
#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define SECOND UINT64_C(1000)
#define DAY (86400 * SECOND)

static const char *const accounts_names[] = { "files", "pam", NULL };
static const char *const level_names[] = { "error", "warning", "info", "debug", NULL };

const struct setting settings_table[] = {
	{ .section = "mail",
		.key = "data",
		.type = SETTING_PATH,
		.offset = AT(data),
		.form = "DIR",
		.fallback = "",
		.help = "Keep mail in this folder, which is made when it is missing." },
	{ .section = "mail",
		.key = "memory",
		.type = SETTING_BOOL,
		.offset = AT(memory),
		.fallback = "no",
		.help = "Keep all mail in memory, until the program ends." },
	{ .section = "mail",
		.key = "quota",
		.type = SETTING_SIZE,
		.offset = AT(quota),
		.form = "SIZE",
		.fallback = "none",
		.help = "The most octets of all messages of one user." },
	{ .section = "mail",
		.key = "no-text-index",
		.type = SETTING_BOOL,
		.offset = AT(no_text_index),
		.fallback = "no",
		.help = "Neither make nor use the index of texts, search.db, which saves room: "
			"searches for text look at every message." },
	{ .section = "mail",
		.key = "background-delay",
		.type = SETTING_DURATION,
		.offset = AT(background_delay),
		.form = "TIME",
		.fallback = "2s",
		.help = "How long after mail has come what can wait is done: messages move into "
			"packs, and the index of texts grows.",
		.least = 1,
		.most = DAY },
	{ .section = "mail",
		.key = "pack-size",
		.type = SETTING_SIZE,
		.offset = AT(pack_size),
		.form = "SIZE",
		.fallback = "64M",
		.help = "A pack, which is a file of many messages, gets no more when it has so "
			"many octets.",
		.least = 64 * KIB,
		.most = 64 * MIB },
	{ .key = "import",
		.type = SETTING_LIST,
		.offset = AT(imports),
		.form = "USER/MAILBOX=PATH",
		.fallback = "",
		.help = "Take mail in before serving: PATH is an mbox file, a Maildir, an .eml "
			"file or a folder of them; again for more." },

	{ .section = "network",
		.key = "listen",
		.type = SETTING_LIST,
		.offset = AT(listen),
		.form = "ADDR:PORT",
		.fallback = "127.0.0.1:1143",
		.help = "Listen here for IMAP; several may be given. [::1]:1143 is IPv6; port 0 "
			"takes a free one. The default holds only while no other address is given.",
		.check = address_is_tcp,
		.example = ADDRESS_TCP_EXAMPLE },
	{ .section = "network",
		.key = "tls-listen",
		.type = SETTING_LIST,
		.offset = AT(tls_listen),
		.form = "ADDR:PORT",
		.fallback = "",
		.help = "Listen here for IMAP with TLS from the first byte; several may be given.",
		.check = address_is_tcp,
		.example = ADDRESS_TCP_EXAMPLE },
	{ .section = "network",
		.key = "lmtp-listen",
		.type = SETTING_LIST,
		.offset = AT(lmtp_listen),
		.form = "ADDR",
		.fallback = "",
		.help = "Take mail in over LMTP here: ADDR:PORT, or unix:/PATH for a socket in the "
			"file system; several may be given.",
		.check = address_is_any,
		.example = ADDRESS_ANY_EXAMPLE },
	{ .section = "network",
		.key = "lmtp-insecure",
		.type = SETTING_BOOL,
		.offset = AT(lmtp_insecure),
		.fallback = "no",
		.help = "Let lmtp-listen name addresses that others than this machine reach: they "
			"can send mail to every user, for LMTP has no sign-in." },
	{ .section = "network",
		.key = "insecure-auth",
		.type = SETTING_BOOL,
		.offset = AT(insecure_auth),
		.fallback = "no",
		.help = "Take passwords without TLS from everywhere, not only from this machine." },
	{ .section = "network",
		.key = "literal-minus",
		.type = SETTING_BOOL,
		.offset = AT(literal_minus),
		.fallback = "no",
		.help = "Offer LITERAL- instead of LITERAL+ (RFC 7888)." },
	{ .section = "network",
		.key = "no-unauthenticate",
		.type = SETTING_BOOL,
		.offset = AT(no_unauthenticate),
		.fallback = "no",
		.help = "Do not offer UNAUTHENTICATE (RFC 8437): for a server behind a proxy that "
			"looks at the first sign-in of a connection only." },

	{ .section = "tls",
		.key = "tls-cert",
		.type = SETTING_PATH,
		.offset = AT(tls_cert),
		.form = "FILE",
		.fallback = "",
		.help = "The certificate with its chain, PEM; allows STARTTLS.",
		.reload = true },
	{ .section = "tls",
		.key = "tls-key",
		.type = SETTING_PATH,
		.offset = AT(tls_key),
		.form = "FILE",
		.fallback = "",
		.help = "Its key, PEM; without it the key is in the certificate's file.",
		.reload = true },

	{ .section = "accounts",
		.key = "accounts",
		.type = SETTING_CHOICE,
		.offset = AT(accounts),
		.form = "WHERE",
		.fallback = "files",
		.help = "Who may sign in: files, the users of roost user; pam, those that PAM's "
			"service roost knows.",
		.choices = accounts_names },
	{ .section = "accounts",
		.key = "user-file",
		.type = SETTING_LIST,
		.offset = AT(user_files),
		.form = "FILE",
		.fallback = "",
		.help = "More who may sign in, a NAME:PASSWORD on each line, or the password's "
			"hash; several may be given." },
	{ .key = "user",
		.type = SETTING_LIST,
		.offset = AT(users),
		.form = "NAME:PASSWORD",
		.fallback = "",
		.help = "Someone who may sign in; again for more." },
	{ .section = "accounts",
		.key = "sign-in-tries",
		.type = SETTING_NUMBER,
		.offset = AT(sign_in_tries),
		.form = "N",
		.fallback = "5",
		.help = "Failed sign-ins before a connection is closed.",
		.least = 1,
		.most = UINT_MAX,
		.reload = true },
	{ .section = "accounts",
		.key = "sign-in-timeout",
		.type = SETTING_DURATION,
		.offset = AT(sign_in_timeout),
		.form = "TIME",
		.fallback = "1m",
		.help = "How long a client may be silent before it has signed in.",
		.least = SECOND,
		.most = DAY,
		.reload = true },
	{ .section = "accounts",
		.key = "sign-in-cache",
		.type = SETTING_DURATION,
		.offset = AT(sign_in_cache),
		.form = "TIME",
		.fallback = "10m",
		.help = "How long a password that was right is remembered, so that clients that "
			"come back often need not wait; no longer than it is the right one. PAM "
			"is asked again after a minute.",
		.most = DAY },
	{ .section = "accounts",
		.key = "failure-delay",
		.type = SETTING_DURATION,
		.offset = AT(failure_delay),
		.form = "TIME",
		.fallback = "15s",
		.help = "How long at most the answer to a failed sign-in is held back; it grows "
			"with the failures of the address and of the user.",
		.most = 60 * SECOND },
	{ .section = "accounts",
		.key = "failures-per-address",
		.type = SETTING_NUMBER,
		.offset = AT(failures_per_address),
		.form = "N",
		.fallback = "30",
		.help = "Failed sign-ins in ten minutes after which an address is locked out; "
			"the first 64 bits of an IPv6 address count as one.",
		.most = UINT_MAX },
	{ .section = "accounts",
		.key = "failures-per-user",
		.type = SETTING_NUMBER,
		.offset = AT(failures_per_user),
		.form = "N",
		.fallback = "100",
		.help = "The same for a user, who is then locked out of all addresses but those "
			"of sign-ins within the last day.",
		.most = UINT_MAX },
	{ .section = "accounts",
		.key = "lockout",
		.type = SETTING_DURATION,
		.offset = AT(lockout),
		.form = "TIME",
		.fallback = "5m",
		.help = "How long a lockout lasts.",
		.least = SECOND,
		.most = DAY },
	{ .section = "accounts",
		.key = "spare-loopback",
		.type = SETTING_BOOL,
		.offset = AT(spare_loopback),
		.fallback = "no",
		.help = "Count no failures of addresses of this machine: for a webmail on it." },
	{ .section = "accounts",
		.key = "pam-folder",
		.type = SETTING_PATH,
		.offset = AT(pam_folder),
		.form = "DIR",
		.fallback = "",
		.help = "Where PAM finds the service roost, if not in the system's folders." },

	{ .section = "limits",
		.key = "append-limit",
		.type = SETTING_SIZE,
		.offset = AT(append_limit),
		.form = "SIZE",
		.fallback = "64M",
		.help = "The most octets of one message.",
		.least = 1 },
	{ .section = "limits",
		.key = "message-limit",
		.type = SETTING_NUMBER,
		.offset = AT(message_limit),
		.form = "N",
		.fallback = "0",
		.help = "Messages that one command works on (RFC 9738); 0 for any number.",
		.most = UINT32_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "save-limit",
		.type = SETTING_NUMBER,
		.offset = AT(save_limit),
		.form = "N",
		.fallback = "0",
		.help = "Messages that one command stores (RFC 9738); 0 for any number.",
		.most = UINT32_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "contexts",
		.type = SETTING_NUMBER,
		.offset = AT(contexts),
		.form = "N",
		.fallback = "16",
		.help = "Searches that one session has kept up to date at once (RFC 5267).",
		.least = 1,
		.most = UINT_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "context-entries",
		.type = SETTING_NUMBER,
		.offset = AT(context_entries),
		.form = "N",
		.fallback = "100000",
		.help = "What is remembered for each of them: messages in the order of SORT, "
			"ranges of UIDs of SEARCH. A larger result is not kept up to date.",
		.least = 1,
		.most = UINT32_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "connections",
		.type = SETTING_NUMBER,
		.offset = AT(connections),
		.form = "N",
		.fallback = "100000",
		.help = "Connections at once.",
		.least = 1,
		.most = UINT_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "connections-per-address",
		.type = SETTING_NUMBER,
		.offset = AT(connections_per_address),
		.form = "N",
		.fallback = "none",
		.help = "Connections at once from one address.",
		.most = UINT_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "idle-timeout",
		.type = SETTING_DURATION,
		.offset = AT(idle_timeout),
		.form = "TIME",
		.fallback = "30m",
		.help = "How long a client that has signed in may be silent; less than 30m is "
			"against RFC 3501.",
		.least = SECOND,
		.most = 365 * DAY,
		.reload = true },
	{ .section = "limits",
		.key = "bad-commands",
		.type = SETTING_NUMBER,
		.offset = AT(bad_commands),
		.form = "N",
		.fallback = "10",
		.help = "Wrong commands in a row before a connection is closed.",
		.least = 1,
		.most = UINT_MAX,
		.reload = true },
	{ .section = "limits",
		.key = "line-limit",
		.type = SETTING_SIZE,
		.offset = AT(line_limit),
		.form = "SIZE",
		.fallback = "64K",
		.help = "The most octets of one command without its literals.",
		.least = KIB,
		.most = 16 * MIB,
		.reload = true },
	{ .section = "limits",
		.key = "literal-limit",
		.type = SETTING_SIZE,
		.offset = AT(literal_limit),
		.form = "SIZE",
		.fallback = "1M",
		.help = "The most octets of all literals of one command that are no messages.",
		.least = KIB,
		.most = 32 * MIB,
		.reload = true },
	{ .section = "limits",
		.key = "spool-memory",
		.type = SETTING_SIZE,
		.offset = AT(spool_memory),
		.form = "SIZE",
		.fallback = "256K",
		.help = "A message that is larger goes to a temporary file while it comes in.",
		.least = KIB,
		.most = 1024 * MIB,
		.reload = true },
	{ .section = "limits",
		.key = "output-buffer",
		.type = SETTING_SIZE,
		.offset = AT(output_buffer),
		.form = "SIZE",
		.fallback = "256K",
		.help = "What may wait to be sent on one connection before its command is parked.",
		.least = 4 * KIB,
		.most = 1024 * MIB,
		.reload = true },
	{ .section = "limits",
		.key = "command-memory",
		.type = SETTING_SIZE,
		.offset = AT(command_memory),
		.form = "SIZE",
		.fallback = "64M",
		.help = "What one command may take of memory.",
		.least = MIB,
		.most = 1024 * 1024 * MIB,
		.reload = true },

	{ .section = "log",
		.key = "log-level",
		.type = SETTING_CHOICE,
		.offset = AT(log_level),
		.form = "LEVEL",
		.fallback = "info",
		.help = "error, warning, info or debug; the log goes to stderr.",
		.choices = level_names,
		.reload = true },
	{ .section = "log",
		.key = "slow-command",
		.type = SETTING_DURATION,
		.offset = AT(slow_command),
		.form = "TIME",
		.fallback = "5s",
		.help = "Log commands that take longer; IDLE and waiting for the client do not "
			"count.",
		.most = DAY,
		.reload = true },
	{ .section = "log",
		.key = "trace-user",
		.type = SETTING_LIST,
		.offset = AT(trace_users),
		.form = "NAME",
		.fallback = "",
		.help = "Log all that this user says and hears after signing in, but no messages "
			"and no passwords; several may be given.",
		.reload = true },

	{ .section = "process",
		.key = "user",
		.flag = "run-as",
		.type = SETTING_TEXT,
		.offset = AT(user),
		.form = "NAME",
		.fallback = "",
		.help = "When started as root, become this user of the system once all ports are "
			"bound and the key is read." },
	{ .section = "process",
		.key = "group",
		.flag = "run-as-group",
		.type = SETTING_TEXT,
		.offset = AT(group),
		.form = "NAME",
		.fallback = "",
		.help = "Become this group too; that of the user when nothing is said." },
	{ .section = "process",
		.key = "loops",
		.type = SETTING_NUMBER,
		.offset = AT(loops),
		.form = "N",
		.fallback = "",
		.help = "Threads for connections; one per core.",
		.least = 1,
		.most = 1024 },
	{ .section = "process",
		.key = "workers",
		.type = SETTING_NUMBER,
		.offset = AT(workers),
		.form = "N",
		.fallback = "",
		.help = "Threads for work on mail; sixteen per core.",
		.least = 1,
		.most = 1024 },
};
const size_t settings_count = sizeof(settings_table) / sizeof(settings_table[0]);

static_assert(sizeof(settings_table) / sizeof(settings_table[0]) <= SETTINGS_MAX,
	"SETTINGS_MAX is the number of rows at most");

static size_t index_of(const struct setting *setting)
{
	return (size_t)(setting - settings_table);
}

bool settings_init(struct settings *settings)
{
	char reason[SETTINGS_REASON];
	*settings = (struct settings) { 0 };
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->fallback[0] == '\0') {
			continue;
		}
		if (!value_read(setting, setting->fallback, true, settings_value(settings, setting),
			    reason)) {
			fprintf(stderr, "roost: the default of %s %s\n", setting->key, reason);
			return false;
		}
	}
	return true;
}

void settings_clear(struct settings *settings)
{
	for (size_t i = 0; i < settings_count; i++) {
		value_clear(&settings_table[i], settings_value(settings, &settings_table[i]));
	}
	*settings = (struct settings) { 0 };
}

const struct setting *settings_find(const char *section, const char *key)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section != NULL && strcmp(setting->section, section) == 0 &&
			strcmp(setting->key, key) == 0) {
			return setting;
		}
	}
	return NULL;
}

const char *settings_flag(const struct setting *setting)
{
	return setting->flag != NULL ? setting->flag : setting->key;
}

void *settings_value(struct settings *settings, const struct setting *setting)
{
	return (char *)settings + setting->offset;
}

const void *settings_value_of(const struct settings *settings, const struct setting *setting)
{
	return (const char *)settings + setting->offset;
}

enum setting_source settings_source(
	const struct settings *settings, const struct setting *setting, unsigned *line_out)
{
	*line_out = settings->origins[index_of(setting)].line;
	return settings->origins[index_of(setting)].source;
}

/* Read a value that does not count, to see whether it is right. */
static bool try_value(
	const struct setting *setting, const char *text, bool split, char reason[SETTINGS_REASON])
{
	struct settings spare = { 0 };
	void *value = settings_value(&spare, setting);
	bool good = value_read(setting, text, split, value, reason);
	value_clear(setting, value);
	return good;
}

bool settings_set(struct settings *settings, const struct setting *setting, const char *text,
	enum setting_source source, unsigned line, char reason[SETTINGS_REASON])
{
	enum setting_source before = settings->origins[index_of(setting)].source;
	bool split = source == SETTING_FILE;
	if (before > source) {
		return try_value(setting, text, split, reason);
	}
	if (text[0] == '\0' && source == SETTING_FLAG && setting->type == SETTING_PATH) {
		(void)snprintf(reason, SETTINGS_REASON, "needs a value: %s", setting->form);
		return false;
	}
	/* A number that has no default is empty in a file that shows the defaults. */
	if (text[0] == '\0' && setting->fallback[0] == '\0' &&
		(setting->type == SETTING_NUMBER || setting->type == SETTING_SIZE ||
			setting->type == SETTING_DURATION)) {
		return true;
	}
	void *value = settings_value(settings, setting);
	if (setting->type == SETTING_LIST && before != source) {
		words_clear(value);
	}
	if (!value_read(setting, text, split, value, reason)) {
		return false;
	}
	settings->origins[index_of(setting)].source = source;
	settings->origins[index_of(setting)].line = line;
	return true;
}

static enum setting_source source_of(const struct settings *settings, size_t offset)
{
	for (size_t i = 0; i < settings_count; i++) {
		if (settings_table[i].offset == offset) {
			return settings->origins[i].source;
		}
	}
	return SETTING_DEFAULT;
}

/* The store that the command line names wins over the one of the file. */
static bool settle_store(struct settings *settings, const char *dashes, char *reason)
{
	if (settings->memory && settings->data != NULL) {
		enum setting_source data = source_of(settings, AT(data));
		enum setting_source memory = source_of(settings, AT(memory));
		if (data > memory) {
			settings->memory = false;
		} else if (memory > data) {
			value_clear(settings_find("mail", "data"), &settings->data);
		}
	}
	if (settings->memory == (settings->data != NULL)) {
		(void)snprintf(reason, SETTINGS_REASON,
			"roost serve needs either %sdata%s, which keeps mail in that folder, or "
			"%smemory%s, which keeps it until the program ends",
			dashes, dashes[0] != '\0' ? " DIR" : "", dashes,
			dashes[0] != '\0' ? "" : " = yes");
		return false;
	}
	return true;
}

bool settings_settle(struct settings *settings, const char *dashes, char reason[SETTINGS_REASON])
{
	if (source_of(settings, AT(listen)) == SETTING_DEFAULT && settings->tls_listen.count > 0) {
		words_clear(&settings->listen);
	}
	if (!settle_store(settings, dashes, reason)) {
		return false;
	}
	if (settings->memory && settings->quota != 0) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%squota is for mail in a folder: mail in memory has none", dashes);
		return false;
	}
	if (settings->memory && settings->accounts == ACCOUNTS_PAM) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%saccounts pam is for mail in a folder: mail in memory has users of its "
			"own",
			dashes);
		return false;
	}
	if (settings->tls_key != NULL && settings->tls_cert == NULL) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%stls-key needs %stls-cert, the certificate that belongs to the key",
			dashes, dashes);
		return false;
	}
	if (settings->tls_listen.count > 0 && settings->tls_cert == NULL) {
		(void)snprintf(reason, SETTINGS_REASON,
			"%stls-listen needs %stls-cert and %stls-key, PEM files with a certificate "
			"and its key",
			dashes, dashes, dashes);
		return false;
	}
	return true;
}
