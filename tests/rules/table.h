/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - the rows of tests/system/policy.table as tests judge them
 */
#ifndef TESTS_RULES_TABLE_H
#define TESTS_RULES_TABLE_H

#include "base/clock.h"
#include "rules/judge.h"
#include "tests/rules/court.h"

#include <string.h>

typedef struct TableRow {
	char *what, *way, *from, *to, *when, *message, *expected;
} TableRow;

typedef struct Table {
	Directory *directory;
	Policy *policy;
	GHashTable *data; /* name → base64 */
	GPtrArray *rows;  /* TableRow * */
} Table;

/* What varies between tellings of one row. */
typedef struct Telling {
	bool turns_headers;    /* headers in the opposite order */
	bool turns_recipients; /* recipients in the opposite order */
	bool shouts;           /* addresses in capitals, with a tag */
	bool encodes;          /* the text in base64 */
} Telling;

static inline char *
table_path(const char *name)
{
	const char *top = g_getenv("top_srcdir");

	return g_build_filename(top == NULL ? "." : top, "tests", "system", name, NULL);
}

static inline void
table_free_row(gpointer data)
{
	TableRow *row = data;

	g_free(row->what);
	g_free(row->way);
	g_free(row->from);
	g_free(row->to);
	g_free(row->when);
	g_free(row->message);
	g_free(row->expected);
	g_free(row);
}

static inline char *
table_cell(const char *cell, const char *usual)
{
	g_autofree char *bare = g_strstrip(g_strdup(cell));
	g_autofree char *plain =
		g_strcompress(strcmp(bare, "-") == 0 && usual != NULL ? usual : bare);

	return g_strdup(strcmp(plain, "<>") == 0 ? "" : plain);
}

static inline void
table_read_line(Table *table, const char *line)
{
	g_auto(GStrv) cells = g_strsplit(line, "|", -1);
	g_auto(GStrv) words = g_strsplit_set(line, " ", 3);
	TableRow *row;

	if (g_str_has_prefix(line, "data ")) {
		g_hash_table_insert(table->data, g_strdup(words[1]),
				    g_strstrip(g_strdup(words[2])));
		return;
	}
	if (*line == '\0' || *line == '#')
		return;
	if (g_strv_length(cells) != 7)
		fail_msg("not seven cells: %s", line);
	row = g_new0(TableRow, 1);
	row->what = g_strstrip(g_strdup(cells[0]));
	row->way = table_cell(cells[1], NULL);
	row->from = table_cell(cells[2], "mia@agency.example");
	row->to = table_cell(cells[3], "c@kids.example");
	row->when = table_cell(cells[4], "2026-11-24 11:00");
	row->message = g_strstrip(g_strdup(cells[5]));
	row->expected = table_cell(cells[6], NULL);
	g_ptr_array_add(table->rows, row);
}

typedef gpointer (*TableReader)(const json_t *json, GError **error);

static inline GPtrArray *
table_list(const json_t *all, const char *key, TableReader read, GDestroyNotify unref)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(unref);
	size_t i;
	const json_t *one;

	json_array_foreach(json_object_get(all, key), i, one) {
		g_autoptr(GError) error = NULL;
		gpointer thing = read(one, &error);

		if (thing == NULL)
			fail_msg("%s %zu: %s", key, i, error->message);
		g_ptr_array_add(list, thing);
	}
	return list;
}

static inline Directory *
table_directory(void)
{
	static const char *const none[] = { NULL };
	g_autofree char *path = table_path("policy.register.json");
	g_autofree char *text = NULL;
	g_autoptr(AddressForm) form = address_form_new(none, none);
	const DirectoryOptions options = { form, court_domains };
	g_autoptr(json_t) all = NULL;
	g_autoptr(GError) error = NULL;
	Directory *directory;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	all = json_read(text, strlen(text), &error);
	assert_non_null(all);
	{
		g_autoptr(GPtrArray) people =
			table_list(all, "people", (TableReader)person_from_json,
				   (GDestroyNotify)person_unref);
		g_autoptr(GPtrArray) staff =
			table_list(all, "staff", (TableReader)staff_from_json,
				   (GDestroyNotify)staff_unref);
		g_autoptr(GPtrArray) agreements =
			table_list(all, "agreements", (TableReader)agreement_from_json,
				   (GDestroyNotify)agreement_unref);
		g_autoptr(GPtrArray) contacts =
			table_list(all, "contacts", (TableReader)contact_from_json,
				   (GDestroyNotify)contact_unref);
		const DirectoryLists lists = { { staff, people, contacts, agreements } };

		directory = directory_new(&options, &lists, &error);
	}
	if (directory == NULL)
		fail_msg("%s", error->message);
	return directory;
}

static inline Policy *
table_policy(void)
{
	g_autofree char *folder = g_dir_make_tmp("table-XXXXXX", NULL);
	g_autofree char *rules = g_build_filename(folder, "a.rules", NULL);
	g_autofree char *holidays = g_build_filename(folder, "holidays", NULL);
	g_autofree char *path = g_build_filename(folder, "main.conf", NULL);
	g_autofree char *settings_path = table_path("policy.conf");
	g_autofree char *rules_path = table_path("policy.rules");
	g_autofree char *common = NULL;
	g_autofree char *blocks = NULL;
	g_autofree char *text = NULL;
	g_autoptr(Settings) settings = NULL;
	g_autoptr(GError) error = NULL;
	Policy *policy = NULL;

	assert_true(g_file_get_contents(settings_path, &common, NULL, NULL));
	assert_true(g_file_get_contents(rules_path, &blocks, NULL, NULL));
	text = g_strdup_printf("rules %s\nholidays %s\nwork-domain agency.example\n"
			       "outside listener MX\ninternal-network 127.0.0.0/8\n%s",
			       folder, holidays, common);
	assert_true(g_file_set_contents(rules, blocks, -1, NULL));
	assert_true(g_file_set_contents(holidays, "2026-12-25 Christmas\n", -1, NULL));
	assert_true(g_file_set_contents(path, text, -1, NULL));
	settings = settings_load(path, &error);
	if (settings != NULL)
		policy = policy_load(settings, &error);
	g_remove(rules);
	g_remove(holidays);
	g_remove(path);
	g_rmdir(folder);
	if (policy == NULL)
		fail_msg("%s", error->message);
	return policy;
}

static inline void
table_open(Table *table)
{
	g_autofree char *path = table_path("policy.table");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	table->directory = table_directory();
	table->policy = table_policy();
	table->data = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	table->rows = g_ptr_array_new_with_free_func(table_free_row);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		table_read_line(table, *line);
}

static inline void
table_close(Table *table)
{
	directory_unref(table->directory);
	policy_unref(table->policy);
	g_hash_table_unref(table->data);
	g_ptr_array_unref(table->rows);
}

/* One message as its cell describes it. */
typedef struct TableMail {
	GPtrArray *fields; /* "Name: value" */
	char *body;        /* or NULL */
	char *attached;    /* headers and base64 of a second part, or NULL */
	bool has_type;
} TableMail;

static inline bool
table_has_field(const GPtrArray *fields, const char *name)
{
	for (guint i = 0; i < fields->len; i++)
		if (g_str_has_prefix(fields->pdata[i], name))
			return true;
	return false;
}

static inline void
table_read_item(const Table *table, const TableRow *row, TableMail *mail,
		const char *item)
{
	const char *at = strrchr(row->from, '@');

	if (strcmp(item, "verified") == 0) {
		g_ptr_array_insert(mail->fields, 0,
				   g_strdup_printf("Authentication-Results: "
						   "mail.agency.example; "
						   "dmarc=pass header.from=%s",
						   at + 1));
	} else if (g_str_has_prefix(item, "body ")) {
		mail->body = g_strcompress(item + 5);
	} else if (g_str_has_prefix(item, "attach ")) {
		g_auto(GStrv) words = g_strsplit(item, " ", 4);
		const char *data = g_hash_table_lookup(table->data, words[3]);

		assert_non_null(data);
		mail->attached =
			g_strdup_printf("Content-Type: %s; name=\"%s\"\n"
					"Content-Transfer-Encoding: base64\n\n%s\n",
					words[1], words[2], data);
	} else if (strcmp(item, "-") != 0) {
		mail->has_type |= g_str_has_prefix(item, "Content-Type:");
		g_ptr_array_add(mail->fields, g_strcompress(item));
	}
}

/* Base64 of the text, where the row says nothing of its form. */
static inline char *
table_body(const TableMail *mail, const Telling *telling)
{
	const char *text = mail->body == NULL ? "Hello.\n" : mail->body;
	g_autofree char *coded = g_base64_encode((const guchar *)text, strlen(text));

	if (mail->attached != NULL)
		return g_strdup_printf(
			"Content-Type: multipart/mixed; boundary=bbb\n\n--bbb\n\n%s\n"
			"--bbb\n%s--bbb--\n",
			text, mail->attached);
	if (telling->encodes && !mail->has_type)
		return g_strdup_printf("Content-Type: text/plain; charset=utf-8\n"
				       "Content-Transfer-Encoding: base64\n\n%s\n",
				       coded);
	return g_strdup_printf("\n%s", text);
}

static inline GBytes *
table_message(const Table *table, const TableRow *row, const Telling *telling)
{
	g_auto(GStrv) items = g_strsplit(row->message, " / ", -1);
	TableMail mail = { .fields = g_ptr_array_new_with_free_func(g_free) };
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;
	g_autofree char *body = NULL;
	char *crlf;

	for (char **item = items; *item != NULL; item++)
		table_read_item(table, row, &mail, *item);
	if (!table_has_field(mail.fields, "From:"))
		g_ptr_array_add(mail.fields, g_strdup_printf("From: %s", row->from));
	if (!table_has_field(mail.fields, "To:")) {
		g_auto(GStrv) to = g_strsplit(row->to, " ", -1);
		g_autofree char *joined = g_strjoinv(", ", to);

		g_ptr_array_add(mail.fields, g_strdup_printf("To: %s", joined));
	}
	g_ptr_array_add(mail.fields, g_strdup("Subject: row"));
	for (guint i = 0; i < mail.fields->len; i++) {
		guint at = telling->turns_headers ? mail.fields->len - 1 - i : i;

		g_string_append_printf(text, "%s\n", (char *)mail.fields->pdata[at]);
	}
	body = table_body(&mail, telling);
	g_string_append(text, body);
	lines = g_strsplit(text->str, "\n", -1);
	crlf = g_strjoinv("\r\n", lines);
	g_ptr_array_unref(mail.fields);
	g_free(mail.body);
	g_free(mail.attached);
	return g_bytes_new_take(crlf, strlen(crlf));
}

/* "c@kids.example" → "C+tag@KIDS.EXAMPLE": what has letters alone, and no number. */
static inline char *
table_shout(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *local =
		at == NULL ? NULL : g_strndup(address, (gsize)(at - address));
	g_autofree char *loud = NULL;

	if (at == NULL || strpbrk(local, "%\"+0123456789") != NULL)
		return g_strdup(address);
	loud = g_strconcat(local, "+tag", at, NULL);
	return g_ascii_strup(loud, -1);
}

static inline Envelope *
table_envelope(const TableRow *row, const Telling *telling)
{
	g_auto(GStrv) to = g_strsplit(row->to, " ", -1);
	g_auto(GStrv) way = g_strsplit(row->way, " ", 2);
	guint len = g_strv_length(to);
	Envelope *envelope = envelope_new();

	for (guint i = 0; i < len; i++) {
		const char *one = to[telling->turns_recipients ? len - 1 - i : i];
		g_autofree char *loud =
			telling->shouts ? table_shout(one) : g_strdup(one);

		g_ptr_array_add(envelope->recipients, court_path(loud));
	}
	{
		g_autofree char *from =
			telling->shouts ? table_shout(row->from) : g_strdup(row->from);

		envelope->sender = court_path(from);
	}
	envelope->login = g_strdup(way[1]);
	envelope->client = g_strdup(strcmp(way[0], "outside") == 0   ? "192.0.2.9"
				    : strcmp(way[0], "trusted") == 0 ? "127.0.0.9"
								     : "127.0.0.1");
	envelope->listener = g_strdup(strcmp(way[0], "outside") == 0 ? "MX" : "staff");
	return envelope;
}

static inline Verdict *
table_judge(const Table *table, const TableRow *row, const Telling *telling)
{
	static const MessageLimits limits = { 1 << 20, 32, 1000 };
	g_autoptr(Envelope) envelope = table_envelope(row, telling);
	g_autoptr(GBytes) bytes = table_message(table, row, telling);
	g_autoptr(Message) message = message_read(bytes, &limits);
	g_autoptr(json_t) history = json_object();
	GTimeZone *zone = hours_zone(policy_hours(table->policy));
	Hearing hearing = { .envelope = envelope,
			    .message = message,
			    .directory = table->directory,
			    .policy = table->policy,
			    .history = history,
			    .time = 0 };

	assert_true(clock_parse(row->when, zone, &hearing.time, NULL));
	return judge(&hearing);
}

/* The verdict as the last cell has it. */
static inline char *
table_outcome(const Verdict *verdict)
{
	GString *text = g_string_new(NULL);
	g_autofree char *findings = court_findings(verdict);
	g_auto(GStrv) told = notify_words(verdict->notify);
	g_autofree char *names = g_strjoinv(" ", told);

	if (!verdict->in_scope)
		return g_string_free(g_string_append(text, "out"), FALSE);
	g_string_append_printf(text, "%s %s%s%s", direction_name(verdict->direction),
			       action_name(verdict->action), *findings == '\0' ? "" : " ",
			       findings);
	if (*names != '\0')
		g_string_append_printf(text, " told %s", names);
	for (guint i = 0; i < verdict->about->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? " about " : " ",
				       (char *)verdict->about->pdata[i]);
	for (guint i = 0; i < verdict->deliver_to->len; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? " also " : " ",
				       (char *)verdict->deliver_to->pdata[i]);
	return g_string_free(text, FALSE);
}

#endif
