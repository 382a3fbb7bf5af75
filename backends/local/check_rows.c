/* check_rows.c - whether the rows of mail.db agree with each other. */
#include "check.h"

#include <stdio.h>
#include <string.h>

/* One thing that must hold. `find` gives rows of four numbers for what does not: the mailbox or 0,
 * the UID or 0, and two more for the text. Each `mend` is run with some of the four, by letters: m,
 * u, x, y; and n for the time. */
struct rule {
	enum check_kind kind;
	const char *find;
	const char *text; /* of x and y */
	struct {
		const char *sql;
		const char *with;
	} mend[2];
};

static int bind_and_run(
	struct checking *checking, const struct rule *rule, const int64_t row[4], size_t i)
{
	static const char letters[] = "muxy";
	int64_t numbers[8];
	size_t count = 0;
	for (const char *at = rule->mend[i].with; *at != '\0'; at++) {
		const char *letter = strchr(letters, *at);
		numbers[count++] = letter == NULL ? checking->now : row[letter - letters];
	}
	return local_check_run(checking, rule->mend[i].sql, numbers, count);
}

static int check_rule(struct checking *checking, const struct rule *rule)
{
	struct check_rows rows = { .list = NULL };
	int r = local_check_collect(checking, rule->find, &rows);
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		const int64_t *row = rows.list[i];
		bool mended = checking->options.repair && rule->mend[0].sql != NULL;
		for (size_t k = 0; r == 0 && mended && k < 2 && rule->mend[k].sql != NULL; k++) {
			r = bind_and_run(checking, rule, row, k);
		}
		if (r == 0) {
			char where[1200], text[256];
			local_check_where(checking, row[0], row[1], where, sizeof(where));
			(void)snprintf(text, sizeof(text), rule->text, (long long)row[2],
				(long long)row[3]);
			local_check_tell(checking, rule->kind, mended, where, "%s", text);
		}
	}
	local_check_rows_clear(&rows);
	return r;
}

static int check_rules(struct checking *checking, const struct rule *rules, size_t count)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = check_rule(checking, &rules[i]);
	}
	return r;
}

/* What new mailboxes and emails rely on. */
static const struct rule account_rules[] = {
	{ CHECK_NUMBERS, "SELECT 0, 0, COUNT(*), 0 FROM account WHERE id = 1 HAVING COUNT(*) = 0",
		"the numbers given last are missing",
		{ { "INSERT INTO account (id, mailbox, email, uid_validity, octets, made)"
		    " VALUES (1, 1, 0, ?, 0, ?)",
			"nn" } } },
	{ CHECK_NUMBERS,
		"SELECT 0, 0, a.mailbox, b.top FROM account a, (SELECT MAX(id) AS top FROM mailbox)"
		" b WHERE a.id = 1 AND b.top > a.mailbox",
		"the mailbox numbered last is said to be %lld, and there is %lld",
		{ { "UPDATE account SET mailbox = ? WHERE id = 1", "y" } } },
	{ CHECK_NUMBERS,
		"SELECT 0, 0, a.mailbox, b.top FROM account a, (SELECT MAX(mailbox) AS top FROM"
		" message) b WHERE a.id = 1 AND b.top > a.mailbox",
		"the mailbox numbered last is said to be %lld, and messages are in %lld",
		{ { "UPDATE account SET mailbox = ? WHERE id = 1", "y" } } },
	{ CHECK_NUMBERS,
		"SELECT 0, 0, a.email, b.top FROM account a, (SELECT MAX(id) AS top FROM email) b"
		" WHERE a.id = 1 AND b.top > a.email",
		"the email numbered last is said to be %lld, and there is %lld",
		{ { "UPDATE account SET email = ? WHERE id = 1", "y" } } },
	{ CHECK_NUMBERS,
		"SELECT 0, 0, a.message_ids, b.top FROM account a, (SELECT MAX(number) AS top FROM"
		" message_id) b WHERE a.id = 1 AND b.top > a.message_ids",
		"the message id numbered last is said to be %lld, and there is %lld",
		{ { "UPDATE account SET message_ids = ? WHERE id = 1", "y" } } },
	{ CHECK_UID_VALIDITY,
		"SELECT id, 0, uid_validity, 0 FROM mailbox WHERE uid_validity < 1 OR"
		" uid_validity > 4294967295",
		"its UID validity is %lld, which cannot be",
		{ { "UPDATE account SET uid_validity = CASE WHEN uid_validity < ? THEN ? ELSE"
		    " uid_validity + 1 END WHERE id = 1",
			  "nn" },
			{ "UPDATE mailbox SET uid_validity = (SELECT uid_validity FROM account"
			  " WHERE id = 1) WHERE id = ?",
				"m" } } },
	{ CHECK_NUMBERS,
		"SELECT 0, 0, a.uid_validity, b.top FROM account a, (SELECT MAX(uid_validity) AS "
		"top"
		" FROM mailbox) b WHERE a.id = 1 AND b.top > a.uid_validity",
		"the UID validity given last is said to be %lld, and a mailbox has %lld",
		{ { "UPDATE account SET uid_validity = ? WHERE id = 1", "y" } } },
	{ CHECK_UID_VALIDITY,
		"SELECT b.id, 0, b.uid_validity, g.first FROM mailbox b JOIN (SELECT uid_validity"
		" AS v, MIN(id) AS first FROM mailbox GROUP BY uid_validity) g ON g.v ="
		" b.uid_validity WHERE b.id <> g.first",
		"its UID validity %lld is that of mailbox number %lld too",
		{ { "UPDATE account SET uid_validity = CASE WHEN uid_validity < ? THEN ? ELSE"
		    " uid_validity + 1 END WHERE id = 1",
			  "nn" },
			{ "UPDATE mailbox SET uid_validity = (SELECT uid_validity FROM account"
			  " WHERE id = 1) WHERE id = ?",
				"m" } } },
};

/* What is written with the messages next must be sound, whether it is right or not. */
static const struct rule flagging_rules[] = {
	{ CHECK_ORPHAN,
		"SELECT f.mailbox, 0, COUNT(*), 0 FROM flagging f LEFT JOIN mailbox b ON b.id ="
		" f.mailbox WHERE b.id IS NULL AND f.mailbox NOT IN (SELECT mailbox FROM message)"
		" GROUP BY f.mailbox",
		"there are %lld changes of flags in this mailbox, which is not there",
		{ { "DELETE FROM flagging WHERE mailbox = ?", "m" } } },
	{ CHECK_FLAGS,
		"SELECT mailbox, 0, first, last FROM flagging WHERE first < 1 OR last < first OR"
		" last > 4294967294",
		"flags of UIDs from %lld to %lld are said to have changed, which cannot be",
		{ { "DELETE FROM flagging WHERE mailbox = ? AND first = ? AND last = ?",
			"mxy" } } },
	{ CHECK_FLAGS,
		"SELECT mailbox, 0, kept, added FROM flagging WHERE kept < 0 OR kept > 31 OR"
		" added < 0 OR added > 31",
		"of the flags that changed %lld are said to be kept and %lld added, which cannot "
		"be",
		{ { "UPDATE flagging SET kept = (kept & 31), added = (added & 31) WHERE mailbox = "
		    "?",
			"m" } } },
	{ CHECK_FLAGS, "SELECT mailbox, 0, modseq, 0 FROM flagging WHERE modseq < 1",
		"flags are said to have changed at modseq %lld, which cannot be",
		{ { "DELETE FROM flagging WHERE mailbox = ? AND modseq = ?", "mx" } } },
	{ CHECK_NUMBERS,
		"SELECT b.id, 0, b.modseq, c.top FROM mailbox b JOIN (SELECT mailbox, MAX(modseq) "
		"AS"
		" top FROM flagging GROUP BY mailbox) c ON c.mailbox = b.id WHERE c.top > b.modseq",
		"its modseq is said to be %lld, and flags changed at %lld",
		{ { "UPDATE mailbox SET modseq = ? WHERE id = ?", "ym" } } },
};

/* Rows that have lost what they belong to, and numbers that must not be lower than others; counts
 * last, but where flaggings must be looked at with the messages. */
static const struct rule message_rules[] = {
	{ CHECK_EMAIL_MISSING,
		"SELECT m.mailbox, m.uid, m.email, m.octets FROM message m LEFT JOIN email e"
		" ON e.id = m.email WHERE e.id IS NULL",
		"its email %lld of %lld octets is not there: the message is lost",
		{ { "DELETE FROM message WHERE mailbox = ? AND uid = ?", "mu" },
			{ "UPDATE mailbox SET modseq = modseq + 1, forgotten = modseq + 1 WHERE id"
			  " = ?",
				"m" } } },
	{ CHECK_ORPHAN,
		"SELECT 0, 0, o.email, 0 FROM outline o LEFT JOIN email e ON e.id = o.email WHERE"
		" e.id IS NULL",
		"there is an outline of email %lld, which is not there",
		{ { "DELETE FROM outline WHERE email = ?", "x" } } },
	{ CHECK_ORPHAN,
		"SELECT k.mailbox, 0, COUNT(*), 0 FROM keyword k LEFT JOIN mailbox b ON b.id ="
		" k.mailbox WHERE b.id IS NULL GROUP BY k.mailbox",
		"there are %lld keywords of this mailbox, which is not there",
		{ { "DELETE FROM keyword WHERE mailbox = ?", "m" } } },
	{ CHECK_ORPHAN,
		"SELECT x.mailbox, 0, COUNT(*), 0 FROM expunged x LEFT JOIN mailbox b ON b.id ="
		" x.mailbox WHERE b.id IS NULL GROUP BY x.mailbox",
		"there are %lld rows of what was expunged from this mailbox, which is not there",
		{ { "DELETE FROM expunged WHERE mailbox = ?", "m" } } },
	{ CHECK_EMAIL_PLACES,
		"SELECT 0, 0, e.id, c.n FROM email e JOIN (SELECT email, COUNT(*) AS n FROM message"
		" GROUP BY email) c ON c.email = e.id WHERE e.refs <> c.n",
		"email %lld is in %lld places, and says otherwise",
		{ { "UPDATE email SET refs = ? WHERE id = ?", "yx" } } },
	{ CHECK_MESSAGE,
		"SELECT m.mailbox, m.uid, m.octets, e.octets FROM message m JOIN email e ON e.id ="
		" m.email WHERE m.octets <> e.octets",
		"it is said to have %lld octets, and has %lld",
		{ { "UPDATE message SET octets = ? WHERE mailbox = ? AND uid = ?", "ymu" } } },
	{ CHECK_MESSAGE, "SELECT 0, 0, id, thread FROM email WHERE thread < 1",
		"email %lld is in thread %lld, which cannot be",
		{ { "UPDATE email SET thread = id WHERE id = ?", "x" } } },
	{ CHECK_MESSAGE,
		"SELECT m.mailbox, m.uid, m.thread, e.thread FROM message m JOIN email e ON e.id ="
		" m.email WHERE m.thread <> e.thread",
		"it is said to be in thread %lld, and its email in %lld",
		{ { "UPDATE message SET thread = ? WHERE mailbox = ? AND uid = ?", "ymu" } } },
	{ CHECK_MESSAGE, "SELECT mailbox, uid, flags, 0 FROM message WHERE flags < 0 OR flags > 31",
		"its flags are %lld, which cannot be",
		{ { "UPDATE message SET flags = (flags & 31) WHERE mailbox = ? AND uid = ?",
			"mu" } } },
	{ CHECK_MESSAGE,
		"SELECT mailbox, uid, zone, 0 FROM message WHERE zone < -5999 OR zone > 5999",
		"the zone of its date is %lld minutes from UTC, which cannot be",
		{ { "UPDATE message SET zone = 0 WHERE mailbox = ? AND uid = ?", "mu" } } },
	{ CHECK_MESSAGE, "SELECT mailbox, uid, modseq, 0 FROM message WHERE modseq < 1",
		"its modseq is %lld, which cannot be",
		{ { "UPDATE message SET modseq = 1 WHERE mailbox = ? AND uid = ?", "mu" } } },
	{ CHECK_NUMBERS,
		"SELECT id, 0, uid_next, 0 FROM mailbox WHERE uid_next < 1 OR uid_next > "
		"4294967295",
		"its next UID is %lld, which cannot be",
		{ { "UPDATE mailbox SET uid_next = 1 WHERE id = ?", "m" } } },
	{ CHECK_NUMBERS,
		"SELECT b.id, 0, b.uid_next, c.top FROM mailbox b JOIN (SELECT mailbox, MAX(uid) AS"
		" top FROM message WHERE uid < 4294967295 GROUP BY mailbox) c ON c.mailbox = b.id"
		" WHERE c.top >= b.uid_next",
		"its next UID is said to be %lld, and there is %lld already",
		{ { "UPDATE mailbox SET uid_next = ? + 1 WHERE id = ?", "ym" } } },
	{ CHECK_NUMBERS,
		"SELECT b.id, 0, b.uid_next, c.top FROM mailbox b JOIN (SELECT mailbox, MAX(last) "
		"AS"
		" top FROM expunged WHERE last < 4294967295 GROUP BY mailbox) c ON c.mailbox = b.id"
		" WHERE c.top >= b.uid_next",
		"its next UID is said to be %lld, and %lld has been expunged",
		{ { "UPDATE mailbox SET uid_next = ? + 1 WHERE id = ?", "ym" } } },
	{ CHECK_MESSAGE,
		"SELECT mailbox, uid, uid, 0 FROM message WHERE uid < 1 OR uid > 4294967294",
		"its UID is %lld, which cannot be",
		{ { "UPDATE message SET uid = (SELECT uid_next FROM mailbox WHERE id = ?) WHERE"
		    " mailbox = ? AND uid = ?",
			  "mmu" },
			{ "UPDATE mailbox SET uid_next = uid_next + 1 WHERE id = ?", "m" } } },
	{ CHECK_NUMBERS,
		"SELECT id, 0, recent_from, uid_next FROM mailbox WHERE recent_from < 1 OR"
		" recent_from > uid_next",
		"messages from UID %lld on are said to be recent, and the next one will be %lld",
		{ { "UPDATE mailbox SET recent_from = uid_next WHERE id = ?", "m" } } },
	{ CHECK_NUMBERS,
		"SELECT b.id, 0, b.modseq, c.top FROM mailbox b JOIN (SELECT mailbox, MAX(modseq) "
		"AS"
		" top FROM message GROUP BY mailbox) c ON c.mailbox = b.id WHERE c.top > b.modseq",
		"its modseq is said to be %lld, and a message has %lld",
		{ { "UPDATE mailbox SET modseq = ? WHERE id = ?", "ym" } } },
	{ CHECK_NUMBERS,
		"SELECT b.id, 0, b.modseq, c.top FROM mailbox b JOIN (SELECT mailbox, MAX(modseq) "
		"AS"
		" top FROM expunged GROUP BY mailbox) c ON c.mailbox = b.id WHERE c.top > b.modseq",
		"its modseq is said to be %lld, and messages were expunged at %lld",
		{ { "UPDATE mailbox SET modseq = ? WHERE id = ?", "ym" } } },
	{ CHECK_NUMBERS, "SELECT id, 0, modseq, 0 FROM mailbox WHERE modseq < 1",
		"its modseq is %lld, which cannot be",
		{ { "UPDATE mailbox SET modseq = 1 WHERE id = ?", "m" } } },
	{ CHECK_EXPUNGED,
		"SELECT mailbox, 0, first, last FROM expunged WHERE first < 1 OR last < first OR"
		" last > 4294967294",
		"UIDs from %lld to %lld are said to be expunged, which cannot be",
		{ { "DELETE FROM expunged WHERE mailbox = ? AND first = ? AND last = ?", "mxy" },
			{ "UPDATE mailbox SET forgotten = modseq WHERE id = ?", "m" } } },
	{ CHECK_EXPUNGED,
		"SELECT x.mailbox, MIN(m.uid), x.first, x.last FROM expunged x JOIN message m ON"
		" m.mailbox = x.mailbox AND m.uid >= x.first AND m.uid <= x.last GROUP BY"
		" x.mailbox, x.first, x.last",
		"it is there, and UIDs from %lld to %lld are said to be expunged",
		{ { "DELETE FROM expunged WHERE mailbox = ? AND first = ? AND last = ?", "mxy" },
			{ "UPDATE mailbox SET forgotten = modseq WHERE id = ?", "m" } } },
	{ CHECK_NUMBERS,
		"SELECT id, 0, forgotten, modseq FROM mailbox WHERE forgotten < 0 OR forgotten >"
		" modseq",
		"what was expunged is said to be forgotten up to %lld, and its modseq is %lld",
		{ { "UPDATE mailbox SET forgotten = modseq WHERE id = ?", "m" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.expunged, COUNT(x.first) FROM mailbox b LEFT JOIN expunged x ON"
		" x.mailbox = b.id GROUP BY b.id, b.expunged HAVING b.expunged <> COUNT(x.first)",
		"it counts %lld rows of what was expunged, and there are %lld",
		{ { "UPDATE mailbox SET expunged = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.messages, COUNT(m.uid) FROM mailbox b LEFT JOIN message m ON"
		" m.mailbox = b.id GROUP BY b.id, b.messages HAVING b.messages <> COUNT(m.uid)",
		"it counts %lld messages, and there are %lld",
		{ { "UPDATE mailbox SET messages = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.unseen, COUNT(m.uid) FROM mailbox b LEFT JOIN message m ON"
		" m.mailbox = b.id AND (m.flags & 1) = 0 WHERE b.id NOT IN (SELECT mailbox"
		" FROM flagging) GROUP BY b.id, b.unseen HAVING b.unseen <> COUNT(m.uid)",
		"it counts %lld unseen messages, and there are %lld",
		{ { "UPDATE mailbox SET unseen = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.deleted, COUNT(m.uid) FROM mailbox b LEFT JOIN message m ON"
		" m.mailbox = b.id AND (m.flags & 8) <> 0 WHERE b.id NOT IN (SELECT mailbox"
		" FROM flagging) GROUP BY b.id, b.deleted HAVING b.deleted <> COUNT(m.uid)",
		"it counts %lld deleted messages, and there are %lld",
		{ { "UPDATE mailbox SET deleted = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.octets, COALESCE(SUM(m.octets), 0) FROM mailbox b LEFT JOIN"
		" message m ON m.mailbox = b.id GROUP BY b.id, b.octets HAVING b.octets <>"
		" COALESCE(SUM(m.octets), 0)",
		"it counts %lld octets, and there are %lld",
		{ { "UPDATE mailbox SET octets = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT b.id, 0, b.deleted_octets, COALESCE(SUM(m.octets), 0) FROM mailbox b LEFT"
		" JOIN message m ON m.mailbox = b.id AND (m.flags & 8) <> 0 WHERE b.id NOT"
		" IN (SELECT mailbox FROM flagging) GROUP BY b.id, b.deleted_octets HAVING "
		"b.deleted_octets <> COALESCE(SUM(m.octets), 0)",
		"it counts %lld octets of deleted messages, and there are %lld",
		{ { "UPDATE mailbox SET deleted_octets = ? WHERE id = ?", "ym" } } },
	{ CHECK_COUNTS,
		"SELECT 0, 0, a.octets, b.n FROM account a, (SELECT COALESCE(SUM(octets), 0) AS n"
		" FROM message) b WHERE a.id = 1 AND a.octets <> b.n",
		"all messages are said to have %lld octets, and have %lld",
		{ { "UPDATE account SET octets = ? WHERE id = 1", "y" } } },
};

int local_check_account_rows(struct checking *checking)
{
	return check_rules(
		checking, account_rules, sizeof(account_rules) / sizeof(account_rules[0]));
}

int local_check_flagging_rows(struct checking *checking)
{
	return check_rules(
		checking, flagging_rules, sizeof(flagging_rules) / sizeof(flagging_rules[0]));
}

int local_check_message_rows(struct checking *checking)
{
	return check_rules(
		checking, message_rules, sizeof(message_rules) / sizeof(message_rules[0]));
}
