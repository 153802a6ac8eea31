/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.c - asks a server over HTTP
 *
 * The server is somebody else's: what it says is bounded, in bytes and in time, and
 * nothing that it says leads us elsewhere.
 */
#include "config.h"

#include "milter/fetch.h"

#include <curl/curl.h>
#include <stdbool.h>

enum { CONNECT_SECONDS = 10, STATUS_OK = 200 };

/* What has come so far. */
typedef struct Arrival {
	const Fetch *fetch;
	GByteArray *bytes;
} Arrival;

G_DEFINE_QUARK(fetch_error, fetch_error)

static size_t
take(char *data, size_t size, size_t count, void *to)
{
	Arrival *arrival = to;
	const gsize len = size * count;

	if (len > arrival->fetch->max - arrival->bytes->len)
		return 0; /* libcurl gives up */
	g_byte_array_append(arrival->bytes, (const guint8 *)data, (guint)len);
	return len;
}

static int
look_up(void *data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
	const Fetch *fetch = data;

	(void)total;
	(void)now;
	(void)up_total;
	(void)up;
	return fetch->is_stopping != NULL && g_atomic_int_get(fetch->is_stopping) != 0;
}

static void
set_manners(CURL *curl, const Fetch *fetch)
{
	curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)fetch->seconds);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, fetch);
}

static struct curl_slist *
set_content(CURL *curl, Arrival *arrival)
{
	const Fetch *fetch = arrival->fetch;
	g_autofree char *type = g_strconcat("Content-Type: ", fetch->type, NULL);
	struct curl_slist *headers = curl_slist_append(NULL, type);

	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, g_bytes_get_data(fetch->bytes, NULL));
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)g_bytes_get_size(fetch->bytes));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, arrival);
	return headers;
}

static bool
perform(CURL *curl, const Fetch *fetch, GError **error)
{
	char words[CURL_ERROR_SIZE] = "";
	CURLcode result;
	long status = 0;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (result == CURLE_OK && status == STATUS_OK)
		return true;
	if (result == CURLE_OK)
		g_set_error(error, FETCH_ERROR, FETCH_ERROR_SERVER,
			    "%s: answered with status %ld", fetch->url, status);
	else
		g_set_error(error, FETCH_ERROR, FETCH_ERROR_SERVER, "%s: %s", fetch->url,
			    words[0] != '\0' ? words : curl_easy_strerror(result));
	return false;
}

GBytes *
fetch_post(const Fetch *fetch, GError **error)
{
	CURL *curl = curl_easy_init();
	Arrival arrival = { fetch, g_byte_array_new() };
	struct curl_slist *headers;
	bool is_done;

	set_manners(curl, fetch);
	headers = set_content(curl, &arrival);
	is_done = perform(curl, fetch, error);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (is_done)
		return g_byte_array_free_to_bytes(arrival.bytes);
	g_byte_array_unref(arrival.bytes);
	return NULL;
}
