/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal_inside.h - what the files of seal.h share; for them alone
 */
#ifndef ARCHIVE_SEAL_INSIDE_H
#define ARCHIVE_SEAL_INSIDE_H

#include "archive/seal.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

enum { SECONDS_OF_DAY = 24 * 60 * 60 };

/* Sets an error of ours with OpenSSL's reason, and empties its queue.  False. */
bool seal_fail(GError **error, SealError code, const char *what);

/* Where the days of a certificate end, in milliseconds. */
gint64 seal_end_of(const X509 *cert);

#endif
