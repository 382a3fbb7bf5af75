/* show.h - settings written for people: as roost.conf, and for the manual page. */
#ifndef PROGRAM_CONFIG_SHOW_H
#define PROGRAM_CONFIG_SHOW_H

#include <stdio.h>

#include "settings.h"

/* Write all keys as a roost.conf that means the same: what was set as it is, the rest commented out. */
void show_settings(FILE *out, const struct settings *settings);
/* Write a table of all keys in scdoc, for roost.conf(5); with `options` of the options of roost serve. */
void show_manual(FILE *out, bool options);

#endif
