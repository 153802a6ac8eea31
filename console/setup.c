/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setup.c - keys first, the archive last: an archive that is there always had its keys,
 * and what was interrupted can be asked for again
 */
#include "config.h"

#include "console/setup.h"

#include "archive/seal.h"
#include "archive/store.h"
#include "base/file.h"
#include "console/owner.h"
#include "desk/desk.h"

#include <unistd.h>

/* What is where, and what became of it. */
typedef struct Setup {
	const Settings *settings;
	json_t *made, *kept;
} Setup;

static bool
refuse(GError **error, const char *path, const char *what)
{
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "%s: %s", path, what);
	return false;
}

/* The path of a key: what follows "file:". */
static const char *
key_path(const Settings *settings, const char *keyword)
{
	const char *value = settings_text(settings, keyword);

	return g_str_has_prefix(value, "file:") ? value + strlen("file:") : value;
}

static bool
is_there(const char *path)
{
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static bool
make_parent(const char *path, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);

	return is_there(parent) || file_make_directories(parent, 0755, error);
}

static void
note(json_t *list, const char *path)
{
	json_array_append_new(list, json_text_new(path));
}

static bool
make_identity(const Setup *setup, GError **error)
{
	const char *key = key_path(setup->settings, "signing-key");
	const char *cert = settings_text(setup->settings, "signing-cert");
	const char *agency = settings_text(setup->settings, "agency");

	if (is_there(key) != is_there(cert))
		return refuse(error, is_there(key) ? cert : key,
			      "is missing while its other half is there: put it back, or "
			      "move the other away");
	if (is_there(key)) {
		note(setup->kept, key);
		note(setup->kept, cert);
		return true;
	}
	if (!make_parent(key, error) || !make_parent(cert, error) ||
	    !seal_make_identity(agency, key, cert, error))
		return false;
	note(setup->made, key);
	note(setup->made, cert);
	return true;
}

static bool
make_log_key(const Setup *setup, GError **error)
{
	const char *path = key_path(setup->settings, "log-key");

	if (is_there(path)) {
		note(setup->kept, path);
		return true;
	}
	if (!make_parent(path, error) || !seal_make_log_key(path, error))
		return false;
	note(setup->made, path);
	return true;
}

static bool
make_archive(const Setup *setup, GError **error)
{
	const char *path = settings_text(setup->settings, "archive");

	if (!make_parent(path, error) || !store_init(path, error))
		return false;
	note(setup->made, path);
	return true;
}

/* Root makes it for the daemon's user. */
static bool
give_away(const Setup *setup, GError **error)
{
	const char *user = settings_text(setup->settings, "user");
	Owner owner;
	gsize i;
	json_t *path;

	if (geteuid() != 0 || user == NULL)
		return true;
	if (!owner_named(user, &owner, error))
		return false;
	json_array_foreach(setup->made, i, path) {
		if (!owner_give(&owner, json_string_value(path), error))
			return false;
	}
	return true;
}

/* Everything that can be known to be wrong before something is made. */
static bool
check(const Settings *settings, GError **error)
{
	const char *archive = settings_text(settings, "archive");
	const char *user = settings_text(settings, "user");
	g_autoptr(GDir) dir = g_dir_open(archive, 0, NULL);
	Owner owner;

	if (settings_text(settings, "agency") == NULL)
		return refuse(error, settings_where(settings, "agency"),
			      "agency is not set: it is the name in the certificate");
	if (dir != NULL ? g_dir_read_name(dir) != NULL : is_there(archive))
		return refuse(error, archive, "is there already: nothing was made");
	return geteuid() != 0 || user == NULL || owner_named(user, &owner, error);
}

json_t *
setup_make(const Settings *settings, GError **error)
{
	g_autoptr(json_t) result = json_pack("{s:[], s:[]}", "made", "kept");
	const Setup setup = { .settings = settings,
			      .made = json_object_get(result, "made"),
			      .kept = json_object_get(result, "kept") };

	if (!check(settings, error) || !make_identity(&setup, error) ||
	    !make_log_key(&setup, error) || !make_archive(&setup, error) ||
	    !give_away(&setup, error))
		return NULL;
	return g_steal_pointer(&result);
}
