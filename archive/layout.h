/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.h - the lines between the parts of a record's file, as written and as read
 *
 *	LAYOUT_TOP outer LAYOUT_OPEN outer CRLF
 *	LAYOUT_MIXED inner LAYOUT_FIRST inner CRLF      signed from LAYOUT_MIXED on …
 *	[ LAYOUT_VERBATIM | LAYOUT_BASE64 | LAYOUT_CLOSED the original LAYOUT_NEXT inner CRLF ]
 *	LAYOUT_JSON the JSON part LAYOUT_NEXT inner "--"                    … to here
 *	LAYOUT_NEXT outer CRLF LAYOUT_SIGNATURE base64 LAYOUT_NEXT outer "--" CRLF
 *
 * outer and inner are boundaries of 32 lower-case hexadecimal digits that nobody could
 * know beforehand; so the original cannot hold one.  Nothing outside the parts tells
 * whom the record is about.
 */
#ifndef ARCHIVE_LAYOUT_H
#define ARCHIVE_LAYOUT_H

enum { BOUNDARY_LEN = 32, LAYOUT_VERSION = 1 };

#define LAYOUT_CRLF "\r\n"
#define LAYOUT_TOP                                                                      \
	"MIME-Version: 1.0\r\n"                                                         \
	"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n" \
	"\tmicalg=sha-256; boundary=\""
#define LAYOUT_OPEN  "\"\r\n\r\n--"
#define LAYOUT_MIXED "Content-Type: multipart/mixed; boundary=\""
#define LAYOUT_FIRST LAYOUT_OPEN
#define LAYOUT_VERBATIM                    \
	"Content-Type: message/rfc822\r\n" \
	"Content-Transfer-Encoding: 8bit\r\n\r\n"
#define LAYOUT_BASE64                                                       \
	"Content-Type: application/octet-stream; name=\"original.eml\"\r\n" \
	"Content-Transfer-Encoding: base64\r\n"                             \
	"Content-Disposition: attachment; filename=\"original.eml\"\r\n\r\n"
#define LAYOUT_CLOSED                                                              \
	"Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data;\r\n" \
	"\tname=\"smime.p7m\"\r\n"                                                 \
	"Content-Transfer-Encoding: base64\r\n"                                    \
	"Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n"
#define LAYOUT_JSON                          \
	"Content-Type: application/json\r\n" \
	"Content-Transfer-Encoding: 8bit\r\n\r\n"
#define LAYOUT_SIGNATURE                                                    \
	"Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n" \
	"Content-Transfer-Encoding: base64\r\n"                             \
	"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n"
#define LAYOUT_NEXT "\r\n--"

#endif
