/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_cost.c - processor time of judging one message, step by step: its structure, its
 * text in all forms, the rules on that text, and the whole verdict
 *
 * usage: judge_cost RULES CYCLES FILE…
 * Steps and files are taken in turns.
 */
#include "config.h"

#include "rules/ruleset.h"
#include "tests/bench/figures.h"
#include "tests/rules/court.h"

enum { REPEATS = 50 };

typedef enum Step { STEP_MESSAGE, STEP_TEXT, STEP_RULES, STEP_JUDGE, STEPS } Step;

static const char *const names[STEPS] = { "structure", "text", "rules", "verdict" };

typedef struct Sample {
	const char *name;
	GBytes *bytes;
	Message *message;
	Text *text;
	Figures figures[STEPS];
} Sample;

static const MessageLimits limits = { 1 << 28, 32, 1000 };

static bool
pass_by(const RuleMatch *match, void *data)
{
	(void)match;
	(void)data;
	return true;
}

static void
judge_once(const Court *court, const Sample *sample)
{
	const Mail mail = { .login = "mia" };
	g_autoptr(Envelope) envelope = court_envelope(&mail);
	g_autoptr(Message) message = message_read(sample->bytes, &limits);
	g_autoptr(json_t) history = json_object();
	const Hearing hearing = { .envelope = envelope,
				  .message = message,
				  .directory = court->directory,
				  .policy = court->policy,
				  .history = history,
				  .time = 1700000000000 };

	verdict_free(judge(&hearing));
}

static void
take_step(const Court *court, const Sample *sample, Step step)
{
	const RuleQuery query = { sample->text, DIRECTION_OUTBOUND, false, pass_by, NULL,
				  NULL };

	if (step == STEP_MESSAGE)
		message_free(message_read(sample->bytes, &limits));
	else if (step == STEP_TEXT)
		text_free(text_read(sample->message));
	else if (step == STEP_RULES)
		ruleset_search(policy_rules(court->policy), &query);
	else
		judge_once(court, sample);
}

static void
measure(const Court *court, Sample *sample, int repeats)
{
	for (int step = 0; step < STEPS; step++) {
		double begin = figures_cpu();

		for (int i = 0; i < repeats; i++)
			take_step(court, sample, (Step)step);
		figures_add(&sample->figures[step],
			    (figures_cpu() - begin) * 1e6 / repeats);
	}
}

static void
sample_open(Sample *sample, const char *path)
{
	char *data = NULL;
	gsize len = 0;

	if (!g_file_get_contents(path, &data, &len, NULL))
		g_error("%s cannot be read", path);
	sample->name = path;
	sample->bytes = g_bytes_new_take(data, len);
	sample->message = message_read(sample->bytes, &limits);
	sample->text = text_read(sample->message);
}

static void
sample_close(Sample *sample)
{
	g_autofree char *name = g_path_get_basename(sample->name);

	for (int step = 0; step < STEPS; step++) {
		g_autofree char *line =
			g_strdup_printf("judging %s, %" G_GSIZE_FORMAT " bytes: %s", name,
					g_bytes_get_size(sample->bytes), names[step]);

		figures_print(line, &sample->figures[step], "us");
	}
	text_free(sample->text);
	message_free(sample->message);
	g_bytes_unref(sample->bytes);
}

int
main(int argc, char **argv)
{
	Court court;
	g_autofree Sample *samples = g_new0(Sample, (gsize)MAX(argc, 1));

	if (argc < 4) {
		(void)fprintf(stderr, "usage: judge_cost RULES CYCLES FILE...\n");
		return 2;
	}
	court.directory = court_directory();
	court.policy = court_policy_at(argv[1]);
	policy_prepare(court.policy);
	for (int i = 3; i < argc; i++)
		sample_open(&samples[i], argv[i]);
	for (int cycle = 0; cycle < atoi(argv[2]); cycle++)
		for (int i = 3; i < argc; i++)
			measure(&court, &samples[i], REPEATS);
	for (int i = 3; i < argc; i++)
		sample_close(&samples[i]);
	court_close(&court);
	return 0;
}
