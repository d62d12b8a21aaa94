/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of a decision: what replay compares byte for byte. */
#include "validate/accept/decision.h"

#include <string.h>

#include "validate/accept/form.h"
#include "validate/accept/window.h"
#include "validate/cds/codec.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* 1: without trigger, TTL, signaling and window. 3: with vantages; without any it is written as 2. */
#define ENCODING 3

/* Room for what accept adds to what the judge may bring. */
#define MAX_CHECKS (LIMIT_CHECKS + 32)
#define MAX_WARNINGS (LIMIT_WARNINGS + 8)

#define SERVER_OCTETS (FORM_ADDRESS_OCTETS + 4 + EVIDENCE_QUESTIONS + 1 + 2 + 1 + 4 + 4)
#define VANTAGE_OCTETS (1 + LIMIT_LABEL_TEXT + 1 + 2 + 1)
#define FIXED_OCTETS (1 + 4 + 2 + 1 + 1 + 4 + 1 + 8 + 4 * 2 + SHA256_OCTETS + 4 + 1 + 4 + 2 + 1 + WINDOW_OCTETS)
#define SERVER_SILENT 1u
#define SERVER_TCP 2u

static bool is_within_limits(const struct decision *d)
{
	return d->ds_before.count <= LIMIT_DS && d->ds_after.count <= LIMIT_DS &&
		d->warning_count <= MAX_WARNINGS && d->host_count <= LIMIT_NS_HOSTS &&
		d->server_count <= LIMIT_CHILD_ADDRESSES && d->check_count <= MAX_CHECKS &&
		d->vantage_count <= LIMIT_VANTAGES;
}

/* Every enumeration in range; reason NONE is no decision. */
static bool is_sane(const struct decision *d)
{
	return d->child.size > 0 && d->reason != REASON_NONE && (unsigned)d->change <= CHANGE_TTL &&
		(unsigned)d->security <= SECURITY_UNUSABLE && (unsigned)d->journal <= JOURNAL_BLOCK &&
		(unsigned)d->trigger <= TRIGGER_RETRY;
}

static bool is_server_sane(const struct server_finding *s, size_t host_count)
{
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		if ((unsigned)s->classes[i] > RESPONSE_SKIPPED) {
			return false;
		}
	}
	return (s->address.family == 4 || s->address.family == 6) &&
		(unsigned)s->class <= RESPONSE_SKIPPED && ((uint64_t)s->hosts >> host_count) == 0;
}

static size_t encoded_bound(const struct decision *d)
{
	size_t bound = FIXED_OCTETS + (d->host_count + 1) * FORM_NAME_OCTETS + d->warning_count * 2 +
		FORM_DS_SET_OCTETS(d->ds_before.count) + FORM_DS_SET_OCTETS(d->ds_after.count) +
		d->server_count * SERVER_OCTETS + 1 + d->vantage_count * VANTAGE_OCTETS;
	for (size_t i = 0; i < d->check_count; i++) {
		bound += 1 + 1 + 1 + 2 + strlen(d->checks[i].rule) + strlen(d->checks[i].detail);
	}
	return bound;
}

static void write_server(struct wire *w, const struct server_finding *s, size_t host_count)
{
	if (!is_server_sane(s, host_count)) {
		form_fail(w);
		return;
	}
	codec_write_address(w, &s->address);
	wire_write_u32(w, s->hosts);
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		wire_write_u8(w, (uint8_t)s->classes[i]);
	}
	wire_write_u8(w, (uint8_t)s->class);
	form_write_reason(w, s->reason);
	wire_write_u8(w, (uint8_t)((s->silent ? SERVER_SILENT : 0) | (s->tcp ? SERVER_TCP : 0)));
	wire_write_u32(w, s->rtt_us);
	wire_write_u32(w, s->soa_serial);
}

static void read_server(struct wire *w, size_t host_count, struct server_finding *s)
{
	codec_read_address(w, &s->address);
	s->hosts = wire_read_u32(w);
	for (size_t i = 0; i < EVIDENCE_QUESTIONS; i++) {
		s->classes[i] = (enum response_class)wire_read_u8(w);
	}
	s->class = (enum response_class)wire_read_u8(w);
	s->reason = form_read_reason(w);
	uint8_t flags = form_read_below(w, (SERVER_SILENT | SERVER_TCP) + 1);
	s->silent = (flags & SERVER_SILENT) != 0;
	s->tcp = (flags & SERVER_TCP) != 0;
	s->rtt_us = wire_read_u32(w);
	s->soa_serial = wire_read_u32(w);
	if (!is_server_sane(s, host_count)) {
		form_fail(w);
	}
}

static void write_check(struct wire *w, const struct check *c)
{
	size_t rule_size = strlen(c->rule);
	size_t detail_size = strlen(c->detail);
	if (rule_size > UINT8_MAX || detail_size > UINT16_MAX || !form_is_text(c->rule, rule_size) ||
	    !form_is_text(c->detail, detail_size) || (unsigned)c->gate > GATE_DUE ||
	    (unsigned)c->result > CHECK_WARN) {
		form_fail(w);
		return;
	}
	wire_write_u8(w, (uint8_t)rule_size);
	wire_write(w, c->rule, rule_size);
	wire_write_u8(w, (uint8_t)c->gate);
	wire_write_u8(w, (uint8_t)c->result);
	wire_write_u16(w, (uint16_t)detail_size);
	wire_write(w, c->detail, detail_size);
}

static int read_check(struct wire *w, struct arena *arena, struct check *c)
{
	size_t rule_size = wire_read_u8(w);
	c->rule = form_read_text(w, rule_size, arena);
	if (c->rule == NULL) {
		return ERR_NOMEM;
	}
	c->gate = (enum gate)form_read_below(w, GATE_DUE + 1);
	c->result = (enum check_result)form_read_below(w, CHECK_WARN + 1);
	size_t detail_size = wire_read_u16(w);
	c->detail = form_read_text(w, detail_size, arena);
	return c->detail == NULL ? ERR_NOMEM : 0;
}

static void write_lists(struct wire *w, const struct decision *d)
{
	wire_write_u8(w, (uint8_t)d->warning_count);
	for (size_t i = 0; i < d->warning_count; i++) {
		form_write_reason(w, d->warnings[i]);
	}
	wire_write_u8(w, (uint8_t)d->host_count);
	for (size_t i = 0; i < d->host_count; i++) {
		codec_write_name(w, &d->hosts[i]);
	}
	wire_write_u8(w, (uint8_t)d->server_count);
	for (size_t i = 0; i < d->server_count; i++) {
		write_server(w, &d->servers[i], d->host_count);
	}
	wire_write_u16(w, (uint16_t)d->check_count);
	for (size_t i = 0; i < d->check_count; i++) {
		write_check(w, &d->checks[i]);
	}
}

/* What came with policy over time. */
static void write_time(struct wire *w, const struct decision *d)
{
	wire_write_u8(w, (uint8_t)d->trigger);
	wire_write_u32(w, d->ds_ttl);
	form_write_reason(w, d->signaling);
	wire_write_u8(w, window_is_open(&d->window));
	if (window_is_open(&d->window)) {
		window_write(w, &d->window);
	}
}

static void read_time(struct wire *w, struct decision *d)
{
	d->trigger = (enum evidence_trigger)form_read_below(w, TRIGGER_RETRY + 1);
	d->ds_ttl = wire_read_u32(w);
	d->signaling = form_read_reason(w);
	if (form_read_flag(w)) {
		window_read(w, &d->window);
	}
}

static void write_vantages(struct wire *w, const struct decision *d)
{
	wire_write_u8(w, (uint8_t)d->vantage_count);
	for (size_t i = 0; i < d->vantage_count; i++) {
		const struct vantage_finding *v = &d->vantages[i];
		if (v->name[0] == '\0' || (unsigned)v->result > VANTAGE_DIFFERS || v->answered > d->server_count) {
			form_fail(w);
			return;
		}
		form_write_label(w, v->name);
		wire_write_u8(w, (uint8_t)v->result);
		form_write_reason(w, v->reason);
		wire_write_u8(w, v->answered);
	}
}

static int read_vantages(struct wire *w, struct arena *arena, struct decision *d)
{
	d->vantage_count = form_read_below(w, LIMIT_VANTAGES + 1);
	d->vantages = arena_array(arena, d->vantage_count, sizeof *d->vantages);
	if (d->vantages == NULL) {
		return ERR_NOMEM;
	}
	if (d->vantage_count == 0) {
		form_fail(w);
	}
	for (size_t i = 0; i < d->vantage_count; i++) {
		struct vantage_finding *v = &d->vantages[i];
		form_read_label(w, v->name);
		v->result = (enum vantage_result)form_read_below(w, VANTAGE_DIFFERS + 1);
		v->reason = form_read_reason(w);
		v->answered = form_read_below(w, (unsigned)d->server_count + 1);
	}
	return 0;
}

int decision_encode(const struct decision *d, struct arena *arena, struct slice *out)
{
	if (!is_within_limits(d)) {
		return ERR_LIMIT;
	}
	if (!is_sane(d)) {
		return ERR_ARG;
	}
	struct wire w;
	int code = form_begin(arena, encoded_bound(d), d->vantage_count > 0 ? ENCODING : ENCODING - 1, &w);
	if (code != 0) {
		return code;
	}
	codec_write_name(&w, &d->child);
	wire_write_u32(&w, d->now);
	form_write_reason(&w, d->reason);
	wire_write_u8(&w, (uint8_t)d->change);
	wire_write_u8(&w, (uint8_t)d->security);
	form_write_ds_set(&w, &d->ds_before);
	form_write_ds_set(&w, &d->ds_after);
	wire_write_u32(&w, d->next_eligible);
	wire_write_u8(&w, (uint8_t)d->journal);
	wire_write_u64(&w, d->superseded);
	write_lists(&w, d);
	wire_write(&w, d->content_hash, sizeof d->content_hash);
	wire_write_u32(&w, d->verifications);
	write_time(&w, d);
	if (d->vantage_count > 0) {
		write_vantages(&w, d);
	}
	return form_end(&w, out);
}

static int read_warnings_hosts(struct wire *w, struct arena *arena, struct decision *d)
{
	d->warning_count = form_read_below(w, MAX_WARNINGS + 1);
	d->warnings = arena_array(arena, d->warning_count, sizeof *d->warnings);
	if (d->warnings == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->warning_count; i++) {
		d->warnings[i] = form_read_reason(w);
	}
	d->host_count = form_read_below(w, LIMIT_NS_HOSTS + 1);
	d->hosts = arena_array(arena, d->host_count, sizeof *d->hosts);
	if (d->hosts == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		codec_read_name(w, &d->hosts[i]);
	}
	return 0;
}

static int read_servers_checks(struct wire *w, struct arena *arena, struct decision *d)
{
	d->server_count = form_read_below(w, LIMIT_CHILD_ADDRESSES + 1);
	d->servers = arena_array(arena, d->server_count, sizeof *d->servers);
	if (d->servers == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->server_count; i++) {
		read_server(w, d->host_count, &d->servers[i]);
	}
	d->check_count = wire_read_u16(w);
	if (d->check_count > MAX_CHECKS) {
		form_fail(w);
		return 0;
	}
	d->checks = arena_array(arena, d->check_count, sizeof *d->checks);
	if (d->checks == NULL) {
		return ERR_NOMEM;
	}
	int code = 0;
	for (size_t i = 0; i < d->check_count && code == 0; i++) {
		code = read_check(w, arena, &d->checks[i]);
	}
	return code;
}

static int read_sets(struct wire *w, struct arena *arena, struct decision *d)
{
	int code = form_read_ds_set(w, arena, &d->ds_before);
	return code != 0 ? code : form_read_ds_set(w, arena, &d->ds_after);
}

int decision_decode(struct slice data, struct arena *arena, struct decision *out)
{
	struct wire w;
	int code = form_open(data, ENCODING, &w);
	if (code != 0) {
		return code;
	}
	struct decision d = { .reason = REASON_NONE };
	codec_read_name(&w, &d.child);
	d.now = wire_read_u32(&w);
	d.reason = form_read_reason(&w);
	d.change = (enum change_class)form_read_below(&w, CHANGE_TTL + 1);
	d.security = (enum child_security)form_read_below(&w, SECURITY_UNUSABLE + 1);
	code = read_sets(&w, arena, &d);
	if (code != 0) {
		return code;
	}
	d.next_eligible = wire_read_u32(&w);
	d.journal = (enum journal_action)form_read_below(&w, JOURNAL_BLOCK + 1);
	d.superseded = wire_read_u64(&w);
	code = read_warnings_hosts(&w, arena, &d);
	if (code == 0) {
		code = read_servers_checks(&w, arena, &d);
	}
	if (code != 0) {
		return code;
	}
	form_read_hash(&w, d.content_hash);
	d.verifications = wire_read_u32(&w);
	if (form_version(&w) > 1) {
		read_time(&w, &d);
	}
	if (form_version(&w) > 2) {
		code = read_vantages(&w, arena, &d);
		if (code != 0) {
			return code;
		}
	}
	if (!wire_done(&w) || !is_sane(&d)) {
		return ERR_FORMAT;
	}
	*out = d;
	return 0;
}
