/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.c - the words in HTML and XML: the wall around libxml2
 *
 * No tree is built: elements and words are taken as the parser meets them.  What would
 * make the parser slow (elements within elements without end, a tag with thousands of
 * attributes) is found first; then tags are cut out by hand, and that is a problem of
 * the part.
 *
 * Invariant: states holds one entry for each open element and one for the document.
 */
#include "config.h"

#include "rules/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdbool.h>
#include <string.h>

enum { DEPTH_MAX = 300, ATTRIBUTES_MAX = 200 };

/* What an element does to the words inside it. */
typedef struct State {
	MarkupKind kind;
	bool is_dropped; /* not words at all: scripts, style sheets */
	bool is_preformatted;
} State;

typedef struct Page {
	Markup *markup;
	xmlParserCtxtPtr parser;
	GArray *states;      /* State */
	bool is_rest_quoted; /* after Outlook's rule, until the end */
} Page;

static gpointer
init_parser(gpointer data)
{
	xmlInitParser();
	return data;
}

static void
start_parser(void)
{
	static GOnce once = G_ONCE_INIT;

	g_once(&once, init_parser, NULL);
}

static Markup *
new_markup(gsize len)
{
	Markup *markup = g_new0(Markup, 1);

	for (int i = 0; i < MARKUP_KINDS; i++)
		markup->text[i] =
			g_string_sized_new(i == MARKUP_SHOWN ? len / 2 + 16 : 64);
	return markup;
}

void
markup_free(Markup *markup)
{
	if (markup == NULL)
		return;
	for (int i = 0; i < MARKUP_KINDS; i++)
		g_string_free(markup->text[i], TRUE);
	g_free(markup);
}

static State *
top(const Page *page)
{
	return &g_array_index(page->states, State, page->states->len - 1);
}

static GString *
text_of(const Page *page)
{
	MarkupKind kind = top(page)->kind;

	if (page->is_rest_quoted && kind != MARKUP_HIDDEN)
		kind = MARKUP_QUOTED;
	return page->markup->text[kind];
}

static bool
ends_with(const GString *text, char c)
{
	return text->len == 0 || text->str[text->len - 1] == c;
}

static void
break_line(GString *text)
{
	if (!ends_with(text, '\n'))
		g_string_append_c(text, '\n');
}

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (name[0] == (*names)[0] && strcmp(name, *names) == 0)
			return true;
	return false;
}

static bool
is_block(const char *name)
{
	static const char *const blocks[] = {
		"p",       "div",    "br",     "tr",      "li",         "ul",
		"ol",      "table",  "h1",     "h2",      "h3",         "h4",
		"h5",      "h6",     "hr",     "pre",     "blockquote", "section",
		"article", "header", "footer", "address", "dt",         "dd",
		"title",   "option", "body",   "center",  NULL,
	};

	return is_one_of(name, blocks);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Words with each run of blanks as one. */
static void
append_words(GString *text, const char *words, gsize len)
{
	for (gsize at = 0; at < len;) {
		gsize run = at;

		while (run < len && !is_blank(words[run]))
			run++;
		g_string_append_len(text, words + at, (gssize)(run - at));
		if (run < len && !ends_with(text, ' ') && !ends_with(text, '\n'))
			g_string_append_c(text, ' ');
		at = run + (run < len);
	}
}

static void
take_words(void *data, const xmlChar *words, int len)
{
	Page *page = data;

	if (len <= 0 || top(page)->is_dropped)
		return;
	if (top(page)->is_preformatted)
		g_string_append_len(text_of(page), (const char *)words, len);
	else
		append_words(text_of(page), (const char *)words, (gsize)len);
}

/* Comments are read too, but for those that tell Outlook how to lay out. */
static void
take_comment(void *data, const xmlChar *words)
{
	Page *page = data;
	GString *hidden = page->markup->text[MARKUP_HIDDEN];

	if (*words == '[' || top(page)->is_dropped)
		return;
	break_line(hidden);
	append_words(hidden, (const char *)words, strlen((const char *)words));
	break_line(hidden);
}

static const char *
attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
		if (strcmp((const char *)attributes[0], name) == 0)
			return attributes[1] == NULL ? "" : (const char *)attributes[1];
	return NULL;
}

/* Whether a size or a measure of a style is nothing: "0", "0px", not "0.9em". */
static bool
is_nothing(const char *style, const char *name)
{
	const char *at = strstr(style, name);

	if (at == NULL)
		return false;
	at += strlen(name);
	if (*at != '0')
		return false;
	at += strspn(at, "0.");
	return !g_ascii_isdigit(*at);
}

static bool
hides(const char *style)
{
	static const char *const hidden[] = { "display:none", "visibility:hidden",
					      "mso-hide:all" };
	static const char *const white[] = { ";color:white", ";color:#fff",
					     ";color:transparent" };
	g_autofree char *bare = NULL;
	GString *text;

	if (style == NULL)
		return false;
	text = g_string_new(";");
	for (; *style != '\0'; style++)
		if (!g_ascii_isspace(*style))
			g_string_append_c(text, g_ascii_tolower(*style));
	bare = g_string_free(text, FALSE);
	for (gsize i = 0; i < G_N_ELEMENTS(hidden); i++)
		if (strstr(bare, hidden[i]) != NULL)
			return true;
	for (gsize i = 0; i < G_N_ELEMENTS(white); i++)
		if (strstr(bare, white[i]) != NULL && strstr(bare, "background") == NULL)
			return true;
	return is_nothing(bare, "font-size:") || is_nothing(bare, ";opacity:") ||
	       is_nothing(bare, "max-height:");
}

/* What class and id say of who wrote an element. */
static MarkupKind
kind_by_name(const char *name, const xmlChar **attributes, MarkupKind around)
{
	const char *class = attribute(attributes, "class");
	const char *id = attribute(attributes, "id");
	const char *type = attribute(attributes, "type");
	const bool is_quote = strcmp(name, "blockquote") == 0;

	if (around != MARKUP_SHOWN)
		return around;
	if (is_quote && type != NULL && g_ascii_strcasecmp(type, "cite") == 0)
		return MARKUP_QUOTED;
	if (class != NULL && ((is_quote && strstr(class, "quote") != NULL) ||
			      strstr(class, "gmail_attr") != NULL ||
			      strstr(class, "yahoo_quoted") != NULL ||
			      strstr(class, "moz-cite-prefix") != NULL))
		return MARKUP_QUOTED;
	if ((class != NULL && (strstr(class, "gmail_signature") != NULL ||
			       strstr(class, "moz-signature") != NULL)) ||
	    (id != NULL && g_ascii_strcasecmp(id, "signature") == 0))
		return MARKUP_SIGNATURE;
	return around;
}

static State
state_of(const Page *page, const char *name, const xmlChar **attributes)
{
	static const char *const dropped[] = { "script", "style", "head", "template",
					       NULL };
	State state = *top(page);

	state.is_dropped |= is_one_of(name, dropped);
	state.is_preformatted |=
		strcmp(name, "pre") == 0 || strcmp(name, "textarea") == 0;
	if (strcmp(name, "title") == 0)
		state = (State){ .kind = MARKUP_HIDDEN };
	if (attributes == NULL)
		return state;
	state.kind = kind_by_name(name, attributes, state.kind);
	if (attribute(attributes, "hidden") != NULL ||
	    hides(attribute(attributes, "style")))
		state.kind = MARKUP_HIDDEN;
	return state;
}

/* Where a link leads is read as well as what it says. */
static void
take_link(const Page *page, const char *link)
{
	GString *text = page->is_rest_quoted || top(page)->kind == MARKUP_QUOTED
				? page->markup->text[MARKUP_QUOTED]
				: page->markup->text[MARKUP_HIDDEN];
	g_autofree char *plain = NULL;

	if (*link == '#' || *link == '\0')
		return;
	plain = g_uri_unescape_string(link, NULL);
	if (plain != NULL && !g_utf8_validate(plain, -1, NULL))
		g_clear_pointer(&plain, g_free);
	break_line(text);
	g_string_append(text, plain == NULL ? link : plain);
	break_line(text);
}

static void
take_attributes(const Page *page, const char *name, const xmlChar **attributes)
{
	const char *link = attribute(attributes, "href");
	const char *words = attribute(attributes, "alt");

	if (link != NULL && strcmp(name, "a") == 0)
		take_link(page, link);
	if (words != NULL)
		g_string_append(text_of(page), words);
}

static bool
is_outlook_rule(const xmlChar **attributes)
{
	static const char *const ids[] = { "divRplyFwdMsg",        "appendonsend",
					   "x_divRplyFwdMsg",      "reply-intro",
					   "OLK_SRC_BODY_SECTION", NULL };
	const char *id = attribute(attributes, "id");

	return id != NULL && is_one_of(id, ids);
}

static void
start_element(void *data, const xmlChar *name, const xmlChar **attributes)
{
	Page *page = data;
	State state = state_of(page, (const char *)name, attributes);

	if (page->states->len > DEPTH_MAX) {
		page->markup->problem = "HTML nested too deep to be read";
		xmlStopParser(page->parser);
		return;
	}
	if (is_block((const char *)name))
		break_line(text_of(page));
	g_array_append_val(page->states, state);
	if (attributes == NULL)
		return;
	page->is_rest_quoted |= is_outlook_rule(attributes);
	take_attributes(page, (const char *)name, attributes);
}

static void
end_element(void *data, const xmlChar *name)
{
	static const char *const cells[] = { "td", "th", NULL };
	Page *page = data;

	if (is_block((const char *)name))
		break_line(text_of(page));
	else if (is_one_of((const char *)name, cells))
		append_words(text_of(page), " ", 1);
	if (page->states->len > 1)
		g_array_set_size(page->states, page->states->len - 1);
}

/* Whether a tag has so many attributes that comparing each with each takes long. */
static bool
is_crowded(const char *utf8, gsize len)
{
	const char *end = utf8 + len;
	guint count = 0;

	for (const char *at = utf8; at < end; at++) {
		if (*at == '<' || *at == '>')
			count = 0;
		else if (*at == ' ' || *at == '\n' || *at == '\t' || *at == '/')
			count += at[1] != ' ' && at + 1 < end && at[1] != '\n';
		else if (*at == '=' && count > ATTRIBUTES_MAX)
			return true;
	}
	return false;
}

static void
cut_tags(Markup *markup, const char *utf8, gsize len)
{
	GString *text = markup->text[MARKUP_SHOWN];
	bool is_tag = false;

	g_string_truncate(text, 0);
	for (gsize i = 0; i < len; i++) {
		is_tag |= utf8[i] == '<';
		if (!is_tag)
			g_string_append_c(text, utf8[i]);
		if (utf8[i] == '>')
			is_tag = false;
	}
}

static void
parse_html(Page *page, const char *utf8, gsize len)
{
	static const htmlSAXHandler handler = {
		.startElement = start_element,
		.endElement = end_element,
		.characters = take_words,
		.ignorableWhitespace = take_words,
		.cdataBlock = take_words,
		.comment = take_comment,
	};
	xmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(utf8, (int)len);

	if (parser == NULL)
		return;
	page->parser = parser;
	*parser->sax = handler;
	parser->userData = page;
	htmlCtxtUseOptions(parser, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
	xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
	htmlParseDocument(parser);
	htmlFreeParserCtxt(parser);
}

Markup *
markup_read_html(const char *utf8, gsize len)
{
	static const State outside = { .kind = MARKUP_SHOWN };
	g_autoptr(GArray) states = g_array_new(FALSE, FALSE, sizeof(State));
	Markup *markup = new_markup(len);
	Page page = { .markup = markup, .states = states };

	if (len == 0)
		return markup;
	start_parser();
	g_array_append_val(states, outside);
	if (len > G_MAXINT32 || is_crowded(utf8, len))
		markup->problem = "HTML with too many attributes to be read";
	else
		parse_html(&page, utf8, len);
	if (markup->problem != NULL)
		cut_tags(markup, utf8, len);
	return markup;
}

static void
take_xml_words(void *text, const xmlChar *words, int len)
{
	g_string_append_len(text, (const char *)words, len);
}

static void
end_xml_element(void *text, const xmlChar *name, const xmlChar *prefix,
		const xmlChar *space)
{
	static const char *const breaks[] = { "p",  "h",  "br",  "line-break",
					      "tr", "si", "tab", "table-cell",
					      "tc", NULL };

	(void)prefix;
	(void)space;
	if (is_one_of((const char *)name, breaks))
		g_string_append_c(text, '\n');
	else if (strcmp((const char *)name, "s") == 0)
		g_string_append_c(text, ' ');
}

char *
markup_read_xml(const char *bytes, gsize len)
{
	static const xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.endElementNs = end_xml_element,
		.characters = take_xml_words,
		.ignorableWhitespace = take_xml_words,
		.cdataBlock = take_xml_words,
	};
	g_autoptr(GString) text = g_string_new(NULL);
	xmlParserCtxtPtr parser;
	bool is_xml;

	start_parser();
	parser = len == 0 || len > G_MAXINT32
			 ? NULL
			 : xmlCreateMemoryParserCtxt(bytes, (int)len);
	if (parser == NULL)
		return NULL;
	*parser->sax = handler;
	parser->userData = text;
	xmlCtxtUseOptions(parser,
			  XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
	xmlParseDocument(parser);
	is_xml = parser->wellFormed != 0;
	xmlFreeParserCtxt(parser);
	return is_xml || text->len > 0 ? g_strdup(text->str) : NULL;
}
