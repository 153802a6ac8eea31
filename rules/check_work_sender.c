/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_work_sender.c - mail to a young person comes from a work address (3.2)
 *
 * Author, Sender, Reply-To, envelope sender and login must be one registered member of
 * staff who works here on that day.  The login is our stricter reading: an address can
 * be written by anyone.  A team's address is its members' too.  A private address is
 * for the lead to decide, and the author is told only that the message waits.
 */
#include "config.h"

#include "rules/check.h"
#include "rules/scope.h"

#include <string.h>

static const char *const sender_fields[] = { "From",          "Sender",
					     "Reply-To",      "Resent-From",
					     "Resent-Sender", "Resent-Reply-To" };
static const char *const copy_fields[] = { "To", "Cc", "Bcc" };

static void
check_login(Inquiry *inquiry)
{
	const char *login = inquiry->hearing->envelope->login;

	if (inquiry->proven == NULL && login == NULL)
		inquiry_find(inquiry, "login", "", "it was sent without logging in");
	else if (inquiry->proven == NULL)
		inquiry_find(inquiry, "login", login,
			     "the login is no registered member of staff's");
	else if (!staff_is_employed_on(inquiry->proven, inquiry->day))
		inquiry_find(inquiry, login == NULL ? "envelope" : "login",
			     login == NULL ? "" : login, "the member of staff has left");
	else if (!staff_may_write_on(inquiry->proven, inquiry->day))
		inquiry_find(inquiry, login == NULL ? "envelope" : "login",
			     login == NULL ? "" : login,
			     "the member of staff does not write at present");
}

static bool
is_authors(const Inquiry *inquiry, const Staff *staff)
{
	return staff == inquiry->author ||
	       (inquiry->author != NULL &&
		directory_is_member(inquiry->hearing->directory, staff, inquiry->author));
}

/* One address that the message gives for its author. */
static void
check_address(Inquiry *inquiry, const char *where, const Address *address)
{
	const Directory *directory = inquiry->hearing->directory;
	const Staff *staff = directory_staff_at(directory, address);
	const char *text = address_text(address);

	if (staff != NULL && directory_is_work_address(directory, staff, address)) {
		if (!is_authors(inquiry, staff))
			inquiry_find(inquiry, where, text,
				     "the address is a colleague's");
		else if (!staff_is_employed_on(staff, inquiry->day) &&
			 inquiry->proven == NULL)
			inquiry_find(inquiry, where, text,
				     "the member of staff has left");
	} else if (staff == NULL &&
		   directory_is_work_domain(directory, address_domain(address))) {
		inquiry_find(inquiry, where, text, "the work address is not registered");
	} else {
		inquiry_find_for_lead(inquiry, where, text,
				      "the address is not a work address");
	}
}

static void
check_field(Inquiry *inquiry, const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(inquiry->headers, field, NULL);
	g_autofree char *where = g_strconcat("header:", field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);

		if (address != NULL && address_domain(address)[0] != '\0')
			check_address(inquiry, where, address);
		else
			inquiry_find(inquiry, where, mailbox->address,
				     "the address cannot be read");
	}
}

/* The envelope sender stands for several readings: one that is right will do.  The null
 * sender is that of automatic answers and says nothing. */
static void
check_envelope(Inquiry *inquiry)
{
	const Path *sender = inquiry->hearing->envelope->sender;

	if (sender == NULL || sender->forms->len == 0)
		return;
	for (guint i = 0; i < sender->forms->len; i++) {
		const Staff *staff = directory_staff_at(inquiry->hearing->directory,
							sender->forms->pdata[i]);

		if (staff != NULL && is_authors(inquiry, staff) &&
		    directory_is_work_address(inquiry->hearing->directory, staff,
					      sender->forms->pdata[i]))
			return;
	}
	check_address(inquiry, "envelope", sender->forms->pdata[0]);
}

/* A copy to a private address of the author's own. */
static void
check_copy(Inquiry *inquiry, const char *where, const Address *address)
{
	const Directory *directory = inquiry->hearing->directory;
	const Staff *staff = directory_staff_at(directory, address);

	if (staff != NULL && staff == inquiry->author &&
	    !directory_is_work_address(directory, staff, address) &&
	    scope_people_at(address, directory, inquiry->hearing->policy) == NULL)
		inquiry_find_for_lead(inquiry, where, address_text(address),
				      "a copy goes to a private address");
}

static void
check_copies(Inquiry *inquiry, const char *field)
{
	g_autoptr(GPtrArray) mailboxes = headers_mailboxes(inquiry->headers, field, NULL);
	g_autofree char *where = g_strconcat("header:", field, NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *mailbox = mailboxes->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);

		if (address != NULL)
			check_copy(inquiry, where, address);
	}
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
	const Address *const *one = a, *const *other = b;

	return strcmp(address_text(*one), address_text(*other));
}

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
		check_copy(inquiry, "envelope", forms->pdata[i]);
}

void
check_work_sender(Inquiry *inquiry)
{
	check_login(inquiry);
	for (guint i = 0; i < G_N_ELEMENTS(sender_fields); i++)
		check_field(inquiry, sender_fields[i]);
	check_envelope(inquiry);
	for (guint i = 0; i < G_N_ELEMENTS(copy_fields); i++)
		check_copies(inquiry, copy_fields[i]);
	check_recipients(inquiry);
}
