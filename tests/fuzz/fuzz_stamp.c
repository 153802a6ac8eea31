/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_stamp.c - what an authority sends, or a stamp's record holds, is believed about
 * nothing that it was not made for
 */
#include "config.h"

#include "archive/stamp.h"
#include "archive/stamps.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nobody's: no reply leads to it. */
static const char anchors[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBejCCAR+gAwIBAgIUANuHKJpNvt+/KYNoOyYTb9CQvvYwCgYIKoZIzj0EAwIw\n"
	"ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyMjIxMDIyOFoYDzIxMjYxMDI5MjEw\n"
	"MjI4WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
	"AAQAUYxbZ3uoOrUSZTUcQFZ+N1Z8TUUU8Rr7P3frHL9T/VmP6qI1PX0O98+w+BHz\n"
	"iL9R+6T1WjfVJDIEzjxNGIjbo1MwUTAdBgNVHQ4EFgQUjCLuDkvmdbMj2AYsQdgD\n"
	"+OS6yM4wHwYDVR0jBBgwFoAUjCLuDkvmdbMj2AYsQdgD+OS6yM4wDwYDVR0TAQH/\n"
	"BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA8SWTxfV9wtWYY0+L5dQKhRiNaqH/\n"
	"FSDZyUDftmhI9wcCIQDhJUwS/nELWc9tFru3rRY4bDgV3xBF2wKTPpqeTCO6kA==\n"
	"-----END CERTIFICATE-----\n";

static void
check_reply(GBytes *reply)
{
	g_autoptr(GBytes) question = stamp_ask("text\n", NULL, true, NULL);
	gint64 time = -1;

	g_assert(!stamp_check(reply, question, anchors, &time, NULL));
	g_assert(!stamp_check(reply, question, (const char *)"", &time, NULL));
	g_assert(time == -1);
}

/* A record is read, or refused; what was read has a note that can be read again. */
static void
check_record(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(json_t) payload = json_read(text, strlen(text), NULL);
	g_auto(StampRecord) stamp = { 0 };
	gint64 time = -1;

	if (payload == NULL || !stamp_record_read(payload, &stamp, NULL))
		return;
	g_assert(stamp.head.origin != NULL);
	g_assert(!stamp_record_check(&stamp, anchors, &time, NULL));
	g_assert(time == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) reply = g_bytes_new(data, size);

	check_reply(reply);
	check_record(data, size);
	return 0;
}
