/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bureau.h - a desk for one test: a real archive in a directory of its own, some staff
 * and young people, and a mail server that answers as the test says
 *
 * Staff: dsl (lead), mia (manager), wendy and will (workers whom mia manages), tom
 * (manager of nobody but Cleo), dora (duty), audrey (auditor), rupert (rule-admin),
 * adam (admin), all at agency.example.  C1 is Carl, born 2012-05-01,
 * carl@kids.example, without a manager of his own; C2 is Cleo, born 2005-05-01,
 * whose manager is tom.
 */
#ifndef TESTS_DESK_BUREAU_H
#define TESTS_DESK_BUREAU_H

#include "desk/desk.h"
#include "desk/mail.h"
#include "tests/archive/scratch.h"

#define WENDY  "wendy@agency.example"
#define WILL   "will@agency.example"
#define MIA    "mia@agency.example"
#define TOM    "tom@agency.example"
#define DSL    "dsl@agency.example"
#define DORA   "dora@agency.example"
#define AUDREY "audrey@agency.example"
#define RUPERT "rupert@agency.example"
#define ADAM   "adam@agency.example"
#define CARL   "carl@kids.example"

typedef struct Bureau Bureau;

/* What happens to a letter while it is at the mail server, before its answer. */
typedef void (*BureauTransit)(Bureau *bureau, const Letter *letter);

struct Bureau {
	Scratch *scratch;
	Settings *settings;
	Store *store;
	Desk *desk;
	Verdict *(*judge)(void *data, const DeskTrial *trial); /* NULL: the desk's own */
	bool is_mute; /* opened without a key to sign by: the store takes nothing */
	/* The mail server: its answer, and what it does with a letter. */
	PostAnswer answer;
	BureauTransit transit;
	guint letters;
	char *top, *sender, *recipient; /* of the last letter */
	GBytes *message;
	const char *content; /* of requests to come; NULL: a short message */
	/* Of the last request. */
	int exit;
	char *error;
	guint files;
	guint patience; /* how often somebody still waits for the answer; 0: always */
};

Bureau *bureau_new(void);
void bureau_free(Bureau *bureau);
/* Ends desk and store, and begins both again. */
void bureau_close(Bureau *bureau);
void bureau_open(Bureau *bureau);
void bureau_restart(Bureau *bureau);

/* One request: "AREA VERB [WORD…]"; options as JSON with single quotes; as NULL: root.
 * Sets exit and error; the result may be NULL. */
json_t *bureau_ask(Bureau *bureau, const char *as, const char *verb, const char *options);
json_t *bureau_ask_uid(Bureau *bureau, uid_t uid, const char *as, const char *verb,
		       const char *options);
/* The same, for its exit code alone. */
int bureau_exit(Bureau *bureau, const char *as, const char *verb, const char *options);

/* A message that was judged to be held (or as action says), on record. */
typedef struct BureauMail {
	const char *author; /* work address, login and From */
	const char *to[3];  /* ended by NULL */
	const char *cases[3];
	const char *subject;
	Action action;
	Decides decides;
	bool is_neutral;
	guint notify;     /* Notify bits */
	const char *rule; /* NULL: agreement */
	bool is_inbound, is_private;
	const char *about[3]; /* restricted, unless there is none */
} BureauMail;

char *bureau_put_mail(Bureau *bureau, const BureauMail *mail); /* its id */
/* From wendy to Carl, held by `agreement`. */
char *bureau_hold(Bureau *bureau);

/* A transit: the milter sees it and lets it through. */
void bureau_let_pass(Bureau *bureau, const Letter *letter);
/* Whether the message of a letter passes as a release. */
bool bureau_passes(Bureau *bureau, const char *top, const char *sender,
		   const char *recipient, GBytes *message);

/* How many records of a type there are. */
guint bureau_count(Bureau *bureau, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bureau, bureau_free)

#endif
