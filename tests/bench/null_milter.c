/* SPDX-License-Identifier: Apache-2.0 */
/*
 * null_milter.c - the filter that does nothing, which ours is measured against
 *
 * Every callback is there and says "go on", as a filter that looks at mail must.
 * usage: null_milter SOCKET
 */
#include "config.h"

#include <libmilter/mfapi.h>
#include <stdio.h>
#include <sys/types.h>

static sfsistat
on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	(void)context, (void)host, (void)address;
	return SMFIS_CONTINUE;
}

static sfsistat
on_text(SMFICTX *context, char *text)
{
	(void)context, (void)text;
	return SMFIS_CONTINUE;
}

static sfsistat
on_path(SMFICTX *context, char **words)
{
	(void)context, (void)words;
	return SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	(void)context, (void)name, (void)value;
	return SMFIS_CONTINUE;
}

static sfsistat
on_body(SMFICTX *context, unsigned char *chunk, size_t len)
{
	(void)context, (void)chunk, (void)len;
	return SMFIS_CONTINUE;
}

static sfsistat
on_step(SMFICTX *context)
{
	(void)context;
	return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
	char name[] = "null";
	struct smfiDesc filter = {
		.xxfi_name = name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_text,
		.xxfi_envfrom = on_path,
		.xxfi_envrcpt = on_path,
		.xxfi_data = on_step,
		.xxfi_header = on_header,
		.xxfi_eoh = on_step,
		.xxfi_body = on_body,
		.xxfi_eom = on_step,
		.xxfi_abort = on_step,
		.xxfi_close = on_step,
	};

	if (argc != 2) {
		fprintf(stderr, "usage: null_milter SOCKET\n");
		return 2;
	}
	if (smfi_register(filter) != MI_SUCCESS || smfi_setconn(argv[1]) != MI_SUCCESS)
		return 1;
	return smfi_main() == MI_SUCCESS ? 0 : 1;
}
