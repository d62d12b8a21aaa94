/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session with an EPP server (RFC 5730 section 2, RFC 5734): frames in and out, greeting, login, logout. Private to
 * registry/sink. */
#pragma once

#include "registry/sink/epp_reply.h"
#include "registry/sink/epp_settings.h"
#include "registry/sink/epp_tls.h"
#include "registry/sink/xml.h"

struct epp_session;

/* Logged in. ERR_ARG: the login was refused, and more tries may lock the account; ERR_CONFLICT: the server is not who it has to be,
 * or does not offer what is needed: to try again at once is of no use; ERR_IO: not now; ERR_NOMEM; each with a sentence. */
int epp_session_open(const struct epp_tls_files *f, const struct epp_settings *s, struct epp_session **out, char why[SINK_WHY]);
/* clTRID of the next command, about a change ("cdswalk": about none). */
void epp_session_id(struct epp_session *e, const char *change, char out[EPP_TRID_SIZE]);
/* Frees the frame; NULL is ERR_NOMEM. ERR_IO, ERR_NOMEM with a sentence: the session is of no more use. */
int epp_session_send(struct epp_session *e, struct xml_writer *frame, char why[SINK_WHY]);
/* The next response, which has to be the one to the command with this clTRID; all is in the arena. ERR_IO: none came, or the
 * server does not speak EPP: the session is of no more use; ERR_NOMEM. */
int epp_session_receive(struct epp_session *e, const char *client_id, struct arena *arena, struct epp_reply *out,
	char why[SINK_WHY]);
/* With a farewell; for sessions that are sound and have no command under way. Frees it. */
void epp_session_logout(struct epp_session *e);
void epp_session_free(struct epp_session *e);	/* NULL is fine */
