/* mutants.h - backends that are broken in one way each, and the case that must notice. */
#ifndef ROOST_TESTS_MUTANTS_H
#define ROOST_TESTS_MUTANTS_H

#include "wrap.h"

struct mutant {
	const char *what; /* is wrong */
	const char *noticed_by; /* the name of a case */
	void (*mutate)(struct wrap *wrap);
};

extern const struct mutant mutants_user[];
extern const size_t mutants_user_count;
extern const struct mutant mutants_read[];
extern const size_t mutants_read_count;
extern const struct mutant mutants_write[];
extern const size_t mutants_write_count;

#endif
