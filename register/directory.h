/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory.h - everyone in the register at one moment, looked up by address
 *
 * Immutable and reference-counted: a change makes a new one, which shares with the one
 * before it all that did not change.  Every look-up is in constant time.
 */
#ifndef REGISTER_DIRECTORY_H
#define REGISTER_DIRECTORY_H

#include "base/address.h"
#include "register/agreement.h"
#include "register/contact.h"
#include "register/kind.h"
#include "register/person.h"
#include "register/staff.h"

#include <glib.h>
#include <stdbool.h>

typedef struct Directory Directory;

/* How a directory compares, and which domains are the agency's.  Copied. */
typedef struct DirectoryOptions {
	AddressForm *form;
	const char *const *work_domains; /* lower-case A-labels */
} DirectoryOptions;

/* Things by their kind; each list may be NULL for none. */
typedef struct DirectoryLists {
	GPtrArray *of[REGISTER_KINDS]; /* Staff *, Person *, Contact *, Agreement * */
} DirectoryLists;

/* Takes a reference of each element; refuses two people with one address at one time
 * (unless both are shared), two with one login or case, a contact of a case that is not
 * there or of a work domain. */
Directory *directory_new(const DirectoryOptions *options, const DirectoryLists *lists,
			 GError **error);
/* The directory with these in the place of those with their keys, or beside them; refuses
 * the same.  Of what is there only the lists of the kinds that change are copied. */
Directory *directory_change(const Directory *before, const DirectoryLists *changed,
			    GError **error);

/* The same, telling of each thing that is refused; the directory is without those. */
typedef void (*DirectoryRefuse)(RegisterKind kind, const void *thing, const GError *error,
				void *data);
Directory *directory_try(const Directory *before, const DirectoryLists *changed,
			 DirectoryRefuse refuse, void *data);

Directory *directory_ref(Directory *directory);
void directory_unref(Directory *directory);

/* Everything below borrows from the directory; NULL when there is none. */

/* The young people whose address this is (several share a family's mailbox), those
 * removed left out: Person *. */
const GPtrArray *directory_people_at(const Directory *directory, const Address *address);
/* Whether it is that person's address, or a number of theirs, on a day. */
bool directory_holds_on(const Directory *directory, const Person *person,
			const Address *address, Day day);
/* Those whose address it only looks like; NULL also when it is registered itself. */
const GPtrArray *directory_people_like(const Directory *directory,
				       const Address *address);
/* Those whom a text to this number reaches, written nationally or internationally. */
const GPtrArray *directory_people_texted(const Directory *directory, const char *number);
const Person *directory_person(const Directory *directory, const char *case_id);

/* By work address. */
const Staff *directory_staff(const Directory *directory, const char *email);
/* By work address or any other address known of them. */
const Staff *directory_staff_at(const Directory *directory, const Address *address);
/* By login name: a login, or a work address. */
const Staff *directory_staff_login(const Directory *directory, const char *login);
const Staff *directory_staff_unix(const Directory *directory, const char *unix_user);
/* Whose name a display name carries, however it is spelled; of several either. */
const Staff *directory_staff_named(const Directory *directory, const char *name);
/* Whether two names are one, however they are spelled. */
bool directory_is_one_name(const char *one, const char *other);
/* Whether an address that is neither staff's nor of a work domain looks as if it were. */
bool directory_is_like_staff(const Directory *directory, const Address *address);
/* The digits by which a work number is known, when it is one of a member of staff; NULL
 * otherwise.  Owned by the caller. */
char *directory_work_number(const Directory *directory, const char *written);
bool directory_has_work_numbers(const Directory *directory);
/* Whether the address is exactly the member's work address. */
bool directory_is_work_address(const Directory *directory, const Staff *staff,
			       const Address *address);
/* Whether anyone names them as their manager. */
bool directory_is_manager(const Directory *directory, const Staff *staff);
bool directory_is_member(const Directory *directory, const Staff *team,
			 const Staff *staff);
bool directory_is_work_domain(const Directory *directory, const char *domain);
const char *const *directory_work_domains(const Directory *directory);
const AddressForm *directory_form(const Directory *directory);

/* Of a case, newest last: Agreement *. */
const GPtrArray *directory_agreements(const Directory *directory, const char *case_id);
const Agreement *directory_agreement(const Directory *directory, const char *id);

/* Whom an address belongs to among the contacts of a case, of the agency and of partner
 * domains, on a day; one of the case itself before one of the agency. */
const Contact *directory_contact_at(const Directory *directory, const char *case_id,
				    const Address *address, Day day);
/* Of a case, those that ended too; NULL for the agency's: Contact *. */
const GPtrArray *directory_contacts(const Directory *directory, const char *case_id);
const Contact *directory_contact(const Directory *directory, const char *id);

/* By the key of its kind. */
const void *directory_find(const Directory *directory, RegisterKind kind,
			   const char *key);
/* All of a kind, in order of their keys. */
const GPtrArray *directory_all(const Directory *directory, RegisterKind kind);
const GPtrArray *directory_all_people(const Directory *directory);
const GPtrArray *directory_all_staff(const Directory *directory);
const GPtrArray *directory_all_agreements(const Directory *directory);
const GPtrArray *directory_all_contacts(const Directory *directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_unref)

#endif
