/* SPDX-License-Identifier: Apache-2.0 */
/*
 * networks.h - a set of networks, as the settings name them
 *
 * For rules/ alone.
 */
#ifndef RULES_NETWORKS_H
#define RULES_NETWORKS_H

#include <glib.h>
#include <stdbool.h>

/* Immutable. */
typedef struct Networks Networks;

/* words: "192.0.2.0/24", "2001:db8::/32", "192.0.2.1"; NULL-terminated, may be empty. */
Networks *networks_new(const char *const *words, GError **error);
void networks_free(Networks *networks);

/* client: an address as text; an IPv4 address mapped into IPv6 counts as IPv4.  False
 * for NULL and for what is no address. */
bool networks_contain(const Networks *networks, const char *client);

#endif
