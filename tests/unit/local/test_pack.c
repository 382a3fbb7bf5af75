/* test_pack.c - files that hold the bytes of many messages. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <roost/error.h>

#include "bodies.h"
#include "local_folder.h"
#include "pack.h"

#define ID 0xabcdefu
#define MESSAGES_MAX 16

/* A pack, and what is in it. */
struct house {
	char folder[256];
	struct pack pack;
	struct {
		uint64_t at;
		struct pack_record record;
		char *bytes;
	} messages[MESSAGES_MAX];
	size_t count;
	char *file; /* all of it */
	size_t size;
};

static uint64_t digest_of(const char *bytes, size_t size)
{
	struct roost_content *content = NULL;
	uint64_t digest = 0;
	assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
	assert_int_equal(local_bodies_digest(content, &digest), 0);
	roost_content_unref(content);
	return digest;
}

static void append(struct house *house, uint64_t email, const char *bytes, size_t size)
{
	size_t n = house->count++;
	house->messages[n].at = house->pack.end;
	house->messages[n].record = (struct pack_record) {
		.email = email,
		.octets = size,
		.digest = digest_of(bytes, size),
	};
	char *record = malloc(PACK_RECORD + size);
	assert_non_null(record);
	local_pack_write_header(&house->pack, house->pack.end, &house->messages[n].record, record);
	memcpy(record + PACK_RECORD, bytes, size);
	assert_int_equal(local_pack_append(&house->pack, record, PACK_RECORD + size), 0);
	house->messages[n].bytes = malloc(size + 1);
	assert_non_null(house->messages[n].bytes);
	memcpy(house->messages[n].bytes, bytes, size);
	free(record);
}

static void begin(struct house *house)
{
	*house = (struct house) { .count = 0 };
	local_folder_make(house->folder, sizeof(house->folder));
	assert_int_equal(local_pack_create(house->folder, ID, &house->pack), 0);
}

static void fill(struct house *house)
{
	append(house, 7, "Subject: one\r\n\r\nfirst\r\n", 23);
	append(house, 9, "", 0);
	append(house, 8, "rec:rec:rec:", 12);
	append(house, 1000000007u, "last", 4);
	assert_int_equal(local_pack_sync(&house->pack), 0);
}

static void end(struct house *house)
{
	for (size_t i = 0; i < house->count; i++) {
		free(house->messages[i].bytes);
	}
	local_pack_close(&house->pack);
	free(house->file);
	local_folder_remove(house->folder);
}

static void load(struct house *house)
{
	struct stat is;
	assert_int_equal(fstat(house->pack.fd, &is), 0);
	house->size = (size_t)is.st_size;
	house->file = malloc(house->size + 1);
	assert_non_null(house->file);
	assert_int_equal(local_pack_read(house->pack.fd, 0, house->file, house->size), 0);
}

static void store(const struct house *house, const char *bytes, size_t size)
{
	assert_int_equal(ftruncate(house->pack.fd, 0), 0);
	assert_int_equal(pwrite(house->pack.fd, bytes, size, 0), (ssize_t)size);
}

/* What a scan has told, by the messages that were put in. */
struct told {
	const struct house *house;
	unsigned whole[MESSAGES_MAX];
	unsigned damaged;
	int result;
};

static int tell(
	void *context, uint64_t at, const struct pack_record *record, const char *bytes, bool whole)
{
	struct told *told = context;
	const struct house *house = told->house;
	/* What was written last stands at a place where more than one have stood. */
	for (size_t i = house->count; whole && i-- > 0;) {
		if (house->messages[i].at == at) {
			assert_int_equal(record->email, house->messages[i].record.email);
			assert_int_equal(record->octets, house->messages[i].record.octets);
			assert_memory_equal(
				bytes, house->messages[i].bytes, (size_t)record->octets);
			told->whole[i]++;
			return told->result;
		}
	}
	assert_false(whole); /* nothing that was not put in */
	told->damaged++;
	return told->result;
}

static size_t scan(const struct house *house, uint64_t size, struct told *told)
{
	size_t count = 0;
	*told = (struct told) { .house = house };
	assert_int_equal(local_pack_scan(house->pack.fd, size, tell, told), 0);
	for (size_t i = 0; i < house->count; i++) {
		assert_true(told->whole[i] <= 1);
		count += told->whole[i];
	}
	return count;
}

static void test_write_read(void **state)
{
	struct house house;
	struct told told;
	char bytes[PACK_RECORD + 64];
	int fd = -1;
	(void)state;
	begin(&house);
	fill(&house);
	assert_int_equal(local_pack_open_reader(house.folder, ID, &fd), 0);
	for (size_t i = 0; i < house.count; i++) {
		const struct pack_record *record = &house.messages[i].record;
		size_t size = PACK_RECORD + (size_t)record->octets;
		assert_int_equal(local_pack_read(fd, house.messages[i].at, bytes, size), 0);
		assert_true(local_pack_is_of(bytes, record->email, record->octets));
		assert_false(local_pack_is_of(bytes, record->email + 1, record->octets));
		assert_false(local_pack_is_of(bytes, record->email, record->octets + 1));
		assert_memory_equal(
			bytes + PACK_RECORD, house.messages[i].bytes, (size_t)record->octets);
	}
	assert_int_equal(local_pack_read(fd, house.pack.end - 4, bytes, 5), ROOST_ERR_CORRUPT);
	(void)close(fd);
	assert_int_equal(scan(&house, UINT64_MAX, &told), house.count);
	assert_int_equal(told.damaged, 0);
	/* Only as far as was asked for. */
	assert_int_equal(scan(&house, house.messages[2].at, &told), 2);
	assert_int_equal(scan(&house, house.pack.end - 1, &told), 3);
	assert_int_equal(scan(&house, 0, &told), 0);
	end(&house);
}

static void test_go_on(void **state)
{
	struct house house;
	struct told told;
	(void)state;
	begin(&house);
	fill(&house);
	uint64_t counted = house.pack.end;
	local_pack_close(&house.pack);
	assert_int_equal(
		local_pack_open(house.folder, ID, counted + 1, &house.pack), ROOST_ERR_CORRUPT);
	assert_int_equal(local_pack_open(house.folder, ID + 1, 0, &house.pack), ROOST_ERR_CORRUPT);
	assert_int_equal(local_pack_open(house.folder, ID, counted, &house.pack), 0);
	assert_int_equal(house.pack.end, counted);
	/* What a crash has left is not written over, and what follows is found behind it. */
	assert_int_equal(pwrite(house.pack.fd, "rec:rubbish", 11, (off_t)counted), 11);
	local_pack_close(&house.pack);
	assert_int_equal(local_pack_open(house.folder, ID, counted, &house.pack), 0);
	assert_int_equal(house.pack.end, counted + 11);
	append(&house, 77, "behind", 6);
	assert_int_equal(scan(&house, UINT64_MAX, &told), 5);
	end(&house);
}

/* What did not come to the disk is taken back, and the next stands in its place. */
static void test_cut(void **state)
{
	struct house house;
	struct stat is;
	(void)state;
	begin(&house);
	fill(&house);
	uint64_t before = house.pack.end;
	append(&house, 11, "not on disk", 11);
	local_pack_cut(&house.pack, before);
	assert_int_equal(house.pack.end, before);
	assert_int_equal(fstat(house.pack.fd, &is), 0);
	assert_int_equal(is.st_size, before);
	append(&house, 12, "instead of it", 13);
	assert_int_equal(house.messages[house.count - 1].at, before);
	end(&house);
}

/* A crash while a record is written, at each of its bytes; and another one is written then. */
static void test_torn(void **state)
{
	struct house house;
	struct told told;
	(void)state;
	begin(&house);
	fill(&house);
	load(&house);
	for (size_t size = 0; size < house.size; size++) {
		store(&house, house.file, size);
		size_t whole = 0;
		while (whole < 4 && house.messages[whole].at + PACK_RECORD +
						    house.messages[whole].record.octets <=
					    size) {
			whole++;
		}
		assert_int_equal(scan(&house, UINT64_MAX, &told), whole);
		assert_int_equal(told.damaged, 0);
		struct pack again = { .fd = -1 };
		int r = local_pack_open(house.folder, ID, 0, &again);
		assert_int_equal(r, size < PACK_HEADER ? ROOST_ERR_CORRUPT : 0);
		if (r == 0) {
			struct pack before = house.pack;
			house.pack = again;
			append(&house, 55, "the next one", 12);
			assert_int_equal(scan(&house, UINT64_MAX, &told), whole + 1);
			house.pack = before;
			free(house.messages[--house.count].bytes);
			local_pack_close(&again);
		}
	}
	end(&house);
}

/* Each byte flipped: at most the message is lost that it belongs to, and nothing else is made up. */
static void test_flipped(void **state)
{
	struct house house;
	struct told told;
	(void)state;
	begin(&house);
	fill(&house);
	load(&house);
	for (size_t at = 0; at < house.size; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			house.file[at] = (char)(house.file[at] ^ (1 << bit));
			store(&house, house.file, house.size);
			size_t found = scan(&house, UINT64_MAX, &told);
			if (at >= PACK_HEADER) {
				assert_int_equal(found, house.count - 1);
			} else if (at < 12) {
				/* All stand where they should. */
				assert_int_equal(found, house.count);
			} else {
				/* Without the salt none can be told from what is made up. */
				assert_int_equal(found, at < 24 ? house.count : 0);
			}
			struct pack again = { .fd = -1 };
			int r = local_pack_open(house.folder, ID, 0, &again);
			assert_int_equal(
				r, at < 12 || (at >= 16 && at < 24) ? ROOST_ERR_CORRUPT : 0);
			local_pack_close(&again);
			house.file[at] = (char)(house.file[at] ^ (1 << bit));
		}
	}
	end(&house);
}

/* A message that has, in its bytes, what looks like another's record. */
static void test_forged(void **state)
{
	struct house house;
	struct told told;
	char forged[2 * PACK_RECORD + 20] = "hostile\r\n";
	(void)state;
	begin(&house);
	const struct pack_record record = {
		.email = 5, .octets = 4, .digest = digest_of("evil", 4)
	};
	/* Made with another salt, as its sender cannot know this one, but with all else right. */
	struct pack other = house.pack;
	other.salt++;
	local_pack_write_header(&other, house.pack.end + PACK_RECORD + 9, &record, forged + 9);
	memcpy(forged + 9 + PACK_RECORD, "evil", 4);
	append(&house, 1, forged, sizeof(forged));
	/* What was copied from another place of the same pack. */
	local_pack_write_header(&house.pack, house.pack.end, &record, forged + 9);
	append(&house, 2, forged, sizeof(forged));
	append(&house, 3, "good", 4);
	load(&house);
	assert_int_equal(scan(&house, UINT64_MAX, &told), 3);
	/* With the first header gone the scan looks into the bytes. */
	for (size_t i = 0; i < 2; i++) {
		house.file[house.messages[i].at] = 'X';
		store(&house, house.file, house.size);
		assert_int_equal(scan(&house, UINT64_MAX, &told), 2 - i);
		assert_int_equal(told.damaged, 0);
	}
	end(&house);
}

/* Sizes at which a scan needs more than it has in memory. */
static void test_large(void **state)
{
	static const size_t sizes[] = { PACK_MESSAGE_MAX, 1, PACK_MESSAGE_MAX - PACK_RECORD, 65536,
		PACK_MESSAGE_MAX - 3, 2, PACK_MESSAGE_MAX - 1, PACK_MESSAGE_MAX };
	enum { COUNT = sizeof(sizes) / sizeof(sizes[0]) };
	struct house house;
	struct told told;
	char *bytes = malloc(PACK_MESSAGE_MAX);
	(void)state;
	assert_non_null(bytes);
	/* Much that looks like the beginning of a record, but not so much that this takes long. */
	memset(bytes, 'x', PACK_MESSAGE_MAX);
	for (size_t i = 0; i + 4 <= PACK_MESSAGE_MAX; i += 250) {
		memcpy(bytes + i, "rec:", 4);
	}
	begin(&house);
	for (size_t i = 0; i < COUNT; i++) {
		append(&house, i, bytes, sizes[i]);
	}
	assert_int_equal(scan(&house, UINT64_MAX, &told), COUNT);
	/* The first of each two is damaged. */
	for (size_t i = 0; i < COUNT; i += 2) {
		assert_int_equal(
			pwrite(house.pack.fd, "!", 1, (off_t)house.messages[i].at + PACK_RECORD),
			1);
	}
	assert_int_equal(scan(&house, UINT64_MAX, &told), COUNT / 2);
	assert_int_equal(told.damaged, COUNT / 2);
	for (size_t i = 0; i < COUNT; i += 2) {
		assert_int_equal(pwrite(house.pack.fd, "!", 1, (off_t)house.messages[i].at), 1);
	}
	assert_int_equal(scan(&house, UINT64_MAX, &told), COUNT / 2);
	assert_int_equal(told.damaged, 0);
	end(&house);
	free(bytes);
}

static void test_ends_when_told(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	fill(&house);
	struct told told = { .house = &house, .result = ROOST_ERR_CANCELLED };
	assert_int_equal(
		local_pack_scan(house.pack.fd, UINT64_MAX, tell, &told), ROOST_ERR_CANCELLED);
	assert_int_equal(told.whole[0], 1);
	assert_int_equal(told.whole[1], 0);
	end(&house);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		bool is_pack;
		uint64_t id;
	} rows[] = {
		{ "pack-0000000000000001", true, 1 },
		{ "pack-00000000000000fF", false, 0 },
		{ "pack-ffffffffffffffff", true, UINT64_MAX },
		{ "pack-000000000000001", false, 0 },
		{ "pack-00000000000000001", false, 0 },
		{ "pack-0000000000000001.new", false, 0 },
		{ "0000000000000001", false, 0 },
		{ "pack-", false, 0 },
		{ "", false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t id = 0;
		bool unfinished;
		assert_int_equal(
			local_pack_read_name(rows[i].name, &id, &unfinished), rows[i].is_pack);
		assert_true(!rows[i].is_pack || id == rows[i].id);
	}
}

static void test_wrong_files(void **state)
{
	struct house house;
	char path[400];
	struct pack pack;
	int fd;
	(void)state;
	begin(&house);
	/* No number comes twice; what has it stays. */
	assert_int_equal(local_pack_create(house.folder, ID, &pack), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(local_pack_open(house.folder, ID, PACK_HEADER, &pack), 0);
	local_pack_close(&pack);
	assert_true(local_pack_create("/nonexistent", ID, &pack) < 0);
	(void)snprintf(path, sizeof(path), "%s/pack-%016x", house.folder, 1);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(local_pack_open_reader(house.folder, 1, &fd), ROOST_ERR_CORRUPT);
	assert_int_equal(local_pack_open(house.folder, 1, 0, &pack), ROOST_ERR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(local_pack_open_reader(house.folder, 1, &fd), ROOST_ERR_CORRUPT);
	assert_int_equal(local_pack_drop(house.folder, 1), 0);
	assert_int_equal(local_pack_drop(house.folder, 1), 0);
	assert_int_equal(access(path, F_OK), -1);
	/* One that a backup shares gets no more. */
	char other[400];
	(void)snprintf(other, sizeof(other), "%s/pack-%016x", house.folder, ID);
	assert_int_equal(link(other, path), 0);
	assert_int_equal(local_pack_open(house.folder, ID, PACK_HEADER, &pack), ROOST_ERR_CORRUPT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(local_pack_open(house.folder, ID, PACK_HEADER, &pack), 0);
	local_pack_close(&pack);
	/* Another pack's file under its name. */
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(local_pack_open(house.folder, 1, PACK_HEADER, &pack), ROOST_ERR_CORRUPT);
	end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_read),
		cmocka_unit_test(test_go_on),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_ends_when_told),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wrong_files),
	};
	return cmocka_run_group_tests_name("local/pack", tests, NULL, NULL);
}
