/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - what another set of rules would change, counted
 */
#include "config.h"

#include "desk/tally.h"

#include <string.h>

enum { EXAMPLES_MAX = 5 };

static const char *const counts[] = { "judged", "changed", "skipped", "by_program",
				      "unknown_people" };
static const char *const parts[] = { "verdicts", "rules" };
static const char *const examples[] = { "ids", "gained_ids", "lost_ids" };

json_t *
tally_new(void)
{
	json_t *tally = json_object();

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set_new(tally, counts[i], json_integer(0));
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		json_object_set_new(tally, parts[i], json_object());
	return tally;
}

bool
tally_is_valid(const json_t *tally)
{
	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		if (!json_is_integer(json_object_get(tally, counts[i])))
			return false;
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!json_is_object(json_object_get(tally, parts[i])))
			return false;
	return true;
}

void
tally_count(json_t *tally, const char *count)
{
	json_object_set_new(tally, count, json_integer(json_number(tally, count, 0) + 1));
}

static void
add_example(json_t *row, const char *list, const char *id)
{
	json_t *ids = json_object_get(row, list);

	if (json_array_size(ids) < EXAMPLES_MAX)
		json_array_append_new(ids, json_string(id));
}

void
tally_rule(json_t *tally, const char *rule, const char *id, bool before, bool after)
{
	json_t *rules = json_object_get(tally, "rules");
	json_t *row = json_object_get(rules, rule);

	if (row == NULL) {
		row = json_pack("{s:o, s:i, s:i, s:i, s:[], s:i, s:[]}", "rule",
				json_text_new(rule), "before", 0, "after", 0, "gained", 0,
				"gained_ids", "lost", 0, "lost_ids");
		json_object_set_new(rules, rule, row);
	}
	if (before)
		tally_count(row, "before");
	if (after)
		tally_count(row, "after");
	if (before == after)
		return;
	tally_count(row, after ? "gained" : "lost");
	add_example(row, after ? "gained_ids" : "lost_ids", id);
}

void
tally_verdict(json_t *tally, const char *id, Action before, Action after)
{
	json_t *verdicts = json_object_get(tally, "verdicts");
	g_autofree char *key =
		g_strdup_printf("%s>%s", action_name(before), action_name(after));
	json_t *row = json_object_get(verdicts, key);

	if (row == NULL) {
		row = json_pack("{s:s, s:s, s:i, s:[]}", "from", action_name(before),
				"to", action_name(after), "count", 0, "ids");
		json_object_set_new(verdicts, key, row);
	}
	tally_count(row, "count");
	add_example(row, "ids", id);
	tally_count(tally, "changed");
}

static int
compare_keys(gconstpointer one, gconstpointer other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static json_t *
list_rows(json_t *rows)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	json_t *list = json_array();
	const char *key;
	json_t *row;

	json_object_foreach(rows, key, row)
		g_ptr_array_add(keys, (gpointer)(gsize)key);
	g_ptr_array_sort(keys, compare_keys);
	for (guint i = 0; i < keys->len; i++)
		json_array_append(list, json_object_get(rows, keys->pdata[i]));
	return list;
}

json_t *
tally_answer(const json_t *tally)
{
	json_t *answer = json_object();

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		json_object_set(answer, counts[i], json_object_get(tally, counts[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		json_object_set_new(answer, parts[i],
				    list_rows(json_object_get(tally, parts[i])));
	return answer;
}

static bool
visit_row(const json_t *row, bool (*visit)(const char *id, void *data), void *data)
{
	json_t *id;
	gsize i;

	for (gsize list = 0; list < G_N_ELEMENTS(examples); list++)
		json_array_foreach(json_object_get(row, examples[list]), i, id) {
			if (!json_is_string(id) || !visit(json_string_value(id), data))
				return false;
		}
	return true;
}

bool
tally_examples(const json_t *tally, bool (*visit)(const char *id, void *data), void *data)
{
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *key;
		json_t *row;

		json_object_foreach(json_object_get(tally, parts[i]), key, row) {
			if (!visit_row(row, visit, data))
				return false;
		}
	}
	return true;
}
