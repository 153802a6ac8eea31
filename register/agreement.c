/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c - that a worker and a young person write to each other
 *
 * Whether those named exist, and who may decide, is for the desk; that the agreement
 * says what the guidance asks of it (1.6, 3.5, 12) is checked here.
 */
#include "config.h"

#include "register/agreement.h"

#include "register/field.h"
#include "register/person.h"

#include <string.h>

static const char *const ground_names[] = {
	[AGREEMENT_PARENT] = "parent",
	[AGREEMENT_DECISION] = "decision",
	[AGREEMENT_OF_AGE] = "of-age",
};

/* In the order of the bits of AgreementChannel. */
static const char *const channel_names[] = { "email", "text", "call" };

static guint
channel_bit(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(channel_names); i++)
		if (strcmp(word, channel_names[i]) == 0)
			return 1U << i;
	return 0;
}

static bool
read_channels(const json_t *json, guint *channels, GError **error)
{
	g_auto(GStrv) words = NULL;

	if (!field_words(json, "channels", &words, error))
		return false;
	for (char **word = words; *word != NULL; word++) {
		guint bit = channel_bit(*word);

		if (bit == 0)
			return field_fail(error, "channels",
					  "'%s' is no channel: write email, text or call",
					  *word);
		*channels |= bit;
	}
	if (*channels == 0)
		*channels = AGREEMENT_EMAIL;
	return true;
}

static bool
read_ground(const json_t *json, AgreementGround *ground, GError **error)
{
	g_autofree char *name = NULL;

	if (!field_need_text(json, "ground", &name, error))
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(ground_names); i++)
		if (strcmp(name, ground_names[i]) == 0) {
			*ground = (AgreementGround)i;
			return true;
		}
	return field_fail(error, "ground",
			  "'%s' is no ground: write parent, decision or of-age", name);
}

static bool
read_staff(const json_t *json, char ***staff, GError **error)
{
	if (!field_mailboxes(json, "staff", staff, error))
		return false;
	return (*staff)[0] != NULL ||
	       field_fail(error, "staff",
			  "is missing: name the worker or team by work address");
}

static bool
check_ground(const Agreement *agreement, GError **error)
{
	if (agreement->ground == AGREEMENT_PARENT && agreement->parent == NULL)
		return field_fail(error, "parent", "is missing: name who is aware");
	if (agreement->ground == AGREEMENT_PARENT && agreement->parent_aware == DAY_NONE)
		return field_fail(error, "parent_aware",
				  "is missing: give the day on which they were told");
	if (agreement->ground == AGREEMENT_DECISION && agreement->decision == NULL)
		return field_fail(error, "decision",
				  "is missing: write what was decided and why");
	if (agreement->decision != NULL && agreement->decided_by == NULL)
		return field_fail(error, "decided_by", "is missing: say who decided");
	return true;
}

static bool
check_days(const Agreement *agreement, GError **error)
{
	if (agreement->until < agreement->from)
		return field_fail(error, "until",
				  "is before the agreement begins: correct one of them");
	return true;
}

static bool
read_days(const json_t *json, Agreement *agreement, GError **error)
{
	return field_need_day(json, "from", &agreement->from, error) &&
	       field_need_day(json, "until", &agreement->until, error) &&
	       field_need_day(json, "agreed", &agreement->agreed, error) &&
	       field_need_day(json, "informed", &agreement->informed, error) &&
	       field_day(json, "parent_aware", &agreement->parent_aware, error) &&
	       field_day(json, "parent_permits", &agreement->parent_permits, error) &&
	       field_day(json, "ended", &agreement->ended, error) &&
	       check_days(agreement, error);
}

static bool
read_agreement(const json_t *json, Agreement *agreement, GError **error)
{
	return field_need_text(json, "id", &agreement->id, error) &&
	       field_need_text(json, "case", &agreement->case_id, error) &&
	       read_staff(json, &agreement->staff, error) &&
	       read_channels(json, &agreement->channels, error) &&
	       field_need_text(json, "purpose", &agreement->purpose, error) &&
	       read_days(json, agreement, error) &&
	       read_ground(json, &agreement->ground, error) &&
	       field_text(json, "parent", &agreement->parent, error) &&
	       field_text(json, "decision", &agreement->decision, error) &&
	       field_mailbox(json, "decided_by", &agreement->decided_by, error) &&
	       field_text(json, "end_reason", &agreement->end_reason, error) &&
	       check_ground(agreement, error);
}

Agreement *
agreement_from_json(const json_t *json, GError **error)
{
	g_autoptr(Agreement) agreement = g_atomic_rc_box_new0(Agreement);

	if (!read_agreement(json, agreement, error))
		return NULL;
	return g_steal_pointer(&agreement);
}

static json_t *
channels_new(guint channels)
{
	json_t *array = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(channel_names); i++)
		if (channels & (1U << i))
			json_array_append_new(array, json_string(channel_names[i]));
	return array;
}

static void
set_days(json_t *json, const Agreement *agreement)
{
	json_object_set_new(json, "from", field_day_new(agreement->from));
	json_object_set_new(json, "until", field_day_new(agreement->until));
	json_object_set_new(json, "agreed", field_day_new(agreement->agreed));
	json_object_set_new(json, "informed", field_day_new(agreement->informed));
}

json_t *
agreement_to_json(const Agreement *agreement)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", json_text_new(agreement->id));
	json_object_set_new(json, "case", json_text_new(agreement->case_id));
	json_object_set_new(json, "staff",
			    json_words_new((const char *const *)agreement->staff));
	json_object_set_new(json, "channels", channels_new(agreement->channels));
	json_object_set_new(json, "purpose", json_text_new(agreement->purpose));
	set_days(json, agreement);
	json_object_set_new(json, "ground", json_string(ground_names[agreement->ground]));
	json_object_set_new(json, "parent", json_text_new(agreement->parent));
	json_object_set_new(json, "parent_aware", field_day_new(agreement->parent_aware));
	json_object_set_new(json, "parent_permits",
			    field_day_new(agreement->parent_permits));
	json_object_set_new(json, "decision", json_text_new(agreement->decision));
	json_object_set_new(json, "decided_by", json_text_new(agreement->decided_by));
	json_object_set_new(json, "ended", field_day_new(agreement->ended));
	json_object_set_new(json, "end_reason", json_text_new(agreement->end_reason));
	return json;
}

Agreement *
agreement_ref(Agreement *agreement)
{
	return g_atomic_rc_box_acquire(agreement);
}

static void
clear(gpointer data)
{
	Agreement *agreement = data;

	g_free(agreement->id);
	g_free(agreement->case_id);
	g_strfreev(agreement->staff);
	g_free(agreement->purpose);
	g_free(agreement->parent);
	g_free(agreement->decision);
	g_free(agreement->decided_by);
	g_free(agreement->end_reason);
}

void
agreement_unref(Agreement *agreement)
{
	if (agreement != NULL)
		g_atomic_rc_box_release_full(agreement, clear);
}

bool
agreement_holds_on(const Agreement *agreement, Day day)
{
	return agreement->from <= day && day <= agreement->until &&
	       (agreement->ended == DAY_NONE || day < agreement->ended);
}
