/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.c - the wall around libcurl: hands letters to the mail server
 *
 * A release must know what became of it, so the mail server's last reply before QUIT
 * decides, never libcurl's word alone:
 *
 *   250 to the last byte            accepted
 *   5xx, at any step                refused
 *   4xx, or no reply before the     later: nothing was accepted
 *     letter was read to its end
 *   no reply after that             unknown: it may have been accepted
 *
 * libcurl doubles dots and adds a missing last line end, and changes nothing else.  It
 * says SMTPUTF8 by itself when an envelope address needs it; for a letter that needs it
 * in its headers alone it cannot be told to.
 */
#include "config.h"

#include "milter/post.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

enum { CONNECT_SECONDS = 10, REPLY_SECONDS = 100, LETTER_SECONDS = 600, REPLY_MAX = 500 };

struct Post {
	GMutex lock;
	char *url;
};

/* One letter under way. */
typedef struct Delivery {
	const char *top;
	gsize top_len, top_sent;
	const char *message;
	gsize message_len, message_sent;
	bool is_read; /* libcurl has had the last byte */
	bool is_over; /* libcurl has said QUIT */
	char *reply;  /* the last line that the server said before that; NULL if none */
} Delivery;

Post *
post_new(const char *url)
{
	Post *post = g_new0(Post, 1);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	g_mutex_init(&post->lock);
	post->url = g_strdup(url);
	return post;
}

void
post_free(Post *post)
{
	if (post == NULL)
		return;
	g_mutex_clear(&post->lock);
	g_free(post->url);
	g_free(post);
}

void
post_set_url(Post *post, const char *url)
{
	g_mutex_lock(&post->lock);
	g_free(post->url);
	post->url = g_strdup(url);
	g_mutex_unlock(&post->lock);
}

static gsize
take(const char *from, gsize len, gsize *sent, char *buffer, gsize room)
{
	gsize count = MIN(len - *sent, room);

	memcpy(buffer, from + *sent, count);
	*sent += count;
	return count;
}

static size_t
read_letter(char *buffer, size_t size, size_t count, void *data)
{
	Delivery *delivery = data;
	gsize room = size * count;
	gsize len =
		take(delivery->top, delivery->top_len, &delivery->top_sent, buffer, room);

	if (len == 0)
		len = take(delivery->message, delivery->message_len,
			   &delivery->message_sent, buffer, room);
	delivery->is_read = delivery->top_sent == delivery->top_len &&
			    delivery->message_sent == delivery->message_len;
	return len;
}

/* Each line of a reply. */
static size_t
read_reply(char *line, size_t size, size_t count, void *data)
{
	Delivery *delivery = data;

	if (delivery->is_over)
		return size * count;
	g_free(delivery->reply);
	delivery->reply = g_strndup(line, MIN(size * count, REPLY_MAX));
	g_strchomp(delivery->reply);
	return size * count;
}

/* Sees what libcurl says: the reply to QUIT is about nothing. */
static int
see_command(CURL *curl, curl_infotype type, char *text, size_t len, void *data)
{
	Delivery *delivery = data;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT && len >= strlen("QUIT") &&
	    strncmp(text, "QUIT", strlen("QUIT")) == 0)
		delivery->is_over = true;
	return 0;
}

/* 0 when there is none. */
static guint64
code_of(const char *reply)
{
	return reply != NULL ? g_ascii_strtoull(reply, NULL, 10) : 0;
}

static PostAnswer
answer_of(CURLcode result, const Delivery *delivery)
{
	guint64 code = code_of(delivery->reply);

	if (result == CURLE_OK)
		return POST_ACCEPTED;
	if (code >= 500)
		return POST_REFUSED;
	if (code >= 400)
		return POST_LATER;
	return delivery->is_read ? POST_UNKNOWN : POST_LATER;
}

static char *
in_brackets(const char *address)
{
	return g_strdup_printf("<%s>", address);
}

/* What has no answer by then is taken for lost; nothing of the environment counts. */
static void
set_manners(CURL *curl)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)REPLY_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)LETTER_SECONDS);
}

static void
set_content(CURL *curl, Delivery *delivery)
{
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_letter);
	curl_easy_setopt(curl, CURLOPT_READDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, read_reply);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, see_command);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
			 (curl_off_t)(delivery->top_len + delivery->message_len));
}

static void
set_url(CURL *curl, Post *post)
{
	g_mutex_lock(&post->lock);
	curl_easy_setopt(curl, CURLOPT_URL, post->url);
	g_mutex_unlock(&post->lock);
}

static void
set_envelope(CURL *curl, const Letter *letter, struct curl_slist **recipients)
{
	g_autofree char *sender = in_brackets(letter->sender);
	g_autofree char *recipient = in_brackets(letter->recipient);

	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender);
	*recipients = curl_slist_append(NULL, recipient);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, *recipients);
}

static PostAnswer
perform(CURL *curl, Delivery *delivery, char **reply)
{
	char words[CURL_ERROR_SIZE] = "";
	CURLcode result;
	PostAnswer answer;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	result = curl_easy_perform(curl);
	answer = answer_of(result, delivery);
	if (result == CURLE_OK || code_of(delivery->reply) >= 400)
		*reply = g_steal_pointer(&delivery->reply);
	if (*reply == NULL)
		*reply = g_strdup(words[0] != '\0' ? words : curl_easy_strerror(result));
	return answer;
}

PostAnswer
post_send(void *data, const Letter *letter, char **reply)
{
	Post *post = data;
	CURL *curl = curl_easy_init();
	struct curl_slist *recipients = NULL;
	PostAnswer answer;
	Delivery delivery = {
		.top = letter->top,
		.top_len = strlen(letter->top),
	};

	*reply = NULL;
	delivery.message = g_bytes_get_data(letter->message, &delivery.message_len);
	set_manners(curl);
	set_url(curl, post);
	set_envelope(curl, letter, &recipients);
	set_content(curl, &delivery);
	answer = perform(curl, &delivery, reply);
	curl_slist_free_all(recipients);
	curl_easy_cleanup(curl);
	g_free(delivery.reply);
	return answer;
}
