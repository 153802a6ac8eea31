/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tamper.c - whatever is done to the records of an archive has a name
 */
#include "config.h"

#include "archive/layout.h"
#include "tests/archive/tampering.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
flip_record(const Copy *copy, int number, const char *text, gsize behind)
{
	g_autofree char *path = library_file(&copy->library, number);

	tampering_flip(path, text, behind);
}

static void
swap_files(const char *one, const char *two)
{
	g_autofree char *between = g_strconcat(one, ".x", NULL);

	assert_int_equal(g_rename(one, between), 0);
	assert_int_equal(g_rename(two, one), 0);
	assert_int_equal(g_rename(between, two), 0);
}

static void
nothing(Copy *copy)
{
	(void)copy;
}

static void
bit_of_message(Copy *copy)
{
	flip_record(copy, 2, "See you", 0);
}

static void
bit_of_encoded_message(Copy *copy)
{
	flip_record(copy, 3, "original.eml\"\r\n\r\n", 30);
}

static void
bit_of_record_part(Copy *copy)
{
	flip_record(copy, 1, "\"nonce\":\"", 12);
}

static void
bit_of_signature(Copy *copy)
{
	flip_record(copy, 5, "smime.p7s\"\r\n\r\n", 600);
}

static void
bit_of_certificate(Copy *copy)
{
	flip_record(copy, 4, "smime.p7s\"\r\n\r\n", 300);
}

static void
bit_of_headers(Copy *copy)
{
	flip_record(copy, 2, "MIME-Version", 0);
}

static void
bit_of_tombstone(Copy *copy)
{
	g_autofree char *path = tampering_record_path(copy, copy->place->tombstone);

	tampering_flip(path, "a test", 0);
}

static void
cut_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);

	assert_int_equal(truncate(path, 700), 0);
}

static void
empty_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);

	assert_int_equal(truncate(path, 0), 0);
}

static void
directory_for_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);

	g_unlink(path);
	assert_int_equal(g_mkdir(path, 0700), 0);
}

static void
pipe_for_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);

	g_unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void
link_for_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);
	g_autofree char *away = g_strconcat(copy->library.directory, "-away", NULL);

	assert_int_equal(g_rename(path, away), 0);
	assert_int_equal(symlink(away, path), 0);
}

static void
hard_link_of_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);
	g_autofree char *away = g_strconcat(copy->library.directory, "-again", NULL);

	assert_int_equal(link(path, away), 0);
}

static void
lines_of_record(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 4);
	g_autofree char *text = NULL;
	g_autoptr(GString) wrapped = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	wrapped = g_string_new(text);
	g_string_replace(wrapped, "\r\n", "\n", 0);
	tampering_write(path, wrapped->str, (gssize)wrapped->len);
}

static void
record_for_record(Copy *copy)
{
	g_autofree char *from = library_file(&copy->library, 2);
	g_autofree char *to = library_file(&copy->library, 4);

	g_unlink(to);
	assert_int_equal(link(from, to), 0);
}

static void
record_added(Copy *copy)
{
	g_autofree char *from = library_file(&copy->library, 4);
	g_autofree char *folder = g_path_get_dirname(from);
	g_autofree char *to =
		g_build_filename(folder, "01ARZ3NDEKTSV4RRFFQ69G5FAV.eml", NULL);

	assert_int_equal(link(from, to), 0);
}

static void
hidden_file(Copy *copy)
{
	g_autofree char *path = tampering_path(copy, "records/.hidden");

	tampering_write(path, "x", 1);
}

static void
newest_gone(Copy *copy)
{
	g_autoptr(GPtrArray) lines = tampering_entries(copy);

	tampering_remove_record(copy, lines->pdata[lines->len - 1]);
}

static void
middle_gone(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 3);

	assert_int_equal(g_unlink(path), 0);
}

static void
files_swapped(Copy *copy)
{
	g_autofree char *one = library_file(&copy->library, 2);
	g_autofree char *two = library_file(&copy->library, 3);

	swap_files(one, two);
}

static void
change_index(const Copy *copy, const char *sql)
{
	g_autofree char *path = tampering_path(copy, "index.sqlite");
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
row_gone(Copy *copy)
{
	change_index(copy, "DELETE FROM record WHERE position = 4; "
			   "DELETE FROM record_case WHERE position = 4");
}

static void
row_changed(Copy *copy)
{
	change_index(copy, "UPDATE record_case SET case_id = 'C9' WHERE position = 3");
}

static void
agreement_in_index(Copy *copy)
{
	change_index(copy, "INSERT INTO record VALUES (999, "
			   "'01ARZ3NDEKTSV4RRFFQ69G5FAV', 'agreement', 0, 'C1')");
}

static void
index_is_text(Copy *copy)
{
	g_autofree char *path = tampering_path(copy, "index.sqlite");

	tampering_write(path, "not a database, but long enough to be taken for one", -1);
}

static void
index_gone(Copy *copy)
{
	tampering_remove(copy, "index.sqlite");
}

static void
removed_without_tombstone(Copy *copy)
{
	g_autofree char *path = library_file(&copy->library, 1);
	g_autofree char *stone = tampering_record_path(copy, copy->place->tombstone);
	g_autofree char *text = NULL;
	g_autoptr(GString) forged = NULL;

	assert_true(g_file_get_contents(stone, &text, NULL, NULL));
	forged = g_string_new(text);
	g_string_replace(forged, copy->place->erased, copy->library.ids[1], 0);
	tampering_write(stone, forged->str, -1);
	assert_int_equal(g_unlink(path), 0);
}

static void
erased_came_back(Copy *copy)
{
	g_autofree char *path = tampering_record_path(copy, copy->place->erased);

	tampering_write(path, "It came back.", -1);
}

static char *
certificate(const Copy *copy)
{
	g_autofree char *folder = tampering_path(copy, "certs");
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

	return g_build_filename("certs", g_dir_read_name(dir), NULL);
}

static void
certificate_gone(Copy *copy)
{
	g_autofree char *name = certificate(copy);

	tampering_remove(copy, name);
}

static void
certificate_added(Copy *copy)
{
	g_autoptr(Scratch) stranger = scratch_new();
	g_autofree char *path = tampering_path(copy, "certs/0.pem");

	scratch_copy(stranger->certificate, path);
}

static void
record_signed_anew(Copy *copy)
{
	g_autoptr(Scratch) stranger = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(stranger);
	g_autofree char *path = library_file(&copy->library, 2);
	g_autofree char *file = NULL;
	g_autofree char *base64 = NULL;
	g_autoptr(GBytes) signature = NULL;
	g_autoptr(GString) made = NULL;
	const char *start, *end, *der;
	Digest digest;

	assert_true(g_file_get_contents(path, &file, NULL, NULL));
	start = strstr(file, LAYOUT_MIXED);
	end = strstr(file, LAYOUT_SIGNATURE) - strlen(LAYOUT_NEXT) - BOUNDARY_LEN -
	      strlen(LAYOUT_CRLF);
	digest = digest_of(start, (gsize)(end - start));
	signature = signer_sign(signer, &digest, LIBRARY_TIME(2), NULL);
	base64 = g_base64_encode(g_bytes_get_data(signature, NULL),
				 g_bytes_get_size(signature));
	der = strstr(file, LAYOUT_SIGNATURE) + strlen(LAYOUT_SIGNATURE);
	made = g_string_new_len(file, der - file);
	g_string_append(made, base64);
	g_string_append(made, g_strrstr(file, LAYOUT_NEXT));
	tampering_write(path, made->str, (gssize)made->len);
}

static void
record_in_wrong_place(Copy *copy)
{
	g_autofree char *from = library_file(&copy->library, 2);
	g_autofree char *to = tampering_path(copy, "records/wrong.eml");

	assert_int_equal(g_rename(from, to), 0);
}

static const Row rows[] = {
	{ "nothing", nothing, "", false },
	{ "a bit of a message", bit_of_message, "altered 2", false },
	{ "a bit of an encoded message", bit_of_encoded_message, "altered 3", false },
	{ "a bit of what is known of it", bit_of_record_part, "altered 1", false },
	{ "a bit of the headers", bit_of_headers, "altered 2", false },
	{ "a bit of a signature", bit_of_signature, "signature 5", false },
	{ "a bit of a certificate", bit_of_certificate, "signature 4", false },
	{ "a bit of a tombstone", bit_of_tombstone, "altered TOMBSTONE, missing ERASED",
	  false },
	{ "a record cut short", cut_record, "altered 4", false },
	{ "a record emptied", empty_record, "altered 4", false },
	{ "a directory for a record", directory_for_record, "unreadable 4", false },
	{ "a pipe for a record", pipe_for_record, "unreadable 4", false },
	{ "a link for a record", link_for_record, "unreadable 4", false },
	/* It is what it was. */
	{ "a second name elsewhere", hard_link_of_record, "", false },
	{ "other line ends", lines_of_record, "altered 4", false },
	{ "another record of ours in its place", record_for_record, "altered 4", false },
	{ "signed anew by another key", record_signed_anew, "signature 2", false },
	{ "a record in a wrong place", record_in_wrong_place,
	  "missing 2, unexpected records/wrong.eml", false },
	{ "a record's copy under a new id", record_added,
	  "unexpected records/2023/11/01ARZ3NDEKTSV4RRFFQ69G5FAV.eml", false },
	{ "a hidden file", hidden_file, "unexpected records/.hidden", false },
	{ "the newest file gone", newest_gone, "missing OTHER", false },
	{ "one in the middle gone", middle_gone, "missing 3", false },
	{ "two files swapped", files_swapped, "altered 2, altered 3", false },
	{ "a row of the index gone", row_gone, "index 4", false },
	{ "a row of the index changed", row_changed, "index 3", false },
	{ "an agreement in the index", agreement_in_index, "index index.sqlite", false },
	{ "no database for an index", index_is_text, "index index.sqlite", false },
	/* It is made anew. */
	{ "no index", index_gone, "", false },
	{ "a forged tombstone", removed_without_tombstone,
	  "altered TOMBSTONE, missing 1, missing ERASED", false },
	{ "an erased file come back", erased_came_back, "unexpected ERASED", false },
	{ "a certificate gone", certificate_gone, "missing certs", false },
	{ "a certificate added", certificate_added, "unexpected certs/0.pem", false },
};

static void
test_whatever_is_done_to_a_record_has_a_name(void **state)
{
	tampering_assert(*state, rows, G_N_ELEMENTS(rows), NULL);
}

static void
test_a_pin_says_no_more_of_records_than_the_archive_itself(void **state)
{
	const Place *place = *state;

	tampering_assert(place, rows, G_N_ELEMENTS(rows), place->pinned);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whatever_is_done_to_a_record_has_a_name),
		cmocka_unit_test(
			test_a_pin_says_no_more_of_records_than_the_archive_itself),
	};

	return cmocka_run_group_tests(tests, tampering_set_up, tampering_tear_down);
}
