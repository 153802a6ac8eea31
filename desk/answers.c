/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.c - the Message-IDs of recorded mail
 *
 * Asked of mail that would else pass unread, so it is one look-up: the newest are in
 * memory, all others in the index, which says where to look and no more: what counts is
 * the record.
 */
#include "config.h"

#include "desk/answers.h"

#include <string.h>

/* Far more than the index is ever behind; and of several records with one id, so many. */
enum { ANSWERS_MAX = 20000, ID_MAX = 500, RECORDS_MAX = 3 };

struct Answers {
	Store *store;
	GMutex lock;       /* over what follows */
	GHashTable *known; /* id → json array of cases; both owned */
	GQueue order;      /* ids, oldest first; borrowed from known */
};

static void
free_cases(gpointer cases)
{
	json_decref(cases);
}

Answers *
answers_new(Store *store)
{
	Answers *answers = g_new0(Answers, 1);

	answers->store = store;
	g_mutex_init(&answers->lock);
	g_queue_init(&answers->order);
	answers->known =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_cases);
	return answers;
}

void
answers_free(Answers *answers)
{
	if (answers == NULL)
		return;
	g_queue_clear(&answers->order);
	g_hash_table_unref(answers->known);
	g_mutex_clear(&answers->lock);
	g_free(answers);
}

/* Without blanks and brackets; NULL when it is none that an answer could name. */
static char *
bare(const char *message_id)
{
	const char *open = message_id == NULL ? NULL : strchr(message_id, '<');
	const char *close = open == NULL ? NULL : strchr(open, '>');

	if (close == NULL || close - open < 2 || close - open > ID_MAX)
		return NULL;
	return g_strndup(open + 1, (gsize)(close - open) - 1);
}

static void
add_once(json_t *cases, const char *case_id)
{
	const json_t *one;
	gsize i;

	json_array_foreach(cases, i, one)
		if (g_strcmp0(json_string_value(one), case_id) == 0)
			return;
	json_array_append_new(cases, json_text_new(case_id));
}

static void
add_cases(json_t *to, const json_t *cases)
{
	const json_t *one;
	gsize i;

	json_array_foreach(cases, i, one) {
		const char *case_id = json_is_string(one) ? json_string_value(one)
							  : json_text(one, "case");

		if (case_id != NULL)
			add_once(to, case_id);
	}
}

static void
make_room(Answers *answers)
{
	while (g_queue_get_length(&answers->order) > ANSWERS_MAX)
		g_hash_table_remove(answers->known, g_queue_pop_head(&answers->order));
}

void
answers_note(Answers *answers, const char *message_id, const json_t *cases)
{
	g_autofree char *id = bare(message_id);

	if (id == NULL || json_array_size(cases) == 0)
		return;
	g_mutex_lock(&answers->lock);
	if (!g_hash_table_contains(answers->known, id)) {
		char *known = g_strdup(id);

		g_hash_table_insert(answers->known, known, json_array());
		g_queue_push_tail(&answers->order, known);
	}
	add_cases(g_hash_table_lookup(answers->known, id), cases);
	make_room(answers);
	g_mutex_unlock(&answers->lock);
}

/* The index folds case, Message-IDs do not. */
static void
find_on_record(const Answers *answers, const char *id, json_t *cases)
{
	g_autofree char *folded = g_utf8_strdown(id, -1);
	g_autofree char *label = g_strdup_printf("message:<%s>", folded);
	g_autoptr(GPtrArray) ids = store_labelled(answers->store, label, RECORDS_MAX);

	for (guint i = 0; i < ids->len; i++) {
		g_autoptr(Record) record = store_get(answers->store, ids->pdata[i], NULL);
		g_autofree char *named =
			record == NULL
				? NULL
				: bare(json_text(record_payload(record), "message_id"));

		if (g_strcmp0(named, id) == 0)
			add_cases(cases, json_object_get(record_json(record), "cases"));
	}
}

void
answers_find(Answers *answers, const char *id, json_t *cases)
{
	const json_t *known;

	g_mutex_lock(&answers->lock);
	known = g_hash_table_lookup(answers->known, id);
	add_cases(cases, known);
	g_mutex_unlock(&answers->lock);
	if (known == NULL)
		find_on_record(answers, id, cases);
}
