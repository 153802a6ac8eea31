/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_erase.c - what is erased is in no file any more, and everything else is whole
 */
#include "config.h"

#include "archive/erase.h"
#include "archive/verify.h"
#include "base/clock.h"
#include "base/file.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Words that stand in one record alone. */
#define MAIL_WORD   "zanzibarquince"
#define PERSON_WORD "wolframitelynx"
#define KEPT_WORD   "ordinaryteapot"

typedef struct Shelf {
	Scratch *scratch;
	char *directory;
	Store *store;
	char *person, *mail, *kept;
} Shelf;

/* Where a child dies. */
typedef struct Death {
	const char *step;
	int countdown;
} Death;

static void
die(const char *name, void *data)
{
	Death *death = data;

	if (strcmp(name, death->step) == 0 && death->countdown-- == 0)
		raise(SIGKILL);
}

static void
read_text(const Record *record, StoreText *text)
{
	g_autoptr(GBytes) original = record_original(record, NULL);
	gsize len = 0;
	const char *data = original == NULL ? NULL : g_bytes_get_data(original, &len);

	if (data != NULL)
		text->text = g_strndup(data, len);
	text->names = g_strdup(json_text(record_payload(record), "name"));
}

static bool
shelf_open(Shelf *shelf, Death *death)
{
	const StoreOptions options = { .directory = shelf->directory,
				       .origin = "agency.example/archive",
				       .reserve = 1,
				       .segment = 64 * 1024,
				       .read = read_text,
				       .step = death != NULL ? die : NULL,
				       .step_data = death };

	shelf->store = store_open(&options, NULL);
	return shelf->store != NULL &&
	       store_set_signer(shelf->store, scratch_signer(shelf->scratch), NULL) &&
	       store_set_log_key(shelf->store, scratch_log_key(shelf->scratch), NULL);
}

static void
shelf_close(Shelf *shelf)
{
	store_close(shelf->store);
	shelf->store = NULL;
}

static char *
put(Shelf *shelf, const char *type, const char *key, const char *name,
    const char *content)
{
	g_autoptr(Draft) draft = draft_new(type, clock_now());
	g_autoptr(json_t) payload = json_pack("{s:s?}", "name", name);

	draft_add_case(draft, "C1");
	if (key != NULL)
		draft_set_key(draft, key);
	draft_set_payload(draft, payload);
	if (content != NULL) {
		draft_open_content(draft, store_spool(shelf->store));
		assert_true(draft_write(draft, content, strlen(content), NULL));
	}
	assert_true(store_put(shelf->store, &draft, 1, NULL));
	return g_strdup(draft_id(draft));
}

static bool
take_snapshot(Shelf *shelf)
{
	g_autoptr(GArray) nothing = g_array_new(FALSE, FALSE, sizeof(guint64));

	return store_forget(shelf->store, nothing, NULL);
}

static int
set_up(void **state)
{
	Shelf *shelf = g_new0(Shelf, 1);

	shelf->scratch = scratch_new();
	shelf->directory = scratch_file(shelf->scratch, "archive");
	assert_true(store_init(shelf->directory, NULL));
	assert_true(shelf_open(shelf, NULL));
	shelf->person = put(shelf, "person", "C1", PERSON_WORD, NULL);
	shelf->mail = put(shelf, "mail", NULL, NULL, "Subject: x\r\n\r\n" MAIL_WORD);
	shelf->kept = put(shelf, "mail", NULL, NULL, "Subject: y\r\n\r\n" KEPT_WORD);
	assert_true(take_snapshot(shelf));
	*state = shelf;
	return 0;
}

static int
tear_down(void **state)
{
	Shelf *shelf = *state;

	store_close(shelf->store);
	scratch_free(shelf->scratch);
	g_free(shelf->directory);
	g_free(shelf->person);
	g_free(shelf->mail);
	g_free(shelf->kept);
	g_free(shelf);
	return 0;
}

static bool
erase(Shelf *shelf, const char *one, const char *two)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload = json_pack("{s:s}", "reason", "a test");
	const Erasure erasure = { "erase:1", ids, actor, payload };

	g_ptr_array_add(ids, (gpointer)(gsize)one);
	if (two != NULL)
		g_ptr_array_add(ids, (gpointer)(gsize)two);
	return erase_records(shelf->store, &erasure, NULL);
}

/* Whether any file below a directory has a word in it. */
static bool
has_word(const char *path, const char *word)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GBytes) bytes = dir == NULL ? file_read(path, G_MAXSSIZE, NULL) : NULL;
	const char *name;
	bool is_found = bytes != NULL && g_bytes_get_size(bytes) > 0 &&
			memmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
			       word, strlen(word)) != NULL;

	while (!is_found && dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		is_found = has_word(below, word);
	}
	return is_found;
}

/* "missing C, altered P, 2 erased": by the record's letter, and the notes. */
static void
assert_verified(Shelf *shelf, const char *expected)
{
	const VerifyOptions options = { NULL };
	g_autoptr(json_t) result = verify_archive(shelf->store, &options, NULL);
	g_autoptr(GString) found = g_string_new(NULL);
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(result, "problems"), i, one) {
		const char *id = json_text(one, "id");

		g_string_append_printf(found, "%s %s, ", json_text(one, "problem"),
				       strcmp(id, shelf->mail) == 0     ? "mail"
				       : strcmp(id, shelf->person) == 0 ? "person"
									: "other");
	}
	json_array_foreach(json_object_get(result, "notes"), i, one)
		g_string_append_printf(found, "%s, ", json_string_value(one));
	assert_string_equal(found->str, expected);
}

/* Everything that was put has its place in the index. */
static gsize
count_found(Shelf *shelf, const char *word)
{
	const char *words[] = { word, NULL };
	const StoreQuery query = { .words = words };
	g_autoptr(GPtrArray) ids = store_list(shelf->store, &query, NULL);

	assert_non_null(ids);
	return ids->len;
}

static void
test_no_file_holds_a_word_of_what_was_erased(void **state)
{
	Shelf *shelf = *state;

	assert_int_equal(count_found(shelf, MAIL_WORD), 1);
	assert_true(has_word(shelf->directory, MAIL_WORD));
	assert_true(has_word(shelf->directory, PERSON_WORD));
	assert_true(erase(shelf, shelf->mail, shelf->person));
	assert_false(has_word(shelf->directory, MAIL_WORD));
	assert_false(has_word(shelf->directory, PERSON_WORD));
	assert_true(has_word(shelf->directory, KEPT_WORD));
	assert_int_equal(count_found(shelf, MAIL_WORD), 0);
	assert_int_equal(count_found(shelf, KEPT_WORD), 1);
}

static void
test_everything_else_still_verifies(void **state)
{
	Shelf *shelf = *state;
	g_autoptr(json_t) person = NULL;

	assert_true(erase(shelf, shelf->mail, shelf->person));
	count_found(shelf, KEPT_WORD);
	/* and the snapshot that held the person */
	assert_verified(shelf, "3 erased, ");
	assert_true(store_reindex(shelf->store, NULL, NULL, NULL));
	assert_verified(shelf, "3 erased, ");
	shelf_close(shelf);
	assert_true(shelf_open(shelf, NULL));
	assert_null(store_fault(shelf->store));
	person = store_latest(shelf->store, "person", "C1");
	assert_null(person);
	count_found(shelf, KEPT_WORD);
	assert_verified(shelf, "3 erased, ");
}

/* The newest snapshot gone as well: every record is read, and one that an erasure
 * took is no fault. */
static void
test_a_start_without_a_snapshot_takes_the_tombstone_for_it(void **state)
{
	Shelf *shelf = *state;
	const StoreQuery query = { .type = "snapshot" };
	g_autoptr(GPtrArray) ids = NULL;
	g_autoptr(json_t) person = NULL;

	assert_true(erase(shelf, shelf->person, NULL));
	ids = store_list(shelf->store, &query, NULL);
	assert_int_equal(ids->len, 1);
	shelf_close(shelf);
	for (guint i = 0; i < ids->len; i++) {
		g_autofree char *relative = record_path(ids->pdata[i]);
		g_autofree char *path =
			g_build_filename(shelf->directory, relative, NULL);

		assert_int_equal(g_unlink(path), 0);
	}
	assert_true(shelf_open(shelf, NULL));
	assert_null(store_fault(shelf->store));
	person = store_latest(shelf->store, "person", "C1");
	assert_null(person);
}

static char *
file_of(const Shelf *shelf, const char *id)
{
	g_autofree char *relative = record_path(id);

	return g_build_filename(shelf->directory, relative, NULL);
}

static void
test_a_missing_file_is_right_only_with_its_tombstone(void **state)
{
	Shelf *shelf = *state;
	g_autofree char *mail = file_of(shelf, shelf->mail);
	g_autofree char *person = file_of(shelf, shelf->person);

	assert_true(erase(shelf, shelf->mail, NULL));
	count_found(shelf, KEPT_WORD);
	assert_int_equal(g_unlink(person), 0);
	assert_verified(shelf, "missing person, 1 erased, ");
}

static void
test_a_file_that_came_back_is_a_finding(void **state)
{
	Shelf *shelf = *state;
	g_autofree char *mail = file_of(shelf, shelf->mail);
	g_autofree char *bytes = NULL;
	gsize len;

	assert_true(g_file_get_contents(mail, &bytes, &len, NULL));
	assert_true(erase(shelf, shelf->mail, NULL));
	count_found(shelf, KEPT_WORD);
	assert_true(g_file_set_contents(mail, bytes, (gssize)len, NULL));
	assert_verified(shelf, "unexpected mail, 1 erased, ");
}

static void
test_a_row_that_came_back_is_a_finding(void **state)
{
	Shelf *shelf = *state;
	g_autofree char *path = g_build_filename(shelf->directory, "index.sqlite", NULL);
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO record VALUES (2, '%s', 'mail', 0, NULL)", shelf->mail);
	sqlite3 *db = NULL;

	assert_true(erase(shelf, shelf->mail, NULL));
	count_found(shelf, KEPT_WORD);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_verified(shelf, "index mail, 1 erased, ");
}

/* The tombstone of an erasure, by its id. */
static char *
find_tombstone(Shelf *shelf)
{
	const StoreQuery query = { .type = "erased" };
	g_autoptr(GPtrArray) ids = store_list(shelf->store, &query, NULL);

	assert_int_equal(ids->len, 1);
	return g_strdup(ids->pdata[0]);
}

static void
test_a_forged_tombstone_excuses_nothing(void **state)
{
	Shelf *shelf = *state;
	g_autofree char *person = file_of(shelf, shelf->person);
	g_autofree char *tombstone = NULL;
	g_autofree char *path = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GString) forged = NULL;

	assert_true(erase(shelf, shelf->mail, NULL));
	count_found(shelf, KEPT_WORD);
	tombstone = find_tombstone(shelf);
	path = file_of(shelf, tombstone);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	forged = g_string_new(text);
	g_string_replace(forged, shelf->mail, shelf->person, 0);
	assert_int_equal(g_unlink(path), 0);
	assert_true(g_file_set_contents(path, forged->str, -1, NULL));
	assert_int_equal(g_unlink(person), 0);
	assert_verified(shelf, "missing person, missing mail, altered other, ");
}

/* --- crashes ---------------------------------------------------------------------- */

static void
erase_and_die(Shelf *shelf, Death *death)
{
	if (shelf_open(shelf, death))
		erase(shelf, shelf->mail, shelf->person);
	raise(SIGKILL);
}

static void
crash(Shelf *shelf, Death *death)
{
	int status = -1;
	const pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		erase_and_die(shelf, death);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

/* Whatever the crash left, the next start ends with either: nothing was erased, or
 * all of it. */
static void
check_recovered(Shelf *shelf)
{
	const StoreQuery query = { .type = "erased" };
	g_autoptr(GPtrArray) ids = NULL;
	bool is_erased;

	assert_true(shelf_open(shelf, NULL));
	assert_true(erase_finish(shelf->store, NULL));
	ids = store_list(shelf->store, &query, NULL);
	is_erased = ids->len > 0;
	assert_true(has_word(shelf->directory, MAIL_WORD) == !is_erased);
	assert_true(has_word(shelf->directory, PERSON_WORD) == !is_erased);
	assert_verified(shelf, is_erased ? "3 erased, " : "");
}

static void
test_a_crash_in_the_middle_is_completed_at_the_next_start(void **state)
{
	static const char *const steps[] = { "written", "linked",  "entered",
					     "cleared", "dropped", "published" };
	Shelf *shelf = *state;
	g_autofree char *whole = g_strdup(shelf->directory);

	shelf_close(shelf);
	for (gsize i = 0; i < 3 * G_N_ELEMENTS(steps); i++) {
		Death death = { steps[i / 3], (int)(i % 3) };

		g_free(shelf->directory);
		shelf->directory = g_strdup_printf("%s%zu", whole, i);
		scratch_copy(whole, shelf->directory);
		crash(shelf, &death);
		check_recovered(shelf);
		shelf_close(shelf);
	}
}

int
main(void)
{
#define SHELF(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		SHELF(test_no_file_holds_a_word_of_what_was_erased),
		SHELF(test_everything_else_still_verifies),
		SHELF(test_a_start_without_a_snapshot_takes_the_tombstone_for_it),
		SHELF(test_a_missing_file_is_right_only_with_its_tombstone),
		SHELF(test_a_file_that_came_back_is_a_finding),
		SHELF(test_a_row_that_came_back_is_a_finding),
		SHELF(test_a_forged_tombstone_excuses_nothing),
		SHELF(test_a_crash_in_the_middle_is_completed_at_the_next_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
