/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames on a connection, and how a session begins and ends. */
#include "registry/sink/epp_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "registry/peer/secret.h"
#include "registry/sink/epp_code.h"
#include "registry/sink/epp_command.h"
#include "validate/wire/err.h"

/* Four octets of length, which count themselves (RFC 5734 section 4). */
#define HEADER 4
#define NOBODY "cdswalk"
#define FAREWELL_S 5

struct epp_session {
	const struct epp_settings *settings;
	struct epp_tls *tls;
	uint64_t began;			/* makes clTRIDs unique, with commands */
	uint64_t commands;
	char server[80];		/* its name for itself */
};

static uint64_t deadline(const struct epp_session *e)
{
	return epp_clock_ms() + (uint64_t)e->settings->timeout_s * 1000;
}

void epp_session_id(struct epp_session *e, const char *change, char out[EPP_TRID_SIZE])
{
	epp_client_id(change, e->began, ++e->commands, out);
}

int epp_session_send(struct epp_session *e, struct xml_writer *frame, char why[SINK_WHY])
{
	struct slice octets;
	if (frame == NULL || xml_finish(frame, &octets) != 0) {
		xml_writer_free(frame);
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	size_t size = octets.size + HEADER;
	const uint8_t header[HEADER] = { (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size };
	uint64_t end = deadline(e);
	int rc = epp_tls_write(e->tls, header, HEADER, end, why);
	rc = rc == 0 ? epp_tls_write(e->tls, octets.data, octets.size, end, why) : rc;
	xml_writer_free(frame);
	return rc;
}

static int receive(struct epp_session *e, struct arena *arena, struct epp_reply *out, char *why)
{
	uint8_t header[HEADER];
	uint64_t end = deadline(e);
	int rc = epp_tls_read(e->tls, header, HEADER, end, why);
	if (rc != 0) {
		return rc;
	}
	uint32_t size = (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
	if (size <= HEADER || size > EPP_FRAME_MAX) {
		snprintf(why, SINK_WHY, "the server does not speak EPP: its frame has a length of %lu octets (5 to %d are taken)",
			(unsigned long)size, EPP_FRAME_MAX);
		return ERR_IO;
	}
	size -= HEADER;
	uint8_t *frame = malloc(size);
	if (frame == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	rc = epp_tls_read(e->tls, frame, size, end, why);
	if (rc == 0) {
		char what[SINK_WHY] = "";
		rc = epp_reply_parse((struct slice){ frame, size }, arena, out, what);
		if (rc != 0) {
			snprintf(why, SINK_WHY, rc == ERR_NOMEM ? "%.200s" : "the server sent a frame that cannot be read: %.200s", what);
			rc = rc == ERR_NOMEM ? rc : ERR_IO;
		}
	}
	free(frame);
	return rc;
}

/* RFC 5730 section 2.6: a server may give back what is wrong in a command, and the password is in one of them. */
static bool hide_password(const struct epp_session *e, struct arena *arena, const char **text)
{
	if (strstr(*text, e->settings->password) == NULL) {
		return true;
	}
	char *copy = arena_printf(arena, "%s", *text);
	if (copy != NULL) {
		secret_hide(copy, e->settings->password);
		*text = copy;
	}
	return copy != NULL;
}

int epp_session_receive(struct epp_session *e, const char *client_id, struct arena *arena, struct epp_reply *out,
	char why[SINK_WHY])
{
	struct epp_reply reply;
	int rc = receive(e, arena, &reply, why);
	if (rc != 0) {
		return rc;
	}
	/* RFC 5730 section 2.6: what we gave comes back. An answer to something else must not be taken for this one's. */
	if (reply.kind != EPP_RESPONSE || strcmp(reply.client_id, client_id) != 0) {
		snprintf(why, SINK_WHY, "the server sent %s", reply.kind != EPP_RESPONSE ? "a greeting in place of a response"
			: "the response to another command (clTRID) than the next one");
		return ERR_IO;
	}
	*out = reply;
	return hide_password(e, arena, &out->text) ? 0 : sink_fail(why, ERR_NOMEM, "out of memory");
}

static int check_greeting(struct epp_session *e, const struct epp_reply *greeting, char *why)
{
	if (greeting->kind != EPP_GREETING) {
		snprintf(why, SINK_WHY, "the server begins without a greeting");
		return ERR_IO;
	}
	snprintf(e->server, sizeof(e->server), "%s", greeting->server);
	const char *missing = !greeting->has_version ? "version 1.0 of EPP" : !greeting->has_domain ? EPP_DOMAIN_NS :
		!greeting->has_secdns ? EPP_SECDNS_NS : NULL;
	if (missing == NULL) {
		return 0;
	}
	snprintf(why, SINK_WHY, "the server %s does not offer %s in its greeting: no DS set can be given to it", e->server, missing);
	return ERR_CONFLICT;
}

static int login(struct epp_session *e, const char *language, struct arena *arena, char *why)
{
	char id[EPP_TRID_SIZE];
	struct epp_reply reply;
	const struct epp_login words = { e->settings->user, e->settings->password, language };
	epp_session_id(e, NOBODY, id);
	int rc = epp_session_send(e, epp_command_login(&words, id), why);
	rc = rc == 0 ? epp_session_receive(e, id, arena, &reply, why) : rc;
	if (rc != 0 || reply.code == 1000) {
		return rc;
	}
	bool final = epp_code_is_final_login(reply.code);
	snprintf(why, SINK_WHY, "the server %.40s does not let %.16s in: %u %.100s%s", e->server, e->settings->user, reply.code,
		reply.text, final ? "; look at user and password-file, it is not tried again" : "");
	return final ? ERR_ARG : ERR_IO;
}

int epp_session_open(const struct epp_tls_files *f, const struct epp_settings *s, struct epp_session **out, char why[SINK_WHY])
{
	struct epp_reply greeting;
	struct arena *arena = arena_new();
	struct epp_session *e = calloc(1, sizeof(*e));
	if (arena == NULL || e == NULL) {
		arena_free(arena);
		free(e);
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	e->settings = s;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	e->began = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	int rc = epp_tls_connect(f, s, deadline(e), &e->tls, why);
	rc = rc == 0 ? receive(e, arena, &greeting, why) : rc;
	rc = rc == 0 ? check_greeting(e, &greeting, why) : rc;
	rc = rc == 0 ? login(e, greeting.language, arena, why) : rc;
	arena_free(arena);
	if (rc != 0) {
		epp_session_free(e);
		return rc;
	}
	*out = e;
	return 0;
}

void epp_session_logout(struct epp_session *e)
{
	char why[SINK_WHY];
	char id[EPP_TRID_SIZE];
	struct epp_reply reply;
	struct epp_settings hurried = *e->settings;
	struct arena *arena = arena_new();
	hurried.timeout_s = hurried.timeout_s > FAREWELL_S ? FAREWELL_S : hurried.timeout_s;
	e->settings = &hurried;
	epp_session_id(e, NOBODY, id);
	if (arena != NULL && epp_session_send(e, epp_command_logout(id), why) == 0) {
		/* Whatever it says: all that matters was told before. */
		(void)epp_session_receive(e, id, arena, &reply, why);
	}
	arena_free(arena);
	epp_session_free(e);
}

void epp_session_free(struct epp_session *e)
{
	if (e != NULL) {
		epp_tls_free(e->tls);
		free(e);
	}
}
