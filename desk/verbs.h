/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.h - every verb that can be asked for: who may ask, with which options, and
 * what answers it
 *
 * The table in verbs.c is the one place that lists them.
 */
#ifndef DESK_VERBS_H
#define DESK_VERBS_H

#include "desk/fields.h"
#include "desk/inside.h"

typedef json_t *(*VerbAnswer)(Ask *ask, GError **error);

typedef struct Verb {
	const char *area, *verb; /* verb "": the area has none */
	const char *word;        /* what its words are, "[PATH]" may miss; NULL: none */
	guint roles;             /* StaffRole bits, any of which gives the right to ask */
	bool is_change;          /* of the register: one at a time */
	const Field *fields;     /* its options, ended by one without a name */
	VerbAnswer answer;
} Verb;

/* NULL with a usage error that names what there is. */
const Verb *verb_find(const char *area, const char *verb, GError **error);
/* All, ended by one without an area. */
const Verb *verb_all(void);

/* What answers them, by file. */
json_t *people_add(Ask *ask, GError **error);
json_t *people_change(Ask *ask, GError **error);
json_t *people_list(Ask *ask, GError **error);
json_t *people_show(Ask *ask, GError **error);
json_t *people_end(Ask *ask, GError **error);
json_t *people_remove(Ask *ask, GError **error);

json_t *workers_add(Ask *ask, GError **error);
json_t *workers_change(Ask *ask, GError **error);
json_t *workers_list(Ask *ask, GError **error);
json_t *workers_show(Ask *ask, GError **error);
json_t *workers_end(Ask *ask, GError **error);

json_t *contacts_add(Ask *ask, GError **error);
json_t *contacts_list(Ask *ask, GError **error);
json_t *contacts_end(Ask *ask, GError **error);

json_t *imports_import(Ask *ask, GError **error);

json_t *exports_export(Ask *ask, GError **error);

json_t *agreements_add(Ask *ask, GError **error);
json_t *agreements_list(Ask *ask, GError **error);
json_t *agreements_show(Ask *ask, GError **error);
json_t *agreements_end(Ask *ask, GError **error);

json_t *held_list(Ask *ask, GError **error);
json_t *held_show(Ask *ask, GError **error);
json_t *held_refuse(Ask *ask, GError **error);
json_t *held_withdraw(Ask *ask, GError **error);
json_t *release_held(Ask *ask, GError **error);

json_t *cases_list(Ask *ask, GError **error);
json_t *cases_show(Ask *ask, GError **error);
json_t *cases_export(Ask *ask, GError **error);
json_t *cases_restrict(Ask *ask, GError **error);
json_t *cases_print(Ask *ask, GError **error);

json_t *archives_verify(Ask *ask, GError **error);
json_t *archives_reindex(Ask *ask, GError **error);
json_t *archives_status(Ask *ask, GError **error);
json_t *archives_extract(Ask *ask, GError **error);
json_t *archives_prove(Ask *ask, GError **error);
json_t *archives_adopt(Ask *ask, GError **error);
json_t *archives_stamp(Ask *ask, GError **error);

json_t *keeping_hold(Ask *ask, GError **error);
json_t *keeping_classify(Ask *ask, GError **error);
json_t *filing_refile(Ask *ask, GError **error);
json_t *requests_answer(Ask *ask, GError **error);

json_t *erasing_propose(Ask *ask, GError **error);
json_t *erasing_approve(Ask *ask, GError **error);
json_t *erasing_cancel(Ask *ask, GError **error);
json_t *erasing_due(Ask *ask, GError **error);

json_t *transcripts_record(Ask *ask, GError **error);

json_t *dossier_export(Ask *ask, GError **error);
json_t *unseal_hand_out(Ask *ask, GError **error);
json_t *unseal_rewrap(Ask *ask, GError **error);
json_t *unseal_outcome(Ask *ask, GError **error);

json_t *explain_message(Ask *ask, GError **error);
json_t *explain_rules(Ask *ask, GError **error);
json_t *replay_archive(Ask *ask, GError **error);
json_t *approval_give(Ask *ask, GError **error);
json_t *explain_status(Ask *ask, GError **error);

#endif
