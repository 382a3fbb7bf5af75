/* test_gate.c - counting connections: limits hold, and what leaves makes room. */
#include "server/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <roost/error.h>

static void test_together(void **state)
{
	(void)state;
	struct gate gate;
	bool counted;
	gate_init(&gate, 2, 0);
	assert_int_equal(gate_enter(&gate, "192.0.2.1", &counted), 0);
	assert_int_equal(gate_enter(&gate, "192.0.2.2", &counted), 0);
	assert_int_equal(gate_enter(&gate, "192.0.2.3", &counted), ROOST_ERR_LIMIT);
	assert_int_equal(gate_count(&gate), 2);
	gate_leave(&gate, "192.0.2.1", counted);
	assert_int_equal(gate_enter(&gate, "192.0.2.3", &counted), 0);
	assert_int_equal(gate_enter(&gate, "192.0.2.3", &counted), ROOST_ERR_LIMIT);
	gate_finish(&gate);
}

static void test_per_address(void **state)
{
	(void)state;
	struct gate gate;
	bool counted;
	gate_init(&gate, 100, 2);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(gate_enter(&gate, "::1", &counted), 0);
		assert_int_equal(gate_enter(&gate, "::1", &counted), 0);
		assert_int_equal(gate_enter(&gate, "::1", &counted), ROOST_ERR_LIMIT);
		assert_int_equal(gate_enter(&gate, "::2", &counted), 0);
		assert_int_equal(gate_count(&gate), 3);
		gate_leave(&gate, "::2", counted);
		gate_leave(&gate, "::1", counted);
		assert_int_equal(gate_enter(&gate, "::1", &counted), 0);
		assert_int_equal(gate_enter(&gate, "::1", &counted), ROOST_ERR_LIMIT);
		gate_leave(&gate, "::1", counted);
		gate_leave(&gate, "::1", counted);
		assert_int_equal(gate_count(&gate), 0);
	}
	gate_finish(&gate);
}

/* Addresses that have gone are forgotten. */
static void test_many_addresses(void **state)
{
	(void)state;
	struct gate gate;
	bool counted;
	char address[32];
	gate_init(&gate, 100, 1);
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(address, sizeof(address), "2001:db8::%x", (unsigned)i);
		assert_int_equal(gate_enter(&gate, address, &counted), 0);
		gate_leave(&gate, address, counted);
	}
	assert_int_equal(gate.counts.count, 0);
	gate_finish(&gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_per_address),
		cmocka_unit_test(test_many_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
