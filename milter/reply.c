/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - the only place where a conclusion becomes an SMTP answer
 *
 *   deliver   accepted, our headers on top, whatever else claims to be ours removed
 *   hold      discarded, which the client sees as 250; no reply text, which would make
 *             some servers deliver it
 *   reject    550 5.7.1
 *   busy      451 4.3.2
 *   full      452 4.3.1
 *   failed    451 4.3.0
 *
 * A header value begins with its own blank, because we asked for values with their
 * leading blanks (SMFIP_HDR_LEADSPC).  libmilter says yes to a header when it was
 * written, not when it was done; a failure therefore means that the connection is gone
 * or the action was not granted, and the message must not pass without its record's id.
 *
 * Reply texts are ours alone: ASCII, without '%', well under 200 bytes.
 */
#include "config.h"

#include "milter/reply.h"

#include "milter/lend.h"

#include <string.h>

static const struct Words {
	const char *code, *status, *text;
} words[] = {
	[ANSWER_REJECT] = { "550", "5.7.1", "this message may not be sent" },
	[ANSWER_BUSY] = { "451", "4.3.2", "too much mail at once: try again later" },
	[ANSWER_FULL] = { "452", "4.3.1", "no room to record mail: try again later" },
	[ANSWER_FAILED] = { "451", "4.3.0", "mail cannot be recorded: try again later" },
};

static sfsistat
refuse(SMFICTX *ctx, const Conclusion *conclusion)
{
	const struct Words *say = &words[conclusion->answer];
	g_autofree char *text = g_strdup(say->text);

	if (conclusion->answer == ANSWER_REJECT) {
		g_free(text);
		text = g_strdup_printf("%s; record %s", say->text, conclusion->id);
	}
	/* Without our text the server refuses just the same, in its own words. */
	(void)smfi_setreply(ctx, lend(say->code), lend(say->status), text);
	return conclusion->answer == ANSWER_REJECT ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

static bool
is_ours(const char *name)
{
	return g_ascii_strncasecmp(name, "Chaperone-", strlen("Chaperone-")) == 0;
}

/* How many there are of each name of ours: lower-case name → guint. */
static GHashTable *
count_ours(const Headers *headers)
{
	GHashTable *counts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < headers_len(headers); i++) {
		const char *name = headers_name(headers, i);
		g_autofree char *key = g_ascii_strdown(name, -1);
		guint *count = g_hash_table_lookup(counts, key);

		if (count != NULL)
			(*count)++;
		else if (is_ours(name))
			g_hash_table_insert(counts, g_steal_pointer(&key),
					    g_memdup2(&(guint){ 1 }, sizeof(guint)));
	}
	return counts;
}

/* From the last to the first, so that no number changes before its turn. */
static bool
remove_ours(SMFICTX *ctx, const Headers *headers)
{
	g_autoptr(GHashTable) counts = count_ours(headers);

	for (guint i = headers_len(headers); i > 0; i--) {
		const char *name = headers_name(headers, i - 1);
		g_autofree char *key = g_ascii_strdown(name, -1);
		guint *left = g_hash_table_lookup(counts, key);

		if (left == NULL)
			continue;
		if (smfi_chgheader(ctx, lend(name), (int)*left, NULL) != MI_SUCCESS)
			return false;
		(*left)--;
	}
	return true;
}

static bool
insert(SMFICTX *ctx, const char *name, const char *value)
{
	g_autofree char *spaced = g_strconcat(" ", value, NULL);

	return smfi_insheader(ctx, 0, lend(name), spaced) == MI_SUCCESS;
}

/* Whether one before it says the same. */
static bool
is_said(const GPtrArray *findings, guint position)
{
	const Finding *finding = g_ptr_array_index(findings, position);

	for (guint i = 0; i < position; i++) {
		const Finding *other = g_ptr_array_index(findings, i);

		if (other->action != ACTION_PASS &&
		    g_str_equal(other->rule, finding->rule))
			return true;
	}
	return false;
}

static bool
insert_finding(SMFICTX *ctx, const Finding *finding)
{
	g_autofree char *value =
		g_strdup_printf("%s; par=%s", finding->rule, finding->paragraph);

	return insert(ctx, "Chaperone-Finding", value);
}

/* Only the agency's own people see findings. */
static bool
shows_findings(const Verdict *verdict)
{
	return verdict != NULL && verdict->direction == DIRECTION_INBOUND &&
	       verdict->applied == ACTION_TAG;
}

/* Each goes to the very top: the last finding first, the record's id last. */
static bool
insert_ours(SMFICTX *ctx, const Conclusion *conclusion)
{
	const Verdict *verdict = conclusion->verdict;
	guint len = shows_findings(verdict) ? verdict->findings->len : 0;

	for (guint i = len; i > 0; i--) {
		const Finding *finding = g_ptr_array_index(verdict->findings, i - 1);

		if (finding->action != ACTION_PASS &&
		    !is_said(verdict->findings, i - 1) && !insert_finding(ctx, finding))
			return false;
	}
	return insert(ctx, "Chaperone-Record", conclusion->id);
}

static sfsistat
deliver(SMFICTX *ctx, Conclusion *conclusion, const Headers *headers)
{
	if (remove_ours(ctx, headers) && insert_ours(ctx, conclusion))
		return SMFIS_ACCEPT;
	conclusion->answer = ANSWER_FAILED;
	conclusion->fault = g_strdup("the mail server did not take our headers");
	return refuse(ctx, conclusion);
}

sfsistat
reply_give(SMFICTX *ctx, Conclusion *conclusion, const Headers *headers)
{
	switch (conclusion->answer) {
	case ANSWER_DELIVER:
		return deliver(ctx, conclusion, headers);
	case ANSWER_HOLD:
		return SMFIS_DISCARD;
	default:
		return refuse(ctx, conclusion);
	}
}
