/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit.c - numbers records, signs them, and makes them durable together
 *
 * The invariants are those at the head of store.c.  Numbers run ahead of what is
 * durable: `ahead` has the heads of the cases that the queue moves, and is what a
 * failed batch takes back.  There is no thread here and no timer: whoever finds nobody
 * flushing leads, takes all that waits, and wakes the next leader when it is done;
 * while one batch is flushed, the next gathers.
 */
#include "config.h"

#include "archive/ahead.h"
#include "archive/commit.h"
#include "archive/state.h"
#include "base/clock.h"
#include "base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* A start after a snapshot reads at most so many records, or one for so many things that
 * the snapshot tells of: what is written stays in proportion to what has changed. */
enum { SNAPSHOT_RECORDS = 5000, SNAPSHOT_SHARE = 8, CERTIFICATE_NAME_LEN = 16 };

/* A put of fewer is sealed under the lock. */
enum { AHEAD_MIN = 64 };

static const gint64 snapshot_ms = (gint64)24 * 60 * 60 * 1000;

/* One put as it came. */
typedef struct Put {
	Draft *const *drafts;
	gsize count;
	Ahead *ahead; /* NULL: nothing is sealed yet */
} Put;

/* One put that waits. */
typedef struct Request {
	GPtrArray *records; /* Sealed */
	GCond woken;
	bool is_done;
	GError *error; /* set when it is done and failed */
} Request;

struct Commit {
	char *directory;
	char *origin;
	gsize reserve;
	gsize batch_max;
	Journal *journal;
	Filer *filer;
	Trust *trust;

	GMutex lock; /* over what follows */
	Signer *signer;
	Signer *voucher;    /* who introduces the signer, if the log does not know it */
	char *verifier_key; /* of the log; NULL: it has no key */
	bool is_introduced; /* both are in the log or the queue */
	State *state;
	Tree tree;
	GHashTable *ahead; /* case → CaseHead, where the queue has moved it */
	GQueue queue;      /* Request, not yet in a batch */
	bool is_flushing;
	guint64 snapshot;
	gint64 snapshot_time;
	char *restored;   /* why this is a copy that was restored and not yet adopted */
	json_t *adoption; /* what the `key` record that is due says of it; or NULL */
	char *lasting;    /* why nothing is taken until a restart */
	char *passing;    /* why the last batch failed, when the next may not */
};

Commit *
commit_new(const CommitOptions *options, Past *past)
{
	Commit *commit = g_new0(Commit, 1);

	commit->directory = g_strdup(options->directory);
	commit->origin = g_strdup(options->origin);
	commit->reserve = options->reserve;
	commit->batch_max = options->batch_max;
	commit->journal = options->journal;
	commit->filer = options->filer;
	commit->trust = g_steal_pointer(&past->trust);
	commit->state = g_steal_pointer(&past->state);
	commit->tree = past->tree;
	commit->snapshot = past->snapshot;
	commit->snapshot_time = past->snapshot_time;
	commit->lasting = g_steal_pointer(&past->fault);
	commit->restored = g_steal_pointer(&past->restored);
	commit->ahead = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_queue_init(&commit->queue);
	g_mutex_init(&commit->lock);
	return commit;
}

void
commit_free(Commit *commit)
{
	if (commit == NULL)
		return;
	g_assert(g_queue_is_empty(&commit->queue) && !commit->is_flushing);
	g_hash_table_unref(commit->ahead);
	state_free(commit->state);
	trust_free(commit->trust);
	signer_free(commit->signer);
	signer_free(commit->voucher);
	g_mutex_clear(&commit->lock);
	g_free(commit->directory);
	g_free(commit->origin);
	g_free(commit->verifier_key);
	g_free(commit->lasting);
	g_free(commit->passing);
	g_free(commit->restored);
	json_decref(commit->adoption);
	g_free(commit);
}

/* certs/PREFIX-OF-ITS-DIGEST.pem: for people.  The log has it in a record, so that a
 * failure here loses nothing. */
static void
write_certificate(const Commit *commit, const char *pem)
{
	const Digest digest = digest_of(pem, strlen(pem));
	g_autofree char *hex = digest_format(&digest);
	g_autofree char *path = g_strdup_printf("%s/certs/%.*s.pem", commit->directory,
						CERTIFICATE_NAME_LEN, hex);

	file_create(path, pem, strlen(pem), S_IRUSR | S_IWUSR, NULL);
}

/* The verifier key of the `key` record that came last; borrowed from the state. */
static const char *
newest_verifier_key(const Commit *commit)
{
	return state_key_field(commit->state, "verifier_key");
}

static bool
is_known(const Commit *commit, const Signer *signer)
{
	return signer != NULL && trust_has(commit->trust, signer_certificate(signer));
}

/* Whether the log has what signs it, as far as it is durable. */
static bool
find_introduced(const Commit *commit)
{
	return is_known(commit, commit->signer) &&
	       (commit->verifier_key == NULL ||
		g_strcmp0(newest_verifier_key(commit), commit->verifier_key) == 0);
}

/* Who signs the `key` record: who was introduced before, or the first of all itself. */
static const Signer *
introducer(const Commit *commit)
{
	return commit->voucher == NULL || is_known(commit, commit->signer)
		       ? commit->signer
		       : commit->voucher;
}

static void
replace_signer(Commit *commit, Signer *signer)
{
	if (is_known(commit, commit->signer)) {
		signer_free(commit->voucher);
		commit->voucher = commit->signer;
	} else {
		signer_free(commit->signer);
	}
	commit->signer = signer;
	commit->is_introduced = find_introduced(commit);
}

bool
commit_set_signer(Commit *commit, Signer *signer, GError **error)
{
	bool is_taken;

	g_mutex_lock(&commit->lock);
	is_taken = commit->tree.size == 0 || commit->lasting != NULL ||
		   is_known(commit, signer) || is_known(commit, commit->signer) ||
		   commit->voucher != NULL;
	if (is_taken)
		replace_signer(commit, signer);
	g_mutex_unlock(&commit->lock);
	if (is_taken)
		return true;
	signer_free(signer);
	g_set_error_literal(error, STORE_ERROR, STORE_ERROR_STOPPED,
			    "the archive does not know this certificate: start with the "
			    "former key and certificate, then name these and reload, so "
			    "that the former introduces them");
	return false;
}

void
commit_set_verifier_key(Commit *commit, const char *verifier_key)
{
	g_mutex_lock(&commit->lock);
	g_free(commit->verifier_key);
	commit->verifier_key = g_strdup(verifier_key);
	commit->is_introduced = find_introduced(commit);
	g_mutex_unlock(&commit->lock);
}

char *
commit_verifier_key(Commit *commit)
{
	char *key;

	g_mutex_lock(&commit->lock);
	key = g_strdup(newest_verifier_key(commit));
	g_mutex_unlock(&commit->lock);
	return key;
}

bool
commit_introduce(Commit *commit, GError **error)
{
	bool is_introduced;

	g_mutex_lock(&commit->lock);
	is_introduced = commit->is_introduced;
	g_mutex_unlock(&commit->lock);
	return is_introduced || commit_put(commit, NULL, 0, NULL, NULL, error);
}

bool
commit_is_restored(Commit *commit)
{
	bool is_so;

	g_mutex_lock(&commit->lock);
	is_so = commit->restored != NULL;
	g_mutex_unlock(&commit->lock);
	return is_so;
}

/* With the lock: from now on the next put begins with the record that adopts; or why it
 * may not. */
static bool
begin_adoption(Commit *commit, const CommitAdoption *adoption, GError **error)
{
	if (commit->restored == NULL || commit->lasting != NULL ||
	    !is_known(commit, commit->signer)) {
		g_set_error_literal(error, STORE_ERROR, STORE_ERROR_FAILED,
				    commit->restored == NULL
					    ? "the archive was not restored: there is "
					      "nothing to adopt"
					    : "the archive cannot be adopted: mend what "
					      "its fault and "
					      "the alarms say first");
		return false;
	}
	g_clear_pointer(&commit->restored, g_free);
	g_free(commit->origin);
	commit->origin = g_strdup(adoption->origin);
	g_free(commit->verifier_key);
	commit->verifier_key = g_strdup(adoption->verifier_key);
	commit->adoption = json_incref(adoption->what);
	commit->is_introduced = false;
	return true;
}

bool
commit_adopt(Commit *commit, const CommitAdoption *adoption, GError **error)
{
	bool is_begun;
	bool is_done;

	g_mutex_lock(&commit->lock);
	is_begun = begin_adoption(commit, adoption, error);
	g_mutex_unlock(&commit->lock);
	if (!is_begun)
		return false;
	is_done = commit_introduce(commit, error);
	g_mutex_lock(&commit->lock);
	if (is_done)
		g_clear_pointer(&commit->adoption, json_decref);
	else
		commit->restored =
			g_strdup("the archive was restored and is not adopted");
	g_mutex_unlock(&commit->lock);
	return is_done;
}

/* The `key` record that stands before the first record by a certificate, and before the
 * first checkpoint by a key of the log. */
static Draft *
introduce(const Commit *commit)
{
	const char *pem = signer_certificate(commit->signer);
	const Digest digest = digest_of(pem, strlen(pem));
	g_autofree char *hex = digest_format(&digest);
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload = json_pack("{s:s, s:o, s:s?}", "certificate", pem,
					      "origin", json_text_new(commit->origin),
					      "verifier_key", commit->verifier_key);
	Draft *draft = draft_new("key", clock_now());

	if (commit->adoption != NULL)
		json_object_set(payload, "adopts", commit->adoption);
	draft_set_key(draft, commit->verifier_key != NULL ? commit->verifier_key : hex);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	draft_prepare(draft, NULL); /* touches no file: it has no content */
	return draft;
}

static void
unref_sealed(gpointer sealed)
{
	sealed_unref(sealed);
}

/* The end of a case's chain for the next record of a put: moved by the put itself, by
 * the queue, or by what is durable. */
static CaseHead
find_head(const Commit *commit, GHashTable *moved, const char *case_id)
{
	const CaseHead *head = g_hash_table_lookup(moved, case_id);

	if (head == NULL)
		head = g_hash_table_lookup(commit->ahead, case_id);
	if (head == NULL)
		head = state_head(commit->state, case_id);
	return head != NULL ? *head : (CaseHead){ .number = 0 };
}

static json_t *
number_cases(const Commit *commit, GHashTable *moved, const GPtrArray *cases)
{
	json_t *array = json_array();

	for (guint i = 0; i < cases->len; i++) {
		const CaseHead head = find_head(commit, moved, cases->pdata[i]);

		json_array_append_new(array, ahead_number(cases->pdata[i], &head));
	}
	return array;
}

/* Takes over the sealed record. */
static void
add_sealed(const Commit *commit, const GPtrArray *cases, GHashTable *moved,
	   GPtrArray *records, Sealed *sealed)
{
	for (guint i = 0; i < cases->len; i++) {
		CaseHead *head = g_new(CaseHead, 1);

		*head = find_head(commit, moved, cases->pdata[i]);
		head->number++;
		head->last = sealed->file;
		g_hash_table_replace(moved, g_strdup(cases->pdata[i]), head);
	}
	g_ptr_array_add(records, sealed);
}

static bool
seal_draft(const Commit *commit, Draft *draft, const Signer *signer, GHashTable *moved,
	   GPtrArray *records, GError **error)
{
	const GPtrArray *cases = draft_cases(draft);
	g_autoptr(json_t) numbers = number_cases(commit, moved, cases);
	Sealed *sealed = draft_prepare(draft, error)
				 ? draft_seal(draft, numbers, signer, error)
				 : NULL;

	if (sealed == NULL)
		return false;
	add_sealed(commit, cases, moved, records, sealed);
	return true;
}

/* What was sealed ahead of the lock, if its case has not moved since. */
static bool
take_ahead(const Commit *commit, Ahead *ahead, gsize i, Draft *draft, GHashTable *moved,
	   GPtrArray *records)
{
	const GPtrArray *cases = draft_cases(draft);
	CaseHead head = { .number = 0 };
	Sealed *sealed;

	if (ahead == NULL)
		return false;
	if (cases->len == 1)
		head = find_head(commit, moved, cases->pdata[0]);
	sealed = ahead_take(ahead, i, &head, commit->signer);
	if (sealed == NULL)
		return false;
	add_sealed(commit, cases, moved, records, sealed);
	return true;
}

static void
move_heads(Commit *commit, GHashTable *moved)
{
	GHashTableIter iter;
	gpointer case_id;
	gpointer head;

	g_hash_table_iter_init(&iter, moved);
	while (g_hash_table_iter_next(&iter, &case_id, &head)) {
		g_hash_table_iter_steal(&iter);
		g_hash_table_replace(commit->ahead, case_id, head);
	}
}

/* Numbers and signs a put's records, or leaves everything as it was. */
static bool
seal_drafts(Commit *commit, const Put *put, Request *request, GError **error)
{
	g_autoptr(GHashTable) moved =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(Draft) key = commit->is_introduced ? NULL : introduce(commit);

	if (key != NULL &&
	    !seal_draft(commit, key, introducer(commit), moved, request->records, error))
		return false;
	for (gsize i = 0; i < put->count; i++)
		if (!take_ahead(commit, put->ahead, i, put->drafts[i], moved,
				request->records) &&
		    !seal_draft(commit, put->drafts[i], commit->signer, moved,
				request->records, error))
			return false;
	move_heads(commit, moved);
	commit->is_introduced = true;
	return true;
}

static gsize
weigh(const GPtrArray *records)
{
	gsize weight = 0;

	for (guint i = 0; i < records->len; i++)
		weight += sealed_weight(records->pdata[i]);
	return weight;
}

/* The requests of the next batch, off the queue. */
static GPtrArray *
take_requests(Commit *commit)
{
	GPtrArray *taken = g_ptr_array_new();
	gsize weight = 0;

	while (!g_queue_is_empty(&commit->queue)) {
		Request *request = g_queue_peek_head(&commit->queue);

		weight += weigh(request->records);
		if (taken->len > 0 && weight > commit->batch_max)
			break;
		g_ptr_array_add(taken, g_queue_pop_head(&commit->queue));
	}
	return taken;
}

/* Room on the disk for what is asked, for what is not filed yet, and a reserve. */
static bool
check_room(const Commit *commit, gsize weight, GError **error)
{
	const guint64 needed =
		(guint64)commit->reserve + filer_weight(commit->filer) + weight;
	struct statvfs disk;

	if (statvfs(commit->directory, &disk) != 0 ||
	    (guint64)disk.f_bavail * disk.f_frsize >= needed)
		return true;
	g_set_error(error, JOURNAL_ERROR, JOURNAL_ERROR_FULL,
		    "%s: the disk is full up to its reserve of %" G_GSIZE_FORMAT
		    " MiB: make room",
		    commit->directory, commit->reserve >> 20);
	return false;
}

/* Without the lock: only the leader is here. */
static bool
write_batch(Commit *commit, Batch *batch, Tree *tree, GError **error)
{
	for (guint i = 0; i < batch->records->len; i++) {
		Sealed *sealed = batch->records->pdata[i];
		g_autofree char *entry = sealed_entry(sealed);

		sealed->position = tree->size;
		tree_add(tree, entry, strlen(entry));
	}
	batch->size = tree->size;
	batch->root = tree_root(tree);
	return check_room(commit, weigh(batch->records), error) &&
	       journal_write(commit->journal, batch, error);
}

/* What is durable now counts: state, trust, numbers. */
static void
apply_record(Commit *commit, const Sealed *sealed)
{
	const char *pem =
		json_text(json_object_get(sealed->json, "payload"), "certificate");

	state_apply(commit->state, sealed->position, sealed->json, &sealed->file);
	if (strcmp(sealed->type, "key") == 0 && pem != NULL) {
		trust_add(commit->trust, pem, NULL);
		write_certificate(commit, pem);
	}
	if (strcmp(sealed->type, "snapshot") == 0 || sealed->position == 0)
		commit->snapshot_time = sealed->time;
	if (strcmp(sealed->type, "snapshot") == 0)
		commit->snapshot = sealed->position + 1;
}

static gboolean
is_caught_up(gpointer case_id, gpointer value, gpointer data)
{
	const CaseHead *ahead = value;
	const CaseHead *durable = state_head(data, case_id);

	return durable != NULL && durable->number == ahead->number;
}

static void
apply_batch(Commit *commit, const Batch *batch, const Tree *tree)
{
	for (guint i = 0; i < batch->records->len; i++)
		apply_record(commit, batch->records->pdata[i]);
	commit->tree = *tree;
	g_hash_table_foreach_remove(commit->ahead, is_caught_up, commit->state);
	g_clear_pointer(&commit->passing, g_free);
	filer_add(commit->filer, batch->records);
}

/* A request's error, from the journal's or the library's. */
static GError *
translate(const GError *cause)
{
	const bool is_full = g_error_matches(cause, JOURNAL_ERROR, JOURNAL_ERROR_FULL) ||
			     g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC);

	return g_error_new_literal(STORE_ERROR,
				   is_full ? STORE_ERROR_FULL : STORE_ERROR_STOPPED,
				   cause->message);
}

static void
finish(Request *request, const GError *cause)
{
	request->error = cause != NULL ? translate(cause) : NULL;
	request->is_done = true;
	g_cond_signal(&request->woken);
}

/* Everything behind a failed batch was numbered on top of it. */
static void
fail_queue(Commit *commit, const GError *cause)
{
	while (!g_queue_is_empty(&commit->queue))
		finish(g_queue_pop_head(&commit->queue), cause);
	g_hash_table_remove_all(commit->ahead);
	commit->is_introduced = find_introduced(commit);
	if (g_error_matches(cause, JOURNAL_ERROR, JOURNAL_ERROR_LOST)) {
		g_free(commit->lasting);
		commit->lasting = g_strdup_printf("%s: look at the disk, then restart",
						  cause->message);
	}
	g_free(commit->passing);
	commit->passing = g_strdup(cause->message);
}

static GPtrArray *
collect_records(const GPtrArray *requests)
{
	GPtrArray *records = g_ptr_array_new_with_free_func(unref_sealed);

	for (guint i = 0; i < requests->len; i++) {
		const Request *request = requests->pdata[i];

		for (guint j = 0; j < request->records->len; j++)
			g_ptr_array_add(records, sealed_ref(request->records->pdata[j]));
	}
	return records;
}

/* Called with the lock, and has it when it returns. */
static void
lead(Commit *commit)
{
	g_autoptr(GPtrArray) requests = take_requests(commit);
	g_autoptr(GPtrArray) records = collect_records(requests);
	g_autoptr(GError) error = NULL;
	Batch batch = { .records = records };
	Tree tree = commit->tree;
	bool is_done;

	commit->is_flushing = true;
	g_mutex_unlock(&commit->lock);
	is_done = write_batch(commit, &batch, &tree, &error);
	g_mutex_lock(&commit->lock);
	commit->is_flushing = false;
	if (is_done)
		apply_batch(commit, &batch, &tree);
	for (guint i = 0; i < requests->len; i++)
		finish(requests->pdata[i], error);
	if (!is_done)
		fail_queue(commit, error);
	if (!g_queue_is_empty(&commit->queue)) {
		Request *next = g_queue_peek_head(&commit->queue);

		g_cond_signal(&next->woken);
	}
}

static bool
check_ready(const Commit *commit, GError **error)
{
	const char *fault = commit->lasting != NULL ? commit->lasting : commit->restored;

	if (fault != NULL || commit->signer == NULL) {
		g_set_error_literal(error, STORE_ERROR, STORE_ERROR_STOPPED,
				    fault != NULL ? fault
						  : "the archive has no signing key: see "
						    "signing-key and signing-cert");
		return false;
	}
	return true;
}

/* With the lock: from the first number to the answer. */
static bool
put_sealed(Commit *commit, const Put *put, Request *request, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (!check_ready(commit, error))
		return false;
	if (!seal_drafts(commit, put, request, &cause)) {
		g_propagate_error(error, translate(cause));
		return false;
	}
	if (request->records->len == 0)
		return true; /* nothing was missing any more */
	g_queue_push_tail(&commit->queue, request);
	while (!request->is_done) {
		if (!commit->is_flushing)
			lead(commit);
		else
			g_cond_wait(&request->woken, &commit->lock);
	}
	if (request->error == NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&request->error));
	return false;
}

static bool
prepare_drafts(Draft *const *drafts, gsize count, GError **error)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) cause = NULL;

		if (!draft_prepare(drafts[i], &cause)) {
			g_propagate_error(error, translate(cause));
			return false;
		}
	}
	return true;
}

/* Where the cases of drafts end now, as far as they have begun. */
static GHashTable *
copy_heads(const Commit *commit, Draft *const *drafts, gsize count)
{
	g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *heads =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (gsize i = 0; i < count; i++) {
		const GPtrArray *cases = draft_cases(drafts[i]);
		CaseHead head = { .number = 0 };

		if (cases->len == 1)
			head = find_head(commit, none, cases->pdata[0]);
		if (head.number > 0)
			g_hash_table_replace(heads, g_strdup(cases->pdata[0]),
					     g_memdup2(&head, sizeof(head)));
	}
	return heads;
}

/* NULL when nothing can be put anyway. */
static Ahead *
seal_ahead(Commit *commit, Draft *const *drafts, gsize count, StoreProgress progress,
	   void *data)
{
	Ahead *ahead = NULL;

	g_mutex_lock(&commit->lock);
	if (check_ready(commit, NULL))
		ahead = ahead_new(drafts, count, copy_heads(commit, drafts, count),
				  signer_ref(commit->signer));
	g_mutex_unlock(&commit->lock);
	if (ahead != NULL)
		ahead_seal(ahead, progress, data);
	return ahead;
}

bool
commit_put(Commit *commit, Draft *const *drafts, gsize count, StoreProgress progress,
	   void *data, GError **error)
{
	Request request = { .records = NULL };
	g_autoptr(Ahead) ahead =
		count < AHEAD_MIN ? NULL
				  : seal_ahead(commit, drafts, count, progress, data);
	const Put put = { drafts, count, ahead };
	bool is_done;

	if ((ahead == NULL && !prepare_drafts(drafts, count, error)) ||
	    !filer_wait_for_room(commit->filer, error))
		return false;
	request.records = g_ptr_array_new_with_free_func(unref_sealed);
	g_cond_init(&request.woken);
	g_mutex_lock(&commit->lock);
	is_done = put_sealed(commit, &put, &request, error);
	g_mutex_unlock(&commit->lock);
	for (gsize i = 0; is_done && i < count; i++)
		draft_keep(drafts[i]);
	g_cond_clear(&request.woken);
	g_ptr_array_unref(request.records);
	return is_done;
}

void
commit_stop(Commit *commit, const char *fault)
{
	g_mutex_lock(&commit->lock);
	if (commit->lasting == NULL)
		commit->lasting = g_strdup(fault);
	g_mutex_unlock(&commit->lock);
}

/* Whether what made the last batch fail is still so. */
static char *
find_passing(Commit *commit)
{
	g_autoptr(GError) error = NULL;

	if (!check_room(commit, 0, &error))
		return g_strdup(error->message);
	if (commit->passing == NULL || journal_prepare(commit->journal, &error)) {
		g_clear_pointer(&commit->passing, g_free);
		return NULL;
	}
	return g_strdup(error->message);
}

char *
commit_fault(Commit *commit)
{
	g_autoptr(GError) error = NULL;
	char *fault;

	g_mutex_lock(&commit->lock);
	fault = check_ready(commit, &error) ? find_passing(commit)
					    : g_strdup(error->message);
	g_mutex_unlock(&commit->lock);
	return fault;
}

GBytes *
commit_sign(Commit *commit, const Digest *content, gint64 time, GError **error)
{
	GBytes *signature = NULL;

	g_mutex_lock(&commit->lock);
	if (check_ready(commit, error))
		signature = signer_sign(commit->signer, content, time, error);
	g_mutex_unlock(&commit->lock);
	return signature;
}

const Trust *
commit_trust(const Commit *commit)
{
	return commit->trust;
}

Tree
commit_tree(Commit *commit)
{
	Tree tree;

	g_mutex_lock(&commit->lock);
	tree = commit->tree;
	g_mutex_unlock(&commit->lock);
	return tree;
}

json_t *
commit_latest(Commit *commit, const char *type, const char *key)
{
	json_t *json;

	g_mutex_lock(&commit->lock);
	json = json_incref(state_latest(commit->state, type, key));
	g_mutex_unlock(&commit->lock);
	return json;
}

GPtrArray *
commit_latest_all(Commit *commit, const char *type)
{
	GPtrArray *all;

	g_mutex_lock(&commit->lock);
	all = state_latest_all(commit->state, type);
	g_mutex_unlock(&commit->lock);
	return all;
}

static bool
is_snapshot_due(const Commit *commit, gint64 now)
{
	const guint64 changes = commit->tree.size - commit->snapshot;
	const guint64 share = state_size(commit->state) / SNAPSHOT_SHARE;

	return changes > MAX(share, (guint64)SNAPSHOT_RECORDS) ||
	       (changes > 0 && now - commit->snapshot_time >= snapshot_ms);
}

json_t *
commit_snapshot(Commit *commit, gint64 now, bool is_needed)
{
	json_t *payload = NULL;

	g_mutex_lock(&commit->lock);
	if (is_needed || is_snapshot_due(commit, now))
		payload = state_to_json(commit->state, &commit->tree);
	g_mutex_unlock(&commit->lock);
	return payload;
}
