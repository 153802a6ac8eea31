/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.c - a message as it comes in: envelope, scope, and every byte
 *
 * libmilter takes headers apart; put together again as name, ':', value, with each LF
 * of a fold as CRLF, they are the bytes that the mail server had (leading blanks
 * included: SMFIP_HDR_LEADSPC).  Body chunks are bytes already.
 *
 * Nothing is stored before the headers have said that the message is in scope.
 */
#include "config.h"

#include "milter/capture.h"

#include "base/clock.h"

#include <string.h>

Capture *
capture_new(World *world, Envelope *envelope)
{
	Capture *capture = g_atomic_rc_box_new0(Capture);

	capture->world = world;
	capture->envelope = envelope;
	return capture;
}

Capture *
capture_ref(Capture *capture)
{
	return g_atomic_rc_box_acquire(capture);
}

static void
clear(gpointer data)
{
	Capture *capture = data;

	world_unref(capture->world);
	envelope_free(capture->envelope);
	headers_free(capture->headers);
	draft_free(capture->draft);
	account_free(capture->account);
	json_decref(capture->answers);
	g_free(capture->release);
	if (capture->block != NULL)
		g_string_free(capture->block, TRUE);
	hasher_free(capture->original);
}

void
capture_unref(Capture *capture)
{
	if (capture != NULL)
		g_atomic_rc_box_release_full(capture, clear);
}

static void
append_value(GString *block, const char *value)
{
	const char *end;

	for (; (end = strchr(value, '\n')) != NULL; value = end + 1) {
		gsize len = (gsize)(end - value);

		if (len > 0 && end[-1] == '\r')
			len--;
		g_string_append_len(block, value, (gssize)len);
		g_string_append(block, "\r\n");
	}
	g_string_append(block, value);
	g_string_append(block, "\r\n");
}

void
capture_add_header(Capture *capture, const char *name, const char *value)
{
	bool is_first = capture->headers == NULL;

	if (is_first) {
		capture->headers = headers_new();
		capture->block = g_string_sized_new(2048);
	}
	headers_add(capture->headers, name, value);
	g_string_append(capture->block, name);
	g_string_append_c(capture->block, ':');
	append_value(capture->block, value);
	if (is_first)
		capture->first_len = capture->block->len;
	if (is_first && g_ascii_strcasecmp(name, "Chaperone-Release") == 0)
		capture->release = g_strstrip(g_strdup(value));
}

static bool
open_draft(Capture *capture, const char *spool, GError **error)
{
	GString *block = capture->block;

	capture->time = clock_now();
	capture->draft = draft_new("mail", capture->time);
	draft_open_content(capture->draft, spool);
	g_string_append(block, "\r\n");
	if (capture->release != NULL) {
		capture->original = hasher_new();
		hasher_add(capture->original, block->str + capture->first_len,
			   block->len - capture->first_len);
	}
	return draft_write(capture->draft, block->str, block->len, error);
}

/* Whether it is in scope after all, as an answer from a new address. */
static bool
is_answer(const Capture *capture)
{
	g_auto(GStrv) cases = json_words(capture->answers, "answers");
	const Policy *policy = capture->world->policy;
	Day today = day_of(clock_now(), hours_zone(policy_hours(policy)));

	return scope_is_answer(capture->envelope, capture->headers,
			       capture->world->directory, policy,
			       (const char *const *)cases, today);
}

bool
capture_end_headers(Capture *capture, const char *spool, GError **error)
{
	bool is_written = true;

	if (capture->headers == NULL) {
		capture->headers = headers_new();
		capture->block = g_string_new(NULL);
	}
	capture->scope = scope_decide(capture->envelope, capture->headers,
				      capture->world->directory, capture->world->policy);
	if (capture->scope.answer == SCOPE_OUT && is_answer(capture))
		capture->scope = (Scope){ SCOPE_IN, DIRECTION_INBOUND };
	if (capture->scope.answer != SCOPE_OUT)
		is_written = open_draft(capture, spool, error);
	g_string_free(g_steal_pointer(&capture->block), TRUE);
	return is_written;
}

bool
capture_add_body(Capture *capture, const void *data, gsize len, GError **error)
{
	if (capture->original != NULL)
		hasher_add(capture->original, data, len);
	return draft_write(capture->draft, data, len, error);
}
