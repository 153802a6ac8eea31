/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approval.c - rules approve, and whether a policy may come into force
 *
 * The daemon does not know who changed the files, so what makes it two people is the
 * owner of the files: nobody approves a set of which they own a file, by their unix user.
 * The very first policy of an archive needs no approval: there is nothing that it changes.
 */
#include "config.h"

#include "desk/approval.h"

#include "desk/desk.h"
#include "desk/verbs.h"

#include <string.h>
#include <sys/stat.h>

enum { VERSION_LEN = 64 };

static char *
key_of(const char *version)
{
	return g_strconcat("policy:", version, NULL);
}

bool
approval_is_given(Store *store, const Settings *settings, const Policy *policy,
		  GError **error)
{
	g_autoptr(json_t) last = store_latest(store, "policy", "policy");
	g_autofree char *key = key_of(policy_version(policy));
	g_autoptr(json_t) approval = NULL;
	const char *version = json_text(json_object_get(last, "payload"), "version");

	if (!settings_is_yes(settings, "rules-two-person") || version == NULL ||
	    strcmp(version, policy_version(policy)) == 0)
		return true;
	approval = store_latest(store, "decision", key);
	if (approval != NULL)
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
		    "rules: version %s is not approved: a second rule admin says "
		    "chaperone rules approve %s",
		    policy_version(policy), policy_version(policy));
	return false;
}

/* Whether a file belongs to somebody's unix user. */
static bool
is_theirs(const Ask *ask, const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && info.st_uid != 0 &&
	       info.st_uid == ask->request->uid;
}

static bool
owns_a_file(const Ask *ask, const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	if (is_theirs(ask, path))
		return true;
	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *file = g_build_filename(path, name, NULL);

		if (g_str_has_suffix(name, ".rules") && is_theirs(ask, file))
			return true;
	}
	return false;
}

static bool
is_version(const char *text)
{
	return strlen(text) == VERSION_LEN &&
	       strspn(text, "0123456789abcdef") == VERSION_LEN;
}

static json_t *
keep(const Ask *ask, const char *version, GError **error)
{
	g_autofree char *key = key_of(version);
	g_autoptr(Draft) draft = draft_new("decision", ask->now);
	g_autoptr(json_t) payload =
		json_pack("{s:s, s:s}", "action", "approved", "version", version);

	draft_set_key(draft, key);
	draft_set_actor(draft, ask->actor->json);
	draft_set_payload(draft, payload);
	return store_put(ask->desk->store, &draft, 1, error) ? answer_id(draft_id(draft))
							     : NULL;
}

json_t *
approval_give(Ask *ask, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(ask->desk);
	const char *version = ask->words[0];

	if (!is_version(version)) {
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "VERSION: '%s' is none: take the whole version that "
			    "chaperone rules check prints",
			    version);
		return NULL;
	}
	if (owns_a_file(ask, settings_text(settings, "rules"))) {
		g_set_error(
			error, DESK_ERROR, DESK_ERROR_REFUSED,
			"VERSION: the rules are your own files: somebody else approves "
			"them");
		return NULL;
	}
	return keep(ask, version, error);
}
