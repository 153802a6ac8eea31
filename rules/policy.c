/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.c - the agency's rules and the settings that are policy, as one version
 *
 * Invariant: the text holds everything that the policy was made from, each part with
 * its length, so that two policies with one version are the same policy.
 */
#include "config.h"

#include "rules/policy.h"

#include "base/address.h"
#include "base/file.h"
#include "rules/holidays.h"
#include "rules/networks.h"
#include "rules/notice.h"
#include "rules/reader.h"

#include <string.h>

enum { FILE_MAX = 1024 * 1024, FILES_MAX = 1000 };

struct Policy {
	char *version;
	GString *text;
	GPtrArray *checks;   /* CheckSetting *, in order */
	GPtrArray *in_order; /* the same and a NULL, as policy_checks gives them */
	RuleSet *rules;
	Day lenient_until; /* the last day on which nothing is held, or DAY_NONE */
	int aware_age;
	Hours *hours;
	Holidays *holidays; /* or NULL */
	char *notices[2];   /* for a picture put away, and its words with it; or NULL */
	char *authserv_id;  /* or NULL */
	char **sms_gateways;
	char **outside_listeners;
	Networks *outside, *internal, *trusted;
	bool trusts_local_users;
};

G_DEFINE_QUARK(policy_error, policy_error)

static bool
fail(GError **error, const Settings *settings, const char *keyword, const char *value,
     const char *advice)
{
	g_set_error(error, POLICY_ERROR, POLICY_ERROR_SYNTAX, "%s: %s: '%s' %s",
		    settings_where(settings, keyword), keyword, value, advice);
	return false;
}

static void
add_text(Policy *policy, const char *kind, const char *name, const char *text, gsize len)
{
	g_string_append_printf(policy->text, "== %s %s: %zu bytes\n", kind, name, len);
	g_string_append_len(policy->text, text, (gssize)len);
	g_string_append_c(policy->text, '\n');
}

static bool
read_file(Policy *policy, Reader *reader, const char *path, GError **error)
{
	g_autofree char *name = g_path_get_basename(path);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GError) why = NULL;
	const char *text;
	gsize len;

	bytes = file_read(path, FILE_MAX, &why);
	if (bytes == NULL) {
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_FILE,
			    "rules: %s: correct it or its access", why->message);
		return false;
	}
	text = g_bytes_get_data(bytes, &len);
	add_text(policy, "rules", name, text, len);
	reader_add(reader, path, text, len);
	return true;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A file that a list includes stands beside the rules file that names it. */
static GBytes *
include_file(const char *name, const char *from, void *data, GError **error)
{
	Policy *policy = data;
	g_autofree char *folder = g_path_get_dirname(from);
	g_autofree char *path = g_path_is_absolute(name)
					? g_strdup(name)
					: g_build_filename(folder, name, NULL);
	GBytes *bytes = file_read(path, FILE_MAX, error);
	const char *text;
	gsize len;

	if (bytes == NULL)
		return NULL;
	text = g_bytes_get_data(bytes, &len);
	add_text(policy, "list", name, text, len);
	return bytes;
}

/* The rules files of a directory in the order of their names. */
static GPtrArray *
list_files(const char *path, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) why = NULL;
	g_autoptr(GDir) directory = g_dir_open(path, 0, &why);
	const char *name;

	if (directory == NULL) {
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_FILE, "rules: %s",
			    why->message);
		return NULL;
	}
	while ((name = g_dir_read_name(directory)) != NULL)
		if (name[0] != '.' && g_str_has_suffix(name, ".rules") &&
		    files->len < FILES_MAX)
			g_ptr_array_add(files, g_build_filename(path, name, NULL));
	g_ptr_array_sort(files, compare_names);
	return g_steal_pointer(&files);
}

static bool
read_directory(Policy *policy, Reader *reader, const char *path, GError **error)
{
	g_autoptr(GPtrArray) files = list_files(path, error);

	if (files == NULL)
		return false;
	if (files->len == 0) {
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_FILE,
			    "rules: %s has no *.rules file: install the shipped "
			    "checks.rules there",
			    path);
		return false;
	}
	for (guint i = 0; i < files->len; i++)
		if (!read_file(policy, reader, files->pdata[i], error))
			return false;
	return true;
}

static bool
load_rules(Policy *policy, const char *path, GError **error)
{
	g_autoptr(Reader) reader = reader_new(include_file, policy);
	bool is_directory = g_file_test(path, G_FILE_TEST_IS_DIR);

	if (is_directory ? !read_directory(policy, reader, path, error)
			 : !read_file(policy, reader, path, error))
		return false;
	policy->checks = reader_finish(reader, &policy->rules, error);
	if (policy->checks == NULL)
		return false;
	policy->in_order = g_ptr_array_new();
	for (guint i = 0; i < policy->checks->len; i++)
		g_ptr_array_add(policy->in_order, policy->checks->pdata[i]);
	g_ptr_array_add(policy->in_order, NULL);
	return true;
}

static const char *const notice_names[] = { "sealed-notice.txt",
					    "sealed-notice-whole.txt" };

static bool
load_notices(Policy *policy, const char *rules, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(notice_names); i++) {
		g_autoptr(GError) why = NULL;

		policy->notices[i] = notice_load(rules, notice_names[i], &why);
		if (why != NULL) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		if (policy->notices[i] != NULL)
			add_text(policy, "notice", notice_names[i], policy->notices[i],
				 strlen(policy->notices[i]));
	}
	return true;
}

static bool
load_holidays(Policy *policy, const Settings *settings, GError **error)
{
	const char *path = settings_text(settings, "holidays");
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) bytes = NULL;
	const char *text;
	gsize len;

	if (path == NULL)
		return true;
	bytes = file_read(path, FILE_MAX, &why);
	if (bytes == NULL) {
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_FILE,
			    "%s: holidays: %s: correct it or its access",
			    settings_where(settings, "holidays"), why->message);
		return false;
	}
	text = g_bytes_get_data(bytes, &len);
	if (!g_utf8_validate_len(text, len, NULL))
		return fail(error, settings, "holidays", path,
			    "is not UTF-8 text: save it as UTF-8");
	add_text(policy, "holidays", "", text, len);
	policy->holidays = holidays_parse(path, text, len, &why);
	if (policy->holidays == NULL)
		g_set_error_literal(error, POLICY_ERROR, POLICY_ERROR_SYNTAX,
				    why->message);
	return policy->holidays != NULL;
}

static guint
words_len(const char *const *words)
{
	guint len = 0;

	while (words[len] != NULL)
		len++;
	return len;
}

/* "yes", or "no UNTIL-DATE": until that day nothing is held. */
static bool
load_enforce(Policy *policy, const Settings *settings, GError **error)
{
	const char *const *words = settings_words(settings, "enforce");
	const char *text = settings_text(settings, "enforce");
	guint len = words_len(words);

	if (len == 0 || (len == 1 && strcmp(words[0], "yes") == 0))
		return true;
	if (len == 2 && strcmp(words[0], "no") == 0)
		policy->lenient_until = day_parse(words[1], NULL);
	if (policy->lenient_until == DAY_NONE)
		return fail(error, settings, "enforce", text,
			    "is not known: write yes, or no and the last day of trial "
			    "as YYYY-MM-DD");
	return true;
}

static bool
load_hours(Policy *policy, const Settings *settings, GError **error)
{
	g_autoptr(GError) why = NULL;

	policy->hours = hours_parse(settings_text(settings, "office-hours"), &why);
	if (policy->hours == NULL)
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_SYNTAX,
			    "%s: office-hours: %s",
			    settings_where(settings, "office-hours"), why->message);
	return policy->hours != NULL;
}

static bool
load_gateways(Policy *policy, const Settings *settings, GError **error)
{
	const char *const *words = settings_words(settings, "sms-gateway");
	guint len = words_len(words);

	policy->sms_gateways = g_new0(char *, len + 1);
	for (guint i = 0; i < len; i++) {
		policy->sms_gateways[i] = address_domain_normalise(words[i]);
		if (policy->sms_gateways[i] == NULL)
			return fail(error, settings, "sms-gateway", words[i],
				    "is no domain: write one as sms.example");
	}
	return true;
}

static Networks *
networks_of(const Settings *settings, const char *keyword, const char *const *words,
	    GError **error)
{
	g_autoptr(GError) why = NULL;
	Networks *networks = networks_new(words, &why);

	if (networks == NULL)
		g_set_error(error, POLICY_ERROR, POLICY_ERROR_SYNTAX, "%s: %s: %s",
			    settings_where(settings, keyword), keyword, why->message);
	return networks;
}

/* "listener NAME…", or networks. */
static bool
load_outside(Policy *policy, const Settings *settings, GError **error)
{
	static const char *const none[] = { NULL };
	const char *const *words = settings_words(settings, "outside");
	g_autoptr(GStrvBuilder) listeners = g_strv_builder_new();

	if (words[0] != NULL && strcmp(words[0], "listener") == 0) {
		while (*++words != NULL)
			g_strv_builder_add(listeners, *words);
		words = none;
	}
	policy->outside_listeners = g_strv_builder_end(listeners);
	policy->outside = networks_of(settings, "outside", words, error);
	return policy->outside != NULL;
}

static bool
load_internal(Policy *policy, const Settings *settings, GError **error)
{
	policy->internal =
		networks_of(settings, "internal-network",
			    settings_words(settings, "internal-network"), error);
	return policy->internal != NULL;
}

/* "local-users" and networks. */
static bool
load_trusted(Policy *policy, const Settings *settings, GError **error)
{
	const char *const *words = settings_words(settings, "trusted-submitter");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) networks = NULL;

	for (; *words != NULL; words++)
		if (strcmp(*words, "local-users") == 0)
			policy->trusts_local_users = true;
		else
			g_strv_builder_add(builder, *words);
	networks = g_strv_builder_end(builder);
	policy->trusted = networks_of(settings, "trusted-submitter",
				      (const char *const *)networks, error);
	return policy->trusted != NULL;
}

static void
number_version(Policy *policy, const Settings *settings)
{
	g_autofree char *keywords = settings_policy_text(settings);

	add_text(policy, "settings", "", keywords, strlen(keywords));
	policy->version = g_compute_checksum_for_data(
		G_CHECKSUM_SHA256, (const guchar *)policy->text->str, policy->text->len);
}

Policy *
policy_load_from(const Settings *settings, const char *rules, GError **error)
{
	g_autoptr(Policy) policy = g_atomic_rc_box_new0(Policy);

	policy->text = g_string_new(NULL);
	policy->authserv_id = g_strdup(settings_text(settings, "authserv-id"));
	policy->aware_age = (int)settings_number(settings, "aware-age");
	if (!load_rules(policy, rules, error) || !load_notices(policy, rules, error) ||
	    !load_holidays(policy, settings, error) ||
	    !load_enforce(policy, settings, error) ||
	    !load_hours(policy, settings, error) ||
	    !load_gateways(policy, settings, error) ||
	    !load_outside(policy, settings, error) ||
	    !load_internal(policy, settings, error) ||
	    !load_trusted(policy, settings, error))
		return NULL;
	number_version(policy, settings);
	return g_steal_pointer(&policy);
}

Policy *
policy_load(const Settings *settings, GError **error)
{
	return policy_load_from(settings, settings_text(settings, "rules"), error);
}

void
policy_prepare(Policy *policy)
{
	ruleset_prepare(policy->rules);
}

Policy *
policy_ref(Policy *policy)
{
	return g_atomic_rc_box_acquire(policy);
}

static void
clear(gpointer data)
{
	Policy *policy = data;

	g_free(policy->version);
	g_string_free(policy->text, TRUE);
	if (policy->in_order != NULL)
		g_ptr_array_unref(policy->in_order);
	if (policy->checks != NULL)
		g_ptr_array_unref(policy->checks);
	ruleset_free(policy->rules);
	hours_unref(policy->hours);
	holidays_free(policy->holidays);
	g_free(policy->notices[0]);
	g_free(policy->notices[1]);
	g_free(policy->authserv_id);
	g_strfreev(policy->sms_gateways);
	g_strfreev(policy->outside_listeners);
	networks_free(policy->outside);
	networks_free(policy->internal);
	networks_free(policy->trusted);
}

void
policy_unref(Policy *policy)
{
	if (policy != NULL)
		g_atomic_rc_box_release_full(policy, clear);
}

const char *
policy_version(const Policy *policy)
{
	return policy->version;
}

const char *
policy_text(const Policy *policy)
{
	return policy->text->str;
}

const CheckSetting *
policy_check(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->checks->len; i++) {
		const CheckSetting *setting = policy->checks->pdata[i];

		if (strcmp(setting->name, name) == 0)
			return setting;
	}
	return NULL;
}

const CheckSetting *const *
policy_checks(const Policy *policy)
{
	return (const CheckSetting *const *)policy->in_order->pdata;
}

RuleSet *
policy_rules(const Policy *policy)
{
	return policy->rules;
}

bool
policy_enforces(const Policy *policy, Day day)
{
	return policy->lenient_until == DAY_NONE || policy->lenient_until < day;
}

int
policy_aware_age(const Policy *policy)
{
	return policy->aware_age;
}

const Hours *
policy_hours(const Policy *policy)
{
	return policy->hours;
}

const char *
policy_holiday(const Policy *policy, Day day)
{
	return holidays_name(policy->holidays, day);
}

const char *
policy_authserv_id(const Policy *policy)
{
	return policy->authserv_id;
}

const char *const *
policy_sms_gateways(const Policy *policy)
{
	return (const char *const *)policy->sms_gateways;
}

bool
policy_is_outside(const Policy *policy, const char *listener, const char *client)
{
	const char *const *listeners = (const char *const *)policy->outside_listeners;

	return (listener != NULL && g_strv_contains(listeners, listener)) ||
	       networks_contain(policy->outside, client);
}

bool
policy_is_internal(const Policy *policy, const char *client)
{
	return client == NULL || networks_contain(policy->internal, client);
}

bool
policy_is_trusted(const Policy *policy, const char *client)
{
	return client == NULL ? policy->trusts_local_users
			      : networks_contain(policy->trusted, client);
}

const char *
policy_sealed_notice(const Policy *policy, bool is_whole)
{
	return policy->notices[is_whole ? 1 : 0];
}
