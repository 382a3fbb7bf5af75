/* replay.c - runs a fuzz target over every file of the folders and files given. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	/* Exactly as large as the input, so that a sanitizer sees a read beyond it. */
	uint8_t *bytes = malloc(size > 0 ? size : 1);
	int r = -1;
	if (file != NULL && bytes != NULL && fread(bytes, 1, size, file) == size) {
		r = LLVMFuzzerTestOneInput(bytes, size);
	} else {
		perror(path);
	}
	if (file != NULL) {
		fclose(file);
	}
	free(bytes);
	return r;
}

static int replay(const char *path, unsigned *count)
{
	struct stat status;
	if (stat(path, &status) < 0) {
		perror(path);
		return -1;
	}
	if (!S_ISDIR(status.st_mode)) {
		(*count)++;
		return replay_file(path, (size_t)status.st_size);
	}
	DIR *folder = opendir(path);
	if (folder == NULL) {
		perror(path);
		return -1;
	}
	int r = 0;
	struct dirent *entry;
	while (r == 0 && (entry = readdir(folder)) != NULL) {
		char inside[4096];
		if (entry->d_name[0] == '.') {
			continue;
		}
		int n = snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
		r = n > 0 && (size_t)n < sizeof(inside) ? replay(inside, count) : -1;
	}
	closedir(folder);
	return r;
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	for (int i = 1; i < argc; i++) {
		if (replay(argv[i], &count) != 0) {
			return 1;
		}
	}
	printf("%u inputs\n", count);
	return count > 0 ? 0 : 1;
}
