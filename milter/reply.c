/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.c - the only place where a conclusion becomes an SMTP answer
 *
 *   deliver   accepted, our headers on top, whatever else claims to be ours removed;
 *             where parts were put away, the body of the readable form instead
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

#include "base/cut.h"
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

static bool
is_of_content(const char *name)
{
	return g_ascii_strncasecmp(name, "Content-", strlen("Content-")) == 0;
}

/* How many there are of each name: lower-case name → guint. */
static GHashTable *
count_those(const Headers *headers, bool (*is_meant)(const char *name))
{
	GHashTable *counts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < headers_len(headers); i++) {
		const char *name = headers_name(headers, i);
		g_autofree char *key = g_ascii_strdown(name, -1);
		guint *count = g_hash_table_lookup(counts, key);

		if (count != NULL)
			(*count)++;
		else if (is_meant(name))
			g_hash_table_insert(counts, g_steal_pointer(&key),
					    g_memdup2(&(guint){ 1 }, sizeof(guint)));
	}
	return counts;
}

/* From the last to the first, so that no number changes before its turn. */
static bool
remove_those(SMFICTX *ctx, const Headers *headers, bool (*is_meant)(const char *name))
{
	g_autoptr(GHashTable) counts = count_those(headers, is_meant);

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

/* Only the agency's own people see findings, and nobody those of what may be about
 * whoever reads it. */
static bool
shows_findings(const Verdict *verdict)
{
	return verdict != NULL && verdict->direction == DIRECTION_INBOUND &&
	       verdict->applied == ACTION_TAG && !verdict->is_restricted;
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

static bool
append(SMFICTX *ctx, const char *name, const char *value)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(value));
	g_autofree char *spaced = g_strconcat(" ", trimmed, NULL);

	return smfi_addheader(ctx, lend(name), spaced) == MI_SUCCESS;
}

/* The header lines of the readable form that tell what its body is. */
static bool
change_content(SMFICTX *ctx, const Headers *before, const Headers *now)
{
	bool has_version = headers_count(before, "MIME-Version") > 0;

	if (!remove_those(ctx, before, is_of_content))
		return false;
	for (guint i = 0; i < headers_len(now); i++) {
		const char *name = headers_name(now, i);
		bool is_new =
			is_of_content(name) ||
			g_ascii_strcasecmp(name, "Chaperone-Sealed") == 0 ||
			(!has_version && g_ascii_strcasecmp(name, "MIME-Version") == 0);

		if (is_new && !append(ctx, name, headers_value(now, i)))
			return false;
	}
	return true;
}

/* The readable form instead of the message; true when there is none. */
static bool
show(SMFICTX *ctx, const Conclusion *conclusion, const Headers *headers)
{
	gsize len;
	const char *data;
	gsize body;
	g_autoptr(Headers) now = NULL;

	if (conclusion->shown == NULL)
		return true;
	data = g_bytes_get_data(conclusion->shown, &len);
	body = cut_body(conclusion->shown);
	now = headers_read(data, len);
	if (cut_is_top(conclusion->verdict->cuts) && !change_content(ctx, headers, now))
		return false;
	return len - body <= G_MAXINT &&
	       smfi_replacebody(ctx, (unsigned char *)lend(data + body),
				(int)(len - body)) == MI_SUCCESS;
}

/* To those as well who cover for somebody addressed. */
static bool
add_covers(SMFICTX *ctx, const Verdict *verdict)
{
	for (guint i = 0; verdict != NULL && i < verdict->deliver_to->len; i++) {
		const char *to = g_ptr_array_index(verdict->deliver_to, i);
		g_autofree char *path = g_strdup_printf("<%s>", to);

		if (smfi_addrcpt(ctx, path) != MI_SUCCESS)
			return false;
	}
	return true;
}

static sfsistat
deliver(SMFICTX *ctx, Conclusion *conclusion, const Headers *headers)
{
	if (remove_those(ctx, headers, is_ours) && show(ctx, conclusion, headers) &&
	    insert_ours(ctx, conclusion) && add_covers(ctx, conclusion->verdict))
		return SMFIS_ACCEPT;
	conclusion->answer = ANSWER_FAILED;
	conclusion->fault = g_strdup("the mail server did not take our changes");
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
