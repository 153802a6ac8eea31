/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_proof.c - what reads as a proof is bounded, leads to no root that it was not made
 * for, and what reads as a bundle of entries has no byte too many
 */
#include "config.h"

#include "archive/entries.h"
#include "archive/prove.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_proof(const char *text)
{
	static const char key[] =
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
	const Digest leaf = digest_of(text, strlen(text));
	Checkpoint checkpoint = { .size = 70000 };
	g_auto(Proof) proof = { 0 };

	if (!proof_parse(text, &proof, NULL))
		return;
	g_assert(proof.nodes->len <= 64);
	g_assert(!proof_check(&proof, "entry", key, NULL));
	g_assert(!prove_leads(&leaf, proof.position, proof.nodes, &checkpoint));
}

static void
check_bundle(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) lines = bundle_parse(data, size);
	gsize total = 0;

	for (guint i = 0; lines != NULL && i < lines->len; i++) {
		const char *line = lines->pdata[i];
		StoreEntry entry;

		total += 2 + strlen(line);
		if (entry_parse(line, &entry)) {
			g_autofree char *again = entry_format(&entry);
			StoreEntry same;

			g_assert(entry_parse(again, &same));
			g_assert(strcmp(entry.id, same.id) == 0);
		}
	}
	g_assert(lines == NULL || total == size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	check_proof(text);
	check_bundle(data, size);
	return 0;
}
