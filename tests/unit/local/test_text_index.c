/* test_text_index.c - search.db is opened while it is made anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/error.h>

#include "local_session.h"
#include "text_index.h"

#define TIMES 50
#define READERS 3

struct scene {
	char folder[256], mail[300], path[300], lock[300];
	struct text_place place;
	atomic_bool over;
	atomic_uint opened; /* by readers */
};

static void begin(struct scene *scene)
{
	struct roost_backend *backend;
	struct local_session anna;
	local_folder_make(scene->folder, sizeof(scene->folder));
	assert_int_equal(local_session_open(scene->folder, 0, 0, &backend), 0);
	assert_int_equal(local_session_login(&anna, backend, "anna"), 0);
	assert_int_equal(local_session_create(&anna, "Work"), 0);
	local_session_logout(&anna);
	roost_backend_destroy(backend);
	(void)snprintf(scene->mail, sizeof(scene->mail), "%s/users/anna/mail.db", scene->folder);
	(void)snprintf(scene->path, sizeof(scene->path), "%s/of-test.db", scene->folder);
	(void)snprintf(scene->lock, sizeof(scene->lock), "%s/of-test.lock", scene->folder);
	scene->place = (struct text_place) { scene->path, scene->lock };
	atomic_init(&scene->over, false);
	atomic_init(&scene->opened, 0);
}

static struct driver *open_mail(const struct scene *scene)
{
	char text[256];
	struct driver *mail = NULL;
	assert_int_equal(local_driver_open(scene->mail, false, &mail, text, sizeof(text)), 0);
	return mail;
}

/* Open it as fast as one can; what is not there, or of another era, is no trouble. */
static void *read_on(void *context)
{
	struct scene *scene = context;
	struct driver *mail = open_mail(scene);
	while (!atomic_load(&scene->over)) {
		char text[256];
		struct text_index *index = NULL;
		struct text_cover cover;
		int r = local_text_index_open(
			&scene->place, false, mail, 7, &index, text, sizeof(text));
		assert_true(r == 0 || r == ROOST_ERR_NOT_SUPPORTED);
		if (r == 0) {
			assert_int_equal(local_text_index_begin_read(index, &cover), 0);
			assert_true(local_bits_count(&cover.looked) <= 1);
			local_text_cover_clear(&cover);
			local_text_index_end(index);
			local_text_index_close(index);
			(void)atomic_fetch_add(&scene->opened, 1);
		}
	}
	local_driver_close(mail);
	return NULL;
}

/* Have it of an era, and let it have looked at an email. */
static void write_to(struct scene *scene, struct driver *mail, uint64_t era, int64_t email)
{
	char text[256];
	struct text_index *index = NULL;
	struct text_cover cover = { .looked = { .pages = NULL } };
	assert_int_equal(local_bits_add(&cover.looked, email), 0);
	assert_int_equal(
		local_text_index_open(&scene->place, true, mail, era, &index, text, sizeof(text)),
		0);
	assert_false(local_text_index_is_gone(index, scene->path));
	assert_int_equal(local_text_index_begin_write(index), 0);
	assert_int_equal(local_text_index_write_cover(index, &cover, 0, 0, 0), 0);
	assert_int_equal(local_text_index_commit(index), 0);
	local_text_index_close(index);
	local_text_cover_clear(&cover);
}

static void test_made_anew(void **state)
{
	struct scene scene;
	pthread_t readers[READERS];
	(void)state;
	begin(&scene);
	struct driver *mail = open_mail(&scene);
	for (size_t i = 0; i < READERS; i++) {
		assert_int_equal(pthread_create(&readers[i], NULL, read_on, &scene), 0);
	}
	for (uint64_t i = 0; i < TIMES || atomic_load(&scene.opened) == 0; i++) {
		write_to(&scene, mail, 6 + i % 2, 1); /* the readers' each other time */
	}
	atomic_store(&scene.over, true);
	for (size_t i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(readers[i], NULL), 0);
	}
	local_driver_close(mail);
	local_folder_remove(scene.folder);
}

static struct text_index *open_reader(struct scene *scene, struct driver *mail)
{
	char text[256];
	struct text_index *reader = NULL;
	assert_int_equal(
		local_text_index_open(&scene->place, false, mail, 7, &reader, text, sizeof(text)),
		0);
	return reader;
}

/* Whether it has looked at this email only. */
static void assert_looked(struct text_index *reader, int64_t email)
{
	struct text_cover cover;
	assert_int_equal(local_text_index_begin_read(reader, &cover), 0);
	assert_int_equal(local_bits_count(&cover.looked), 1);
	assert_true(local_bits_has(&cover.looked, email));
	local_text_cover_clear(&cover);
}

/* Somebody has deleted the file, which is allowed, and left what belongs to it. */
static void test_only_the_file_is_gone(void **state)
{
	struct scene scene;
	struct bits found;
	(void)state;
	begin(&scene);
	struct driver *mail = open_mail(&scene);
	write_to(&scene, mail, 7, 1);
	struct text_index *reader = open_reader(&scene, mail);
	assert_looked(reader, 1);
	assert_int_equal(unlink(scene.path), 0);
	write_to(&scene, mail, 7, 2);
	assert_true(local_text_index_is_gone(reader, scene.path));
	/* Who reads what was there reads on. */
	assert_int_equal(
		local_text_index_find(reader, (struct roost_text) { "something", 9 }, &found), 1);
	local_bits_clear(&found);
	local_text_index_end(reader);
	local_text_index_close(reader);
	reader = open_reader(&scene, mail);
	assert_looked(reader, 2);
	local_text_index_end(reader);
	local_text_index_close(reader);
	local_driver_close(mail);
	local_folder_remove(scene.folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_anew),
		cmocka_unit_test(test_only_the_file_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
