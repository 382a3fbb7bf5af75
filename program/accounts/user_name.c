/* user_name.c - what a user may be called. */
#include "user_name.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/local.h>

/* The octets of the character at the start of the text; 0 when it is not UTF-8. RFC 3629. */
static size_t character(const unsigned char *text, uint32_t *code_out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = text[0];
	size_t n = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (n < 2) {
		*code_out = first;
		return n;
	}
	uint32_t code = first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80) {
			return 0;
		}
		code = code << 6 | (text[i] & 0x3fu);
	}
	*code_out = code;
	bool good = first < 0xf5 && code >= least[n] && code <= 0x10ffff &&
		    (code < 0xd800 || code > 0xdfff);
	return good ? n : 0;
}

/* C0, DEL and C1. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static const char *find_fault(const char *name)
{
	const unsigned char *text = (const unsigned char *)name;
	if (text[0] == '\0') {
		return "it is empty";
	}
	while (*text != '\0') {
		uint32_t code;
		size_t n = character(text, &code);
		if (n == 0) {
			return "it is not UTF-8";
		}
		if (is_control(code)) {
			return "it holds a control character";
		}
		text += n;
	}
	return NULL;
}

char *user_name_fold(const char *name, const char **why_out)
{
	const char *fault = find_fault(name);
	char *folded = fault == NULL ? strdup(name) : NULL;
	char *folder = NULL;
	if (fault == NULL && folded == NULL) {
		fault = "out of memory";
	}
	for (char *c = folded; c != NULL && *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z') {
			*c = (char)(*c - 'A' + 'a');
		}
	}
	if (fault == NULL && roost_local_user_folder("", folded, &folder) < 0) {
		fault = "it is too long to be the name of a folder";
	}
	free(folder);
	if (fault == NULL) {
		return folded;
	}
	free(folded);
	if (why_out != NULL) {
		*why_out = fault;
	}
	return NULL;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *user_name_of_folder(const char *folder)
{
	char *name = strdup(folder);
	size_t n = 0;
	for (const char *c = folder; name != NULL && *c != '\0'; c++) {
		if (*c == '%' && digit(c[1]) >= 0 && digit(c[2]) >= 0) {
			name[n++] = (char)(digit(c[1]) << 4 | digit(c[2]));
			c += 2;
		} else {
			name[n++] = *c;
		}
	}
	if (name == NULL) {
		return NULL;
	}
	name[n] = '\0';
	/* What is spelled in another way than the store would is none of its users' folders. */
	char *folded = user_name_fold(name, NULL);
	char *path = NULL;
	bool good = folded != NULL && strcmp(folded, name) == 0 &&
		    roost_local_user_folder("", name, &path) == 0 &&
		    strcmp(strrchr(path, '/') + 1, folder) == 0;
	free(path);
	free(folded);
	if (!good) {
		free(name);
		return NULL;
	}
	return name;
}
