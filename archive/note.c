/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.c - signed notes and checkpoints
 *
 * A note is a text, an empty line, and a line for each signature:
 *
 *	— NAME BASE64(key id, 4 bytes ‖ signature)
 *
 * The key id is the first four bytes of SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key), 0x01
 * for Ed25519.  Signatures by keys that are not asked for are let be.
 */
#include "config.h"

#include "archive/note.h"

#include <string.h>

enum {
	KEY_ID_LEN = 4,
	ED25519 = 1,
	NOTE_MAX = 1000000, /* as others bound it */
};

static const char mark[] = "\xe2\x80\x94 "; /* an em dash and a blank */

/* A verifier key, taken apart. */
typedef struct Verifier {
	char *name;
	guint8 id[KEY_ID_LEN];
	guint8 public_key[LOG_KEY_LEN];
} Verifier;

G_DEFINE_QUARK(note_error, note_error)

static void
verifier_clear(Verifier *verifier)
{
	g_free(verifier->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verifier, verifier_clear)

static void *
refuse(GError **error, const char *what)
{
	g_set_error_literal(error, NOTE_ERROR, NOTE_ERROR_FORMAT, what);
	return NULL;
}

static void
make_id(const char *name, const guint8 *public_key, guint8 *id)
{
	static const guint8 between[] = { '\n', ED25519 };
	g_autoptr(Hasher) hasher = hasher_new();
	Digest digest;

	hasher_add(hasher, name, strlen(name));
	hasher_add(hasher, between, sizeof between);
	hasher_add(hasher, public_key, LOG_KEY_LEN);
	digest = hasher_get(hasher);
	memcpy(id, digest.bytes, KEY_ID_LEN);
}

char *
note_verifier_key(const char *name, const LogKey *key)
{
	guint8 bytes[1 + LOG_KEY_LEN] = { ED25519 };
	guint8 id[KEY_ID_LEN];
	g_autofree char *encoded = NULL;

	make_id(name, log_key_public(key), id);
	memcpy(bytes + 1, log_key_public(key), LOG_KEY_LEN);
	encoded = g_base64_encode(bytes, sizeof bytes);
	return g_strdup_printf("%s+%02x%02x%02x%02x+%s", name, id[0], id[1], id[2], id[3],
			       encoded);
}

/* Base64 as it must be written, and of a certain length; NULL for anything else. */
static guint8 *
decode(const char *text, gsize wanted)
{
	g_autofree guint8 *bytes = NULL;
	g_autofree char *again = NULL;
	gsize len = 0;

	if (strlen(text) != (wanted + 2) / 3 * 4)
		return NULL;
	bytes = g_base64_decode(text, &len);
	again = g_base64_encode(bytes, len);
	return len == wanted && strcmp(text, again) == 0 ? g_steal_pointer(&bytes) : NULL;
}

static bool
read_verifier(const char *text, Verifier *verifier, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, "+", 3);
	g_autofree guint8 *bytes = NULL;
	g_autofree char *id = NULL;

	if (g_strv_length(parts) == 3)
		bytes = decode(parts[2], 1 + LOG_KEY_LEN);
	if (bytes == NULL || bytes[0] != ED25519 || parts[0][0] == '\0')
		return refuse(error, "not a verifier key for Ed25519") != NULL;
	memcpy(verifier->public_key, bytes + 1, LOG_KEY_LEN);
	make_id(parts[0], verifier->public_key, verifier->id);
	id = g_strdup_printf("%02x%02x%02x%02x", verifier->id[0], verifier->id[1],
			     verifier->id[2], verifier->id[3]);
	if (strcmp(id, parts[1]) != 0)
		return refuse(error, "a verifier key whose id is not the key's") != NULL;
	verifier->name = g_strdup(parts[0]);
	return true;
}

bool
note_key_parse(const char *verifier_key, guint8 *public_key)
{
	g_auto(Verifier) verifier = { 0 };

	if (!read_verifier(verifier_key, &verifier, NULL))
		return false;
	memcpy(public_key, verifier.public_key, LOG_KEY_LEN);
	return true;
}

/* The line, with its newline. */
static char *
sign(const char *text, const char *name, const LogKey *key, GError **error)
{
	guint8 bytes[KEY_ID_LEN + LOG_SIGNATURE_LEN];
	g_autofree char *encoded = NULL;

	make_id(name, log_key_public(key), bytes);
	if (!log_key_sign(key, text, bytes + KEY_ID_LEN, error))
		return NULL;
	encoded = g_base64_encode(bytes, sizeof bytes);
	return g_strconcat(mark, name, " ", encoded, "\n", NULL);
}

char *
note_sign(const char *text, const char *name, const LogKey *key, GError **error)
{
	g_autofree char *line = sign(text, name, key, error);

	return line == NULL ? NULL : g_strconcat(text, "\n", line, NULL);
}

char *
note_add_signature(const char *note, const char *name, const LogKey *key, GError **error)
{
	g_autofree char *text = note_text(note, error);
	g_autofree char *line = text == NULL ? NULL : sign(text, name, key, error);

	return line == NULL ? NULL : g_strconcat(note, line, NULL);
}

/* Where the signatures begin, behind the last empty line; NULL when it is no note. */
static const char *
find_signatures(const char *note)
{
	const gsize len = strlen(note);
	const char *empty = g_strrstr(note, "\n\n");

	if (len > NOTE_MAX || !g_utf8_validate(note, (gssize)len, NULL) ||
	    empty == NULL || !g_str_has_suffix(note, "\n") ||
	    !g_str_has_prefix(empty + 2, mark))
		return NULL;
	for (const char *at = note; *at != '\0'; at++)
		if (*at != '\n' && g_ascii_iscntrl(*at))
			return NULL;
	return empty + 2;
}

char *
note_text(const char *note, GError **error)
{
	const char *signatures = find_signatures(note);

	if (signatures == NULL)
		return refuse(error, "not a signed note");
	return g_strndup(note, (gsize)(signatures - note) - 1);
}

/* How much of a text is signature lines. */
static gsize
signatures_len(const char *text)
{
	const char *at = text;

	while (g_str_has_prefix(at, mark) && strchr(at, '\n') != NULL)
		at = strchr(at, '\n') + 1;
	return (gsize)(at - text);
}

char *
note_find(const char *text, const char *origin)
{
	g_auto(GStrv) lines = g_strsplit(text, "\r", -1);
	g_autofree char *joined = g_strjoinv("", lines);
	g_autofree char *plain = g_strconcat("\n", joined, "\n", NULL);
	g_autofree char *wanted = g_strconcat("\n", origin, "\n", NULL);

	for (const char *at = strstr(plain, wanted); at != NULL;
	     at = strstr(at + 1, wanted)) {
		const char *empty = strstr(at + 1, "\n\n");
		const gsize len = empty == NULL ? 0 : signatures_len(empty + 2);

		if (len > 0)
			return g_strndup(at + 1, (gsize)(empty + 2 - (at + 1)) + len);
	}
	return NULL;
}

/* Whether a line names the verifier's key; *signature is then the caller's. */
static bool
is_line_of(const char *line, const Verifier *verifier, guint8 **signature)
{
	g_auto(GStrv) words = NULL;

	if (!g_str_has_prefix(line, mark))
		return false;
	words = g_strsplit(line + strlen(mark), " ", 2);
	if (g_strv_length(words) != 2 || strcmp(words[0], verifier->name) != 0)
		return false;
	*signature = decode(words[1], KEY_ID_LEN + LOG_SIGNATURE_LEN);
	if (*signature != NULL && memcmp(*signature, verifier->id, KEY_ID_LEN) == 0)
		return true;
	g_clear_pointer(signature, g_free);
	return false;
}

char *
note_open(const char *note, const char *verifier_key, GError **error)
{
	g_auto(Verifier) verifier = { 0 };
	g_autofree char *text = note_text(note, error);
	g_auto(GStrv) lines = NULL;

	if (text == NULL || !read_verifier(verifier_key, &verifier, error))
		return NULL;
	lines = g_strsplit(note + strlen(text) + 1, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree guint8 *signature = NULL;

		if (is_line_of(lines[i], &verifier, &signature) &&
		    log_key_check(verifier.public_key, text, signature + KEY_ID_LEN))
			return g_steal_pointer(&text);
	}
	g_set_error(error, NOTE_ERROR, NOTE_ERROR_SIGNATURE,
		    "the note is not signed by %s", verifier_key);
	return NULL;
}

char *
checkpoint_format(const char *origin, guint64 size, const Digest *root)
{
	g_autofree char *encoded = g_base64_encode(root->bytes, DIGEST_LEN);

	return g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, encoded);
}

bool
checkpoint_parse(const char *text, Checkpoint *checkpoint, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 4);
	g_autofree guint8 *root = NULL;
	g_autofree char *again = NULL;
	guint64 size = 0;

	if (g_strv_length(lines) == 4)
		root = decode(lines[2], DIGEST_LEN);
	if (root == NULL || lines[0][0] == '\0' ||
	    !g_ascii_string_to_unsigned(lines[1], 10, 0, G_MAXINT64, &size, NULL))
		return refuse(error, "not a checkpoint") != NULL;
	again = g_strdup_printf("%" G_GUINT64_FORMAT, size);
	if (strcmp(again, lines[1]) != 0)
		return refuse(error, "not a checkpoint: its size has zeros before it") !=
		       NULL;
	checkpoint->origin = g_strdup(lines[0]);
	checkpoint->size = size;
	memcpy(checkpoint->root.bytes, root, DIGEST_LEN);
	return true;
}

void
checkpoint_clear(Checkpoint *checkpoint)
{
	g_clear_pointer(&checkpoint->origin, g_free);
}
