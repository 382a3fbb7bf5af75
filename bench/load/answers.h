/* answers.h - cuts what a server sends into answers. */
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"

/* One line of the server, or the first line of one that holds literals; without CRLF. */
typedef void answers_told(void *context, const char *line, size_t length);

struct answers {
	struct bytes part; /* of a line whose end has not come */
	uint64_t literal; /* octets of a literal that have not come */
	bool inside; /* of an answer, behind a literal: not told again */
};

/* Tell each answer that these octets complete. Literals are skipped without looking at them. */
void answers_feed(struct answers *answers, const char *data, size_t length, answers_told *told,
	void *context);
void answers_clear(struct answers *answers);

#endif
