/* sqlite_revive.c - reading an SQLite database whose beginning is damaged.
 *
 * Its first page says what the file is and where each table begins. Tables are made in the same order
 * in every new database, so that of another one with the same tables does as well. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "files.h"
#include "folder.h"

#define PAGE 4096
/* Where the header has the size of the file in pages, and the list of free ones. */
#define PAGES_AT 28
#define FREE_AT 32
#define FREE_SIZE 8

static void put_number(unsigned char *to, uint32_t number)
{
	to[0] = (unsigned char)(number >> 24);
	to[1] = (unsigned char)(number >> 16);
	to[2] = (unsigned char)(number >> 8);
	to[3] = (unsigned char)number;
}

static int read_first_page(const char *path, unsigned char page[PAGE], off_t *size_out)
{
	struct stat is;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return local_folder_error(errno);
	}
	ssize_t n = pread(fd, page, PAGE, 0);
	int r = n < 0 || fstat(fd, &is) < 0 ? local_folder_error(errno)
		: n < PAGE                  ? ROOST_ERR_CORRUPT
					    : 0;
	*size_out = r == 0 ? is.st_size : 0;
	(void)close(fd);
	return r;
}

int local_driver_revive(const char *path, const char *sound, const char *revived)
{
	unsigned char page[PAGE];
	struct stat is;
	off_t least = 0;
	int r = read_first_page(sound, page, &least);
	if (r == 0) {
		r = local_files_copy(path, revived);
	}
	if (r < 0) {
		return r;
	}
	int fd = open(revived, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &is) < 0) {
		r = local_folder_error(errno);
	} else {
		/* Every table must begin in the file, with nothing in it if it was cut off there. */
		off_t size = is.st_size > least ? is.st_size : least;
		put_number(page + PAGES_AT, (uint32_t)(size / PAGE));
		memset(page + FREE_AT, 0, FREE_SIZE);
		r = ftruncate(fd, size) < 0 ? local_folder_error(errno) : 0;
	}
	if (r == 0) {
		r = pwrite(fd, page, PAGE, 0) == PAGE ? 0 : local_folder_error(errno);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return r;
}
