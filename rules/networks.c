/* SPDX-License-Identifier: Apache-2.0 */
/*
 * networks.c - a set of networks, as the settings name them
 */
#include "config.h"

#include "rules/networks.h"

#include <gio/gio.h>

struct Networks {
	GPtrArray *masks; /* GInetAddressMask * */
};

Networks *
networks_new(const char *const *words, GError **error)
{
	g_autoptr(GPtrArray) masks = g_ptr_array_new_with_free_func(g_object_unref);
	Networks *networks;

	for (; *words != NULL; words++) {
		GInetAddressMask *mask =
			g_inet_address_mask_new_from_string(*words, NULL);

		if (mask == NULL) {
			g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
				    "'%s' is no network: write one as 192.0.2.0/24",
				    *words);
			return NULL;
		}
		g_ptr_array_add(masks, mask);
	}
	networks = g_new0(Networks, 1);
	networks->masks = g_steal_pointer(&masks);
	return networks;
}

void
networks_free(Networks *networks)
{
	if (networks == NULL)
		return;
	g_ptr_array_unref(networks->masks);
	g_free(networks);
}

bool
networks_contain(const Networks *networks, const char *client)
{
	static const char mapped[] = "::ffff:";
	g_autoptr(GInetAddress) address = NULL;

	if (client == NULL || networks->masks->len == 0)
		return false;
	if (g_ascii_strncasecmp(client, mapped, sizeof mapped - 1) == 0 &&
	    g_hostname_is_ip_address(client + sizeof mapped - 1))
		client += sizeof mapped - 1;
	address = g_inet_address_new_from_string(client);
	for (guint i = 0; address != NULL && i < networks->masks->len; i++)
		if (g_inet_address_mask_matches(networks->masks->pdata[i], address))
			return true;
	return false;
}
