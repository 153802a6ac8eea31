/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply.h - the only place where a conclusion becomes an SMTP answer
 */
#ifndef MILTER_REPLY_H
#define MILTER_REPLY_H

#include "base/message.h"
#include "milter/conclusion.h"

#include <libmilter/mfapi.h>

/* Says it to the mail server: changes headers and sets the reply, as the conclusion
 * asks.  headers: of the message; may be NULL when nothing is delivered.  When the
 * server cannot be told, the answer in the conclusion becomes ANSWER_FAILED. */
sfsistat reply_give(SMFICTX *ctx, Conclusion *conclusion, const Headers *headers);

#endif
