/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_store.c - what was put is there, in order, whatever happened in between
 *
 * Numbers in brackets are the invariants at the head of archive/store.c.
 */
#include "config.h"

#include "archive/store.h"
#include "base/clock.h"
#include "base/file.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum { THREADS = 16, PUTS_EACH = 40, MANY = 400 };

/* An archive in a scratch directory, and who signs in it. */
typedef struct Archive {
	Scratch *scratch;
	char *directory;
	Store *store;
} Archive;

static Store *
open_at(const char *directory, bool is_offline)
{
	const StoreOptions options = { .directory = directory,
				       .origin = "agency.example/archive",
				       .is_offline = is_offline,
				       .reserve = 4096,
				       .segment = 256 * 1024 };
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&options, &error);

	if (store == NULL)
		print_message("%s\n", error->message);
	assert_non_null(store);
	return store;
}

static void
open_archive(Archive *archive)
{
	archive->store = open_at(archive->directory, false);
	assert_true(
		store_set_signer(archive->store, scratch_signer(archive->scratch), NULL));
}

static void
reopen(Archive *archive)
{
	store_close(archive->store);
	open_archive(archive);
}

static int
set_up(void **state)
{
	Archive *archive = g_new0(Archive, 1);

	archive->scratch = scratch_new();
	archive->directory = scratch_file(archive->scratch, "archive");
	assert_true(store_init(archive->directory, NULL));
	open_archive(archive);
	*state = archive;
	return 0;
}

static int
tear_down(void **state)
{
	Archive *archive = *state;

	store_close(archive->store);
	scratch_free(archive->scratch);
	g_free(archive->directory);
	g_free(archive);
	return 0;
}

static Draft *
make_mail(Store *store, const char *case_id, const char *content)
{
	Draft *draft = draft_new("mail", clock_now());

	draft_add_case(draft, case_id);
	draft_open_content(draft, store_spool(store));
	assert_true(draft_write(draft, content, strlen(content), NULL));
	return draft;
}

/* Puts one mail; its id. */
static char *
put_mail(Store *store, const char *case_id, const char *content)
{
	g_autoptr(Draft) draft = make_mail(store, case_id, content);
	g_autoptr(GError) error = NULL;

	if (!store_put(store, &draft, 1, &error))
		print_message("%s\n", error->message);
	assert_null(error);
	return g_strdup(draft_id(draft));
}

static void
put_thing(Store *store, const char *type, const char *key, const char *value,
	  bool is_closing)
{
	g_autoptr(Draft) draft = draft_new(type, clock_now());
	g_autoptr(json_t) payload = json_pack("{s:s}", "value", value);

	draft_set_key(draft, key);
	draft_set_payload(draft, payload);
	if (is_closing)
		draft_set_closes(draft);
	assert_true(store_put(store, &draft, 1, NULL));
}

static void
check_value(Store *store, const char *type, const char *key, const char *value)
{
	g_autoptr(json_t) json = store_latest(store, type, key);

	if (value == NULL)
		assert_null(json);
	else
		assert_string_equal(json_text(json_object_get(json, "payload"), "value"),
				    value);
}

static void
check_mail(Store *store, const char *id, const char *content)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Record) record = store_get(store, id, &error);
	g_autoptr(GBytes) original = NULL;

	if (error != NULL)
		print_message("%s\n", error->message);
	assert_non_null(record);
	original = record_original(record, NULL);
	assert_int_equal(g_bytes_get_size(original), strlen(content));
	assert_memory_equal(g_bytes_get_data(original, NULL), content, strlen(content));
}

/* What a walk over the log has seen. */
typedef struct Walk {
	Store *store;
	guint64 count;
	GHashTable *numbers; /* case → how many */
	GHashTable *last;    /* case → digest of its last record's file, in hex */
} Walk;

static void
check_link(Walk *walk, const json_t *link, const char *file)
{
	const char *case_id = json_text(link, "case");
	const gsize before =
		GPOINTER_TO_SIZE(g_hash_table_lookup(walk->numbers, case_id));

	assert_int_equal(json_number(link, "number", 0), before + 1);
	if (before == 0)
		assert_null(json_text(link, "previous"));
	else
		assert_string_equal(json_text(link, "previous"),
				    g_hash_table_lookup(walk->last, case_id));
	g_hash_table_replace(walk->numbers, g_strdup(case_id),
			     GSIZE_TO_POINTER(before + 1));
	g_hash_table_replace(walk->last, g_strdup(case_id), g_strdup(file));
}

static bool
check_entry(const StoreEntry *entry, void *data)
{
	Walk *walk = data;
	g_autoptr(Record) record = store_get(walk->store, entry->id, NULL);
	g_autofree char *hex = digest_format(&entry->file);
	GBytes *file;
	Digest digest;
	const json_t *link;
	size_t i;

	assert_non_null(record);
	assert_int_equal(entry->position, walk->count++);
	file = record_file(record);
	digest = digest_of(g_bytes_get_data(file, NULL), g_bytes_get_size(file));
	assert_true(digest_equal(&digest, &entry->file));
	assert_string_equal(record_type(record), entry->type);
	json_array_foreach(json_object_get(record_json(record), "cases"), i, link) {
		check_link(walk, link, hex);
	}
	return true;
}

/* Every record is there, signed, and in the chain of its cases [4]. */
static guint64
check_whole(Store *store)
{
	Walk walk = { .store = store };

	walk.numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	walk.last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	assert_true(store_iterate(store, 0, check_entry, &walk, NULL));
	g_hash_table_unref(walk.numbers);
	g_hash_table_unref(walk.last);
	return walk.count;
}

static void
test_what_was_put_is_read_at_once_and_after_a_restart(void **state)
{
	Archive *archive = *state;
	g_autofree char *id = put_mail(archive->store, "C-1", "Subject: a\r\n\r\nb\r\n");
	g_autofree char *odd = put_mail(archive->store, "C-1", "Subject: a\n\nb\r");

	for (int i = 0; i < 3; i++) {
		check_mail(archive->store, id, "Subject: a\r\n\r\nb\r\n");
		check_mail(archive->store, odd, "Subject: a\n\nb\r");
		assert_int_equal(check_whole(archive->store), 3); /* and the key */
		reopen(archive);
	}
}

static void
test_the_first_record_introduces_the_certificate(void **state)
{
	Archive *archive = *state;
	g_autofree char *id = put_mail(archive->store, "C-1", "a\r\n");
	g_autoptr(GPtrArray) keys = store_latest_all(archive->store, "key");
	g_autoptr(Signer) signer = scratch_signer(archive->scratch);

	(void)id;
	assert_int_equal(keys->len, 1);
	assert_string_equal(
		json_text(json_object_get(keys->pdata[0], "payload"), "certificate"),
		signer_certificate(signer));
	assert_true(trust_has(store_trust(archive->store), signer_certificate(signer)));
}

static void
test_a_new_certificate_is_introduced_before_it_signs(void **state)
{
	Archive *archive = *state;
	g_autoptr(Scratch) other = scratch_new();
	g_autofree char *before = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *after = NULL;

	assert_true(store_set_signer(archive->store, scratch_signer(other), NULL));
	after = put_mail(archive->store, "C-1", "b\r\n");
	reopen(archive);
	check_mail(archive->store, before, "a\r\n");
	check_mail(archive->store, after, "b\r\n");
	assert_int_equal(check_whole(archive->store), 4);
}

static void
test_the_current_state_is_the_latest_of_each_key(void **state)
{
	Archive *archive = *state;

	put_thing(archive->store, "person", "C-1", "one", false);
	put_thing(archive->store, "person", "C-2", "two", false);
	put_thing(archive->store, "person", "C-1", "three", false);
	put_thing(archive->store, "mail", "M-1", "held", false);
	put_thing(archive->store, "decision", "M-1", "releasing", false);
	put_thing(archive->store, "mail", "M-2", "held", false);
	put_thing(archive->store, "decision", "M-2", "released", true);
	for (int i = 0; i < 2; i++) {
		g_autoptr(GPtrArray) all = store_latest_all(archive->store, "person");

		assert_int_equal(all->len, 2);
		assert_string_equal(json_text(all->pdata[0], "key"), "C-1");
		check_value(archive->store, "person", "C-1", "three");
		check_value(archive->store, "person", "C-2", "two");
		check_value(archive->store, "person", "C-3", NULL);
		check_value(archive->store, "decision", "M-1", "releasing");
		check_value(archive->store, "mail", "M-2", NULL);
		check_value(archive->store, "decision", "M-2", NULL);
		reopen(archive);
	}
}

static void
test_contents_past_a_mebibyte_go_through_the_spool(void **state)
{
	Archive *archive = *state;
	g_autofree char *content = g_strnfill(3 * 1024 * 1024, 'x');
	g_autofree char *id = NULL;
	g_autoptr(GDir) spool = NULL;

	for (gsize at = 0; at + 70 < strlen(content); at += 70)
		memcpy(content + at, "\r\n", 2);
	id = put_mail(archive->store, "C-1", content);
	check_mail(archive->store, id, content);
	reopen(archive);
	check_mail(archive->store, id, content);
	spool = g_dir_open(store_spool(archive->store), 0, NULL);
	assert_null(g_dir_read_name(spool));
}

static void
test_a_batch_has_its_drafts_in_order_and_numbers_them(void **state)
{
	Archive *archive = *state;
	Draft *drafts[5];

	for (gsize i = 0; i < G_N_ELEMENTS(drafts); i++) {
		drafts[i] = make_mail(archive->store, "C-1", "a\r\n");
		draft_add_case(drafts[i], "C-1"); /* counts once */
		if (i % 2 == 0)
			draft_add_case(drafts[i], "C-2");
	}
	assert_true(store_put(archive->store, drafts, G_N_ELEMENTS(drafts), NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(drafts); i++)
		draft_free(drafts[i]);
	assert_int_equal(check_whole(archive->store), 6);
}

static gpointer
put_many(gpointer data)
{
	Store *store = data;

	for (int i = 0; i < PUTS_EACH; i++) {
		g_autofree char *case_id = g_strdup_printf("C-%d", i % 3);
		g_autofree char *id = put_mail(store, case_id, "Subject: a\r\n\r\nb\r\n");

		check_mail(store, id, "Subject: a\r\n\r\nb\r\n");
	}
	return NULL;
}

static void
test_many_threads_leave_one_chain_per_case(void **state)
{
	Archive *archive = *state;
	GThread *threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("put", put_many, archive->store);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	assert_int_equal(check_whole(archive->store), THREADS * PUTS_EACH + 1);
	reopen(archive);
	assert_int_equal(check_whole(archive->store), THREADS * PUTS_EACH + 1);
}

static void
test_lists_have_everything_that_was_put_before(void **state)
{
	Archive *archive = *state;
	g_autofree char *one = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *two = put_mail(archive->store, "C-2", "a\r\n");
	g_autofree char *three = put_mail(archive->store, "C-1", "a\r\n");
	const StoreQuery by_case = { .case_id = "C-1" };
	const StoreQuery newest = { .type = "mail", .limit = 2 };
	g_autofree char *full = NULL;

	for (int i = 0; i < 2; i++) {
		g_autoptr(GPtrArray) ids = store_list(archive->store, &by_case, NULL);
		g_autoptr(GPtrArray) last = store_list(archive->store, &newest, NULL);

		assert_int_equal(ids->len, 2);
		assert_string_equal(ids->pdata[0], one);
		assert_string_equal(ids->pdata[1], three);
		assert_int_equal(last->len, 2);
		assert_string_equal(last->pdata[0], two);
		assert_string_equal(last->pdata[1], three);
		store_close(archive->store);
		archive->store = open_at(archive->directory, i == 0);
	}
	full = store_resolve(archive->store, two, NULL);
	assert_string_equal(full, two);
}

static void
test_a_prefix_of_none_or_many_is_told_apart(void **state)
{
	Archive *archive = *state;
	g_autofree char *one = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *two = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *prefix = g_strndup(one, 6);
	g_autoptr(GError) many = NULL;
	g_autoptr(GError) none = NULL;
	g_autoptr(GError) missing = NULL;

	(void)two;
	assert_null(store_resolve(archive->store, prefix, &many));
	assert_true(g_error_matches(many, STORE_ERROR, STORE_ERROR_MANY));
	assert_null(store_resolve(archive->store, "7ZZZ", &none));
	assert_true(g_error_matches(none, STORE_ERROR, STORE_ERROR_MISSING));
	assert_null(store_get(archive->store, "01ARZ3NDEKTSV4RRFFQ69G5FAV", &missing));
	assert_true(g_error_matches(missing, STORE_ERROR, STORE_ERROR_MISSING));
}

/* [9] */
static void
test_a_corrupt_index_is_made_anew(void **state)
{
	Archive *archive = *state;
	g_autofree char *id = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *index =
		g_build_filename(archive->directory, "index.sqlite", NULL);
	const StoreQuery query = { .case_id = "C-1" };
	g_autoptr(GPtrArray) ids = NULL;
	g_autoptr(GPtrArray) again = NULL;

	store_close(archive->store);
	assert_true(g_file_set_contents(index, "this is no database at all", -1, NULL));
	open_archive(archive);
	ids = store_list(archive->store, &query, NULL);
	assert_int_equal(ids->len, 1);
	assert_string_equal(ids->pdata[0], id);
	assert_true(store_reindex(archive->store, NULL, NULL, NULL));
	again = store_list(archive->store, &query, NULL);
	assert_int_equal(again->len, 1);
}

/* How many times a list was whole while the index was made anew. */
typedef struct Asked {
	Store *store;
	guint whole, times;
} Asked;

static void
ask_meanwhile(guint64 done, guint64 of, void *data)
{
	const StoreQuery query = { .case_id = "C-1" };
	Asked *asked = data;
	g_autoptr(GPtrArray) ids = store_list(asked->store, &query, NULL);

	assert_true(done <= of);
	asked->times++;
	asked->whole += ids != NULL && ids->len == MANY;
}

/* [9] */
static void
test_lists_are_answered_while_the_index_is_made_anew(void **state)
{
	Archive *archive = *state;
	Asked asked = { archive->store, 0, 0 };

	for (int i = 0; i < MANY; i++)
		g_free(put_mail(archive->store, "C-1", "a\r\n"));
	assert_true(store_reindex(archive->store, ask_meanwhile, &asked, NULL));
	assert_true(asked.times > 0);
	assert_int_equal(asked.whole, asked.times);
	ask_meanwhile(0, 0, &asked);
	assert_int_equal(asked.whole, asked.times);
}

/* [10] */
static void
test_a_second_opener_is_refused(void **state)
{
	Archive *archive = *state;
	const StoreOptions options = { .directory = archive->directory };
	g_autoptr(GError) error = NULL;

	assert_null(store_open(&options, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_LOCKED));
}

static void
test_without_a_signer_nothing_is_taken(void **state)
{
	Archive *archive = *state;
	g_autoptr(Draft) draft = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *fault = NULL;

	store_close(archive->store);
	archive->store = open_at(archive->directory, false);
	draft = make_mail(archive->store, "C-1", "a\r\n");
	assert_false(store_put(archive->store, &draft, 1, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_STOPPED));
	fault = store_fault(archive->store);
	assert_non_null(fault);
}

enum { MANY_CASES = 40, MAILS = 60 };

static gpointer
put_mails(gpointer data)
{
	Store *store = data;

	for (int i = 0; i < MAILS; i++) {
		g_autofree char *case_id = g_strdup_printf("C-%d", i % MANY_CASES);
		g_autofree char *id = put_mail(store, case_id, "a\r\n");
	}
	return NULL;
}

static void
count_progress(guint64 done, guint64 of, void *data)
{
	guint *calls = data;

	assert_true(done <= of);
	++*calls;
}

/* [3], [4]: they are numbered ahead, and mail of the same cases comes in between. */
static void
test_many_are_put_as_one_while_others_put(void **state)
{
	Archive *archive = *state;
	g_autoptr(GPtrArray) drafts = g_ptr_array_new();
	GThread *mails = NULL;
	guint calls = 0;

	for (int i = 0; i < MANY; i++) {
		g_autofree char *case_id = g_strdup_printf("C-%d", i % MANY_CASES);
		g_autofree char *key = g_strdup_printf("A-%d", i);
		g_autoptr(json_t) payload = json_pack("{s:s}", "value", key);
		Draft *draft = draft_new("agreement", i);

		draft_set_key(draft, key);
		if (i % 7 != 0)
			draft_add_case(draft, case_id);
		if (i % 11 == 0)
			draft_add_case(draft, "C-other");
		draft_set_payload(draft, payload);
		g_ptr_array_add(drafts, draft);
	}
	mails = g_thread_new("mails", put_mails, archive->store);
	assert_true(store_put_many(archive->store, (Draft *const *)drafts->pdata,
				   drafts->len, count_progress, &calls, NULL));
	g_thread_join(mails);
	for (int i = 0; i < MANY; i++) {
		g_autofree char *key = g_strdup_printf("A-%d", i);

		check_value(archive->store, "agreement", key, key);
		draft_free(drafts->pdata[i]);
	}
	assert_true(calls > 0);
	assert_int_equal(check_whole(archive->store), 1 + MANY + MAILS);
}

static void
test_a_snapshot_stands_for_all_before_it(void **state)
{
	Archive *archive = *state;
	g_autofree char *clock = scratch_file(archive->scratch, "clock");
	g_autofree char *one = put_mail(archive->store, "C-1", "a\r\n");
	g_autofree char *relative = record_path(one);
	g_autofree char *path = g_build_filename(archive->directory, relative, NULL);
	g_autofree char *two = NULL;
	g_autofree char *fault = NULL;

	put_thing(archive->store, "person", "C-1", "one", false);
	assert_true(g_file_set_contents(clock, "90000", -1, NULL));
	g_setenv("CHAPERONE_CLOCK", clock, TRUE);
	assert_true(store_snapshot(archive->store, NULL));
	assert_true(store_snapshot(archive->store, NULL)); /* nothing new: none */
	g_unsetenv("CHAPERONE_CLOCK");
	assert_int_equal(check_whole(archive->store), 4);
	reopen(archive);
	store_close(archive->store);
	assert_int_equal(g_unlink(path), 0); /* so that it cannot be read again */
	open_archive(archive);
	fault = store_fault(archive->store);
	assert_null(fault);
	check_value(archive->store, "person", "C-1", "one");
	two = put_mail(archive->store, "C-1", "b\r\n");
	{
		g_autoptr(Record) record = store_get(archive->store, two, NULL);
		const json_t *cases = json_object_get(record_json(record), "cases");

		assert_int_equal(json_number(json_array_get(cases, 0), "number", 0), 2);
	}
}

/* [9]: what an agreement or its end has said must not be undone by removing it. */
static void
test_a_missing_decisive_record_stops_the_store(void **state)
{
	Archive *archive = *state;
	g_autofree char *fault = NULL;
	g_autofree char *path = NULL;

	put_thing(archive->store, "agreement", "A-1", "one", false);
	{
		g_autoptr(json_t) json = store_latest(archive->store, "agreement", "A-1");
		g_autofree char *relative = record_path(json_text(json, "id"));

		path = g_build_filename(archive->directory, relative, NULL);
	}
	store_close(archive->store);
	assert_int_equal(g_unlink(path), 0);
	open_archive(archive);
	fault = store_fault(archive->store);
	assert_non_null(strstr(fault, "agreement"));
}

/* [10] */
static void
test_offline_reads_all_and_writes_nothing(void **state)
{
	Archive *archive = *state;
	g_autofree char *id = put_mail(archive->store, "C-1", "a\r\n");
	g_autoptr(Draft) draft = NULL;

	store_close(archive->store);
	archive->store = open_at(archive->directory, true);
	check_mail(archive->store, id, "a\r\n");
	draft = make_mail(archive->store, "C-1", "a\r\n");
	assert_false(store_put(archive->store, &draft, 1, NULL));
}

/* A disk of 8 MiB; NULL where we may not mount. */
static char *
mount_small(const Archive *archive)
{
	g_autofree char *small = scratch_file(archive->scratch, "small");

	assert_int_equal(g_mkdir(small, 0700), 0);
	if (mount("none", small, "tmpfs", 0, "size=8m") != 0)
		return NULL;
	return g_steal_pointer(&small);
}

/* [8] */
static void
test_a_full_disk_is_told_and_passes(void **state)
{
	Archive *archive = *state;
	g_autofree char *small = mount_small(archive);
	g_autofree char *directory = NULL;
	g_autofree char *filler = NULL;
	g_autofree char *zeros = NULL;
	g_autofree char *id = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Draft) draft = NULL;
	Store *store;

	if (small == NULL)
		skip();
	directory = g_build_filename(small, "archive", NULL);
	filler = g_build_filename(small, "filler", NULL);
	zeros = g_malloc0(8 * 1024 * 1024);
	assert_true(store_init(directory, NULL));
	store = open_at(directory, false);
	assert_true(store_set_signer(store, scratch_signer(archive->scratch), NULL));
	id = put_mail(store, "C-1", "a\r\n");
	assert_false(file_replace(filler, zeros, 8 * 1024 * 1024, 0600, NULL));
	{
		const int fd = g_creat(filler, 0600);

		while (write(fd, zeros, 4096) > 0)
			;
		close(fd);
	}
	draft = make_mail(store, "C-1", "b\r\n");
	assert_false(store_put(store, &draft, 1, &error));
	assert_true(g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL));
	g_unlink(filler);
	assert_true(store_put(store, &draft, 1, NULL));
	assert_int_equal(check_whole(store), 3);
	store_close(store);
	umount(small);
}

int
main(void)
{
#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_what_was_put_is_read_at_once_and_after_a_restart),
		STORE_TEST(test_the_first_record_introduces_the_certificate),
		STORE_TEST(test_a_new_certificate_is_introduced_before_it_signs),
		STORE_TEST(test_the_current_state_is_the_latest_of_each_key),
		STORE_TEST(test_contents_past_a_mebibyte_go_through_the_spool),
		STORE_TEST(test_a_batch_has_its_drafts_in_order_and_numbers_them),
		STORE_TEST(test_many_threads_leave_one_chain_per_case),
		STORE_TEST(test_lists_have_everything_that_was_put_before),
		STORE_TEST(test_a_prefix_of_none_or_many_is_told_apart),
		STORE_TEST(test_a_corrupt_index_is_made_anew),
		STORE_TEST(test_lists_are_answered_while_the_index_is_made_anew),
		STORE_TEST(test_a_second_opener_is_refused),
		STORE_TEST(test_without_a_signer_nothing_is_taken),
		STORE_TEST(test_many_are_put_as_one_while_others_put),
		STORE_TEST(test_a_snapshot_stands_for_all_before_it),
		STORE_TEST(test_a_missing_decisive_record_stops_the_store),
		STORE_TEST(test_offline_reads_all_and_writes_nothing),
		STORE_TEST(test_a_full_disk_is_told_and_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
