/* care.c - what the verbs that look after a store have in common. */
#include "care.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <roost/call.h>
#include <roost/error.h>

#include "accounts/user_name.h"
#include "common/verb.h"
#include "store/mail_store.h"

/* Seconds between two lines of progress. */
#define PROGRESS_EVERY 0.1

/* A mistyped folder must not become a new store. */
static bool is_store(const char *data)
{
	char path[4096];
	struct stat is;
	int n = snprintf(path, sizeof(path), "%s/users", data);
	return n > 0 && (size_t)n < sizeof(path) && stat(path, &is) == 0;
}

bool care_begin(struct care *care, const char *doing, const char *unit)
{
	care->doing = doing;
	care->unit = unit;
	care->terminal = isatty(STDERR_FILENO) == 1;
	if (!place_find(&care->place)) {
		return false;
	}
	if (!is_store(care->place.data)) {
		fprintf(stderr, "roost: there is no store in %s\n", care->place.data);
		return false;
	}
	if (roost_call_create(&care->call, 0) < 0) {
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	return mail_store_open(care->place.data, &care->backend);
}

void care_end(struct care *care)
{
	for (size_t i = 0; i < care->user_count; i++) {
		free(care->users[i]);
	}
	free(care->users);
	roost_backend_destroy(care->backend);
	roost_call_destroy(care->call);
}

static int add_user(void *context, const char *name)
{
	struct care *care = context;
	char **users = reallocarray(care->users, care->user_count + 1, sizeof(*users));
	if (users == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	care->users = users;
	users[care->user_count] = strdup(name);
	if (users[care->user_count] == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	care->user_count++;
	return 0;
}

bool care_take_users(struct care *care, char **names, int count)
{
	int r = 0;
	for (int i = 0; r == 0 && i < count; i++) {
		const char *why = "";
		char *name = user_name_fold(names[i], &why);
		if (name == NULL) {
			(void)verb_refuse("%s is no name for a user: %s", names[i], why);
			return false;
		}
		r = add_user(care, name);
		free(name);
	}
	care->all = count == 0;
	if (r == 0 && care->all) {
		r = roost_local_list_users(care->backend, care->call, add_user, care);
	}
	if (r < 0) {
		const char *text = roost_call_text(care->call);
		fprintf(stderr, "roost: %s\n", text != NULL ? text : roost_error_text(r));
	}
	return r == 0;
}

void care_turn_to(struct care *care, const char *user)
{
	roost_call_reset(care->call);
	care->user = user;
	care->told = 0;
}

static bool is_gone(const struct care *care)
{
	char *folder = NULL;
	bool gone = roost_local_user_folder(care->place.data, care->user, &folder) == 0 &&
		    access(folder, F_OK) < 0 && errno == ENOENT;
	free(folder);
	return gone;
}

bool care_tell_failure(struct care *care, int error)
{
	const char *text = roost_call_text(care->call);
	care_clear_progress(care);
	if (care->all && is_gone(care)) {
		care->gone++;
		return true;
	}
	fprintf(stderr, "roost: %s: %s\n", care->user,
		text != NULL ? text : roost_error_text(error));
	return false;
}

/* Text that may have come from a damaged disk: nothing of it reaches a terminal as a command. */
static void print_text(FILE *file, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		(void)fputc(c < 0x20 || c == 0x7f ? '?' : c, file);
	}
}

void care_report(void *context, const struct roost_local_finding *finding)
{
	struct care *care = context;
	bool note = finding->severity == ROOST_LOCAL_NOTE;
	care_clear_progress(care);
	care->findings += !note;
	care->left += !note && !finding->mended;
	print_text(stdout, care->user);
	(void)fputs(": ", stdout);
	print_text(stdout, finding->where);
	(void)fputs(": ", stdout);
	print_text(stdout, finding->text);
	(void)fputs(note                                    ? ". "
		    : finding->severity == ROOST_LOCAL_LOSS ? ". Mail is lost. "
							    : ". No mail is lost. ",
		stdout);
	if (finding->mended) {
		printf("Repaired: %s.", finding->mend);
	} else if (finding->mend != NULL) {
		printf("With --repair: %s.", finding->mend);
	} else if (finding->remedy != NULL) {
		printf("To do: %s.", finding->remedy);
	}
	printf(" [%s]\n", finding->what);
}

static double now(void)
{
	struct timespec time = { 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void care_progress(void *context, uint64_t done, uint64_t total)
{
	struct care *care = context;
	if (!care->terminal) {
		return;
	}
	double time = now();
	if (time - care->told < PROGRESS_EVERY) {
		return;
	}
	care->told = time;
	care->shown = true;
	fprintf(stderr, "\rroost: %s %s: %llu of %llu %s\033[K", care->doing, care->user,
		(unsigned long long)done, (unsigned long long)total, care->unit);
	(void)fflush(stderr);
}

void care_clear_progress(struct care *care)
{
	if (care->shown) {
		fputs("\r\033[K", stderr);
		(void)fflush(stderr);
		care->shown = false;
	}
}
