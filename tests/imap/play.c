/* play.c - plays a transcript against a fresh backend. */
#include "play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "pattern.h"
#include "stage.h"

#define UNORDERED_MAX 32
#define USERS_MAX STAGE_USERS_MAX

struct player {
	const struct transcript *transcript;
	const char *mode_name;
	struct driver_mode mode;
	bool dump;
	const struct step *step;

	/* from the setup lines */
	struct stage stage;
	struct roost_conn_options options;
	struct roost_conn_info info;
	struct roost_limits limits;
	struct {
		char name[64], password[64];
	} users[USERS_MAX];
	size_t user_count;
	bool login; /* connections sign in by themselves, as the first user */

	bool open;
	struct driver driver;
	struct pattern_names names;
};

static bool fail(struct player *player, const char *what)
{
	(void)fprintf(stderr, "%s:%u: %s (%s)\n", player->transcript->path, player->step->line,
		what, player->mode_name);
	return false;
}

static void show(const char *label, const char *bytes, size_t n)
{
	(void)fprintf(stderr, "\t%s", label);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '\r' && i + 1 < n && bytes[i + 1] == '\n') {
			(void)fprintf(stderr, "\n\t        | ");
			i++;
		} else {
			(void)fprintf(stderr, c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
		}
	}
	(void)fprintf(stderr, "\n");
}

static bool differ(struct player *player, const char *what, const struct bytes *expected,
	const char *line, size_t n)
{
	(void)fail(player, what);
	if (expected != NULL) {
		show("expected: ", expected->data, expected->size);
	}
	if (line != NULL) {
		show("got:      ", line, n);
	} else {
		(void)fprintf(stderr, "\tgot:      nothing\n");
	}
	return false;
}

static bool everything_was_expected(struct player *player)
{
	for (size_t i = 1; i < DRIVER_WIRES; i++) {
		struct wire *wire = player->driver.wires[i];
		const char *line = NULL;
		size_t n = 0;
		bool complete = false;
		if (wire != NULL && wire_next(wire, &line, &n, &complete)) {
			char what[64];
			(void)snprintf(
				what, sizeof(what), "connection %zu: more than was expected", i);
			return differ(player, what, NULL, line, n);
		}
	}
	return true;
}

/* Send a command of the runner's own and check that it is done; `command` without tag and CRLF. */
static bool run_hidden(
	struct player *player, struct wire *wire, const char *command, const struct bytes *literal)
{
	struct bytes sent = { 0 };
	bytes_add_text(&sent, "hidden ");
	bytes_add_text(&sent, command);
	if (literal != NULL) {
		char size[32];
		(void)snprintf(size, sizeof(size), " {%zu}\r\n", literal->size);
		bytes_add_text(&sent, size);
		driver_send(&player->driver, wire, sent.data, sent.size);
		bytes_clear(&sent);
		bytes_add(&sent, literal->data, literal->size);
	}
	bytes_add_text(&sent, "\r\n");
	driver_send(&player->driver, wire, sent.data, sent.size);
	bytes_clear(&sent);

	const char *line = NULL;
	size_t n = 0;
	bool complete = false;
	bool done = false;
	while (!done && wire_next(wire, &line, &n, &complete)) {
		if (n >= 7 && memcmp(line, "hidden ", 7) == 0) {
			done = complete && n >= 9 && memcmp(line + 7, "OK", 2) == 0;
			break;
		}
	}
	return done || differ(player, command, NULL, line, n);
}

static bool sign_in(struct player *player, struct wire *wire)
{
	char command[256];
	(void)snprintf(command, sizeof(command), "LOGIN \"%s\" \"%s\"", player->users[0].name,
		player->users[0].password);
	return run_hidden(player, wire, command, NULL);
}

/* "anna secret" */
static bool add_user(struct player *player, const char *text)
{
	const char *space = strchr(text, ' ');
	size_t i = player->user_count;
	if (space == NULL || i == USERS_MAX ||
		(size_t)(space - text) >= sizeof(player->users[i].name) ||
		strlen(space + 1) >= sizeof(player->users[i].password)) {
		return fail(player, "user NAME PASSWORD");
	}
	memcpy(player->users[i].name, text, (size_t)(space - text));
	memcpy(player->users[i].password, space + 1, strlen(space + 1));
	player->user_count++;
	return true;
}

/* The backend, its users, and connection 0, which does what directives ask for. */
static bool open_backend(struct player *player)
{
	struct roost_backend *backend = NULL;
	if (player->user_count == 0) {
		(void)add_user(player, "anna secret");
	}
	for (size_t i = 0; i < player->user_count; i++) {
		player->stage.users[i] = (struct local_user) {
			player->users[i].name,
			player->users[i].password,
		};
	}
	int r = stage_create(&player->stage, &backend);
	if (r < 0) {
		return fail(player, roost_error_name(r));
	}
	driver_open(&player->driver, backend, player->mode);
	player->driver.dump_name = player->dump ? player->transcript->path : NULL;
	player->open = true;
	struct roost_conn_options options = { .insecure_auth = true };
	struct wire *wire = driver_connect(&player->driver, 0, &options);
	wire->split = false;
	return sign_in(player, wire);
}

static bool connect_wire(struct player *player, size_t index)
{
	if (!player->open && !open_backend(player)) {
		return false;
	}
	if (player->driver.wires[index] != NULL) {
		return true;
	}
	struct roost_conn_options options = player->options;
	options.limits = &player->limits;
	options.info = &player->info;
	struct wire *wire = driver_connect(&player->driver, index, &options);
	/* The greeting is looked at here, unless the transcript begins with it. */
	if (!player->login && player->step->kind != STEP_SEND) {
		return true;
	}
	const char *line = NULL;
	size_t n = 0;
	bool complete = false;
	if (!wire_next(wire, &line, &n, &complete) || !complete || n < 5 ||
		memcmp(line, "* OK ", 5) != 0) {
		return differ(player, "greeting", NULL, line, n);
	}
	return !player->login || sign_in(player, wire);
}

/* What is sent, with {{$name}} replaced by what was remembered. */
static void substitute(const struct player *player, const struct bytes *text, struct bytes *out)
{
	const char *from = text->data;
	size_t left = text->size;
	const char *mark = NULL;
	while ((mark = memmem(from, left, "{{$", 3)) != NULL) {
		bytes_add(out, from, (size_t)(mark - from));
		const char *end = strstr(mark, "}}");
		size_t n = end == NULL ? 0 : (size_t)(end - mark - 3);
		for (size_t i = 0; i < player->names.count; i++) {
			const char *name = player->names.entries[i].name;
			if (strlen(name) == n && memcmp(name, mark + 3, n) == 0) {
				bytes_add(out, player->names.entries[i].value,
					player->names.entries[i].size);
			}
		}
		from = end == NULL ? mark + 3 : end + 2;
		left = text->size - (size_t)(from - text->data);
	}
	bytes_add(out, from, left);
}

static bool play_send(struct player *player)
{
	const struct step *step = player->step;
	if (!connect_wire(player, step->wire)) {
		return false;
	}
	if (step->quiet_before && !everything_was_expected(player)) {
		return false;
	}
	struct wire *wire = player->driver.wires[step->wire];
	if ((roost_conn_wants(wire->conn) & ROOST_CONN_CLOSE) != 0) {
		return fail(player, "the connection is closed");
	}
	struct bytes sent = { 0 };
	substitute(player, &step->text, &sent);
	driver_send(&player->driver, wire, sent.data, sent.size);
	bytes_clear(&sent);
	return true;
}

static bool play_expect(struct player *player)
{
	const struct step *step = player->step;
	if (!connect_wire(player, step->wire)) {
		return false;
	}
	struct wire *wire = player->driver.wires[step->wire];
	const char *line = NULL;
	size_t n = 0;
	bool complete = false;
	size_t taken = wire->taken;
	bool there = wire_next(wire, &line, &n, &complete);
	if (there && complete &&
		pattern_match(step->text.data, step->text.size, line, n, &player->names)) {
		return true;
	}
	if (step->kind == STEP_EXPECT_OPTIONAL) {
		wire->taken = taken;
		return true;
	}
	return differ(player, there && !complete ? "line without CRLF" : "different", &step->text,
		there ? line : NULL, n);
}

struct unordered {
	struct player *player;
	const struct step *steps; /* the first; they follow each other */
	size_t count;
	const char *lines[UNORDERED_MAX];
	size_t sizes[UNORDERED_MAX];
	bool used[UNORDERED_MAX];
};

/* Give each step from `index` on a line of its own. */
static bool assign_lines(struct unordered *block, size_t index)
{
	if (index == block->count) {
		return true;
	}
	const struct bytes *pattern = &block->steps[index].text;
	for (size_t i = 0; i < block->count; i++) {
		if (!block->used[i] && pattern_match(pattern->data, pattern->size, block->lines[i],
					       block->sizes[i], &block->player->names)) {
			block->used[i] = true;
			if (assign_lines(block, index + 1)) {
				return true;
			}
			block->used[i] = false;
		}
	}
	return false;
}

/* Steps of S*: that follow each other: as many lines, in any order. */
static bool play_unordered(struct player *player, size_t count)
{
	if (!connect_wire(player, player->step->wire)) {
		return false;
	}
	struct wire *wire = player->driver.wires[player->step->wire];
	struct unordered block = { .player = player, .steps = player->step, .count = count };
	if (count > UNORDERED_MAX) {
		return fail(player, "too many unordered lines");
	}
	for (size_t i = 0; i < count; i++) {
		bool complete = false;
		if (!wire_next(wire, &block.lines[i], &block.sizes[i], &complete) || !complete) {
			for (size_t j = 0; j < i; j++) {
				show("got:      ", block.lines[j], block.sizes[j]);
			}
			return differ(player, "too few lines", &player->step->text, NULL, 0);
		}
	}
	if (assign_lines(&block, 0)) {
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		show("expected: ", block.steps[i].text.data, block.steps[i].text.size);
	}
	for (size_t i = 0; i < count; i++) {
		show("got:      ", block.lines[i], block.sizes[i]);
	}
	return fail(player, "different lines in this block");
}

static bool set_limit(struct player *player, const char *text)
{
	const struct {
		const char *name;
		size_t *size;
		unsigned *number;
		uint64_t *octets;
	} limits[] = {
		{ "line", &player->limits.line, NULL, NULL },
		{ "literal", &player->limits.literal, NULL, NULL },
		{ "literal-before-sign-in", &player->limits.literal_before_sign_in, NULL, NULL },
		{ "message", NULL, NULL, &player->limits.message },
		{ "spool-memory", &player->limits.spool_memory, NULL, NULL },
		{ "output", &player->limits.output, NULL, NULL },
		{ "bad-commands", NULL, &player->limits.bad_commands, NULL },
		{ "contexts", NULL, &player->limits.contexts, NULL },
		{ "context-entries", &player->limits.context_entries, NULL, NULL },
		{ "messages", NULL, &player->limits.messages, NULL },
		{ "saved-messages", NULL, &player->limits.saved_messages, NULL },
		{ "sign-in-tries", NULL, &player->limits.sign_in_tries, NULL },
	};
	size_t n = strcspn(text, " ");
	unsigned long long value = strtoull(text + n, NULL, 10);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (strlen(limits[i].name) != n || memcmp(limits[i].name, text, n) != 0) {
			continue;
		}
		if (limits[i].size != NULL) {
			*limits[i].size = (size_t)value;
		} else if (limits[i].number != NULL) {
			*limits[i].number = (unsigned)value;
		} else {
			*limits[i].octets = value;
		}
		return true;
	}
	return fail(player, "no such limit");
}

/* Lines that must stand before the first session. 1: done, 0: not one of them, -1: failed. */
static int play_setup(struct player *player, const char *text)
{
	const char *word = player->step->word;
	bool yes = strcmp(text, "no") != 0;
	if (strcmp(word, "user") == 0) {
		return add_user(player, text) ? 1 : -1;
	} else if (strcmp(word, "login") == 0) {
		player->login = true;
	} else if (strcmp(word, "append-limit") == 0) {
		player->stage.append_limit = strtoull(text, NULL, 10);
	} else if (strcmp(word, "quota") == 0) {
		player->stage.quota = strtoull(text, NULL, 10);
	} else if (strcmp(word, "delimiter") == 0) {
		player->stage.delimiter = text[0];
	} else if (strcmp(word, "tls") == 0) {
		player->info.tls = yes;
		player->info.tls_version = "TLSv1.3";
		player->info.tls_cipher = "TLS_AES_256_GCM_SHA384";
	} else if (strcmp(word, "starttls") == 0) {
		player->options.starttls = yes;
	} else if (strcmp(word, "insecure-auth") == 0) {
		player->options.insecure_auth = yes;
	} else if (strcmp(word, "literal-minus") == 0) {
		player->options.literal_minus = yes;
	} else if (strcmp(word, "deflate") == 0) {
		player->options.deflate = yes;
	} else if (strcmp(word, "no-unauthenticate") == 0) {
		player->options.no_unauthenticate = yes;
	} else if (strcmp(word, "limit") == 0) {
		return set_limit(player, text) ? 1 : -1;
	} else {
		return 0;
	}
	return 1;
}

/* "message INBOX flags (\Seen) date "…"": only the words `flags` and `date` are not APPEND's own. */
static bool append_message(struct player *player, const char *text)
{
	struct bytes command = { 0 };
	bytes_add_text(&command, "APPEND");
	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		if (!(n == 5 && memcmp(text, "flags", 5) == 0) &&
			!(n == 4 && memcmp(text, "date", 4) == 0)) {
			bytes_add_text(&command, " ");
			bytes_add(&command, text, n);
		}
		text += text[n] == ' ' ? n + 1 : n;
	}
	bool done = run_hidden(player, player->driver.wires[0], command.data, &player->step->block);
	bytes_clear(&command);
	return done;
}

/* "messages INBOX 3": short messages that differ in their number. */
static bool append_messages(struct player *player, const char *text)
{
	size_t n = strcspn(text, " ");
	unsigned long count = strtoul(text + n, NULL, 10);
	char command[128];
	(void)snprintf(command, sizeof(command), "APPEND %.*s", (int)n, text);
	for (unsigned long i = 1; i <= count; i++) {
		struct bytes message = { 0 };
		char part[256];
		(void)snprintf(part, sizeof(part),
			"From: Ben <ben@example.org>\r\nTo: anna@example.org\r\n"
			"Subject: Message %lu\r\nDate: Mon, %lu Apr 2024 10:00:00 +0200\r\n"
			"Message-ID: <%lu@example.org>\r\n\r\nThis is message %lu.\r\n",
			i, i % 28 + 1, i, i);
		bytes_add_text(&message, part);
		bool done = run_hidden(player, player->driver.wires[0], command, &message);
		bytes_clear(&message);
		if (!done) {
			return false;
		}
	}
	return true;
}

static bool post_update(struct player *player, enum roost_status_type type, const char *text)
{
	struct roost_update update = { .size = sizeof(update),
		.kind = ROOST_UPDATE_STATUS,
		.status = type,
		.code = type == ROOST_STATUS_OK ? "ALERT" : NULL,
		.text = text };
	int r = roost_updates_post(player->driver.updates, &update);
	driver_settle(&player->driver);
	return r == 0 || fail(player, roost_error_name(r));
}

/* Lines that do something to a connection that is there. */
static bool play_on_wire(struct player *player)
{
	const struct step *step = player->step;
	struct wire *wire = player->driver.wires[step->wire];
	if (wire == NULL) {
		return fail(player, "no such connection");
	}
	if (strcmp(step->word, "expire") == 0) {
		roost_conn_expire(wire->conn);
	} else if (strcmp(step->word, "shutdown") == 0) {
		roost_conn_shutdown(wire->conn);
	} else if (strcmp(step->word, "trim") == 0) {
		roost_conn_trim(wire->conn);
	} else if (strcmp(step->word, "drop") == 0) {
		driver_disconnect(&player->driver, step->wire);
	} else if (strcmp(step->word, "closed") == 0) {
		if ((roost_conn_wants(wire->conn) & ROOST_CONN_CLOSE) == 0) {
			return fail(player, "the connection is not closed");
		}
	} else if (strcmp(step->word, "handshake") == 0) {
		struct roost_conn_info info = player->info;
		info.tls = true;
		info.tls_version = "TLSv1.3";
		if ((roost_conn_wants(wire->conn) & ROOST_CONN_STARTTLS) == 0) {
			return fail(player, "the connection does not start TLS");
		}
		roost_conn_tls_started(wire->conn, &info);
	} else if (strcmp(step->word, "switch") == 0) {
		if ((roost_conn_wants(wire->conn) & ROOST_CONN_DEFLATE) == 0) {
			return fail(player, "the connection does not switch compression");
		}
		roost_conn_deflate_switched(wire->conn);
	} else {
		return fail(player, "no such directive");
	}
	driver_settle(&player->driver);
	return true;
}

/* "differ one other": two values that were remembered. */
static bool check_differ(struct player *player, const char *text)
{
	const char *first = NULL;
	const char *other = NULL;
	size_t n = strcspn(text, " ");
	for (size_t i = 0; i < player->names.count; i++) {
		const char *name = player->names.entries[i].name;
		if (strlen(name) == n && memcmp(name, text, n) == 0) {
			first = player->names.entries[i].value;
		} else if (text[n] == ' ' && strcmp(name, text + n + 1) == 0) {
			other = player->names.entries[i].value;
		}
	}
	if (first == NULL || other == NULL) {
		return fail(player, "nothing was remembered under these names");
	}
	return strcmp(first, other) != 0 || fail(player, "the values are the same");
}

/* "special \Sent Sent mail": a mailbox with a special use. */
static bool create_special(struct player *player, const char *text)
{
	char use[32];
	size_t n = strcspn(text, " ");
	if (n >= sizeof(use) || text[n] == '\0') {
		return fail(player, "expected a special use and a name");
	}
	memcpy(use, text, n);
	use[n] = '\0';
	int r = stage_create_special(&player->stage, player->driver.backend, text + n + 1, use);
	return r == 0 || fail(player, roost_error_name(r));
}

static bool play_directive(struct player *player)
{
	const struct step *step = player->step;
	const char *text = step->text.data;
	if (!player->open) {
		int r = play_setup(player, text);
		if (r != 0) {
			return r > 0;
		}
		if (!open_backend(player)) {
			return false;
		}
	}
	char command[512];
	struct wire *hidden = player->driver.wires[0];
	if (strcmp(step->word, "message") == 0) {
		return append_message(player, text);
	}
	if (strcmp(step->word, "messages") == 0) {
		return append_messages(player, text);
	}
	if (strcmp(step->word, "mailbox") == 0) {
		(void)snprintf(command, sizeof(command), "CREATE %s", text);
		return run_hidden(player, hidden, command, NULL);
	}
	if (strcmp(step->word, "special") == 0) {
		return create_special(player, text);
	}
	if (strcmp(step->word, "do") == 0) {
		return run_hidden(player, hidden, text, NULL);
	}
	if (strcmp(step->word, "old") == 0) {
		(void)snprintf(command, sizeof(command), "SELECT %s", text);
		return run_hidden(player, hidden, command, NULL) &&
		       run_hidden(player, hidden, "UNSELECT", NULL);
	}
	if (strcmp(step->word, "differ") == 0) {
		return check_differ(player, text);
	}
	if (strcmp(step->word, "alert") == 0) {
		return post_update(player, ROOST_STATUS_OK, text);
	}
	if (strcmp(step->word, "bye") == 0) {
		return post_update(player, ROOST_STATUS_BYE, text);
	}
	if (strcmp(step->word, "open") == 0 || strcmp(step->word, "examine") == 0) {
		(void)snprintf(command, sizeof(command), "%s %s",
			step->word[0] == 'o' ? "SELECT" : "EXAMINE", text);
		return connect_wire(player, step->wire) && everything_was_expected(player) &&
		       run_hidden(player, player->driver.wires[step->wire], command, NULL);
	}
	if (strcmp(step->word, "connect") == 0) {
		return connect_wire(player, step->wire);
	}
	return play_on_wire(player);
}

static bool play_steps(struct player *player)
{
	const struct transcript *transcript = player->transcript;
	size_t i = 0;
	while (i < transcript->count) {
		const struct step *step = &transcript->steps[i++];
		player->step = step;
		bool done = false;
		switch (step->kind) {
		case STEP_SEND:
			done = play_send(player);
			break;
		case STEP_EXPECT:
		case STEP_EXPECT_OPTIONAL:
			done = play_expect(player);
			break;
		case STEP_EXPECT_UNORDERED: {
			size_t count = 1;
			while (i < transcript->count &&
				transcript->steps[i].kind == STEP_EXPECT_UNORDERED &&
				transcript->steps[i].wire == step->wire) {
				count++;
				i++;
			}
			done = play_unordered(player, count);
			break;
		}
		case STEP_DIRECTIVE:
			done = play_directive(player);
			break;
		}
		if (!done) {
			return false;
		}
	}
	return everything_was_expected(player);
}

bool play(const struct transcript *transcript, bool local, const char *name,
	struct driver_mode mode, bool dump, size_t *sent_out)
{
	struct player player = { .transcript = transcript,
		.mode_name = name,
		.mode = mode,
		.dump = dump,
		.stage = { .local = local },
		.options = { .insecure_auth = true },
		.info = { .size = sizeof(player.info),
			.remote_address = "192.0.2.7",
			.local_address = "192.0.2.1" } };
	roost_limits_init(&player.limits);
	bool done = transcript->count > 0 && play_steps(&player);
	*sent_out = player.driver.fed;
	if (player.open) {
		driver_close(&player.driver);
	}
	stage_clear(&player.stage);
	pattern_names_clear(&player.names);
	return done;
}
