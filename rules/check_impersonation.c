/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_impersonation.c - names and addresses that only look like somebody registered
 * (3.2)
 */
#include "config.h"

#include "rules/check.h"
#include "rules/scope.h"

#include <string.h>

/* Whether one of the name is who the address belongs to. */
static bool
is_own_name(const Inquiry *inquiry, const Staff *named, const char *name,
	    const Address *address)
{
	const Directory *directory = inquiry->hearing->directory;
	const Staff *owner = directory_staff_at(directory, address);
	const GPtrArray *people =
		scope_people_at(address, directory, inquiry->hearing->policy);

	if (owner == named || (owner != NULL && directory_is_one_name(owner->name, name)))
		return true;
	for (guint i = 0; people != NULL && i < people->len; i++) {
		const Person *person = people->pdata[i];

		if (directory_is_one_name(person->name, name))
			return true;
	}
	return false;
}

static void
check_name(Inquiry *inquiry, const char *where, const Mailbox *mailbox,
	   const Address *address)
{
	const Staff *named = mailbox->name == NULL
				     ? NULL
				     : directory_staff_named(inquiry->hearing->directory,
							     mailbox->name);

	if (named != NULL && !is_own_name(inquiry, named, mailbox->name, address))
		inquiry_find(
			inquiry, where, mailbox->name,
			"the name is a member of staff's, the address is not theirs");
}

static void
check_look(Inquiry *inquiry, const char *where, const Address *address)
{
	const Directory *directory = inquiry->hearing->directory;

	if (directory_people_like(directory, address) != NULL)
		inquiry_find(inquiry, where, address_text(address),
			     "the address only looks like a young person's");
	else if (directory_is_like_staff(directory, address))
		inquiry_find(inquiry, where, address_text(address),
			     "the address only looks like a work address");
}

static void
check_path(Inquiry *inquiry, const Path *path)
{
	for (guint i = 0; path != NULL && i < path->forms->len; i++)
		check_look(inquiry, "envelope", path->forms->pdata[i]);
}

static int
compare_paths(gconstpointer a, gconstpointer b)
{
	const Path *const *one = a, *const *other = b;

	return strcmp(path_text(*one), path_text(*other));
}

/* An ordinary message all the same: whatever else is found decides what becomes of it. */
static void
check_release(Inquiry *inquiry)
{
	if (json_is_true(json_object_get(inquiry->hearing->history, "claims_release")))
		inquiry_tag(inquiry, "header:Chaperone-Release", "",
			    "it says that it was released here, and was not");
}

void
check_impersonation(Inquiry *inquiry)
{
	const Envelope *envelope = inquiry->hearing->envelope;
	g_autoptr(GPtrArray) originators = headers_originators(inquiry->headers, NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	for (guint i = 0; i < originators->len; i++) {
		const Mailbox *mailbox = originators->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);
		g_autofree char *where = g_strconcat("header:", mailbox->field, NULL);

		if (address == NULL || address_domain(address)[0] == '\0')
			continue;
		check_name(inquiry, where, mailbox, address);
		check_look(inquiry, where, address);
	}
	check_path(inquiry, envelope->sender);
	for (guint i = 0; i < envelope->recipients->len; i++)
		g_ptr_array_add(paths, envelope->recipients->pdata[i]);
	g_ptr_array_sort(paths, compare_paths);
	for (guint i = 0; i < paths->len; i++)
		check_path(inquiry, paths->pdata[i]);
	check_release(inquiry);
}
