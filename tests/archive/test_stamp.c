/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_stamp.c - what an authority says is believed only when all of it is right, and a
 * stamp that was tampered with is named
 */
#include "config.h"

#include "archive/stamp.h"
#include "archive/stamps.h"
#include "archive/verify.h"
#include "base/clock.h"
#include "tests/archive/authority.h"
#include "tests/archive/library.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

static const char text[] = "agency.example/archive\n6\nroot\n";

typedef struct Place {
	Library *library;
	Authority *authority;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);

	place->library = library_new();
	library_close(place->library);
	place->authority = authority_new(place->library->scratch);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;

	authority_free(place->authority);
	library_free(place->library);
	g_free(place);
	return 0;
}

static void
test_only_a_reply_that_is_right_in_everything_is_believed(void **state)
{
	static const struct {
		const char *fault;
		const char *says; /* NULL: it is believed */
	} cases[] = {
		{ "none", NULL },
		{ "nonce", "nonce mismatch" },
		{ "imprint", "imprint mismatch" },
		{ "policy", "policy mismatch" },
		{ "refused", "the authority refused: not today" },
		{ "expired", "certificate has expired" },
		{ "stranger", "unable to get local issuer certificate" },
		{ "purpose", "unsuitable certificate purpose" },
		{ "both", "unsuitable certificate purpose" },
		{ "uncritical", "unsuitable certificate purpose" },
		{ "sha1", "does not name its signer by SHA-256" },
		{ "garbage", "not a time stamp reply" },
		{ "long", "not a time stamp reply" },
	};

	const Place *place = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) question = stamp_ask(text, "1.2.3.4.5", true, NULL);
		g_autoptr(GBytes) reply =
			authority_reply(place->authority, cases[i].fault, question);
		g_autoptr(GError) error = NULL;
		gint64 time = 0;
		const bool is_good = stamp_check(
			reply, question, place->authority->anchors, &time, &error);

		if (cases[i].says != NULL) {
			assert_false(is_good);
			assert_non_null(strstr(error->message, cases[i].says));
			continue;
		}
		assert_true(is_good);
		assert_true(ABS(time - clock_now()) < 60000);
	}
}

/* Some bytes of CMS are signed by nobody; but none of them tells the time. */
static void
test_a_reply_with_a_bit_flipped_anywhere_gives_no_other_time(void **state)
{
	const Place *place = *state;
	g_autoptr(GBytes) question = stamp_ask(text, NULL, true, NULL);
	g_autoptr(GBytes) reply = authority_reply(place->authority, "none", question);
	gsize len = 0;
	const guint8 *bytes = g_bytes_get_data(reply, &len);
	gint64 time = 0;
	guint refused = 0;

	assert_true(stamp_check(reply, question, place->authority->anchors, &time, NULL));
	for (gsize i = 0; i < len; i++) {
		g_autofree guint8 *changed = g_memdup2(bytes, len);
		g_autoptr(GBytes) other = NULL;
		gint64 found = time;

		changed[i] ^= 1;
		other = g_bytes_new(changed, len);
		refused += !stamp_check(other, question, place->authority->anchors,
					&found, NULL);
		assert_int_equal(found, time);
	}
	assert_true(refused > len / 2);
}

/* --- on record --------------------------------------------------------------------- */

/* The whole way, with the archive open for writing; true when the stamp was kept. */
static bool
stamp(const Place *place, const char *fault, GError **error)
{
	g_auto(StampQuestion) question = { 0 };
	g_autoptr(GBytes) reply = NULL;
	bool is_kept;

	library_open(place->library, false);
	assert_true(stamps_ask(place->library->store, NULL, &question, NULL));
	reply = authority_reply(place->authority, fault, question.bytes);
	is_kept = stamps_keep(place->library->store, &question, reply,
			      place->authority->anchors, error);
	library_close(place->library);
	return is_kept;
}

static json_t *
verify(const Place *place, const char *anchors)
{
	const VerifyOptions options = { .anchors = anchors };
	json_t *result;

	library_open(place->library, true);
	result = verify_archive(place->library->store, &options, NULL);
	library_close(place->library);
	assert_non_null(result);
	return result;
}

/* "PROBLEM ID" of each problem; a record that is not one of the library's is "stamp". */
static char *
list_problems(const json_t *result)
{
	GString *list = g_string_new(NULL);
	const json_t *problem;
	gsize i;

	json_array_foreach(json_object_get(result, "problems"), i, problem) {
		const char *id = json_text(problem, "id");

		g_string_append_printf(list, "%s%s %s", i > 0 ? ", " : "",
				       json_text(problem, "problem"),
				       strchr(id, '/') != NULL ? id : "RECORD");
	}
	return g_string_free(list, FALSE);
}

static char *
list_notes(const json_t *result)
{
	g_auto(GStrv) words = json_words(result, "notes");

	return g_strjoinv(", ", words);
}

static void
assert_verified(const Place *place, const char *problems, const char *notes)
{
	g_autoptr(json_t) result = verify(place, place->authority->anchors);
	g_autofree char *found = list_problems(result);
	g_autofree char *noted = list_notes(result);

	assert_string_equal(found, problems);
	if (notes != NULL)
		assert_string_equal(noted, notes);
}

static void
test_a_stamp_covers_what_was_there_and_the_next_covers_it(void **state)
{
	const Place *place = *state;
	g_autoptr(json_t) status = NULL;
	g_autofree char *today = clock_format_utc(clock_now());

	assert_verified(place, "", "6 unstamped");
	assert_true(stamp(place, "none", NULL));
	assert_verified(place, "", "1 unstamped");
	assert_true(stamp(place, "none", NULL));
	assert_verified(place, "", "1 unstamped");
	library_open(place->library, true);
	status = store_status(place->library->store);
	assert_memory_equal(json_text(status, "last_stamp"), today, 10);
}

static void
test_what_is_not_right_is_not_kept(void **state)
{
	static const char *const faults[] = { "nonce", "stranger", "clock", "garbage" };
	const Place *place = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autoptr(GError) error = NULL;

		assert_false(stamp(place, faults[i], &error));
		assert_non_null(error);
	}
	assert_verified(place, "", "6 unstamped");
}

static char *
stamp_file(const Place *place, const char *name)
{
	return g_build_filename(place->library->directory, "log", "stamps", name, NULL);
}

static void
test_openssl_checks_the_file_against_the_text_of_the_checkpoint(void **state)
{
	const Place *place = *state;
	g_autofree char *checkpoint =
		g_build_filename(place->library->directory, "log", "checkpoint", NULL);
	g_autofree char *name = scratch_file(place->library->scratch, "text");
	g_autofree char *reply = stamp_file(place, "6.tsr");
	g_autofree char *anchors =
		g_build_filename(place->authority->directory, "ca.pem", NULL);
	const char *const words[] = { "openssl", "ts",  "-verify", "-data", name,
				      "-in",     reply, "-CAfile", anchors, NULL };
	g_autofree char *note = NULL;
	g_autofree char *signed_text = NULL;
	int status = -1;

	assert_true(g_file_get_contents(checkpoint, &note, NULL, NULL));
	signed_text = note_text(note, NULL);
	assert_true(g_file_set_contents(name, signed_text, -1, NULL));
	assert_true(stamp(place, "none", NULL));
	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
					 G_SPAWN_STDERR_TO_DEV_NULL,
				 NULL, NULL, NULL, NULL, &status, NULL));
	assert_int_equal(status, 0);
}

static void
test_a_stamp_file_that_is_changed_removed_or_put_there_is_named(void **state)
{
	const Place *place = *state;
	g_autofree char *path = stamp_file(place, "6.tsr");
	g_autofree char *forged = stamp_file(place, "4.tsr");
	g_autofree char *data = NULL;
	gsize len = 0;

	assert_true(stamp(place, "none", NULL));
	assert_true(g_file_get_contents(path, &data, &len, NULL));
	assert_true(g_file_set_contents(forged, data, (gssize)len, NULL));
	assert_verified(place, "stamp log/stamps/4.tsr", NULL);
	assert_int_equal(g_unlink(forged), 0);
	data[len / 2] ^= 1;
	assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
	assert_verified(place, "stamp log/stamps/6.tsr", NULL);
	assert_int_equal(g_unlink(path), 0);
	assert_verified(place, "stamp log/stamps/6.tsr", NULL);
}

/* A stamp's record as who has the keys could make it. */
static void
put_forged(const Place *place, const char *note, GBytes *reply)
{
	g_autofree char *encoded =
		g_base64_encode(g_bytes_get_data(reply, NULL), g_bytes_get_size(reply));
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s, s:s}", "checkpoint", note, "time",
			  "2020-01-01T00:00:00.000Z", "reply", encoded);
	g_autoptr(Draft) draft = draft_new("stamp", LIBRARY_TIME(9));

	draft_set_key(draft, "log");
	draft_set_payload(draft, payload);
	library_open(place->library, false);
	assert_true(store_put(place->library->store, &draft, 1, NULL));
	library_close(place->library);
}

static char *
read_checkpoint(const Library *library)
{
	g_autofree char *path =
		g_build_filename(library->directory, "log", "checkpoint", NULL);
	char *note = NULL;

	assert_true(g_file_get_contents(path, &note, NULL, NULL));
	return note;
}

static GBytes *
stamp_note(const Place *place, const char *note, const char *fault)
{
	g_autofree char *about = note_text(note, NULL);
	g_autoptr(GBytes) question = stamp_ask(about, NULL, false, NULL);

	return authority_reply(place->authority, fault, question);
}

static void
test_a_forged_stamp_on_record_is_named(void **state)
{
	static const char *const faults[] = { "stranger", "purpose", "imprint", "garbage",
					      "expired" };
	const Place *place = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
		Library changed = *place->library;
		const Place copy = { &changed, place->authority };
		g_autofree char *note = read_checkpoint(place->library);
		g_autoptr(GBytes) reply = stamp_note(place, note, faults[i]);
		g_autofree char *name = g_strdup_printf("copy%zu", i);

		changed.directory = scratch_file(place->library->scratch, name);
		scratch_copy(place->library->directory, changed.directory);
		put_forged(&copy, note, reply);
		assert_verified(&copy, "stamp RECORD", "7 unstamped");
		g_free(changed.directory);
	}
}

static void
test_a_stamp_of_another_log_is_named(void **state)
{
	const Place *place = *state;
	g_autoptr(Library) other = library_new();
	g_autofree char *note = NULL;
	g_autoptr(GBytes) reply = NULL;

	library_close(other);
	note = read_checkpoint(other);
	reply = stamp_note(place, note, "none");
	put_forged(place, note, reply);
	assert_verified(place, "stamp RECORD", "7 unstamped");
}

static void
test_without_anchors_it_is_noted_that_nobody_said_whose_stamps_count(void **state)
{
	const Place *place = *state;
	g_autoptr(json_t) result = NULL;
	g_autofree char *noted = NULL;

	assert_true(stamp(place, "none", NULL));
	result = verify(place, NULL);
	noted = list_notes(result);
	assert_true(json_truth(result, "ok"));
	assert_non_null(strstr(noted, "see stamp-ca"));
}

/* --- the signer's days ------------------------------------------------------------- */

/* The agency's certificate ends with a day of this year. */
static void
make_certificate(const Place *place, const char *end)
{
	const Scratch *scratch = place->library->scratch;
	const char *key = scratch->key + strlen("file:");
	g_autofree char *command = g_strdup_printf(
		"cd '%s' && openssl req -new -key '%s' -subj /CN=archive -out own.csr && "
		"openssl ca -batch -notext -config sha256.conf -selfsign -keyfile '%s' "
		"-startdate 20200101000000Z -enddate %s -in own.csr -out '%s'",
		place->authority->directory, key, key, end, scratch->certificate);
	const char *const words[] = { "sh", "-c", command, NULL };
	int status = -1;

	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
				 NULL, NULL, NULL, &status, NULL));
	assert_int_equal(status, 0);
}

static void
wait_until(const char *end)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autofree char *rfc =
		g_strdup_printf("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", end, end + 4, end + 6,
				end + 8, end + 10, end + 12);
	gint64 time = 0;

	assert_true(clock_parse(rfc, utc, &time, NULL));
	while (clock_now() <= time + 1000)
		g_usleep(100000);
}

static char *
soon(int seconds)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) then = g_date_time_add_seconds(now, seconds);

	return g_date_time_format(then, "%Y%m%d%H%M%SZ");
}

/* What is old enough to be stamped before its signer's days ended holds for ever; what
 * came later is noted. */
static void
test_a_certificate_that_ended_fails_nothing_that_was_stamped_before(void **state)
{
	const Place *place = *state;
	Library *library = place->library;
	g_autofree char *end = soon(8);

	make_certificate(place, end);
	library->directory =
		(g_free(library->directory), scratch_file(library->scratch, "short"));
	assert_true(store_init(library->directory, NULL));
	library_open(library, false);
	g_free(library_put(library, "note", clock_now(), NULL, NULL));
	library_close(library);
	assert_true(stamp(place, "none", NULL));
	wait_until(end);
	/* Of the key, the note and the stamp the last alone has no stamp from before. */
	assert_verified(place, "",
			"1 unstamped, 1 signed by a certificate that has ended, without "
			"a stamp from before");
	assert_true(stamp(place, "none", NULL));
	assert_verified(place, "",
			"1 unstamped, 2 signed by a certificate that has ended, without "
			"a stamp from before");
}

#define STAMP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAMP_TEST(test_only_a_reply_that_is_right_in_everything_is_believed),
		STAMP_TEST(test_a_reply_with_a_bit_flipped_anywhere_gives_no_other_time),
		STAMP_TEST(test_a_stamp_covers_what_was_there_and_the_next_covers_it),
		STAMP_TEST(test_what_is_not_right_is_not_kept),
		STAMP_TEST(
			test_openssl_checks_the_file_against_the_text_of_the_checkpoint),
		STAMP_TEST(
			test_a_stamp_file_that_is_changed_removed_or_put_there_is_named),
		STAMP_TEST(test_a_forged_stamp_on_record_is_named),
		STAMP_TEST(test_a_stamp_of_another_log_is_named),
		STAMP_TEST(
			test_without_anchors_it_is_noted_that_nobody_said_whose_stamps_count),
		STAMP_TEST(
			test_a_certificate_that_ended_fails_nothing_that_was_stamped_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
