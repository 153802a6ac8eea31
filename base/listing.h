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
	GBytes *head; /* at most LISTING_HEAD bytes; empty when encrypted */
	bool is_encrypted;
} ListingEntry;

/* Immutable. */
typedef struct Listing {
	GPtrArray *entries; /* ListingEntry *, as far as they could be read */
	bool is_encrypted;  /* some of it, or its very list */
	bool is_whole;      /* false: damaged, unknown, or more than is looked at */
} Listing;

/* Never fails and never writes; bounded in entries and in what is unpacked. */
Listing *listing_read(GBytes *bytes);
void listing_free(Listing *listing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listing, listing_free)

#endif
