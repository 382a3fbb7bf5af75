/* check_names.c - names of mailboxes and subscriptions, and the keywords that mailboxes know. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "name.h"
#include "rows.h"

#define SPELLING_SIZE (ROOST_MAX_KEYWORD + 1)

/* Names that are wrong, each with the number of what has it. */
struct wrong {
	int64_t id;
	char *name;
};
struct wrongs {
	struct wrong *list;
	size_t count, capacity;
};

static void clear(struct wrongs *wrongs)
{
	for (size_t i = 0; i < wrongs->count; i++) {
		free(wrongs->list[i].name);
	}
	free(wrongs->list);
}

static int add(struct wrongs *wrongs, int64_t id, struct roost_text name)
{
	if (wrongs->count == wrongs->capacity) {
		size_t capacity = wrongs->capacity * 2 + 16;
		struct wrong *list = realloc(wrongs->list, capacity * sizeof(*list));
		if (list == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		wrongs->list = list;
		wrongs->capacity = capacity;
	}
	/* With all its bytes, NUL as well, so that the row can be found by it. */
	char *copy = malloc(name.size + 1);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (name.size > 0) {
		memcpy(copy, name.bytes, name.size);
	}
	copy[name.size] = '\0';
	wrongs->list[wrongs->count++] = (struct wrong) { id, copy };
	return 0;
}

static bool is_good_name(const struct checking *checking, struct roost_text name)
{
	char text[ROOST_MAX_MAILBOX_NAME + 1];
	if (name.bytes == NULL || name.size > ROOST_MAX_MAILBOX_NAME ||
		memchr(name.bytes, '\0', name.size) != NULL) {
		return false;
	}
	for (size_t i = 0; i < name.size; i++) {
		if ((unsigned char)name.bytes[i] < 0x20 || name.bytes[i] == 0x7f) {
			return false;
		}
	}
	memcpy(text, name.bytes, name.size);
	text[name.size] = '\0';
	struct roost_call *call = checking->care.call;
	bool good = local_name_check(call, text, checking->care.store->options.delimiter) == 0;
	if (!good) {
		roost_call_reset(call); /* it is no failure of the check */
	}
	return good;
}

/* The rows of `sql`, a number and a name, whose name cannot be. */
static int find_wrong(struct checking *checking, const char *sql, struct wrongs *wrongs)
{
	struct driver_statement *s;
	int r = local_driver_prepare(checking->care.db, sql, &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		struct roost_text name = local_driver_bytes(s, 1);
		r = is_good_name(checking, name) ? 0 : add(wrongs, local_driver_number(s, 0), name);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

static int rename_mailbox(struct checking *checking, int64_t id)
{
	struct driver_statement *s;
	char name[64];
	int n = snprintf(name, sizeof(name), "lost+found-%" PRId64, id);
	int r = local_driver_prepare(
		checking->care.db, "UPDATE mailbox SET name = ? WHERE id = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_text(s, name, (size_t)n);
	local_driver_bind_number(s, id);
	return local_driver_run(s);
}

static int check_mailboxes(struct checking *checking)
{
	struct wrongs wrongs = { .list = NULL };
	bool repair = checking->options.repair;
	int r = find_wrong(checking, "SELECT id, name FROM mailbox", &wrongs);
	for (size_t i = 0; r == 0 && i < wrongs.count; i++) {
		r = repair ? rename_mailbox(checking, wrongs.list[i].id) : 0;
		if (r == 0) {
			char where[64];
			(void)snprintf(where, sizeof(where), "mailbox %" PRId64, wrongs.list[i].id);
			local_check_tell(checking, CHECK_MAILBOX_NAME, repair, where,
				"no mailbox can be called \"%.200s\"", wrongs.list[i].name);
		}
	}
	clear(&wrongs);
	return r;
}

/* By its place, as its name may not even be text. */
static int remove_subscriptions(struct checking *checking, const struct wrongs *wrongs)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < wrongs->count; i++) {
		struct driver_statement *s;
		const char *name = wrongs->list[i].name;
		r = local_driver_prepare(
			checking->care.db, "DELETE FROM subscription WHERE name = ?", &s);
		if (r == 0) {
			local_driver_bind_text(s, name, (size_t)wrongs->list[i].id);
			r = local_driver_run(s);
		}
	}
	return r;
}

static int check_subscriptions(struct checking *checking)
{
	struct wrongs wrongs = { .list = NULL };
	bool repair = checking->options.repair;
	int r = find_wrong(checking, "SELECT LENGTH(name), name FROM subscription", &wrongs);
	if (r == 0 && repair) {
		r = remove_subscriptions(checking, &wrongs);
	}
	for (size_t i = 0; r == 0 && i < wrongs.count; i++) {
		local_check_tell(checking, CHECK_SUBSCRIPTION, repair, "subscriptions",
			"no mailbox can be called \"%.200s\"", wrongs.list[i].name);
	}
	clear(&wrongs);
	return r;
}

static int check_inbox(struct checking *checking)
{
	int64_t id = 0;
	bool repair = checking->options.repair;
	int r = local_care_number(
		checking->care.db, "SELECT id FROM mailbox WHERE name = 'INBOX'", &id);
	if (r < 0 || id != 0) {
		return r;
	}
	if (repair) {
		r = local_lost_make_mailbox(checking, 0, "INBOX");
	}
	if (r == 0) {
		local_check_tell(checking, CHECK_INBOX_MISSING, repair, NULL, "there is no INBOX");
	}
	return r;
}

int local_check_names(struct checking *checking)
{
	int r = check_mailboxes(checking);
	if (r == 0) {
		r = check_subscriptions(checking);
	}
	return r == 0 ? check_inbox(checking) : r;
}

static void fold(const char *name, char *folded)
{
	size_t i = 0;
	for (; name[i] != '\0' && i < SPELLING_SIZE - 1; i++) {
		folded[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	}
	folded[i] = '\0';
}

/* 1 when the mailbox knows the keyword. */
static int is_known(struct checking *checking, int64_t mailbox, const char *name)
{
	struct driver_statement *s;
	char folded[SPELLING_SIZE];
	fold(name, folded);
	int r = local_driver_prepare(
		checking->care.db, "SELECT 1 FROM keyword WHERE mailbox = ? AND folded = ?", &s);
	if (r == 0) {
		local_driver_bind_number(s, mailbox);
		local_driver_bind_text(s, folded, strlen(folded));
		r = local_driver_step(s);
		local_driver_done(s);
	}
	return r;
}

static int learn(struct checking *checking, int64_t mailbox, const char *name)
{
	struct driver_statement *s;
	char folded[SPELLING_SIZE];
	fold(name, folded);
	int r = local_driver_prepare(checking->care.db,
		"INSERT INTO keyword (mailbox, folded, name) VALUES (?, ?, ?)", &s);
	if (r == 0) {
		local_driver_bind_number(s, mailbox);
		local_driver_bind_text(s, folded, strlen(folded));
		local_driver_bind_text(s, name, strlen(name));
		r = local_driver_run(s);
	}
	return r;
}

static int drop_keywords(struct checking *checking, int64_t mailbox, const char *text, size_t size)
{
	struct driver_statement *s;
	int r = local_driver_prepare(checking->care.db,
		"UPDATE message SET keywords = NULL WHERE mailbox = ? AND keywords = ?", &s);
	if (r == 0) {
		local_driver_bind_number(s, mailbox);
		local_driver_bind_text(s, text, size);
		r = local_driver_run(s);
	}
	return r;
}

/* One set of keywords that messages of a mailbox have. */
static int check_set(struct checking *checking, const struct wrong *wrong)
{
	struct keywords *set = NULL;
	bool repair = checking->options.repair;
	const struct roost_text text = { wrong->name, strlen(wrong->name) };
	char where[1200];
	local_check_where(checking, wrong->id, 0, where, sizeof(where));
	int r = local_keywords_parse(text, &set);
	if (r == ROOST_ERR_CORRUPT || (r == 0 && set == NULL)) {
		r = repair ? drop_keywords(checking, wrong->id, text.bytes, text.size) : 0;
		local_check_tell(checking, CHECK_KEYWORDS, repair, where,
			"messages have the keywords \"%.200s\", which cannot be", wrong->name);
		return r;
	}
	for (size_t i = 0; r == 0 && i < set->count; i++) {
		if (strlen(set->names[i]) > ROOST_MAX_KEYWORD) {
			continue;
		}
		int known = is_known(checking, wrong->id, set->names[i]);
		r = known < 0 ? known : 0;
		if (known == 0) {
			r = repair ? learn(checking, wrong->id, set->names[i]) : 0;
			local_check_tell(checking, CHECK_KEYWORDS, repair, where,
				"messages have the keyword %.200s, which the mailbox does not know",
				set->names[i]);
		}
	}
	local_keywords_unref(set);
	return r;
}

int local_check_keywords(struct checking *checking)
{
	struct driver_statement *s;
	struct wrongs sets = { .list = NULL };
	int r = local_driver_prepare(checking->care.db,
		"SELECT mailbox, keywords FROM message WHERE keywords IS NOT NULL UNION"
		" SELECT mailbox, keywords FROM flagging WHERE keywords IS NOT NULL",
		&s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		r = add(&sets, local_driver_number(s, 0), local_driver_bytes(s, 1));
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	for (size_t i = 0; r == 0 && i < sets.count; i++) {
		r = check_set(checking, &sets.list[i]);
	}
	clear(&sets);
	return r;
}
