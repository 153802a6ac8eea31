/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory.c - everyone in the register at one moment, made from the moment before
 *
 * Invariants:
 * 1. Everything of `all` lies in all of its places (places.h) and nothing else does.
 * 2. Nothing changes once it was handed out; what changes is a copy, which shares the
 *    rest (shelf.h).
 */
#include "config.h"

#include "register/directory.h"

#include "base/skeleton.h"
#include "register/inside.h"

#include <string.h>

/* Under which place a thing is found by its key. */
static const ShelfName key_shelves[REGISTER_KINDS] = {
	[REGISTER_STAFF] = SHELF_STAFF,
	[REGISTER_PERSON] = SHELF_PERSON,
	[REGISTER_CONTACT] = SHELF_CONTACT,
	[REGISTER_AGREEMENT] = SHELF_AGREEMENT,
};

#define OTHER_STAFF "belongs to another member of staff: leave it out"

/* Where only one thing can lie, and what is said to the second. */
static const char *const taken[SHELVES] = {
	[SHELF_STAFF] = OTHER_STAFF,
	[SHELF_STAFF_AT] = OTHER_STAFF,
	[SHELF_LOGIN] = OTHER_STAFF,
	[SHELF_UNIX_USER] = OTHER_STAFF,
	[SHELF_PERSON] = "is there twice: give each young person their own",
	[SHELF_CONTACT] = "is there twice: leave the id out for a new one",
	[SHELF_AGREEMENT] = "is there twice: leave the id out for a new one",
};

/* What lies on one cannot lie on the other: a work address is the agency's, not a young
 * person's as well. */
static const struct {
	ShelfName own, other;
	const char *advice;
} apart[] = {
	{ SHELF_STAFF, SHELF_PEOPLE_AT,
	  "is registered as a young person's address: correct one of them" },
	{ SHELF_PEOPLE_AT, SHELF_STAFF,
	  "is a work address of staff, not a young person's: leave it out" },
};

static bool
fail_taken(const Place *place, const char *advice, GError **error)
{
	g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_TAKEN, "%s: '%s' %s",
		    place->field, place->value, advice);
	return false;
}

/* Several may have one address at one time only when each of them says that it is
 * shared. */
static bool
check_shared(const Directory *directory, const Person *person, const Place *place,
	     GError **error)
{
	const GPtrArray *others =
		shelf_get(directory->shelves[SHELF_PEOPLE_AT], place->key);

	for (guint i = 0; others != NULL && i < others->len; i++) {
		const Person *other = others->pdata[i];

		if (other != person && !(other->is_shared && person->is_shared) &&
		    places_held_during(other, place->key, place->held,
				       directory->terms->form))
			return fail_taken(place,
					  "belongs to another young person: say for both "
					  "that it is shared, or leave it out",
					  error);
	}
	return true;
}

static bool
check_place(const Directory *directory, const void *thing, const Place *place,
	    GError **error)
{
	const void *holder = shelf_first(directory->shelves[place->shelf], place->key);

	if (taken[place->shelf] != NULL && holder != NULL && holder != thing)
		return fail_taken(place, taken[place->shelf], error);
	for (gsize i = 0; i < G_N_ELEMENTS(apart); i++)
		if (apart[i].own == place->shelf &&
		    shelf_get(directory->shelves[apart[i].other], place->key) != NULL)
			return fail_taken(place, apart[i].advice, error);
	return place->shelf != SHELF_PEOPLE_AT ||
	       check_shared(directory, thing, place, error);
}

static bool
check_case(const Directory *directory, const char *case_id, GError **error)
{
	if (case_id == NULL || directory_person(directory, case_id) != NULL)
		return true;
	g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
		    "case: '%s' is not in the register: see person list", case_id);
	return false;
}

static bool
check_domain(const Directory *directory, const Contact *contact, GError **error)
{
	if (contact->domain == NULL ||
	    !directory_is_work_domain(directory, contact->domain))
		return true;
	g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
		    "address: '@%s' is the agency's own: its people need not be contacts",
		    contact->domain);
	return false;
}

/* Whether a thing may be entered beside what is there. */
static bool
check(const Directory *directory, RegisterKind kind, const void *thing,
      const GArray *places, GError **error)
{
	for (guint i = 0; i < places->len; i++)
		if (!check_place(directory, thing, &g_array_index(places, Place, i),
				 error))
			return false;
	return kind != REGISTER_CONTACT ||
	       (check_case(directory, kind_get(kind)->case_of(thing), error) &&
		check_domain(directory, thing, error));
}

static bool
enter(Directory *directory, RegisterKind kind, void *thing, GError **error)
{
	g_autoptr(GArray) places = places_of(kind, thing, directory->terms->form);

	if (!check(directory, kind, thing, places, error))
		return false;
	for (guint i = 0; i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);

		shelf_add(directory->shelves[place->shelf], place->key, thing,
			  kind_get(kind)->compare);
	}
	return true;
}

static void
leave(Directory *directory, RegisterKind kind, const void *thing)
{
	g_autoptr(GArray) places = places_of(kind, thing, directory->terms->form);

	for (guint i = 0; i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);

		shelf_remove(directory->shelves[place->shelf], place->key, thing);
	}
}

const void *
directory_find(const Directory *directory, RegisterKind kind, const char *key)
{
	g_autofree char *form = kind == REGISTER_STAFF
					? places_address_key(directory->terms->form, key)
					: g_strdup(key);

	return form == NULL ? NULL
			    : shelf_first(directory->shelves[key_shelves[kind]], form);
}

static int
compare_pointed(gconstpointer a, gconstpointer b, gpointer compare)
{
	return (*(GCompareFunc *)compare)(*(void *const *)a, *(void *const *)b);
}

/* What was there but for what has left, and what was entered, in order of keys. */
static GPtrArray *
merge(const GPtrArray *before, GHashTable *left, GPtrArray *entered, const Kind *kind)
{
	GPtrArray *all = g_ptr_array_new_full(before->len + entered->len, kind->unref);
	GCompareFunc compare = kind->compare;
	guint next = 0;

	g_ptr_array_sort_with_data(entered, compare_pointed, &compare);
	for (guint i = 0; i < before->len; i++) {
		void *old = before->pdata[i];

		if (g_hash_table_contains(left, old))
			continue;
		for (; next < entered->len && compare(entered->pdata[next], old) < 0;
		     next++)
			g_ptr_array_add(all,
					g_atomic_rc_box_acquire(entered->pdata[next]));
		g_ptr_array_add(all, g_atomic_rc_box_acquire(old));
	}
	for (; next < entered->len; next++)
		g_ptr_array_add(all, g_atomic_rc_box_acquire(entered->pdata[next]));
	return all;
}

/* What is to be replaced, out of its places, so that things may change theirs with each
 * other. */
static void
leave_all(Directory *directory, RegisterKind kind, const GPtrArray *changed,
	  GHashTable *left)
{
	for (guint i = 0; changed != NULL && i < changed->len; i++) {
		const char *key = kind_get(kind)->key_of(changed->pdata[i]);
		const void *old = directory_find(directory, kind, key);

		if (old == NULL)
			continue;
		leave(directory, kind, old);
		g_hash_table_add(left, (gpointer)(gsize)old);
	}
}

static void
enter_all(Directory *directory, RegisterKind kind, const GPtrArray *changed,
	  GHashTable *left, DirectoryRefuse refuse, void *data)
{
	g_autoptr(GPtrArray) entered = g_ptr_array_new();
	GPtrArray *before = directory->all[kind];

	if (changed == NULL || changed->len == 0)
		return;
	for (guint i = 0; i < changed->len; i++) {
		g_autoptr(GError) error = NULL;

		if (enter(directory, kind, changed->pdata[i], &error))
			g_ptr_array_add(entered, changed->pdata[i]);
		else
			refuse(kind, changed->pdata[i], error, data);
	}
	directory->all[kind] = merge(before, left, entered, kind_get(kind));
	g_ptr_array_unref(before);
}

static Directory *
copy(const Directory *directory)
{
	Directory *made = g_atomic_rc_box_new0(Directory);

	made->terms = g_atomic_rc_box_acquire(directory->terms);
	for (int i = 0; i < SHELVES; i++)
		made->shelves[i] = shelf_copy(directory->shelves[i]);
	for (int i = 0; i < REGISTER_KINDS; i++)
		made->all[i] = g_ptr_array_ref(directory->all[i]);
	return made;
}

Directory *
directory_try(const Directory *before, const DirectoryLists *changed,
	      DirectoryRefuse refuse, void *data)
{
	g_autoptr(GHashTable) left = g_hash_table_new(NULL, NULL);
	Directory *directory = copy(before);

	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		leave_all(directory, (RegisterKind)kind, changed->of[kind], left);
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		enter_all(directory, (RegisterKind)kind, changed->of[kind], left, refuse,
			  data);
	return directory;
}

static void
keep_first(RegisterKind kind, const void *thing, const GError *error, void *data)
{
	GError **first = data;

	(void)kind;
	(void)thing;
	if (*first == NULL)
		*first = g_error_copy(error);
}

Directory *
directory_change(const Directory *before, const DirectoryLists *changed, GError **error)
{
	GError *cause = NULL;
	g_autoptr(Directory) directory =
		directory_try(before, changed, keep_first, &cause);

	if (cause == NULL)
		return g_steal_pointer(&directory);
	g_propagate_error(error, cause);
	return NULL;
}

static char **
copy_words(const char *const *words)
{
	g_autoptr(GStrvBuilder) made = g_strv_builder_new();

	for (; *words != NULL; words++)
		g_strv_builder_add(made, *words);
	return g_strv_builder_end(made);
}

static Terms *
terms_new(const DirectoryOptions *options)
{
	Terms *terms = g_atomic_rc_box_new0(Terms);

	terms->form = address_form_ref(options->form);
	terms->work_domains = copy_words(options->work_domains);
	terms->is_work_domain = g_hash_table_new(g_str_hash, g_str_equal);
	terms->domains_like =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (char **domain = terms->work_domains; *domain != NULL; domain++) {
		g_autofree char *at = g_strconcat("@", *domain, NULL);

		g_hash_table_add(terms->is_work_domain, *domain);
		g_hash_table_add(terms->domains_like, skeleton_of_key(at));
	}
	return terms;
}

static void
terms_clear(gpointer data)
{
	Terms *terms = data;

	g_hash_table_unref(terms->is_work_domain);
	g_hash_table_unref(terms->domains_like);
	g_strfreev(terms->work_domains);
	address_form_unref(terms->form);
}

static Directory *
empty(const DirectoryOptions *options)
{
	Directory *directory = g_atomic_rc_box_new0(Directory);

	directory->terms = terms_new(options);
	for (int i = 0; i < SHELVES; i++)
		directory->shelves[i] = shelf_new();
	for (int i = 0; i < REGISTER_KINDS; i++)
		directory->all[i] = g_ptr_array_new();
	return directory;
}

Directory *
directory_new(const DirectoryOptions *options, const DirectoryLists *lists,
	      GError **error)
{
	g_autoptr(Directory) nobody = empty(options);

	return directory_change(nobody, lists, error);
}

Directory *
directory_ref(Directory *directory)
{
	return g_atomic_rc_box_acquire(directory);
}

static void
clear(gpointer data)
{
	Directory *directory = data;

	for (int i = 0; i < SHELVES; i++)
		shelf_free(directory->shelves[i]);
	for (int i = 0; i < REGISTER_KINDS; i++)
		g_ptr_array_unref(directory->all[i]);
	g_atomic_rc_box_release_full(directory->terms, terms_clear);
}

void
directory_unref(Directory *directory)
{
	if (directory != NULL)
		g_atomic_rc_box_release_full(directory, clear);
}

const GPtrArray *
directory_all(const Directory *directory, RegisterKind kind)
{
	return directory->all[kind];
}
