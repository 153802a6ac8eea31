/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble.c - makes a library or the disk fail on demand, loaded before the daemon's own
 *
 * $TROUBLE names a directory.  A file "judge" in it that says "hang" or "crash" is obeyed
 * at each message that is parsed, a file "flush" makes every flush fail with EIO.
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int
trouble_is(const char *name, const char *word)
{
	const char *directory = getenv("TROUBLE");
	char path[4096], line[32] = "";
	FILE *file;

	if (directory == NULL)
		return 0;
	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof line, file) == NULL)
		line[0] = '\0';
	fclose(file);
	return strncmp(line, word, strlen(word)) == 0;
}

static void *
next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* Only where messages are judged: rules are tried when they load, too. */
static int
is_judge(void)
{
	char name[16] = "";

	return prctl(PR_GET_NAME, name) == 0 && strcmp(name, "judge") == 0;
}

void *g_mime_parser_construct_message(void *parser, void *options);

void *
g_mime_parser_construct_message(void *parser, void *options)
{
	void *(*real)(void *, void *) =
		(void *(*)(void *, void *))next("g_mime_parser_construct_message");

	while (is_judge() && trouble_is("judge", "hang"))
		usleep(20000);
	if (is_judge() && trouble_is("judge", "crash"))
		abort();
	return real(parser, options);
}

int
fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int))next("fdatasync");

	if (trouble_is("flush", "EIO")) {
		errno = EIO;
		return -1;
	}
	return real(fd);
}
