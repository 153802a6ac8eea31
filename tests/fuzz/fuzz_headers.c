/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_headers.c - headers written out again read as the same; an address in a field is
 * found when it stands free; names are UTF-8; a message is read or its problem is said
 */
#include "config.h"

#include "base/address.h"
#include "base/message.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_round_trip(const Headers *headers)
{
	GString *text = g_string_new(NULL);
	g_autoptr(Headers) again = NULL;

	for (guint i = 0; i < headers_len(headers); i++)
		g_string_append_printf(text, "%s: %s\r\n", headers_name(headers, i),
				       headers_value(headers, i));
	again = headers_read(text->str, text->len);
	g_assert_cmpuint(headers_len(again), ==, headers_len(headers));
	for (guint i = 0; i < headers_len(headers); i++) {
		g_assert_cmpstr(headers_name(again, i), ==, headers_name(headers, i));
		g_assert_cmpstr(headers_value(again, i), ==, headers_value(headers, i));
	}
	g_string_free(text, TRUE);
}

static void
check_mailboxes(const GPtrArray *found, bool is_clean)
{
	for (guint i = 0; i < found->len; i++) {
		const Mailbox *mailbox = found->pdata[i];
		g_autoptr(Address) address = address_parse(mailbox->address, NULL);

		g_assert_true(address != NULL || !is_clean);
		if (mailbox->name != NULL)
			g_assert_true(g_utf8_validate(mailbox->name, -1, NULL));
	}
}

/* Whatever else is in the field, behind a comma of its own an address is found, unless a
 * construct that is still open swallows it; then the field is not clean. */
static void
check_hidden(const char *bytes, size_t size)
{
	g_autofree char *junk = g_strndup(bytes, size);
	g_autofree char *value = g_strconcat(junk, " , carl@kids.example", NULL);
	g_autoptr(Headers) headers = headers_new();
	g_autoptr(GPtrArray) found = NULL;
	bool is_found = false;

	headers_add(headers, "From", value);
	found = headers_originators(headers, NULL);
	for (guint i = 0; i < found->len && !is_found; i++)
		is_found = g_str_equal(((const Mailbox *)found->pdata[i])->address,
				       "carl@kids.example");
	g_assert_true(is_found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const MessageLimits limits = { 1 << 20, 8, 50 };
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(GPtrArray) found = NULL;
	bool is_clean;

	check_round_trip(message_headers(message));
	found = headers_originators(message_headers(message), &is_clean);
	check_mailboxes(found, is_clean);
	check_hidden((const char *)data, size);
	g_assert_true(message_parts(message)->len > 0 ||
		      message_problem(message) != NULL);
	return 0;
}
