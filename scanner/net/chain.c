/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chain: DS is asked of every name on the way, zone or not. A server that says NXDOMAIN for an empty non-terminal (T-39) ends
 * nothing, and neither does an insecure delegation: what the answers prove is not said here. Only one that does not come,
 * or is an error, ends the way. */
#include "scanner/net/chain.h"

#include <assert.h>

#include "validate/wire/err.h"
#include "validate/wire/message.h"

size_t chain_links_most(const struct name *domain)
{
	size_t most = 1 + 2 * (size_t)name_labels(domain);
	return most < LIMIT_LINKS ? most : LIMIT_LINKS;
}

void chain_init(struct chain *c, const struct name *domain, struct evidence_link *links)
{
	*c = (struct chain){ .stage = CHAIN_DNSKEY, .domain = *domain, .at = name_root, .zone = name_root, .links = links };
}

bool chain_question(const struct chain *c, struct name *name, uint16_t *type)
{
	*name = c->at;
	*type = c->stage == CHAIN_DNSKEY ? TYPE_DNSKEY : c->stage == CHAIN_DS ? TYPE_DS : TYPE_NS;
	return c->stage != CHAIN_OVER;
}

static void cut_to(const struct name *name, unsigned labels, struct name *out)
{
	*out = *name;
	for (unsigned n = name_labels(name); n > labels; n--) {
		struct name longer = *out;
		name_parent(&longer, out);
	}
}

/* The name below, or what comes after the last one. */
static void descend(struct chain *c)
{
	if (c->labels == name_labels(&c->domain)) {
		c->stage = CHAIN_CUT;
		c->at = c->domain;
		return;
	}
	cut_to(&c->domain, ++c->labels, &c->at);
	c->stage = CHAIN_DS;
}

/* NULL: no answer that leads on. */
static const struct message *read(const struct chain *c, const struct evidence_answer *answer, uint16_t type, struct arena *scratch,
	struct message *m)
{
	if (answer->status != EVIDENCE_ANSWERED ||
		message_parse(answer->octets.data, answer->octets.size, scratch, m) || !message_answers(m, &c->at, type) ||
		(m->rcode != RCODE_NOERROR && m->rcode != RCODE_NXDOMAIN)) {
		return NULL;
	}
	return m;
}

static bool has(const struct message *m, enum section section, const struct name *owner, uint16_t type, struct arena *scratch,
	struct rrset *set)
{
	return !message_rrset(m, section, owner, type, scratch, set) && set->count > 0;
}

static void take_link(struct chain *c, const struct evidence_answer *answer, struct arena *scratch)
{
	struct message m;
	struct rrset set;
	uint16_t type = c->stage == CHAIN_DS ? TYPE_DS : TYPE_DNSKEY;
	c->links[c->link_count++] = (struct evidence_link){ .name = c->at, .type = type, .answer = *answer };
	if (!read(c, answer, type, scratch, &m)) {
		c->stage = CHAIN_OVER;
		return;
	}
	bool positive = has(&m, SECTION_ANSWER, &c->at, type, scratch, &set);
	if (c->link_count == LIMIT_LINKS) {
		/* Too deep a name: the way is not seen to its end (SIGNAL_UNRESOLVABLE). */
		c->stage = CHAIN_OVER;
	} else if (c->stage == CHAIN_DS && positive) {
		c->stage = CHAIN_DNSKEY;
	} else {
		if (c->stage == CHAIN_DNSKEY && positive) {
			c->zone = c->at;
		}
		descend(c);
	}
}

static void take_hosts(struct chain *c, const struct rrset *set)
{
	for (size_t i = 0; i < set->count && c->host_count < CHAIN_HOSTS; i++) {
		struct name *host = &c->hosts[c->host_count];
		c->host_count += name_from_wire(set->rdata[i].data, set->rdata[i].size, host) == 0 && host->size > 1;
	}
	c->stage = CHAIN_OVER;
}

/* The owner of the SOA that comes with a denial is the zone that the name lies in (RFC 2308 section 2). Whom to ask is all
 * that it decides. */
static void find_zone(struct chain *c, const struct message *m)
{
	for (size_t i = 0; m && i < m->count[SECTION_AUTHORITY]; i++) {
		const struct record *r = &m->records[SECTION_AUTHORITY][i];
		if (r->type == TYPE_SOA && name_is_within(&c->domain, r->owner)) {
			c->zone = *r->owner;
		}
	}
	/* Nobody asks the root's servers about a child of somebody else. */
	c->at = c->zone;
	c->stage = c->zone.size > 1 ? CHAIN_SERVERS : CHAIN_OVER;
}

void chain_answer(struct chain *c, const struct evidence_answer *answer, struct arena *scratch)
{
	struct message m;
	struct rrset set;
	assert(c->stage != CHAIN_OVER);
	if (c->stage == CHAIN_DS || c->stage == CHAIN_DNSKEY) {
		take_link(c, answer, scratch);
		return;
	}
	const struct message *good = read(c, answer, TYPE_NS, scratch, &m);
	if (good && has(good, SECTION_ANSWER, &c->at, TYPE_NS, scratch, &set)) {
		c->zone = c->at;
		take_hosts(c, &set);
	} else if (c->stage == CHAIN_CUT && good) {
		find_zone(c, good);
	} else {
		c->stage = CHAIN_OVER;
	}
}
