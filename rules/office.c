/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office.c - the words inside documents and the names of what an archive holds
 *
 * Documents of today are zip archives of XML files, a few of which hold the words.  How
 * much is unpacked is bounded whatever the archive says of itself.
 */
#include "config.h"

#include "rules/office.h"

#include "base/listing.h"
#include "rules/markup.h"

#include <string.h>

enum { UNPACKED_MAX = 8 << 20 };

/* Whether a file inside holds words of a document. */
static bool
is_words(const char *name)
{
	static const char *const folders[] = { "word/", "ppt/slides/", "ppt/notesSlides/",
					       NULL };

	/* OpenDocument keeps headers and footers with the styles. */
	if (strcmp(name, "content.xml") == 0 || strcmp(name, "styles.xml") == 0 ||
	    strcmp(name, "xl/sharedStrings.xml") == 0)
		return true;
	if (!g_str_has_suffix(name, ".xml") || strstr(name, "/theme") != NULL ||
	    strstr(name, "styles") != NULL || strstr(name, "settings") != NULL ||
	    strstr(name, "fontTable") != NULL)
		return false;
	for (gsize i = 0; folders[i] != NULL; i++)
		if (g_str_has_prefix(name, folders[i]))
			return true;
	return false;
}

static bool
is_document(const Listing *listing)
{
	for (guint i = 0; i < listing->entries->len; i++) {
		const ListingEntry *entry = listing->entries->pdata[i];

		if (strcmp(entry->name, "[Content_Types].xml") == 0 ||
		    strcmp(entry->name, "mimetype") == 0)
			return true;
	}
	return false;
}

/* Whether the file could be read. */
static bool
add_words(GString *words, const ListingEntry *entry)
{
	gsize len;
	const char *data = g_bytes_get_data(entry->head, &len);
	g_autofree char *text = markup_read_xml(data, len);

	if (text == NULL)
		return false;
	g_string_append(words, text);
	g_string_append_c(words, '\n');
	return true;
}

char *
office_read(GBytes *bytes, gsize most, const char **problem)
{
	g_autoptr(Listing) listing =
		listing_read_wanted(bytes, is_words, MIN(most, (gsize)UNPACKED_MAX));
	const bool has_words = is_document(listing);
	GString *words = g_string_new(NULL);

	for (guint i = 0; i < listing->entries->len; i++) {
		const ListingEntry *entry = listing->entries->pdata[i];

		if (!has_words)
			g_string_append_printf(words, "%s\n", entry->name);
		else if (is_words(entry->name) && !entry->is_encrypted &&
			 !add_words(words, entry))
			*problem = "a document that cannot be read";
	}
	if (listing->is_cut)
		*problem = "a document that unpacks to more than is looked at";
	return g_string_free(words, words->len == 0);
}
