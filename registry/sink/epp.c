/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EPP: DS changes to a registry by secDNS-1.1 (RFC 5910), one domain:info and at most one domain:update for each.
 *
 * EPP has no compare-and-set. So the registry is asked for the domain first, and the update names what is removed as
 * well as what is added: where somebody was faster in between, a registry refuses to remove what is not there. Commands of
 * several domains are under way at once (RFC 5734 section 3: commands are answered in their order). When a session is lost, an
 * update that had been sent may have been taken or not: it is never sent again here; whoever puts it next is told by
 * domain:info. A domain:info that was lost is harmless and is asked again in a new session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/epp_code.h"
#include "registry/sink/epp_compare.h"
#include "registry/sink/epp_session.h"
#include "validate/wire/err.h"

/* Sessions in a row that were lost, or not got, without one answer to a change: then the export ends. */
#define LOSSES_MAX 3
#define PAUSE_MS 1000		/* doubled each time */
/* A question that sessions end with is not asked again: the others are to get on. */
#define TRIES_MAX 2
/* Reviews take hours, and each look at them is a session. */
#define POLL_PAUSE_S 300

enum stage { STAGE_FREE, STAGE_ASKS, STAGE_INFO, STAGE_UPDATE };

/* A change under way: what is needed of it, in its own arena. */
struct slot {
	enum stage stage;	/* ASKS: domain:info is to be sent; INFO, UPDATE: it is sent, and its answer awaited */
	struct arena *arena;
	uint64_t change;
	const char *id;
	bool was_taken;		/* in an earlier export: only asked after */
	unsigned tries;		/* sessions that ended when its answer was due */
	struct epp_wish wish;
	const struct epp_domain *domain;
	char client_id[EPP_TRID_SIZE];
};

struct epp {
	struct sink sink;
	struct epp_settings settings;
	struct epp_tls_files *files;
	struct crypto *crypto;
	struct epp_session *session;
	struct slot slots[EPP_PIPELINE_MAX];
	size_t order[EPP_PIPELINE_MAX];		/* slots in the order of their commands under way */
	size_t under_way;
	unsigned losses;
	int over;				/* an error: no session will be had in this export; why says it */
	bool dry_run;
	bool ending;				/* the export has failed: nothing new is sent */
	char why[SINK_WHY];
	char *their_why;			/* of the options */
	void (*done)(void *user, uint64_t change, const struct sink_result *r);
	void *user;
};

static void tell(struct epp *e, struct slot *s, enum sink_outcome outcome, const char *why)
{
	const struct sink_result r = { .outcome = outcome, .why = why };
	if (e->done != NULL) {
		e->done(e->user, s->change, &r);
	}
	s->stage = STAGE_FREE;
}

/* ------------------------------------------------------------- sessions */

/* Updates under way may have arrived, questions under way do not matter. */
static void lose_session(struct epp *e, const char *what)
{
	for (size_t i = 0; i < e->under_way; i++) {
		struct slot *s = &e->slots[e->order[i]];
		char why[EPP_WHY];
		if (s->stage == STAGE_UPDATE) {
			snprintf(why, sizeof(why), "the session was lost before the answer to the update came (clTRID %s): %s",
				s->client_id, what);
			tell(e, s, SINK_UNKNOWN, why);
		} else if (i == 0 && ++s->tries == TRIES_MAX) {
			snprintf(why, sizeof(why), "sessions end when it is asked for the domain: %s", what);
			tell(e, s, SINK_WAITS, why);
		} else {
			s->stage = STAGE_ASKS;
		}
	}
	e->under_way = 0;
	epp_session_free(e->session);
	e->session = NULL;
}

static void end_all(struct epp *e)
{
	e->over = e->over != 0 ? e->over : ERR_IO;
	for (size_t i = 0; i < e->settings.pipeline; i++) {
		if (e->slots[i].stage == STAGE_ASKS) {
			tell(e, &e->slots[i], SINK_WAITS, e->why);
		}
	}
}

/* ERR_IO, ERR_ARG, ERR_NOMEM: there is no session, and there will be none in this export; what waited for one was told so. */
static int need_session(struct epp *e)
{
	uint64_t end = epp_clock_ms() + (uint64_t)e->settings.timeout_s * 1000;
	if (e->session == NULL && e->ending) {
		end_all(e);
	}
	while (e->session == NULL && e->over == 0) {
		uint64_t pause = e->losses == 0 ? 0 : (uint64_t)PAUSE_MS << (e->losses - 1);
		if (e->losses >= LOSSES_MAX || (e->losses > 0 && epp_clock_ms() + pause >= end)) {
			end_all(e);
			break;
		}
		epp_sleep_ms(pause);
		int rc = epp_session_open(e->files, &e->settings, &e->session, e->why);
		if (rc == ERR_IO) {
			e->losses++;
		} else if (rc != 0) {
			e->over = rc == ERR_CONFLICT ? ERR_IO : rc;
			end_all(e);
		}
	}
	return e->over;
}

/* A command or an answer did not go through. */
static int lost(struct epp *e, int rc)
{
	char what[SINK_WHY];
	snprintf(what, sizeof(what), "%s", e->why);
	e->losses++;
	lose_session(e, what);
	if (rc == ERR_NOMEM) {
		e->over = rc;
		end_all(e);
	}
	return e->over;
}

/* ------------------------------------------------------------- commands */

static int send_command(struct epp *e, struct slot *s, enum stage stage, struct xml_writer *frame)
{
	/* Before it is sent: what fails on its way may have arrived. */
	s->stage = stage;
	e->order[e->under_way++] = (size_t)(s - e->slots);
	int rc = epp_session_send(e->session, frame, e->why);
	return rc == 0 ? 0 : lost(e, rc);
}

static int send_info(struct epp *e, struct slot *s)
{
	char name[NAME_TEXT_SIZE];
	epp_name_text(&s->wish.child, name);
	epp_session_id(e->session, s->id, s->client_id);
	return send_command(e, s, STAGE_INFO, epp_command_info(name, s->client_id));
}

static int send_update(struct epp *e, struct slot *s, const struct epp_difference *d)
{
	char name[NAME_TEXT_SIZE];
	epp_name_text(&s->wish.child, name);
	epp_session_id(e->session, s->id, s->client_id);
	return send_command(e, s, STAGE_UPDATE, epp_command_update(name, d, s->client_id));
}

/* All that waits to be asked. */
static int send_questions(struct epp *e)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->settings.pipeline && e->session != NULL; i++) {
		if (e->slots[i].stage == STAGE_ASKS) {
			rc = send_info(e, &e->slots[i]);
		}
	}
	return rc;
}

/* -------------------------------------------------------------- answers */

static void tell_code(struct epp *e, struct slot *s, enum sink_outcome outcome, const struct epp_reply *r, const char *asked)
{
	char why[EPP_WHY];
	const char *hint = s->domain == NULL ? NULL : epp_status_hint(s->domain);
	e->losses = epp_code_closes(r->code) ? e->losses : 0;
	snprintf(why, sizeof(why), "%s: %u %s%s%s%s (svTRID %s)", asked, r->code, r->text, epp_code_hint(r->code),
		r->code == 2304 && hint != NULL ? "; " : "", r->code == 2304 && hint != NULL ? hint : "", r->server_id);
	tell(e, s, outcome, why);
}

static int on_info(struct epp *e, struct slot *s, const struct epp_reply *r)
{
	struct epp_plan plan;
	if (r->code != 1000) {
		tell_code(e, s, epp_code_of_info(r->code), r, "domain:info");
		return 0;
	}
	if (r->domain == NULL) {
		tell(e, s, SINK_REFUSED, "the server says 1000 to domain:info and tells nothing of the domain");
		return 0;
	}
	if (!name_equal(&r->domain->name, &s->wish.child)) {
		snprintf(e->why, sizeof(e->why), "the server answered about another domain than the one that was asked for");
		s->stage = STAGE_ASKS;
		if (++s->tries == TRIES_MAX) {
			tell(e, s, SINK_WAITS, e->why);
		}
		return lost(e, ERR_IO);
	}
	int rc = s->was_taken ? epp_compare_taken(&s->wish, r->domain, e->crypto, s->arena, &plan)
		: epp_compare(&s->wish, r->domain, e->crypto, s->arena, &plan);
	if (rc != 0) {
		snprintf(e->why, sizeof(e->why), "%s", err_text(rc));
		s->stage = STAGE_ASKS;
		return lost(e, ERR_NOMEM);
	}
	s->domain = r->domain;
	e->losses = 0;
	if (plan.send && !e->dry_run && !e->ending) {
		return send_update(e, s, &plan.difference);
	}
	char why[EPP_WHY];
	snprintf(why, sizeof(why), "%s%.460s", !plan.send ? "" : e->ending ? "was not sent, for the export has failed: " :
		"would be sent: ", plan.why);
	tell(e, s, plan.send ? SINK_WAITS : plan.outcome, why);
	return 0;
}

/* The oldest command under way gets its answer. */
static int take_answer(struct epp *e)
{
	struct slot *s = &e->slots[e->order[0]];
	struct epp_reply reply;
	int rc = epp_session_receive(e->session, s->client_id, s->arena, &reply, e->why);
	if (rc != 0) {
		return lost(e, rc);
	}
	e->under_way--;
	memmove(e->order, e->order + 1, e->under_way * sizeof(e->order[0]));
	bool closes = epp_code_closes(reply.code);
	if (closes) {
		snprintf(e->why, sizeof(e->why), "the server ended the session: %u %.200s", reply.code, reply.text);
	}
	if (s->stage == STAGE_UPDATE) {
		tell_code(e, s, epp_code_of_update(reply.code, s->domain), &reply, "domain:update");
		rc = 0;
	} else {
		rc = on_info(e, s, &reply);
	}
	return rc == 0 && closes ? lost(e, ERR_IO) : rc;
}

static bool is_idle(const struct epp *e)
{
	for (size_t i = 0; i < e->settings.pipeline; i++) {
		if (e->slots[i].stage != STAGE_FREE) {
			return false;
		}
	}
	return true;
}

/* One step on: a session, what can be sent, one answer. */
static int step(struct epp *e)
{
	int rc = need_session(e);
	rc = rc == 0 && !e->ending ? send_questions(e) : rc;
	if (rc == 0 && e->session != NULL && e->under_way > 0) {
		return take_answer(e);
	}
	if (rc == 0 && e->ending) {
		end_all(e);
	}
	return rc;
}

static struct slot *free_slot(struct epp *e)
{
	for (size_t i = 0; i < e->settings.pipeline; i++) {
		if (e->slots[i].stage == STAGE_FREE) {
			return &e->slots[i];
		}
	}
	return NULL;
}

/* -------------------------------------------------------------- changes */

static int copy_set(struct arena *arena, const struct ds_set *from, struct ds_set *out)
{
	out->count = from->count;
	out->ds = arena_array(arena, from->count + 1, sizeof(*out->ds));
	if (out->ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < from->count; i++) {
		out->ds[i] = from->ds[i];
	}
	return 0;
}

static int copy_keys(struct arena *arena, const struct sink_change *x, struct epp_keys *out)
{
	out->rdata = arena_array(arena, x->key_count + 1, sizeof(*out->rdata));
	for (size_t i = 0; out->rdata != NULL && i < x->key_count; i++) {
		const uint8_t *data = arena_copy(arena, x->keys[i].data, x->keys[i].size);
		if (data == NULL) {
			return ERR_NOMEM;
		}
		out->rdata[out->count++] = (struct slice){ data, x->keys[i].size };
	}
	epp_keys_normalize(out);
	return out->rdata == NULL ? ERR_NOMEM : 0;
}

/* Of a change that was taken before, only what it is itself is given. */
static int copy_change(struct epp *e, struct slot *s, const struct sink_change *x, bool was_taken)
{
	const struct change *c = x->change;
	struct epp_wish w = { .child = c->child, .profile = e->settings.profile, .replace = e->settings.replace,
		.has_pending = x->ds_pending != NULL, .ns_count = c->ns_count };
	int rc = copy_set(s->arena, x->ds_now != NULL ? x->ds_now : &c->ds_before, &w.before);
	rc = rc == 0 && w.has_pending ? copy_set(s->arena, x->ds_pending, &w.pending) : rc;
	rc = rc == 0 ? copy_set(s->arena, &c->ds_after, &w.after) : rc;
	rc = rc == 0 ? copy_keys(s->arena, x, &w.keys) : rc;
	struct name *ns = arena_array(s->arena, c->ns_count + 1, sizeof(*ns));
	s->id = arena_printf(s->arena, "%s", x->id);
	if (rc != 0 || ns == NULL || s->id == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < c->ns_count; i++) {
		ns[i] = c->ns_before[i];
	}
	w.ns = ns;
	s->wish = w;
	s->change = c->number;
	s->was_taken = was_taken;
	s->tries = 0;
	s->domain = NULL;
	return 0;
}

/* Keys are given to a registry that makes DS records of them: they have to be those of the set that was decided. */
static int check_keys(struct epp *e, const struct slot *s)
{
	bool yes = true;
	int rc = e->settings.profile == EPP_KEY_DATA && !s->was_taken ?
		epp_keys_stand_for(e->crypto, &s->wish.child, &s->wish.keys, &s->wish.after, &yes) : 0;
	if (rc == 0 && !yes) {
		rc = sink_fail(e->why, ERR_LIMIT, "change %.80s: the keys of its DS set are not known, and the registry wants keys", s->id);
	}
	return rc;
}

/* What goes wrong is told to the caller in his place for it. */
static int end_put(struct epp *e, int rc)
{
	if (rc != 0 && e->their_why != NULL) {
		snprintf(e->their_why, SINK_WHY, "%s", e->why);
	}
	return rc;
}

static int take(struct epp *e, const struct sink_change *x, bool was_taken)
{
	if (x->change->class == CHANGE_TTL) {
		return sink_fail(e->why, ERR_LIMIT, "change %.80s: it is about the TTL of the DS set, which secDNS-1.1 does not know", x->id);
	}
	struct slot *s = free_slot(e);
	int rc = e->over;
	while (rc == 0 && s == NULL) {
		rc = step(e);
		s = free_slot(e);
	}
	if (rc != 0) {
		return rc;
	}
	arena_reset(s->arena);
	if (copy_change(e, s, x, was_taken) != 0) {
		return sink_fail(e->why, ERR_NOMEM, "out of memory");
	}
	rc = check_keys(e, s);
	if (rc != 0) {
		return rc;
	}
	s->stage = STAGE_ASKS;
	/* Asked at once, while others are on their way. */
	rc = need_session(e);
	return rc == 0 ? send_questions(e) : rc;
}

static int epp_put(struct sink *sink, const struct sink_change *x)
{
	struct epp *e = (struct epp *)sink;
	return end_put(e, take(e, x, false));
}

static int epp_poll(struct sink *sink, const struct sink_change *x)
{
	struct epp *e = (struct epp *)sink;
	return end_put(e, take(e, x, true));
}

static void epp_free(struct epp *e)
{
	epp_session_free(e->session);
	for (size_t i = 0; i < e->settings.pipeline; i++) {
		arena_free(e->slots[i].arena);
	}
	epp_tls_files_free(e->files);
	crypto_free(e->crypto);
	epp_settings_deinit(&e->settings);
	free(e);
}

/* What is under way at the registry cannot be taken back: its answers are waited for also when the export has failed. */
static int epp_finish(struct sink *sink, bool failed)
{
	struct epp *e = (struct epp *)sink;
	int rc = 0;
	e->ending = failed;
	while (rc == 0 && !is_idle(e)) {
		rc = step(e);
	}
	if (e->session != NULL) {
		epp_session_logout(e->session);
		e->session = NULL;
	}
	rc = end_put(e, rc);
	epp_free(e);
	return rc;
}

/* ---------------------------------------------------------------- ops */

const struct sink_ops sink_epp_ops = {
	.name = "epp",
	.sentence = "an EPP server by secDNS-1.1, with the settings of its part of the configuration",
	.has_answers = true,
	.put = epp_put,
	.poll = epp_poll,
	.poll_pause_s = POLL_PAUSE_S,
	.finish = epp_finish,
};

/* The same for a registry that takes keys. */
static const struct sink_ops key_ops = {
	.name = "epp",
	.sentence = "an EPP server by secDNS-1.1, with the settings of its part of the configuration",
	.has_answers = true,
	.needs_keys = true,
	.put = epp_put,
	.poll = epp_poll,
	.poll_pause_s = POLL_PAUSE_S,
	.finish = epp_finish,
};

int sink_epp_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct epp *e = calloc(1, sizeof(*e));
	if (e == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	int rc = epp_settings_read(o, &e->settings, why);
	rc = rc == 0 ? epp_tls_files_new(&e->settings, &e->files, why) : rc;
	e->crypto = crypto_new();
	bool whole = e->crypto != NULL;
	for (size_t i = 0; rc == 0 && i < e->settings.pipeline; i++) {
		e->slots[i].arena = arena_new();
		whole = whole && e->slots[i].arena != NULL;
	}
	if (rc == 0 && !whole) {
		rc = sink_fail(why, ERR_NOMEM, "out of memory, or OpenSSL's default provider is missing");
	}
	if (rc != 0) {
		epp_free(e);
		return rc;
	}
	e->sink.ops = e->settings.profile == EPP_KEY_DATA ? &key_ops : &sink_epp_ops;
	e->dry_run = o->dry_run;
	e->their_why = o->why;
	e->done = o->done;
	e->user = o->user;
	*out = &e->sink;
	return 0;
}
