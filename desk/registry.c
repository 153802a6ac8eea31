/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - a directory from records
 *
 * Invariant: the directory in force is what the latest records of each kind say, so a
 * change is checked first, then recorded, then in force.
 */
#include "config.h"

#include "desk/registry.h"

#include "base/clock.h"

#include <string.h>

typedef DirectoryLists Lists;

static void
lists_init(Lists *lists)
{
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		lists->of[kind] = g_ptr_array_new_with_free_func(
			kind_get((RegisterKind)kind)->unref);
}

static void
lists_clear(Lists *lists)
{
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		g_clear_pointer(&lists->of[kind], g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lists, lists_clear)

static char **
work_domains(const Settings *settings)
{
	const char *const *words = settings_words(settings, "work-domain");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (; *words != NULL; words++) {
		g_autofree char *domain = address_domain_normalise(*words);

		if (domain != NULL)
			g_strv_builder_add(builder, domain);
	}
	return g_strv_builder_end(builder);
}

static Directory *
build(const Lists *lists, const Settings *settings, GError **error)
{
	g_autoptr(AddressForm) form =
		address_form_new(settings_words(settings, "ignore-dots"),
				 settings_words(settings, "same-domain"));
	g_auto(GStrv) domains = work_domains(settings);
	DirectoryOptions options = { .form = form,
				     .work_domains = (const char *const *)domains };

	return directory_new(&options, lists, error);
}

static bool
load_kind(Store *store, const Kind *kind, GPtrArray *list, GError **error)
{
	g_autoptr(GPtrArray) records = store_latest_all(store, kind->name);

	for (guint i = 0; i < records->len; i++) {
		const json_t *record = records->pdata[i];
		void *thing = kind->from_json(json_object_get(record, "payload"), error);

		if (thing == NULL) {
			g_prefix_error(error, "%s record %s: ", kind->name,
				       json_text(record, "id"));
			return false;
		}
		g_ptr_array_add(list, thing);
	}
	return true;
}

Directory *
registry_load(Store *store, const Settings *settings, GError **error)
{
	g_auto(Lists) lists = { { NULL } };

	lists_init(&lists);
	for (int kind = 0; kind < REGISTER_KINDS; kind++)
		if (!load_kind(store, kind_get((RegisterKind)kind), lists.of[kind],
			       error))
			return NULL;
	return build(&lists, settings, error);
}

Directory *
registry_empty(const Settings *settings, GError **error)
{
	const Lists nobody = { { NULL } };

	return build(&nobody, settings, error);
}

Directory *
registry_rebuild(const Directory *directory, const Settings *settings, GError **error)
{
	Lists lists;

	for (int kind = 0; kind < REGISTER_KINDS; kind++) /* read, not changed */
		lists.of[kind] = (GPtrArray *)(gpointer)(gsize)directory_all(
			directory, (RegisterKind)kind);
	return build(&lists, settings, error);
}

/* Whether somebody other than its author decides about a worker's mail: their manager,
 * or who stands in for the manager, or a lead. */
static bool
has_decider(const Directory *directory, const Staff *staff, Day today)
{
	const GPtrArray *all = directory_all_staff(directory);
	const Staff *manager = actor_manager(directory, staff->manager, today);

	if (manager != NULL && manager != staff && staff_may_write_on(manager, today))
		return true;
	for (guint i = 0; i < all->len; i++) {
		const Staff *lead = all->pdata[i];

		if (lead != staff && (lead->roles & STAFF_LEAD) != 0 &&
		    staff_may_write_on(lead, today))
			return true;
	}
	return false;
}

static bool
needs_decider(const Staff *staff, Day today)
{
	return staff_is_employed_on(staff, today) &&
	       (staff->roles & (STAFF_LEAD | STAFF_AUTOMATIC)) == 0;
}

/* Nobody's mail may lose, by a change, everyone who could release it. */
bool
registry_check_deciders(const Directory *before, const Directory *after, Day today,
			GError **error)
{
	const GPtrArray *all = directory_all_staff(after);

	for (guint i = 0; i < all->len; i++) {
		const Staff *staff = all->pdata[i];
		const Staff *old = directory_staff(before, address_text(staff->email));

		if (!needs_decider(staff, today) || has_decider(after, staff, today) ||
		    (old != NULL && needs_decider(old, today) &&
		     !has_decider(before, old, today)))
			continue;
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "nobody could release the mail of '%s' then: name another "
			    "manager or cover, or a lead",
			    address_text(staff->email));
		return false;
	}
	return true;
}

EntryTerms
registry_terms(const Ask *ask)
{
	return (EntryTerms){ .today = ask->today,
			     .aware_age = policy_aware_age(ask->world->policy) };
}

/* The register with one thing new or different; NULL when it must not be. */
static Directory *
change(const Ask *ask, RegisterKind kind, void *thing, GError **error)
{
	const Directory *before = ask_directory(ask);
	const EntryTerms terms = registry_terms(ask);
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	DirectoryLists changed = { { NULL } };
	g_autoptr(Directory) after = NULL;

	g_ptr_array_add(list, thing);
	changed.of[kind] = list;
	after = directory_change(before, &changed, error);
	if (after == NULL ||
	    !entry_check(kind, thing,
			 directory_find(before, kind, kind_get(kind)->key_of(thing)),
			 after, &terms, error) ||
	    (kind == REGISTER_STAFF &&
	     !registry_check_deciders(before, after, ask->today, error)))
		return NULL;
	return g_steal_pointer(&after);
}

static void
describe(Draft *draft, const Ask *ask, const Kind *kind, const void *thing,
	 json_t *payload)
{
	const char *case_id = kind->case_of(thing);

	draft_set_key(draft, kind->key_of(thing));
	if (case_id != NULL)
		draft_add_case(draft, case_id);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
}

Draft *
registry_draft(const Ask *ask, RegisterKind kind, const void *thing, json_t *payload)
{
	Draft *draft = draft_new(kind_get(kind)->name, ask->now);

	describe(draft, ask, kind_get(kind), thing, payload);
	return draft;
}

/* The second half of what is told of the progress: the first was reading. */
static void
tell_half(guint64 done, guint64 of, void *data)
{
	const DeskRequest *request = data;

	if (request->progress != NULL)
		request->progress(of + done, 2 * of, request->data);
}

bool
registry_put(Ask *ask, Draft *const *drafts, gsize count, Directory *after,
	     GError **error)
{
	if (count > 0 && !store_put_many(ask->desk->store, drafts, count, tell_half,
					 (void *)(gsize)ask->request, error))
		return false;
	if (count > 0)
		desk_set_directory(ask->desk, after);
	return true;
}

/* The answer, or NULL. */
static json_t *
keep_thing(Ask *ask, RegisterKind kind, void *thing, Draft *draft, json_t *payload,
	   GError **error)
{
	g_autoptr(Directory) after = change(ask, kind, thing, error);
	const char *own_id = json_text(payload, "id");

	if (after == NULL)
		return NULL;
	describe(draft, ask, kind_get(kind), thing, payload);
	return registry_put(ask, &draft, 1, after, error)
		       ? answer_id(own_id != NULL ? own_id : draft_id(draft))
		       : NULL;
}

json_t *
registry_keep(Ask *ask, RegisterKind kind, json_t *payload, GError **error)
{
	g_autoptr(Draft) draft = draft_new(kind_get(kind)->name, ask->now);
	json_t *answer = NULL;
	void *thing = NULL;

	if (strcmp(kind_get(kind)->key, "id") == 0 && json_text(payload, "id") == NULL)
		json_object_set_new(payload, "id", json_string(draft_id(draft)));
	thing = kind_get(kind)->from_json(payload, error);
	if (thing == NULL)
		return NULL;
	answer = keep_thing(ask, kind, thing, draft, payload, error);
	kind_get(kind)->unref(thing);
	return answer;
}
