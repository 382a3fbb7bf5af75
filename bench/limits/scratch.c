/* scratch.c - a nameless file in a folder. */
#include "scratch.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fail.h"

int scratch_open(const char *folder)
{
	char path[4096];
	int length = snprintf(path, sizeof(path), "%s/limits-XXXXXX", folder);
	if (length < 0 || (size_t)length >= sizeof(path)) {
		fail("%s: the name is too long", folder);
	}
	int fd = mkostemp(path, O_CLOEXEC | O_APPEND);
	if (fd < 0 || unlink(path) != 0) {
		fail_errno("a file in %s", folder);
	}
	return fd;
}

char *scratch_octets(size_t length)
{
	char *octets = take_memory(length, 1);
	uint64_t chance = 88172645463325252U;
	for (size_t i = 0; i < length; i++) {
		/* xorshift; letters, lines and never a NUL, as in mail. */
		chance ^= chance << 13;
		chance ^= chance >> 7;
		chance ^= chance << 17;
		octets[i] = i % 72 == 71 ? '\n' : (char)('a' + chance % 26);
	}
	return octets;
}

void scratch_write(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t part = write(fd, data, length);
		if (part < 0) {
			fail_errno("write");
		}
		data += part;
		length -= (size_t)part;
	}
}
