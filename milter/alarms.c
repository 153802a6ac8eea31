/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms.c - what is wrong now: one line when it begins, one when it is over
 *
 * A full disk refuses every message in scope, and each has its own line.  The alarm is
 * for the person who must act: it comes once.
 */
#include "config.h"

#include "milter/alarms.h"

#include "base/log.h"

struct Alarms {
	GMutex lock;
	GHashTable *faults; /* thing → what is wrong; both owned */
};

Alarms *
alarms_new(void)
{
	Alarms *alarms = g_new0(Alarms, 1);

	g_mutex_init(&alarms->lock);
	alarms->faults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return alarms;
}

void
alarms_free(Alarms *alarms)
{
	if (alarms == NULL)
		return;
	g_hash_table_unref(alarms->faults);
	g_mutex_clear(&alarms->lock);
	g_free(alarms);
}

/* Whether this is news. */
static gboolean
note(Alarms *alarms, const char *thing, const char *fault)
{
	const char *known;
	gboolean is_news;

	g_mutex_lock(&alarms->lock);
	known = g_hash_table_lookup(alarms->faults, thing);
	is_news = g_strcmp0(known, fault) != 0;
	if (is_news && fault != NULL)
		g_hash_table_replace(alarms->faults, g_strdup(thing), g_strdup(fault));
	else if (is_news)
		g_hash_table_remove(alarms->faults, thing);
	g_mutex_unlock(&alarms->lock);
	return is_news;
}

void
alarms_set(Alarms *alarms, const char *thing, const char *fault)
{
	if (!note(alarms, thing, fault))
		return;
	log_event(fault != NULL ? LOG_LEVEL_ALARM : LOG_LEVEL_NOTICE, NULL, "alarm",
		  "about", thing, "state", fault != NULL ? "wrong" : "well", "fault",
		  fault, NULL);
}

json_t *
alarms_to_json(Alarms *alarms)
{
	json_t *json = json_object();
	GHashTableIter iter;
	gpointer thing, fault;

	g_mutex_lock(&alarms->lock);
	g_hash_table_iter_init(&iter, alarms->faults);
	while (g_hash_table_iter_next(&iter, &thing, &fault))
		json_object_set_new(json, thing, json_text_new(fault));
	g_mutex_unlock(&alarms->lock);
	return json;
}
