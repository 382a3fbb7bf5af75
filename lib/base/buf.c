/* buf.c - a growing buffer with a maximum. */
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define FIRST_CAPACITY 256u

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf) { .max = max };
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->size = 0;
	buf->failed = false;
}

char *buf_reserve(struct buf *buf, size_t n)
{
	if (buf->failed) {
		return NULL;
	}
	if (buf->capacity > 0 && buf->capacity - buf->size >= n) {
		return buf->data + buf->size;
	}
	if (n > buf->max || buf->size > buf->max - n) {
		buf->failed = true;
		return NULL;
	}
	size_t capacity = buf->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : buf->capacity;
	while (capacity < buf->size + n) {
		capacity = capacity > buf->max / 2 ? buf->max : capacity * 2;
	}
	if (capacity > buf->max) {
		capacity = buf->max;
	}
	char *data = realloc(buf->data, capacity);
	if (data == NULL) {
		buf->failed = true;
		return NULL;
	}
	buf->data = data;
	buf->capacity = capacity;
	return data + buf->size;
}

void buf_number(struct buf *buf, uint64_t number)
{
	/* Two digits for each division. */
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";
	char digits[20];
	size_t first = sizeof(digits);

	for (; number >= 10; number /= 100) {
		first -= 2;
		memcpy(digits + first, pairs + number % 100 * 2, 2);
	}
	if (number > 0 || first == sizeof(digits)) {
		digits[--first] = (char)('0' + number);
	}
	buf_add(buf, digits + first, sizeof(digits) - first);
}

int buf_status(const struct buf *buf)
{
	return buf->failed ? ROOST_ERR_NO_MEMORY : 0;
}
