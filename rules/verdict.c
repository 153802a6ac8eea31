/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.c - what was found in a message, and what follows
 */
#include "config.h"

#include "rules/verdict.h"

#include <string.h>

static const char *const action_names[] = {
	[ACTION_PASS] = "pass",
	[ACTION_TAG] = "tag",
	[ACTION_HOLD] = "hold",
	[ACTION_REJECT] = "reject",
};

static void
finding_free(gpointer data)
{
	Finding *finding = data;

	g_free(finding->rule);
	g_free(finding->paragraph);
	g_free(finding->where);
	g_free(finding->excerpt);
	g_free(finding->reason);
	g_free(finding);
}

Verdict *
verdict_new(void)
{
	Verdict *verdict = g_new0(Verdict, 1);

	verdict->findings = g_ptr_array_new_with_free_func(finding_free);
	verdict->cases = g_ptr_array_new_with_free_func(g_free);
	verdict->facts = json_object();
	return verdict;
}

void
verdict_free(Verdict *verdict)
{
	if (verdict == NULL)
		return;
	g_ptr_array_unref(verdict->findings);
	g_ptr_array_unref(verdict->cases);
	json_decref(verdict->facts);
	g_free(verdict->author);
	g_free(verdict->policy_version);
	g_free(verdict);
}

const char *
action_name(Action action)
{
	return action_names[action];
}

bool
action_parse(const char *name, Action *action)
{
	for (guint i = 0; i < G_N_ELEMENTS(action_names); i++)
		if (strcmp(name, action_names[i]) == 0) {
			*action = (Action)i;
			return true;
		}
	return false;
}

const char *
direction_name(Direction direction)
{
	switch (direction) {
	case DIRECTION_OUTBOUND:
		return "outbound";
	case DIRECTION_INBOUND:
		return "inbound";
	case DIRECTION_NONE:
	default:
		return NULL;
	}
}

json_t *
finding_to_json(const Finding *finding)
{
	json_t *json = json_object();

	json_object_set_new(json, "rule", json_text_new(finding->rule));
	json_object_set_new(json, "paragraph", json_text_new(finding->paragraph));
	json_object_set_new(json, "action", json_string(action_name(finding->action)));
	json_object_set_new(json, "where", json_text_new(finding->where));
	json_object_set_new(json, "excerpt", json_text_new(finding->excerpt));
	json_object_set_new(json, "reason", json_text_new(finding->reason));
	return json;
}

static json_t *
findings_to_json(const Verdict *verdict)
{
	json_t *array = json_array();

	for (guint i = 0; i < verdict->findings->len; i++)
		json_array_append_new(array,
				      finding_to_json(verdict->findings->pdata[i]));
	return array;
}

static json_t *
cases_to_json(const Verdict *verdict)
{
	json_t *array = json_array();

	for (guint i = 0; i < verdict->cases->len; i++)
		json_array_append_new(array, json_text_new(verdict->cases->pdata[i]));
	return array;
}

json_t *
verdict_to_json(const Verdict *verdict)
{
	const bool is_lead = verdict->decides == DECIDES_LEAD;
	json_t *json = json_object();

	json_object_set_new(json, "scope", json_boolean(verdict->in_scope));
	json_object_set_new(json, "direction",
			    json_text_new(direction_name(verdict->direction)));
	json_object_set_new(json, "verdict", json_string(action_name(verdict->action)));
	json_object_set_new(json, "enforced",
			    json_boolean(verdict->applied == verdict->action));
	json_object_set_new(json, "decides", json_string(is_lead ? "lead" : "manager"));
	json_object_set_new(json, "sealed", json_array());
	json_object_set_new(json, "notify", json_array());
	json_object_set_new(json, "findings", findings_to_json(verdict));
	json_object_set_new(json, "facts", json_deep_copy(verdict->facts));
	json_object_set_new(json, "cases", cases_to_json(verdict));
	json_object_set_new(json, "author", json_text_new(verdict->author));
	json_object_set_new(json, "policy_version",
			    json_text_new(verdict->policy_version));
	return json;
}
