/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - the command chaperone: reads the line, asks the daemon or does it itself,
 * shows what came of it
 *
 * Standard output has the result alone, standard error one line for what went wrong and,
 * on a terminal, how far it is.  Exit codes are those of DeskError.
 */
#include "config.h"

#include "base/file.h"
#include "base/settings.h"
#include "console/client.h"
#include "console/command.h"
#include "console/folder.h"
#include "console/help.h"
#include "console/letter.h"
#include "console/offline.h"
#include "console/opener.h"
#include "console/paper.h"
#include "console/setup.h"
#include "console/show.h"
#include "console/table.h"
#include "console/zip.h"
#include "desk/desk.h"
#include "register/hours.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A pinned checkpoint, as a file or as the mail that it came in. */
enum { PINNED_MAX = 1 << 20, PAPER_MAX = 256 << 20 };

/* One run of the command. */
typedef struct Run {
	const Command *command;
	Settings *settings;
	Folder *folder;    /* of an export, or NULL */
	GBytes *closed;    /* what is to be unsealed, or NULL */
	bool is_offline;   /* nobody answered, and the files were opened here */
	Zip *zip;          /* the same with --zip */
	GBytes *content;   /* goes with the question, or NULL */
	bool has_progress; /* standard error is a terminal */
	bool is_drawn;     /* a line of progress stands there */
} Run;

static bool
is_verb(const Command *command, const char *area, const char *name)
{
	return strcmp(command->verb->area, area) == 0 &&
	       strcmp(command->verb->name, name) == 0;
}

/* What comes before the answer. */

static void
draw_progress(guint64 done, guint64 of, void *data)
{
	Run *run = data;
	char bar[] = "....................";
	guint64 marks = of > 0 ? MIN(done, of) * strlen(bar) / of : 0;

	if (!run->has_progress)
		return;
	memset(bar, '#', marks);
	(void)fprintf(stderr,
		      "\r[%s] %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "\033[K", bar,
		      done, of);
	run->is_drawn = true;
}

static void
clear_progress(Run *run)
{
	if (run->is_drawn)
		(void)fputs("\r\033[K", stderr);
	run->is_drawn = false;
}

static bool
opens(const Command *command)
{
	return is_verb(command, "archive", "unseal") ||
	       is_verb(command, "archive", "rewrap");
}

static bool
take_file(const char *path, GBytes *bytes, void *data, GError **error)
{
	Run *run = data;
	gsize len;
	const void *start = g_bytes_get_data(bytes, &len);
	const char *to = command_option(run->command, "to");

	if (opens(run->command)) {
		g_clear_pointer(&run->closed, g_bytes_unref);
		run->closed = g_bytes_ref(bytes);
		return true;
	}
	if (run->folder != NULL)
		return folder_write(path, bytes, run->folder, error);
	if (run->zip != NULL)
		return zip_write(path, bytes, run->zip, error);
	if (to != NULL)
		return file_create(to, start, len, 0600, error);
	return file_write_all(STDOUT_FILENO, start, len, error);
}

static void
print_error(const char *message)
{
	g_autoptr(json_t) text = json_text_new(message);
	g_autofree char *line = table_cell(text, CELL_PLAIN, NULL);

	(void)fprintf(stderr, "chaperone: %s\n", line);
}

/* Asking. */

static bool
refuse(GError **error, int code, const char *subject, const char *what)
{
	g_set_error(error, DESK_ERROR, code, "%s: %s", subject, what);
	return false;
}

static bool
has_flag(const Run *run, const char *name)
{
	return json_truth(run->command->options, name);
}

/* Where an export goes; what cannot be done in the end is said before it begins. */
static bool
prepare_export(Run *run, const char *to, GError **error)
{
	bool has_paper = has_flag(run, "pdf");

	if (has_paper && has_flag(run, "zip"))
		return refuse(error, DESK_ERROR_USAGE, "--pdf",
			      "does not go with --zip: leave one out");
	if (has_paper && !paper_check(error))
		return false;
	if (has_flag(run, "zip"))
		run->zip = zip_open(to, error);
	else
		run->folder = folder_open(to, error);
	return run->zip != NULL || run->folder != NULL;
}

/* CHRONOLOGY.pdf.p7s: only chaperoned has the key, and it puts the digest on record. */
static bool
sign_paper(Run *run, GError **error)
{
	const ClientEvents events = { take_file, NULL, run };
	g_autofree char *path = g_build_filename(command_option(run->command, "to"),
						 "CHRONOLOGY.pdf", NULL);
	g_autoptr(GBytes) pdf = file_read(path, PAPER_MAX, error);
	g_autoptr(json_t) request = NULL;
	g_autoptr(Client) client = NULL;
	g_autoptr(json_t) result = NULL;

	if (pdf == NULL)
		return false;
	if (run->is_offline) {
		print_error("CHRONOLOGY.pdf: is not signed: only chaperoned has the key");
		return true;
	}
	client = client_open(settings_text(run->settings, "control"), error);
	if (client == NULL)
		return false;
	request = command_request(run->command, g_bytes_get_size(pdf));
	json_object_set_new(request, "verb", json_string("print"));
	json_object_set_new(request, "options", json_object());
	result = client_ask(client, request, pdf, &events, error);
	return result != NULL;
}

/* What is left to do once all files are there. */
static bool
complete_export(Run *run, GError **error)
{
	if (run->zip != NULL)
		return zip_finish(run->zip, error);
	if (run->folder == NULL || !has_flag(run, "pdf"))
		return true;
	return paper_print(command_option(run->command, "to"), error) &&
	       sign_paper(run, error);
}

/* Whether its answer is a file. */
static bool
prints_file(const Command *command)
{
	return is_verb(command, "archive", "extract") ||
	       is_verb(command, "archive", "prove");
}

/* What must be ready before the question is asked: where its files go. */
static bool
prepare(Run *run, GError **error)
{
	const Command *command = run->command;
	const char *to = command_option(command, "to");

	if (is_verb(command, "case", "export") || is_verb(command, "staff", "export"))
		return prepare_export(run, to, error);
	if (opens(command))
		return opener_check(command, error);
	if (!prints_file(command))
		return true;
	if (to == NULL && command->is_json)
		return refuse(error, DESK_ERROR_USAGE, "--json",
			      "what is printed is not JSON: write it --to FILE");
	if (to != NULL && g_file_test(to, G_FILE_TEST_EXISTS))
		return refuse(error, DESK_ERROR_USAGE, to, "is there: name a new file");
	return true;
}

/* Several files as one, with a zero byte between two. */
static GBytes *
read_files(char *const *paths, GError **error)
{
	GByteArray *all = g_byte_array_new();

	for (gsize i = 0; paths[i] != NULL; i++) {
		g_autoptr(GBytes) bytes = file_read(paths[i], PINNED_MAX, error);

		if (bytes == NULL) {
			g_byte_array_unref(all);
			return NULL;
		}
		if (i > 0)
			g_byte_array_append(all, (const guint8 *)"", 1);
		g_byte_array_append(all, g_bytes_get_data(bytes, NULL),
				    (guint)g_bytes_get_size(bytes));
	}
	return g_byte_array_free_to_bytes(all);
}

/* The bytes that go with the question; NULL without an error when there are none. */
static GBytes *
read_content(const Run *run, GError **error)
{
	const char *pinned = command_option(run->command, "against");
	const char *redact = command_option(run->command, "redact");
	g_auto(GStrv) many = json_words(run->command->options, "against");

	if (run->command->verb->takes_file)
		return letter_read(command_word(run->command, 0),
				   (gsize)settings_number(run->settings, "message-limit"),
				   error);
	if (many[0] != NULL)
		return read_files(many, error);
	if (pinned == NULL && redact == NULL)
		return NULL;
	return file_read(pinned != NULL ? pinned : redact, PINNED_MAX, error);
}

static json_t *
ask_daemon(Run *run, Client *client, GError **error)
{
	const ClientEvents events = { take_file, draw_progress, run };
	g_autoptr(json_t) request = NULL;

	request = command_request(
		run->command, run->content != NULL ? g_bytes_get_size(run->content) : 0);
	return client_ask(client, request, run->content, &events, error);
}

/* What was fetched, opened with the key that is here, and written. */
static json_t *
finish_unseal(const Run *run, json_t *result, GError **error)
{
	g_autoptr(json_t) owned = result;
	g_autoptr(GBytes) opened = opener_open(run->command, run->closed, error);
	const char *to = command_option(run->command, "to");
	gsize len = 0;
	const void *start = opened == NULL ? NULL : g_bytes_get_data(opened, &len);

	if (opened == NULL ||
	    !(to != NULL ? file_create(to, start, len, 0600, error)
			 : file_write_all(STDOUT_FILENO, start, len, error)))
		return NULL;
	return to != NULL ? json_incref(owned) : json_null();
}

/* Sent back, closed for others. */
static json_t *
send_rewrapped(const Run *run, GError **error)
{
	const ClientEvents events = { 0 };
	g_autoptr(GBytes) closed =
		opener_rewrap(run->command, run->settings, run->closed, error);
	g_autoptr(json_t) request = NULL;
	g_autoptr(Client) client = NULL;

	if (closed == NULL)
		return NULL;
	client = client_open(settings_text(run->settings, "control"), error);
	if (client == NULL)
		return NULL;
	request = command_request(run->command, g_bytes_get_size(closed));
	json_object_del(json_object_get(request, "options"), "present");
	return client_ask(client, request, closed, &events, error);
}

/* Both begin by asking for the ciphertext. */
static json_t *
ask_sealed(Run *run, Client *client, GError **error)
{
	const ClientEvents events = { take_file, draw_progress, run };
	g_autoptr(json_t) request = command_request(run->command, 0);
	g_autoptr(json_t) result = NULL;

	json_object_set_new(request, "verb", json_string("unseal"));
	result = client_ask(client, request, NULL, &events, error);
	if (!json_is_object(result)) /* refused, and said why */
		return NULL;
	if (is_verb(run->command, "archive", "rewrap"))
		return send_rewrapped(run, error);
	return finish_unseal(run, g_steal_pointer(&result), error);
}

static json_t *
ask_without_daemon(Run *run, const char *path, GError **error)
{
	const ClientEvents events = { take_file, draw_progress, run };

	run->is_offline = true;
	if (run->command->verb->place == VERB_EITHER)
		return offline_answer(run->command, run->settings, run->folder,
				      run->content, &events, error);
	refuse(error, DESK_ERROR_LATER, path,
	       "nobody answers there: chaperoned is not running: start it");
	return NULL;
}

static json_t *
ask(Run *run, GError **error)
{
	const char *path = settings_text(run->settings, "control");
	g_autoptr(GError) reason = NULL;
	g_autoptr(Client) client = NULL;

	if (is_verb(run->command, "init", ""))
		return setup_make(run->settings, error);
	if (is_verb(run->command, "rules", "check"))
		return offline_check_rules(run->command, run->settings, error);
	if (!prepare(run, error))
		return NULL;
	run->content = read_content(run, &reason);
	if (reason != NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return NULL;
	}
	client = client_open(path, &reason);
	if (client != NULL)
		return opens(run->command) ? ask_sealed(run, client, error)
					   : ask_daemon(run, client, error);
	if (g_error_matches(reason, CLIENT_ERROR, CLIENT_ERROR_ABSENT))
		return ask_without_daemon(run, path, error);
	refuse(error, DESK_ERROR_LATER, "chaperoned cannot be reached", reason->message);
	return NULL;
}

/* Showing. */

static bool
print(FILE *stream, const char *text)
{
	return fputs(text, stream) >= 0 && fflush(stream) == 0;
}

static GTimeZone *
read_zone(const Settings *settings)
{
	g_autoptr(Hours) hours =
		hours_parse(settings_text(settings, "office-hours"), NULL);

	return hours != NULL ? g_time_zone_ref(hours_zone(hours)) : g_time_zone_new_utc();
}

static char *
format_result(const Run *run, const json_t *result)
{
	g_autoptr(GTimeZone) zone = NULL;
	Look look = { .has_color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL };

	if (run->command->is_json) {
		g_autofree char *json = json_write(result);

		return g_strconcat(json, "\n", NULL);
	}
	/* The file itself stands there already. */
	if (is_verb(run->command, "register", "export"))
		return g_strdup("");
	if (prints_file(run->command) && command_option(run->command, "to") == NULL)
		return g_strdup("");
	zone = read_zone(run->settings);
	look.zone = zone;
	return show_result(run->command->verb, result, &look);
}

static int
finish(Run *run, const json_t *result, const GError *error)
{
	clear_progress(run);
	if (result != NULL && !json_is_null(result)) {
		g_autofree char *text = format_result(run, result);

		if (!print(stdout, text)) {
			print_error(
				"standard output: cannot be written: see where it goes");
			return DESK_ERROR_LATER;
		}
	}
	if (error == NULL)
		return 0;
	print_error(error->message);
	return error->domain == DESK_ERROR ? error->code : DESK_ERROR_USAGE;
}

/* Rules are tried where they are written, be it a machine without a configuration. */
static Settings *
load_settings(const Command *command, GError **error)
{
	static const char shipped[] = SYSCONFDIR "/chaperone/chaperone.conf";

	if (command->config == NULL && is_verb(command, "rules", "check") &&
	    command_word(command, 0) != NULL && !g_file_test(shipped, G_FILE_TEST_EXISTS))
		return settings_shipped();
	return settings_load(command->config != NULL ? command->config : shipped, error);
}

static int
run_verb(const Command *command)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) result = NULL;
	g_autoptr(Settings) settings = NULL;
	Run run = { .command = command, .has_progress = isatty(STDERR_FILENO) };
	int code;

	settings = load_settings(command, &error);
	run.settings = settings;
	if (settings != NULL)
		result = ask(&run, &error);
	if (error == NULL)
		(void)complete_export(&run, &error);
	code = finish(&run, result, error);
	folder_close(run.folder);
	g_clear_pointer(&run.closed, g_bytes_unref);
	zip_close(run.zip);
	g_clear_pointer(&run.content, g_bytes_unref);
	return code;
}

static int
run_command(const Command *command)
{
	g_autofree char *text = NULL;

	if (command->wants_version)
		text = g_strdup_printf("chaperone %s\n", PACKAGE_VERSION);
	else if (command->wants_help)
		text = help_text(command->area, command->verb);
	else if (command->verb == NULL)
		text = help_examples();
	else
		return run_verb(command);
	/* With --json standard output is a document or empty. */
	return print(command->is_json ? stderr : stdout, text) ? 0 : DESK_ERROR_LATER;
}

int
main(int argc, char **argv)
{
	const char *const *args = (const char *const *)argv + (argc > 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(Command) command = NULL;

	(void)setlocale(LC_ALL, "");
	if (args[0] != NULL && strcmp(args[0], "--complete") == 0) {
		g_autofree char *words = help_complete(args + 1);

		return print(stdout, words) ? 0 : DESK_ERROR_LATER;
	}
	command = command_parse(args, &error);
	if (command == NULL) {
		print_error(error->message);
		return error->code;
	}
	return run_command(command);
}
