/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus.h - the real messages that are not part of the tree (CHAPERONE_CORPUS)
 */
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <glib.h>
#include <glob.h>

/* The paths of all *.eml in folders of the corpus; NULL when it is not there.  Owned by the
 * caller. */
static inline char **
corpus_paths(void)
{
	const char *corpus = g_getenv("CHAPERONE_CORPUS");
	g_autofree char *all = NULL;
	glob_t found = { 0 };
	char **paths = NULL;

	if (corpus == NULL)
		return NULL;
	all = g_build_filename(corpus, "*", "*.eml", NULL);
	if (glob(all, 0, NULL, &found) == 0)
		paths = g_strdupv(found.gl_pathv);
	globfree(&found);
	return paths;
}

#endif
