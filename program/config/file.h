/* file.h - roost.conf: read into settings. */
#ifndef PROGRAM_CONFIG_FILE_H
#define PROGRAM_CONFIG_FILE_H

#include "settings.h"

/* Where the file is when nothing else is said. */
const char *config_file_usual(void);

/* The file to read: the one that is named, else the usual one if it is there, else NULL. */
const char *config_file_choose(const char *named);

/* What is told of each thing that is wrong: "roost.conf:12: listen is …". */
typedef void config_file_complain(void *context, const char *text);

/* Read all of a file. What is wrong is told, all of it; then false. */
bool config_file_read(
	struct settings *settings, const char *path, config_file_complain *complain, void *context);
/* A config_file_complain: a line on stderr. */
void config_file_say(void *context, const char *text);

#endif
