/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_retention.c - one class more never makes it shorter
 *
 * The input is a table; the classes and events are those of the shipped examples.
 */
#include "config.h"

#include "desk/retention.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GHashTable *
make_events(Day first)
{
	static const char *const names[] = { "born", "closed", "died", "order" };
	GHashTable *events = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_hash_table_insert(events, (gpointer)(gsize)names[i],
				    GUINT_TO_POINTER(first + i * 5000));
	return events;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const one[] = { "looked-after", NULL };
	static const char *const both[] = { "looked-after", "child-protection", NULL };
	g_autoptr(Retention) retention =
		retention_parse("t", (const char *)data, size, NULL);
	g_autoptr(GHashTable) events = make_events(730000);
	g_auto(RetentionTerm) alone = { 0 };
	g_auto(RetentionTerm) together = { 0 };

	if (retention == NULL)
		return 0;
	alone = retention_judge(retention, one, events);
	together = retention_judge(retention, both, events);
	g_assert_true((alone.rule == NULL) == (alone.why != NULL));
	if (alone.why != NULL)
		g_assert_nonnull(together.why);
	else if (together.why == NULL)
		g_assert_cmpuint(together.until, >=, alone.until);
	return 0;
}
