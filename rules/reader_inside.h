/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader_inside.h - what the reader's own files share: where it is in which file, and
 * what it has read
 */
#ifndef RULES_READER_INSIDE_H
#define RULES_READER_INSIDE_H

#include "rules/reader.h"
#include "rules/ruleset.h"

/* A setting of a block. */
typedef struct Setting {
	const char *key;
	bool is_raw;  /* the rest of the line as it stands, '#' and all */
	bool is_many; /* may come several times */
	void (*set)(Reader *reader, const char *value);
} Setting;

/* A kind of block: what its settings are, and what is looked at when it ends.  The
 * settings of a list are its entries, any line. */
typedef struct Block {
	const char *settings_named; /* for faults */
	const Setting *settings;    /* ended by one without a key; NULL: lines, raw */
	void (*add_line)(Reader *reader, const char *line);
	void (*close)(Reader *reader); /* may be NULL */
} Block;

struct Reader {
	ReaderInclude include;
	void *include_data;

	GPtrArray *settings; /* CheckSetting *, as check_table */
	GPtrArray *rules;    /* Rule *, in order */
	GHashTable *lists;   /* name → WordList * */
	GString *faults;     /* a line each */
	guint faults_len;
	PolicyError code; /* of the first fault */

	/* Where we are. */
	const char *file;
	guint line;
	guint opened;       /* the line that opened the block */
	const Block *block; /* NULL: none, or one with a fault */
	bool is_in_block;
	CheckSetting *check; /* of a check block */
	Rule *rule;          /* of a rule block */
	WordList *list;      /* of a list block */
	bool may_stop;       /* may-stop-young-people yes, in this file */
	GArray *stopping;    /* Stopping: what of this file would stop mail */
	guint file_rules;    /* where this file's rules begin */
	guint seen;          /* bits: which settings this block has */
};

/* Something whose action only may-stop-young-people allows. */
typedef struct Stopping {
	const char *kind, *name;
	guint line;
} Stopping;

void reader_fault(Reader *reader, PolicyError code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* One choice of several words; a fault when it is none. */
bool reader_choose(Reader *reader, const char *key, const char *value,
		   const char *const *words, guint *choice);
/* A name for a block: letters, digits and hyphens; a fault when it is none. */
bool reader_is_name(Reader *reader, const char *kind, const char *name);
/* Whether value is numbers of the guidance; a fault when it is not. */
bool reader_is_paragraph(Reader *reader, const char *value);

/* reader_rule.c */
void reader_open_rule(Reader *reader, const char *name);
void reader_open_list(Reader *reader, const char *name);
/* Hits, misses and lists of all rules, when all files are read. */
void reader_try_rules(Reader *reader);

#endif
