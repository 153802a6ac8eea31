/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.h - asks a server over HTTP: the other side of the wall around libcurl
 */
#ifndef MILTER_FETCH_H
#define MILTER_FETCH_H

#include <glib.h>

typedef enum FetchError {
	FETCH_ERROR_SERVER, /* not reached, too slow, too much, or no 200 */
} FetchError;

#define FETCH_ERROR (fetch_error_quark())
GQuark fetch_error_quark(void);

typedef struct Fetch {
	const char *url;
	const char *type;  /* of what is sent */
	GBytes *bytes;     /* sent by POST */
	gsize max;         /* of what comes back, in bytes */
	guint seconds;     /* for all of it */
	gint *is_stopping; /* g_atomic_int: set to give up within a second; may be NULL */
} Fetch;

/* Proxies of the environment are not used, redirections not followed.  After post_new,
 * which prepares libcurl. */
GBytes *fetch_post(const Fetch *fetch, GError **error);

#endif
