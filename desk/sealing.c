/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealing.c - what a young person sent as a picture or film is put away unopened
 *
 * Two records: the readable one, which is what is delivered, and the original, which
 * only the leads' keys open.  The journal never sees anything else: the draft's content
 * is replaced before it is prepared.
 *
 * Words must not wait for a certificate.  Where no lead's can be read, the agency's own
 * signing certificate takes their place: the picture is still not delivered and not in
 * the clear on any disk, an alarm stands until a lead's certificate is there, and
 * `archive rewrap` then hands it over.
 */
#include "config.h"

#include "desk/sealing.h"

#include "base/clock.h"
#include "rules/sealed-notice.h"

#include <string.h>

/* Adds one who is named by a keyword; the first thing that is wrong counts. */
static void
add_holder(Locker *locker, const char *whom, const char *path, char **fault)
{
	g_autoptr(GError) error = NULL;

	if (path != NULL && !locker_add(locker, whom, path, &error) && *fault == NULL)
		*fault = g_strdup(error->message);
}

static const char *
certificate_of(const Settings *settings, const char *keyword)
{
	const char *const *words = settings_words(settings, keyword);

	return words[0] == NULL ? NULL : words[1];
}

Locker *
sealing_locker(const Settings *settings, gint64 now, char **fault)
{
	Locker *locker = locker_new();

	*fault = NULL;
	add_holder(locker, "lead", certificate_of(settings, "lead"), fault);
	add_holder(locker, "second-lead", certificate_of(settings, "second-lead"), fault);
	add_holder(locker, "recovery", settings_text(settings, "recovery-cert"), fault);
	if (locker_len(locker) == 0) {
		g_free(*fault);
		*fault = g_strdup("no lead's certificate can be read, so pictures are "
				  "sealed for the agency's own key: set `lead ADDRESS "
				  "CERTIFICATE`, then run archive rewrap");
		add_holder(locker, "agency", settings_text(settings, "signing-cert"),
			   fault);
	}
	if (*fault == NULL)
		*fault = locker_fault(locker, now);
	return locker;
}

char *
desk_sealing_fault(Desk *desk)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	char *fault = NULL;
	g_autoptr(Locker) locker = sealing_locker(settings, clock_now(), &fault);

	(void)locker;
	return fault;
}

/* The agency's own words; else those that are shipped. */
static char *
notice_of(const World *world, bool is_whole)
{
	const char *text = policy_sealed_notice(world->policy, is_whole);

	if (text != NULL)
		return g_strdup(text);
	return is_whole ? g_strndup(sealed_notice_whole, sizeof(sealed_notice_whole))
			: g_strndup(sealed_notice, sizeof(sealed_notice));
}

/* Whom the young person may ring. */
static char *
fill_in(const World *world, const Settings *settings, const char *notice)
{
	const char *email = settings_words(settings, "lead")[0];
	const Staff *lead =
		email == NULL ? NULL : directory_staff(world->directory, email);
	const char *name = lead != NULL && lead->name != NULL ? lead->name
			   : email != NULL                    ? email
							      : "the safeguarding lead";
	bool has_number =
		lead != NULL && lead->numbers != NULL && lead->numbers[0] != NULL;
	GString *text = g_string_new(notice);

	g_string_replace(text, "<lead>", name, 0);
	g_string_replace(text, "<number>",
			 has_number ? lead->numbers[0] : "the office number", 0);
	return g_string_free(text, FALSE);
}

/* Whether words went with the picture. */
static bool
takes_words(const Verdict *verdict)
{
	for (guint i = 0; i < verdict->cuts->len; i++) {
		const Cut *cut = verdict->cuts->pdata[i];

		if (strcmp(cut->path, CUT_WHOLE) == 0 ||
		    g_str_has_prefix(cut->type, "text/"))
			return true;
	}
	return false;
}

static json_t *
describe_cuts(const GPtrArray *cuts)
{
	json_t *parts = json_array();

	for (guint i = 0; i < cuts->len; i++) {
		const Cut *cut = cuts->pdata[i];

		json_array_append_new(parts, json_pack("{s:o, s:o, s:I, s:s}", "path",
						       json_text_new(cut->path), "type",
						       json_text_new(cut->type), "size",
						       (json_int_t)cut->size, "sha256",
						       cut->sha256));
	}
	return parts;
}

/* Of no case: the readable record stands in the case file and names this one, so that an
 * export of the case has no page missing and no picture in it. */
static Draft *
close_original(Desk *desk, const DeskMail *mail, GBytes *original, GError **error)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autofree char *fault = NULL;
	g_autoptr(Locker) locker = sealing_locker(settings, mail->time, &fault);
	g_autoptr(GBytes) closed = locker_close(locker, original, error);
	g_autoptr(Draft) draft = NULL;
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "server");
	g_autoptr(json_t) payload = NULL;

	if (closed == NULL)
		return NULL;
	payload = json_pack("{s:s, s:o, s:o}", "mail", draft_id(mail->draft), "holders",
			    locker_to_json(locker), "parts",
			    describe_cuts(mail->verdict->cuts));
	draft = draft_new("sealed", mail->time);
	draft_set_key(draft, draft_id(mail->draft));
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	draft_open_content(draft, store_spool(desk->store));
	if (!draft_write(draft, g_bytes_get_data(closed, NULL), g_bytes_get_size(closed),
			 error))
		return NULL;
	return g_steal_pointer(&draft);
}

static GBytes *
make_readable(Desk *desk, const DeskMail *mail, GBytes *original)
{
	g_autoptr(World) world = desk_world(desk);
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autofree char *notice = notice_of(world, takes_words(mail->verdict));
	g_autofree char *text = fill_in(world, settings, notice);

	return cut_apply(original, mail->verdict->cuts, text);
}

Draft *
sealing_make(Desk *desk, const DeskMail *mail, json_t *payload, GBytes **shown,
	     GError **error)
{
	g_autoptr(GBytes) original = draft_content(mail->draft, error);
	g_autoptr(GBytes) readable = NULL;
	g_autoptr(Draft) sealed = NULL;

	if (original == NULL)
		return NULL;
	sealed = close_original(desk, mail, original, error);
	if (sealed == NULL)
		return NULL;
	readable = make_readable(desk, mail, original);
	if (!draft_replace_content(mail->draft, readable, error))
		return NULL;
	json_object_set_new(payload, "sealed",
			    json_pack("{s:s, s:o}", "record", draft_id(sealed), "parts",
				      describe_cuts(mail->verdict->cuts)));
	if (shown != NULL)
		*shown = g_steal_pointer(&readable);
	return g_steal_pointer(&sealed);
}
