/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_locker.c - what is closed is opened by each holder's key and by no other, by
 * stock openssl too
 */
#include "config.h"

#include "archive/locker.h"
#include "base/file.h"
#include "tests/testing.h"

#include <glib/gstdio.h>
#include <string.h>

#define PICTURE "From: c@x.example\r\n\r\n\xff\xd8\xff not\0seen\r\r\n"

typedef struct Box {
	char *directory;
	Locker *locker;
	GBytes *content;
	GBytes *closed;
} Box;

static char *
path_in(const Box *box, const char *name)
{
	return g_build_filename(box->directory, name, NULL);
}

static bool
run(const Box *box, const char *command)
{
	g_autofree char *line = g_strdup_printf("cd '%s' && { %s; } 2>/dev/null",
						box->directory, command);
	char shell[] = "sh", option[] = "-c";
	char *argv[] = { shell, option, line, NULL };
	int status = -1;

	return g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
			    &status, NULL) &&
	       status == 0;
}

static void
add(Box *box, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".crt", NULL);
	g_autofree char *path = path_in(box, file);
	g_autoptr(GError) error = NULL;

	assert_true(locker_add(box->locker, name, path, &error));
	assert_null(error);
}

static int
set_up(void **state)
{
	Box *box = g_new0(Box, 1);

	box->directory = g_dir_make_tmp("chaperone-locker-XXXXXX", NULL);
	box->locker = locker_new();
	box->content = g_bytes_new_static(PICTURE, sizeof(PICTURE) - 1);
	assert_true(run(box, "openssl req -x509 -newkey rsa:2048 -nodes -days 365 "
			     "-subj /CN=lead -keyout lead.key -out lead.crt && "
			     "openssl req -x509 -newkey ec -pkeyopt "
			     "ec_paramgen_curve:P-256 -nodes -days 20 -subj /CN=second "
			     "-keyout second.key -out second.crt && "
			     "openssl req -x509 -newkey rsa:2048 -nodes -days 365 "
			     "-subj /CN=other -keyout other.key -out other.crt && "
			     "openssl pkcs12 -export -inkey lead.key -in lead.crt "
			     "-passout pass:secret -out lead.p12 && "
			     "openssl pkey -in second.key -aes256 -passout pass:secret "
			     "-out second.pem"));
	add(box, "lead");
	add(box, "second");
	box->closed = locker_close(box->locker, box->content, NULL);
	*state = box;
	return 0;
}

static int
tear_down(void **state)
{
	Box *box = *state;

	(void)run(box, "rm -rf \"$PWD\"");
	locker_free(box->locker);
	g_bytes_unref(box->content);
	g_bytes_unref(box->closed);
	g_free(box->directory);
	g_free(box);
	return 0;
}

static void
test_each_holder_opens_it_and_nobody_else(void **state)
{
	static const struct {
		const char *key, *passphrase;
		int code; /* -1: opens */
	} cases[] = {
		{ "lead.key", NULL, -1 },
		{ "second.key", NULL, -1 },
		{ "lead.p12", "secret", -1 },
		{ "second.pem", "secret", -1 },
		{ "lead.p12", "wrong", SEAL_ERROR_KEY },
		{ "second.pem", NULL, SEAL_ERROR_KEY },
		{ "lead.crt", NULL, SEAL_ERROR_KEY },
	};

	const Box *box = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *key = path_in(box, cases[i].key);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) opened =
			locker_open(box->closed, key, cases[i].passphrase, &error);

		if (cases[i].code < 0) {
			assert_null(error);
			assert_true(g_bytes_equal(opened, box->content));
		} else {
			assert_null(opened);
			assert_true(g_error_matches(error, SEAL_ERROR, cases[i].code));
		}
	}
}

static void
test_another_key_opens_nothing(void **state)
{
	const Box *box = *state;
	g_autofree char *key = path_in(box, "other.key");
	g_autoptr(GError) error = NULL;

	assert_null(locker_open(box->closed, key, NULL, &error));
	assert_non_null(error);
}

static void
test_one_changed_bit_anywhere_opens_nothing(void **state)
{
	const Box *box = *state;
	g_autofree char *key = path_in(box, "second.key");
	gsize len = g_bytes_get_size(box->closed);

	for (gsize at = 0; at < len; at += 7) {
		g_autofree guint8 *bytes =
			g_memdup2(g_bytes_get_data(box->closed, NULL), len);
		g_autoptr(GBytes) changed = NULL;
		g_autoptr(GBytes) opened = NULL;

		bytes[at] ^= 1;
		changed = g_bytes_new(bytes, len);
		opened = locker_open(changed, key, NULL, NULL);
		/* What names the other holder is not covered by the tag. */
		assert_true(opened == NULL || g_bytes_equal(opened, box->content));
	}
}

static void
test_stock_openssl_opens_it(void **state)
{
	const Box *box = *state;
	g_autofree char *path = path_in(box, "closed.p7m");
	g_autofree char *out = path_in(box, "out.eml");
	gsize len;
	const void *data = g_bytes_get_data(box->closed, &len);

	assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
	for (guint i = 0; i < 2; i++) {
		g_autofree char *command = g_strdup_printf(
			"openssl cms -decrypt -binary -inform DER -in closed.p7m -inkey "
			"%s.key -out out.eml",
			i == 0 ? "lead" : "second");
		g_autoptr(GBytes) opened = NULL;

		assert_true(run(box, command));
		opened = file_read(out, 1 << 20, NULL);
		assert_true(g_bytes_equal(opened, box->content));
	}
	assert_true(run(box, "openssl cms -cmsout -print -inform DER -in closed.p7m | "
			     "grep -q aes-256-gcm"));
	assert_true(run(box, "openssl cms -cmsout -print -inform DER -in closed.p7m | "
			     "grep -q rsaesOaep"));
}

static void
test_a_certificate_about_to_end_is_said_and_still_closes(void **state)
{
	const Box *box = *state;
	const gint64 year = G_GINT64_CONSTANT(366) * 24 * 60 * 60 * 1000;
	const gint64 now = g_get_real_time() / 1000;
	g_autofree char *soon = locker_fault(box->locker, now);
	g_autofree char *over = locker_fault(box->locker, now + year);

	assert_non_null(strstr(soon, "second: certificate expires on 20"));
	assert_non_null(strstr(over, "lead: certificate expired on 20"));
}

static void
test_nothing_is_closed_for_nobody(void **state)
{
	const Box *box = *state;
	g_autoptr(Locker) nobody = locker_new();
	g_autofree char *path = path_in(box, "lead.key");

	assert_null(locker_close(nobody, box->content, NULL));
	assert_false(locker_add(nobody, "lead", path, NULL));
}

static void
test_the_agencys_own_key_can_hold_too(void **state)
{
	const Box *box = *state;
	g_autofree char *key = path_in(box, "signing.key");
	g_autofree char *cert = path_in(box, "signing.crt");
	g_autoptr(Locker) own = locker_new();
	g_autoptr(GBytes) closed = NULL;
	g_autoptr(GBytes) opened = NULL;

	assert_true(seal_make_identity("Agency", key, cert, NULL));
	assert_true(locker_add(own, "agency", cert, NULL));
	closed = locker_close(own, box->content, NULL);
	assert_non_null(closed);
	opened = locker_open(closed, key, NULL, NULL);
	assert_true(g_bytes_equal(opened, box->content));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_holder_opens_it_and_nobody_else),
		cmocka_unit_test(test_another_key_opens_nothing),
		cmocka_unit_test(test_one_changed_bit_anywhere_opens_nothing),
		cmocka_unit_test(test_stock_openssl_opens_it),
		cmocka_unit_test(
			test_a_certificate_about_to_end_is_said_and_still_closes),
		cmocka_unit_test(test_nothing_is_closed_for_nobody),
		cmocka_unit_test(test_the_agencys_own_key_can_hold_too),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
