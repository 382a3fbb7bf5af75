/* test_wheel.c - timeouts: never early, at most a second late, moved and removed at will. */
#include "server/wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <roost/version.h>

#define START 1234567 /* milliseconds */
#define COUNT 400

struct timer {
	struct timeout timeout;
	uint64_t due;
	uint64_t came;
	unsigned times;
};

static struct wheel wheel;
static struct timer timers[COUNT];
static uint64_t now;
static void (*then)(struct timer *timer);

static int setup(void **state)
{
	(void)state;
	now = START;
	then = NULL;
	memset(timers, 0, sizeof(timers));
	wheel_init(&wheel, now);
	for (size_t i = 0; i < COUNT; i++) {
		timeout_init(&timers[i].timeout);
	}
	return 0;
}

static void expired(struct timeout *timeout)
{
	struct timer *timer = roost_container_of(timeout, struct timer, timeout);
	timer->came = now;
	timer->times++;
	if (then != NULL) {
		then(timer);
	}
}

static void go(uint64_t until, uint64_t step)
{
	while (now < until) {
		now += step;
		wheel_advance(&wheel, now, expired);
	}
}

static void set(struct timer *timer, uint64_t after)
{
	timer->due = now + after;
	wheel_set(&wheel, &timer->timeout, timer->due);
}

static void test_in_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		set(&timers[i], i * 997);
	}
	go(START + COUNT * 1000 + 2000, 250);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(timers[i].times, 1);
		assert_true(timers[i].came >= timers[i].due);
		assert_true(timers[i].came <= timers[i].due + 1250);
	}
}

/* After a long sleep all that was due comes at once. */
static void test_long_sleep(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		set(&timers[i], i * 997);
	}
	set(&timers[0], UINT32_MAX);
	go(START + 500000, 500000);
	for (size_t i = 1; i < COUNT; i++) {
		assert_int_equal(timers[i].times, 1);
	}
	assert_int_equal(timers[0].times, 0);
	wheel_remove(&timers[0].timeout);
}

static void test_moved(void **state)
{
	(void)state;
	set(&timers[0], 5000);
	set(&timers[0], 90000);
	set(&timers[1], 90000);
	wheel_set_earlier(&wheel, &timers[1].timeout, now + 5000);
	set(&timers[2], 5000);
	wheel_set_earlier(&wheel, &timers[2].timeout, now + 90000);
	set(&timers[3], 5000);
	wheel_remove(&timers[3].timeout);
	wheel_remove(&timers[3].timeout);
	wheel_set_earlier(&wheel, &timers[4].timeout, now + 90000);
	go(START + 10000, 1000);
	assert_int_equal(timers[0].times, 0);
	assert_int_equal(timers[1].times, 1);
	assert_int_equal(timers[2].times, 1);
	assert_int_equal(timers[3].times, 0);
	assert_int_equal(timers[4].times, 0);
	go(START + 95000, 1000);
	assert_int_equal(timers[0].times, 1);
	assert_int_equal(timers[1].times, 1);
	assert_int_equal(timers[4].times, 1);
}

static void set_again(struct timer *timer)
{
	set(timer, 0);
}

/* What is due already comes with the next second, not in the same round. */
static void test_again(void **state)
{
	(void)state;
	set(&timers[0], 0);
	then = set_again;
	go(START + 10000, 1000);
	assert_int_equal(timers[0].times, 10);
	wheel_remove(&timers[0].timeout);
}

static void remove_others(struct timer *timer)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (&timers[i] != timer) {
			wheel_remove(&timers[i].timeout);
		}
	}
}

static void test_removed_in_the_same_round(void **state)
{
	(void)state;
	unsigned times = 0;
	for (size_t i = 0; i < COUNT; i++) {
		set(&timers[i], 3000);
	}
	then = remove_others;
	go(START + 10000, 1000);
	for (size_t i = 0; i < COUNT; i++) {
		times += timers[i].times;
	}
	assert_int_equal(times, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_in_time, setup),
		cmocka_unit_test_setup(test_long_sleep, setup),
		cmocka_unit_test_setup(test_moved, setup),
		cmocka_unit_test_setup(test_again, setup),
		cmocka_unit_test_setup(test_removed_in_the_same_round, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
