/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pins.c - the daily checkpoint, mailed to where nobody of ours can change it
 *
 * It goes the way of all notices, and is out of scope.  Who had one today is asked of the
 * records, so a restart sends none twice and forgets none; only a crash between the mail
 * server's answer and the record sends the same one again.
 */
#include "config.h"

#include "desk/pins.h"

#include "archive/publish.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "desk/inside.h"
#include "desk/letter.h"

static gint64
last_to(Desk *desk, const char *to)
{
	g_autoptr(json_t) last = store_latest(desk->store, "checkpoint", to);
	const char *id = json_text(last, "id");

	return id == NULL ? 0 : ulid_time(id);
}

/* What is mailed, and when. */
typedef struct Pin {
	const Settings *settings;
	GTimeZone *zone;
	gint64 now;
	const char *note;
	guint64 size;
} Pin;

static DeskNotice *
make_notice(const Pin *pin, const char *to)
{
	const char *from = settings_words(pin->settings, "notify-from")[0];
	g_autofree char *id = ulid_new(pin->now);
	g_autofree char *subject = g_strdup_printf(
		"Checkpoint over %" G_GUINT64_FORMAT " records: keep this", pin->size);
	const LetterText text = { .from = from == NULL ? "" : from,
				  .to = to,
				  .subject = subject,
				  .body = pin->note,
				  .id = id,
				  .time = pin->now,
				  .zone = pin->zone };
	DeskNotice *notice = g_new0(DeskNotice, 1);

	notice->id = g_strdup("checkpoint");
	notice->to = g_strdup(to);
	notice->role = g_strdup("keeps");
	notice->checkpoint = g_strdup(pin->note);
	notice->text = letter_format(&text);
	return notice;
}

static char *
read_checkpoint(Desk *desk, guint64 *size)
{
	g_autofree char *log = store_log(desk->store);
	g_auto(Checkpoint) checkpoint = { 0 };
	char *note = publish_read(log, &checkpoint, NULL);

	*size = checkpoint.size;
	return note;
}

void
pins_add_due(Desk *desk, GPtrArray *notices)
{
	g_autoptr(Settings) settings = desk_settings(desk);
	g_autoptr(World) world = desk_world(desk);
	const char *const *to = settings_words(settings, "checkpoint-to");
	Pin pin = { .settings = settings,
		    .zone = hours_zone(policy_hours(world->policy)),
		    .now = clock_now() };
	g_autofree char *note = to[0] == NULL ? NULL : read_checkpoint(desk, &pin.size);

	pin.note = note;
	for (; note != NULL && *to != NULL; to++)
		if (day_of(last_to(desk, *to), pin.zone) != day_of(pin.now, pin.zone))
			g_ptr_array_add(notices, make_notice(&pin, *to));
}

bool
pins_keep(Desk *desk, const DeskNotice *notice, GError **error)
{
	g_autoptr(json_t) actor = json_pack("{s:s}", "kind", "daemon");
	g_autoptr(json_t) payload =
		json_pack("{s:o, s:s}", "to", json_text_new(notice->to), "checkpoint",
			  notice->checkpoint);
	g_autoptr(Draft) draft = draft_new("checkpoint", clock_now());

	draft_set_key(draft, notice->to);
	draft_set_actor(draft, actor);
	draft_set_payload(draft, payload);
	return store_put(desk->store, &draft, 1, error);
}

gint64
pins_last(Desk *desk)
{
	g_autoptr(GPtrArray) all = store_latest_all(desk->store, "checkpoint");
	gint64 last = 0;

	for (guint i = 0; i < all->len; i++)
		last = MAX(last, ulid_time(json_text(all->pdata[i], "id")));
	return last;
}
