/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look.h - what the parts of a message are, by name, type and first bytes: pictures, and
 * what nobody can look into
 *
 * For rules/ alone.
 */
#ifndef RULES_LOOK_H
#define RULES_LOOK_H

#include "base/message.h"

#include <glib.h>

/* One part.  Words are not freed. */
typedef struct Look {
	const Part *part;
	const char
		*picture; /* "a picture", "a film", "a picture in an archive", …; NULL */
	char *digest;     /* hex SHA-256 of what the picture decodes to, or NULL */
	const char *closed; /* why it cannot be looked into, or NULL */
} Look;

/* Look * of every part of which there is something to say; owned by the caller. */
GPtrArray *look_at_parts(const Message *message);

#endif
