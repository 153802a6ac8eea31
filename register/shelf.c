/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.c - things under keys, of which a changed copy shares all that did not change
 *
 * A shelf is a fixed number of boards, a board a hash table of lists; both are counted.
 *
 * Invariant: a board or list that more than one holds is never changed.  Whoever changes
 * a shelf alone knows it, so what only it holds can be changed where it is.
 */
#include "config.h"

#include "register/shelf.h"

enum { BOARDS = 256 };

typedef struct List {
	gatomicrefcount references;
	GPtrArray *things;
} List;

typedef struct Board {
	gatomicrefcount references;
	GHashTable *lists; /* GRefString → List */
} Board;

struct Shelf {
	Board *boards[BOARDS]; /* NULL: empty */
};

static List *
list_new(GPtrArray *things)
{
	List *list = g_new(List, 1);

	g_atomic_ref_count_init(&list->references);
	list->things = things;
	return list;
}

static void
list_unref(gpointer data)
{
	List *list = data;

	if (!g_atomic_ref_count_dec(&list->references))
		return;
	g_ptr_array_unref(list->things);
	g_free(list);
}

static void
release_key(gpointer key)
{
	g_ref_string_release(key);
}

static Board *
board_new(void)
{
	Board *board = g_new(Board, 1);

	g_atomic_ref_count_init(&board->references);
	board->lists =
		g_hash_table_new_full(g_str_hash, g_str_equal, release_key, list_unref);
	return board;
}

static void
board_unref(Board *board)
{
	if (board == NULL || !g_atomic_ref_count_dec(&board->references))
		return;
	g_hash_table_unref(board->lists);
	g_free(board);
}

/* With the same lists. */
static Board *
board_copy(const Board *board)
{
	Board *copy = board_new();
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, board->lists);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		List *list = value;

		g_atomic_ref_count_inc(&list->references);
		g_hash_table_insert(copy->lists, g_ref_string_acquire(key), list);
	}
	return copy;
}

Shelf *
shelf_new(void)
{
	return g_new0(Shelf, 1);
}

Shelf *
shelf_copy(const Shelf *shelf)
{
	Shelf *copy = shelf_new();

	for (guint i = 0; i < BOARDS; i++) {
		copy->boards[i] = shelf->boards[i];
		if (copy->boards[i] != NULL)
			g_atomic_ref_count_inc(&copy->boards[i]->references);
	}
	return copy;
}

void
shelf_free(Shelf *shelf)
{
	if (shelf == NULL)
		return;
	for (guint i = 0; i < BOARDS; i++)
		board_unref(shelf->boards[i]);
	g_free(shelf);
}

/* The hash's low bits choose inside a board, so the board is chosen by others. */
static guint
board_of(const char *key)
{
	return (g_str_hash(key) >> 16) % BOARDS;
}

/* The board of a key, held by nobody else. */
static Board *
own_board(Shelf *shelf, const char *key)
{
	Board **board = &shelf->boards[board_of(key)];
	Board *shared = *board;

	if (shared == NULL) {
		*board = board_new();
	} else if (!g_atomic_ref_count_compare(&shared->references, 1)) {
		*board = board_copy(shared);
		board_unref(shared);
	}
	return *board;
}

/* The list of a key, held by nobody else; NULL when there is none. */
static List *
own_list(Board *board, const char *key)
{
	gpointer known;
	gpointer value;
	List *list;

	if (!g_hash_table_lookup_extended(board->lists, key, &known, &value))
		return NULL;
	list = value;
	if (g_atomic_ref_count_compare(&list->references, 1))
		return list;
	list = list_new(g_ptr_array_copy(list->things, NULL, NULL));
	g_hash_table_replace(board->lists, g_ref_string_acquire(known), list);
	return list;
}

void
shelf_add(Shelf *shelf, const char *key, void *thing, GCompareFunc compare)
{
	Board *board = own_board(shelf, key);
	List *list = own_list(board, key);
	guint i;

	if (list == NULL) {
		list = list_new(g_ptr_array_sized_new(1));
		g_hash_table_insert(board->lists, g_ref_string_new(key), list);
	}
	for (i = list->things->len; i > 0; i--)
		if (compare(list->things->pdata[i - 1], thing) <= 0)
			break;
	if (i == 0 || list->things->pdata[i - 1] != thing)
		g_ptr_array_insert(list->things, (int)i, thing);
}

void
shelf_remove(Shelf *shelf, const char *key, const void *thing)
{
	Board *board = own_board(shelf, key);
	List *list = own_list(board, key);
	guint i;

	if (list == NULL || !g_ptr_array_find(list->things, thing, &i))
		return;
	g_ptr_array_remove_index(list->things, i);
	if (list->things->len == 0)
		g_hash_table_remove(board->lists, key);
}

const GPtrArray *
shelf_get(const Shelf *shelf, const char *key)
{
	const Board *board = shelf->boards[board_of(key)];
	const List *list = board == NULL ? NULL : g_hash_table_lookup(board->lists, key);

	return list == NULL ? NULL : list->things;
}

void *
shelf_first(const Shelf *shelf, const char *key)
{
	const GPtrArray *things = shelf_get(shelf, key);

	return things == NULL ? NULL : things->pdata[0];
}

bool
shelf_is_empty(const Shelf *shelf)
{
	for (guint i = 0; i < BOARDS; i++)
		if (shelf->boards[i] != NULL &&
		    g_hash_table_size(shelf->boards[i]->lists) > 0)
			return false;
	return true;
}
