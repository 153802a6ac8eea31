/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_authres.c - what was read, written out again, reads as the same
 */
#include "config.h"

#include "base/authres.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_quoted(GString *text, const char *value)
{
	g_string_append_c(text, '"');
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *value);
	}
	g_string_append_c(text, '"');
}

static char *
write_results(const AuthResults *results)
{
	GString *text = g_string_new(NULL);

	write_quoted(text, results->server);
	for (guint i = 0; i < results->results->len; i++) {
		const AuthResult *result = results->results->pdata[i];

		g_string_append_printf(text, "; %s=%s", result->method, result->result);
		for (guint j = 0; j < result->properties->len; j++) {
			const AuthProperty *property = result->properties->pdata[j];

			g_string_append_printf(text, " %s%s%s=", property->type,
					       property->name == NULL ? "" : ".",
					       property->name == NULL ? ""
								      : property->name);
			write_quoted(text, property->value);
		}
	}
	if (results->results->len == 0)
		g_string_append(text, "; none");
	return g_string_free(text, FALSE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *value = g_strndup((const char *)data, size);
	g_autoptr(AuthResults) results = authres_parse(value, NULL);
	g_autoptr(AuthResults) again = NULL;
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;

	if (results == NULL)
		return 0;
	one = write_results(results);
	again = authres_parse(one, NULL);
	g_assert_nonnull(again);
	other = write_results(again);
	g_assert_cmpstr(one, ==, other);
	return 0;
}
