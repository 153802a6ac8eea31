/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing.h - what an archive holds (zip, 7z, rar, tar, …), by names and first bytes
 */
#ifndef BASE_LISTING_H
#define BASE_LISTING_H

#include <glib.h>
#include <stdbool.h>

enum { LISTING_HEAD = 64 };

/* One file inside. */
typedef struct ListingEntry {
	char *name;   /* UTF-8 */
	GBytes *head; /* at most LISTING_HEAD bytes, all of a file that was asked for;
	                 empty when encrypted */
	bool is_encrypted;
} ListingEntry;

/* Immutable. */
typedef struct Listing {
	GPtrArray *entries; /* ListingEntry *, as far as they could be read */
	bool is_encrypted;  /* some of it, or its very list */
	bool is_whole;      /* false: damaged, unknown, or more than is looked at */
	bool is_cut;        /* of what was asked for, not all could be read */
} Listing;

/* Never fails and never writes; bounded in entries and in what is unpacked. */
Listing *listing_read(GBytes *bytes);

/* Whether the whole of a file is asked for, by its name. */
typedef bool (*ListingWants)(const char *name);

/* The same with the whole of some files; of all together at most so many bytes, what is
 * more is cut off. */
Listing *listing_read_wanted(GBytes *bytes, ListingWants wants, gsize most);
void listing_free(Listing *listing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listing, listing_free)

#endif
