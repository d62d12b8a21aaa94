/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the zone name the servers that the parent delegates it to (standards 4.5, H4)? A warning and a line of the trace;
 * the question was asked of one address only, and nothing is decided by its answer. */
#include "validate/cds/judging.h"

#include <stdio.h>
#include <string.h>

#define RULE "DSA-4.2.1-2"
#define NAMES_TEXT_SIZE 104
#define MORE " ..."

/* Names that one side has and the other has not; whole ones, a blank before each, as far as there is room. */
struct names_text {
	char text[NAMES_TEXT_SIZE];
	size_t used;
	size_t count;
	bool full;
};

static void add_name(struct names_text *t, struct slice octets)
{
	struct name name = { .size = 0 };
	char text[NAME_TEXT_SIZE];
	t->count++;
	if (t->full) {
		return;
	}
	/* It is one: the RDATA of a message that was parsed is canonical. */
	(void)name_from_wire(octets.data, octets.size, &name);
	name_to_text(&name, text);
	t->full = 1 + strlen(text) + sizeof MORE > sizeof t->text - t->used;
	int wrote = snprintf(t->text + t->used, sizeof t->text - t->used, "%s%s", t->full ? "" : " ", t->full ? MORE : text);
	t->used += wrote < 0 ? 0 : (size_t)wrote;
}

/* RDATA is canonical, and so are names: letters of both cases are the same in them. */
static struct slice name_octets(const struct name *name)
{
	return (struct slice){ name->octets, name->size };
}

static void compare(const struct delegation *d, const struct rrset *set, struct names_text *zone,
	struct names_text *parent)
{
	for (size_t i = 0; i < set->count; i++) {
		bool found = false;
		for (size_t k = 0; !found && k < d->host_count; k++) {
			found = slice_equal(set->rdata[i], name_octets(&d->hosts[k].name));
		}
		if (!found) {
			add_name(zone, set->rdata[i]);
		}
	}
	for (size_t k = 0; k < d->host_count; k++) {
		const struct slice host = name_octets(&d->hosts[k].name);
		bool found = false;
		for (size_t i = 0; !found && i < set->count; i++) {
			found = slice_equal(set->rdata[i], host);
		}
		if (!found) {
			add_name(parent, host);
		}
	}
}

/* Without a DS set that can be used there is nothing to validate by, and the answer is as good as any other of this child.
 * Where there is one, what does not validate may be anybody's. */
static int is_believed(struct judging *j, const struct view *v, const struct rrset *set, bool *believed,
	const char **why)
{
	*believed = j->security == SECURITY_INSECURE || j->security == SECURITY_UNUSABLE;
	*why = j->security == SECURITY_UNKNOWN ? "whether the delegation has a DS set is not known" :
		"the DNSKEY set of this server is not proven";
	if (j->security != SECURITY_SECURE || !v->chain) {
		return 0;
	}
	struct sig_result result;
	int rc = verify_by_keys(j->verifier, &j->in->delegation->child, set, v->dnskeys, v->dnskey_count, &result);
	if (rc < 0) {
		return rc;
	}
	*believed = result.status == SIG_VALID;
	*why = result.status == SIG_MISSING ? "no key of the zone signed it" :
		reason_find(status_reason(result.status))->sentence;
	return 0;
}

static int tell_difference(struct judging *j, const char *label, const struct rrset *set,
	const struct names_text *zone, const struct names_text *parent)
{
	bool believed;
	const char *why;
	int rc = is_believed(j, j->of_server[j->in->evidence->ns.server], set, &believed, &why);
	if (rc < 0) {
		return rc;
	}
	if (!believed) {
		trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_SKIP,
			"%s: an NS set that differs from the delegation is not looked at: %s", label, why);
		return 0;
	}
	trace_warn(&j->trace, REASON_WARN_NS_MISMATCH);
	trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_WARN,
		"%s: NS%s; only in the zone: %zu%s; only in the delegation: %zu%s", label,
		j->security == SECURITY_SECURE ? "" : " (not signed)", zone->count, zone->text, parent->count, parent->text);
	return 0;
}

static int look_at(struct judging *j, const char *label, const struct rrset *set)
{
	struct names_text zone = { .used = 0 };
	struct names_text parent = { .used = 0 };
	compare(j->in->delegation, set, &zone, &parent);
	if (zone.count > 0 || parent.count > 0) {
		return tell_difference(j, label, set, &zone, &parent);
	}
	/* Equal is equal, whoever says so: there is nothing to warn of, and nothing worth a verification. */
	trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_PASS, "%s: the NS set is that of the delegation", label);
	return 0;
}

int ns_check(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	if (!evidence_has_ns(e)) {
		return 0;
	}
	struct answer answer;
	int rc = classify_at(&j->in->delegation->child, TYPE_NS, &e->ns.answer, j->verifier, j->arena, &answer);
	if (rc < 0) {
		return rc;
	}
	char label[ADDRESS_TEXT_SIZE];
	address_to_text(&e->servers[e->ns.server].address, label);
	if (answer.class == RESPONSE_POS) {
		return look_at(j, label, &answer.set);
	}
	trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_SKIP, "%s: no NS set was received: %s", label,
		answer.detail != NULL ? answer.detail : response_class_text(answer.class));
	return 0;
}
