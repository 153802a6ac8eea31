/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.c - the configuration file, read and checked in full
 *
 * What a keyword may say is checked when it is read, so that whoever asks later gets a
 * value that is right.
 */
#include "config.h"

#include "base/settings.h"

#include "base/file.h"
#include "base/value.h"

#include <glob.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, DEPTH_MAX = 8 };

#define KIB    G_GINT64_CONSTANT(1024)
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define SECOND G_GINT64_CONSTANT(1000)

/* Whether a keyword is part of the policy version. */
typedef enum Covered { LOCAL, POLICY } Covered;

static const struct {
	const char *name;
	ValueKind kind;
	Covered covered;
	const char *shipped;
	ValueRange range;
} keywords[] = {
	{ "agency", VALUE_TEXT, LOCAL, NULL, { 0, 0 } },
	{ "listen", VALUE_SOCKET, LOCAL, "unix:/run/chaperone/milter.sock", { 0, 0 } },
	{ "control", VALUE_PATH, LOCAL, "/run/chaperone/control.sock", { 0, 0 } },
	{ "archive", VALUE_PATH, LOCAL, "/var/lib/chaperone/archive", { 0, 0 } },
	{ "rules", VALUE_PATH, POLICY, "/etc/chaperone/rules.d", { 0, 0 } },
	{ "rules-two-person", VALUE_TRUTH, POLICY, NULL, { 0, 0 } },
	{ "enforce", VALUE_ENFORCE, POLICY, "yes", { 0, 0 } },
	{ "work-domain", VALUE_DOMAINS, POLICY, NULL, { 0, 0 } },
	{ "internal-network", VALUE_NETWORKS, POLICY, "127.0.0.0/8", { 0, 0 } },
	{ "outside", VALUE_OUTSIDE, POLICY, NULL, { 0, 0 } },
	{ "trusted-submitter", VALUE_SUBMITTER, POLICY, NULL, { 0, 0 } },
	{ "authserv-id", VALUE_WORD, POLICY, NULL, { 0, 0 } },
	{ "office-hours",
	  VALUE_TEXT,
	  POLICY,
	  "Mon-Fri 08:00-18:00 Europe/London",
	  { 0, 0 } },
	{ "holidays", VALUE_PATH, POLICY, NULL, { 0, 0 } },
	{ "aware-age", VALUE_COUNT, POLICY, "16", { 0, 18 } },
	{ "retention", VALUE_PATH, LOCAL, NULL, { 0, 0 } },
	{ "sms-gateway", VALUE_DOMAINS, POLICY, NULL, { 0, 0 } },
	{ "ignore-dots", VALUE_DOMAINS, POLICY, NULL, { 0, 0 } },
	{ "same-domain", VALUE_DOMAINS, POLICY, NULL, { 0, 0 } },
	{ "submit", VALUE_SERVER, LOCAL, "smtp://127.0.0.1:25", { 0, 0 } },
	{ "notify-from", VALUE_EMAILS, LOCAL, NULL, { 0, 0 } },
	{ "lead", VALUE_LEAD, LOCAL, NULL, { 0, 0 } },
	{ "second-lead", VALUE_LEAD, LOCAL, NULL, { 0, 0 } },
	{ "recovery-cert", VALUE_PATH, LOCAL, NULL, { 0, 0 } },
	{ "urgent-route", VALUE_ROUTE, LOCAL, "lead duty", { 0, 0 } },
	{ "signing-key", VALUE_KEY, LOCAL, "file:/etc/chaperone/signing.key", { 0, 0 } },
	{ "signing-cert", VALUE_PATH, LOCAL, "/etc/chaperone/signing.crt", { 0, 0 } },
	{ "log-key", VALUE_KEY, LOCAL, "file:/etc/chaperone/log.key", { 0, 0 } },
	{ "checkpoint-to", VALUE_EMAILS, LOCAL, NULL, { 0, 0 } },
	{ "stamp", VALUE_STAMP, LOCAL, NULL, { 0, 0 } },
	{ "stamp-ca", VALUE_PATH, LOCAL, "/etc/chaperone/stamp-ca.pem", { 0, 0 } },
	{ "stamp-policy", VALUE_OID, LOCAL, NULL, { 0, 0 } },
	{ "marker", VALUE_PATH, LOCAL, NULL, { 0, 0 } },
	{ "message-limit", VALUE_SIZE, LOCAL, "50M", { 10 * KIB, 2 * GIB } },
	{ "judge-deadline", VALUE_DURATION, LOCAL, "5s", { SECOND, 240 * SECOND } },
	{ "max-in-flight", VALUE_COUNT, LOCAL, "64", { 1, 10000 } },
	{ "user", VALUE_WORD, LOCAL, NULL, { 0, 0 } },
	{ "socket-group", VALUE_WORD, LOCAL, NULL, { 0, 0 } },
	{ "socket-mode", VALUE_MODE, LOCAL, "0660", { 0, 0 } },
	{ "disk-reserve", VALUE_SIZE, LOCAL, "64M", { 0, 1024 * GIB } },
	{ "network-filesystem", VALUE_TRUTH, LOCAL, "no", { 0, 0 } },
};

typedef struct Entry {
	char *text; /* words with one blank between them; NULL when not set */
	char **words;
	char *where;
} Entry;

struct Settings {
	Entry entries[G_N_ELEMENTS(keywords)];
};

/* One file while it is read. */
typedef struct Reader {
	Settings *settings;
	const char *path;
	guint depth;
	guint line;                          /* where the present setting begins */
	guint lines[G_N_ELEMENTS(keywords)]; /* where this file set each keyword; or 0 */
} Reader;

G_DEFINE_QUARK(settings_error, settings_error)

static bool read_file(Settings *settings, const char *path, guint depth, GError **error);

static void
set_entry(Entry *entry, char **words, const char *where)
{
	g_free(entry->text);
	g_strfreev(entry->words);
	g_free(entry->where);
	entry->words = g_strdupv(words);
	entry->text = *words == NULL ? NULL : g_strjoinv(" ", entry->words);
	entry->where = g_strdup(where);
}

static void
set_shipped(Settings *settings, const char *path)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
		const char *shipped = keywords[i].shipped;
		g_auto(GStrv) words = g_strsplit(shipped != NULL ? shipped : "", " ", -1);

		set_entry(&settings->entries[i], words, path);
	}
}

/* The index of a keyword; the number of keywords when there is no such. */
static gsize
find(const char *name)
{
	gsize i = 0;

	while (i < G_N_ELEMENTS(keywords) && strcmp(keywords[i].name, name) != 0)
		i++;
	return i;
}

/* Always false. */
static bool
refuse(const Reader *reader, const char *keyword, const char *wrong, GError **error)
{
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_SYNTAX, "%s:%u: %s: %s",
		    reader->path, reader->line, keyword, wrong);
	return false;
}

static bool
read_setting(Reader *reader, const char *keyword, char **words, GError **error)
{
	gsize i = find(keyword);
	g_autofree char *where = g_strdup_printf("%s:%u", reader->path, reader->line);
	g_autofree char *repeated = NULL;
	const char *wrong;

	if (i == G_N_ELEMENTS(keywords))
		return refuse(reader, keyword,
			      "unknown keyword: see chaperone.conf(5) for what there is",
			      error);
	if (reader->lines[i] != 0) {
		repeated = g_strdup_printf("set before in line %u: keep one of the two",
					   reader->lines[i]);
		return refuse(reader, keyword, repeated, error);
	}
	wrong = value_check(keywords[i].kind, keywords[i].range,
			    (const char *const *)words);
	if (wrong != NULL)
		return refuse(reader, keyword, wrong, error);
	reader->lines[i] = reader->line;
	set_entry(&reader->settings->entries[i], words, where);
	return true;
}

static bool
read_matches(Reader *reader, const char *pattern, GError **error)
{
	glob_t found = { 0 };
	int status = glob(pattern, GLOB_ERR, NULL, &found);
	bool is_read = status == 0 || status == GLOB_NOMATCH;

	if (!is_read)
		refuse(reader, "include",
		       "the folder cannot be read: see its permissions", error);
	for (gsize i = 0; is_read && status == 0 && i < found.gl_pathc; i++)
		is_read = read_file(reader->settings, found.gl_pathv[i],
				    reader->depth + 1, error);
	globfree(&found);
	return is_read;
}

static bool
read_include(Reader *reader, char **words, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(reader->path);
	g_autofree char *path = NULL;

	if (words[0] == NULL || words[1] != NULL)
		return refuse(reader, "include",
			      "not one name: write one file or pattern", error);
	if (reader->depth == DEPTH_MAX)
		return refuse(reader, "include",
			      "nested too deep: see whether a file includes itself",
			      error);
	path = g_path_is_absolute(words[0]) ? g_strdup(words[0])
					    : g_build_filename(folder, words[0], NULL);
	if (strpbrk(words[0], "*?[") != NULL)
		return read_matches(reader, path, error);
	if (read_file(reader->settings, path, reader->depth + 1, error))
		return true;
	if (g_error_matches(*error, SETTINGS_ERROR, SETTINGS_ERROR_FILE))
		g_prefix_error(error, "%s:%u: include: ", reader->path, reader->line);
	return false;
}

/* Drops a comment: '#' in front or behind a blank. */
static void
drop_comment(char *line)
{
	for (char *mark = strchr(line, '#'); mark != NULL; mark = strchr(mark + 1, '#'))
		if (mark == line || g_ascii_isspace(mark[-1])) {
			*mark = '\0';
			return;
		}
}

static bool
read_statement(Reader *reader, const char *statement, GError **error)
{
	g_auto(GStrv) split = g_strsplit_set(statement, " \t\r", -1);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	char **values;

	for (char **word = split; *word != NULL; word++)
		if (**word != '\0')
			g_ptr_array_add(words, *word);
	if (words->len == 0)
		return true;
	g_ptr_array_add(words, NULL);
	values = (char **)words->pdata + 1;
	if (strcmp(words->pdata[0], "include") == 0)
		return read_include(reader, values, error);
	return read_setting(reader, words->pdata[0], values, error);
}

static bool
read_lines(Reader *reader, char **lines, GError **error)
{
	g_autoptr(GString) statement = g_string_new(NULL);

	reader->line = 1;
	for (guint i = 0; lines[i] != NULL; i++) {
		gsize len;

		drop_comment(lines[i]);
		len = strlen(g_strchomp(lines[i]));
		g_string_append(statement, lines[i]);
		if (len > 0 && lines[i][len - 1] == '\\' && lines[i + 1] != NULL) {
			g_string_overwrite(statement, statement->len - 1, " ");
			continue;
		}
		if (!read_statement(reader, statement->str, error))
			return false;
		g_string_truncate(statement, 0);
		reader->line = i + 2;
	}
	return true;
}

static bool
read_file(Settings *settings, const char *path, guint depth, GError **error)
{
	Reader reader = { settings, path, depth, 0, { 0 } };
	g_autoptr(GError) cause = NULL;
	g_autoptr(GBytes) bytes = file_read(path, FILE_MAX, &cause);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	const char *data;
	gsize len;

	if (bytes == NULL) {
		g_set_error_literal(error, SETTINGS_ERROR, SETTINGS_ERROR_FILE,
				    cause->message);
		return false;
	}
	data = g_bytes_get_data(bytes, &len);
	if (!g_utf8_validate(data, (gssize)len, NULL)) {
		g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_SYNTAX,
			    "%s: not text in UTF-8: save it as that", path);
		return false;
	}
	text = g_strndup(data, len);
	lines = g_strsplit(text, "\n", -1);
	return read_lines(&reader, lines, error);
}

Settings *
settings_load(const char *path, GError **error)
{
	g_autoptr(Settings) settings = g_atomic_rc_box_new0(Settings);
	GError *cause = NULL;

	set_shipped(settings, path);
	if (!read_file(settings, path, 0, &cause)) {
		g_propagate_error(error, cause);
		return NULL;
	}
	return g_steal_pointer(&settings);
}

Settings *
settings_shipped(void)
{
	Settings *settings = g_atomic_rc_box_new0(Settings);

	set_shipped(settings, "as shipped");
	return settings;
}

Settings *
settings_ref(Settings *settings)
{
	return g_atomic_rc_box_acquire(settings);
}

static void
settings_clear(gpointer data)
{
	Settings *settings = data;

	for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++) {
		g_free(settings->entries[i].text);
		g_strfreev(settings->entries[i].words);
		g_free(settings->entries[i].where);
	}
}

void
settings_unref(Settings *settings)
{
	if (settings != NULL)
		g_atomic_rc_box_release_full(settings, settings_clear);
}

static const Entry *
entry_of(const Settings *settings, const char *keyword)
{
	gsize i = find(keyword);

	g_assert(i < G_N_ELEMENTS(keywords));
	return &settings->entries[i];
}

const char *
settings_text(const Settings *settings, const char *keyword)
{
	return entry_of(settings, keyword)->text;
}

const char *const *
settings_words(const Settings *settings, const char *keyword)
{
	return (const char *const *)entry_of(settings, keyword)->words;
}

gint64
settings_number(const Settings *settings, const char *keyword)
{
	const char *const *words = settings_words(settings, keyword);
	const ValueKind kind = keywords[find(keyword)].kind;

	if (words[0] == NULL)
		return 0;
	return value_number(kind, words[kind == VALUE_STAMP ? 1 : 0]);
}

bool
settings_is_yes(const Settings *settings, const char *keyword)
{
	const char *const *words = settings_words(settings, keyword);

	return *words != NULL && strcmp(*words, "yes") == 0;
}

const char *
settings_where(const Settings *settings, const char *keyword)
{
	return entry_of(settings, keyword)->where;
}

char *
settings_policy_text(const Settings *settings)
{
	GString *text = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(keywords); i++)
		if (keywords[i].covered == POLICY && settings->entries[i].text != NULL)
			g_string_append_printf(text, "%s %s\n", keywords[i].name,
					       settings->entries[i].text);
	return g_string_free(text, FALSE);
}
