/* call.c - the memory, the end and the error text of one command. */
#include "base/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define DEFAULT_MEMORY (64u * 1024u * 1024u)
#define MAX_TEXT 400

struct roost_call {
	struct arena arena;
	bool cancelled; /* by any thread, so always by __atomic */
	uint64_t done; /* by any thread, as that */
	uint64_t total;
	uint32_t delay; /* milliseconds */
	bool puts_off; /* hard work */
	bool may_not_wait;
	const char *reason; /* in the arena, or NULL */
	bool has_text;
	char text[MAX_TEXT + 1];
};

int roost_call_create(struct roost_call **call_out, size_t memory_limit)
{
	struct roost_call *call = calloc(1, sizeof(*call));

	if (call == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	arena_init(&call->arena, memory_limit == 0 ? DEFAULT_MEMORY : memory_limit);
	*call_out = call;
	return 0;
}

void roost_call_destroy(struct roost_call *call)
{
	if (call != NULL) {
		arena_reset(&call->arena);
		free(call);
	}
}

void roost_call_reset(struct roost_call *call)
{
	arena_reset(&call->arena);
	__atomic_store_n(&call->cancelled, false, __ATOMIC_RELAXED);
	roost_call_progress(call, 0, 0);
	call->delay = 0;
	call->puts_off = false;
	call->may_not_wait = false;
	call->reason = NULL;
	call->has_text = false;
}

struct arena *call_arena(struct roost_call *call)
{
	return &call->arena;
}

void *roost_call_alloc(struct roost_call *call, size_t size)
{
	return arena_alloc(&call->arena, size);
}

char *roost_call_strndup(struct roost_call *call, const char *bytes, size_t n)
{
	return arena_strndup(&call->arena, bytes, n);
}

bool roost_call_cancelled(const struct roost_call *call)
{
	return __atomic_load_n(&call->cancelled, __ATOMIC_RELAXED);
}

void roost_call_cancel(struct roost_call *call)
{
	__atomic_store_n(&call->cancelled, true, __ATOMIC_RELAXED);
}

int roost_call_fail(struct roost_call *call, int error, const char *text)
{
	size_t n = strnlen(text, MAX_TEXT);

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		call->text[i] = c < ' ' || c == 127 ? ' ' : text[i];
	}
	call->text[n] = '\0';
	call->has_text = n > 0;
	return error;
}

int roost_call_failf(struct roost_call *call, int error, const char *format, ...)
{
	char text[MAX_TEXT + 1];
	va_list arguments;

	va_start(arguments, format);
	int n = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return roost_call_fail(call, error, n < 0 ? "" : text);
}

const char *roost_call_text(const struct roost_call *call)
{
	return call->has_text ? call->text : NULL;
}

void roost_call_progress(struct roost_call *call, uint64_t done, uint64_t total)
{
	__atomic_store_n(&call->done, done, __ATOMIC_RELAXED);
	__atomic_store_n(&call->total, total, __ATOMIC_RELAXED);
}

void roost_call_get_progress(const struct roost_call *call, uint64_t *done_out, uint64_t *total_out)
{
	*done_out = __atomic_load_n(&call->done, __ATOMIC_RELAXED);
	*total_out = __atomic_load_n(&call->total, __ATOMIC_RELAXED);
}

void roost_call_delay(struct roost_call *call, uint32_t milliseconds)
{
	if (milliseconds > call->delay) {
		call->delay = milliseconds;
	}
}

uint32_t roost_call_get_delay(const struct roost_call *call)
{
	return call->delay;
}

void roost_call_explain(struct roost_call *call, const char *text)
{
	call->reason = arena_strndup(&call->arena, text, strlen(text));
}

const char *roost_call_reason(const struct roost_call *call)
{
	return call->reason;
}

bool roost_call_may_wait(const struct roost_call *call)
{
	return !call->may_not_wait;
}

void roost_call_set_may_wait(struct roost_call *call, bool may_wait)
{
	call->may_not_wait = !may_wait;
}

void call_put_off_hard_work(struct roost_call *call, bool put_off)
{
	call->puts_off = put_off;
}

int roost_call_begin_hard_work(struct roost_call *call)
{
	return call->puts_off ? ROOST_LATER : 0;
}
