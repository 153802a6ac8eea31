/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.c - what a message says, read from its bytes: the wall around gmime
 *
 * gmime is asked for the structure only, never to write anything: some of its code that
 * encodes headers goes round for ever on input that was made for it
 * (g_mime_multipart_get_boundary).  Its objects live in message_read alone; what is kept
 * is plain data, so that a Message can be shared between threads.
 */
#include "config.h"

#include "base/message.h"

#include <gmime/gmime.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParserOptions, g_mime_parser_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)

struct Message {
	GBytes *bytes;
	Headers *headers;
	GPtrArray *parts;
	char *problem;
};

/* The walk through the parts. */
typedef struct Walk {
	Message *message;
	const MessageLimits *limits;
} Walk;

static void walk_part(const Walk *walk, GMimeObject *object, const char *path,
		      guint depth);

static gpointer
init_gmime(gpointer data)
{
	g_mime_init();
	return data;
}

static void
start_gmime(void)
{
	static GOnce once = G_ONCE_INIT;

	g_once(&once, init_gmime, NULL);
}

static char *
make_valid(char *text)
{
	g_autofree char *owned = text;

	if (owned == NULL || g_utf8_validate(owned, -1, NULL))
		return g_steal_pointer(&owned);
	return g_utf8_make_valid(owned, -1);
}

char *
message_decode(const char *text)
{
	if (g_str_is_ascii(text) && strstr(text, "=?") == NULL)
		return g_strdup(text);
	start_gmime();
	return make_valid(g_mime_utils_header_decode_text(NULL, text));
}

char *
headers_get_decoded(const Headers *headers, const char *name, guint index)
{
	const char *value = headers_get(headers, name, index);

	return value == NULL ? NULL : message_decode(value);
}

/* The first problem counts. */
static void set_problem(Message *message, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
set_problem(Message *message, const char *format, ...)
{
	va_list values;

	if (message->problem != NULL)
		return;
	va_start(values, format);
	message->problem = g_strdup_vprintf(format, values);
	va_end(values);
}

/* What gmime says about input that others will read differently. */
static void
note_issue(gint64 offset, GMimeParserWarning issue, const char *item, gpointer message)
{
	static const char *const problems[] = {
		[GMIME_CRIT_INVALID_HEADER_NAME] = "a line among the headers is none",
		[GMIME_CRIT_CONFLICTING_HEADER] = "a header comes twice and differs",
		[GMIME_CRIT_CONFLICTING_PARAMETER] =
			"a parameter comes twice and differs",
		[GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY] = "a multipart has no boundary",
		[GMIME_CRIT_NESTING_OVERFLOW] = "nested too deep",
		[GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT] = "a part is empty",
		[GMIME_WARN_MALFORMED_MULTIPART] = "a multipart has no parts",
	};

	(void)offset;
	(void)item;
	if (issue < G_N_ELEMENTS(problems) && problems[issue] != NULL)
		set_problem(message, "%s", problems[issue]);
}

static void
part_free(gpointer data)
{
	Part *part = data;

	g_free(part->path);
	g_free(part->type);
	g_free(part->charset);
	g_free(part->filename);
	g_free(part->encoding);
	g_free(part);
}

/* Where the content stands: gmime keeps it as a stretch of the stream that it read. */
static void
note_place(Part *part, GMimePart *object)
{
	GMimeDataWrapper *content = g_mime_part_get_content(object);
	GMimeStream *stream =
		content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
	gint64 len = stream == NULL ? -1 : g_mime_stream_length(stream);

	if (len < 0 || !GMIME_IS_STREAM_MEM(stream))
		return;
	part->start = (gsize)stream->bound_start;
	part->size = (gsize)len;
}

/* Where the line begins that ends before an offset. */
static gsize
line_before(const char *data, gsize end)
{
	const char *lf = end < 2 ? NULL : memrchr(data, '\n', end - 1);

	return lf == NULL ? 0 : (gsize)(lf - data) + 1;
}

static bool
is_empty_line(const char *line, gsize len)
{
	return (len == 1 && line[0] == '\n') ||
	       (len == 2 && memcmp(line, "\r\n", 2) == 0);
}

/* Back from the content: the header lines begin after a boundary, or after the empty
 * line that ends the header around them, or with the message. */
static gsize
find_head(GBytes *bytes, gsize start)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	gsize at = MIN(start, len);
	gsize line = line_before(data, at);

	if (at > 0 && is_empty_line(data + line, at - line))
		at = line;
	while (at > 0) {
		line = line_before(data, at);
		if (is_empty_line(data + line, at - line) ||
		    (at - line >= 2 && memcmp(data + line, "--", 2) == 0))
			break;
		at = line;
	}
	return at;
}

static void
describe_leaf(Part *part, GMimePart *object)
{
	const char *encoding = g_mime_object_get_header(GMIME_OBJECT(object),
							"Content-Transfer-Encoding");

	part->charset = make_valid(g_strdup(g_mime_object_get_content_type_parameter(
		GMIME_OBJECT(object), "charset")));
	part->filename = make_valid(g_strdup(g_mime_part_get_filename(object)));
	part->is_attachment = g_mime_part_is_attachment(object);
	if (encoding != NULL)
		part->encoding = g_strstrip(g_ascii_strdown(encoding, -1));
	note_place(part, object);
}

static void
add_leaf(const Walk *walk, GMimeObject *object, const char *path)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	g_autofree char *name = g_mime_content_type_get_mime_type(type);
	Part *part = g_new0(Part, 1);

	part->path = g_strdup(path);
	part->type = g_ascii_strdown(name, -1);
	if (GMIME_IS_PART(object))
		describe_leaf(part, GMIME_PART(object));
	part->head = find_head(walk->message->bytes, part->start);
	g_ptr_array_add(walk->message->parts, part);
}

static void
walk_multipart(const Walk *walk, GMimeMultipart *multipart, const char *path, guint depth)
{
	int count = g_mime_multipart_get_count(multipart);

	if (count <= 0)
		set_problem(walk->message, "a multipart has no parts");
	for (int i = 0; i < count && walk->message->parts->len <= walk->limits->parts;
	     i++) {
		g_autofree char *place =
			g_strdup_printf("%s%s%d", path, *path == '\0' ? "" : ".", i + 1);

		walk_part(walk, g_mime_multipart_get_part(multipart, i), place, depth);
	}
}

/* The body of a message, of the whole or of one inside: a multipart there has no number
 * of its own. */
static void
walk_body(const Walk *walk, GMimeMessage *message, const char *path, guint depth)
{
	GMimeObject *body =
		message == NULL ? NULL : g_mime_message_get_mime_part(message);
	g_autofree char *place = g_strdup_printf("%s%s1", path, *path == '\0' ? "" : ".");

	if (body == NULL)
		set_problem(walk->message, "a message has no content");
	else
		walk_part(walk, body, GMIME_IS_MULTIPART(body) ? path : place, depth);
}

static void
walk_part(const Walk *walk, GMimeObject *object, const char *path, guint depth)
{
	if (depth > walk->limits->depth)
		set_problem(walk->message, "nested deeper than %u", walk->limits->depth);
	else if (walk->message->parts->len >= walk->limits->parts)
		set_problem(walk->message, "more than %u parts", walk->limits->parts);
	else if (GMIME_IS_MULTIPART(object))
		walk_multipart(walk, GMIME_MULTIPART(object), path, depth + 1);
	else if (GMIME_IS_MESSAGE_PART(object))
		walk_body(walk,
			  g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)),
			  path, depth + 1);
	else
		add_leaf(walk, object, path);
}

/* gmime takes the bytes where they are, to read only; its objects end before they do. */
static GMimeStream *
open_stream(GByteArray *view, GBytes *bytes)
{
	gsize len;
	gconstpointer data = g_bytes_get_data(bytes, &len);

	memcpy(&view->data, &data, sizeof(view->data));
	view->len = (guint)len;
	return g_mime_stream_mem_new_with_byte_array(view);
}

static void
read_structure(Message *message, const MessageLimits *limits)
{
	GByteArray view;
	g_autoptr(GMimeParserOptions) options = g_mime_parser_options_new();
	g_autoptr(GMimeStream) stream = open_stream(&view, message->bytes);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) parsed = NULL;
	const Walk walk = { message, limits };

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_parser_options_set_warning_callback(options, note_issue, message);
	parsed = g_mime_parser_construct_message(parser, options);
	if (parsed == NULL)
		set_problem(message, "no MIME structure");
	else
		walk_body(&walk, parsed, "", 0);
}

Message *
message_read(GBytes *bytes, const MessageLimits *limits)
{
	Message *message = g_new0(Message, 1);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	message->bytes = g_bytes_ref(bytes);
	message->headers = headers_read(data, len);
	message->parts = g_ptr_array_new_with_free_func(part_free);
	if (headers_count(message->headers, "Content-Type") > 1)
		set_problem(message, "the Content-Type comes twice");
	if (len > MIN(limits->bytes, G_MAXINT32)) {
		set_problem(message, "larger than %" G_GSIZE_FORMAT " bytes",
			    limits->bytes);
	} else {
		start_gmime();
		read_structure(message, limits);
	}
	return message;
}

void
message_free(Message *message)
{
	if (message == NULL)
		return;
	g_bytes_unref(message->bytes);
	headers_free(message->headers);
	g_ptr_array_unref(message->parts);
	g_free(message->problem);
	g_free(message);
}

const char *
message_problem(const Message *message)
{
	return message->problem;
}

GBytes *
message_bytes(const Message *message)
{
	return message->bytes;
}

const Headers *
message_headers(const Message *message)
{
	return message->headers;
}

const GPtrArray *
message_parts(const Message *message)
{
	return message->parts;
}

/* In chunks, so that the head of a long part costs no more than that. */
static GBytes *
decode(GMimeEncoding *state, const char *data, gsize size, gsize most)
{
	enum { CHUNK = 16 * 1024 };

	g_autoptr(GByteArray) decoded = g_byte_array_new();

	for (gsize at = 0; at < size && decoded->len < most;) {
		gsize some = MIN(size - at, most < CHUNK ? 2 * most + 128 : CHUNK);
		guint before = decoded->len;
		gsize made;

		g_byte_array_set_size(
			decoded,
			before + (guint)g_mime_encoding_outlen(state, some) + 128);
		made = g_mime_encoding_step(state, data + at, some,
					    (char *)decoded->data + before);
		at += some;
		if (at == size)
			made += g_mime_encoding_flush(
				state, "", 0, (char *)decoded->data + before + made);
		g_byte_array_set_size(decoded, before + (guint)made);
	}
	if (decoded->len > most)
		g_byte_array_set_size(decoded, (guint)most);
	return g_byte_array_free_to_bytes(g_steal_pointer(&decoded));
}

GBytes *
message_part_decode(const Message *message, const Part *part, gsize most)
{
	gsize len;
	const char *data = g_bytes_get_data(message->bytes, &len);
	gsize start = MIN(part->start, len);
	gsize size = MIN(part->size, len - start);
	GMimeEncoding state;

	g_mime_encoding_init_decode(
		&state, g_mime_content_encoding_from_string(
				part->encoding == NULL ? "" : part->encoding));
	return decode(&state, data + start, size, most);
}

bool
message_knows_encoding(const char *encoding)
{
	static const char *const plain[] = { "", "7bit", "8bit", "binary", NULL };

	return encoding == NULL || g_strv_contains(plain, encoding) ||
	       g_mime_content_encoding_from_string(encoding) >=
		       GMIME_CONTENT_ENCODING_BASE64;
}

bool
message_knows_charset(const char *charset)
{
	static const char *const common[] = { "utf-8", "us-ascii", "iso-8859-1", "" };
	const char *name;
	GIConv conversion;

	for (gsize i = 0; charset != NULL && i < G_N_ELEMENTS(common); i++)
		if (g_ascii_strcasecmp(charset, common[i]) == 0)
			charset = NULL;
	if (charset == NULL)
		return true;
	name = g_mime_charset_iconv_name(charset);
	conversion = g_iconv_open("UTF-8", name == NULL ? charset : name);
	if (conversion == (GIConv)-1)
		return false;
	g_iconv_close(conversion);
	return true;
}
