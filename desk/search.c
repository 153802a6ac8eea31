/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.c - from the words of --search to the records that the actor may read
 *
 * Invariant: what the actor may not read is not in the answer, nor counted in it.
 */
#include "config.h"

#include "desk/cases.h"

#include "base/clock.h"
#include "desk/filing.h"
#include "desk/rights.h"
#include "desk/words.h"

#include <string.h>

/* How many are listed; how many are asked for first, and how much more each time that too
 * few of them may be read. */
enum { FOUND_MAX = 200, ASKED_FIRST = 2 * FOUND_MAX, ASKED_MORE = 8 };

typedef struct Search {
	const Ask *ask;
	GPtrArray *words;  /* char * */
	GPtrArray *labels; /* char * */
	char *case_id;     /* one that records were moved into: its label is not enough */
	gint64 since, until;
} Search;

static void
search_init(Search *search, const Ask *ask)
{
	*search = (Search){ .ask = ask,
			    .words = g_ptr_array_new_with_free_func(g_free),
			    .labels = g_ptr_array_new_with_free_func(g_free) };
}

static void
search_clear(Search *search)
{
	g_ptr_array_unref(search->words);
	g_ptr_array_unref(search->labels);
	g_free(search->case_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static bool
add_label(Search *search, const char *kind, const char *value)
{
	g_autofree char *folded = g_utf8_strdown(value, -1);

	g_ptr_array_add(search->labels, g_strconcat(kind, ":", folded, NULL));
	return true;
}

/* A case, or else an address. */
static bool
add_person(Search *search, const char *value)
{
	const Person *person = directory_person(ask_directory(search->ask), value);
	g_autoptr(GPtrArray) guests = NULL;

	if (person != NULL && search->case_id == NULL) {
		search->case_id = g_strdup(person->case_id);
		guests = filing_guests(search->ask->desk->store, person->case_id);
		if (guests->len > 0)
			return true;
	}
	return add_label(search, person != NULL ? "case" : "with", value);
}

/* An address, or else a name of somebody registered. */
static bool
add_staff(Search *search, const char *value)
{
	const Staff *staff =
		strchr(value, '@') != NULL
			? NULL
			: directory_staff_named(ask_directory(search->ask), value);

	return add_label(search, "with",
			 staff != NULL ? address_text(staff->email) : value);
}

/* The days that are asked for: "since", "until" with that day, "date" alone. */
static bool
add_day(Search *search, const char *kind, const char *value, GError **error)
{
	GTimeZone *zone = ask_zone(search->ask);
	Day day = day_parse(value, NULL);

	if (day == DAY_NONE) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "--search: %s:%s: is not a day: write YYYY-MM-DD", kind,
			    value);
		return false;
	}
	if (strcmp(kind, "until") != 0)
		search->since = day_start(day, zone);
	if (strcmp(kind, "since") != 0)
		search->until = day_start(day + 1, zone);
	return true;
}

/* "kind:value" of a kind that is known; everything else is words. */
static bool
add_term(Search *search, const char *term, GError **error)
{
	static const char *const labels[] = { "verdict", "direction", "type", "rule",
					      NULL };
	static const char *const days[] = { "since", "until", "date", NULL };
	const char *colon = strchr(term, ':');
	g_autofree char *kind =
		g_strndup(term, colon == NULL ? 0 : (gsize)(colon - term));
	const char *value = colon == NULL ? "" : colon + 1;

	if (*value != '\0' && g_strv_contains(labels, kind))
		return add_label(search, kind, value);
	if (*value != '\0' && g_strv_contains(days, kind))
		return add_day(search, kind, value, error);
	if (*value != '\0' && strcmp(kind, "staff") == 0)
		return add_staff(search, value);
	if (*value != '\0' && (strcmp(kind, "person") == 0 || strcmp(kind, "case") == 0))
		return add_person(search, value);
	g_ptr_array_add(search->words, g_strdup(term));
	return true;
}

/* The next word, its quotes taken off; NULL at the end.  A '*' behind the closing quote
 * stays. */
static char *
next_term(const char **at)
{
	GString *term = g_string_new(NULL);
	bool is_quoted = false;

	while (g_ascii_isspace(**at))
		(*at)++;
	if (**at == '\0')
		return g_string_free(term, TRUE);
	for (; **at != '\0' && (is_quoted || !g_ascii_isspace(**at)); (*at)++)
		if (**at == '"')
			is_quoted = !is_quoted;
		else
			g_string_append_c(term, **at);
	return g_string_free(term, FALSE);
}

static bool
parse(Search *search, const char *text, GError **error)
{
	for (char *term = next_term(&text); term != NULL; term = next_term(&text)) {
		g_autofree char *owned = term;

		if (*owned != '\0' && !add_term(search, owned, error))
			return false;
	}
	return true;
}

static void
list_under(json_t *found, const char *case_id, json_t *entry)
{
	json_t *entries = json_object_get(found, case_id);

	if (entries == NULL) {
		entries = json_array();
		json_object_set_new(found, case_id, entries);
	}
	json_array_insert(entries, 0, entry); /* they come newest first */
}

/* Whether it is one that the actor may read. */
static bool
list_record(const Search *search, const Record *record, json_t *found)
{
	const Ask *ask = search->ask;
	g_auto(GStrv) cases = filing_cases(ask->desk->store, record);
	g_autoptr(json_t) entry = NULL;

	if (!rights_may_read_record(ask, record) ||
	    (search->case_id != NULL &&
	     !g_strv_contains((const char *const *)cases, search->case_id)))
		return false;
	entry = case_entry(ask, record);
	for (char **one = cases; *one != NULL; one++)
		if (rights_may_read_case(ask, *one))
			list_under(found, *one, entry);
	return true;
}

/* How many were listed. */
static guint
list_found(const Search *search, const GPtrArray *ids, json_t *found)
{
	const Ask *ask = search->ask;
	guint count = 0;

	for (guint i = ids->len; i > 0 && count < FOUND_MAX; i--) {
		g_autoptr(Record) record =
			store_get(ask->desk->store, ids->pdata[i - 1], NULL);

		if (record != NULL)
			count += list_record(search, record, found);
	}
	return count;
}

/* The newest: all that a word was ever used in is nobody's answer. */
static json_t *
find_newest(const Search *search, StoreQuery *query, GError **error)
{
	for (query->limit = ASKED_FIRST;; query->limit *= ASKED_MORE) {
		g_autoptr(GPtrArray) ids =
			store_list(search->ask->desk->store, query, error);
		g_autoptr(json_t) found = json_object();

		if (ids == NULL)
			return NULL;
		if (list_found(search, ids, found) >= FOUND_MAX ||
		    ids->len < query->limit)
			return g_steal_pointer(&found);
	}
}

json_t *
search_records(const Ask *ask, const char *text, GError **error)
{
	g_auto(Search) search;
	StoreQuery query = { 0 };

	search_init(&search, ask);
	if (!parse(&search, text, error))
		return NULL;
	g_ptr_array_add(search.words, NULL);
	g_ptr_array_add(search.labels, NULL);
	query.words = (const char *const *)search.words->pdata;
	query.labels = (const char *const *)search.labels->pdata;
	query.since = search.since;
	query.until = search.until;
	return find_newest(&search, &query, error);
}
