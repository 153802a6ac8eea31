/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth.c - P11: what an archive costs as it grows, on the real store
 *
 * usage: growth DIR RECORDS
 *
 * Makes DIR/archive with so many synthetic records, unless it is there from before, and
 * prints "name wall processor", in microseconds, for putting (its last tenth), starting, looking up, searching,
 * exporting one case, verifying and reindexing.  What is found and exported is counted and
 * must be right; times are told and never judged.
 *
 * Records are mail of a few hundred words: 50 cases at a time get 200 each, a minute
 * passes between two, and a snapshot is taken as the daemon takes them.
 */
#include "config.h"

#include "archive/export.h"
#include "archive/verify.h"
#include "base/file.h"
#include "desk/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	THREADS = 16,
	CASES_AT_ONCE = 50,
	RECORDS_OF_CASE = 200,
	STRETCH = CASES_AT_ONCE * RECORDS_OF_CASE,
	REPEATS = 50,
	WORDS = 150,
};

#define FIRST_TIME     G_GINT64_CONSTANT(1700000000000)
#define MS_OF_A_MINUTE 60000

static const char origin[] = "agency.example/archive";

typedef struct Growth {
	char *directory; /* that was named */
	char *archive;
	guint64 records;
	char *late_case; /* one of the newest, with all of its records */
	gint next;       /* number of the next record, taken by the threads in turn */
	Store *store;
} Growth;

static void
need(bool is_done, const GError *error, const char *what)
{
	if (is_done)
		return;
	(void)fprintf(stderr, "growth: %s: %s\n", what,
		      error != NULL ? error->message : "is not as it must be");
	exit(1);
}

/* When something began, by the wall and in time of the processor. */
typedef struct Start {
	gint64 wall;
	clock_t cpu;
} Start;

static Start
start_now(void)
{
	return (Start){ g_get_monotonic_time(), clock() };
}

/* What it took since then, for each of so many: microseconds by the wall, and of the
 * processor, which says more where others work on the same machine. */
static void
tell(const char *name, Start start, guint64 count)
{
	const double wall = (double)(g_get_monotonic_time() - start.wall);
	const double cpu = (double)(clock() - start.cpu) * 1e6 / CLOCKS_PER_SEC;

	(void)printf("%-32s %12.1f %12.1f\n", name, wall / (double)count,
		     cpu / (double)count);
	(void)fflush(stdout);
}

/* --- records ---------------------------------------------------------------------- */

static char *
case_of(guint64 number)
{
	return g_strdup_printf("C%" G_GUINT64_FORMAT,
			       number / STRETCH * CASES_AT_ONCE + number % CASES_AT_ONCE);
}

/* Words of a list of 5,000, some frequent and most not, as in what people write; one that
 * no other message has. */
static char *
make_words(guint64 number)
{
	GString *words = g_string_new(NULL);
	GRand *dice = g_rand_new_with_seed((guint32)number);

	for (int i = 0; i < WORDS; i++) {
		const double at = g_rand_double(dice);

		g_string_append_printf(words, "w%d%s", (int)(at * at * at * 5000),
				       i % 12 == 11 ? "\r\n" : " ");
	}
	g_string_append_printf(words, "needle%" G_GUINT64_FORMAT "\r\n", number);
	g_rand_free(dice);
	return g_string_free(words, FALSE);
}

static char *
make_message(guint64 number)
{
	g_autofree char *words = make_words(number);

	return g_strdup_printf("From: Mia <mia%d@agency.example>\r\n"
			       "To: c%d@kids.example\r\n"
			       "Subject: About %s\r\n"
			       "Content-Type: text/plain; charset=utf-8\r\n\r\n%s",
			       (int)(number % 300), (int)(number % CASES_AT_ONCE),
			       number % 2 == 0 ? "Tuesday" : "school", words);
}

static json_t *
make_payload(guint64 number)
{
	g_autofree char *from =
		g_strdup_printf("mia%d@agency.example", (int)(number % 300));

	return json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[]}", "direction",
			 number % 2 == 0 ? "outbound" : "inbound", "verdict",
			 number % 100 == 0 ? "hold" : "pass", "subject",
			 number % 2 == 0 ? "About Tuesday" : "About school", "from", from,
			 "to", "c@kids.example", "findings");
}

static void
put_record(Growth *growth, guint64 number)
{
	const gint64 time = FIRST_TIME + (gint64)number * MS_OF_A_MINUTE;
	g_autofree char *case_id = case_of(number);
	g_autofree char *message = make_message(number);
	g_autoptr(Draft) draft = draft_new("mail", time);
	g_autoptr(json_t) payload = make_payload(number);
	g_autoptr(GError) error = NULL;

	draft_add_case(draft, case_id);
	draft_set_payload(draft, payload);
	draft_open_content(draft, store_spool(growth->store));
	need(draft_write(draft, message, strlen(message), &error) &&
		     store_put(growth->store, &draft, 1, &error),
	     error, "put");
}

static gpointer
put_some(gpointer data)
{
	Growth *growth = data;

	for (;;) {
		const guint64 number = (guint64)g_atomic_int_add(&growth->next, 1);

		if (number >= growth->records)
			return NULL;
		put_record(growth, number);
		if (number % STRETCH == STRETCH - 1)
			store_snapshot(growth->store, NULL);
	}
}

static void
put_until(Growth *growth, guint64 records)
{
	GThread *threads[THREADS];
	const guint64 all = growth->records;

	growth->records = records;
	for (gsize i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("put", put_some, growth);
	for (gsize i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	growth->records = all;
	growth->next = (gint)records;
}

/* --- an archive ------------------------------------------------------------------- */

static char *
inside(const Growth *growth, const char *name)
{
	return g_build_filename(growth->directory, name, NULL);
}

static Store *
open_archive(const Growth *growth, bool is_offline)
{
	const StoreOptions options = { .directory = growth->archive,
				       .origin = origin,
				       .read = words_read,
				       .is_offline = is_offline };
	g_autofree char *path = inside(growth, "signing.key");
	g_autofree char *log = inside(growth, "log.key");
	g_autofree char *certificate = inside(growth, "signing.crt");
	g_autofree char *key = g_strconcat("file:", path, NULL);
	g_autofree char *log_key = g_strconcat("file:", log, NULL);
	g_autoptr(GError) error = NULL;
	Store *store = store_open(&options, &error);

	need(store != NULL, error, "open");
	if (is_offline)
		return store;
	need(store_set_signer(store, signer_open(key, certificate, NULL), &error), error,
	     "signing key");
	need(store_set_log_key(store, log_key_open(log_key, NULL), &error), error,
	     "log key");
	return store;
}

static void
make_archive(const Growth *growth)
{
	g_autofree char *key = inside(growth, "signing.key");
	g_autofree char *log_key = inside(growth, "log.key");
	g_autofree char *certificate = inside(growth, "signing.crt");
	g_autoptr(GError) error = NULL;

	need(file_make_directories(growth->directory, 0700, &error) &&
		     seal_make_identity("Growth", key, certificate, &error) &&
		     seal_make_log_key(log_key, &error) &&
		     store_init(growth->archive, &error),
	     error, "make");
}

/* Until all that was put has its file and its place in the index. */
static void
wait_for_index(const Growth *growth)
{
	const StoreQuery query = { .type = "none" };
	g_autoptr(GPtrArray) ids = NULL;

	while (ids == NULL)
		ids = store_list(growth->store, &query, NULL);
}

/* Everything but the last tenth, and then that, with the clock running. */
static void
fill(Growth *growth)
{
	const guint64 before = growth->records - growth->records / 10;
	Start start;

	make_archive(growth);
	growth->store = open_archive(growth, false);
	put_until(growth, before);
	wait_for_index(growth);
	start = start_now();
	put_until(growth, growth->records);
	tell("put", start, growth->records - before);
	wait_for_index(growth);
	tell("put-filed-and-indexed", start, growth->records - before);
	store_close(growth->store);
}

/* --- what is measured ------------------------------------------------------------- */

static void
measure_start(Growth *growth)
{
	const Start start = start_now();

	growth->store = open_archive(growth, false);
	tell("start", start, 1);
}

static void
list(const Growth *growth, const char *name, const StoreQuery *query, guint64 expected)
{
	const Start start = start_now();

	for (int i = 0; i < REPEATS; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) ids = store_list(growth->store, query, &error);

		need(ids != NULL && ids->len == expected, error, name);
	}
	tell(name, start, REPEATS);
}

static void
measure_search(const Growth *growth)
{
	static const char *const needle[] = { "needle777", NULL };
	static const char *const common[] = { "w7", NULL };
	static const char *const phrase[] = { "w7 w8", NULL };
	static const char *const held[] = { "verdict:hold", NULL };
	static const char *const sent[] = { "direction:outbound", NULL };
	g_autofree char *folded = g_ascii_strdown(growth->late_case, -1);
	g_autofree char *case_label = g_strconcat("case:", folded, NULL);
	const char *const ofcase[] = { case_label, NULL };
	const StoreQuery rare = { .words = needle };
	const StoreQuery newest = { .words = common, .limit = 100 };
	const StoreQuery label = { .labels = held, .limit = 100 };
	const StoreQuery one = { .words = common, .labels = ofcase, .limit = 10 };
	const StoreQuery of_case = { .case_id = growth->late_case };
	const StoreQuery both = { .words = phrase, .labels = sent, .limit = 1 };

	list(growth, "search-one-word", &rare, 1);
	list(growth, "search-newest-100-of-many", &newest, 100);
	list(growth, "search-newest-100-held", &label, 100);
	list(growth, "search-within-a-case", &one, 10);
	list(growth, "search-phrase-and-direction", &both, 1);
	list(growth, "list-of-a-case", &of_case, RECORDS_OF_CASE);
}

static void
measure_find(const Growth *growth)
{
	const StoreQuery query = { .case_id = growth->late_case };
	g_autoptr(GPtrArray) ids = store_list(growth->store, &query, NULL);
	const Start start = start_now();

	for (guint i = 0; i < REPEATS; i++) {
		const char *id = ids->pdata[i];
		g_autoptr(GError) error = NULL;
		g_autoptr(Record) record = store_get(growth->store, id, &error);
		StoreEntry entry;

		need(record != NULL && store_find(growth->store, id, &entry, &error),
		     error, "find");
	}
	tell("get-and-find", start, REPEATS);
}

static bool
count_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	guint *files = data;

	(void)bytes;
	(void)error;
	*files += g_str_has_prefix(path, "records/") ? 1 : 0;
	return true;
}

static void
measure_export(const Growth *growth)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	const ExportOptions options = { .case_id = growth->late_case, .zone = zone };
	const Start start = start_now();
	g_autoptr(GError) error = NULL;
	guint files = 0;

	need(export_case(growth->store, &options, count_file, &files, &error) &&
		     files == RECORDS_OF_CASE,
	     error, "export");
	tell("export-one-case", start, 1);
}

static void
check_verified(const json_t *result, guint64 records, const GError *error)
{
	need(result != NULL && json_truth(result, "ok") &&
		     (guint64)json_number(result, "records", 0) >= records,
	     error, "verify");
}

/* How often progress was told. */
static void
count_progress(guint64 done, guint64 of, void *data)
{
	guint *told = data;

	(void)done;
	(void)of;
	++*told;
}

static void
measure_verify(const Growth *growth)
{
	guint told = 0;
	const VerifyOptions options = { .progress = count_progress, .data = &told };
	const Start start = start_now();
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = verify_archive(growth->store, &options, &error);

	check_verified(result, growth->records, error);
	need(told > growth->records / 1000, NULL, "progress of verify");
	tell("verify-in-full", start, growth->records);
}

/* What a daily run costs: a hundred records since the last one. */
static void
measure_incremental(Growth *growth)
{
	enum { NEW = 100 };

	const VerifyOptions whole = { .is_incremental = true };
	g_autofree char *path = g_build_filename(growth->archive, "verified", NULL);
	g_autofree char *checkpoint =
		g_build_filename(growth->archive, "log/checkpoint", NULL);
	g_autofree char *note = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;
	Start start;

	need(g_file_get_contents(checkpoint, &note, NULL, &error) &&
		     g_file_set_contents(path, note, -1, &error),
	     error, "note");
	for (guint64 i = 0; i < NEW; i++)
		put_record(growth, growth->records + i);
	wait_for_index(growth);
	start = start_now();
	result = verify_archive(growth->store, &whole, &error);
	check_verified(result, NEW, error);
	tell("verify-incremental-100-new", start, 1);
}

static void
measure_reindex(const Growth *growth)
{
	guint told = 0;
	const Start start = start_now();
	g_autoptr(GError) error = NULL;

	need(store_reindex(growth->store, count_progress, &told, &error), error,
	     "reindex");
	tell("reindex", start, growth->records);
}

static void
tell_memory(void)
{
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return;
	line = strstr(status, "VmHWM:");
	if (line != NULL)
		(void)printf("%-32s %12.0f KiB\n", "memory-at-most",
			     g_ascii_strtod(line + strlen("VmHWM:"), NULL));
}

int
main(int argc, char **argv)
{
	Growth growth = { .directory = argc == 3 ? argv[1] : NULL };

	if (growth.directory != NULL)
		growth.records = g_ascii_strtoull(argv[2], NULL, 10);
	if (growth.records == 0 || growth.records % STRETCH != 0) {
		(void)fprintf(stderr, "usage: growth DIR RECORDS (in %d)\n", STRETCH);
		return 2;
	}
	growth.late_case = case_of(growth.records - 1);
	growth.archive = inside(&growth, "archive");
	(void)printf("%-32s %12" G_GUINT64_FORMAT "\n", "records", growth.records);
	if (!g_file_test(growth.archive, G_FILE_TEST_EXISTS))
		fill(&growth);
	measure_start(&growth);
	measure_find(&growth);
	measure_search(&growth);
	measure_export(&growth);
	tell_memory();
	measure_verify(&growth);
	measure_incremental(&growth);
	measure_reindex(&growth);
	tell_memory();
	store_close(growth.store);
	g_free(growth.archive);
	g_free(growth.late_case);
	return 0;
}
