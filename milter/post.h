/* SPDX-License-Identifier: Apache-2.0 */
/*
 * post.h - the wall around libcurl: hands letters to the mail server
 */
#ifndef MILTER_POST_H
#define MILTER_POST_H

#include "desk/post.h"

#include <glib.h>

/* Where letters go.  Safe to use from many threads. */
typedef struct Post Post;

/* Before there are threads.  url: the setting `submit`, "smtp://HOST:PORT". */
Post *post_new(const char *url);
void post_free(Post *post);

/* After a reload. */
void post_set_url(Post *post, const char *url);

/* The PostSend of the desk; data is a Post. */
PostAnswer post_send(void *data, const Letter *letter, char **reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Post, post_free)

#endif
