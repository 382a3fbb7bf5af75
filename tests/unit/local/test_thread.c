/* test_thread.c - which emails belong together, and what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "local_folder.h"
#include "schema.h"
#include "thread.h"

struct store {
	char folder[256];
	struct driver *db;
	int64_t email, numbered;
};

static void begin(struct store *store)
{
	char path[300], text[200] = "";
	*store = (struct store) { .db = NULL };
	local_folder_make(store->folder, sizeof(store->folder));
	(void)snprintf(path, sizeof(path), "%s/mail.db", store->folder);
	assert_int_equal(local_driver_open(path, true, &store->db, text, sizeof(text)), 0);
	assert_int_equal(local_schema_migrate(store->db, 1000, text, sizeof(text)), 0);
}

static void end(struct store *store)
{
	local_driver_close(store->db);
	local_folder_remove(store->folder);
}

/* The thread of a message with that header. */
static int64_t join(struct store *store, const char *header)
{
	struct roost_content *content;
	void *outline;
	size_t size;
	int64_t thread = -1;
	assert_int_equal(roost_content_create_copy(header, strlen(header), &content), 0);
	assert_int_equal(roost_outline_create(content, &outline, &size), 0);
	assert_int_equal(local_thread_join(store->db, ++store->email, outline, size,
				 &store->numbered, &thread),
		0);
	roost_content_unref(content);
	free(outline);
	return thread;
}

static int64_t count(struct store *store)
{
	struct driver_statement *s;
	assert_int_equal(local_driver_prepare(store->db, "SELECT COUNT(*) FROM message_id", &s), 0);
	assert_int_equal(local_driver_step(s), 1);
	int64_t answer = local_driver_number(s, 0);
	local_driver_done(s);
	return answer;
}

static void test_join(void **state)
{
	static const struct {
		const char *header;
		int64_t thread;
	} rows[] = {
		{ "Message-ID: <a@x>\n\n", 1 },
		{ "Message-ID: <b@x>\nReferences: <a@x>\n\n", 1 },
		{ "Message-ID: <c@x>\nIn-Reply-To: <b@x>\n\n", 1 },
		{ "Message-ID: <A@x>\n\n", 4 }, /* ids are not case-insensitive */
		{ "Message-ID: <\"a\"@x>\n\n", 1 }, /* but there are ways to write one */
		{ "Subject: none\n\n", 6 },
		{ "Message-ID: nonsense\n\n", 7 },
		{ "Message-ID: nonsense\n\n", 8 },
		{ "Message-ID: <d@x>\nReferences: <unknown@x> <A@x> <c@x>\n\n",
			1 }, /* the nearest */
		{ "Message-ID: <e@x>\nReferences: <unknown@x>\n\n", 1 },
		{ "Message-ID: <a@x>\nReferences: <A@x>\n\n", 1 }, /* the same again */
		{ "\n", 12 },
	};
	struct store store;
	(void)state;
	begin(&store);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(join(&store, rows[i].header), rows[i].thread);
	}
	int64_t thread = -1;
	assert_int_equal(
		local_thread_join(store.db, 50, "rubbish", 7, &store.numbered, &thread), 0);
	assert_int_equal(thread, 50);
	assert_int_equal(local_thread_join(store.db, 51, NULL, 0, &store.numbered, &thread), 0);
	assert_int_equal(thread, 51);
	end(&store);
}

static void test_many_references(void **state)
{
	struct store store;
	char header[20000];
	(void)state;
	begin(&store);
	size_t n = (size_t)snprintf(header, sizeof(header), "Message-ID: <new@x>\nReferences:");
	for (unsigned i = 0; i < 500; i++) {
		n += (size_t)snprintf(header + n, sizeof(header) - n, "\n <%u@x>", i);
	}
	(void)snprintf(header + n, sizeof(header) - n, "\n\n");
	assert_int_equal(join(&store, "Message-ID: <250@x>\n\n"), 1);
	assert_int_equal(join(&store, header), 2);
	/* The first, the last, and itself are known; what stands in the middle is not. */
	assert_int_equal(join(&store, "Message-ID: <0@x>\n\n"), 2);
	assert_int_equal(join(&store, "Message-ID: <499@x>\n\n"), 2);
	assert_int_equal(join(&store, "References: <new@x>\n\n"), 2);
	assert_int_equal(join(&store, "Message-ID: <251@x>\n\n"), 6);
	assert_in_range(count(&store), 3, 70);
	end(&store);
}

static void test_forgets(void **state)
{
	struct store store;
	(void)state;
	begin(&store);
	assert_int_equal(join(&store, "Message-ID: <first@x>\n\n"), 1);
	store.numbered = 199990;
	assert_int_equal(join(&store, "Message-ID: <second@x>\n\n"), 2);
	store.numbered = 399998;
	assert_int_equal(join(&store, "Message-ID: <third@x>\n\n"), 3);
	assert_int_equal(count(&store), 3);
	assert_int_equal(join(&store, "Message-ID: <fourth@x>\n\n"), 4);
	assert_int_equal(store.numbered, 400000);
	assert_int_equal(count(&store), 2);
	assert_int_equal(join(&store, "References: <third@x>\n\n"), 3);
	assert_int_equal(join(&store, "References: <second@x>\n\n"), 6);
	end(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_many_references),
		cmocka_unit_test(test_forgets),
	};
	return cmocka_run_group_tests_name("local/thread", tests, NULL, NULL);
}
