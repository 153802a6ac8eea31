/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suspects.c - messages that were being read when the daemon died
 *
 * The mail server sends a message again that got no answer.  If reading it is what
 * killed us, it would kill us for ever.  So its digest stands in a mapped file while
 * it is read: pages of a mapping survive the process, and there is nothing to flush,
 * because a machine that went down was not brought down by a message.
 *
 * The file is SUSPECTS_SLOTS digests; all zero is a free slot.  A digest that a crash
 * cut in half is one that no message has.
 */
#include "config.h"

#include "milter/suspects.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NO_SLOT = -1, MAP_LEN = SUSPECTS_SLOTS * sizeof(Digest) };

static const Digest free_slot;

struct Suspects {
	GMutex lock;
	Digest *slots;     /* the mapping */
	GHashTable *found; /* Digest *, those of an earlier process */
};

static guint
hash(gconstpointer digest)
{
	guint value;

	memcpy(&value, digest, sizeof(value));
	return value;
}

static gboolean
equal(gconstpointer a, gconstpointer b)
{
	return digest_equal(a, b);
}

/* The blocks are there before the mapping is written to: a full disk is an error now
 * and not a SIGBUS later. */
static int
open_file(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int fault = fd < 0 ? errno : posix_fallocate(fd, 0, MAP_LEN);

	if (fault == 0)
		return fd;
	g_set_error(error, G_IO_ERROR, g_io_error_from_errno(fault), "%s: %s", path,
		    g_strerror(fault));
	if (fd >= 0)
		close(fd);
	return -1;
}

static Digest *
map(const char *path, GError **error)
{
	int flags = path != NULL ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	int fd = path != NULL ? open_file(path, error) : -1;
	void *slots;

	if (path != NULL && fd < 0)
		return NULL;
	slots = mmap(NULL, MAP_LEN, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (slots == MAP_FAILED) {
		g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
			    "%s: cannot be mapped: %s", path, g_strerror(errno));
		slots = NULL;
	}
	if (fd >= 0)
		close(fd);
	return slots;
}

/* What was found keeps its slot, so that it is known after the next restart too; when
 * that leaves little room the file begins anew. */
static void
collect(Suspects *suspects)
{
	for (int i = 0; i < SUSPECTS_SLOTS; i++)
		if (!digest_equal(&suspects->slots[i], &free_slot))
			g_hash_table_add(suspects->found,
					 g_memdup2(&suspects->slots[i], sizeof(Digest)));
	if (g_hash_table_size(suspects->found) > SUSPECTS_SLOTS / 2)
		memset(suspects->slots, 0, MAP_LEN);
}

Suspects *
suspects_open(const char *path, GError **error)
{
	Digest *slots = map(path, error);
	Suspects *suspects;

	if (slots == NULL)
		return NULL;
	suspects = g_new0(Suspects, 1);
	g_mutex_init(&suspects->lock);
	suspects->slots = slots;
	suspects->found = g_hash_table_new_full(hash, equal, g_free, NULL);
	collect(suspects);
	return suspects;
}

void
suspects_close(Suspects *suspects)
{
	if (suspects == NULL)
		return;
	munmap(suspects->slots, MAP_LEN);
	g_hash_table_unref(suspects->found);
	g_mutex_clear(&suspects->lock);
	g_free(suspects);
}

bool
suspects_has(const Suspects *suspects, const Digest *digest)
{
	return g_hash_table_contains(suspects->found, digest);
}

static int
find_free(const Suspects *suspects)
{
	for (int i = 0; i < SUSPECTS_SLOTS; i++)
		if (digest_equal(&suspects->slots[i], &free_slot))
			return i;
	return NO_SLOT;
}

int
suspects_note(Suspects *suspects, const Digest *digest)
{
	int slot;

	g_mutex_lock(&suspects->lock);
	slot = find_free(suspects);
	if (slot != NO_SLOT)
		suspects->slots[slot] = *digest;
	g_mutex_unlock(&suspects->lock);
	return slot;
}

void
suspects_forget(Suspects *suspects, int slot)
{
	if (slot == NO_SLOT)
		return;
	g_mutex_lock(&suspects->lock);
	suspects->slots[slot] = free_slot;
	g_mutex_unlock(&suspects->lock);
}
