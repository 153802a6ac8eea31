/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c - the frame of a page, and other people's words in it
 *
 * Invariant: between page_begin and page_end a '<' is written by our own code alone.
 * What of a text could change how the page around it is read (control characters,
 * overrides of direction) is shown as U+FFFD; the record has it as it was.
 */
#include "config.h"

#include "desk/page.h"

#include <stdbool.h>
#include <string.h>

static const char *const style[] = {
	":root{color-scheme:light}*{box-sizing:border-box}body{margin:0 auto;",
	"padding:3rem 1.25rem 5rem;max-width:44rem;background:#fbfaf7;",
	"color:#26323b;font:1.02rem/1.6 Charter,'Bitstream Charter',",
	"'Iowan Old Style',Georgia,'DejaVu Serif',serif;overflow-wrap:anywhere}",
	"h1{font-size:2rem;line-height:1.2;font-weight:600;margin:0 0 .4rem}",
	".lead{font-size:1.12rem;color:#52616b;margin:0 0 2rem}h2{",
	"font-size:1.3rem;font-weight:600;margin:3.5rem 0 .5rem}.how{",
	"background:#f3f0e8;border-radius:.5rem;padding:1rem 1.4rem;",
	"font-size:.95rem}.how p{margin:.4rem 0}.day{",
	"font:600 .82rem/1.4 system-ui,'DejaVu Sans',sans-serif;",
	"letter-spacing:.05em;color:#66747d;margin:2.8rem 0 1rem;",
	"padding-top:.7rem;border-top:1px solid #ddd8cb}article{",
	"margin:0 0 1.3rem;padding:.8rem 1.2rem .7rem;background:#fff;",
	"border-left:.25rem solid #98a5ad;border-radius:0 .4rem .4rem 0}.child{",
	"border-left-color:#d08a4e;margin-right:3rem}.staff{",
	"border-left-color:#5a8f9f;margin-left:3rem}.unsent{",
	"border-left-style:dashed;border-left-color:#98a5ad}.who{",
	"font:600 .92rem/1.5 system-ui,'DejaVu Sans',sans-serif;margin:0}",
	".who span,.when,.with,.note,.ref{font-weight:400;color:#5d6b74}.when,",
	".with,.note,.ref{font:.82rem/1.5 system-ui,'DejaVu Sans',sans-serif;",
	"margin:.1rem 0}.subject{font-weight:600;margin:.7rem 0 0}.words{",
	"margin:.5rem 0 .7rem}.words p{margin:0;white-space:pre-wrap;",
	"unicode-bidi:plaintext}.words .quoted{color:#7a868e;",
	"border-left:2px solid #e2ded2;padding-left:.8rem;font-size:.9em;",
	"margin:.5rem 0}.ref{color:#8a959c;font-size:.72rem}.event{",
	"margin:0 0 1.3rem;padding:0 1.2rem;color:#4c5a63;font-size:.95rem}",
	".event p{margin:0}.closing{margin-top:4rem;font-size:.88rem;",
	"color:#5d6b74;border-top:1px solid #ddd8cb;padding-top:1rem}@page{",
	"size:A4;margin:20mm 22mm 22mm;@bottom-center{",
	"content:counter(page) ' of ' counter(pages);font:8.5pt system-ui,",
	"'DejaVu Sans',sans-serif;color:#66747d}}@media print{body{",
	"background:none;padding:0;max-width:none;font-size:10.5pt}article{",
	"background:none;padding-top:0;padding-bottom:0}.how{background:none;",
	"border:1px solid #ddd8cb}p{orphans:3;widows:3}h2,.day,.who,.when,",
	".subject{break-after:avoid}.ref,.note{break-before:avoid}.event{",
	"break-inside:avoid}}",
};

void
page_begin(GString *page, const char *title)
{
	g_string_append(
		page,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		"'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri "
		"'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	page_add(page, title);
	g_string_append(page, "</title>\n<style>");
	for (gsize i = 0; i < G_N_ELEMENTS(style); i++)
		g_string_append(page, style[i]);
	g_string_append(page, "</style>\n</head>\n<body>\n");
}

void
page_end(GString *page)
{
	g_string_append(page, "</body>\n</html>\n");
}

/* Characters that have no shape but act on their surroundings. */
static bool
acts(gunichar character)
{
	return (g_unichar_iscntrl(character) && character != '\t') ||
	       (character >= 0x202A && character <= 0x202E) ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0x2028 ||
	       character == 0x2029;
}

static void
add_character(GString *page, gunichar character)
{
	switch (character) {
	case '<':
		g_string_append(page, "&lt;");
		break;
	case '>':
		g_string_append(page, "&gt;");
		break;
	case '&':
		g_string_append(page, "&amp;");
		break;
	case '"':
		g_string_append(page, "&quot;");
		break;
	case '\'':
		g_string_append(page, "&#39;");
		break;
	default:
		g_string_append_unichar(page, acts(character) ? 0xFFFD : character);
	}
}

/* len bytes of valid UTF-8. */
static void
add_escaped(GString *page, const char *text, gsize len)
{
	const char *end = text + len;

	for (; text < end; text = g_utf8_find_next_char(text, NULL))
		add_character(page, g_utf8_get_char(text));
}

void
page_add(GString *page, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text == NULL ? "" : text, -1);

	g_strdelimit(valid, "\r\n\t", ' ');
	add_escaped(page, valid, strlen(valid));
}

static gsize
line_len(const char *line)
{
	return strcspn(line, "\n");
}

static void
add_line(GString *page, const char *line, gsize len)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	add_escaped(page, line, len);
	g_string_append_c(page, '\n');
}

/* Lines that are quoted alike, as one paragraph; gives where the next begins. */
static const char *
add_paragraph(GString *page, const char *text)
{
	bool is_quoted = *text == '>';

	g_string_append(page, is_quoted ? "<p class=\"quoted\">" : "<p>");
	while (*text != '\0' && (*text == '>') == is_quoted) {
		gsize len = line_len(text);

		add_line(page, text, len);
		text += len + (text[len] == '\n');
	}
	g_string_truncate(page, page->len - 1);
	g_string_append(page, "</p>");
	return text;
}

void
page_text(GString *page, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	const char *at = g_strchomp(valid);

	while (*at != '\0')
		at = add_paragraph(page, at);
}
