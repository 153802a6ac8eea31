/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead.c - records of a large put, sealed by several threads before the lock is taken
 *
 * Invariant: the records of one case are sealed by one thread, in their order, so that
 * each can name the one before it.
 */
#include "config.h"

#include "archive/ahead.h"

enum { THREADS_MAX = 4, PROGRESS_STEP = 64 };

struct Ahead {
	Draft *const *drafts;
	gsize count;
	GHashTable *heads; /* as they were; only read */
	Signer *signer;
	Sealed **sealed; /* NULL: not sealed, or taken */
	CaseHead *stood; /* on which head each was numbered */
	guint threads;
	gint done;
	StoreProgress progress;
	void *data;
};

/* One thread's share. */
typedef struct Share {
	Ahead *ahead;
	guint index;
	guint own;         /* how many it has sealed */
	GHashTable *moved; /* case → CaseHead, where this thread has moved it */
} Share;

Ahead *
ahead_new(Draft *const *drafts, gsize count, GHashTable *heads, Signer *signer)
{
	Ahead *ahead = g_new0(Ahead, 1);

	ahead->drafts = drafts;
	ahead->count = count;
	ahead->heads = heads;
	ahead->signer = signer;
	ahead->sealed = g_new0(Sealed *, count);
	ahead->stood = g_new0(CaseHead, count);
	ahead->threads = MIN(g_get_num_processors(), (guint)THREADS_MAX);
	return ahead;
}

void
ahead_free(Ahead *ahead)
{
	if (ahead == NULL)
		return;
	for (gsize i = 0; i < ahead->count; i++)
		sealed_unref(ahead->sealed[i]);
	g_free(ahead->sealed);
	g_free(ahead->stood);
	g_hash_table_unref(ahead->heads);
	signer_free(ahead->signer);
	g_free(ahead);
}

json_t *
ahead_number(const char *case_id, const CaseHead *head)
{
	g_autofree char *previous = head->number == 0 ? NULL : digest_format(&head->last);

	return json_pack("{s:o, s:I, s:s?}", "case", json_text_new(case_id), "number",
			 (json_int_t)head->number + 1, "previous", previous);
}

/* Its one case; NULL when it has none.  False when it has several. */
static bool
only_case(const Draft *draft, const char **case_id)
{
	const GPtrArray *cases = draft_cases(draft);

	*case_id = cases->len == 1 ? cases->pdata[0] : NULL;
	return cases->len <= 1;
}

static CaseHead
find_head(const Share *share, const char *case_id)
{
	const CaseHead *head = g_hash_table_lookup(share->moved, case_id);

	if (head == NULL)
		head = g_hash_table_lookup(share->ahead->heads, case_id);
	return head != NULL ? *head : (CaseHead){ .number = 0 };
}

static void
move_head(const Share *share, const char *case_id, CaseHead head, const Digest *last)
{
	CaseHead *moved = g_new(CaseHead, 1);

	moved->number = head.number + 1;
	moved->last = *last;
	g_hash_table_replace(share->moved, g_strdup(case_id), moved);
}

/* What fails here fails again, and is told, when it is sealed under the lock. */
static void
seal(const Share *share, gsize i, const char *case_id)
{
	Ahead *ahead = share->ahead;
	Draft *draft = ahead->drafts[i];
	g_autoptr(json_t) numbers = json_array();

	if (case_id != NULL) {
		ahead->stood[i] = find_head(share, case_id);
		json_array_append_new(numbers, ahead_number(case_id, &ahead->stood[i]));
	}
	if (!draft_prepare(draft, NULL))
		return;
	ahead->sealed[i] = draft_seal(draft, numbers, ahead->signer, NULL);
	draft_relax(draft);
	if (ahead->sealed[i] != NULL && case_id != NULL)
		move_head(share, case_id, ahead->stood[i], &ahead->sealed[i]->file);
}

static bool
is_mine(const Share *share, gsize i, const char *case_id)
{
	const guint which = case_id != NULL ? g_str_hash(case_id) : (guint)i;

	return which % share->ahead->threads == share->index;
}

/* Only the thread that asked tells of the progress of all. */
static void
tell(Share *share)
{
	const Ahead *ahead = share->ahead;
	const gint done = g_atomic_int_add(&share->ahead->done, 1) + 1;

	share->own++;
	if (share->index == 0 && ahead->progress != NULL &&
	    share->own % PROGRESS_STEP == 0)
		ahead->progress((guint64)done, ahead->count, ahead->data);
}

static gpointer
seal_share(gpointer data)
{
	Share *share = data;
	const char *case_id;

	share->moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (gsize i = 0; i < share->ahead->count; i++) {
		if (!only_case(share->ahead->drafts[i], &case_id) ||
		    !is_mine(share, i, case_id))
			continue;
		seal(share, i, case_id);
		tell(share);
	}
	g_hash_table_unref(share->moved);
	return NULL;
}

void
ahead_seal(Ahead *ahead, StoreProgress progress, void *data)
{
	Share shares[THREADS_MAX] = { { .ahead = ahead } };
	GThread *threads[THREADS_MAX] = { NULL };

	ahead->progress = progress;
	ahead->data = data;
	for (guint i = 1; i < ahead->threads; i++) {
		shares[i] = (Share){ .ahead = ahead, .index = i };
		threads[i] = g_thread_new("sealer", seal_share, &shares[i]);
	}
	seal_share(&shares[0]);
	for (guint i = 1; i < THREADS_MAX; i++)
		if (threads[i] != NULL)
			g_thread_join(threads[i]);
}

Sealed *
ahead_take(Ahead *ahead, gsize i, const CaseHead *head, const Signer *signer)
{
	const char *case_id;

	if (signer != ahead->signer || ahead->sealed[i] == NULL ||
	    !only_case(ahead->drafts[i], &case_id) ||
	    (case_id != NULL &&
	     (head->number != ahead->stood[i].number ||
	      (head->number > 0 && !digest_equal(&head->last, &ahead->stood[i].last)))))
		return NULL;
	return g_steal_pointer(&ahead->sealed[i]);
}
