/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judged.c - what every record of something that was judged says and brings with it
 */
#include "config.h"

#include "desk/judged.h"

#include "desk/pictures.h"
#include "desk/recall.h"

/* With how much of each the author is told, which the verdict's own JSON leaves out. */
static json_t *
findings_of(const Verdict *verdict)
{
	json_t *findings = json_array();

	for (guint i = 0; i < verdict->findings->len; i++) {
		const Finding *finding = verdict->findings->pdata[i];
		json_t *json = finding_to_json(finding);

		json_object_set_new(
			json, "tell_author",
			json_string(finding->tells_plainly ? "plainly" : "neutral"));
		json_array_append_new(findings, json);
	}
	return findings;
}

static json_t *
notified_of(const Verdict *verdict)
{
	g_auto(GStrv) words = notify_words(verdict->notify);

	return json_words_new((const char *const *)words);
}

static json_t *
about_of(const Verdict *verdict)
{
	json_t *about = json_array();

	for (guint i = 0; i < verdict->about->len; i++)
		json_array_append_new(about, json_text_new(verdict->about->pdata[i]));
	return about;
}

void
judged_describe(const Verdict *verdict, json_t *payload)
{
	json_object_update_new(
		payload,
		json_pack("{s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:s}", "verdict",
			  action_name(verdict->action), "enforced",
			  verdict->applied == verdict->action, "decides",
			  verdict->decides == DECIDES_LEAD ? "lead" : "manager",
			  "findings", findings_of(verdict), "facts",
			  verdict->facts == NULL ? json_object()
						 : json_incref(verdict->facts),
			  "policy_version", json_text_new(verdict->policy_version),
			  "author", json_text_new(verdict->author), "notify",
			  notified_of(verdict), "urgent", urgent_name(verdict->urgent)));
	if (verdict->is_restricted) {
		json_object_set_new(payload, "restricted", json_true());
		json_object_set_new(payload, "about", about_of(verdict));
	}
}

bool
judged_put(Desk *desk, const DeskMail *mail, Draft *sealed, GError **error)
{
	g_autoptr(GPtrArray) pictures = pictures_new(desk, mail);
	g_autoptr(GPtrArray) known = recall_new(desk, mail);
	g_autoptr(GPtrArray) batch = g_ptr_array_new();

	g_ptr_array_add(batch, mail->draft);
	if (sealed != NULL)
		g_ptr_array_add(batch, sealed);
	for (guint i = 0; i < pictures->len; i++)
		g_ptr_array_add(batch, pictures->pdata[i]);
	for (guint i = 0; i < known->len; i++)
		g_ptr_array_add(batch, known->pdata[i]);
	return store_put(desk->store, (Draft *const *)batch->pdata, batch->len, error);
}
