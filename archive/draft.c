/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.c - a record on its way into the archive
 *
 * The body (layout.h) is written as the content comes, in the form in which it stands
 * verbatim, and three digests run along: of the original, of what is signed, of the
 * whole file.  A byte against the canonical rule (3-archive-format: every LF after one
 * CR, every CR before LF, no NUL) ends the last two; the body is then made anew in
 * base64 when the draft is prepared.  The JSON part ends with the cases, which alone
 * wait for the store's lock.
 */
#include "config.h"

#include "archive/draft.h"
#include "archive/layout.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/ulid.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NONCE_LEN = 32,
	MEMORY_MAX = 1024 * 1024, /* content past this is in the spool */
	BASE64_CHUNK = 57 * 1024, /* whole lines of 76 characters */
	BASE64_LINE = 57,
	BASE64_LINE_TEXT = 76,
};

#define PROC_FDS "/proc/self/fd"

/* The part of the file that comes before the JSON part, growing. */
typedef struct Body {
	GByteArray *memory; /* one of the three */
	GBytes *bytes;
	int fd;
	bool is_nameless; /* the file has no name yet */
	gsize len;
} Body;

struct Draft {
	char *type;
	char *id;
	gint64 time;
	GPtrArray *cases;
	char *key;
	bool is_closing;
	json_t *actor;
	json_t *payload;
	char nonce[2 * NONCE_LEN + 1];
	char outer[BOUNDARY_LEN + 1];
	char inner[BOUNDARY_LEN + 1];

	char *spool; /* NULL: there is no content */
	bool is_spooled;
	bool is_kept;
	bool is_verbatim; /* so far */
	bool is_after_cr;
	gsize content_from; /* in the body as captured */
	gsize content_len;
	Body captured;
	Hasher *original;

	/* Of the body as it will be filed. */
	Hasher *sealed;
	Hasher *file;
	bool is_prepared;
	Body body;     /* when the captured one is not it */
	json_t *json;  /* all but the cases */
	char *opening; /* what follows the body up to the cases */
};

static void
make_hex(char *hex, gsize bytes)
{
	guint8 random[NONCE_LEN];

	g_assert(bytes <= sizeof(random));
	seal_random(random, bytes);
	for (gsize i = 0; i < bytes; i++)
		g_snprintf(hex + 2 * i, 3, "%02x", random[i]);
}

Draft *
draft_new(const char *type, gint64 time)
{
	Draft *draft = g_new0(Draft, 1);

	g_assert(strlen(type) <= TYPE_MAX_LEN);
	draft->type = g_strdup(type);
	draft->id = ulid_new(time);
	draft->time = time;
	draft->cases = g_ptr_array_new_with_free_func(g_free);
	make_hex(draft->nonce, NONCE_LEN);
	make_hex(draft->outer, BOUNDARY_LEN / 2);
	make_hex(draft->inner, BOUNDARY_LEN / 2);
	draft->is_verbatim = true;
	draft->captured.fd = -1;
	draft->body.fd = -1;
	return draft;
}

static void
body_clear(Body *body)
{
	g_clear_pointer(&body->memory, g_byte_array_unref);
	g_clear_pointer(&body->bytes, g_bytes_unref);
	if (body->fd >= 0)
		close(body->fd);
	body->fd = -1;
	body->is_nameless = false;
}

static char *
spool_path(const Draft *draft, const char *suffix)
{
	g_autofree char *name = g_strconcat(draft->id, suffix, NULL);

	return g_build_filename(draft->spool, name, NULL);
}

static void
remove_spooled(const Draft *draft)
{
	g_autofree char *path = spool_path(draft, "");
	g_autofree char *base64 = spool_path(draft, ".base64");

	g_unlink(path);
	g_unlink(base64);
}

void
draft_free(Draft *draft)
{
	if (draft == NULL)
		return;
	if (draft->is_spooled && !draft->is_kept)
		remove_spooled(draft);
	body_clear(&draft->captured);
	body_clear(&draft->body);
	hasher_free(draft->original);
	hasher_free(draft->sealed);
	hasher_free(draft->file);
	g_ptr_array_unref(draft->cases);
	json_decref(draft->actor);
	json_decref(draft->payload);
	json_decref(draft->json);
	g_free(draft->opening);
	g_free(draft->spool);
	g_free(draft->key);
	g_free(draft->id);
	g_free(draft->type);
	g_free(draft);
}

const char *
draft_id(const Draft *draft)
{
	return draft->id;
}

void
draft_add_case(Draft *draft, const char *case_id)
{
	if (!g_ptr_array_find_with_equal_func(draft->cases, case_id, g_str_equal, NULL))
		g_ptr_array_add(draft->cases, g_strdup(case_id));
}

void
draft_set_key(Draft *draft, const char *key)
{
	g_free(draft->key);
	draft->key = g_strdup(key);
}

void
draft_set_closes(Draft *draft)
{
	draft->is_closing = true;
}

void
draft_set_actor(Draft *draft, json_t *actor)
{
	json_decref(draft->actor);
	draft->actor = json_incref(actor);
}

void
draft_set_payload(Draft *draft, json_t *payload)
{
	json_decref(draft->payload);
	draft->payload = json_incref(payload);
}

static bool
body_add(Body *body, const void *data, gsize len, GError **error)
{
	if (body->fd >= 0) {
		if (!file_write_all(body->fd, data, len, error))
			return false;
	} else {
		if (body->bytes != NULL) /* someone looked at it in between */
			body->memory =
				g_bytes_unref_to_array(g_steal_pointer(&body->bytes));
		g_byte_array_append(body->memory, data, (guint)len);
	}
	body->len += len;
	return true;
}

/* All of it, as it is now. */
static GBytes *
body_get(Body *body, GError **error)
{
	if (body->fd >= 0)
		return file_map(body->fd, error);
	if (body->bytes == NULL)
		body->bytes = g_byte_array_free_to_bytes(g_steal_pointer(&body->memory));
	return g_bytes_ref(body->bytes);
}

/* A file without a name, where the system has such and can name it later: what comes in
 * may be something that must never have one.  -1 otherwise. */
static int
open_nameless(const Draft *draft)
{
	if (!g_file_test(PROC_FDS, G_FILE_TEST_IS_DIR))
		return -1;
	return open(draft->spool, O_RDWR | O_TMPFILE | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

/* From memory to a file of the spool. */
static bool
move_to_spool(Draft *draft, Body *body, const char *suffix, GError **error)
{
	g_autofree char *path = spool_path(draft, suffix);
	int fd = open_nameless(draft);
	g_autoptr(GBytes) bytes = NULL;
	bool is_nameless = fd >= 0;

	if (fd < 0)
		fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			  S_IRUSR | S_IWUSR);
	bytes = fd < 0 ? NULL : body_get(body, error);

	if (fd < 0) {
		const int number = errno;

		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number),
			    "%s: %s", path, g_strerror(number));
		return false;
	}
	draft->is_spooled = true;
	body_clear(body);
	body->fd = fd;
	body->is_nameless = is_nameless;
	return file_write_all(fd, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
			      error);
}

/* The file up to the first part's own headers; starts the digests of the file. */
static void
start_body(Draft *draft, Body *body, const char *part)
{
	g_autofree char *top = g_strconcat(LAYOUT_TOP, draft->outer, LAYOUT_OPEN,
					   draft->outer, LAYOUT_CRLF, NULL);
	g_autofree char *mixed = g_strconcat(LAYOUT_MIXED, draft->inner, LAYOUT_FIRST,
					     draft->inner, LAYOUT_CRLF, part, NULL);

	g_clear_pointer(&draft->sealed, hasher_free);
	g_clear_pointer(&draft->file, hasher_free);
	draft->sealed = hasher_new();
	draft->file = hasher_new();
	hasher_add(draft->file, top, strlen(top));
	hasher_add(draft->file, mixed, strlen(mixed));
	hasher_add(draft->sealed, mixed, strlen(mixed));
	body->memory = g_byte_array_new();
	body_add(body, top, strlen(top), NULL);
	body_add(body, mixed, strlen(mixed), NULL);
}

void
draft_open_content(Draft *draft, const char *spool)
{
	g_assert(draft->spool == NULL);
	draft->spool = g_strdup(spool);
	draft->original = hasher_new();
	start_body(draft, &draft->captured, LAYOUT_VERBATIM);
	draft->content_from = draft->captured.len;
}

bool
draft_replace_content(Draft *draft, GBytes *content, GError **error)
{
	g_autofree char *spool = g_strdup(draft->spool);
	gsize len;
	const void *data = g_bytes_get_data(content, &len);

	g_assert(spool != NULL && !draft->is_prepared);
	if (draft->is_spooled)
		remove_spooled(draft);
	g_clear_pointer(&draft->spool, g_free);
	g_clear_pointer(&draft->original, hasher_free);
	body_clear(&draft->captured);
	draft->captured.len = 0;
	draft->content_len = 0;
	draft->is_spooled = false;
	draft->is_verbatim = true;
	draft->is_after_cr = false;
	draft_open_content(draft, spool);
	return draft_write(draft, data, len, error);
}

/* Whether a line's end keeps the canonical rule: what lies before its LF, or before
 * the end of the bytes at hand, where a CR may still be followed by its LF. */
static bool
scan_line(Draft *draft, const char *line, gsize len, bool is_whole)
{
	const char *cr;

	if (draft->is_after_cr && len > 0)
		return false;
	if (draft->is_after_cr) /* and the LF comes first */
		return true;
	cr = memchr(line, '\r', len);
	if (cr != NULL && cr != line + len - 1)
		return false;
	if (is_whole)
		return cr != NULL;
	draft->is_after_cr = cr != NULL;
	return true;
}

static bool
keeps_canonical_rule(Draft *draft, const char *data, gsize len)
{
	const char *end = data + len;

	if (memchr(data, '\0', len) != NULL)
		return false;
	while (data < end) {
		const char *lf = memchr(data, '\n', (gsize)(end - data));
		const char *stop = lf != NULL ? lf : end;

		if (!scan_line(draft, data, (gsize)(stop - data), lf != NULL))
			return false;
		if (lf == NULL)
			return true;
		draft->is_after_cr = false;
		data = lf + 1;
	}
	return true;
}

bool
draft_write(Draft *draft, const void *data, gsize len, GError **error)
{
	g_assert(draft->spool != NULL && !draft->is_prepared);
	if (len == 0)
		return true;
	if (draft->content_len <= MEMORY_MAX && draft->content_len + len > MEMORY_MAX &&
	    !move_to_spool(draft, &draft->captured, "", error))
		return false;
	if (!body_add(&draft->captured, data, len, error))
		return false;
	draft->content_len += len;
	hasher_add(draft->original, data, len);
	draft->is_verbatim = draft->is_verbatim && keeps_canonical_rule(draft, data, len);
	if (draft->is_verbatim) {
		hasher_add(draft->sealed, data, len);
		hasher_add(draft->file, data, len);
	}
	return true;
}

gsize
draft_content_len(const Draft *draft)
{
	return draft->content_len;
}

GBytes *
draft_content(Draft *draft, GError **error)
{
	g_autoptr(GBytes) all = body_get(&draft->captured, error);

	return all == NULL ? NULL
			   : g_bytes_new_from_bytes(all, draft->content_from,
						    draft->content_len);
}

Digest
draft_content_digest(const Draft *draft)
{
	return hasher_get(draft->original);
}

static bool
add_to_file(Draft *draft, const void *data, gsize len, GError **error)
{
	hasher_add(draft->sealed, data, len);
	hasher_add(draft->file, data, len);
	return body_add(&draft->body, data, len, error);
}

/* Some bytes as lines of 76 characters; all but the last chunk are whole lines. */
static bool
add_base64(Draft *draft, const guint8 *data, gsize len, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (gsize at = 0; at < len; at += BASE64_LINE) {
		g_autofree char *line =
			g_base64_encode(data + at, MIN(len - at, (gsize)BASE64_LINE));

		g_string_append(text, line);
		if (at + BASE64_LINE < len || strlen(line) == BASE64_LINE_TEXT)
			g_string_append(text, LAYOUT_CRLF);
	}
	return add_to_file(draft, text->str, text->len, error);
}

/* The body of a content that cannot stand verbatim. */
static bool
make_base64_body(Draft *draft, gsize *from, GError **error)
{
	g_autoptr(GBytes) content = draft_content(draft, error);
	gsize len;
	const guint8 *data = content == NULL ? NULL : g_bytes_get_data(content, &len);

	if (content == NULL)
		return false;
	start_body(draft, &draft->body,
		   strcmp(draft->type, "sealed") == 0 ? LAYOUT_CLOSED : LAYOUT_BASE64);
	*from = draft->body.len;
	if (draft->is_spooled && !move_to_spool(draft, &draft->body, ".base64", error))
		return false;
	for (gsize at = 0; at < len; at += BASE64_CHUNK)
		if (!add_base64(draft, data + at, MIN(len - at, (gsize)BASE64_CHUNK),
				error))
			return false;
	return true;
}

/* The part's bytes inside the file, and what they were before. */
static json_t *
describe_original(const Draft *draft, const char *encoding, gsize from, gsize len)
{
	const Digest digest = draft_content_digest(draft);
	g_autofree char *hex = digest_format(&digest);

	return json_pack("{s:s, s:I, s:I, s:s}", "encoding", encoding, "offset",
			 (json_int_t)from, "length", (json_int_t)len, "sha256", hex);
}

static void
make_json(Draft *draft, json_t *original)
{
	g_autofree char *time = clock_format_utc(draft->time);

	draft->json = json_pack(
		"{s:i, s:s, s:s, s:s, s:o}", "version", LAYOUT_VERSION, "id", draft->id,
		"type", draft->type, "time", time, "actor",
		draft->actor != NULL ? json_incref(draft->actor) : json_object());
	if (draft->key != NULL)
		json_object_set_new(draft->json, "key", json_text_new(draft->key));
	if (draft->is_closing)
		json_object_set_new(draft->json, "closes", json_true());
	json_object_set_new(draft->json, "nonce", json_string(draft->nonce));
	if (original != NULL)
		json_object_set_new(draft->json, "original", original);
	json_object_set_new(draft->json, "payload",
			    draft->payload != NULL ? json_incref(draft->payload)
						   : json_object());
}

/* Everything between the body and the cases. */
static void
make_opening(Draft *draft)
{
	g_autofree char *json = json_write(draft->json);
	g_autofree char *next =
		draft->spool != NULL
			? g_strconcat(LAYOUT_NEXT, draft->inner, LAYOUT_CRLF, NULL)
			: g_strdup("");

	json[strlen(json) - 1] = '\0'; /* the object goes on */
	draft->opening = g_strconcat(next, LAYOUT_JSON, json, ",\"cases\":", NULL);
	hasher_add(draft->sealed, draft->opening, strlen(draft->opening));
	hasher_add(draft->file, draft->opening, strlen(draft->opening));
}

/* errno says why not. */
static bool
give_name(Body *body, const char *path)
{
	g_autofree char *fd = g_strdup_printf(PROC_FDS "/%d", body->fd);

	if (!body->is_nameless)
		return true;
	g_unlink(path); /* of a try that failed */
	if (linkat(AT_FDCWD, fd, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0)
		return false;
	body->is_nameless = false;
	return true;
}

/* The name in the spool must survive as well as the bytes. */
static bool
sync_spool(Draft *draft, GError **error)
{
	Body *body = draft->is_verbatim ? &draft->captured : &draft->body;
	g_autofree char *path = spool_path(draft, "");
	g_autofree char *base64 = spool_path(draft, ".base64");
	bool is_renamed = !draft->is_verbatim && !body->is_nameless;

	if (fsync(body->fd) != 0 || !give_name(body, path) ||
	    (is_renamed && g_rename(base64, path) != 0)) {
		const int number = errno;

		g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(number),
			    "%s: %s", path, g_strerror(number));
		return false;
	}
	return file_sync_directory(draft->spool, error);
}

static json_t *
prepare_content(Draft *draft, GError **error)
{
	gsize from = draft->content_from;

	draft->is_verbatim = draft->is_verbatim && !draft->is_after_cr;
	if (!draft->is_verbatim && !make_base64_body(draft, &from, error))
		return NULL;
	if (draft->is_spooled && !sync_spool(draft, error))
		return NULL;
	if (draft->is_verbatim)
		return describe_original(draft, "8bit", from, draft->content_len);
	return describe_original(draft, "base64", from, draft->body.len - from);
}

bool
draft_prepare(Draft *draft, GError **error)
{
	json_t *original = NULL;

	if (draft->is_prepared)
		return true;
	if (draft->spool == NULL) {
		start_body(draft, &draft->body, "");
		draft->is_verbatim = false;
	} else {
		body_clear(&draft->body); /* of a try that failed */
		draft->body.len = 0;
		original = prepare_content(draft, error);
		if (original == NULL)
			return false;
	}
	make_json(draft, original);
	make_opening(draft);
	draft->is_prepared = true;
	return true;
}

const GPtrArray *
draft_cases(const Draft *draft)
{
	return draft->cases;
}

/* What follows the JSON part: the signature over all that is signed. */
static bool
add_signature(const Draft *draft, GString *tail, const Digest *content,
	      const Signer *signer, GError **error)
{
	g_autoptr(GBytes) signature = signer_sign(signer, content, draft->time, error);
	gsize len;
	const guint8 *der = signature == NULL ? NULL : g_bytes_get_data(signature, &len);

	if (signature == NULL)
		return false;
	g_string_append_printf(tail, LAYOUT_NEXT "%s" LAYOUT_CRLF LAYOUT_SIGNATURE,
			       draft->outer);
	for (gsize at = 0; at < len; at += BASE64_LINE) {
		g_autofree char *line =
			g_base64_encode(der + at, MIN(len - at, (gsize)BASE64_LINE));

		g_string_append_printf(tail, "%s%s", at > 0 ? LAYOUT_CRLF : "", line);
	}
	g_string_append_printf(tail, LAYOUT_NEXT "%s--" LAYOUT_CRLF, draft->outer);
	return true;
}

static Sealed *
make_sealed(Draft *draft, GString *tail, json_t *cases, const Digest *file)
{
	Body *body = draft->is_verbatim ? &draft->captured : &draft->body;
	Sealed *sealed = sealed_new(draft->id, draft->type, draft->time);

	sealed->file = *file;
	sealed->body_len = body->len;
	sealed->body = body->fd >= 0 ? NULL : body_get(body, NULL);
	sealed->tail = g_bytes_new(tail->str, tail->len);
	sealed->json = json_copy(draft->json);
	json_object_set(sealed->json, "cases", cases);
	return sealed;
}

Sealed *
draft_seal(Draft *draft, json_t *cases, const Signer *signer, GError **error)
{
	g_autoptr(Hasher) content = hasher_copy(draft->sealed);
	g_autoptr(Hasher) file = hasher_copy(draft->file);
	g_autofree char *numbers = json_write(cases);
	g_autoptr(GString) tail = g_string_new(draft->opening);
	const gsize hashed = tail->len;
	Digest digest;

	g_assert(draft->is_prepared);
	g_string_append_printf(tail, "%s}" LAYOUT_NEXT "%s--", numbers, draft->inner);
	hasher_add(content, tail->str + hashed, tail->len - hashed);
	digest = hasher_get(content);
	if (!add_signature(draft, tail, &digest, signer, error))
		return NULL;
	hasher_add(file, tail->str + hashed, tail->len - hashed);
	digest = hasher_get(file);
	return make_sealed(draft, tail, cases, &digest);
}

void
draft_keep(Draft *draft)
{
	draft->is_kept = true;
}

void
draft_relax(Draft *draft)
{
	if (draft->spool != NULL || !draft->is_prepared)
		return;
	body_clear(&draft->body);
	draft->body.len = 0;
	g_clear_pointer(&draft->sealed, hasher_free);
	g_clear_pointer(&draft->file, hasher_free);
	g_clear_pointer(&draft->json, json_decref);
	g_clear_pointer(&draft->opening, g_free);
	draft->is_prepared = false;
}
