/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wordlist.h - a list of the rule language: numbers, addresses and words that a rule lets
 * pass
 */
#ifndef RULES_WORDLIST_H
#define RULES_WORDLIST_H

#include <glib.h>
#include <stdbool.h>

/* Grows while rules are read, then immutable. */
typedef struct WordList WordList;

WordList *wordlist_new(void);
void wordlist_free(WordList *list);

/* A number, an address, "@domain" for every address there, or words. */
void wordlist_add(WordList *list, const char *entry);
/* Whether text, normalised, equals an entry. */
bool wordlist_has(const WordList *list, const char *text);

/* What is compared: of a number its digits as dialled here, of all else the letters
 * without case, blanks as one.  Owned by the caller. */
char *wordlist_key(const char *text);
/* Whether a key is a number's. */
bool wordlist_is_number(const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WordList, wordlist_free)

#endif
