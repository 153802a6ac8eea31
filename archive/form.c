/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form.c - a CMS signature as a form that is filled in
 *
 * Two signatures of one key and certificate differ in the content's digest, the time and
 * the signature proper, and only the last changes its length.  Building the rest anew by
 * OpenSSL costs more than signing does, for each record; so it is built once, taken apart
 * here, and copied.  What is signed are the attributes as a SET OF (RFC 5652, 5.4), which
 * keep their order: they differ in length before they differ in content.
 *
 * Whatever is not laid out as expected makes no form, and is signed the long way.
 */
#include "config.h"

#include "archive/form.h"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <string.h>

enum {
	DEPTH = 6,       /* of what encloses the signature */
	HEAD_LEN = 4,    /* of a tag with a length of two bytes, */
	LONG_LEN = 0x82, /* which begins so */
	SET_OF = 0x31,
	OCTETS = 0x04,
	SHORT_MAX = 0x7F, /* the largest length that takes one byte */
	TIME_LEN = 13,    /* of "YYMMDDhhmmssZ" */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

struct Form {
	guint8 *der;
	gsize len;
	gsize lengths[DEPTH]; /* where the two bytes of each length stand */
	guint depth;
	gsize attributes, attributes_end;
	gsize digest, time; /* inside of them, from the beginning */
	gsize signature;    /* its tag; it ends where all ends */
	EVP_MD_CTX *begun;  /* a signature that has seen nothing yet */
};

/* Steps into what encloses the signature. */
static bool
enter(Form *form, gsize *at)
{
	if (form->depth == DEPTH || form->len - *at < HEAD_LEN ||
	    form->der[*at + 1] != LONG_LEN)
		return false;
	form->lengths[form->depth++] = *at + 2;
	*at += HEAD_LEN;
	return true;
}

static bool
pass(const Form *form, gsize *at)
{
	const guint8 *next = form->der + *at;
	long len = 0;
	int tag = 0;
	int class = 0;

	if ((ASN1_get_object(&next, &len, &tag, &class, (long)(form->len - *at)) &
	     0x81) != 0)
		return false; /* malformed, or of no definite length */
	*at = (gsize)(next - form->der) + (gsize)len;
	return *at <= form->len;
}

static bool
pass_many(const Form *form, gsize *at, guint count)
{
	while (count > 0 && pass(form, at))
		count--;
	return count == 0;
}

/* ContentInfo, SignedData and SignerInfo, down to the signature (RFC 5652, 3 and 5). */
static bool
take_apart(Form *form)
{
	gsize at = 0;

	if (!enter(form, &at) || !pass(form, &at) || !enter(form, &at) ||
	    !enter(form, &at) || /* version, digest algorithms, content, certificates */
	    !pass_many(form, &at, 4) || !enter(form, &at) || !enter(form, &at) ||
	    !pass_many(form, &at, 3)) /* version, certificate's name, algorithm */
		return false;
	form->attributes = at;
	if (!pass(form, &at))
		return false;
	form->attributes_end = at;
	if (!pass(form, &at))
		return false;
	form->signature = at;
	return pass(form, &at) && at == form->len;
}

/* UTCTime, which ends with the year 2049. */
static bool
format_time(gint64 time, char text[TIME_LEN + 1])
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(time / 1000);
	g_autofree char *utc = at == NULL || g_date_time_get_year(at) >= 2050
				       ? NULL
				       : g_date_time_format(at, "%y%m%d%H%M%SZ");

	return utc != NULL && g_strlcpy(text, utc, TIME_LEN + 1) == TIME_LEN;
}

/* Where in the attributes something stands that stands there once; 0: nowhere. */
static gsize
find(const Form *form, const void *what, gsize len)
{
	const guint8 *from = form->der + form->attributes;
	const guint8 *at =
		memmem(from, form->attributes_end - form->attributes, what, len);

	return at == NULL ? 0 : (gsize)(at - from);
}

static bool
find_places(Form *form, const Digest *content, gint64 time)
{
	char text[TIME_LEN + 1];

	if (!format_time(time, text))
		return false;
	form->digest = find(form, content->bytes, DIGEST_LEN);
	form->time = find(form, text, TIME_LEN);
	return form->digest > 0 && form->time > 0;
}

Form *
form_new(GBytes *sample, const Digest *content, gint64 time, EVP_PKEY *key)
{
	g_autoptr(Form) form = g_new0(Form, 1);

	form->der = g_bytes_unref_to_data(g_bytes_ref(sample), &form->len);
	form->begun = EVP_MD_CTX_new();
	if (!take_apart(form) || !find_places(form, content, time) ||
	    form->begun == NULL ||
	    EVP_DigestSignInit(form->begun, NULL, EVP_sha256(), NULL, key) != 1)
		return NULL;
	return g_steal_pointer(&form);
}

void
form_free(Form *form)
{
	if (form == NULL)
		return;
	EVP_MD_CTX_free(form->begun);
	g_free(form->der);
	g_free(form);
}

/* The octets of the signature over the attributes; NULL when the key fails. */
static GByteArray *
sign(const Form *form, guint8 *attributes, gsize len)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	g_autoptr(GByteArray) octets = g_byte_array_new();
	const guint8 tag = attributes[0];
	gsize most = SHORT_MAX;
	bool is_done;

	g_byte_array_set_size(octets, SHORT_MAX);
	attributes[0] = SET_OF;
	is_done = context != NULL && EVP_MD_CTX_copy_ex(context, form->begun) == 1 &&
		  EVP_DigestSign(context, octets->data, &most, attributes, len) == 1;
	attributes[0] = tag;
	if (!is_done)
		return NULL;
	g_byte_array_set_size(octets, (guint)most);
	return g_steal_pointer(&octets);
}

/* Every length that encloses the signature grows or shrinks with it. */
static void
fit_lengths(const Form *form, guint8 *der, gsize len)
{
	for (guint i = 0; i < form->depth; i++) {
		guint8 *at = der + form->lengths[i];
		const gsize now = (gsize)(at[0] << 8 | at[1]) + len - form->len;

		at[0] = (guint8)(now >> 8);
		at[1] = (guint8)now;
	}
}

GBytes *
form_fill(const Form *form, const Digest *content, gint64 time)
{
	g_autoptr(GByteArray) der = g_byte_array_sized_new((guint)form->len + SHORT_MAX);
	g_autoptr(GByteArray) octets = NULL;
	guint8 *attributes;
	char text[TIME_LEN + 1];
	guint8 head[2] = { OCTETS, 0 };

	if (!format_time(time, text))
		return NULL;
	g_byte_array_append(der, form->der, (guint)form->signature);
	attributes = der->data + form->attributes;
	memcpy(attributes + form->digest, content->bytes, DIGEST_LEN);
	memcpy(attributes + form->time, text, TIME_LEN);
	octets = sign(form, attributes, form->attributes_end - form->attributes);
	if (octets == NULL)
		return NULL;
	head[1] = (guint8)octets->len;
	g_byte_array_append(der, head, sizeof(head));
	g_byte_array_append(der, octets->data, octets->len);
	fit_lengths(form, der->data, der->len);
	return g_byte_array_free_to_bytes(g_steal_pointer(&der));
}
