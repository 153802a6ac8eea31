/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_hours.c - mail to a young person outside working hours (1.2)
 *
 * What a program writes by itself is not held against anybody's evening.
 */
#include "config.h"

#include "rules/check.h"

#include "base/clock.h"

void
check_office_hours(Inquiry *inquiry)
{
	const Policy *policy = inquiry->hearing->policy;
	const Hours *hours = policy_hours(policy);
	const char *holiday = policy_holiday(policy, inquiry->day);
	g_autofree char *time = NULL;

	if (inquiry->is_automatic ||
	    (holiday == NULL && hours_contains(hours, inquiry->hearing->time)))
		return;
	time = clock_format_local(inquiry->hearing->time, hours_zone(hours));
	inquiry_find(inquiry, "envelope", time,
		     holiday == NULL || *holiday == '\0' ? NULL : holiday);
}
