/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_crash.c - a process that dies at any step loses nothing that it answered
 *
 * Numbers in brackets are the invariants at the head of archive/store.c.
 */
#include "config.h"

#include "archive/store.h"
#include "archive/verify.h"
#include "base/clock.h"
#include "base/file.h"
#include "tests/archive/scratch.h"
#include "tests/testing.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PUTS = 6, LONG_EVERY = 3 };

/* Where the child dies; NULL: after its last put, with nothing filed. */
typedef struct Death {
	const char *step;
	int countdown;
} Death;

static void
die(const char *name, void *data)
{
	Death *death = data;

	while (death->step == NULL)
		pause();
	if (strcmp(name, death->step) == 0 && death->countdown-- == 0)
		raise(SIGKILL);
}

static Store *
open_store(const char *directory, Death *death)
{
	const StoreOptions options = { .directory = directory,
				       .origin = "agency.example/archive",
				       .reserve = 4096,
				       .segment = 64 * 1024,
				       .step = death != NULL ? die : NULL,
				       .step_data = death };
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&options, &error);

	if (store == NULL)
		print_message("%s\n", error->message);
	return store;
}

static char *
make_content(int number)
{
	return number % LONG_EVERY == 1 ? g_strnfill(1100 * 1024, 'x')
					: g_strdup_printf("Subject: %d\r\n\r\n", number);
}

/* The child: puts, and tells each id once it was answered. */
static void
put_and_die(const Scratch *scratch, const char *directory, int told, Death *death)
{
	Store *store = open_store(directory, death);

	if (store == NULL || !store_set_signer(store, scratch_signer(scratch), NULL) ||
	    !store_set_log_key(store, scratch_log_key(scratch), NULL))
		_exit(1);
	for (int i = 0; i < PUTS; i++) {
		g_autoptr(Draft) draft = draft_new("mail", clock_now());
		g_autofree char *content = make_content(i);

		draft_add_case(draft, "C-1");
		draft_open_content(draft, store_spool(store));
		if (!draft_write(draft, content, strlen(content), NULL) ||
		    !store_put(store, &draft, 1, NULL) ||
		    write(told, draft_id(draft), ULID_LEN) != ULID_LEN)
			_exit(1);
	}
	if (death->step != NULL)
		store_close(store);
	raise(SIGKILL);
}

/* Runs the child; the ids that it told. */
static char *
run_child(const Scratch *scratch, const char *directory, Death *death)
{
	g_autofree char *path = scratch_file(scratch, "told");
	const int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	char *ids = NULL;
	int status = -1;
	const pid_t child = fork();

	assert_true(fd >= 0 && child >= 0);
	if (child == 0)
		put_and_die(scratch, directory, fd, death);
	close(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(g_file_get_contents(path, &ids, NULL, NULL));
	return ids;
}

static bool
count_entry(const StoreEntry *entry, void *data)
{
	guint *count = data;

	assert_int_equal(entry->position, (*count)++);
	return true;
}

static void
check_answered(Store *store, const char *ids)
{
	const gsize answered = strlen(ids) / ULID_LEN;
	guint count = 0;

	for (gsize i = 0; i < answered; i++) {
		g_autofree char *id = g_strndup(ids + i * ULID_LEN, ULID_LEN);
		g_autofree char *content = make_content((int)i);
		g_autoptr(Record) record = store_get(store, id, NULL);
		g_autoptr(GBytes) original = NULL;

		assert_non_null(record);
		original = record_original(record, NULL);
		assert_non_null(original);
		assert_int_equal(g_bytes_get_size(original), strlen(content));
		assert_memory_equal(g_bytes_get_data(original, NULL), content,
				    strlen(content));
	}
	assert_true(store_iterate(store, 0, count_entry, &count, NULL));
	assert_in_range(count, answered, answered + 2); /* the key; one not told */
}

static Scratch *
make_archive(char **directory)
{
	Scratch *scratch = scratch_new();

	*directory = scratch_file(scratch, "archive");
	assert_true(store_init(*directory, NULL));
	return scratch;
}

/* [1] [2] [5] [6] */
static void
test_a_crash_after_any_step_of_filing_loses_nothing(void **state)
{
	static const char *const steps[] = { "written", "synced",   "linked",  "named",
					     "stamped", "entered",  "cleared", "dropped",
					     "tiled",   "published" };

	(void)state;
	for (gsize i = 0; i < 2 * G_N_ELEMENTS(steps); i++) {
		g_autofree char *directory = NULL;
		g_autoptr(Scratch) scratch = make_archive(&directory);
		Death death = { steps[i / 2], (int)(i % 2) };
		g_autofree char *ids = run_child(scratch, directory, &death);

		for (int again = 0; again < 2; again++) {
			Store *store = open_store(directory, NULL);
			g_autofree char *spool = g_strdup(store_spool(store));
			g_autoptr(GDir) dir = NULL;

			check_answered(store, ids);
			store_close(store);
			dir = g_dir_open(spool, 0, NULL);
			assert_null(g_dir_read_name(dir));
		}
	}
}

/* The checkpoint that a start from a copy of what a crash left publishes. */
static char *
recover(const Scratch *scratch, const char *directory, const char *name)
{
	g_autofree char *copy = scratch_file(scratch, name);
	g_autofree char *path = g_build_filename(copy, "log", "checkpoint", NULL);
	char *note = NULL;
	Store *store;

	scratch_copy(directory, copy);
	store = open_store(copy, NULL);
	assert_true(store_set_signer(store, scratch_signer(scratch), NULL));
	assert_true(store_set_log_key(store, scratch_log_key(scratch), NULL));
	store_close(store);
	assert_true(g_file_get_contents(path, &note, NULL, NULL));
	return note;
}

static void
assert_whole(const char *directory, const char *pinned)
{
	const StoreOptions options = { .directory = directory, .is_offline = true };
	const VerifyOptions how = { .pinned = pinned };
	Store *store = store_open(&options, NULL);
	g_autoptr(json_t) result = verify_archive(store, &how, NULL);
	g_autofree char *text = json_write(result);

	if (!json_truth(result, "ok"))
		print_message("%s\n", text);
	assert_true(json_truth(result, "ok"));
	store_close(store);
}

static void
test_a_crash_after_any_step_leads_to_the_same_checkpoint(void **state)
{
	static const char *const steps[] = { "named",   "stamped", "entered",
					     "dropped", "tiled",   "published" };

	(void)state;
	for (gsize i = 0; i < 2 * G_N_ELEMENTS(steps); i++) {
		g_autofree char *directory = NULL;
		g_autoptr(Scratch) scratch = make_archive(&directory);
		Death death = { steps[i / 2], (int)(i % 2) };
		g_autofree char *ids = run_child(scratch, directory, &death);
		g_autofree char *path =
			g_build_filename(directory, "log", "checkpoint", NULL);
		g_autofree char *second_copy = scratch_file(scratch, "second");
		g_autofree char *first = recover(scratch, directory, "first");
		g_autofree char *second = recover(scratch, directory, "second");
		g_autofree char *before = NULL;

		assert_string_equal(first, second);
		g_file_get_contents(path, &before, NULL, NULL);
		assert_whole(second_copy, before);
	}
}

/* The one segment that has batches, by its name. */
static char *
find_segment(const char *directory)
{
	g_autofree char *journal = g_build_filename(directory, "journal", NULL);
	g_autoptr(GDir) dir = g_dir_open(journal, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(journal, name, NULL);
		g_autoptr(GBytes) bytes = file_read(path, G_MAXUINT32, NULL);

		if (memcmp(g_bytes_get_data(bytes, NULL), "chapjrn1", 8) == 0)
			return g_steal_pointer(&path);
	}
	return NULL;
}

static void
change_byte(const char *path, off_t at)
{
	const int fd = open(path, O_RDWR);
	char byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* [2] */
static void
test_what_is_only_in_the_journal_is_read_and_filed(void **state)
{
	g_autofree char *directory = NULL;
	g_autoptr(Scratch) scratch = make_archive(&directory);
	Death death = { NULL, 0 };
	g_autofree char *ids = run_child(scratch, directory, &death);
	Store *store;

	(void)state;
	assert_int_equal(strlen(ids), PUTS * ULID_LEN);
	store = open_store(directory, NULL);
	check_answered(store, ids);
	store_close(store);
	assert_null(find_segment(directory));
	store = open_store(directory, NULL);
	check_answered(store, ids);
	store_close(store);
}

/* [7] */
static void
test_damage_is_named_and_what_is_before_it_is_read(void **state)
{
	g_autofree char *directory = NULL;
	g_autoptr(Scratch) scratch = make_archive(&directory);
	Death death = { NULL, 0 };
	g_autofree char *ids = run_child(scratch, directory, &death);
	g_autofree char *segment = find_segment(directory);
	g_autofree char *fault = NULL;
	g_autofree char *first = g_strndup(ids, ULID_LEN);
	g_autoptr(Record) record = NULL;
	Store *store;

	(void)state;
	change_byte(segment, 12000); /* past the first batch, before the last */
	store = open_store(directory, NULL);
	assert_true(store_set_signer(store, scratch_signer(scratch), NULL));
	fault = store_fault(store);
	assert_non_null(strstr(fault, "damaged at batch"));
	record = store_get(store, first, NULL);
	assert_non_null(record);
	store_close(store);
	assert_true(g_file_test(segment, G_FILE_TEST_EXISTS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_crash_after_any_step_of_filing_loses_nothing),
		cmocka_unit_test(
			test_a_crash_after_any_step_leads_to_the_same_checkpoint),
		cmocka_unit_test(test_what_is_only_in_the_journal_is_read_and_filed),
		cmocka_unit_test(test_damage_is_named_and_what_is_before_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
