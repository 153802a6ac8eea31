/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c - mail addresses, and the one form in which they are compared
 *
 * Reading is lenient where mail servers are: quotes and backslashes anywhere in the
 * local part, dots anywhere, any printable letter.  An address that a server would
 * deliver to and that we could not read would be a way past us.  For the same reason
 * the limit of 64 bytes counts what is compared: without quoting and "+tag".
 *
 * Invariants: parsing the text of an address gives that same text again; so does
 * parsing a form and taking its form.
 */
#include "config.h"

#include "base/address.h"

#include <idn2.h>
#include <stdbool.h>
#include <string.h>

enum { LOCAL_MAX = 64, DOMAIN_MAX = 255, LABEL_MAX = 63 };

/* How much of a bad address an error repeats. */
enum { SHOWN_MAX = 100 };

/* What must be quoted in a local part. */
static const char specials[] = " \t\"\\<>@";

struct Address {
	char *text;         /* local@domain, or "" */
	const char *domain; /* where the domain starts within text */
};

struct AddressForm {
	GHashTable *ignore_dots;
	GHashTable *same_domain;
	char *first; /* of same_domain; NULL when that is empty */
};

G_DEFINE_QUARK(address_error, address_error)

static Address *
address_new(const char *local, gsize local_len, const char *domain)
{
	Address *address = g_new(Address, 1);

	address->text = g_strdup_printf("%.*s%s%s", (int)local_len, local,
					*domain == '\0' ? "" : "@", domain);
	address->domain = address->text + strlen(address->text) - strlen(domain);
	return address;
}

static Address *
refuse(const char *text, GError **error)
{
	const char *shown = g_utf8_validate(text, -1, NULL) ? text : "(not UTF-8)";

	g_set_error(error, ADDRESS_ERROR, ADDRESS_ERROR_SYNTAX,
		    "'%.*s' is not a mail address: write local@domain", SHOWN_MAX, shown);
	return NULL;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text += g_utf8_skip[(guchar)*text])
		if (g_unichar_iscntrl(g_utf8_get_char(text)))
			return true;
	return false;
}

/* The '@' behind the local part; NULL when there is none or the local part has
 * something that it must quote. */
static const char *
find_at(const char *text)
{
	bool is_quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			is_quoted = !is_quoted;
		else if (*text == '@' && !is_quoted)
			return text;
		else if (strchr(specials, *text) != NULL && !is_quoted)
			return NULL;
	}
	return NULL;
}

/* Cuts "+tag" off; a '+' in front is no tag. */
static void
drop_tag(char *local)
{
	char *plus = *local == '\0' ? NULL : strchr(local + 1, '+');

	if (plus != NULL)
		*plus = '\0';
}

static bool
is_too_long(const char *local, gsize len)
{
	g_autofree char *bare = NULL;

	if (len <= LOCAL_MAX)
		return false;
	bare = address_unquote(local, len);
	drop_tag(bare);
	return strlen(bare) > LOCAL_MAX;
}

Address *
address_parse(const char *text, GError **error)
{
	g_autofree char *bare = g_strstrip(g_strdup(text));
	g_autofree char *domain = NULL;
	char *local = bare;
	const char *at;
	gsize len = strlen(bare);

	if (len >= 2 && bare[0] == '<' && bare[len - 1] == '>') {
		bare[len - 1] = '\0';
		local = bare + 1;
	}
	if (*local == '\0')
		return address_new("", 0, "");
	if (!g_utf8_validate(local, -1, NULL) || has_control(local))
		return refuse(text, error);
	at = find_at(local);
	if (at == NULL || at == local)
		return refuse(text, error);
	if (strlen(at + 1) > DOMAIN_MAX || is_too_long(local, (gsize)(at - local))) {
		g_set_error(error, ADDRESS_ERROR, ADDRESS_ERROR_TOO_LONG,
			    "address of %" G_GSIZE_FORMAT " bytes is over the limit of "
			    "64 before and 255 after the '@'",
			    len);
		return NULL;
	}
	domain = address_domain_normalise(at + 1);
	return domain == NULL ? refuse(text, error)
			      : address_new(local, (gsize)(at - local), domain);
}

void
address_free(Address *address)
{
	if (address == NULL)
		return;
	g_free(address->text);
	g_free(address);
}

const char *
address_text(const Address *address)
{
	return address->text;
}

const char *
address_domain(const Address *address)
{
	return address->domain;
}

const char *
address_local(const Address *address, gsize *len)
{
	*len = address->domain == address->text
		       ? 0
		       : (gsize)(address->domain - address->text) - 1;
	return address->text;
}

char *
address_unquote(const char *local, gsize len)
{
	GString *bare = g_string_sized_new(len);

	for (gsize i = 0; i < len; i++) {
		if (local[i] == '\\' && i + 1 < len)
			g_string_append_c(bare, local[++i]);
		else if (local[i] != '"')
			g_string_append_c(bare, local[i]);
	}
	return g_string_free(bare, FALSE);
}

char *
address_quote(const char *bare)
{
	GString *quoted;

	if (*bare != '\0' && strpbrk(bare, specials) == NULL)
		return g_strdup(bare);
	quoted = g_string_new("\"");
	for (; *bare != '\0'; bare++) {
		if (*bare == '"' || *bare == '\\')
			g_string_append_c(quoted, '\\');
		g_string_append_c(quoted, *bare);
	}
	g_string_append_c(quoted, '"');
	return g_string_free(quoted, FALSE);
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321, 4.1.3); only the shape is checked. */
static bool
is_literal(const char *domain)
{
	gsize len = strlen(domain);

	for (gsize i = 1; i + 1 < len; i++)
		if (!g_ascii_isalnum(domain[i]) && strchr(".:-", domain[i]) == NULL)
			return false;
	return len > 2 && domain[0] == '[' && domain[len - 1] == ']';
}

/* Labels of letters, digits, '-' and (seen in the wild) '_', joined by dots. */
static bool
is_host(const char *domain)
{
	gsize label = 0;
	const char *letter;

	for (letter = domain; *letter != '\0'; letter++) {
		if (*letter == '.' && label == 0)
			return false;
		label = *letter == '.' ? 0 : label + 1;
		if (label > LABEL_MAX)
			return false;
		if (!g_ascii_isalnum(*letter) && strchr(".-_", *letter) == NULL)
			return false;
	}
	return label > 0 && letter - domain <= DOMAIN_MAX;
}

/* The A-label of an internationalised domain; NULL when it has none. */
static char *
to_ascii(const char *domain)
{
	uint8_t *found = NULL;
	char *ascii;

	if (idn2_lookup_u8((const uint8_t *)domain, &found,
			   IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	ascii = g_strdup((const char *)found);
	idn2_free(found);
	return ascii;
}

char *
address_domain_normalise(const char *domain)
{
	g_autofree char *ascii = NULL;
	g_autofree char *lower = NULL;
	gsize len;

	if (strlen(domain) > DOMAIN_MAX || !g_utf8_validate(domain, -1, NULL))
		return NULL;
	ascii = g_str_is_ascii(domain) ? g_strdup(domain) : to_ascii(domain);
	if (ascii == NULL)
		return NULL;
	lower = g_ascii_strdown(ascii, -1);
	len = strlen(lower);
	if (len > 1 && lower[len - 1] == '.')
		lower[len - 1] = '\0';
	return is_host(lower) || is_literal(lower) ? g_steal_pointer(&lower) : NULL;
}

/* What is no domain is left out: nothing can be compared with it. */
static GHashTable *
domain_set_new(const char *const *domains)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (; domains != NULL && *domains != NULL; domains++) {
		char *domain = address_domain_normalise(*domains);

		if (domain != NULL)
			g_hash_table_add(set, domain);
	}
	return set;
}

AddressForm *
address_form_new(const char *const *ignore_dots, const char *const *same_domain)
{
	AddressForm *form = g_atomic_rc_box_new0(AddressForm);

	form->ignore_dots = domain_set_new(ignore_dots);
	form->same_domain = domain_set_new(same_domain);
	if (same_domain != NULL && *same_domain != NULL)
		form->first = address_domain_normalise(*same_domain);
	return form;
}

AddressForm *
address_form_ref(AddressForm *form)
{
	return g_atomic_rc_box_acquire(form);
}

static void
form_clear(gpointer data)
{
	AddressForm *form = data;

	g_hash_table_unref(form->ignore_dots);
	g_hash_table_unref(form->same_domain);
	g_free(form->first);
}

void
address_form_unref(AddressForm *form)
{
	if (form != NULL)
		g_atomic_rc_box_release_full(form, form_clear);
}

/* NFKC and case-folded.  Folding can undo normalising and the other way round, hence
 * the loop; Unicode ends it after two or three rounds.  Takes the text over. */
static char *
fold(char *text)
{
	enum { ROUNDS_MAX = 8 };

	g_autofree char *now = text;

	if (g_str_is_ascii(text))
		return g_ascii_strdown(text, -1);
	for (int i = 0; i < ROUNDS_MAX; i++) {
		g_autofree char *folded = g_utf8_casefold(now, -1);
		g_autofree char *next = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
		bool is_stable = strcmp(next, now) == 0;

		g_free(now);
		now = g_steal_pointer(&next);
		if (is_stable)
			break;
	}
	return g_steal_pointer(&now);
}

/* Takes the dots out, unless nothing else is there. */
static void
drop_dots(char *local)
{
	char *to = local;

	if (strspn(local, ".") == strlen(local))
		return;
	for (const char *from = local; *from != '\0'; from++)
		if (*from != '.')
			*to++ = *from;
	*to = '\0';
}

char *
address_form_key(const AddressForm *form, const Address *address)
{
	const char *domain = address->domain;
	g_autofree char *folded = NULL;
	g_autofree char *quoted = NULL;
	gsize len;
	const char *local = address_local(address, &len);
	bool has_dots = g_hash_table_contains(form->ignore_dots, domain);

	if (*domain == '\0')
		return g_strdup("");
	if (form->first != NULL && g_hash_table_contains(form->same_domain, domain))
		domain = form->first;
	folded = fold(address_unquote(local, len));
	if (has_dots || g_hash_table_contains(form->ignore_dots, domain))
		drop_dots(folded);
	drop_tag(folded);
	quoted = address_quote(folded);
	return g_strconcat(quoted, "@", domain, NULL);
}
