/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h - mail addresses, and the one form in which they are compared
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <glib.h>

/* A mailbox, or the null reverse-path "<>".  Immutable, so safe to share. */
typedef struct Address Address;

typedef enum AddressError {
	ADDRESS_ERROR_SYNTAX,   /* not of the form local@domain */
	ADDRESS_ERROR_TOO_LONG, /* over the limits of RFC 5321, 4.5.3.1 */
} AddressError;

#define ADDRESS_ERROR (address_error_quark())
GQuark address_error_quark(void);

/* Reads one address, in angle brackets or bare: the local part letter for letter
 * (quotes are kept), the domain as lower-case A-label.  Bytes that are not UTF-8 are a
 * syntax error.  The limit of 64 bytes is of the local part without quotes and "+tag". */
Address *address_parse(const char *text, GError **error);
void address_free(Address *address);

/* Borrow from the address and are never NULL; "" for the null path. */
const char *address_text(const Address *address);
const char *address_domain(const Address *address);
/* The part before the '@', not terminated: *len bytes. */
const char *address_local(const Address *address, gsize *len);

/* A local part as the mailbox has it, quotes and backslashes undone; and quoted where
 * an address needs it.  Owned by the caller. */
char *address_unquote(const char *local, gsize len);
char *address_quote(const char *bare);

/* A domain as lower-case A-label without a final dot; NULL when it is none.
 * Owned by the caller. */
char *address_domain_normalise(const char *domain);

/* How an agency compares addresses: which domains ignore dots in the local part, and
 * which domains are one.  Immutable. */
typedef struct AddressForm AddressForm;

/* ignore_dots: domains; same_domain: domains that all stand for the first.  Both
 * NULL-terminated and may be empty. */
AddressForm *address_form_new(const char *const *ignore_dots,
			      const char *const *same_domain);
AddressForm *address_form_ref(AddressForm *form);
void address_form_unref(AddressForm *form);

/* The comparable form: local part unquoted where that is the same mailbox, NFKC and
 * case-folded, "+tag" dropped, dots and domains as the form says.  The form of the
 * form is the form.  "" for the null path.  Owned by the caller. */
char *address_form_key(const AddressForm *form, const Address *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Address, address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressForm, address_form_unref)

#endif
