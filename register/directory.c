/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory.c - everyone in the register at one moment, looked up by address
 *
 * Invariants:
 * 1. Tables are keyed by the comparable form of an address (address_form_key), so no
 *    spelling of a registered address misses.
 * 2. Someone removed is in the table of cases and in no table of addresses or numbers.
 * 3. Staff who left stay in every table: whether they may still write is a matter of
 *    dates, whether they are known is not.
 * 4. Nothing changes after directory_new.
 */
#include "config.h"

#include "register/directory.h"

#include "base/skeleton.h"
#include "register/name.h"

#include <string.h>

/* A number is compared by its end, so that +44 7700 900123 is 07700 900123. */
enum { NUMBER_END = 9 };

struct Directory {
	AddressForm *form;
	char **work_domains;
	GHashTable *is_work_domain; /* domain, borrowed from work_domains */
	GPtrArray *people, *staff, *agreements, *contacts;
	GHashTable *people_at;     /* address key → GPtrArray of Person */
	GHashTable *people_like;   /* skeleton of an address → GPtrArray of Person */
	GHashTable *people_texted; /* end of a number → GPtrArray of Person */
	GHashTable *person;        /* case → Person */
	GHashTable *staff_email;   /* address key → Staff */
	GHashTable *staff_at;    /* address key → Staff, every address known of them */
	GHashTable *staff_like;  /* skeletons of work addresses and "@domains" */
	GHashTable *numbers;     /* ends of work numbers */
	GHashTable *staff_login; /* login key → Staff */
	GHashTable *staff_unix;  /* name → Staff */
	GHashTable *staff_named; /* name key → Staff */
	GHashTable *of_case;     /* case → GPtrArray of Agreement */
	GHashTable *agreement;   /* id → Agreement */
	GHashTable *contacts_at; /* address key or "@domain" → GPtrArray of Contact */
	GHashTable *contacts_of; /* case, "" for the agency → GPtrArray of Contact */
	GHashTable *contact;     /* id → Contact */
};

static GHashTable *
table_new(GDestroyNotify free_key, GDestroyNotify free_value)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, free_key, free_value);
}

static GHashTable *
list_table_new(void)
{
	return table_new(g_free, (GDestroyNotify)g_ptr_array_unref);
}

/* The list at a key, made when there is none; takes the key. */
static GPtrArray *
list_at(GHashTable *table, char *key)
{
	GPtrArray *list = g_hash_table_lookup(table, key);

	if (list != NULL) {
		g_free(key);
		return list;
	}
	list = g_ptr_array_new();
	g_hash_table_insert(table, key, list);
	return list;
}

static void
add_once(GPtrArray *list, gpointer item)
{
	if (!g_ptr_array_find(list, item, NULL))
		g_ptr_array_add(list, item);
}

/* Enters an owner under a key (taken) that nobody else may have. */
static bool
claim(GHashTable *table, char *key, gpointer owner)
{
	gpointer holder = g_hash_table_lookup(table, key);

	if (holder != NULL) {
		g_free(key);
		return holder == owner;
	}
	g_hash_table_insert(table, key, owner);
	return true;
}

static bool
fail_taken(GError **error, const char *field, const char *value, const char *advice)
{
	g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_TAKEN, "%s: '%s' %s", field,
		    value, advice);
	return false;
}

/* A login is a name, or an address that is compared as addresses are. */
static char *
login_key(const Directory *directory, const char *login)
{
	g_autoptr(Address) address =
		strchr(login, '@') == NULL ? NULL : address_parse(login, NULL);

	if (address == NULL || address_domain(address)[0] == '\0')
		return g_ascii_strdown(login, -1);
	return address_form_key(directory->form, address);
}

/* The last digits; NULL when there are none. */
static char *
number_key(const char *number)
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const char *at = number; *at != '\0'; at++)
		if (g_ascii_isdigit(*at))
			g_string_append_c(digits, *at);
	if (digits->len == 0)
		return NULL;
	if (digits->len > NUMBER_END)
		g_string_erase(digits, 0, (gssize)digits->len - NUMBER_END);
	return g_strdup(digits->str);
}

/* Whether an address is a person's on some day of a span. */
static bool
is_held_during(const Directory *directory, const Person *person, const char *key,
	       const PersonAddress *span)
{
	for (guint i = 0; i < person->addresses->len; i++) {
		const PersonAddress *held = person->addresses->pdata[i];
		g_autofree char *other = address_form_key(directory->form, held->address);

		if (strcmp(other, key) == 0 &&
		    (held->until == DAY_NONE || span->from <= held->until) &&
		    (span->until == DAY_NONE || held->from <= span->until))
			return true;
	}
	return false;
}

/* Several may have one address at one time only when each of them says that it is
 * shared. */
static bool
add_at(Directory *directory, Person *person, const PersonAddress *held, GError **error)
{
	g_autofree char *key = address_form_key(directory->form, held->address);
	GPtrArray *list = list_at(directory->people_at, g_strdup(key));

	for (guint i = 0; i < list->len; i++) {
		const Person *other = list->pdata[i];

		if (other != person && !(other->is_shared && person->is_shared) &&
		    is_held_during(directory, other, key, held))
			return fail_taken(error, "addresses", address_text(held->address),
					  "belongs to another young person: say for both "
					  "that it is shared, or leave it out");
	}
	add_once(list, person);
	add_once(list_at(directory->people_like, skeleton_of_key(key)), person);
	return true;
}

static bool
add_person(Directory *directory, Person *person, GError **error)
{
	if (!claim(directory->person, g_strdup(person->case_id), person))
		return fail_taken(error, "case", person->case_id,
				  "is there twice: give each young person their own");
	if (person->state == PERSON_REMOVED)
		return true;
	for (guint i = 0; i < person->addresses->len; i++)
		if (!add_at(directory, person, person->addresses->pdata[i], error))
			return false;
	for (char **number = person->sms; *number != NULL; number++) {
		char *key = number_key(*number);

		if (key != NULL)
			add_once(list_at(directory->people_texted, key), person);
	}
	return true;
}

/* Takes the key. */
static void
add_work_address(Directory *directory, Staff *staff, char *key)
{
	g_hash_table_add(directory->staff_like, skeleton_of_key(key));
	g_hash_table_insert(directory->staff_email, key, staff);
}

static bool
add_staff_address(Directory *directory, Staff *staff, const char *field,
		  const Address *address, GError **error)
{
	g_autofree char *key = address_form_key(directory->form, address);

	if (!claim(directory->staff_at, g_strdup(key), staff))
		return fail_taken(error, field, address_text(address),
				  "belongs to another member of staff: leave it out");
	if (address == staff->email)
		add_work_address(directory, staff, g_steal_pointer(&key));
	return true;
}

static bool
add_login(Directory *directory, Staff *staff, const char *login, GError **error)
{
	if (!claim(directory->staff_login, login_key(directory, login), staff))
		return fail_taken(error, "logins", login,
				  "belongs to another member of staff: leave it out");
	return true;
}

static bool
add_logins(Directory *directory, Staff *staff, GError **error)
{
	if (!add_login(directory, staff, address_text(staff->email), error))
		return false;
	for (char **login = staff->logins; *login != NULL; login++)
		if (!add_login(directory, staff, *login, error))
			return false;
	if (staff->unix_user != NULL &&
	    !claim(directory->staff_unix, g_strdup(staff->unix_user), staff))
		return fail_taken(error, "unix_user", staff->unix_user,
				  "belongs to another member of staff: leave it out");
	return true;
}

static bool
add_staff(Directory *directory, Staff *staff, GError **error)
{
	g_auto(GStrv) words = name_words(staff->name);

	if (!add_staff_address(directory, staff, "email", staff->email, error))
		return false;
	for (guint i = 0; i < staff->also->len; i++)
		if (!add_staff_address(directory, staff, "also", staff->also->pdata[i],
				       error))
			return false;
	for (char **number = staff->numbers; *number != NULL; number++) {
		char *key = number_key(*number);

		if (key != NULL)
			g_hash_table_add(directory->numbers, key);
	}
	if (words[0] != NULL) /* of two with one name either will do */
		claim(directory->staff_named, name_key(words, g_strv_length(words)),
		      staff);
	return add_logins(directory, staff, error);
}

static void
add_agreement(Directory *directory, Agreement *agreement)
{
	g_ptr_array_add(list_at(directory->of_case, g_strdup(agreement->case_id)),
			agreement);
	g_hash_table_insert(directory->agreement, agreement->id, agreement);
}

static bool
add_contact(Directory *directory, Contact *contact, GError **error)
{
	const char *case_id = contact->case_id == NULL ? "" : contact->case_id;
	char *key = contact->domain == NULL
			    ? address_form_key(directory->form, contact->address)
			    : g_strconcat("@", contact->domain, NULL);

	g_ptr_array_add(list_at(directory->contacts_at, key), contact);
	g_ptr_array_add(list_at(directory->contacts_of, g_strdup(case_id)), contact);
	g_hash_table_insert(directory->contact, contact->id, contact);
	if (contact->case_id != NULL &&
	    !g_hash_table_contains(directory->person, contact->case_id)) {
		g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
			    "case: '%s' is not in the register: see person list",
			    contact->case_id);
		return false;
	}
	if (contact->domain != NULL &&
	    g_hash_table_contains(directory->is_work_domain, contact->domain)) {
		g_set_error(error, REGISTER_ERROR, REGISTER_ERROR_RULE,
			    "address: '@%s' is the agency's own: its people need not be "
			    "contacts",
			    contact->domain);
		return false;
	}
	return true;
}

/* A work address is the agency's: it cannot be a young person's as well. */
static bool
check_both(const Directory *directory, GError **error)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, directory->staff_email);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const Staff *staff = value;

		if (g_hash_table_contains(directory->people_at, key))
			return fail_taken(error, "email", address_text(staff->email),
					  "is registered as a young person's address: "
					  "correct one of them");
	}
	return true;
}

static int
compare_people(gconstpointer a, gconstpointer b)
{
	const Person *const *one = a, *const *other = b;

	return strcmp((*one)->case_id, (*other)->case_id);
}

static int
compare_staff(gconstpointer a, gconstpointer b)
{
	const Staff *const *one = a, *const *other = b;

	return strcmp(address_text((*one)->email), address_text((*other)->email));
}

static int
compare_agreements(gconstpointer a, gconstpointer b)
{
	const Agreement *const *one = a, *const *other = b;

	return strcmp((*one)->id, (*other)->id);
}

static int
compare_contacts(gconstpointer a, gconstpointer b)
{
	const Contact *const *one = a, *const *other = b;

	return strcmp((*one)->id, (*other)->id);
}

/* A sorted copy with references of its own: the register's types are counted alike. */
static GPtrArray *
copy_sorted(GPtrArray *list, GDestroyNotify unref, GCompareFunc compare)
{
	guint len = list == NULL ? 0 : list->len;
	GPtrArray *copy = g_ptr_array_new_full(len, unref);

	for (guint i = 0; i < len; i++)
		g_ptr_array_add(copy, g_atomic_rc_box_acquire(list->pdata[i]));
	g_ptr_array_sort(copy, compare);
	return copy;
}

static char **
copy_words(const char *const *words)
{
	g_autoptr(GStrvBuilder) copy = g_strv_builder_new();

	for (; *words != NULL; words++)
		g_strv_builder_add(copy, *words);
	return g_strv_builder_end(copy);
}

static void
make_tables(Directory *directory)
{
	directory->is_work_domain = table_new(NULL, NULL);
	directory->people_at = list_table_new();
	directory->people_like = list_table_new();
	directory->staff_like = table_new(g_free, NULL);
	directory->numbers = table_new(g_free, NULL);
	directory->people_texted = list_table_new();
	directory->person = table_new(g_free, NULL);
	directory->staff_email = table_new(g_free, NULL);
	directory->staff_at = table_new(g_free, NULL);
	directory->staff_login = table_new(g_free, NULL);
	directory->staff_unix = table_new(g_free, NULL);
	directory->staff_named = table_new(g_free, NULL);
	directory->of_case = list_table_new();
	directory->agreement = table_new(NULL, NULL);
	directory->contacts_at = list_table_new();
	directory->contacts_of = list_table_new();
	directory->contact = table_new(NULL, NULL);
}

static void
add_work_domain(Directory *directory, char *domain)
{
	g_autofree char *at = g_strconcat("@", domain, NULL);

	g_hash_table_add(directory->is_work_domain, domain);
	g_hash_table_add(directory->staff_like, skeleton_of_key(at));
}

static bool
fill(Directory *directory, GError **error)
{
	for (char **domain = directory->work_domains; *domain != NULL; domain++)
		add_work_domain(directory, *domain);
	for (guint i = 0; i < directory->people->len; i++)
		if (!add_person(directory, directory->people->pdata[i], error))
			return false;
	for (guint i = 0; i < directory->staff->len; i++)
		if (!add_staff(directory, directory->staff->pdata[i], error))
			return false;
	for (guint i = 0; i < directory->agreements->len; i++)
		add_agreement(directory, directory->agreements->pdata[i]);
	for (guint i = 0; i < directory->contacts->len; i++)
		if (!add_contact(directory, directory->contacts->pdata[i], error))
			return false;
	return check_both(directory, error);
}

Directory *
directory_new(const DirectoryOptions *options, const DirectoryLists *lists,
	      GError **error)
{
	g_autoptr(Directory) directory = g_atomic_rc_box_new0(Directory);

	directory->form = address_form_ref(options->form);
	directory->work_domains = copy_words(options->work_domains);
	directory->people =
		copy_sorted(lists->people, (GDestroyNotify)person_unref, compare_people);
	directory->staff =
		copy_sorted(lists->staff, (GDestroyNotify)staff_unref, compare_staff);
	directory->agreements = copy_sorted(
		lists->agreements, (GDestroyNotify)agreement_unref, compare_agreements);
	directory->contacts = copy_sorted(lists->contacts, (GDestroyNotify)contact_unref,
					  compare_contacts);
	make_tables(directory);
	if (!fill(directory, error))
		return NULL;
	return g_steal_pointer(&directory);
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

	g_hash_table_unref(directory->is_work_domain);
	g_hash_table_unref(directory->people_at);
	g_hash_table_unref(directory->people_like);
	g_hash_table_unref(directory->staff_like);
	g_hash_table_unref(directory->numbers);
	g_hash_table_unref(directory->people_texted);
	g_hash_table_unref(directory->person);
	g_hash_table_unref(directory->staff_email);
	g_hash_table_unref(directory->staff_at);
	g_hash_table_unref(directory->staff_login);
	g_hash_table_unref(directory->staff_unix);
	g_hash_table_unref(directory->staff_named);
	g_hash_table_unref(directory->of_case);
	g_hash_table_unref(directory->agreement);
	g_hash_table_unref(directory->contacts_at);
	g_hash_table_unref(directory->contacts_of);
	g_hash_table_unref(directory->contact);
	g_ptr_array_unref(directory->people);
	g_ptr_array_unref(directory->staff);
	g_ptr_array_unref(directory->agreements);
	g_ptr_array_unref(directory->contacts);
	g_strfreev(directory->work_domains);
	address_form_unref(directory->form);
}

void
directory_unref(Directory *directory)
{
	if (directory != NULL)
		g_atomic_rc_box_release_full(directory, clear);
}

static gpointer
look_up(const Directory *directory, GHashTable *table, const Address *address)
{
	g_autofree char *key = address_form_key(directory->form, address);

	return g_hash_table_lookup(table, key);
}

const GPtrArray *
directory_people_at(const Directory *directory, const Address *address)
{
	return look_up(directory, directory->people_at, address);
}

static bool
is_registered(const Directory *directory, const char *key)
{
	return g_hash_table_contains(directory->people_at, key) ||
	       g_hash_table_contains(directory->staff_at, key) ||
	       g_hash_table_contains(directory->contacts_at, key);
}

const GPtrArray *
directory_people_like(const Directory *directory, const Address *address)
{
	g_autofree char *key = address_form_key(directory->form, address);
	g_autofree char *skeleton = NULL;

	if (is_registered(directory, key))
		return NULL;
	skeleton = skeleton_of_key(key);
	return g_hash_table_lookup(directory->people_like, skeleton);
}

static bool
has_number(const Person *person, const char *number)
{
	for (char **sms = person->sms; *sms != NULL; sms++) {
		g_autofree char *key = number_key(*sms);

		if (g_strcmp0(key, number) == 0)
			return true;
	}
	return false;
}

bool
directory_holds_on(const Directory *directory, const Person *person,
		   const Address *address, Day day)
{
	const PersonAddress span = { NULL, day, day };
	g_autofree char *key = address_form_key(directory->form, address);
	gsize len;
	const char *start = address_local(address, &len);
	g_autofree char *local = g_strndup(start, len);
	g_autofree char *number = number_key(local);

	return is_held_during(directory, person, key, &span) ||
	       (number != NULL && has_number(person, number));
}

const GPtrArray *
directory_people_texted(const Directory *directory, const char *number)
{
	g_autofree char *key = number_key(number);

	return key == NULL ? NULL : g_hash_table_lookup(directory->people_texted, key);
}

const Person *
directory_person(const Directory *directory, const char *case_id)
{
	return g_hash_table_lookup(directory->person, case_id);
}

const Staff *
directory_staff(const Directory *directory, const char *email)
{
	g_autoptr(Address) address = address_parse(email, NULL);

	return address == NULL ? NULL
			       : look_up(directory, directory->staff_email, address);
}

const Staff *
directory_staff_at(const Directory *directory, const Address *address)
{
	return look_up(directory, directory->staff_at, address);
}

const Staff *
directory_staff_login(const Directory *directory, const char *login)
{
	g_autofree char *key = login_key(directory, login);

	return g_hash_table_lookup(directory->staff_login, key);
}

const Staff *
directory_staff_unix(const Directory *directory, const char *unix_user)
{
	return g_hash_table_lookup(directory->staff_unix, unix_user);
}

/* The whole name, then every run of two words or more inside it. */
const Staff *
directory_staff_named(const Directory *directory, const char *name)
{
	g_auto(GStrv) words = name_words(name);
	gsize len = g_strv_length(words);

	for (gsize run = len; run > 0; run--)
		for (gsize start = 0; start + run <= len; start++) {
			g_autofree char *key = name_key(words + start, run);
			const Staff *staff =
				g_hash_table_lookup(directory->staff_named, key);

			if (staff != NULL && (run > 1 || len == 1))
				return staff;
		}
	return NULL;
}

bool
directory_is_work_address(const Directory *directory, const Staff *staff,
			  const Address *address)
{
	return look_up(directory, directory->staff_email, address) == staff;
}

bool
directory_is_one_name(const char *one, const char *other)
{
	g_auto(GStrv) words = name_words(one);
	g_auto(GStrv) others = name_words(other);
	g_autofree char *key = name_key(words, g_strv_length(words));
	g_autofree char *other_key = name_key(others, g_strv_length(others));

	return strcmp(key, other_key) == 0;
}

bool
directory_is_like_staff(const Directory *directory, const Address *address)
{
	g_autofree char *key = address_form_key(directory->form, address);
	g_autofree char *skeleton = NULL;

	if (is_registered(directory, key) ||
	    directory_is_work_domain(directory, address_domain(address)))
		return false;
	skeleton = skeleton_of_key(key);
	return g_hash_table_contains(directory->staff_like, skeleton) ||
	       g_hash_table_contains(directory->staff_like, strrchr(skeleton, '@'));
}

char *
directory_work_number(const Directory *directory, const char *written)
{
	g_autofree char *key = number_key(written);

	if (key == NULL || !g_hash_table_contains(directory->numbers, key))
		return NULL;
	return g_steal_pointer(&key);
}

bool
directory_has_work_numbers(const Directory *directory)
{
	return g_hash_table_size(directory->numbers) > 0;
}

bool
directory_is_member(const Directory *directory, const Staff *team, const Staff *staff)
{
	for (char **member = team->members; *member != NULL; member++)
		if (directory_staff(directory, *member) == staff)
			return true;
	return false;
}

bool
directory_is_work_domain(const Directory *directory, const char *domain)
{
	return g_hash_table_contains(directory->is_work_domain, domain);
}

const char *const *
directory_work_domains(const Directory *directory)
{
	return (const char *const *)directory->work_domains;
}

const AddressForm *
directory_form(const Directory *directory)
{
	return directory->form;
}

const GPtrArray *
directory_agreements(const Directory *directory, const char *case_id)
{
	return g_hash_table_lookup(directory->of_case, case_id);
}

const Agreement *
directory_agreement(const Directory *directory, const char *id)
{
	return g_hash_table_lookup(directory->agreement, id);
}

static const Contact *
pick_contact(const GPtrArray *list, const char *case_id, Day day)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const Contact *contact = list->pdata[i];

		if (g_strcmp0(contact->case_id, case_id) == 0 &&
		    contact_holds_on(contact, day))
			return contact;
	}
	return NULL;
}

const Contact *
directory_contact_at(const Directory *directory, const char *case_id,
		     const Address *address, Day day)
{
	g_autofree char *domain = g_strconcat("@", address_domain(address), NULL);
	const GPtrArray *at = look_up(directory, directory->contacts_at, address);
	const GPtrArray *in = g_hash_table_lookup(directory->contacts_at, domain);
	const Contact *contact = pick_contact(at, case_id, day);

	if (contact == NULL)
		contact = pick_contact(in, case_id, day);
	if (contact == NULL)
		contact = pick_contact(at, NULL, day);
	return contact != NULL ? contact : pick_contact(in, NULL, day);
}

const GPtrArray *
directory_contacts(const Directory *directory, const char *case_id)
{
	return g_hash_table_lookup(directory->contacts_of,
				   case_id == NULL ? "" : case_id);
}

const Contact *
directory_contact(const Directory *directory, const char *id)
{
	return g_hash_table_lookup(directory->contact, id);
}

const GPtrArray *
directory_all_people(const Directory *directory)
{
	return directory->people;
}

const GPtrArray *
directory_all_staff(const Directory *directory)
{
	return directory->staff;
}

const GPtrArray *
directory_all_agreements(const Directory *directory)
{
	return directory->agreements;
}

const GPtrArray *
directory_all_contacts(const Directory *directory)
{
	return directory->contacts;
}
