/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.c - the agency's own words in place of a picture that was put away
 *
 * What a worker is asked there they do: a picture that is sent again is one more copy, and
 * one that is deleted is evidence that is gone (2.1 to 2.5).  Such words are refused even
 * where they are denied, because what stays in a hurried reader's mind is the verb.
 */
#include "config.h"

#include "rules/notice.h"

#include "base/file.h"
#include "rules/pattern.h"
#include "rules/policy.h"

#include <string.h>

enum { NOTICE_MAX = 16 * 1024 };

static const char asking[] = "/\\b(?:re-?send\\w*|forward(?:s|ed|ing)?|delet\\w+|"
			     "destroy\\w*|eras(?:e[ds]?|ing)"
			     "|remov(?:e[ds]?|ing)|wip(?:e[ds]?|ing)|(?:send|sent|"
			     "sending)\\b[^.]*?\\bagain)\\b/is";

static bool
check(const char *path, const char *text, gsize len, GError **error)
{
	g_autoptr(Pattern) pattern = pattern_new(asking, NULL);
	g_autoptr(Matcher) matcher = matcher_new();
	gsize start = 0, end = 0;

	matcher_begin(matcher, NULL);
	if (pattern_find(pattern, matcher, text, len, &start, &end) == PATTERN_NONE)
		return true;
	g_set_error(error, POLICY_ERROR, POLICY_ERROR_SYNTAX,
		    "%s: says '%.*s': nobody is to be asked to send a picture again, to "
		    "pass it on or to delete it (2.1 to 2.5): say it in other words",
		    path, (int)MIN(end - start, 60), text + start);
	return false;
}

char *
notice_load(const char *rules, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(rules, name, NULL);
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) file = file_read(path, NOTICE_MAX, &why);
	gsize len = 0;
	const char *text = file == NULL ? NULL : g_bytes_get_data(file, &len);

	if (file == NULL) {
		if (!g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
		    !g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
			g_set_error(error, POLICY_ERROR, POLICY_ERROR_FILE, "%s",
				    why->message);
		return NULL;
	}
	if (len == 0 || !g_utf8_validate_len(text, len, NULL)) {
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_SYNTAX,
			    "%s: is not UTF-8 text: save it as UTF-8", path);
		return NULL;
	}
	return check(path, text, len, error) ? g_strndup(text, len) : NULL;
}
