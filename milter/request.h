/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - the line of JSON that a request on the control socket begins with
 */
#ifndef MILTER_REQUEST_H
#define MILTER_REQUEST_H

#include "base/json.h"

#include <glib.h>

enum { REQUEST_LINE_MAX = 1024 * 1024 };

typedef enum RequestError {
	REQUEST_ERROR_FORM, /* not JSON, or a field is not what docs/control.md says */
	REQUEST_ERROR_SIZE, /* the line, or the content that it announces, is too large */
} RequestError;

#define REQUEST_ERROR (request_error_quark())
GQuark request_error_quark(void);

/* Reads a line (without its end) in full: the body that desk_answer takes, with "verb",
 * "words" and "options" there in any case.  content: how many bytes follow, at most
 * content_max.  New reference, or NULL; content is untouched then. */
json_t *request_parse(const char *line, gsize len, gsize content_max, gsize *content,
		      GError **error);

#endif
