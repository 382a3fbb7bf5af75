/* pack.c - files that hold the bytes of many messages. */
#include "pack.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "bodies.h"
#include "folder.h"

#define NAME "pack-"
#define MAGIC "roostpak"
#define RECORD_MAGIC "rec:"
#define VERSION 1u

/* What a scan has of the file in memory: any record fits. */
#define WINDOW ((size_t)(PACK_RECORD + PACK_MESSAGE_MAX))
/* What is given up at a time where the disk cannot be read. */
#define BLOCK 4096

static void put_number(char *to, uint64_t number)
{
	number = htole64(number);
	memcpy(to, &number, sizeof(number));
}

static uint64_t get_number(const char *from)
{
	uint64_t number;
	memcpy(&number, from, sizeof(number));
	return le64toh(number);
}

static void put_short(char *to, uint32_t number)
{
	number = htole32(number);
	memcpy(to, &number, sizeof(number));
}

static uint32_t get_short(const char *from)
{
	uint32_t number;
	memcpy(&number, from, sizeof(number));
	return le32toh(number);
}

char *local_pack_path(const char *folder, uint64_t id)
{
	char *path = NULL;
	return asprintf(&path, "%s/" NAME "%016" PRIx64, folder, id) < 0 ? NULL : path;
}

bool local_pack_read_name(const char *name, uint64_t *id_out, bool *unfinished_out)
{
	return strncmp(name, NAME, strlen(NAME)) == 0 &&
	       local_bodies_read_name(name + strlen(NAME), id_out, unfinished_out) &&
	       !*unfinished_out;
}

int local_pack_drop(const char *folder, uint64_t id)
{
	char *path = local_pack_path(folder, id);
	int r = path == NULL                          ? ROOST_ERR_NO_MEMORY
		: unlink(path) < 0 && errno != ENOENT ? local_folder_error(errno)
						      : 0;
	free(path);
	return r;
}

static int write_at(int fd, uint64_t at, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, bytes, size, (off_t)at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return local_folder_error(errno);
		}
		bytes += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

int local_pack_read(int fd, uint64_t at, char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = pread(fd, bytes, size, (off_t)at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return n < 0 ? local_folder_error(errno) : ROOST_ERR_CORRUPT;
		}
		bytes += n;
		at += (uint64_t)n;
		size -= (size_t)n;
	}
	return 0;
}

static int open_file(const char *folder, uint64_t id, int flags, int *fd_out)
{
	char *path = local_pack_path(folder, id);
	struct stat is;
	if (path == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int r = 0;
	if (fd < 0) {
		r = errno == ENOENT || errno == ELOOP ? ROOST_ERR_CORRUPT
						      : local_folder_error(errno);
	} else if (fstat(fd, &is) < 0) {
		r = local_folder_error(errno);
	} else if (!S_ISREG(is.st_mode)) {
		r = ROOST_ERR_CORRUPT;
	}
	free(path);
	if (r < 0) {
		if (fd >= 0) {
			(void)close(fd);
		}
		return r;
	}
	*fd_out = fd;
	return 0;
}

int local_pack_open_reader(const char *folder, uint64_t id, int *fd_out)
{
	return open_file(folder, id, O_RDONLY, fd_out);
}

int local_pack_create(const char *folder, uint64_t id, struct pack *pack_out)
{
	struct pack pack = { .fd = -1, .id = id, .end = PACK_HEADER };
	char header[PACK_HEADER] = MAGIC;
	char *path = local_pack_path(folder, id);
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && getrandom(&pack.salt, sizeof(pack.salt), 0) != sizeof(pack.salt)) {
		r = ROOST_ERR_UNAVAILABLE;
	}
	if (r == 0) {
		r = local_folder_make_file(path);
	}
	if (r < 0) {
		free(path);
		return r;
	}
	r = open_file(folder, id, O_RDWR, &pack.fd);
	if (r == 0) {
		put_short(header + 8, VERSION);
		put_number(header + 16, id);
		put_number(header + 24, pack.salt);
		r = write_at(pack.fd, 0, header, sizeof(header));
	}
	if (r == 0) {
		r = local_folder_sync(folder);
	}
	if (r == 0) {
		*pack_out = pack;
	} else {
		local_pack_close(&pack);
		(void)unlink(path);
	}
	free(path);
	return r;
}

/* The number and the salt in a file's header. False when it is none of ours. */
static bool read_header(const char header[PACK_HEADER], uint64_t *id_out, uint64_t *salt_out)
{
	if (memcmp(header, MAGIC, 8) != 0 || get_short(header + 8) != VERSION) {
		return false;
	}
	*id_out = get_number(header + 16);
	*salt_out = get_number(header + 24);
	return true;
}

int local_pack_read_salt(int fd, uint64_t id, uint64_t *salt_out)
{
	char header[PACK_HEADER];
	uint64_t number, salt;
	int r = local_pack_read(fd, 0, header, sizeof(header));
	if (r == 0 && (!read_header(header, &number, &salt) || number != id)) {
		r = ROOST_ERR_CORRUPT;
	}
	if (r == 0) {
		*salt_out = salt;
	}
	return r;
}

int local_pack_open(const char *folder, uint64_t id, uint64_t size, struct pack *pack_out)
{
	struct pack pack = { .fd = -1, .id = id };
	struct stat is;
	int r = open_file(folder, id, O_RDWR, &pack.fd);
	if (r < 0) {
		return r;
	}
	r = local_pack_read_salt(pack.fd, id, &pack.salt);
	if (r == 0 && fstat(pack.fd, &is) < 0) {
		r = local_folder_error(errno);
	}
	/* What has another name is a backup's, too, and must not grow under it. */
	if (r == 0 && ((uint64_t)is.st_size < size || is.st_nlink != 1)) {
		r = ROOST_ERR_CORRUPT;
	}
	if (r < 0) {
		local_pack_close(&pack);
		return r;
	}
	pack.end = (uint64_t)is.st_size;
	*pack_out = pack;
	return 0;
}

static uint64_t mix(uint64_t hash, uint64_t number)
{
	hash = (hash ^ number) * 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 32);
}

/* Not a secret kept by a cipher: whoever reads the disk needs none. Who only sends mail cannot know the salt. */
static uint32_t check_of(uint64_t salt, uint64_t at, const struct pack_record *record)
{
	uint64_t hash = mix(mix(salt, salt >> 29), at);
	hash = mix(mix(mix(hash, record->email), record->octets), record->digest);
	return (uint32_t)(mix(hash, salt) >> 16);
}

void local_pack_write_header(const struct pack *pack, uint64_t at, const struct pack_record *record,
	char header[PACK_RECORD])
{
	memcpy(header, RECORD_MAGIC, 4);
	put_short(header + 4, check_of(pack->salt, at, record));
	put_number(header + 8, record->email);
	put_number(header + 16, record->octets);
	put_number(header + 24, record->digest);
}

int local_pack_append(struct pack *pack, const char *records, size_t size)
{
	int r = write_at(pack->fd, pack->end, records, size);
	if (r == 0) {
		pack->end += size;
	} else {
		local_pack_cut(pack, pack->end);
	}
	return r;
}

void local_pack_cut(struct pack *pack, uint64_t end)
{
	/* What stays behind the end is only in the way. */
	if (ftruncate(pack->fd, (off_t)end) == 0) {
		pack->end = end;
	}
}

int local_pack_sync(const struct pack *pack)
{
	return fdatasync(pack->fd) < 0 ? local_folder_error(errno) : 0;
}

void local_pack_close(struct pack *pack)
{
	if (pack->fd >= 0) {
		(void)close(pack->fd);
	}
	pack->fd = -1;
}

static void read_record(const char header[PACK_RECORD], struct pack_record *record_out)
{
	*record_out = (struct pack_record) {
		.email = get_number(header + 8),
		.octets = get_number(header + 16),
		.digest = get_number(header + 24),
	};
}

bool local_pack_is_of(const char header[PACK_RECORD], uint64_t email, uint64_t octets)
{
	struct pack_record record;
	read_record(header, &record);
	return memcmp(header, RECORD_MAGIC, 4) == 0 && record.email == email &&
	       record.octets == octets;
}

/* A look through a file. */
struct scan {
	int fd;
	uint64_t size;
	bool salted; /* whether the file's header could be read, and `salt` is known */
	uint64_t salt;
	char *window; /* of the file */
	uint64_t from; /* what it begins with */
	size_t count; /* octets in it */
	pack_record_fn tell;
	void *context;
};

/* What cannot be read is taken for zeros. */
static int read_what_can_be(int fd, uint64_t at, char *bytes, size_t size)
{
	int r = local_pack_read(fd, at, bytes, size);
	for (size_t done = 0; r == ROOST_ERR_IO && done < size; done += BLOCK) {
		size_t n = size - done < BLOCK ? size - done : BLOCK;
		int of_block = local_pack_read(fd, at + done, bytes + done, n);
		if (of_block == ROOST_ERR_IO) {
			memset(bytes + done, 0, n);
		} else if (of_block < 0) {
			return of_block;
		}
	}
	return r == ROOST_ERR_IO ? 0 : r;
}

/* Have in the window what stands at `at`: `size` octets or what there is. */
static int look(struct scan *scan, uint64_t at, size_t size, size_t *size_out)
{
	uint64_t left = at < scan->size ? scan->size - at : 0;
	size = left < size ? (size_t)left : size;
	if (at < scan->from || at + size > scan->from + scan->count) {
		size_t wanted = left < WINDOW ? (size_t)left : WINDOW;
		scan->count = 0;
		int r = read_what_can_be(scan->fd, at, scan->window, wanted);
		if (r < 0) {
			return r;
		}
		scan->from = at;
		scan->count = wanted;
	}
	*size_out = size;
	return 0;
}

/* What looks like a record at `at`. 1, or 0 when it is none. */
static int find_record(struct scan *scan, uint64_t at, struct pack_record *record_out)
{
	size_t size = 0;
	int r = look(scan, at, PACK_RECORD, &size);
	if (r < 0 || size < PACK_RECORD) {
		return r;
	}
	const char *header = scan->window + (at - scan->from);
	read_record(header, record_out);
	return memcmp(header, RECORD_MAGIC, 4) == 0 && record_out->octets <= PACK_MESSAGE_MAX &&
	       record_out->octets <= scan->size - at - PACK_RECORD &&
	       (!scan->salted || get_short(header + 4) == check_of(scan->salt, at, record_out));
}

/* Tell of a record. 1 when it is whole, so that the next one stands behind it. */
static int tell_record(struct scan *scan, uint64_t at, const struct pack_record *record)
{
	struct roost_content *content = NULL;
	uint64_t digest = 0;
	size_t size = 0;
	int r = look(scan, at, PACK_RECORD + (size_t)record->octets, &size);
	if (r < 0) {
		return r;
	}
	const char *bytes = scan->window + (at - scan->from) + PACK_RECORD;
	r = roost_content_create_borrowed(bytes, (size_t)record->octets, NULL, NULL, &content);
	if (r == 0) {
		r = local_bodies_digest(content, &digest);
		roost_content_unref(content);
	}
	bool whole = digest == record->digest;
	if (r == 0 && (whole || scan->salted)) {
		r = scan->tell(scan->context, at, record, bytes, whole);
	}
	return r == 0 ? whole : r;
}

/* The next place from `at` on where a record may begin; the end when there is none. */
static int find_next(struct scan *scan, uint64_t at, uint64_t *next_out)
{
	while (at + PACK_RECORD <= scan->size) {
		size_t size = 0;
		int r = look(scan, at, PACK_RECORD, &size);
		if (r < 0) {
			return r;
		}
		size_t skip = (size_t)(at - scan->from);
		const char *found =
			memmem(scan->window + skip, scan->count - skip, RECORD_MAGIC, 4);
		if (found != NULL) {
			*next_out = scan->from + (uint64_t)(found - scan->window);
			return 0;
		}
		at = scan->from + scan->count - 3; /* it may stand across the edge */
	}
	*next_out = scan->size;
	return 0;
}

static int scan_all(struct scan *scan)
{
	struct pack_record record;
	uint64_t at = PACK_HEADER;
	while (at + PACK_RECORD <= scan->size) {
		int r = find_record(scan, at, &record);
		if (r == 1) {
			r = tell_record(scan, at, &record);
		}
		if (r == 1) {
			at += PACK_RECORD + record.octets;
			continue;
		}
		if (r < 0 || !scan->salted) {
			/* Without the salt only what stands in its place can be believed. */
			return r;
		}
		r = find_next(scan, at + 1, &at);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int local_pack_scan(int fd, uint64_t size, pack_record_fn tell, void *context)
{
	char header[PACK_HEADER];
	struct scan scan = { .fd = fd, .tell = tell, .context = context };
	struct stat is;
	uint64_t id;
	if (fstat(fd, &is) < 0) {
		return local_folder_error(errno);
	}
	scan.size = (uint64_t)is.st_size < size ? (uint64_t)is.st_size : size;
	if (scan.size < PACK_HEADER) {
		return 0;
	}
	int r = read_what_can_be(fd, 0, header, sizeof(header));
	if (r < 0) {
		return r;
	}
	scan.salted = read_header(header, &id, &scan.salt);
	scan.window = malloc(WINDOW);
	r = scan.window == NULL ? ROOST_ERR_NO_MEMORY : scan_all(&scan);
	free(scan.window);
	return r;
}
