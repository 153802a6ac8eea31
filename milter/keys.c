/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c - the agency's keys and certificates, looked at before anything goes wrong
 *
 * What the archive knows is read from its files as far as they can be read here; the
 * daemon, which has it open, refuses what does not fit.
 */
#include "config.h"

#include "milter/keys.h"

#include "archive/publish.h"
#include "archive/seal.h"
#include "archive/stamps.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

static const gint64 soon_ms = G_GINT64_CONSTANT(30) * 24 * 60 * 60 * 1000;

static const char by_reload[] =
	"take it into use by reload while the former still runs, not by a restart";

static void
say(const char *keyword, const char *what)
{
	(void)fprintf(stderr, "chaperoned: %s%s%s\n", keyword,
		      keyword[0] != '\0' ? ": " : "", what);
}

char *
keys_expiry(gint64 until)
{
	g_autofree char *day = clock_format_utc(until);
	const gint64 now = clock_now();

	day[strlen("YYYY-MM-DD")] = '\0';
	if (until - now > soon_ms)
		return NULL;
	return g_strdup_printf("the certificate's days %s on %s: make a new one and "
			       "reload: see chaperoned(8)",
			       until > now ? "end" : "ended", day);
}

/* Whether certs/ has it; true as well when that cannot be seen. */
static bool
is_known(const Settings *settings, const Signer *signer)
{
	g_autofree char *certs =
		g_build_filename(settings_text(settings, "archive"), "certs", NULL);
	g_autoptr(GDir) dir = g_dir_open(certs, 0, NULL);
	const char *name;
	bool is_empty = true;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(certs, name, NULL);
		g_autofree char *pem = NULL;

		is_empty = false;
		if (g_file_get_contents(path, &pem, NULL, NULL) &&
		    strcmp(pem, signer_certificate(signer)) == 0)
			return true;
	}
	return is_empty;
}

static bool
check_signer(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *expiry = NULL;
	g_autoptr(Signer) signer =
		signer_open(settings_text(settings, "signing-key"),
			    settings_text(settings, "signing-cert"), &error);

	if (signer == NULL) {
		say("", error->message);
		return false;
	}
	expiry = keys_expiry(signer_until(signer));
	if (expiry != NULL)
		say("signing-cert", expiry);
	if (!is_known(settings, signer))
		say("signing-cert: the archive does not know it", by_reload);
	return true;
}

/* Whether what is published is signed by it; true as well when that cannot be seen. */
static bool
signs_log(const Settings *settings, const LogKey *key)
{
	g_autofree char *log =
		g_build_filename(settings_text(settings, "archive"), "log", NULL);
	g_auto(Checkpoint) checkpoint = { 0 };
	g_autofree char *note = publish_read(log, &checkpoint, NULL);
	g_autofree char *verifier = NULL;
	g_autofree char *text = NULL;

	if (note == NULL)
		return true;
	verifier = note_verifier_key(checkpoint.origin, key);
	text = note_open(note, verifier, NULL);
	return text != NULL;
}

static bool
check_log_key(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(LogKey) key = log_key_open(settings_text(settings, "log-key"), &error);

	if (key == NULL)
		say("", error->message);
	else if (!signs_log(settings, key))
		say("log-key: the log is signed by another", by_reload);
	return key != NULL;
}

static bool
check_anchors(const Settings *settings)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *anchors = NULL;

	if (settings_words(settings, "stamp")[0] == NULL)
		return true;
	anchors = stamps_read_anchors(settings_text(settings, "stamp-ca"), &error);
	if (anchors == NULL)
		say("stamp-ca", error->message);
	return anchors != NULL;
}

bool
keys_check(const Settings *settings)
{
	const bool can_sign = check_signer(settings);
	const bool can_publish = check_log_key(settings);

	return check_anchors(settings) && can_sign && can_publish;
}
