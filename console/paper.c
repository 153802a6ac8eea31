/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper.c - a page on paper, by Chromium
 *
 * With a profile of its own that is gone afterwards, and nothing that would reach out:
 * the page itself names nothing outside itself.
 */
#include "config.h"

#include "console/paper.h"

#include "desk/desk.h"

#include <sys/stat.h>

static bool
fail(GError **error, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_LATER, "--pdf: %s", what);
	return false;
}

static char *
find_browser(void)
{
	static const char *const names[] = { "chromium", "chromium-browser",
					     "google-chrome" };
	char *path = NULL;

	for (gsize i = 0; path == NULL && i < G_N_ELEMENTS(names); i++)
		path = g_find_program_in_path(names[i]);
	return path;
}

bool
paper_check(GError **error)
{
	g_autofree char *browser = find_browser();

	return browser != NULL ||
	       fail(error, "there is no chromium here: install it, or print "
			   "CHRONOLOGY.html with any browser");
}

static bool
run(char **args, GError **error)
{
	int status;

	return g_spawn_sync(NULL, args, NULL,
			    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
				    G_SPAWN_STDERR_TO_DEV_NULL,
			    NULL, NULL, NULL, NULL, &status, error) &&
	       g_spawn_check_wait_status(status, error);
}

static bool
print(const char *browser, const char *profile, const char *directory, GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(directory, NULL);
	g_autofree char *page = g_build_filename(absolute, "CHRONOLOGY.html", NULL);
	g_autofree char *uri = g_filename_to_uri(page, NULL, error);
	g_autofree char *to =
		g_strconcat("--print-to-pdf=", absolute, "/CHRONOLOGY.pdf", NULL);
	g_autofree char *data = g_strconcat("--user-data-dir=", profile, NULL);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) args = NULL;

	g_strv_builder_add_many(builder, "timeout", "120", browser, "--headless",
				"--no-sandbox", "--disable-gpu", "--disable-quic",
				"--no-first-run", "--disable-background-networking",
				"--disable-component-update", "--disable-sync",
				"--no-pdf-header-footer", data, to, uri, NULL);
	args = g_strv_builder_end(builder);
	return uri != NULL && run(args, error);
}

bool
paper_print(const char *directory, GError **error)
{
	g_autofree char *browser = find_browser();
	g_autofree char *profile = g_dir_make_tmp("chaperone-pdf-XXXXXX", NULL);
	g_autofree char *pdf = g_build_filename(directory, "CHRONOLOGY.pdf", NULL);
	g_autoptr(GStrvBuilder) cleaning = g_strv_builder_new();
	g_auto(GStrv) clean = NULL;
	g_autoptr(GError) reason = NULL;
	bool is_done;

	if (browser == NULL || profile == NULL)
		return paper_check(error);
	is_done = print(browser, profile, directory, &reason);
	g_strv_builder_add_many(cleaning, "rm", "-rf", "--", profile, NULL);
	clean = g_strv_builder_end(cleaning);
	(void)run(clean, NULL);
	if (!is_done || !g_file_test(pdf, G_FILE_TEST_EXISTS))
		return fail(error, reason != NULL ? reason->message
						  : "the browser wrote nothing");
	return chmod(pdf, 0600) == 0;
}
