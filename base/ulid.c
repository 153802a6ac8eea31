/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ulid.c - names of records
 *
 * 128 bits in 26 characters of 5: the first character holds only three of them, so it
 * is never above '7'.
 */
#include "config.h"

#include "base/ulid.h"

#include <string.h>
#include <sys/random.h>

enum { TIME_CHARS = 10, RANDOM_CHARS = ULID_LEN - TIME_CHARS };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const gint64 time_max = (G_GINT64_CONSTANT(1) << 48) - 1;

char *
ulid_new(gint64 time)
{
	char *ulid = g_malloc(ULID_LEN + 1);
	guint64 left = (guint64)CLAMP(time, 0, time_max);
	guint8 dice[RANDOM_CHARS];

	/* Up to 256 bytes come whole once the kernel has seeded its generator. */
	while (getrandom(dice, sizeof(dice), 0) != (gssize)sizeof(dice))
		continue;
	for (int i = TIME_CHARS - 1; i >= 0; i--, left >>= 5)
		ulid[i] = alphabet[left & 31];
	for (int i = 0; i < RANDOM_CHARS; i++)
		ulid[TIME_CHARS + i] = alphabet[dice[i] & 31];
	ulid[ULID_LEN] = '\0';
	return ulid;
}

bool
ulid_is_valid(const char *text)
{
	return strlen(text) == ULID_LEN && strspn(text, alphabet) == ULID_LEN &&
	       text[0] <= '7';
}

gint64
ulid_time(const char *ulid)
{
	gint64 time = 0;

	for (int i = 0; i < TIME_CHARS; i++)
		time = time << 5 | (strchr(alphabet, ulid[i]) - alphabet);
	return time;
}
