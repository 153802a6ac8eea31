/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_third_party.c - who else gets mail to a young person (1.7)
 *
 * Beside the young person only work addresses and contacts of every young person on it.
 * Several readings of one recipient are all looked at: each may be where it goes.  Two
 * young people who see each other are held; hidden from each other, they are tagged.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/scope.h"

#include <string.h>

static const char *const shown_fields[] = { "To", "Cc", "Resent-To", "Resent-Cc" };

/* Whether everyone on the message knows the address as a contact of theirs. */
static bool
is_contact(Inquiry *inquiry, const Address *address)
{
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const Contact *contact = directory_contact_at(inquiry->hearing->directory,
							      reached->person->case_id,
							      address, inquiry->day);

		if (contact == NULL)
			return false;
	}
	return inquiry->young->len > 0;
}

static bool
is_work(const Directory *directory, const Address *address)
{
	const Staff *staff = directory_staff_at(directory, address);

	return directory_is_work_domain(directory, address_domain(address)) ||
	       (staff != NULL && directory_is_work_address(directory, staff, address));
}

static void
check_other(Inquiry *inquiry, const char *where, const Address *address)
{
	const Directory *directory = inquiry->hearing->directory;

	if (address_domain(address)[0] == '\0' ||
	    scope_people_at(address, directory, inquiry->hearing->policy) != NULL ||
	    is_work(directory, address) || is_contact(inquiry, address))
		return;
	inquiry_find(inquiry, where, address_text(address), NULL);
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
	const Address *const *one = a, *const *other = b;

	return strcmp(address_text(*one), address_text(*other));
}

/* Sorted, so that the order of recipients changes nothing. */
static void
check_recipients(Inquiry *inquiry)
{
	const GPtrArray *recipients = inquiry->hearing->envelope->recipients;
	g_autoptr(GPtrArray) forms = g_ptr_array_new();

	for (guint i = 0; i < recipients->len; i++) {
		const Path *path = recipients->pdata[i];

		for (guint j = 0; j < path->forms->len; j++)
			g_ptr_array_add(forms, path->forms->pdata[j]);
	}
	g_ptr_array_sort(forms, compare_text);
	for (guint i = 0; i < forms->len; i++)
		check_other(inquiry, "envelope", forms->pdata[i]);
}

/* Whether an envelope recipient is that address, however it is spelled. */
static bool
is_recipient(const Inquiry *inquiry, const char *key)
{
	const GPtrArray *recipients = inquiry->hearing->envelope->recipients;
	const AddressForm *form = directory_form(inquiry->hearing->directory);

	for (guint i = 0; i < recipients->len; i++) {
		const Path *path = recipients->pdata[i];

		for (guint j = 0; j < path->forms->len; j++) {
			g_autofree char *other =
				address_form_key(form, path->forms->pdata[j]);

			if (strcmp(other, key) == 0)
				return true;
		}
	}
	return false;
}

/* Keys of the young people's addresses that every reader sees. */
static void
take_shown(Inquiry *inquiry, const char *field, GHashTable *shown)
{
	const Directory *directory = inquiry->hearing->directory;
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(inquiry->headers, field, NULL);
	g_autofree char *where = g_strconcat("header:", field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);
		g_autofree char *key = NULL;

		if (address == NULL || address_domain(address)[0] == '\0')
			continue;
		key = address_form_key(directory_form(directory), address);
		if (scope_people_at(address, directory, inquiry->hearing->policy) != NULL)
			g_hash_table_add(shown, g_steal_pointer(&key));
		else if (!is_recipient(inquiry, key))
			check_other(inquiry, where, address);
	}
}

/* Whom an address stands for, as far as others are concerned: those who share a mailbox
 * are one, and so is one person by mail and by text. */
static const Person *
first_at(const Inquiry *inquiry, const char *key)
{
	g_autoptr(Address) address = address_parse(key, NULL);
	const GPtrArray *people =
		address == NULL ? NULL
				: scope_people_at(address, inquiry->hearing->directory,
						  inquiry->hearing->policy);

	return people == NULL ? NULL : people->pdata[0];
}

static void
check_young(Inquiry *inquiry, GHashTable *shown)
{
	g_autoptr(GHashTable) people = g_hash_table_new(NULL, NULL);
	GHashTableIter iter;
	gpointer key;

	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const Person *first = first_at(inquiry, reached->address);

		g_hash_table_add(people, first == NULL ? reached->person->case_id
						       : first->case_id);
	}
	g_hash_table_iter_init(&iter, shown);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_hash_table_add(people, first_at(inquiry, key)->case_id);
	if (g_hash_table_size(people) < 2)
		return;
	if (g_hash_table_size(shown) > 0)
		inquiry_find(inquiry, "header:To", "",
			     "young people are shown each other's addresses");
	else
		inquiry_tag(inquiry, "envelope", "",
			    "several young people get it, hidden from each other");
}

void
check_third_party(Inquiry *inquiry)
{
	g_autoptr(GHashTable) shown =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	check_recipients(inquiry);
	for (guint i = 0; i < G_N_ELEMENTS(shown_fields); i++)
		take_shown(inquiry, shown_fields[i], shown);
	check_young(inquiry, shown);
}
