/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workers.c - staff add, change, list, show, end
 */
#include "config.h"

#include "desk/registry.h"
#include "desk/verbs.h"

#include <string.h>

static const Staff *
find_staff(const Ask *ask, GError **error)
{
	const Staff *staff = directory_staff(ask_directory(ask), ask->words[0]);

	if (staff == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "EMAIL: '%s' is not registered staff: see staff list",
			    ask->words[0]);
	return staff;
}

static bool
apply(const Ask *ask, json_t *payload, GError **error)
{
	const Verb *verb = verb_find(ask->area, ask->verb, error);

	return fields_apply(verb->fields, ask->options, ask_directory(ask), payload,
			    error);
}

json_t *
workers_add(Ask *ask, GError **error)
{
	g_autoptr(Address) email = address_parse(ask->words[0], NULL);
	g_autoptr(json_t) payload = NULL;

	if (email == NULL || address_text(email)[0] == '\0') {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "EMAIL: '%s' is not a mail address", ask->words[0]);
		return NULL;
	}
	if (directory_staff(ask_directory(ask), address_text(email)) != NULL) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "EMAIL: '%s' is registered already: use staff change",
			    ask->words[0]);
		return NULL;
	}
	payload = json_pack("{s:o}", "email", json_text_new(address_text(email)));
	return apply(ask, payload, error)
		       ? registry_keep(ask, REGISTER_STAFF, payload, error)
		       : NULL;
}

/* --away "FROM UNTIL"; "", or blanks alone, takes it back. */
static bool
apply_away(const Ask *ask, json_t *payload, GError **error)
{
	g_autofree char *away = g_strdup(json_text(ask->options, "away"));
	g_auto(GStrv) words =
		away == NULL ? NULL : g_strsplit_set(g_strstrip(away), " \t", -1);
	Day from = DAY_NONE;
	Day until = DAY_NONE;

	if (away == NULL)
		return true;
	if (away[0] != '\0') {
		from = words[0] == NULL ? DAY_NONE : day_parse(words[0], NULL);
		until = g_strv_length(words) == 2 ? day_parse(words[1], NULL) : DAY_NONE;
		if (from == DAY_NONE || until == DAY_NONE || until < from) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "--away: '%s' is not two days in order: write "
				    "YYYY-MM-DD YYYY-MM-DD",
				    away);
			return false;
		}
	}
	json_object_set_new(payload, "away_from",
			    away[0] == '\0' ? json_null() : json_string(words[0]));
	json_object_set_new(payload, "away_until",
			    away[0] == '\0' ? json_null() : json_string(words[1]));
	return true;
}

json_t *
workers_change(Ask *ask, GError **error)
{
	const Staff *staff = find_staff(ask, error);
	g_autoptr(json_t) payload = NULL;

	if (staff == NULL)
		return NULL;
	payload = staff_to_json(staff);
	if (!apply(ask, payload, error) || !apply_away(ask, payload, error))
		return NULL;
	return registry_keep(ask, REGISTER_STAFF, payload, error);
}

json_t *
workers_list(Ask *ask, GError **error)
{
	const GPtrArray *all = directory_all_staff(ask_directory(ask));
	bool is_all = json_truth(ask->options, "all");
	json_t *list = json_array();

	(void)error;
	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];

		if (is_all || staff->ended == DAY_NONE)
			json_array_append_new(list, staff_to_json(staff));
	}
	return list;
}

json_t *
workers_show(Ask *ask, GError **error)
{
	const Staff *staff = find_staff(ask, error);

	return staff == NULL ? NULL : staff_to_json(staff);
}

json_t *
workers_end(Ask *ask, GError **error)
{
	const Staff *staff = find_staff(ask, error);
	const char *reason =
		staff == NULL ? NULL : fields_need(ask->options, "reason", error);
	g_autoptr(json_t) payload = NULL;
	/* The last day of employment is over, so that the very next message is judged
	 * by it. */
	g_autofree char *last = day_format(ask->today - 1);

	if (staff == NULL || reason == NULL)
		return NULL;
	if (staff->ended != DAY_NONE) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "EMAIL: '%s' has left already", ask->words[0]);
		return NULL;
	}
	payload = staff_to_json(staff);
	if (!apply(ask, payload, error))
		return NULL;
	json_object_set_new(payload, "ended", json_string(last));
	json_object_set_new(payload, "end_reason", json_text_new(reason));
	return registry_keep(ask, REGISTER_STAFF, payload, error);
}
