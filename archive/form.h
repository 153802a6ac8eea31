/* SPDX-License-Identifier: Apache-2.0 */
/* form.h - a CMS signature as a form: made once by OpenSSL, then filled in with another
 * digest and time and signed anew */
#ifndef ARCHIVE_FORM_H
#define ARCHIVE_FORM_H

#include "archive/seal.h"

#include <glib.h>
#include <openssl/types.h>

/* Immutable; safe to share between threads. */
typedef struct Form Form;

/* sample: a detached signature by this key (DER; one signer, SHA-256) over content at a
 * time, in milliseconds.  NULL when it is laid out as no form of ours. */
Form *form_new(GBytes *sample, const Digest *content, gint64 time, EVP_PKEY *key);
void form_free(Form *form);

/* The same signature over another content at another time (RFC 5652, 5.3 and 5.4); NULL
 * when it has no room for that time or the key fails. */
GBytes *form_fill(const Form *form, const Digest *content, gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

#endif
