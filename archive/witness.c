/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.c - the first time stamp that covers a record
 *
 * A stamp's record stands behind all that it covers, so only those behind a record are
 * read, and mostly one.  The last that was found is kept: records are asked for in their
 * order.
 */
#include "config.h"

#include "archive/witness.h"

struct Witness {
	Store *store;
	GArray *stamps; /* StoreEntry, in the order of the log */
	guint last;     /* of them, that was read last */
	StampRecord stamp;
};

Witness *
witness_new(Store *store)
{
	Witness *witness = g_new0(Witness, 1);

	witness->store = store;
	witness->stamps = g_array_new(FALSE, FALSE, sizeof(StoreEntry));
	return witness;
}

void
witness_free(Witness *witness)
{
	if (witness == NULL)
		return;
	stamp_record_clear(&witness->stamp);
	g_array_unref(witness->stamps);
	g_free(witness);
}

void
witness_add(Witness *witness, const StoreEntry *entry)
{
	if (g_str_equal(entry->type, "stamp"))
		g_array_append_vals(witness->stamps, entry, 1);
}

/* The first that stands behind a position. */
static guint
find_behind(const Witness *witness, guint64 position)
{
	guint from = 0;
	guint to = witness->stamps->len;

	while (from < to) {
		const guint middle = from + (to - from) / 2;

		if (g_array_index(witness->stamps, StoreEntry, middle).position >
		    position)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

static bool
read_stamp(Witness *witness, guint number)
{
	const StoreEntry *entry = &g_array_index(witness->stamps, StoreEntry, number);
	g_autoptr(Record) record = NULL;

	if (witness->stamp.reply != NULL && witness->last == number)
		return true;
	stamp_record_clear(&witness->stamp);
	witness->stamp = (StampRecord){ 0 };
	witness->last = number;
	record = store_get(witness->store, entry->id, NULL);
	return record != NULL &&
	       stamp_record_read(record_payload(record), &witness->stamp, NULL);
}

const StampRecord *
witness_find(Witness *witness, guint64 position)
{
	for (guint i = find_behind(witness, position); i < witness->stamps->len; i++)
		if (read_stamp(witness, i) && witness->stamp.head.size > position)
			return &witness->stamp;
	return NULL;
}
