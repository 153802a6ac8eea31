/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authres.h - what a mail server found out about a sender: Authentication-Results
 * (RFC 8601), read strictly
 */
#ifndef BASE_AUTHRES_H
#define BASE_AUTHRES_H

#include <glib.h>
#include <stdbool.h>

/* "header.d=kids.example". */
typedef struct AuthProperty {
	char *type, *name; /* lower case */
	char *value;
} AuthProperty;

/* "dkim=pass header.d=kids.example". */
typedef struct AuthResult {
	char *method, *result; /* lower case */
	GPtrArray *properties; /* AuthProperty * */
} AuthResult;

/* One field.  Immutable. */
typedef struct AuthResults {
	char *server;       /* the authserv-id */
	GPtrArray *results; /* AuthResult *; empty for "none" */
} AuthResults;

typedef enum AuthresError {
	AUTHRES_ERROR_SYNTAX, /* not the grammar of RFC 8601, 2.2 */
} AuthresError;

#define AUTHRES_ERROR (authres_error_quark())
GQuark authres_error_quark(void);

/* value: of the field, folds undone.  A field that is wrong in one place is wrong. */
AuthResults *authres_parse(const char *value, GError **error);
void authres_free(AuthResults *results);

/* The value of a property; NULL when it is not there or there twice.  Borrowed. */
const char *authres_property(const AuthResult *result, const char *type,
			     const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuthResults, authres_free)

#endif
