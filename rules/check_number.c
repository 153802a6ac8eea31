/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_number.c - a work number given to a young person (1.3)
 *
 * Each time is on record; the line manager is told the first time that this worker gives
 * this number to this young person.  What was given before is a fact of the history:
 * "numbers_given", as the facts of earlier verdicts have it.
 */
#include "config.h"

#include "rules/check.h"

#include <string.h>

enum { DIGITS_MIN = 5, DIGITS_MAX = 15 };

static bool
was_given(const Inquiry *inquiry, const char *staff, const char *case_id,
	  const char *number)
{
	const json_t *given = json_object_get(inquiry->hearing->history, "numbers_given");
	size_t i;
	const json_t *one;

	json_array_foreach(given, i, one)
		if (g_strcmp0(json_text(one, "staff"), staff) == 0 &&
		    g_strcmp0(json_text(one, "case"), case_id) == 0 &&
		    g_strcmp0(json_text(one, "number"), number) == 0)
			return true;
	return false;
}

/* Notes a fact; whether it is new for anybody on the message. */
static bool
note_given(Inquiry *inquiry, const char *number)
{
	const char *staff =
		inquiry->author == NULL ? "" : address_text(inquiry->author->email);
	bool is_new = false;

	for (guint i = 0; i < inquiry->young->len; i++) {
		const Reached *reached = inquiry->young->pdata[i];
		const char *case_id = reached->person->case_id;

		is_new |= !was_given(inquiry, staff, case_id, number);
		json_array_append_new(inquiry->numbers_given,
				      json_pack("{s:s, s:s, s:s}", "staff", staff, "case",
						case_id, "number", number));
	}
	return is_new;
}

static bool
is_noted(const Inquiry *inquiry, const char *number)
{
	size_t i;
	const json_t *one;

	json_array_foreach(inquiry->numbers_given, i, one)
		if (g_strcmp0(json_text(one, "number"), number) == 0)
			return true;
	return false;
}

static void
check_number(Inquiry *inquiry, const char *where, const char *written)
{
	g_autofree char *number =
		directory_work_number(inquiry->hearing->directory, written);

	if (number == NULL || is_noted(inquiry, number))
		return;
	if (note_given(inquiry, number))
		inquiry_find(inquiry, where, written, NULL);
	else
		inquiry_find_quietly(inquiry, where, written,
				     "the line manager was told before");
}

/* How long a number is that begins here, with blanks and signs inside; 0: none does. */
static gsize
number_len(const char *text, guint *digits)
{
	gsize len = 0, end = 0;

	*digits = 0;
	while (text[len] != '\0' && *digits <= DIGITS_MAX &&
	       (g_ascii_isdigit(text[len]) || strchr("+ .-()/", text[len]) != NULL)) {
		if (g_ascii_isdigit(text[len++])) {
			(*digits)++;
			end = len;
		}
	}
	return end;
}

static void
check_piece(Inquiry *inquiry, const TextPiece *piece)
{
	const char *at = piece->utf8;

	while ((at = strpbrk(at, "+(0123456789")) != NULL) {
		guint digits;
		gsize len = number_len(at, &digits);
		g_autofree char *written = g_strndup(at, len);

		if (digits >= DIGITS_MIN && digits <= DIGITS_MAX)
			check_number(inquiry, piece->where, written);
		at += MAX(len, 1);
	}
}

void
check_work_number_given(Inquiry *inquiry)
{
	const Text *text;

	if (!directory_has_work_numbers(inquiry->hearing->directory))
		return;
	text = inquiry_text(inquiry);
	for (guint i = 0; i < text_len(text); i++) {
		const TextPiece *piece = text_piece(text, i);

		if (piece->form == TEXT_PLAIN && piece->unit != TEXT_HEADER &&
		    piece->unit != TEXT_QUOTED)
			check_piece(inquiry, piece);
	}
}
