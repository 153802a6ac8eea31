/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_note.c - a note opens with no key that did not sign it, and a checkpoint that
 * reads is written again as it was
 */
#include "config.h"

#include "archive/note.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_checkpoint(const char *text)
{
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *again = NULL;

	if (!checkpoint_parse(text, &checkpoint, NULL))
		return;
	again = checkpoint_format(checkpoint.origin, checkpoint.size, &checkpoint.root);
	g_assert(g_str_has_prefix(text, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char key[] =
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
	g_autofree char *input = g_strndup((const char *)data, size);
	g_autofree char *text = note_text(input, NULL);
	g_autofree char *opened = note_open(input, key, NULL);
	guint8 public_key[LOG_KEY_LEN];

	g_assert(opened == NULL || strcmp(opened, text) == 0);
	g_assert(text == NULL || g_str_has_prefix(input, text));
	check_checkpoint(input);
	if (text != NULL)
		check_checkpoint(text);
	note_key_parse(input, public_key);
	return 0;
}
