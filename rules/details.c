/* SPDX-License-Identifier: Apache-2.0 */
/*
 * details.c - numbers and addresses that the register knows
 */
#include "config.h"

#include "rules/details.h"

#include "rules/wordlist.h"

#include <string.h>

/* What the words are, once for all lists. */
typedef struct Detail {
	const Inquiry *inquiry;
	const Directory *directory;
	const char *number;     /* NULL: no number */
	const Address *address; /* NULL: no address */
} Detail;

static bool
is_young(const Detail *detail, const GPtrArray *people)
{
	const GPtrArray *young = detail->inquiry->young;

	for (guint i = 0; people != NULL && i < people->len; i++)
		for (guint j = 0; j < young->len; j++) {
			const Reached *reached = young->pdata[j];

			if (reached->person == people->pdata[i])
				return true;
		}
	return false;
}

static bool
is_carer(const Detail *detail)
{
	const GPtrArray *young = detail->inquiry->young;

	for (guint i = 0; i < young->len; i++) {
		const Reached *reached = young->pdata[i];
		const Contact *contact =
			directory_contact_at(detail->directory, reached->person->case_id,
					     detail->address, detail->inquiry->day);

		if (contact != NULL && contact->case_id != NULL &&
		    strcmp(contact->role, "carer") == 0)
			return true;
	}
	return false;
}

static bool
is_own(const Detail *detail)
{
	if (detail->number != NULL)
		return is_young(detail, directory_people_texted(detail->directory,
								detail->number));
	return detail->address != NULL &&
	       (is_young(detail,
			 directory_people_at(detail->directory, detail->address)) ||
		is_carer(detail));
}

static bool
has_number(const Staff *staff, const char *number)
{
	for (char **one = staff->numbers; one != NULL && *one != NULL; one++) {
		g_autofree char *key = wordlist_key(*one);

		if (strcmp(key, number) == 0)
			return true;
	}
	return false;
}

static bool
is_work_number(const Detail *detail)
{
	const GPtrArray *staff = directory_all_staff(detail->directory);

	for (guint i = 0; detail->number != NULL && i < staff->len; i++)
		if (has_number(staff->pdata[i], detail->number))
			return true;
	return false;
}

static bool
is_work_address(const Detail *detail)
{
	return detail->address != NULL &&
	       (directory_is_work_domain(detail->directory,
					 address_domain(detail->address)) ||
		directory_staff(detail->directory, address_text(detail->address)) !=
			NULL);
}

static const struct {
	const char *name;
	bool (*has)(const Detail *detail);
} lists[] = {
	{ "own-details", is_own },
	{ "work-numbers", is_work_number },
	{ "work-addresses", is_work_address },
};

bool
details_is_list(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		if (strcmp(lists[i].name, name) == 0)
			return true;
	return false;
}

bool
details_has(const Inquiry *inquiry, const char *list, const char *words)
{
	g_autofree char *key = wordlist_key(words);
	const bool is_number = wordlist_is_number(key);
	g_autoptr(Address) address = is_number ? NULL : address_parse(key, NULL);
	const Detail detail = { .inquiry = inquiry,
				.directory = inquiry->hearing->directory,
				.number = is_number ? key : NULL,
				.address = address };

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		if (strcmp(lists[i].name, list) == 0)
			return lists[i].has(&detail);
	return false;
}
