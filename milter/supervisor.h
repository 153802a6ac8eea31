/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor.h - tells whoever started us how we are (systemd's notify protocol)
 */
#ifndef MILTER_SUPERVISOR_H
#define MILTER_SUPERVISOR_H

/* One datagram ("READY=1", …) to the socket that NOTIFY_SOCKET names; nothing without
 * one.  See sd_notify(3). */
void supervisor_tell(const char *state);

#endif
