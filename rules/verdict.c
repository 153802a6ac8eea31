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

/* In the order of the bits of Notify. */
static const char *const notify_names[] = { "manager", "lead", "duty", "author" };

static const char *const urgent_names[] = {
	[URGENT_NO] = "no",
	[URGENT_TODAY] = "today",
	[URGENT_NOW] = "now",
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
	g_free(finding->context);
	g_free(finding);
}

static void
free_cut(gpointer cut)
{
	cut_free(cut);
}

Verdict *
verdict_new(void)
{
	Verdict *verdict = g_new0(Verdict, 1);

	verdict->findings = g_ptr_array_new_with_free_func(finding_free);
	verdict->sealed = g_ptr_array_new_with_free_func(g_free);
	verdict->cases = g_ptr_array_new_with_free_func(g_free);
	verdict->deliver_to = g_ptr_array_new_with_free_func(g_free);
	verdict->about = g_ptr_array_new_with_free_func(g_free);
	verdict->cuts = g_ptr_array_new_with_free_func(free_cut);
	verdict->facts = json_object();
	return verdict;
}

void
verdict_free(Verdict *verdict)
{
	if (verdict == NULL)
		return;
	g_ptr_array_unref(verdict->findings);
	g_ptr_array_unref(verdict->sealed);
	g_ptr_array_unref(verdict->cases);
	g_ptr_array_unref(verdict->deliver_to);
	g_ptr_array_unref(verdict->about);
	g_ptr_array_unref(verdict->cuts);
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

char **
notify_words(guint notify)
{
	char **words = g_new0(char *, G_N_ELEMENTS(notify_names) + 1);
	guint len = 0;

	for (guint i = 0; i < G_N_ELEMENTS(notify_names); i++)
		if (notify & (1U << i))
			words[len++] = g_strdup(notify_names[i]);
	return words;
}

static guint
notify_bit(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(notify_names); i++)
		if (strcmp(word, notify_names[i]) == 0)
			return 1U << i;
	return 0;
}

bool
notify_parse(const char *const *words, guint *notify)
{
	guint bits = 0;

	if (words[0] != NULL && strcmp(words[0], "nobody") == 0 && words[1] == NULL) {
		*notify = 0;
		return true;
	}
	for (; *words != NULL; words++) {
		guint bit = notify_bit(*words);

		if (bit == 0)
			return false;
		bits |= bit;
	}
	*notify = bits;
	return bits != 0;
}

const char *
urgent_name(Urgent urgent)
{
	return urgent_names[urgent];
}

bool
urgent_parse(const char *name, Urgent *urgent)
{
	for (guint i = 0; i < G_N_ELEMENTS(urgent_names); i++)
		if (strcmp(name, urgent_names[i]) == 0) {
			*urgent = (Urgent)i;
			return true;
		}
	return false;
}

static json_t *
notify_to_json(guint notify)
{
	g_auto(GStrv) words = notify_words(notify);

	return json_words_new((const char *const *)words);
}

void
verdict_seal(Verdict *verdict, const char *path)
{
	if (!g_ptr_array_find_with_equal_func(verdict->sealed, path, g_str_equal, NULL))
		g_ptr_array_add(verdict->sealed, g_strdup(path));
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
	if (finding->context != NULL)
		json_object_set_new(json, "context", json_text_new(finding->context));
	json_object_set_new(json, "notify", notify_to_json(finding->notify));
	json_object_set_new(json, "urgent", json_string(urgent_name(finding->urgent)));
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
texts_to_json(const GPtrArray *texts)
{
	json_t *array = json_array();

	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(array, json_text_new(texts->pdata[i]));
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
	json_object_set_new(json, "sealed", texts_to_json(verdict->sealed));
	json_object_set_new(json, "notify", notify_to_json(verdict->notify));
	json_object_set_new(json, "urgent", json_string(urgent_name(verdict->urgent)));
	json_object_set_new(json, "deliver_to", texts_to_json(verdict->deliver_to));
	json_object_set_new(json, "findings", findings_to_json(verdict));
	json_object_set_new(json, "facts", json_deep_copy(verdict->facts));
	json_object_set_new(json, "cases", texts_to_json(verdict->cases));
	json_object_set_new(json, "restricted", json_boolean(verdict->is_restricted));
	json_object_set_new(json, "about", texts_to_json(verdict->about));
	json_object_set_new(json, "author", json_text_new(verdict->author));
	json_object_set_new(json, "policy_version",
			    json_text_new(verdict->policy_version));
	return json;
}
