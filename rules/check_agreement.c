/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_agreement.c - writing only where it was agreed (1.6, 3.5), and where a parent
 * is aware or a line manager has decided (3.5, 12)
 *
 * What held on the day of the message counts, in the agency's zone.  An agreement
 * lapses with its dates, with the case, and with the worker's leaving.
 */
#include "config.h"

#include "rules/check.h"

enum { ADULT = 18 };

/* What is the matter with an agreement, the nearest to being right first. */
typedef enum Obstacle {
	OBSTACLE_NONE,
	OBSTACLE_CHANNEL,
	OBSTACLE_NOT_BEGUN,
	OBSTACLE_ENDED,
	OBSTACLE_PAST,
	OBSTACLE_OTHER,
	OBSTACLE_MISSING,
} Obstacle;

static const char *const obstacle_words[] = {
	[OBSTACLE_NONE] = NULL,
	[OBSTACLE_CHANNEL] = "the agreement does not name this way of writing",
	[OBSTACLE_NOT_BEGUN] = "the agreement has not begun yet",
	[OBSTACLE_ENDED] = "the agreement was ended",
	[OBSTACLE_PAST] = "the agreement has run out",
	[OBSTACLE_OTHER] = "there is an agreement, but for another worker",
	[OBSTACLE_MISSING] = "there is no agreement",
};

/* Whether an agreement with one lets another write: the same, a member of the team, the
 * cover while they are away or suspended. */
static bool
stands_for(const Inquiry *inquiry, const Staff *named, const Staff *author)
{
	const Directory *directory = inquiry->hearing->directory;

	if (!staff_is_employed_on(named, inquiry->day))
		return false;
	if (named == author || directory_is_member(directory, named, author))
		return true;
	if (named->cover != NULL && staff_needs_cover_on(named, inquiry->day) &&
	    directory_staff(directory, named->cover) == author)
		return true;
	/* A young person may answer to the team of the one who writes to them. */
	return inquiry->direction == DIRECTION_INBOUND &&
	       directory_is_member(directory, author, named);
}

static bool
is_for(const Inquiry *inquiry, const Agreement *agreement, const Staff *author)
{
	for (char **name = agreement->staff; *name != NULL; name++) {
		const Staff *named = directory_staff(inquiry->hearing->directory, *name);

		if (named != NULL && stands_for(inquiry, named, author))
			return true;
	}
	return false;
}

static Obstacle
obstacle(const Inquiry *inquiry, const Agreement *agreement, const Reached *reached,
	 const Staff *author)
{
	if (author == NULL || !is_for(inquiry, agreement, author))
		return OBSTACLE_OTHER;
	if (agreement->ended != DAY_NONE && agreement->ended <= inquiry->day)
		return OBSTACLE_ENDED;
	if (inquiry->day < agreement->from)
		return OBSTACLE_NOT_BEGUN;
	if (agreement->until < inquiry->day)
		return OBSTACLE_PAST;
	if (!(agreement->channels & reached->channel))
		return OBSTACLE_CHANNEL;
	return OBSTACLE_NONE;
}

const Agreement *
check_covering(const Inquiry *inquiry, const Reached *reached, const Staff *author,
	       const char **why)
{
	const GPtrArray *agreements = directory_agreements(inquiry->hearing->directory,
							   reached->person->case_id);
	Obstacle least = OBSTACLE_MISSING;

	for (guint i = agreements == NULL ? 0 : agreements->len; i > 0; i--) {
		const Agreement *agreement = agreements->pdata[i - 1];
		Obstacle here = obstacle(inquiry, agreement, reached, author);

		if (here == OBSTACLE_NONE && reached->person->state == PERSON_ACTIVE &&
		    reached->is_theirs)
			return agreement;
		least = MIN(least, here);
	}
	if (why != NULL && !reached->is_theirs)
		*why = "the address is not the young person's on that day";
	else if (why != NULL)
		*why = reached->person->state == PERSON_ACTIVE
			       ? obstacle_words[least]
			       : "the young person's case has ended";
	return NULL;
}

void
check_agreement_outbound(Inquiry *inquiry)
{
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const char *why;

		if (check_covering(inquiry, reached, inquiry->author, &why) == NULL)
			inquiry_find(inquiry, "envelope", reached->address, why);
	}
}

/* The one who is written to must be one with whom it was agreed. */
static void
check_answered(Inquiry *inquiry, const Reached *reached)
{
	const char *why;

	for (guint i = 0; i < inquiry->addressed->len; i++) {
		const Staff *staff = g_array_index(inquiry->addressed, const Staff *, i);

		if (check_covering(inquiry, reached, staff, &why) == NULL)
			inquiry_find(inquiry, "envelope", address_text(staff->email),
				     why);
	}
	if (inquiry->addressed->len == 0 &&
	    check_covering(inquiry, reached, NULL, &why) == NULL)
		inquiry_find(inquiry, "envelope", reached->address, why);
}

void
check_agreement_inbound(Inquiry *inquiry)
{
	for (guint i = 0; i < inquiry->young->len; i++)
		check_answered(inquiry, inquiry->young->pdata[i]);
}

bool
check_needs_aware(const Inquiry *inquiry, const Person *person)
{
	int age = day_age(person->born, inquiry->day);

	return age < ADULT && age < policy_aware_age(inquiry->hearing->policy);
}

static bool
shows_aware(const Agreement *agreement, Day day)
{
	return agreement->decision != NULL ||
	       (agreement->parent_aware != DAY_NONE && agreement->parent_aware <= day);
}

/* The agreement that covers the author must show it; where none does, any that holds
 * on the day. */
static bool
is_aware(const Inquiry *inquiry, const Reached *reached)
{
	const Agreement *covering =
		check_covering(inquiry, reached, inquiry->author, NULL);
	const GPtrArray *agreements = directory_agreements(inquiry->hearing->directory,
							   reached->person->case_id);

	if (covering != NULL)
		return shows_aware(covering, inquiry->day);
	for (guint i = 0; agreements != NULL && i < agreements->len; i++)
		if (agreement_holds_on(agreements->pdata[i], inquiry->day) &&
		    shows_aware(agreements->pdata[i], inquiry->day))
			return true;
	return false;
}

void
check_parent_aware(Inquiry *inquiry)
{
	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];

		if (check_needs_aware(inquiry, reached->person) &&
		    !is_aware(inquiry, reached))
			inquiry_find(inquiry, "envelope", reached->address, NULL);
	}
}
