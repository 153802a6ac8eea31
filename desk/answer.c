/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - one request from its JSON to its result
 *
 * read → who asks → which verb, with which right → its options → its answer.  Every
 * other error becomes a DESK_ERROR here, in one place, because each of those is an exit
 * code; and every refusal is put on record here.
 */
#include "config.h"

#include "desk/access.h"
#include "desk/verbs.h"

#include "base/clock.h"

#include <string.h>

json_t *
answer_id(const char *id)
{
	return json_pack("{s:s}", "id", id);
}

GTimeZone *
ask_zone(const Ask *ask)
{
	return hours_zone(policy_hours(ask->world->policy));
}

const Directory *
ask_directory(const Ask *ask)
{
	return ask->world->directory;
}

/* The option for a field of the register, whose lists have a plural. */
static char *
option_of(const char *field)
{
	static const char *const plurals[][2] = {
		{ "addresses", "address" }, { "logins", "login" },
		{ "numbers", "number" },    { "roles", "role" },
		{ "channels", "channel" },  { "ground", "of-age" }
	};

	for (gsize i = 0; i < G_N_ELEMENTS(plurals); i++)
		if (strcmp(plurals[i][0], field) == 0)
			return g_strdup(plurals[i][1]);
	return g_strdelimit(g_strdup(field), "_", '-');
}

/* Whether a field is the verb's one word: CASE, EMAIL. */
static bool
is_word(const Ask *ask, const char *field)
{
	const Verb *verb = verb_find(ask->area, ask->verb, NULL);

	return verb != NULL && verb->word != NULL &&
	       g_ascii_strcasecmp(verb->word, field) == 0;
}

/* "born_estimated: …" as the register says it becomes "--born-estimated: …". */
static GError *
register_error_as_exit(const Ask *ask, const GError *cause)
{
	g_auto(GStrv) parts = g_strsplit(cause->message, ": ", 2);
	g_autofree char *option = option_of(parts[0]);
	g_autofree char *word = g_ascii_strup(parts[0], -1);
	bool is_of_verb = is_word(ask, word);
	DeskError code = cause->code == REGISTER_ERROR_FIELD ? DESK_ERROR_USAGE
							     : DESK_ERROR_REFUSED;

	if (parts[1] == NULL)
		return g_error_new_literal(DESK_ERROR, code, cause->message);
	return g_error_new(DESK_ERROR, code, "%s%s: %s", is_of_verb ? "" : "--",
			   is_of_verb ? word : option, parts[1]);
}

static GError *
store_error_as_exit(const GError *cause)
{
	bool is_usage =
		cause->code == STORE_ERROR_MISSING || cause->code == STORE_ERROR_MANY;

	return g_error_new(DESK_ERROR, is_usage ? DESK_ERROR_USAGE : DESK_ERROR_LATER,
			   "%s%s", is_usage ? "ID: " : "", cause->message);
}

/* What the command ends with; takes the cause over. */
static GError *
as_exit(const Ask *ask, GError *cause)
{
	g_autoptr(GError) owned = cause;

	if (cause->domain == DESK_ERROR)
		return g_steal_pointer(&owned);
	if (cause->domain == REGISTER_ERROR)
		return register_error_as_exit(ask, cause);
	if (cause->domain == STORE_ERROR)
		return store_error_as_exit(cause);
	return g_error_new_literal(DESK_ERROR, DESK_ERROR_LATER, cause->message);
}

static bool
check_role(const Ask *ask, const Verb *verb, GError **error)
{
	g_auto(GStrv) roles = NULL;
	g_autofree char *names = NULL;

	if (actor_has_role(ask->actor, verb->roles))
		return true;
	roles = staff_roles_format(verb->roles);
	names = g_strjoinv(", ", roles);
	if (ask->actor->email == NULL)
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "%s %s: say who decides: --as EMAIL", verb->area, verb->verb);
	else
		g_set_error(error, DESK_ERROR, DESK_ERROR_REFUSED,
			    "%s %s: is for %s: '%s' is none of them", verb->area,
			    verb->verb, names, ask->actor->email);
	return false;
}

/* "add|lift" is one of these; anything else stands for what people write. */
static bool
is_one_of(const char *wanted, const char *word)
{
	g_auto(GStrv) choices = g_strsplit(wanted, "|", -1);

	return !g_ascii_islower(wanted[0]) ||
	       g_strv_contains((const char *const *)choices, word);
}

static bool
check_words(const Ask *ask, const Verb *verb, GError **error)
{
	g_auto(GStrv) wanted = g_strsplit(verb->word == NULL ? "" : verb->word, " ", -1);
	const guint most = g_strv_length(wanted);
	const guint count = g_strv_length(ask->words);

	for (guint i = 0; i < MIN(count, most); i++)
		if (!is_one_of(wanted[i], ask->words[i])) {
			g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
				    "'%s': is none of %s", ask->words[i], wanted[i]);
			return false;
		}
	if (count < most && wanted[count][0] != '[')
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE, "%s: is needed",
			    wanted[count]);
	else if (count > most)
		g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
			    "'%s': is one word too many", ask->words[most]);
	else
		return true;
	return false;
}

/* The world of now and who asks in it. */
static bool
enter(Ask *ask, GError **error)
{
	ask->world = desk_world(ask->desk);
	ask->now = clock_now();
	ask->today = day_of(ask->now, ask_zone(ask));
	ask->actor = actor_find(ask_directory(ask), ask->request->uid,
				json_text(ask->request->body, "as"), ask->today, error);
	return ask->actor != NULL;
}

static json_t *
answer_verb(Ask *ask, const Verb *verb, GError **error)
{
	if (!enter(ask, error) || !check_role(ask, verb, error) ||
	    !check_words(ask, verb, error) ||
	    !fields_check(verb->fields, ask->options, error))
		return NULL;
	return verb->answer(ask, error);
}

/* A change of the register sees the world that no other change is about to replace. */
static json_t *
answer_in_turn(Ask *ask, const Verb *verb, GError **error)
{
	json_t *result = NULL;

	if (!verb->is_change)
		return answer_verb(ask, verb, error);
	g_mutex_lock(&ask->desk->change);
	result = answer_verb(ask, verb, error);
	g_mutex_unlock(&ask->desk->change);
	return result;
}

static bool
read_request(Ask *ask, GError **error)
{
	const json_t *body = ask->request->body;
	json_t *options = json_object_get(body, "options");

	ask->area = json_text(body, "area");
	ask->verb = json_text(body, "verb");
	ask->words = json_words(body, "words");
	ask->options = options;
	if (ask->verb == NULL)
		ask->verb = "";
	if (ask->area != NULL && (options == NULL || json_is_object(options)))
		return true;
	g_set_error(error, DESK_ERROR, DESK_ERROR_USAGE,
		    "the request has no area, or its options are none");
	return false;
}

static json_t *
answer(Ask *ask, GError **error)
{
	g_autoptr(json_t) none = json_object();
	const Verb *verb = NULL;
	json_t *result = NULL;

	if (!read_request(ask, error))
		return NULL;
	if (ask->options == NULL)
		ask->options = none;
	verb = verb_find(ask->area, ask->verb, error);
	if (verb != NULL)
		result = answer_in_turn(ask, verb, error);
	ask->options = NULL;
	return result;
}

json_t *
desk_answer(Desk *desk, const DeskRequest *request, GError **error)
{
	Ask ask = { .desk = desk, .request = request };
	GError *cause = NULL;
	json_t *result = answer(&ask, &cause);

	if (cause != NULL) {
		cause = as_exit(&ask, cause);
		if (cause->code == DESK_ERROR_REFUSED)
			access_record_refusal(&ask, cause->message);
		g_propagate_error(error, cause);
	}
	actor_free(ask.actor);
	world_unref(ask.world);
	g_strfreev(ask.words);
	return result;
}
