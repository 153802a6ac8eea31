/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c - one record's file, read
 *
 * Only what draft.c writes is read (layout.h), byte for byte, so that there is one
 * reading of every file.  The last parts are found from the end: the JSON part and the
 * signature hold no boundary, and no original can.
 */
#include "config.h"

#include "archive/layout.h"
#include "archive/record.h"
#include "archive/sealed.h"
#include "base/clock.h"
#include "base/ulid.h"

#include <string.h>

G_DEFINE_QUARK(record_error, record_error)

/* Some bytes of the file. */
typedef struct Slice {
	const char *at;
	gsize len;
} Slice;

struct Record {
	gatomicrefcount references;
	GBytes *file;
	json_t *json;
	gint64 time;
	Slice content; /* as it stands in the file; at is NULL when there is none */
	Slice covered; /* what is signed */
	Slice signature;
};

static bool
refuse(GError **error, const char *what)
{
	g_set_error(error, RECORD_ERROR, RECORD_ERROR_FORMAT, "not a record: %s", what);
	return false;
}

static bool
take(Slice *rest, const char *literal)
{
	const gsize len = strlen(literal);

	if (rest->len < len || memcmp(rest->at, literal, len) != 0)
		return false;
	rest->at += len;
	rest->len -= len;
	return true;
}

static bool
take_boundary(Slice *rest, char *boundary)
{
	if (rest->len < BOUNDARY_LEN)
		return false;
	for (gsize i = 0; i < BOUNDARY_LEN; i++)
		if (!g_ascii_isxdigit(rest->at[i]) || g_ascii_isupper(rest->at[i]))
			return false;
	memcpy(boundary, rest->at, BOUNDARY_LEN);
	boundary[BOUNDARY_LEN] = '\0';
	rest->at += BOUNDARY_LEN;
	rest->len -= BOUNDARY_LEN;
	return true;
}

static bool
drop_end(Slice *slice, const char *literal)
{
	const gsize len = strlen(literal);

	if (slice->len < len || memcmp(slice->at + slice->len - len, literal, len) != 0)
		return false;
	slice->len -= len;
	return true;
}

/* Where a literal stands last; NULL when it does not. */
static const char *
find_last(const Slice *slice, const char *literal)
{
	const gsize len = strlen(literal);

	if (slice->len < len)
		return NULL;
	for (const char *at = slice->at + (slice->len - len);; at--) {
		if (memcmp(at, literal, len) == 0)
			return at;
		if (at == slice->at)
			return NULL;
	}
}

/* Cuts a slice at the last place of a literal: what is before stays, what comes after
 * is the tail. */
static bool
cut(Slice *slice, const char *literal, Slice *tail)
{
	const char *at = find_last(slice, literal);

	if (at == NULL)
		return false;
	tail->at = at + strlen(literal);
	tail->len = (gsize)(slice->at + slice->len - tail->at);
	slice->len = (gsize)(at - slice->at);
	return true;
}

/* Everything around the signed part. */
static bool
read_outside(Record *record, GError **error)
{
	char outer[BOUNDARY_LEN + 1];
	char again[BOUNDARY_LEN + 1];
	g_autofree char *marker = NULL;
	g_autofree char *end = NULL;
	gsize len;
	const char *data = g_bytes_get_data(record->file, &len);
	Slice rest = { data, len };

	if (!take(&rest, LAYOUT_TOP) || !take_boundary(&rest, outer) ||
	    !take(&rest, LAYOUT_OPEN) || !take_boundary(&rest, again) ||
	    !take(&rest, LAYOUT_CRLF) || strcmp(outer, again) != 0)
		return refuse(error, "its head is not that of a signed record");
	marker = g_strconcat(LAYOUT_NEXT, outer, LAYOUT_CRLF LAYOUT_SIGNATURE, NULL);
	end = g_strconcat(LAYOUT_NEXT, outer, "--" LAYOUT_CRLF, NULL);
	if (!drop_end(&rest, end) || !cut(&rest, marker, &record->signature))
		return refuse(error, "it has no signature at its end");
	record->covered = rest;
	return true;
}

/* The part before the JSON part, if there is one. */
static bool
read_content(Record *record, Slice rest, const char **encoding)
{
	if (take(&rest, LAYOUT_VERBATIM))
		*encoding = "8bit";
	else if (take(&rest, LAYOUT_BASE64) || take(&rest, LAYOUT_CLOSED))
		*encoding = "base64";
	else
		return false;
	record->content = rest;
	return true;
}

/* The signed part: the original, perhaps, and the JSON part's text. */
static bool
read_inside(Record *record, Slice *json, const char **encoding, GError **error)
{
	char inner[BOUNDARY_LEN + 1];
	char again[BOUNDARY_LEN + 1];
	g_autofree char *marker = NULL;
	g_autofree char *end = NULL;
	Slice rest = record->covered;

	if (!take(&rest, LAYOUT_MIXED) || !take_boundary(&rest, inner) ||
	    !take(&rest, LAYOUT_FIRST) || !take_boundary(&rest, again) ||
	    !take(&rest, LAYOUT_CRLF) || strcmp(inner, again) != 0)
		return refuse(error, "its signed part does not begin as it should");
	marker = g_strconcat(LAYOUT_NEXT, inner, LAYOUT_CRLF LAYOUT_JSON, NULL);
	end = g_strconcat(LAYOUT_NEXT, inner, "--", NULL);
	if (!drop_end(&rest, end))
		return refuse(error, "its signed part does not end as it should");
	*json = rest;
	if (take(json, LAYOUT_JSON))
		return true;
	if (!cut(&rest, marker, json) || !read_content(record, rest, encoding))
		return refuse(error, "its parts are not those of a record");
	return true;
}

/* What the JSON part says of the original must be what the file has. */
static bool
check_original(const Record *record, const char *encoding, GError **error)
{
	const json_t *original = json_object_get(record->json, "original");
	const char *start = g_bytes_get_data(record->file, NULL);
	Digest digest;

	if ((original != NULL) != (encoding != NULL))
		return refuse(error, "original and content do not belong together");
	if (original == NULL)
		return true;
	if (g_strcmp0(json_text(original, "encoding"), encoding) != 0 ||
	    json_number(original, "offset", -1) != record->content.at - start ||
	    json_number(original, "length", -1) != (gint64)record->content.len ||
	    !digest_parse(json_text(original, "sha256"), &digest))
		return refuse(error, "original does not describe its content");
	return true;
}

static bool
check_cases(const json_t *cases)
{
	size_t i;
	const json_t *entry;

	if (!json_is_array(cases))
		return false;
	json_array_foreach(cases, i, entry) {
		const json_t *previous = json_object_get(entry, "previous");
		Digest digest;

		if (json_text(entry, "case") == NULL ||
		    json_number(entry, "number", 0) < 1 ||
		    !(json_is_null(previous) ||
		      digest_parse(json_string_value(previous), &digest)))
			return false;
	}
	return true;
}

static bool
check_fields(Record *record, GError **error)
{
	const json_t *json = record->json;
	const char *id = json_text(json, "id");
	const char *type = json_text(json, "type");
	const char *time = json_text(json, "time");
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

	if (!json_is_object(json) || json_number(json, "version", 0) != LAYOUT_VERSION)
		return refuse(error, "version is not 1");
	if (id == NULL || !ulid_is_valid(id))
		return refuse(error, "id is missing or malformed");
	if (type == NULL || type[0] == '\0' || strlen(type) > TYPE_MAX_LEN)
		return refuse(error, "type is missing or malformed");
	if (time == NULL || !clock_parse(time, utc, &record->time, NULL))
		return refuse(error, "time is missing or malformed");
	if (!check_cases(json_object_get(json, "cases")))
		return refuse(error, "cases is missing or malformed");
	if (!json_is_object(json_object_get(json, "payload")))
		return refuse(error, "payload is missing");
	return true;
}

Record *
record_read(GBytes *file, GError **error)
{
	g_autoptr(Record) record = g_new0(Record, 1);
	const char *encoding = NULL;
	Slice json;

	g_atomic_ref_count_init(&record->references);
	record->file = g_bytes_ref(file);
	if (!read_outside(record, error) || !read_inside(record, &json, &encoding, error))
		return NULL;
	record->json = json_read(json.at, json.len, error);
	if (record->json == NULL) {
		if (error != NULL && *error != NULL) {
			(*error)->domain = RECORD_ERROR;
			(*error)->code = RECORD_ERROR_FORMAT;
		}
		return NULL;
	}
	if (!check_fields(record, error) || !check_original(record, encoding, error))
		return NULL;
	return g_steal_pointer(&record);
}

Record *
record_ref(Record *record)
{
	g_atomic_ref_count_inc(&record->references);
	return record;
}

void
record_unref(Record *record)
{
	if (record == NULL || !g_atomic_ref_count_dec(&record->references))
		return;
	json_decref(record->json);
	g_bytes_unref(record->file);
	g_free(record);
}

const char *
record_id(const Record *record)
{
	return json_text(record->json, "id");
}

const char *
record_type(const Record *record)
{
	return json_text(record->json, "type");
}

gint64
record_time(const Record *record)
{
	return record->time;
}

const json_t *
record_json(const Record *record)
{
	return record->json;
}

const json_t *
record_payload(const Record *record)
{
	return json_object_get(record->json, "payload");
}

GBytes *
record_file(const Record *record)
{
	return record->file;
}

static GBytes *
decode(const Slice *slice)
{
	g_autofree char *text = g_strndup(slice->at, slice->len);
	gsize len = 0;
	guchar *bytes = g_base64_decode(text, &len);

	return g_bytes_new_take(bytes, len);
}

bool
record_check(const Record *record, const Trust *trust, GError **error)
{
	return record_check_until(record, trust, NULL, error);
}

bool
record_check_until(const Record *record, const Trust *trust, gint64 *until,
		   GError **error)
{
	g_autoptr(GBytes) signature = decode(&record->signature);
	const Digest digest = digest_of(record->covered.at, record->covered.len);

	return trust_check(trust, signature, &digest, until, error);
}

GBytes *
record_original(const Record *record, GError **error)
{
	const json_t *original = json_object_get(record->json, "original");
	const char *start = g_bytes_get_data(record->file, NULL);
	g_autoptr(GBytes) bytes = NULL;
	Digest expected;
	Digest found;

	if (original == NULL)
		return NULL;
	if (strcmp(json_text(original, "encoding"), "base64") == 0)
		bytes = decode(&record->content);
	else
		bytes = g_bytes_new_from_bytes(record->file,
					       (gsize)(record->content.at - start),
					       record->content.len);
	found = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	if (!digest_parse(json_text(original, "sha256"), &expected) ||
	    !digest_equal(&expected, &found)) {
		g_set_error(error, RECORD_ERROR, RECORD_ERROR_CONTENT,
			    "the original of %s is not what its digest says",
			    record_id(record));
		return NULL;
	}
	return g_steal_pointer(&bytes);
}

char *
record_path(const char *id)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(ulid_time(id) / 1000);

	return g_strdup_printf("records/%04d/%02d/%s.eml", g_date_time_get_year(time),
			       g_date_time_get_month(time), id);
}
