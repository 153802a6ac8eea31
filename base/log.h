/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - one line for each thing that happened, for syslog or standard error
 *
 * "QUEUEID event key=value …".  Only milter/ and console/ log.  Every value is
 * escaped here, once: control characters, quotes and what is not UTF-8.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <glib.h>
#include <stdbool.h>

typedef enum LogLevel {
	LOG_LEVEL_ALARM,  /* somebody must act now */
	LOG_LEVEL_NOTICE, /* a message in scope, a reload, a start */
	LOG_LEVEL_DEBUG,
} LogLevel;

/* Where lines go: standard error when in the foreground, else syslog facility mail
 * under a name.  Once, before threads. */
void log_open(const char *name, bool is_foreground, LogLevel most);

/* Pairs of key and value (both const char *; a NULL value drops the pair), ended by
 * NULL.  id: the queue id, or NULL for NOQUEUE. */
void log_event(LogLevel level, const char *id, const char *event,
	       ...) G_GNUC_NULL_TERMINATED;

/* A value as the log writes it, cut after 500 bytes: bare, or in double quotes where it
 * has blanks, quotes, "=" or what must be escaped.  Owned by the caller. */
char *log_escape(const char *value);

#endif
