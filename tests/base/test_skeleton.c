/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_skeleton.c - what looks alike has one skeleton, what does not has two
 */
#include "config.h"

#include "base/skeleton.h"
#include "tests/testing.h"

#include <stdbool.h>
#include <string.h>

static void
test_what_looks_alike_has_one_skeleton(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_alike;
	} cases[] = {
		{ "carl@kids.example", "carl@kids.example", true },
		{ "carl@kids.example", "car1@kids.example", true },
		{ "dora@mail.example", "dora@rnail.example", true },
		{ "bob@kids.example", "b0b@kids.example", true },
		{ "carl@kids.example", "c\xD0\xB0rl@kids.example", true }, /* а */
		{ "p@paypal.example", "p@xn--pypal-4ve.example", true },   /* pаypal */
		{ "carl@kids.example", "karl@kids.example", false },
		{ "carl@kids.example", "carl@kid.example", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *one = skeleton_of_key(cases[i].one);
		g_autofree char *other = skeleton_of_key(cases[i].other);

		if ((strcmp(one, other) == 0) != cases[i].is_alike)
			fail_msg("%s and %s: %s, %s", cases[i].one, cases[i].other, one,
				 other);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_looks_alike_has_one_skeleton),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
