/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_log.c - a log of certain sizes, published at each, for programs of others
 *
 * usage: make_log DIR SIZE|rotate…
 *
 * rotate: from then on another key signs, beside the first.
 *
 * DIR/log is the log; DIR/checkpoint.SIZE what was published at each size, and
 * DIR/SIZE.proof the proof of its last entry.  Prints the verifier key of each key.
 */
#include "config.h"

#include "archive/prove.h"
#include "archive/publish.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char origin[] = "agency.example/archive";

typedef struct Maker {
	char *directory;
	char *log;
	LogKey *key;
	Entries *entries;
	Publisher *publisher;
} Maker;

static void
need(bool is_done, const GError *error)
{
	if (is_done)
		return;
	(void)fprintf(stderr, "make_log: %s\n",
		      error != NULL ? error->message : "failed");
	exit(1);
}

static void
write_text(const Maker *maker, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(maker->directory, name, NULL);
	GError *error = NULL;

	need(g_file_set_contents(path, text, -1, &error), error);
}

static void
make_key(Maker *maker, const char *name)
{
	g_autofree char *path = g_build_filename(maker->directory, name, NULL);
	g_autofree char *word = g_strconcat("file:", path, NULL);
	g_autofree char *verifier_key = NULL;
	GError *error = NULL;

	need(seal_make_log_key(path, &error), error);
	log_key_free(maker->key);
	maker->key = log_key_open(word, &error);
	need(maker->key != NULL, error);
	verifier_key = note_verifier_key(origin, maker->key);
	(void)puts(verifier_key);
	publisher_set_key(maker->publisher, origin, log_key_open(word, NULL), 0);
}

static char *
make_line(guint64 number)
{
	return g_strdup_printf("1 mail entry %" G_GUINT64_FORMAT, number);
}

static void
grow(const Maker *maker, guint64 size)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	GError *error = NULL;
	guint64 published = 0;

	for (guint64 i = entries_size(maker->entries); i < size; i++)
		g_ptr_array_add(lines, make_line(i));
	need(entries_append(maker->entries, (const char *const *)lines->pdata, lines->len,
			    &error),
	     error);
	need(publisher_advance(maker->publisher, true, &published, &error), error);
}

/* An archive publishes nothing before its first record; a log may be empty. */
static char *
sign_empty(const Maker *maker)
{
	const Digest root = digest_of("", 0);
	g_autofree char *text = checkpoint_format(origin, 0, &root);

	return note_sign(text, origin, maker->key, NULL);
}

static void
publish(const Maker *maker, guint64 size)
{
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *name = g_strdup_printf("checkpoint.%" G_GUINT64_FORMAT, size);
	g_autofree char *proof_name =
		g_strdup_printf("%" G_GUINT64_FORMAT ".proof", size);
	g_autofree char *line = make_line(size - 1);
	g_autofree char *note = NULL;
	g_autofree char *proof = NULL;

	grow(maker, size);
	note = size == 0 ? sign_empty(maker)
			 : publish_read(maker->log, &checkpoint, NULL);
	need(note != NULL, NULL);
	write_text(maker, name, note);
	if (size == 0)
		return;
	proof = prove_entry(maker->log, note, size - 1, line, NULL);
	need(proof != NULL, NULL);
	write_text(maker, proof_name, proof);
}

int
main(int argc, char **argv)
{
	Maker maker = { .directory = argc > 1 ? argv[1] : NULL };
	g_autofree char *entries = NULL;
	GError *error = NULL;

	need(argc > 2, NULL);
	maker.log = g_build_filename(maker.directory, "log", NULL);
	entries = g_build_filename(maker.log, "tile", "entries", NULL);
	need(file_make_directories(entries, 0700, &error), error);
	maker.entries = entries_open(entries, &error);
	need(maker.entries != NULL, error);
	maker.publisher = publisher_new(maker.log, maker.entries);
	make_key(&maker, "log.key");
	for (int i = 2; i < argc; i++)
		if (strcmp(argv[i], "rotate") == 0)
			make_key(&maker, "new.key");
		else
			publish(&maker, strtoull(argv[i], NULL, 10));
	publisher_free(maker.publisher);
	entries_close(maker.entries);
	log_key_free(maker.key);
	g_free(maker.log);
	return 0;
}
