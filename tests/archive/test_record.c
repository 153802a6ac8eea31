/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_record.c - what a draft writes, a record reads, and stock openssl accepts
 */
#include "config.h"

#include "archive/draft.h"
#include "archive/record.h"
#include "base/file.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <string.h>

static const gint64 some_time = G_GINT64_CONSTANT(1795363560500);

/* Writes a content in pieces of a length, seals it, and gives the file. */
static GBytes *
make_file(const Scratch *scratch, const void *content, gsize len, gsize piece)
{
	g_autoptr(Draft) draft = draft_new("mail", some_time);
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(json_t) cases =
		json_pack("[{s:s, s:i, s:n}]", "case", "C-1", "number", 1, "previous");
	g_autoptr(Sealed) sealed = NULL;
	GBytes *bytes;
	Digest digest;

	draft_add_case(draft, "C-1");
	draft_open_content(draft, scratch->path);
	for (gsize at = 0; at < len; at += piece)
		assert_true(draft_write(draft, (const char *)content + at,
					MIN(piece, len - at), NULL));
	assert_int_equal(draft_content_len(draft), len);
	assert_true(draft_prepare(draft, NULL));
	sealed = draft_seal(draft, cases, signer, NULL);
	assert_non_null(sealed);
	bytes = sealed_bytes(sealed, scratch->path, NULL);
	digest = digest_of(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	assert_true(digest_equal(&digest, &sealed->file));
	return bytes;
}

static void
check_with_openssl(const Scratch *scratch, GBytes *file)
{
	g_autofree char *path = scratch_file(scratch, "record.eml");
	const char *const words[] = { "openssl",
				      "cms",
				      "-verify",
				      "-in",
				      path,
				      "-CAfile",
				      scratch->certificate,
				      "-out",
				      "/dev/null",
				      NULL };
	g_autofree char *complaint = NULL;
	int status = -1;

	assert_true(file_replace(path, g_bytes_get_data(file, NULL),
				 g_bytes_get_size(file), 0600, NULL));
	assert_true(g_spawn_sync(NULL, (char **)(gpointer)(gsize)words, NULL,
				 G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &complaint,
				 &status, NULL));
	if (status != 0)
		print_message("%s\n", complaint);
	assert_int_equal(status, 0);
}

static void
check_content(const Scratch *scratch, const void *content, gsize len, gsize piece,
	      const char *encoding)
{
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(GBytes) file = make_file(scratch, content, len, piece);
	g_autoptr(GError) error = NULL;
	g_autoptr(Record) record = record_read(file, &error);
	g_autoptr(GBytes) original = NULL;
	const json_t *told;

	assert_null(error);
	told = json_object_get(record_json(record), "original");
	assert_string_equal(json_text(told, "encoding"), encoding);
	assert_true(record_check(record, trust, &error));
	original = record_original(record, &error);
	assert_null(error);
	assert_int_equal(g_bytes_get_size(original), len);
	assert_memory_equal(g_bytes_get_data(original, NULL), content, len);
	assert_int_equal(record_time(record), some_time);
	check_with_openssl(scratch, file);
}

static void
test_canonical_contents_stand_verbatim(void **state)
{
	static const char *const contents[] = {
		"\r\n",
		"Subject: a\r\n\r\nb\r\n",
		"Subject: a\r\n\r\nno final newline",
		"Subject: a\r\n\r\n--\r\n.\r\n..\r\nFrom me\r\n \t \r\n",
		"Subject: \xc3\xa9\xff\r\n\r\n\x80\x01\r\n\r\n\r\n",
	};
	g_autoptr(Scratch) scratch = scratch_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(contents); i++)
		for (gsize piece = 1; piece < 4; piece++)
			check_content(scratch, contents[i], strlen(contents[i]), piece,
				      "8bit");
}

static void
test_other_contents_stand_in_base64(void **state)
{
	static const struct {
		const char *bytes;
		gsize len;
	} contents[] = {
		{ "Subject: a\n\nb\n", 14 }, { "a\r\r\nb", 5 }, { "a\rb\r\n", 5 },
		{ "a\r\nb\r", 5 },           { "\n", 1 },       { "\r", 1 },
		{ "a\0b\r\n", 5 },           { "\r\n\n", 3 },
	};

	g_autoptr(Scratch) scratch = scratch_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(contents); i++)
		for (gsize piece = 1; piece < 4; piece++)
			check_content(scratch, contents[i].bytes, contents[i].len, piece,
				      "base64");
}

static void
test_contents_past_a_mebibyte_come_back_whole(void **state)
{
	static const gsize lengths[] = { 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024 };
	g_autoptr(Scratch) scratch = scratch_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *content = g_malloc(lengths[i]);

		memset(content, 'x', lengths[i]);
		for (gsize at = 0; at + 78 <= lengths[i]; at += 78)
			memcpy(content + at, "\r\n", 2);
		check_content(scratch, content, lengths[i], 65535, "8bit");
		content[lengths[i] - 1] = '\n';
		check_content(scratch, content, lengths[i], 65535, "base64");
	}
}

static void
test_an_empty_content_is_an_original_too(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();

	(void)state;
	check_content(scratch, "", 0, 1, "8bit");
}

static void
test_a_draft_that_is_dropped_leaves_nothing_in_the_spool(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autofree char *content = g_strnfill(2 * 1024 * 1024, '\n');
	g_autofree char *spool = scratch_file(scratch, "spool");
	Draft *draft = draft_new("mail", some_time);
	g_autoptr(GDir) dir = NULL;

	(void)state;
	assert_true(file_make_directories(spool, 0700, NULL));
	draft_open_content(draft, spool);
	assert_true(draft_write(draft, content, 2 * 1024 * 1024, NULL));
	assert_true(draft_prepare(draft, NULL));
	draft_free(draft);
	dir = g_dir_open(spool, 0, NULL);
	assert_null(g_dir_read_name(dir));
}

static void
test_a_record_without_content_has_its_fields(void **state)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Signer) signer = scratch_signer(scratch);
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(Draft) draft = draft_new("person", some_time);
	g_autoptr(json_t) cases = json_array();
	g_autoptr(json_t) payload = json_pack("{s:s}", "name", "K\xc3\xbc");
	g_autoptr(Sealed) sealed = NULL;
	g_autoptr(GBytes) file = NULL;
	g_autoptr(Record) record = NULL;

	(void)state;
	draft_set_key(draft, "C-1");
	draft_set_closes(draft);
	draft_set_payload(draft, payload);
	assert_true(draft_prepare(draft, NULL));
	sealed = draft_seal(draft, cases, signer, NULL);
	file = sealed_bytes(sealed, scratch->path, NULL);
	record = record_read(file, NULL);
	assert_non_null(record);
	assert_true(record_check(record, trust, NULL));
	assert_string_equal(record_id(record), draft_id(draft));
	assert_string_equal(record_type(record), "person");
	assert_true(json_equal(record_payload(record), payload));
	assert_true(json_equal(record_json(record), sealed->json));
	assert_true(json_truth(record_json(record), "closes"));
	assert_null(record_original(record, NULL));
	check_with_openssl(scratch, file);
}

/* Either it is no record any more, or the signature or the original tells; in the head
 * and around the signature a change may be without effect, but what is read is then
 * the same. */
static void
test_a_changed_byte_never_reads_as_another_record(void **state)
{
	static const char content[] = "Subject: a\r\n\r\nb\r\n";
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(Trust) trust = scratch_trust(scratch);
	g_autoptr(GBytes) file = make_file(scratch, content, strlen(content), 5);
	g_autoptr(Record) good = record_read(file, NULL);
	const gsize len = g_bytes_get_size(file);

	(void)state;
	for (gsize i = 0; i < len; i++) {
		g_autofree char *copy = g_memdup2(g_bytes_get_data(file, NULL), len);
		g_autoptr(GBytes) changed = NULL;
		g_autoptr(Record) record = NULL;

		copy[i] ^= 0x04;
		changed = g_bytes_new_static(copy, len);
		record = record_read(changed, NULL);
		if (record != NULL && record_check(record, trust, NULL))
			assert_true(json_equal(record_json(record), record_json(good)));
	}
}

static void
test_a_path_is_made_of_the_id_alone(void **state)
{
	g_autofree char *path = record_path("01KAPBT2X00123456789ABCDEF");

	(void)state;
	assert_true(g_str_has_prefix(path, "records/20"));
	assert_true(g_str_has_suffix(path, "/01KAPBT2X00123456789ABCDEF.eml"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical_contents_stand_verbatim),
		cmocka_unit_test(test_other_contents_stand_in_base64),
		cmocka_unit_test(test_contents_past_a_mebibyte_come_back_whole),
		cmocka_unit_test(test_an_empty_content_is_an_original_too),
		cmocka_unit_test(
			test_a_draft_that_is_dropped_leaves_nothing_in_the_spool),
		cmocka_unit_test(test_a_record_without_content_has_its_fields),
		cmocka_unit_test(test_a_changed_byte_never_reads_as_another_record),
		cmocka_unit_test(test_a_path_is_made_of_the_id_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
