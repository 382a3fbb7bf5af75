/* test_thread.c - threads, against a slow threading that does what RFC 5256 says word for word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <roost/content.h>
#include <roost/error.h>

#include "base/buf.h"
#include "random_mail.h"
#include "search/thread.h"
#include "search/thread_record.h"

#define MOST 10 /* messages of a random mailbox */
#define IDS 7
#define NODES (MOST + IDS + MOST) /* messages, dummies for ids, dummies of step 5 */
#define ROOT (-1)
#define ABSENT (-2) /* a dummy that was never made, or is deleted */

static const struct {
	const char *subject, *base;
	bool is_reply;
} subjects[] = { { "one", "one", false }, { "Re: one", "one", true }, { "ONE (fwd)", "one", true },
	{ "two", "two", false }, { "[Fwd: [x] two]", "two", true }, { "", "", false },
	{ "Re:", "", true }, { "three", "three", false }, { "re: Three", "three", true } };
#define SUBJECTS (sizeof(subjects) / sizeof(subjects[0]))

struct mail {
	int id; /* 0: none */
	int references[4];
	int reference_count;
	bool in_reply_to; /* instead of References */
	size_t subject;
	int day; /* 0: no Date field */
};

/* -- the fast one */

static int thread_in(struct threader *threader, const struct roost_message *message)
{
	struct roost_outline outline;
	struct buf record;
	bool known = (message->has & ROOST_MESSAGE_OUTLINE) != 0 &&
		     roost_outline_open(message->outline, message->outline_size, &outline) == 0;
	buf_init(&record, SIZE_MAX / 4);
	thread_record_write(
		ROOST_COMPARATOR_UNICODE_CASEMAP, message, known ? &outline : NULL, &record);
	assert_int_equal(buf_status(&record), 0);
	int r = threader_add(
		threader, message->uid, (struct roost_text) { record.data, record.size });
	buf_free(&record);
	return r;
}

static void add(struct threader *threader, uint32_t uid, const char *text)
{
	struct roost_content *content;
	void *outline;
	size_t size;
	assert_int_equal(roost_content_create_copy(text, strlen(text), &content), 0);
	assert_int_equal(roost_outline_create(content, &outline, &size), 0);
	struct roost_message message = { .size = sizeof(message),
		.uid = uid,
		.has = ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_INTERNAL_DATE,
		.outline = outline,
		.outline_size = size };
	assert_int_equal(thread_in(threader, &message), 0);
	free(outline);
	roost_content_unref(content);
}

static void write_mail(const struct mail *mail, char *text, size_t size)
{
	int n = snprintf(text, size, "Subject: %s\r\n", subjects[mail->subject].subject);
	if (mail->day > 0) {
		n += snprintf(text + n, size - (size_t)n, "Date: %d Mar 2020 12:00:00 +0000\r\n",
			mail->day);
	}
	if (mail->id > 0) {
		/* The same id in two spellings. */
		n += snprintf(text + n, size - (size_t)n,
			mail->day % 2 ? "Message-ID: <\"i%d\"@x>\r\n" : "Message-ID: <i%d@x>\r\n",
			mail->id);
	}
	if (mail->reference_count > 0) {
		n += snprintf(text + n, size - (size_t)n,
			mail->in_reply_to ? "In-Reply-To:" : "References:");
		for (int i = 0; i < mail->reference_count; i++) {
			n += snprintf(text + n, size - (size_t)n, " <i%d@x>", mail->references[i]);
		}
		n += snprintf(text + n, size - (size_t)n, "\r\n");
	}
	(void)snprintf(text + n, size - (size_t)n, "\r\n");
}

static void tell_tree(const struct thread_node *nodes, uint32_t node, struct buf *told)
{
	buf_char(told, '(');
	buf_number(told, nodes[node].uid);
	for (uint32_t child = nodes[node].first_child; child != 0; child = nodes[child].next) {
		assert_int_equal(nodes[child].parent, node);
		tell_tree(nodes, child, told);
	}
	buf_char(told, ')');
}

static void thread_fast(
	enum thread_algorithm algorithm, const struct mail *mails, int count, struct buf *told)
{
	const struct thread_node *nodes;
	struct threader *threader;
	char text[1000];
	assert_int_equal(threader_create(algorithm, &threader), 0);
	for (int i = 0; i < count; i++) {
		write_mail(&mails[i], text, sizeof(text));
		add(threader, (uint32_t)i + 1, text);
	}
	assert_int_equal(threader_build(threader, &nodes), 0);
	for (uint32_t top = nodes[0].first_child; top != 0; top = nodes[top].next) {
		tell_tree(nodes, top, told);
	}
	threader_destroy(threader);
}

/* -- the slow one */

struct slow {
	const struct mail *mails;
	int count;
	int parent[NODES];
};

static int date_of(const struct slow *slow, int node)
{
	return slow->mails[node].day; /* without one: the internal date, which is 1970 */
}

/* Messages by date, then as they came; a dummy as its first child. */
static int first_message(const struct slow *slow, int node)
{
	int best = node < slow->count ? node : -1;
	for (int i = 0; node >= slow->count && i < slow->count; i++) {
		if (slow->parent[i] == node &&
			(best < 0 || date_of(slow, i) < date_of(slow, best))) {
			best = i;
		}
	}
	return best;
}

static bool comes_before(const struct slow *slow, int a, int b)
{
	int first_a = first_message(slow, a), first_b = first_message(slow, b);
	int date_a = date_of(slow, first_a), date_b = date_of(slow, first_b);
	return date_a != date_b ? date_a < date_b : first_a < first_b;
}

static int children_of(const struct slow *slow, int parent, int *children)
{
	int count = 0;
	for (int i = 0; i < NODES; i++) {
		if (slow->parent[i] != parent) {
			continue;
		}
		int at = count++;
		for (; at > 0 && comes_before(slow, i, children[at - 1]); at--) {
			children[at] = children[at - 1];
		}
		children[at] = i;
	}
	return count;
}

static void tell_slow(const struct slow *slow, int node, struct buf *told)
{
	int children[NODES];
	int count = children_of(slow, node, children);
	buf_char(told, '(');
	buf_number(told, node < slow->count ? (uint64_t)node + 1 : 0);
	for (int i = 0; i < count; i++) {
		tell_slow(slow, children[i], told);
	}
	buf_char(told, ')');
}

static bool is_under(const struct slow *slow, int node, int above)
{
	for (; node >= 0; node = slow->parent[node]) {
		if (node == above) {
			return true;
		}
	}
	return false;
}

static int node_of_id(struct slow *slow, int id)
{
	for (int i = 0; i < slow->count; i++) {
		if (slow->mails[i].id == id) {
			return i;
		}
	}
	int dummy = slow->count + id - 1;
	if (slow->parent[dummy] == ABSENT) {
		slow->parent[dummy] = ROOT;
	}
	return dummy;
}

static void slow_step_1(struct slow *slow)
{
	for (int i = 0; i < slow->count; i++) {
		const struct mail *mail = &slow->mails[i];
		int used =
			mail->in_reply_to && mail->reference_count > 1 ? 1 : mail->reference_count;
		int last = ROOT;
		for (int k = 0; k < used; k++) {
			int node = node_of_id(slow, mail->references[k]);
			if (last != ROOT && slow->parent[node] == ROOT &&
				!is_under(slow, last, node)) {
				slow->parent[node] = last;
			}
			last = node;
		}
		slow->parent[i] = ROOT;
		if (last != ROOT && !is_under(slow, last, i)) {
			slow->parent[i] = last;
		}
	}
}

/* Dummies one by one, until none is left that must go. */
static void slow_step_3(struct slow *slow)
{
	bool again = true;
	while (again) {
		again = false;
		for (int dummy = slow->count; dummy < NODES; dummy++) {
			int count = 0;
			for (int i = 0; i < NODES; i++) {
				count += slow->parent[i] == dummy;
			}
			if (slow->parent[dummy] == ABSENT ||
				(slow->parent[dummy] == ROOT && count > 1)) {
				continue;
			}
			for (int i = 0; i < NODES; i++) {
				if (slow->parent[i] == dummy) {
					slow->parent[i] = slow->parent[dummy];
				}
			}
			slow->parent[dummy] = ABSENT;
			again = true;
		}
	}
}

static void slow_step_5(struct slow *slow)
{
	int tops[NODES];
	const char *names[NODES];
	int table[NODES];
	int names_used = 0;
	int next_dummy = slow->count + IDS;
	int count = children_of(slow, ROOT, tops);
	int entry_of[NODES];
	for (int i = 0; i < count; i++) {
		int at = 0, now = tops[i];
		const char *base = subjects[slow->mails[first_message(slow, now)].subject].base;
		entry_of[i] = -1;
		if (base[0] == '\0') {
			continue;
		}
		while (at < names_used && strcmp(names[at], base) != 0) {
			at++;
		}
		entry_of[i] = at;
		if (at == names_used) {
			names[names_used] = base;
			table[names_used++] = now;
			continue;
		}
		int there = table[at];
		bool there_dummy = there >= slow->count, now_dummy = now >= slow->count;
		bool there_reply = !there_dummy && subjects[slow->mails[there].subject].is_reply;
		bool now_reply = !now_dummy && subjects[slow->mails[now].subject].is_reply;
		if (!there_dummy && (now_dummy || (there_reply && !now_reply))) {
			table[at] = now;
		}
	}
	for (int i = 0; i < count; i++) {
		if (entry_of[i] < 0 || table[entry_of[i]] == tops[i]) {
			continue;
		}
		int there = table[entry_of[i]], now = tops[i];
		bool there_dummy = there >= slow->count, now_dummy = now >= slow->count;
		bool there_reply = !there_dummy && subjects[slow->mails[there].subject].is_reply;
		bool now_reply = !now_dummy && subjects[slow->mails[now].subject].is_reply;
		if (there_dummy && now_dummy) {
			for (int k = 0; k < NODES; k++) {
				slow->parent[k] = slow->parent[k] == now ? there : slow->parent[k];
			}
			slow->parent[now] = ABSENT;
		} else if (there_dummy || (now_reply && !there_reply)) {
			slow->parent[now] = there;
		} else {
			int dummy = next_dummy++;
			slow->parent[dummy] = ROOT;
			slow->parent[now] = dummy;
			slow->parent[there] = dummy;
			table[entry_of[i]] = dummy;
		}
	}
}

static void slow_by_subject(struct slow *slow)
{
	for (int i = 0; i < slow->count; i++) {
		int first = i;
		for (int k = 0; k < slow->count; k++) {
			if (strcmp(subjects[slow->mails[k].subject].base,
				    subjects[slow->mails[i].subject].base) == 0 &&
				comes_before(slow, k, first)) {
				first = k;
			}
		}
		slow->parent[i] = first == i ? ROOT : first;
	}
}

static int newest_date(const struct slow *slow, int top)
{
	int newest = 0;
	for (int i = 0; i < slow->count; i++) {
		if (is_under(slow, i, top) && date_of(slow, i) > newest) {
			newest = date_of(slow, i);
		}
	}
	return newest;
}

static void slow_by_newest(const struct slow *slow, int *tops, int count)
{
	for (int i = 1; i < count; i++) {
		int top = tops[i], date = newest_date(slow, top), at = i;
		for (; at > 0; at--) {
			int other = newest_date(slow, tops[at - 1]);
			if (other < date || (other == date && first_message(slow, tops[at - 1]) <
								      first_message(slow, top))) {
				break;
			}
			tops[at] = tops[at - 1];
		}
		tops[at] = top;
	}
}

static void thread_slow(
	enum thread_algorithm algorithm, const struct mail *mails, int count, struct buf *told)
{
	struct slow slow = { .mails = mails, .count = count };
	int tops[NODES];
	for (int i = 0; i < NODES; i++) {
		slow.parent[i] = i < count ? ROOT : ABSENT;
	}
	if (algorithm == THREAD_ORDERED_SUBJECT) {
		slow_by_subject(&slow);
	} else {
		slow_step_1(&slow);
		slow_step_3(&slow);
	}
	if (algorithm == THREAD_REFERENCES) {
		slow_step_5(&slow);
	}
	int top_count = children_of(&slow, ROOT, tops);
	if (algorithm == THREAD_REFS) {
		slow_by_newest(&slow, tops, top_count);
	}
	for (int i = 0; i < top_count; i++) {
		tell_slow(&slow, tops[i], told);
	}
}

/* -- both */

static int random_mails(uint32_t *seed, struct mail *mails)
{
	int count = 1 + (int)random_below(seed, MOST);
	uint32_t ids = 1 + random_below(seed, IDS);
	for (int i = 0; i < count; i++) {
		mails[i] = (struct mail) {
			.id = (int)random_below(seed, ids + 1),
			.reference_count = (int)random_below(seed, 5),
			.in_reply_to = random_below(seed, 4) == 0,
			.subject = random_below(seed, SUBJECTS),
			.day = (int)random_below(seed, 6),
		};
		for (int k = 0; k < mails[i].reference_count; k++) {
			mails[i].references[k] = 1 + (int)random_below(seed, ids);
		}
	}
	return count;
}

static void print_mails(const struct mail *mails, int count)
{
	char text[1000];
	for (int i = 0; i < count; i++) {
		write_mail(&mails[i], text, sizeof(text));
		print_error("%d:\n%s", i + 1, text);
	}
}

static void test_random(void **state)
{
	uint32_t seed = 1;
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct mail mails[MOST];
		struct buf fast, slow;
		enum thread_algorithm algorithm = round % 8 == 0   ? THREAD_ORDERED_SUBJECT
						  : round % 8 <= 2 ? THREAD_REFS
								   : THREAD_REFERENCES;
		int count = random_mails(&seed, mails);
		buf_init(&fast, 10000);
		buf_init(&slow, 10000);
		thread_fast(algorithm, mails, count, &fast);
		thread_slow(algorithm, mails, count, &slow);
		buf_char(&fast, '\0');
		buf_char(&slow, '\0');
		if (strcmp(fast.data, slow.data) != 0) {
			print_mails(mails, count);
		}
		assert_string_equal(fast.data, slow.data);
		buf_free(&fast);
		buf_free(&slow);
	}
}

/* -- long ones */

#define LONG 100000u

/* Which message the `i`th refers to, and what it is itself. */
static void write_link(char *text, size_t size, uint32_t self, uint32_t parent)
{
	(void)snprintf(text, size,
		"Message-ID: <m%u@x>\r\nReferences: <m%u@x>\r\nSubject: s%u\r\n\r\n", self, parent,
		self);
}

static void check_all_once(const struct thread_node *nodes, uint32_t count)
{
	char *seen = calloc(count + 1, 1);
	uint32_t told = 0;
	for (uint32_t at = nodes[0].first_child; at != 0;) {
		if (nodes[at].uid != 0) {
			assert_in_range(nodes[at].uid, 1, count);
			assert_int_equal(seen[nodes[at].uid], 0);
			seen[nodes[at].uid] = 1;
			told++;
		}
		if (nodes[at].first_child != 0) {
			at = nodes[at].first_child;
			continue;
		}
		while (at != 0 && nodes[at].next == 0) {
			at = nodes[at].parent;
		}
		at = at == 0 ? 0 : nodes[at].next;
	}
	assert_int_equal(told, count);
	free(seen);
}

/* A chain that grows at its end, at its beginning, from the middle, and one whose pieces are joined. */
static void test_deep(void **state)
{
	(void)state;
	for (int shape = 0; shape < 4; shape++) {
		const struct thread_node *nodes;
		struct threader *threader;
		char text[200];
		assert_int_equal(threader_create(THREAD_REFERENCES, &threader), 0);
		for (uint32_t i = 1; i <= LONG; i++) {
			uint32_t self = shape == 0   ? i
					: shape == 1 ? LONG - i + 1
					: shape == 2
						? (i % 2 ? LONG / 2 - i / 2 : LONG / 2 + i / 2)
						: (i <= LONG / 2 ? 2 * i : 2 * (i - LONG / 2) - 1);
			write_link(text, sizeof(text), self, self - 1);
			add(threader, i, text);
		}
		assert_int_equal(threader_build(threader, &nodes), 0);
		check_all_once(nodes, LONG);
		uint32_t depth = 0;
		for (uint32_t at = nodes[0].first_child; at != 0; at = nodes[at].first_child) {
			assert_int_equal(nodes[at].next, 0);
			depth++;
		}
		assert_int_equal(depth, LONG);
		threader_destroy(threader);
	}
}

/* All refer to one another at random, with many references. */
static void test_tangle(void **state)
{
	const struct thread_node *nodes;
	struct threader *threader;
	uint32_t seed = 7;
	(void)state;
	assert_int_equal(threader_create(THREAD_REFERENCES, &threader), 0);
	for (uint32_t i = 1; i <= 5000; i++) {
		struct buf text;
		buf_init(&text, 100000);
		buf_string(&text, "Message-ID: <m");
		buf_number(&text, random_below(&seed, 3000));
		buf_string(&text, "@x>\r\nReferences:");
		for (int k = 0; k < 20; k++) {
			buf_string(&text, "\r\n <m");
			buf_number(&text, random_below(&seed, 4000));
			buf_string(&text, "@x>");
		}
		buf_string(&text, "\r\n\r\n");
		buf_char(&text, '\0');
		add(threader, i, text.data);
		buf_free(&text);
	}
	assert_int_equal(threader_build(threader, &nodes), 0);
	check_all_once(nodes, 5000);
	threader_destroy(threader);
}

static void test_without_outlines(void **state)
{
	const struct thread_node *nodes;
	struct threader *threader;
	(void)state;
	assert_int_equal(threader_create(THREAD_REFERENCES, &threader), 0);
	assert_int_equal(threader_build(threader, &nodes), 0);
	assert_int_equal(nodes[0].first_child, 0);
	threader_destroy(threader);
	assert_int_equal(threader_create(THREAD_REFERENCES, &threader), 0);
	for (uint32_t i = 1; i <= 300; i++) {
		struct roost_message message = { .size = sizeof(message), .uid = i };
		assert_int_equal(thread_in(threader, &message), 0);
	}
	assert_int_equal(threader_build(threader, &nodes), 0);
	check_all_once(nodes, 300);
	threader_destroy(threader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_tangle),
		cmocka_unit_test(test_without_outlines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
