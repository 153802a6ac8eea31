/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.c - the Message-IDs of recorded mail
 *
 * Asked of mail that would else pass unread, so it is a look-up in memory and no more.
 * So many of the newest are kept: who answers later than that from a new address is not
 * known for a young person, and writes as any stranger does.
 */
#include "config.h"

#include "desk/answers.h"

#include <string.h>

enum { ANSWERS_MAX = 20000, ID_MAX = 500 };

struct Answers {
	GMutex lock;
	GHashTable *known; /* id → json array of cases; both owned */
	GQueue order;      /* ids, oldest first; borrowed from known */
};

static void
free_cases(gpointer cases)
{
	json_decref(cases);
}

Answers *
answers_new(void)
{
	Answers *answers = g_new0(Answers, 1);

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

/* Takes the id. */
static void
add_id(Answers *answers, char *id, bool is_old)
{
	g_hash_table_insert(answers->known, id, json_array());
	if (is_old)
		g_queue_push_head(&answers->order, id);
	else
		g_queue_push_tail(&answers->order, id);
}

void
answers_note(Answers *answers, const char *message_id, const json_t *cases, bool is_old)
{
	g_autofree char *id = bare(message_id);

	if (id == NULL || json_array_size(cases) == 0)
		return;
	g_mutex_lock(&answers->lock);
	if (!g_hash_table_contains(answers->known, id))
		add_id(answers, g_strdup(id), is_old);
	add_cases(g_hash_table_lookup(answers->known, id), cases);
	make_room(answers);
	g_mutex_unlock(&answers->lock);
}

void
answers_find(Answers *answers, const char *id, json_t *cases)
{
	g_mutex_lock(&answers->lock);
	add_cases(cases, g_hash_table_lookup(answers->known, id));
	g_mutex_unlock(&answers->lock);
}

bool
answers_is_full(Answers *answers)
{
	bool is_full;

	g_mutex_lock(&answers->lock);
	is_full = g_queue_get_length(&answers->order) >= ANSWERS_MAX;
	g_mutex_unlock(&answers->lock);
	return is_full;
}
