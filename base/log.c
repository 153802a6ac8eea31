/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - one line for each thing that happened
 *
 * A line is written by one call, so lines of several threads do not mix.
 */
#include "config.h"

#include "base/log.h"

#include "base/file.h"

#include <string.h>
#include <syslog.h>
#include <unistd.h>

/* Of one value, before escaping: whoever writes to us must not fill the log. */
enum { VALUE_MAX = 500 };

/* Set once, before threads. */
static struct {
	bool is_syslog;
	LogLevel most;
} sink = { false, LOG_LEVEL_NOTICE };

void
log_open(const char *name, bool is_foreground, LogLevel most)
{
	sink.is_syslog = !is_foreground;
	sink.most = most;
	if (sink.is_syslog)
		openlog(g_intern_string(name), LOG_PID | LOG_NDELAY, LOG_MAIL);
}

static bool
is_plain(gunichar letter)
{
	return g_unichar_isprint(letter) && !g_unichar_isspace(letter) && letter != '"' &&
	       letter != '\\' && letter != '=';
}

/* The letter at text, or a byte that is none as itself with the bit *is_byte. */
static const char *
next_letter(const char *text, gunichar *letter, bool *is_byte)
{
	*letter = g_utf8_get_char_validated(text, -1);
	*is_byte = *letter >= (gunichar)-2;
	if (!*is_byte)
		return text + g_utf8_skip[(guchar)*text];
	*letter = (guchar)*text;
	return text + 1;
}

char *
log_escape(const char *value)
{
	g_autoptr(GString) escaped = g_string_new("\"");
	bool is_quoted = *value == '\0';
	const char *end = value + VALUE_MAX;
	gunichar letter;
	bool is_byte;

	while (*value != '\0' && value < end) {
		value = next_letter(value, &letter, &is_byte);
		is_quoted = is_quoted || is_byte || !is_plain(letter);
		if (!is_byte && (is_plain(letter) || letter == ' ' || letter == '='))
			g_string_append_unichar(escaped, letter);
		else if (!is_byte && letter >= 0x80)
			g_string_append_printf(escaped, "\\u%04x", letter);
		else if (letter == '"' || letter == '\\')
			g_string_append_printf(escaped, "\\%c", (int)letter);
		else
			g_string_append_printf(escaped, "\\x%02x", letter);
	}
	if (*value != '\0')
		g_string_append(escaped, "…");
	if (!is_quoted)
		return g_strdup(escaped->str + 1);
	g_string_append_c(escaped, '"');
	return g_string_free(g_steal_pointer(&escaped), FALSE);
}

static void
append_pair(GString *line, const char *key, const char *value)
{
	g_autofree char *escaped = log_escape(value);

	g_string_append_printf(line, " %s=%s", key, escaped);
}

static void
append_pairs(GString *line, va_list *pairs)
{
	const char *key;

	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller started it */
	while ((key = va_arg(*pairs, const char *)) != NULL) {
		const char *value = va_arg(*pairs, const char *);

		if (value != NULL)
			append_pair(line, key, value);
	}
}

static void
write_line(LogLevel level, GString *line)
{
	static const int priorities[] = {
		[LOG_LEVEL_ALARM] = LOG_ALERT,
		[LOG_LEVEL_NOTICE] = LOG_NOTICE,
		[LOG_LEVEL_DEBUG] = LOG_DEBUG,
	};

	if (sink.is_syslog) {
		syslog(priorities[level], "%s", line->str);
		return;
	}
	g_string_append_c(line, '\n');
	file_write_all(STDERR_FILENO, line->str, line->len, NULL);
}

void
log_event(LogLevel level, const char *id, const char *event, ...)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *queue_id = NULL;
	va_list pairs;

	if (level > sink.most)
		return;
	queue_id = log_escape(id != NULL ? id : "NOQUEUE");
	g_string_append_printf(line, "%s %s", queue_id, event);
	va_start(pairs, event);
	append_pairs(line, &pairs);
	va_end(pairs);
	write_line(level, line);
}
