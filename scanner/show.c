/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision record as one JSON object (doc/decision.schema.json). */
#include "scanner/show.h"

#include <string.h>

#include "validate/wire/err.h"

static const char *gate_text(enum gate g)
{
	static const char *const texts[] = { "correct", "allowed", "due" };
	return (size_t)g < sizeof(texts) / sizeof(texts[0]) ? texts[g] : "unknown";
}

static const char *result_text(enum check_result r)
{
	static const char *const texts[] = { "fail", "pass", "skip", "warn" };
	return (size_t)r < sizeof(texts) / sizeof(texts[0]) ? texts[r] : "unknown";
}

static const char *class_of(enum reason reason)
{
	const struct reason_row *row = reason_find(reason);
	return reason_class_text(row == NULL ? CLASS_ERROR : row->class);
}

/* What is in a and not in b. */
static void show_missing(struct json *j, const char *key, const struct ds_set *a, const struct ds_set *b)
{
	json_array(j, key);
	for (size_t i = 0; i < a->count; i++) {
		if (!ds_set_has(b, &a->ds[i])) {
			char text[DS_TEXT_SIZE];
			ds_to_text(&a->ds[i], text);
			json_string(j, NULL, text);
		}
	}
	json_array_end(j);
}

static void show_server(struct json *j, const struct decision *d, const struct server_finding *s)
{
	char address[ADDRESS_TEXT_SIZE];
	address_to_text(&s->address, address);
	json_object(j, NULL);
	json_array(j, "ns");
	for (size_t i = 0; i < d->host_count && i < 32; i++) {
		if ((s->hosts >> i & 1) != 0) {
			json_name(j, NULL, &d->hosts[i]);
		}
	}
	json_array_end(j);
	json_string(j, "address", address);
	json_string(j, "transport", s->tcp ? "tcp" : "udp");
	json_string(j, "class", response_class_text(s->class));
	json_string(j, "reason", s->reason == REASON_NONE ? NULL : reason_token(s->reason));
	json_object(j, "answers");
	static const char *const questions[EVIDENCE_QUESTIONS] = { "soa", "cds", "cdnskey", "dnskey", "soa_last" };
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		json_string(j, questions[q], response_class_text(s->classes[q]));
	}
	json_object_end(j);
	json_uint(j, "soa_serial", s->soa_serial);
	json_ms(j, "rtt_ms", s->rtt_us);
	json_object_end(j);
}

static void show_vantage(struct json *j, const struct vantage_finding *v)
{
	json_object(j, NULL);
	json_string(j, "name", v->name);
	json_string(j, "result", vantage_result_text(v->result));
	json_string(j, "reason", reason_token(v->reason));
	json_uint(j, "answered", v->answered);
	json_object_end(j);
}

static void show_check(struct json *j, const struct check *c)
{
	json_object(j, NULL);
	json_string(j, "rule", c->rule);
	json_string(j, "gate", gate_text(c->gate));
	json_string(j, "result", result_text(c->result));
	json_string(j, "detail", c->detail);
	json_object_end(j);
}

static void show_case(struct json *j, const struct show_context *c)
{
	char id[48];
	snprintf(id, sizeof(id), "%llu/%llu", (unsigned long long)c->run, (unsigned long long)c->sequence);
	json_string(j, "policy", c->policy == NULL ? NULL : c->policy->name);
	if (c->policy_hash == NULL) {
		json_null(j, "policy_hash");
	} else {
		json_hex(j, "policy_hash", c->policy_hash, SHA256_OCTETS);
	}
	json_bool(j, "research", c->research);
	json_string(j, "case", c->sequence == 0 ? NULL : id);
	if (c->evidence_hash == NULL) {
		json_null(j, "evidence");
	} else {
		json_hex(j, "evidence", c->evidence_hash, SHA256_OCTETS);
	}
}

static const char *trigger_text(enum evidence_trigger t)
{
	static const char *const texts[] = { "timer", "notify", "operator", "retry" };
	return (size_t)t < sizeof(texts) / sizeof(texts[0]) ? texts[t] : "unknown";
}

/* The request for a first DS set on its way, beside what the policy asks of it. */
static void show_window(struct json *j, const struct window *w, const struct policy *p)
{
	if (w->began == 0) {
		json_null(j, "window");
		return;
	}
	json_object(j, "window");
	json_hex(j, "request", w->request_hash, SHA256_OCTETS);
	json_time(j, "began", w->began);
	json_time(j, "last_check", w->last_check);
	json_time(j, "last_seen", w->last_seen);
	json_uint(j, "checks", w->checks);
	json_uint(j, "span_s", w->span_s);
	if (p == NULL || !policy_uses(p, BOOTSTRAP_DELAY)) {
		json_null(j, "min_checks");
		json_null(j, "delay_s");
		json_null(j, "next_check");
	} else {
		json_uint(j, "min_checks", p->bootstrap.min_checks);
		json_uint(j, "delay_s", p->bootstrap.delay_s);
		json_time(j, "next_check", (uint64_t)w->last_check + p->bootstrap.min_spacing_s);
	}
	json_object_end(j);
}

int show_research(struct txn *t, uint64_t run, bool *out)
{
	struct run r;
	int ret = run_get(t, run, &r);
	*out = ret == ERR_OK && r.is_research;
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static void show_reason(struct json *j, const char *key, enum reason reason)
{
	json_string(j, key, reason == REASON_NONE ? NULL : reason_token(reason));
}

static void show_on_its_way(struct json *j, const struct show_change *s)
{
	if (s == NULL) {
		json_null(j, "on_its_way");
		return;
	}
	const struct change *c = s->change;
	json_object(j, "on_its_way");
	json_string(j, "id", s->id);
	json_string(j, "state", event_kind_text(c->state));
	json_time(j, "since", c->state_time);
	json_string(j, "held_for", c->state == EVENT_HELD ? show_held_for(c) : NULL);
	show_reason(j, "failed_for", c->failed_for);
	json_string(j, "arrival", arrival_text(s->arrival));
	show_reason(j, "arrival_reason", arrival_reason(c, s->arrival));
	json_object_end(j);
}

static void show_in_dns(struct json *j, const struct show_in_dns *s)
{
	if (s == NULL) {
		json_null(j, "in_dns");
		return;
	}
	json_object(j, "in_dns");
	json_string(j, "id", s->id);
	json_string(j, "state", event_kind_text(s->change->state));
	json_time(j, "since", s->change->state_time);
	json_string(j, "served", in_dns_text(s->in_dns));
	json_time(j, "asked", s->asked);
	json_object_end(j);
}

int show_decision_json(struct json *j, const struct decision *d, const struct show_context *c, FILE *to)
{
	json_object(j, NULL);
	json_name(j, "child", &d->child);
	json_time(j, "time", d->now);
	json_string(j, "trigger", trigger_text(d->trigger));
	json_string(j, "outcome", reason_token(d->reason));
	json_string(j, "class", class_of(d->reason));
	json_string(j, "change", change_class_text(d->change));
	json_ds_set(j, "ds_before", &d->ds_before);
	json_ds_set(j, "ds_after", &d->ds_after);
	show_missing(j, "add", &d->ds_after, &d->ds_before);
	show_missing(j, "remove", &d->ds_before, &d->ds_after);
	if (d->ds_ttl == 0) {
		json_null(j, "ds_ttl");
	} else {
		json_uint(j, "ds_ttl", d->ds_ttl);
	}
	json_string(j, "state", child_security_text(d->security));
	json_string(j, "signaling", d->signaling == REASON_NONE ? NULL : reason_token(d->signaling));
	json_time(j, "next_eligible", show_eligible(d, c));
	show_window(j, c->window != NULL ? c->window : &d->window, c->policy);
	show_on_its_way(j, c->on_its_way);
	show_in_dns(j, c->in_dns);
	json_array(j, "warnings");
	for (size_t i = 0; i < d->warning_count; i++) {
		json_string(j, NULL, reason_token(d->warnings[i]));
	}
	json_array_end(j);
	show_case(j, c);
	json_array(j, "servers");
	for (size_t i = 0; i < d->server_count; i++) {
		show_server(j, d, &d->servers[i]);
	}
	json_array_end(j);
	json_array(j, "vantages");
	for (size_t i = 0; i < d->vantage_count; i++) {
		show_vantage(j, &d->vantages[i]);
	}
	json_array_end(j);
	json_array(j, "checks");
	for (size_t i = 0; i < d->check_count; i++) {
		show_check(j, &d->checks[i]);
	}
	json_array_end(j);
	json_object_end(j);
	return json_end_line(j, to);
}
