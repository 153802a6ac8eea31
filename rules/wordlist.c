/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wordlist.c - a list of the rule language
 */
#include "config.h"

#include "rules/wordlist.h"

#include <string.h>

/* Fewer digits are words: "111" is a number all the same. */
enum { DIGITS_MIN = 3 };

struct WordList {
	GHashTable *keys; /* as a set */
};

WordList *
wordlist_new(void)
{
	WordList *list = g_new0(WordList, 1);

	list->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return list;
}

void
wordlist_free(WordList *list)
{
	if (list == NULL)
		return;
	g_hash_table_unref(list->keys);
	g_free(list);
}

/* Digits and what people write between them; NULL when there is anything else. */
static char *
digits_of(const char *text)
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (; *text != '\0'; text++)
		if (g_ascii_isdigit(*text))
			g_string_append_c(digits, *text);
		else if (strchr(" \t+()-./", *text) == NULL)
			return NULL;
	return digits->len < DIGITS_MIN ? NULL
					: g_string_free(g_steal_pointer(&digits), FALSE);
}

/* +44 (0)7700…, 0044 7700…, 447700… and 07700… are one number. */
static char *
dial(const char *digits)
{
	if (g_str_has_prefix(digits, "00"))
		digits += 2;
	if (!g_str_has_prefix(digits, "44") || strlen(digits) < 12)
		return g_strdup(digits);
	digits += 2;
	return g_strconcat(digits[0] == '0' ? "" : "0", digits, NULL);
}

static char *
fold(const char *text)
{
	g_autofree char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
	g_autofree char *folded = g_utf8_casefold(normal == NULL ? text : normal, -1);
	g_auto(GStrv) words = g_strsplit_set(folded, " \t\r\n", -1);
	GString *key = g_string_new(NULL);

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			g_string_append_printf(key, "%s%s", key->len == 0 ? "" : " ",
					       *word);
	return g_string_free(key, FALSE);
}

char *
wordlist_key(const char *text)
{
	g_autofree char *digits = digits_of(text);

	return digits == NULL ? fold(text) : dial(digits);
}

bool
wordlist_is_number(const char *key)
{
	return key[strspn(key, "0123456789")] == '\0';
}

void
wordlist_add(WordList *list, const char *entry)
{
	g_hash_table_add(list->keys, wordlist_key(entry));
}

bool
wordlist_has(const WordList *list, const char *text)
{
	g_autofree char *key = wordlist_key(text);
	const char *domain = strrchr(key, '@');

	return g_hash_table_contains(list->keys, key) ||
	       (domain != NULL && g_hash_table_contains(list->keys, domain));
}
