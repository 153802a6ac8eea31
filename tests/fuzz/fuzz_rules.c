/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_rules.c - rules files: every fault has its place, and comments change nothing
 */
#include "config.h"

#include "rules/reader.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GPtrArray *
read_text(const char *text, gsize len, GError **error)
{
	g_autoptr(Reader) reader = reader_new(NULL, NULL);

	g_autoptr(RuleSet) rules = NULL;

	reader_add(reader, "f", text, len);
	return reader_finish(reader, &rules, error);
}

static void
check_faults(const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\nf:", -1);

	g_assert_true(g_str_has_prefix(message, "f:"));
	for (char **line = lines; *line != NULL; line++)
		g_assert_nonnull(strstr(*line, ": "));
}

static void
check_same(const GPtrArray *one, const GPtrArray *other)
{
	g_assert_cmpuint(one->len, ==, other->len);
	for (guint i = 0; i < one->len; i++) {
		const CheckSetting *a = one->pdata[i], *b = other->pdata[i];

		g_assert_cmpstr(a->name, ==, b->name);
		g_assert_cmpint((int)a->action, ==, (int)b->action);
		g_assert_cmpstr(a->paragraph, ==, b->paragraph);
		g_assert_cmpstr(a->reason, ==, b->reason);
		g_assert_cmpint((int)a->decides, ==, (int)b->decides);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *longer = g_strconcat("# first\n\n", text, "\n# last\n", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) once = read_text(text, strlen(text), &error);
	g_autoptr(GPtrArray) twice = read_text(longer, strlen(longer), NULL);

	g_assert_cmpint(once == NULL, ==, twice == NULL);
	if (once == NULL)
		check_faults(error->message);
	else
		check_same(once, twice);
	return 0;
}
