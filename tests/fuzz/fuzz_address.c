/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_address.c - a parsed address parses to itself, and the form of a form is the
 * form
 */
#include "config.h"

#include "base/address.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static AddressForm *
form_new(void)
{
	static const char *const ignore_dots[] = { "b.example", NULL };
	static const char *const same_domain[] = { "b.example", "c.example", NULL };

	return address_form_new(ignore_dots, same_domain);
}

static void
check_text(const Address *once)
{
	g_autoptr(Address) twice = address_parse(address_text(once), NULL);

	g_assert_nonnull(twice);
	g_assert_cmpstr(address_text(once), ==, address_text(twice));
}

static void
check_form(const Address *address)
{
	g_autoptr(AddressForm) form = form_new();
	g_autofree char *first = address_form_key(form, address);
	g_autoptr(GError) error = NULL;
	g_autoptr(Address) again = address_parse(first, &error);
	g_autofree char *second = NULL;

	/* One letter may unfold to eighteen, and so go over the limit. */
	if (again == NULL) {
		g_assert_error(error, ADDRESS_ERROR, ADDRESS_ERROR_TOO_LONG);
		return;
	}
	second = address_form_key(form, again);
	g_assert_cmpstr(first, ==, second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(Address) address = address_parse(text, NULL);

	if (address != NULL) {
		check_text(address);
		check_form(address);
	}
	return 0;
}
