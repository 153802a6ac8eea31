/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stamp.h - the wall around OpenSSL's time stamps: RFC 3161 questions and replies
 */
#ifndef ARCHIVE_STAMP_H
#define ARCHIVE_STAMP_H

#include <glib.h>
#include <stdbool.h>

typedef enum StampError {
	STAMP_ERROR_FORMAT,  /* not a reply, or not certificates */
	STAMP_ERROR_REFUSED, /* the authority did not grant it; its words are in ours */
	STAMP_ERROR_FALSE,   /* not about this text, or not by whom we believe */
} StampError;

#define STAMP_ERROR (stamp_error_quark())
GQuark stamp_error_quark(void);

/* A TimeStampReq (DER) over a text by SHA-256, that asks for the certificates and for a
 * policy ("1.2.3.4", NULL: the authority's own).  has_nonce: with 64 random bits, which
 * the reply must bring back; without, it is what any reply over the text answers. */
GBytes *stamp_ask(const char *text, const char *policy, bool has_nonce, GError **error);

/* Whether a TimeStampResp (DER) grants what was asked, by an authority whose certificate
 * was valid at the time it gives and leads to one of the anchors (PEM, one or more;
 * NULL: whoever it was).  time: what it says, in milliseconds. */
bool stamp_check(GBytes *reply, GBytes *question, const char *anchors, gint64 *time,
		 GError **error);

#endif
