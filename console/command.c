/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.c - reads a command line by the table of verbs
 *
 * Options may stand anywhere, even before the area, and how many words an option takes
 * depends on the verb: so area and verb are looked for first, then everything is read.
 */
#include "config.h"

#include "console/command.h"

#include "console/nearest.h"
#include "desk/desk.h"

#include <string.h>

/* Where we are in the arguments. */
typedef struct Reader {
	const char *const *args;
	guint len;
	guint at;
	guint area_at, verb_at; /* len when there is none */
	bool is_ended;          /* after "--": everything is a word */
	Command *command;
} Reader;

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(GError **error, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	g_propagate_error(
		error, g_error_new_valist(DESK_ERROR, DESK_ERROR_USAGE, format, values));
	va_end(values);
	return false;
}

/* "-" alone is a word: standard input. */
static bool
is_option(const Reader *reader, const char *arg)
{
	return !reader->is_ended && arg[0] == '-' && arg[1] != '\0';
}

/* The name of an option as written: "--name", "--name=value", "-c".  Owned. */
static char *
option_name(const char *arg)
{
	static const char *const letters[][2] = { { "-c", "config" },
						  { "-h", "help" },
						  { "-V", "version" } };

	for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
		if (strcmp(arg, letters[i][0]) == 0)
			return g_strdup(letters[i][1]);
	if (!g_str_has_prefix(arg, "--"))
		return g_strdup(arg + 1);
	return g_strndup(arg + 2, strcspn(arg + 2, "="));
}

static guint
words_of(OptionKind kind)
{
	return kind == OPTION_FLAG ? 0 : kind == OPTION_TWO ? 2 : 1;
}

/* How many words after the option are its own, for all that is known before the verb. */
static guint
words_before_verb(const char *arg)
{
	g_autofree char *name = option_name(arg);
	const Option *option = verbs_any_option(name);

	if (option == NULL || strchr(arg, '=') != NULL)
		return 0;
	return words_of(option->kind);
}

static void
find_area_and_verb(Reader *reader)
{
	reader->area_at = reader->verb_at = reader->len;
	for (guint i = 0; i < reader->len && reader->verb_at == reader->len; i++) {
		const char *arg = reader->args[i];

		if (!reader->is_ended && strcmp(arg, "--") == 0)
			reader->is_ended = true;
		else if (is_option(reader, arg))
			i += words_before_verb(arg);
		else if (reader->area_at == reader->len)
			reader->area_at = i;
		else
			reader->verb_at = i;
	}
	reader->is_ended = false;
}

static bool
resolve_area(Reader *reader, GError **error)
{
	g_autoptr(GPtrArray) areas = NULL;
	g_autofree char *known = NULL;
	const char *word;

	if (reader->area_at == reader->len)
		return true;
	word = reader->args[reader->area_at];
	reader->command->area = verbs_area(word);
	if (reader->command->area != NULL)
		return true;
	areas = verbs_area_names();
	known = nearest_names(word, areas, "");
	return refuse(error, "%s is not known: there is %s", word, known);
}

static bool
resolve_verb(Reader *reader, GError **error)
{
	Command *command = reader->command;
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *known = NULL;

	if (command->area == NULL)
		return true;
	command->verb = verbs_find(command->area, "");
	if (command->verb != NULL) {
		reader->verb_at = reader->len; /* that word is not a verb */
		return true;
	}
	if (reader->verb_at == reader->len)
		return true;
	command->verb = verbs_find(command->area, reader->args[reader->verb_at]);
	if (command->verb != NULL)
		return true;
	names = verbs_verb_names(command->area);
	known = nearest_names(reader->args[reader->verb_at], names, "");
	return refuse(error, "%s %s is not known: there is %s", command->area,
		      reader->args[reader->verb_at], known);
}

/* The next argument when it can be an option's value; NULL otherwise. */
static const char *
next_value(Reader *reader)
{
	guint next = reader->at + 1;
	const char *arg;

	if (next >= reader->len || next == reader->area_at || next == reader->verb_at)
		return NULL;
	arg = reader->args[next];
	if (g_str_has_prefix(arg, "--"))
		return NULL;
	reader->at = next;
	return arg;
}

static bool
is_given(const json_t *options, const Option *option, GError **error)
{
	if (json_object_get(options, option->name) == NULL)
		return false;
	refuse(error, "--%s is there twice: give it once", option->name);
	return true;
}

/* All words up to the next option: a word that looks like a short option ends the list,
 * too. */
static void
read_many(Reader *reader, json_t *list)
{
	const char *next;

	while (reader->at + 1 < reader->len &&
	       !is_option(reader, reader->args[reader->at + 1]) &&
	       (next = next_value(reader)) != NULL)
		json_array_append_new(list, json_text_new(next));
}

/* The one or two words of an option as its value; NULL when they are not there.  Owned. */
static char *
read_value(Reader *reader, const Option *option, const char *attached)
{
	const char *first = attached != NULL ? attached : next_value(reader);
	const char *second;

	if (first == NULL || option->kind != OPTION_TWO || strchr(first, ' ') != NULL)
		return g_strdup(first);
	second = next_value(reader);
	return second != NULL ? g_strdup_printf("%s %s", first, second) : NULL;
}

/* attached: what stands after "=", or NULL. */
static bool
read_option_value(Reader *reader, json_t *options, const Option *option,
		  const char *attached, GError **error)
{
	g_autofree char *value = NULL;
	json_t *list = json_object_get(options, option->name);

	if (option->kind == OPTION_FLAG) {
		if (attached != NULL)
			return refuse(error, "--%s takes no value: leave =%s out",
				      option->name, attached);
		json_object_set_new(options, option->name, json_true());
		return true;
	}
	if (option->kind != OPTION_MANY && is_given(options, option, error))
		return false;
	value = read_value(reader, option, attached);
	if (value == NULL)
		return refuse(error, "--%s has no value: write --%s %s", option->name,
			      option->name, option->value);
	if (option->kind != OPTION_MANY) {
		json_object_set_new(options, option->name, json_text_new(value));
		return true;
	}
	if (list == NULL) {
		list = json_array();
		json_object_set_new(options, option->name, list);
	}
	json_array_append_new(list, json_text_new(value));
	if (attached == NULL)
		read_many(reader, list);
	return true;
}

static bool
refuse_option(const Command *command, const char *arg, const char *name, GError **error)
{
	g_autoptr(GPtrArray) names = verbs_option_names(command->verb);
	g_autofree char *known = nearest_names(name, names, "--");

	if (command->area == NULL)
		return refuse(error, "%s is not known: there is %s", arg, known);
	return refuse(error, "%s is no option of %s%s%s: there is %s", arg, command->area,
		      command->verb != NULL ? " " : "",
		      command->verb != NULL ? command->verb->name : "", known);
}

static bool
read_option(Reader *reader, json_t *options, GError **error)
{
	const char *arg = reader->args[reader->at];
	g_autofree char *name = option_name(arg);
	const char *equals = g_str_has_prefix(arg, "--") ? strchr(arg, '=') : NULL;
	const Option *option = verbs_option(reader->command->verb, name);

	if (option == NULL && reader->command->verb == NULL)
		option = verbs_any_option(name); /* "chaperone --reason x --help" */
	if (option == NULL)
		return refuse_option(reader->command, arg, name, error);
	return read_option_value(reader, options, option,
				 equals != NULL ? equals + 1 : NULL, error);
}

static bool
read_all(Reader *reader, json_t *options, GError **error)
{
	for (reader->at = 0; reader->at < reader->len; reader->at++) {
		const char *arg = reader->args[reader->at];

		if (reader->at == reader->area_at || reader->at == reader->verb_at)
			continue;
		if (!reader->is_ended && strcmp(arg, "--") == 0)
			reader->is_ended = true;
		else if (!is_option(reader, arg))
			json_array_append_new(reader->command->words, json_text_new(arg));
		else if (!read_option(reader, options, error))
			return false;
	}
	return true;
}

/* Moves what is common to all verbs out of the options. */
static void
take_common(Command *command)
{
	command->config = g_strdup(command_option(command, "config"));
	command->as = g_strdup(command_option(command, "as"));
	command->is_json = json_truth(command->options, "json");
	command->wants_help = json_truth(command->options, "help");
	command->wants_version = json_truth(command->options, "version");
	for (const Option *option = verbs_common_options(); option->name != NULL;
	     option++)
		json_object_del(command->options, option->name);
}

/* An option that takes many words, and took several: perhaps one too many. */
static const char *
greedy_option(const Command *command)
{
	const char *name;
	json_t *value;

	json_object_foreach(command->options, name, value) {
		if (json_array_size(value) > 1)
			return name;
	}
	return NULL;
}

static bool
check_words(const Command *command, GError **error)
{
	const Verb *verb = command->verb;
	g_auto(GStrv) wanted = g_strsplit(verb->words, " ", -1);
	gsize count = json_array_size(command->words);
	guint most = g_strv_length(wanted);
	const char *greedy = greedy_option(command);

	if (count > most)
		return refuse(error, "%s is a word too many: see chaperone %s %s --help",
			      command_word(command, most), verb->area, verb->name);
	if (count == most || wanted[count][0] == '[')
		return true;
	if (greedy != NULL)
		return refuse(
			error,
			"%s is missing: write it before --%s, which takes all words "
			"up to the next option",
			wanted[count], greedy);
	return refuse(error, "%s is missing: write chaperone %s %s %s", wanted[count],
		      verb->area, verb->name, verb->words);
}

static bool
check_needs(const Command *command, GError **error)
{
	const Verb *verb = command->verb;
	g_auto(GStrv) needs = g_strsplit(verb->needs, " ", -1);

	for (guint i = 0; needs[i] != NULL; i++) {
		if (json_object_get(command->options, needs[i]) == NULL)
			return refuse(error, "--%s is missing: write --%s %s", needs[i],
				      needs[i], verbs_option(verb, needs[i])->value);
	}
	return true;
}

static bool
check(const Command *command, GError **error)
{
	if (command->wants_help || command->wants_version)
		return true;
	if (command->verb != NULL)
		return check_words(command, error) && check_needs(command, error);
	if (command->area != NULL) {
		g_autoptr(GPtrArray) names = verbs_verb_names(command->area);
		g_autofree char *known = nearest_names("", names, "");

		return refuse(error, "%s what: there is %s", command->area, known);
	}
	if (command->is_json || json_object_size(command->options) > 0)
		return refuse(error, "nothing is asked for: see chaperone --help");
	return true;
}

static bool
parse(Reader *reader, GError **error)
{
	find_area_and_verb(reader);
	if (!resolve_area(reader, error) || !resolve_verb(reader, error) ||
	    !read_all(reader, reader->command->options, error))
		return false;
	take_common(reader->command);
	return check(reader->command, error);
}

Command *
command_parse(const char *const *args, GError **error)
{
	Command *command = g_new0(Command, 1);
	Reader reader = { .args = args, .command = command };

	while (args[reader.len] != NULL)
		reader.len++;
	command->words = json_array();
	command->options = json_object();
	if (parse(&reader, error))
		return command;
	command_free(command);
	return NULL;
}

void
command_free(Command *command)
{
	if (command == NULL)
		return;
	g_free(command->config);
	g_free(command->as);
	json_decref(command->words);
	json_decref(command->options);
	g_free(command);
}

const char *
command_option(const Command *command, const char *name)
{
	return json_text(command->options, name);
}

const char *
command_word(const Command *command, gsize i)
{
	return json_string_value(json_array_get(command->words, i));
}

/* The options that the daemon is to have. */
static json_t *
sent_options(const Command *command)
{
	json_t *sent = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(command->options, name, value) {
		if (!verbs_option(command->verb, name)->is_local)
			json_object_set(sent, name, value);
	}
	return sent;
}

/* A file's bytes are sent, not its name; a path is sent in full. */
static json_t *
sent_words(const Command *command)
{
	const char *word = command_word(command, 0);
	g_autofree char *path = NULL;

	if (command->verb->takes_file)
		return json_array();
	if (word == NULL || strcmp(command->verb->words, "[PATH]") != 0)
		return json_incref(command->words);
	path = g_canonicalize_filename(word, NULL);
	return json_pack("[o]", json_text_new(path));
}

json_t *
command_request(const Command *command, gsize content)
{
	json_t *request = json_object();

	json_object_set_new(request, "area", json_string(command->area));
	json_object_set_new(request, "verb", json_string(command->verb->name));
	json_object_set_new(request, "words", sent_words(command));
	json_object_set_new(request, "options", sent_options(command));
	if (command->as != NULL)
		json_object_set_new(request, "as", json_text_new(command->as));
	if (content > 0)
		json_object_set_new(request, "content",
				    json_integer((json_int_t)content));
	return request;
}
