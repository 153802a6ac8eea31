/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.c - what the mail server said about a message before its first byte
 *
 * A server that was asked by SMTP has resolved an address before it tells us; one that
 * was handed mail by sendmail(1) has not, and will undo "carl%kids.example@ours" only
 * after we have answered.  So we undo it ourselves, on the text, step by step, and keep
 * every address on the way.  Where both '!' and '%' are left, servers differ in which
 * they undo first: we go down both ways.
 */
#include "config.h"

#include "base/envelope.h"

#include <string.h>

/* No server takes a longer command line; each step of undoing copies the text. */
enum { TEXT_MAX = 4096 };

typedef enum Order { ORDER_BANG_FIRST, ORDER_PERCENT_FIRST } Order;

/* The last '@' outside quotes; NULL when there is none. */
static const char *
find_last_at(const char *text)
{
	const char *found = NULL;
	bool is_quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			is_quoted = !is_quoted;
		else if (*text == '@' && !is_quoted)
			found = text;
	}
	return found;
}

/* False when the text is no address. */
static bool
add_address(GPtrArray *forms, const char *text)
{
	g_autoptr(Address) address = address_parse(text, NULL);

	if (address == NULL)
		return false;
	for (guint i = 0; i < forms->len; i++)
		if (strcmp(address_text(forms->pdata[i]), address_text(address)) == 0)
			return true;
	g_ptr_array_add(forms, g_steal_pointer(&address));
	return true;
}

/* As it is written, or with what should have been quoted in quotes. */
static void
add_mailbox(GPtrArray *forms, const char *local, gsize len, const char *domain)
{
	g_autofree char *written = g_strdup_printf("%.*s@%s", (int)len, local, domain);
	g_autofree char *bare = NULL;
	g_autofree char *quoted = NULL;
	g_autofree char *rewritten = NULL;

	if (add_address(forms, written))
		return;
	bare = address_unquote(local, len);
	quoted = address_quote(bare);
	rewritten = g_strconcat(quoted, "@", domain, NULL);
	add_address(forms, rewritten);
}

static bool
is_ours(const char *domain, const char *const *our_domains)
{
	g_autofree char *normal = address_domain_normalise(domain);

	if (normal == NULL)
		return false;
	if (normal[0] == '[' || strchr(normal, '.') == NULL)
		return true;
	for (; our_domains != NULL && *our_domains != NULL; our_domains++) {
		gsize len = strlen(normal), own = strlen(*our_domains);

		if (strcmp(normal, *our_domains) == 0 ||
		    (len > own && normal[len - own - 1] == '.' &&
		     g_str_has_suffix(normal, *our_domains)))
			return true;
	}
	return false;
}

/* "b!a" as "a@b", "a%b" as "a@b"; NULL when the local part names no other host. */
static char *
undo_local(const char *bare, Order order)
{
	const char *bang = strchr(bare, '!');
	const char *percent = strrchr(bare, '%');

	if (strchr(bare, '@') != NULL)
		return g_strdup(bare);
	if (bang != NULL && (order == ORDER_BANG_FIRST || percent == NULL))
		return g_strdup_printf("%s@%.*s", bang + 1, (int)(bang - bare), bare);
	if (percent != NULL)
		return g_strdup_printf("%.*s@%s", (int)(percent - bare), bare,
				       percent + 1);
	return NULL;
}

/* Adds the addresses of one step; what the text stands for next, or NULL. */
static char *
take_step(GPtrArray *forms, const char *text, const char *const *our_domains, Order order)
{
	const char *at = find_last_at(text);
	const char *local = text;
	g_autofree char *bare = NULL;
	gsize len = at == NULL ? strlen(text) : (gsize)(at - text);

	if (at != NULL && text[0] == '@') {
		const char *colon = g_strrstr_len(text, at - text, ":");

		local = colon == NULL ? text : colon + 1;
		len = (gsize)(at - local);
	}
	if (len == 0)
		return NULL;
	if (at != NULL)
		add_mailbox(forms, local, len, at + 1);
	else
		for (gsize i = 0; our_domains != NULL && our_domains[i] != NULL; i++)
			add_mailbox(forms, local, len, our_domains[i]);
	if (at != NULL && !is_ours(at + 1, our_domains))
		return NULL;
	bare = address_unquote(local, len);
	return undo_local(bare, order);
}

static void
undo(GPtrArray *forms, const char *text, const char *const *our_domains, Order order)
{
	g_autofree char *now = g_strdup(text);

	while (now != NULL) {
		g_autofree char *next = NULL;
		gsize len = strlen(g_strstrip(now));

		while (len > 0 && now[len - 1] == '.')
			now[--len] = '\0';
		if (len == 0)
			return;
		next = take_step(forms, now, our_domains, order);
		/* A step that changed nothing would go round for ever. */
		if (next != NULL && strcmp(next, now) == 0)
			return;
		g_free(now);
		now = g_steal_pointer(&next);
	}
}

static char *
strip_brackets(const char *text)
{
	char *bare = g_strstrip(g_strdup(text));
	gsize len = strlen(bare);

	if (len >= 2 && bare[0] == '<' && bare[len - 1] == '>') {
		memmove(bare, bare + 1, len - 2);
		bare[len - 2] = '\0';
	}
	return bare;
}

/* What stands in the last '<' and the '>' after it; NULL when there are none. */
static char *
inmost(const char *text)
{
	const char *open = strrchr(text, '<');
	const char *close = open == NULL ? NULL : strchr(open, '>');

	if (open == NULL)
		return NULL;
	return g_strndup(open + 1,
			 close == NULL ? strlen(open + 1) : (gsize)(close - open) - 1);
}

static void
add_spelling(GPtrArray *forms, const char *text, const char *const *our_domains)
{
	g_autofree char *plain = NULL;
	g_autofree char *inner = NULL;
	bool has_both;

	if (text == NULL || strlen(text) > TEXT_MAX)
		return;
	plain = strip_brackets(text);
	inner = inmost(plain);
	has_both = strchr(text, '!') != NULL && strchr(text, '%') != NULL;
	for (Order order = ORDER_BANG_FIRST; order <= (Order)has_both; order++) {
		undo(forms, plain, our_domains, order);
		if (inner != NULL)
			undo(forms, inner, our_domains, order);
	}
}

Path *
path_new(const char *given, const char *resolved, const char *const *our_domains)
{
	Path *path = g_new0(Path, 1);
	bool has_better = resolved != NULL &&
			  (strchr(resolved, '@') != NULL || strchr(given, '@') == NULL);

	path->given = g_strdup(given);
	path->resolved = g_strdup(resolved);
	path->text = strip_brackets(has_better ? resolved : given);
	path->parameters = g_new0(char *, 1);
	path->forms = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
	add_spelling(path->forms, given, our_domains);
	add_spelling(path->forms, resolved, our_domains);
	return path;
}

void
path_free(Path *path)
{
	if (path == NULL)
		return;
	g_free(path->given);
	g_free(path->resolved);
	g_free(path->text);
	g_strfreev(path->parameters);
	g_ptr_array_unref(path->forms);
	g_free(path);
}

void
path_set_parameters(Path *path, const char *const *parameters)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (; *parameters != NULL; parameters++)
		g_strv_builder_add(builder, *parameters);
	g_strfreev(path->parameters);
	path->parameters = g_strv_builder_end(builder);
}

const char *
path_text(const Path *path)
{
	return path->text;
}

Envelope *
envelope_new(void)
{
	Envelope *envelope = g_new0(Envelope, 1);

	envelope->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)path_free);
	return envelope;
}

void
envelope_free(Envelope *envelope)
{
	if (envelope == NULL)
		return;
	path_free(envelope->sender);
	g_ptr_array_unref(envelope->recipients);
	g_free(envelope->login);
	g_free(envelope->client);
	g_free(envelope->helo);
	g_free(envelope->listener);
	g_free(envelope->queue_id);
	g_free(envelope);
}

static json_t *
path_to_json(const Path *path)
{
	json_t *json;

	if (path == NULL)
		return json_null();
	json = json_object();
	json_object_set_new(json, "given", json_text_new(path->given));
	json_object_set_new(json, "resolved", json_text_new(path->resolved));
	if (path->parameters[0] == NULL)
		return json;
	json_object_set_new(json, "parameters", json_array());
	for (char **parameter = path->parameters; *parameter != NULL; parameter++)
		json_array_append_new(json_object_get(json, "parameters"),
				      json_text_new(*parameter));
	return json;
}

json_t *
envelope_to_json(const Envelope *envelope)
{
	json_t *json = json_object();
	json_t *recipients = json_array();

	for (guint i = 0; i < envelope->recipients->len; i++)
		json_array_append_new(recipients,
				      path_to_json(envelope->recipients->pdata[i]));
	json_object_set_new(json, "sender", path_to_json(envelope->sender));
	json_object_set_new(json, "recipients", recipients);
	json_object_set_new(json, "login", json_text_new(envelope->login));
	json_object_set_new(json, "client", json_text_new(envelope->client));
	json_object_set_new(json, "helo", json_text_new(envelope->helo));
	json_object_set_new(json, "listener", json_text_new(envelope->listener));
	json_object_set_new(json, "queue_id", json_text_new(envelope->queue_id));
	json_object_set_new(json, "smtputf8", json_boolean(envelope->is_utf8));
	return json;
}

static Path *
path_from_json(const json_t *json, const char *const *our_domains, GError **error)
{
	const char *given = json_need_text(json, "given", error);
	g_auto(GStrv) parameters = json_words(json, "parameters");
	Path *path;

	if (given == NULL)
		return NULL;
	path = path_new(given, json_text(json, "resolved"), our_domains);
	path_set_parameters(path, (const char *const *)parameters);
	return path;
}

static bool
read_paths(Envelope *envelope, const json_t *json, const char *const *our_domains,
	   GError **error)
{
	const json_t *sender = json_object_get(json, "sender");
	const json_t *recipients = json_object_get(json, "recipients");

	if (json_is_object(sender)) {
		envelope->sender = path_from_json(sender, our_domains, error);
		if (envelope->sender == NULL)
			return false;
	}
	for (size_t i = 0; i < json_array_size(recipients); i++) {
		Path *path =
			path_from_json(json_array_get(recipients, i), our_domains, error);

		if (path == NULL)
			return false;
		g_ptr_array_add(envelope->recipients, path);
	}
	return true;
}

Envelope *
envelope_from_json(const json_t *json, const char *const *our_domains, GError **error)
{
	Envelope *envelope = envelope_new();

	envelope->login = g_strdup(json_text(json, "login"));
	envelope->client = g_strdup(json_text(json, "client"));
	envelope->helo = g_strdup(json_text(json, "helo"));
	envelope->listener = g_strdup(json_text(json, "listener"));
	envelope->queue_id = g_strdup(json_text(json, "queue_id"));
	envelope->is_utf8 = json_truth(json, "smtputf8");
	if (read_paths(envelope, json, our_domains, error))
		return envelope;
	g_prefix_error(error, "envelope: ");
	envelope_free(envelope);
	return NULL;
}
