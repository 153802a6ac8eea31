/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authres.c - Authentication-Results (RFC 8601, 2.2), read strictly
 *
 * What a server says about a sender is trusted, so what is not exactly the grammar says
 * nothing.  In one place more is taken than the grammar has: the value of a property may
 * hold '/', '=' and '+' without quotes, as common verifiers write signatures.
 */
#include "config.h"

#include "base/authres.h"

#include <string.h>

enum { RESULTS_MAX = 100, PROPERTIES_MAX = 50, DEPTH_MAX = 20 };

G_DEFINE_QUARK(authres_error, authres_error)

static void
property_free(gpointer data)
{
	AuthProperty *property = data;

	g_free(property->type);
	g_free(property->name);
	g_free(property->value);
	g_free(property);
}

static void
result_free(gpointer data)
{
	AuthResult *result = data;

	g_free(result->method);
	g_free(result->result);
	g_ptr_array_unref(result->properties);
	g_free(result);
}

/* Passes a comment; NULL when it does not end. */
static const char *
skip_comment(const char *at)
{
	guint depth = 0;

	do {
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if (*at == '(')
			depth++;
		else if (*at == ')')
			depth--;
		else if (*at == '\0')
			return NULL;
		at++;
	} while (depth > 0 && depth <= DEPTH_MAX);
	return depth == 0 ? at : NULL;
}

/* Passes blanks and comments; false when a comment does not end. */
static bool
skip_blanks(const char **at)
{
	while (**at == ' ' || **at == '\t' || **at == '(') {
		const char *next = **at == '(' ? skip_comment(*at) : *at + 1;

		if (next == NULL)
			return false;
		*at = next;
	}
	return true;
}

static bool
is_keyword_letter(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '_';
}

static bool
is_value_letter(char c)
{
	return (g_ascii_isgraph(c) && strchr("()<>,;:\\\"[]?", c) == NULL) ||
	       (c & 0x80) != 0;
}

/* A run of letters; NULL when there is none. */
static char *
take_run(const char **at, bool (*is_letter)(char))
{
	const char *start = *at;

	while (**at != '\0' && is_letter(**at))
		(*at)++;
	return *at == start ? NULL : g_strndup(start, (gsize)(*at - start));
}

static char *
take_keyword(const char **at)
{
	g_autofree char *run = take_run(at, is_keyword_letter);

	return run == NULL ? NULL : g_ascii_strdown(run, -1);
}

static char *
take_quoted(const char **at)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const char *c = *at + 1; *c != '\0'; c++) {
		if (*c == '"') {
			*at = c + 1;
			return g_string_free(g_steal_pointer(&text), FALSE);
		}
		if (*c == '\\' && c[1] != '\0')
			c++;
		g_string_append_c(text, *c);
	}
	return NULL;
}

static char *
take_value(const char **at)
{
	return **at == '"' ? take_quoted(at) : take_run(at, is_value_letter);
}

/* A sign with blanks and comments on either side. */
static bool
take_sign(const char **at, char sign)
{
	if (!skip_blanks(at) || **at != sign)
		return false;
	(*at)++;
	return skip_blanks(at);
}

/* "dkim=pass", "dkim/1=pass". */
static bool
take_method(const char **at, AuthResult *result)
{
	g_autofree char *version = NULL;

	result->method = take_keyword(at);
	if (result->method == NULL || !skip_blanks(at))
		return false;
	if (**at == '/') {
		if (!take_sign(at, '/'))
			return false;
		version = take_keyword(at);
		if (version == NULL)
			return false;
	}
	if (!take_sign(at, '='))
		return false;
	result->result = take_keyword(at);
	return result->result != NULL;
}

/* "reason=…", or "header.d=…". */
static bool
take_property(const char **at, AuthResult *result)
{
	AuthProperty *property = g_new0(AuthProperty, 1);

	g_ptr_array_add(result->properties, property);
	property->type = take_keyword(at);
	if (property->type == NULL || result->properties->len > PROPERTIES_MAX)
		return false;
	if (strcmp(property->type, "reason") != 0) {
		if (!take_sign(at, '.'))
			return false;
		property->name = take_keyword(at);
		if (property->name == NULL)
			return false;
	}
	if (!take_sign(at, '='))
		return false;
	property->value = take_value(at);
	return property->value != NULL;
}

/* Everything up to the next ';'. */
static bool
take_result(const char **at, AuthResult *result)
{
	const char *before;

	if (!take_method(at, result))
		return false;
	for (;;) {
		before = *at;
		if (!skip_blanks(at))
			return false;
		if (**at == ';' || **at == '\0')
			return true;
		if (before == *at || !take_property(at, result))
			return false;
	}
}

static bool
take_results(const char **at, GPtrArray *results)
{
	while (**at == ';') {
		AuthResult *result;

		if (!take_sign(at, ';') || results->len == RESULTS_MAX)
			return false;
		result = g_new0(AuthResult, 1);
		result->properties = g_ptr_array_new_with_free_func(property_free);
		g_ptr_array_add(results, result);
		if (!take_result(at, result))
			return false;
	}
	return **at == '\0' && results->len > 0;
}

/* "; none" and nothing else. */
static bool
is_none(const char *at)
{
	g_autofree char *word = NULL;

	if (!take_sign(&at, ';'))
		return false;
	word = take_keyword(&at);
	return g_strcmp0(word, "none") == 0 && skip_blanks(&at) && *at == '\0';
}

/* "mail.agency.example", "mail.agency.example 1". */
static bool
take_server(const char **at, AuthResults *results)
{
	g_autofree char *version = NULL;

	if (!skip_blanks(at))
		return false;
	results->server = take_value(at);
	if (results->server == NULL || !skip_blanks(at))
		return false;
	version = take_keyword(at);
	return (version == NULL || strcmp(version, "1") == 0) && skip_blanks(at);
}

AuthResults *
authres_parse(const char *value, GError **error)
{
	g_autoptr(AuthResults) results = g_new0(AuthResults, 1);
	const char *at = value;

	results->results = g_ptr_array_new_with_free_func(result_free);
	if (take_server(&at, results) &&
	    (is_none(at) || take_results(&at, results->results)))
		return g_steal_pointer(&results);
	g_set_error(error, AUTHRES_ERROR, AUTHRES_ERROR_SYNTAX,
		    "not Authentication-Results after %d bytes", (int)(at - value));
	return NULL;
}

void
authres_free(AuthResults *results)
{
	if (results == NULL)
		return;
	g_free(results->server);
	g_ptr_array_unref(results->results);
	g_free(results);
}

const char *
authres_property(const AuthResult *result, const char *type, const char *name)
{
	const char *found = NULL;

	for (guint i = 0; i < result->properties->len; i++) {
		const AuthProperty *property = result->properties->pdata[i];

		if (strcmp(property->type, type) != 0 ||
		    g_strcmp0(property->name, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = property->value;
	}
	return found;
}
