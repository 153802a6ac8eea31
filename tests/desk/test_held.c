/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_held.c - held mail: who sees it, who settles it, who is told
 */
#include "config.h"

#include "tests/desk/bureau.h"
#include "tests/testing.h"

#include <string.h>

static guint
list_len(Bureau *bureau, const char *as, const char *options)
{
	g_autoptr(json_t) list = bureau_ask(bureau, as, "held list", options);

	assert_int_equal(bureau->exit, 0);
	return (guint)json_array_size(list);
}

static int
settle(Bureau *bureau, const char *as, const char *verb, const char *id)
{
	g_autofree char *request = g_strdup_printf("held %s %s", verb, id);

	return bureau_exit(bureau, as, request,
			   strcmp(verb, "withdraw") == 0 ? "{}" : "{'reason':'r'}");
}

static void
test_the_list_says_what_the_interface_says(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(json_t) list = bureau_ask(bureau, MIA, "held list", NULL);
	const json_t *one = json_array_get(list, 0);
	const json_t *recipient = json_array_get(json_object_get(one, "recipients"), 0);
	g_auto(GStrv) author = json_words(one, "author");
	g_auto(GStrv) cases = json_words(one, "cases");

	(void)state;
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_text(one, "id"), id);
	assert_string_equal(json_text(one, "state"), "held");
	assert_string_equal(json_text(one, "from"), WENDY);
	assert_string_equal(author[0], WENDY);
	assert_string_equal(cases[0], "C1");
	assert_string_equal(json_text(one, "decides"), "manager");
	assert_string_equal(json_text(recipient, "to"), CARL);
	assert_string_equal(json_text(recipient, "state"), "held");
	assert_int_equal(json_array_size(json_object_get(one, "findings")), 1);
	assert_true(json_is_integer(json_object_get(one, "age_seconds")));
	assert_non_null(json_text(one, "time"));
}

/* What a record says that it repeats, when the index has all that came before it. */
static char *
put_and_ask(Bureau *bureau, const char *to, const char *subject)
{
	const BureauMail mail = { .author = WENDY,
				  .to = { to },
				  .cases = { "C1" },
				  .subject = subject,
				  .action = ACTION_TAG };
	const StoreQuery everything = { .type = "mail" };
	g_autoptr(GPtrArray) ids = store_list(bureau->store, &everything, NULL);
	g_autofree char *id = bureau_put_mail(bureau, &mail);
	g_autoptr(Record) record = store_get(bureau->store, id, NULL);
	const char *repeats = json_text(record_payload(record), "repeats");

	assert_non_null(ids);
	return g_strdup_printf("%s %s", id, repeats != NULL ? repeats : "-");
}

static void
test_mail_that_comes_again_says_what_it_repeats(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *first = put_and_ask(bureau, CARL, "Tuesday");
	g_autofree char *id = g_strndup(first, strcspn(first, " "));
	g_autofree char *second = put_and_ask(bureau, CARL, "Tuesday");
	g_autofree char *third = put_and_ask(bureau, CARL, "Tuesday");
	g_autofree char *other_words = put_and_ask(bureau, CARL, "Wednesday");
	g_autofree char *other_reader = put_and_ask(bureau, WENDY, "Tuesday");

	(void)state;
	assert_true(g_str_has_suffix(first, " -"));
	assert_true(g_str_has_suffix(second, id));
	assert_true(g_str_has_suffix(third, id));
	assert_true(g_str_has_suffix(other_words, " -"));
	assert_true(g_str_has_suffix(other_reader, " -"));
}

static void
test_those_see_it_who_may_decide_and_its_author(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *show = g_strdup_printf("held show %s", id);

	(void)state;
	assert_int_equal(list_len(bureau, MIA, NULL), 1);
	assert_int_equal(list_len(bureau, DSL, NULL), 1);
	assert_int_equal(list_len(bureau, DORA, NULL), 1);
	assert_int_equal(list_len(bureau, TOM, NULL), 0);
	assert_int_equal(list_len(bureau, WENDY, NULL), 1);
	assert_int_equal(list_len(bureau, WENDY, "{'mine':true}"), 1);
	assert_int_equal(list_len(bureau, WILL, NULL), 0);
	assert_int_equal(list_len(bureau, MIA, "{'mine':true}"), 0);
	assert_int_equal(bureau_exit(bureau, TOM, show, NULL), 3);
	assert_int_equal(bureau_exit(bureau, WILL, show, NULL), 3);
	assert_int_equal(bureau_exit(bureau, WENDY, show, NULL), 0);
}

static void
test_the_young_persons_manager_may_decide(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { "cleo@kids.example" },
						       .cases = { "C2" },
						       .subject = "s",
						       .action = ACTION_HOLD });

	(void)state;
	assert_int_equal(list_len(bureau, TOM, NULL), 1);
	assert_int_equal(settle(bureau, TOM, "refuse", id), 0);
}

static void
test_what_a_lead_decides_is_for_leads_alone(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "s",
						       .action = ACTION_HOLD,
						       .decides = DECIDES_LEAD });

	(void)state;
	assert_int_equal(list_len(bureau, MIA, NULL), 0);
	assert_int_equal(settle(bureau, MIA, "refuse", id), 3);
	assert_int_equal(settle(bureau, DORA, "refuse", id), 3);
	assert_int_equal(settle(bureau, DSL, "refuse", id), 0);
}

static void
test_nobody_decides_about_their_own_mail(void **state)
{
	static const char *const authors[] = { MIA, DSL, DORA };
	g_autoptr(Bureau) bureau = bureau_new();

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(authors); i++) {
		g_autofree char *id =
			bureau_put_mail(bureau, &(BureauMail){ .author = authors[i],
							       .to = { CARL },
							       .cases = { "C1" },
							       .subject = "own",
							       .action = ACTION_HOLD });
		g_autofree char *release = g_strdup_printf("held release %s", id);

		assert_int_equal(
			bureau_exit(bureau, authors[i], release, "{'reason':'r'}"), 3);
		assert_non_null(strstr(bureau->error, "own mail"));
		assert_int_equal(settle(bureau, authors[i], "refuse", id), 3);
		assert_int_equal(list_len(bureau, authors[i], "{'mine':true}"), 1);
	}
	assert_int_equal(bureau->letters, 0);
}

static void
test_a_neutral_finding_is_not_named_to_the_author(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "s",
						       .action = ACTION_HOLD,
						       .is_neutral = true });
	g_autofree char *show = g_strdup_printf("held show %s", id);
	g_autoptr(json_t) author = bureau_ask(bureau, WENDY, show, NULL);
	g_autoptr(json_t) manager = bureau_ask(bureau, MIA, show, NULL);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(author, "findings")), 0);
	assert_int_equal(json_array_size(json_object_get(manager, "findings")), 1);
}

static void
test_refused_is_settled_with_its_reason(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *show = g_strdup_printf("held show %s", id);
	g_autoptr(json_t) shown = NULL;
	const json_t *last = NULL;

	(void)state;
	assert_int_equal(settle(bureau, MIA, "refuse", id), 0);
	assert_int_equal(list_len(bureau, MIA, NULL), 0);
	assert_int_equal(list_len(bureau, MIA, "{'all':true}"), 1);
	assert_int_equal(settle(bureau, MIA, "refuse", id), 3);
	shown = bureau_ask(bureau, MIA, show, NULL);
	assert_string_equal(json_text(shown, "state"), "refused");
	last = json_array_get(json_object_get(shown, "history"), 0);
	assert_string_equal(json_text(last, "state"), "refused");
	assert_string_equal(json_text(last, "by"), MIA);
	assert_string_equal(json_text(last, "reason"), "r");
	bureau_restart(bureau);
	assert_int_equal(list_len(bureau, MIA, NULL), 0);
}

static void
test_only_the_author_withdraws(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	assert_int_equal(settle(bureau, MIA, "withdraw", id), 3);
	assert_int_equal(settle(bureau, DSL, "withdraw", id), 3);
	assert_int_equal(settle(bureau, WENDY, "withdraw", id), 0);
	assert_int_equal(settle(bureau, WENDY, "withdraw", id), 3);
}

static void
test_an_unknown_id_is_a_usage_error(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *passed =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "s" });

	(void)state;
	assert_int_equal(settle(bureau, MIA, "refuse", "01ZZZZZZZZZZZZZZZZZZZZZZZZ"), 2);
	assert_int_equal(settle(bureau, MIA, "refuse", passed), 2);
	assert_int_equal(list_len(bureau, MIA, "{'all':true}"), 0);
}

static void
test_holds_outlive_the_daemon(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);

	(void)state;
	bureau_restart(bureau);
	assert_int_equal(list_len(bureau, MIA, NULL), 1);
	assert_int_equal(settle(bureau, MIA, "refuse", id), 0);
}

static void
test_sent_again_is_shown_under_the_first_and_settled_with_it(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *first = bureau_hold(bureau);
	g_autofree char *second = bureau_hold(bureau);
	g_autofree char *third = NULL;
	g_autofree char *show = g_strdup_printf("held show %s", second);
	g_autoptr(json_t) shown = NULL;
	g_auto(GStrv) again = NULL;

	(void)state;
	bureau_restart(bureau);
	third = bureau_hold(bureau);
	assert_int_equal(list_len(bureau, MIA, NULL), 1);
	assert_int_equal(bureau_count(bureau, "mail"), 3);
	shown = bureau_ask(bureau, MIA, show, NULL);
	assert_string_equal(json_text(shown, "id"), first);
	again = json_words(shown, "again");
	assert_int_equal(g_strv_length(again), 2);
	assert_string_equal(again[1], third);
	assert_int_equal(settle(bureau, MIA, "refuse", first), 0);
	bureau_restart(bureau);
	assert_int_equal(list_len(bureau, MIA, NULL), 0);
	g_free(g_steal_pointer(&third));
	third = bureau_hold(bureau);
	assert_int_equal(list_len(bureau, MIA, NULL), 1);
}

static void
test_another_envelope_is_another_message(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *first = bureau_hold(bureau);
	g_autofree char *other = bureau_put_mail(
		bureau, &(BureauMail){ .author = WENDY,
				       .to = { CARL, "cleo@kids.example" },
				       .cases = { "C1", "C2" },
				       .subject = "Tuesday",
				       .action = ACTION_HOLD });

	(void)state;
	assert_int_equal(list_len(bureau, MIA, NULL), 2);
}

static void *
hold_one(void *data)
{
	return bureau_hold(data);
}

static void
test_of_two_at_once_one_is_the_first(void **state)
{
	enum { THREADS = 8 };

	g_autoptr(Bureau) bureau = bureau_new();
	GThread *threads[THREADS];

	(void)state;
	for (gsize i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("hold", hold_one, bureau);
	for (gsize i = 0; i < THREADS; i++)
		g_free(g_thread_join(threads[i]));
	assert_int_equal(list_len(bureau, MIA, NULL), 1);
	assert_int_equal(bureau_count(bureau, "mail"), THREADS);
}

static const DeskNotice *
find_notice(const GPtrArray *notices, const char *to)
{
	for (guint i = 0; i < notices->len; i++)
		if (strcmp(((const DeskNotice *)notices->pdata[i])->to, to) == 0)
			return notices->pdata[i];
	return NULL;
}

static char *
text_of(const DeskNotice *notice)
{
	gsize len = 0;
	const char *bytes = g_bytes_get_data(notice->text, &len);

	return g_strndup(bytes, len);
}

static void
test_author_and_manager_are_told_once(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	g_autoptr(GPtrArray) later = NULL;

	(void)state;
	assert_int_equal(notices->len, 2);
	assert_string_equal(find_notice(notices, WENDY)->role, "author");
	assert_string_equal(find_notice(notices, MIA)->role, "decides");
	for (guint i = 0; i < notices->len; i++)
		assert_true(desk_notice_sent(bureau->desk, notices->pdata[i], NULL));
	bureau_restart(bureau);
	later = desk_notices(bureau->desk);
	assert_int_equal(later->len, 0);
}

/* All that are due, told; how many they were. */
static guint
tell_all(Bureau *bureau)
{
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);

	for (guint i = 0; i < notices->len; i++)
		assert_true(desk_notice_sent(bureau->desk, notices->pdata[i], NULL));
	return notices->len;
}

static void
test_what_was_settled_before_its_author_heard_of_it_is_told_all_the_same(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autofree char *refuse = g_strdup_printf("held refuse %s", id);
	g_autoptr(GPtrArray) notices = NULL;
	g_autofree char *text = NULL;

	(void)state;
	assert_int_equal(bureau_exit(bureau, MIA, refuse, "{'reason': 'no'}"), 0);
	bureau_restart(bureau);
	notices = desk_notices(bureau->desk);
	assert_int_equal(notices->len, 1);
	assert_string_equal(find_notice(notices, WENDY)->role, "author");
	text = text_of(find_notice(notices, WENDY));
	assert_non_null(strstr(text, "it was decided that it should not be sent"));
	assert_non_null(strstr(text, "ring or go"));
	assert_null(strstr(text, "Tuesday"));
	assert_int_equal(tell_all(bureau), 1);
	assert_int_equal(tell_all(bureau), 0);
	bureau_restart(bureau);
	assert_int_equal(tell_all(bureau), 0);
	/* It stays what it was: refused, and settled. */
	assert_int_equal(bureau_exit(bureau, MIA, refuse, "{'reason': 'no'}"), 3);
}

static void
test_what_its_author_took_back_at_once_is_still_told_to_whom_a_finding_names(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "Tuesday",
						       .action = ACTION_HOLD,
						       .notify = NOTIFY_LEAD });
	g_autofree char *withdraw = g_strdup_printf("held withdraw %s", id);
	g_autoptr(GPtrArray) notices = NULL;

	(void)state;
	assert_int_equal(bureau_exit(bureau, WENDY, withdraw, NULL), 0);
	bureau_restart(bureau);
	notices = desk_notices(bureau->desk);
	assert_null(find_notice(notices, WENDY));
	assert_non_null(find_notice(notices, DSL));
	assert_string_equal(find_notice(notices, DSL)->role, "lead");
	assert_true(tell_all(bureau) > 0);
	assert_int_equal(tell_all(bureau), 0);
	bureau_restart(bureau);
	assert_int_equal(tell_all(bureau), 0);
}

/* That it has gone out is for mail that has. */
static void
test_who_took_a_message_back_is_not_told_that_it_went_out(void **state)
{
	const BureauMail mail = { .author = WENDY,
				  .to = { CARL },
				  .cases = { "C1" },
				  .subject = "Tuesday",
				  .action = ACTION_HOLD,
				  .notify = NOTIFY_AUTHOR | NOTIFY_LEAD };
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *taken = bureau_put_mail(bureau, &mail);
	g_autofree char *withdraw = g_strdup_printf("held withdraw %s", taken);
	g_autofree char *refused = NULL;
	g_autofree char *refuse = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GPtrArray) notices = NULL;
	guint to_author = 0;

	(void)state;
	assert_int_equal(bureau_exit(bureau, WENDY, withdraw, NULL), 0);
	refused = bureau_put_mail(bureau, &mail);
	refuse = g_strdup_printf("held refuse %s", refused);
	assert_int_equal(bureau_exit(bureau, DSL, refuse, "{'reason': 'no'}"), 0);
	notices = desk_notices(bureau->desk);
	for (guint i = 0; i < notices->len; i++)
		to_author +=
			strcmp(((const DeskNotice *)notices->pdata[i])->to, WENDY) == 0;
	assert_int_equal(to_author, 1);
	text = text_of(find_notice(notices, WENDY));
	assert_non_null(strstr(text, "it was decided that it should not be sent"));
	assert_null(strstr(text, "has gone out"));
}

static void
test_whom_a_finding_names_is_told_once_and_never_its_author(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_put_mail(
		bureau, &(BureauMail){ .author = DSL,
				       .to = { CARL },
				       .cases = { "C1" },
				       .subject = "Tuesday",
				       .action = ACTION_TAG,
				       .notify = NOTIFY_LEAD | NOTIFY_DUTY });
	g_autofree char *other =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "Tuesday",
						       .action = ACTION_TAG,
						       .notify = NOTIFY_MANAGER });
	g_autoptr(GPtrArray) notices = NULL;
	g_autoptr(GPtrArray) later = NULL;
	g_autofree char *text = NULL;

	(void)state;
	bureau_restart(bureau);
	notices = desk_notices(bureau->desk);
	assert_int_equal(notices->len, 2);
	assert_null(find_notice(notices, DSL));
	assert_string_equal(find_notice(notices, DORA)->role, "duty");
	assert_string_equal(find_notice(notices, MIA)->role, "manager");
	text = text_of(find_notice(notices, MIA));
	assert_null(strstr(text, "Tuesday"));
	assert_null(strstr(text, "Carl"));
	for (guint i = 0; i < notices->len; i++)
		assert_true(desk_notice_sent(bureau->desk, notices->pdata[i], NULL));
	bureau_restart(bureau);
	later = desk_notices(bureau->desk);
	assert_int_equal(later->len, 0);
	assert_int_equal(bureau_exit(bureau, MIA, "held list", NULL), 0);
}

static void
test_a_notice_helps_and_holds_no_content(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id = bureau_hold(bureau);
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	g_autofree char *author = text_of(find_notice(notices, WENDY));
	g_autofree char *manager = text_of(find_notice(notices, MIA));
	static const char *const content[] = { "Tuesday", "Secret", "carl", "Carl" };

	(void)state;
	assert_non_null(strstr(author, "From: safeguarding@agency.example\r\n"));
	assert_non_null(strstr(author, "To: " WENDY "\r\n"));
	assert_non_null(strstr(author, "Auto-Submitted: auto-generated\r\n"));
	assert_non_null(strstr(author, "Mia Manager"));
	assert_non_null(strstr(author, "ring or go"));
	assert_non_null(strstr(author, "Nobody has received it"));
	assert_non_null(strstr(author, "3.5: "));
	assert_non_null(strstr(manager, id));
	for (gsize i = 0; i < G_N_ELEMENTS(content); i++) {
		assert_null(strstr(author, content[i]));
		assert_null(strstr(manager, content[i]));
	}
}

static void
test_a_neutral_notice_says_only_that_it_waits(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = WENDY,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "s",
						       .action = ACTION_HOLD,
						       .decides = DECIDES_LEAD,
						       .is_neutral = true });
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);
	g_autofree char *author = text_of(find_notice(notices, WENDY));

	(void)state;
	assert_null(strstr(author, "3.5"));
	assert_null(strstr(author, "agreed\r\n"));
	assert_null(find_notice(notices, MIA));
	assert_non_null(find_notice(notices, DSL));
	assert_int_equal(notices->len, 2);
}

static void
test_no_notice_asks_the_author_to_decide(void **state)
{
	g_autoptr(Bureau) bureau = bureau_new();
	g_autofree char *id =
		bureau_put_mail(bureau, &(BureauMail){ .author = DSL,
						       .to = { CARL },
						       .cases = { "C1" },
						       .subject = "s",
						       .action = ACTION_HOLD,
						       .decides = DECIDES_LEAD });
	g_autoptr(GPtrArray) notices = desk_notices(bureau->desk);

	(void)state;
	assert_int_equal(notices->len, 1);
	assert_string_equal(((const DeskNotice *)notices->pdata[0])->role, "author");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_list_says_what_the_interface_says),
		cmocka_unit_test(test_mail_that_comes_again_says_what_it_repeats),
		cmocka_unit_test(test_those_see_it_who_may_decide_and_its_author),
		cmocka_unit_test(test_the_young_persons_manager_may_decide),
		cmocka_unit_test(test_what_a_lead_decides_is_for_leads_alone),
		cmocka_unit_test(test_nobody_decides_about_their_own_mail),
		cmocka_unit_test(test_a_neutral_finding_is_not_named_to_the_author),
		cmocka_unit_test(test_refused_is_settled_with_its_reason),
		cmocka_unit_test(test_only_the_author_withdraws),
		cmocka_unit_test(test_an_unknown_id_is_a_usage_error),
		cmocka_unit_test(test_holds_outlive_the_daemon),
		cmocka_unit_test(
			test_sent_again_is_shown_under_the_first_and_settled_with_it),
		cmocka_unit_test(test_another_envelope_is_another_message),
		cmocka_unit_test(test_of_two_at_once_one_is_the_first),
		cmocka_unit_test(test_author_and_manager_are_told_once),
		cmocka_unit_test(
			test_what_was_settled_before_its_author_heard_of_it_is_told_all_the_same),
		cmocka_unit_test(
			test_what_its_author_took_back_at_once_is_still_told_to_whom_a_finding_names),
		cmocka_unit_test(
			test_who_took_a_message_back_is_not_told_that_it_went_out),
		cmocka_unit_test(
			test_whom_a_finding_names_is_told_once_and_never_its_author),
		cmocka_unit_test(test_a_notice_helps_and_holds_no_content),
		cmocka_unit_test(test_a_neutral_notice_says_only_that_it_waits),
		cmocka_unit_test(test_no_notice_asks_the_author_to_decide),
	};

	return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
