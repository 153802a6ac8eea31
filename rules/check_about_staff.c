/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_about_staff.c - what a young person writes that may be about a member of staff
 * (1.10): words of danger or abuse, found by a rule, together with somebody's name or
 * role, or with the one who is addressed
 *
 * Such a message is restricted from the moment it is recorded.  Whom it may be about is
 * taken widely: those named; where only a role is named all who work with the young
 * person; and always those to whom it was sent.
 */
#include "config.h"

#include "rules/check.h"

#include "register/mention.h"

#include <string.h>

/* Roles have so many words at most; a longer text is looked at so far. */
enum { ROLE_WORDS = 4, WORDS_MAX = 20000 };

static const char roles_list[] = "staff-roles";
static const char *const you[] = { "you", "u", "ya", "you've", "youve", "uve", NULL };
/* Verbs with which a finding begins when it leaves out who it was. */
static const char *const verbs[] = { "made", "make", "makes", "making", "kept", NULL };

/* One message. */
typedef struct Accusation {
	Inquiry *inquiry;
	GArray *near; /* const Staff *: who is addressed, then who works with the young person */
	guint addressed;  /* how many of them are addressed, by a team too */
	char *own;        /* names of the young people */
	GPtrArray *named; /* const Staff * */
	bool has_role, has_you;
} Accusation;

static bool
begins_with(const Finding *finding, const char *word)
{
	return g_str_has_prefix(finding->rule, word);
}

static void
add_staff(const Accusation *accusation, const Staff *staff)
{
	GArray *near = accusation->near;

	if (staff != NULL && !inquiry_has_staff(near, staff))
		g_array_append_val(near, staff);
}

/* With those of a team. */
static void
add_by_email(const Accusation *accusation, const char *email)
{
	const Directory *directory = accusation->inquiry->hearing->directory;
	const Staff *staff = email == NULL ? NULL : directory_staff(directory, email);

	add_staff(accusation, staff);
	for (char **one = staff == NULL ? NULL : staff->members;
	     one != NULL && *one != NULL; one++)
		add_staff(accusation, directory_staff(directory, *one));
}

static void
add_of_person(const Accusation *accusation, const Person *person)
{
	const Directory *directory = accusation->inquiry->hearing->directory;
	const GPtrArray *agreements = directory_agreements(directory, person->case_id);

	for (guint i = 0; agreements != NULL && i < agreements->len; i++) {
		const Agreement *agreement = agreements->pdata[i];

		for (char **one = agreement->staff; *one != NULL; one++)
			add_by_email(accusation, *one);
	}
}

static void
add_addressed(const Accusation *accusation)
{
	const GArray *addressed = accusation->inquiry->addressed;

	for (guint i = 0; i < addressed->len; i++)
		add_by_email(
			accusation,
			address_text(g_array_index(addressed, const Staff *, i)->email));
}

/* Managers are known by one name too, but are not meant by "my worker". */
static GArray *
list_known(const Accusation *accusation)
{
	const Inquiry *inquiry = accusation->inquiry;
	const Directory *directory = inquiry->hearing->directory;
	GArray *known = g_array_copy(accusation->near);
	guint near = known->len;

	for (guint i = 0; i < near; i++) {
		const char *manager = g_array_index(known, const Staff *, i)->manager;
		const Staff *staff =
			manager == NULL ? NULL : directory_staff(directory, manager);

		if (staff != NULL && !inquiry_has_staff(known, staff))
			g_array_append_val(known, staff);
	}
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Person *person =
			((const Reached *)inquiry->young->pdata[i])->person;
		const Staff *staff =
			person->manager == NULL
				? NULL
				: directory_staff(directory, person->manager);

		if (staff != NULL && !inquiry_has_staff(known, staff))
			g_array_append_val(known, staff);
	}
	return known;
}

/* The words on either side of an excerpt, "…»excerpt«…". */
static char *
word_beside(const Finding *finding, bool is_behind)
{
	static const char open[] = "\xC2\xBB", shut[] = "\xC2\xAB";
	const char *context = finding->context == NULL ? "" : finding->context;
	const char *at = strstr(context, is_behind ? shut : open);
	g_autofree char *side = at == NULL  ? g_strdup("")
				: is_behind ? g_strdup(at + strlen(shut))
					    : g_strndup(context, (gsize)(at - context));
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(side), " .,;:!?", -1);
	guint len = g_strv_length(words);

	if (len == 0)
		return g_strdup("");
	return g_utf8_strdown(words[is_behind ? 0 : len - 1], -1);
}

/* Whether words of danger say that it was the one who reads them: "you hit me", "you made
 * me", "scared of you". */
static bool
accuses_reader(const Finding *finding)
{
	g_autofree char *lower = g_utf8_strdown(finding->excerpt, -1);
	g_auto(GStrv) words = g_strsplit_set(lower, " ", -1);
	guint len = g_strv_length(words);
	g_autofree char *before = word_beside(finding, false);
	g_autofree char *behind = word_beside(finding, true);

	if (len == 0)
		return false;
	return g_strv_contains(you, words[0]) ||
	       (g_strv_contains(verbs, words[0]) && g_strv_contains(you, before)) ||
	       (strcmp(words[len - 1], "of") == 0 && g_strv_contains(you, behind));
}

/* Whether there are such words; notes what they say of the reader. */
static bool
has_words(Accusation *accusation)
{
	const GPtrArray *findings = accusation->inquiry->findings;
	bool has = false;

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		bool is_danger = begins_with(finding, "danger");

		has |= is_danger || begins_with(finding, "abuse");
		accusation->has_you |= is_danger && accuses_reader(finding);
	}
	return has;
}

static bool
has_role_at(const WordList *roles, char *const *words)
{
	g_autoptr(GString) role = g_string_new(NULL);

	for (guint len = 0; len < ROLE_WORDS && words[len] != NULL; len++) {
		g_string_append_printf(role, "%s%s", len > 0 ? " " : "", words[len]);
		if (wordlist_has(roles, role->str))
			return true;
	}
	return false;
}

/* "key-worker's" is two words of which a list may have both. */
static char **
split_words(const char *text)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) all = g_strsplit_set(text, " \t\r\n.,;:!?()\"-/'", WORDS_MAX);

	for (char **word = all; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(words, g_strdup(*word));
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

static bool
has_role(const Inquiry *inquiry, const char *text)
{
	const WordList *roles =
		ruleset_list(policy_rules(inquiry->hearing->policy), roles_list);
	g_auto(GStrv) words = split_words(text);

	for (char **word = words; roles != NULL && *word != NULL; word++)
		if (has_role_at(roles, word))
			return true;
	return false;
}

static void
read_piece(Accusation *accusation, const MentionQuery *query, const TextPiece *piece)
{
	g_autoptr(GPtrArray) found = NULL;

	if (piece->form != TEXT_PLAIN || piece->unit == TEXT_QUOTED ||
	    piece->unit == TEXT_HEADER || piece->unit == TEXT_NAMES)
		return;
	found = mention_find(query, piece->utf8);
	g_ptr_array_extend(accusation->named, found, NULL, NULL);
	accusation->has_role |= has_role(accusation->inquiry, piece->utf8);
}

static void
read_text(Accusation *accusation)
{
	const Text *text = inquiry_text(accusation->inquiry);
	g_autoptr(GArray) known = list_known(accusation);
	const MentionQuery query = { .directory = accusation->inquiry->hearing->directory,
				     .known = known,
				     .own = accusation->own };

	for (guint i = 0; text != NULL && i < text_len(text); i++)
		read_piece(accusation, &query, text_piece(text, i));
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
note_about(const Accusation *accusation, const Staff *staff)
{
	GPtrArray *about = accusation->inquiry->verdict->about;
	const char *email = address_text(staff->email);

	if (!g_ptr_array_find_with_equal_func(about, email, g_str_equal, NULL))
		g_ptr_array_add(about, g_strdup(email));
}

/* Those named, those addressed, and all who may be meant by a role. */
static void
restrict_to_leads(const Accusation *accusation)
{
	Verdict *verdict = accusation->inquiry->verdict;

	for (guint i = 0; i < accusation->named->len; i++)
		note_about(accusation, accusation->named->pdata[i]);
	for (guint i = 0; i < accusation->near->len; i++)
		if (accusation->has_role || i < accusation->addressed)
			note_about(accusation,
				   g_array_index(accusation->near, const Staff *, i));
	g_ptr_array_sort(verdict->about, compare_text);
	verdict->is_restricted = true;
}

static void
accusation_open(Accusation *accusation, Inquiry *inquiry)
{
	g_autoptr(GString) own = g_string_new(NULL);

	accusation->inquiry = inquiry;
	accusation->near = g_array_new(FALSE, FALSE, sizeof(const Staff *));
	accusation->named = g_ptr_array_new();
	add_addressed(accusation);
	accusation->addressed = accusation->near->len;
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const char *name = reached->person->name;

		add_of_person(accusation, reached->person);
		g_string_append_printf(own, "%s ", name == NULL ? "" : name);
	}
	accusation->own = g_string_free(g_steal_pointer(&own), FALSE);
}

static void
accusation_close(Accusation *accusation)
{
	g_array_unref(accusation->near);
	g_ptr_array_unref(accusation->named);
	g_free(accusation->own);
}

void
check_about_staff(Inquiry *inquiry)
{
	Accusation accusation = { .inquiry = inquiry };

	if (!has_words(&accusation))
		return;
	accusation_open(&accusation, inquiry);
	read_text(&accusation);
	if (accusation.named->len > 0 || accusation.has_role || accusation.has_you) {
		inquiry_find(inquiry, "body", "",
			     accusation.named->len > 0 ? "somebody is named"
			     : accusation.has_role     ? "a role is named"
						       : "it says \"you\"");
		restrict_to_leads(&accusation);
	}
	accusation_close(&accusation);
}
