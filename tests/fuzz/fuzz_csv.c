/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_csv.c - a table that was read, written and read again is the same table
 */
#include "config.h"

#include "base/csv.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) once = csv_read((const char *)data, size, NULL);
	g_autoptr(GPtrArray) twice = NULL;
	/* With a mark, lest one in the first cell be taken for it. */
	g_autoptr(GString) out = g_string_new("\xef\xbb\xbf");

	if (once == NULL)
		return 0;
	for (guint i = 0; i < once->len; i++)
		csv_write(out, (const char *const *)((CsvRow *)once->pdata[i])->cells);
	twice = csv_read(out->str, out->len, NULL);
	g_assert_nonnull(twice);
	g_assert_cmpuint(once->len, ==, twice->len);
	for (guint i = 0; i < once->len; i++) {
		const CsvRow *one = once->pdata[i];
		const CsvRow *other = twice->pdata[i];

		g_assert_true(g_strv_equal((const char *const *)one->cells,
					   (const char *const *)other->cells));
	}
	return 0;
}
