/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plan: which addresses of the parent-side NS set are asked: glue and looked-up addresses of every
 * host, each address once (RFC 9975 section 3; standards R9975-3-1). */
#include "scanner/walk/plan.h"

#include <stdlib.h>

#include "validate/wire/err.h"

static enum evidence_host_status host_status(const struct host *h)
{
	switch (h->status) {
	case HOST_RESOLVED:
		return EVIDENCE_HOST_RESOLVED;
	case HOST_NO_ADDRESS:
		return EVIDENCE_HOST_NO_ADDRESS;
	case HOST_BOGUS:
		return EVIDENCE_HOST_BOGUS;
	case HOST_ALIAS:
		return EVIDENCE_HOST_ALIAS;
	case HOST_FAILED:
	case HOST_CANCELLED:
		break;
	}
	return EVIDENCE_HOST_FAILED;
}

int plan_new(struct arena *arena, const struct delegation *d, struct evidence *e)
{
	e->child = d->child;
	e->host_count = d->host_count < LIMIT_NS_HOSTS ? d->host_count : LIMIT_NS_HOSTS;
	e->hosts = arena_array(arena, e->host_count, sizeof(*e->hosts));
	size_t glue = 0;
	for (size_t i = 0; i < e->host_count; i++) {
		glue += d->hosts[i].glue_count;
	}
	size_t most = glue + e->host_count * LIMIT_HOST_ADDRESSES;
	e->servers = arena_array(arena, most, sizeof(*e->servers));
	if ((e->hosts == NULL && e->host_count > 0) || (e->servers == NULL && most > 0)) {
		return ERR_NOMEM;
	}
	bool asked = (d->flags & DELEGATION_OPTED_OUT) == 0;
	for (size_t i = 0; i < e->host_count; i++) {
		e->hosts[i].name = d->hosts[i].name;
		e->hosts[i].status = asked ? EVIDENCE_HOST_FAILED : EVIDENCE_HOST_NOT_ASKED;
		for (size_t g = 0; asked && g < d->hosts[i].glue_count; g++) {
			plan_address(e, i, &d->hosts[i].glue[g]);
		}
	}
	return ERR_OK;
}

/* The array was made large enough by plan_new. */
void plan_address(struct evidence *e, size_t host, const struct address *address)
{
	for (size_t i = 0; i < e->server_count; i++) {
		if (address_compare(&e->servers[i].address, address) == 0) {
			e->servers[i].hosts |= UINT32_C(1) << host;
			return;
		}
	}
	struct evidence_server *s = &e->servers[e->server_count++];
	s->address = *address;
	s->hosts = UINT32_C(1) << host;
}

void plan_host(struct evidence *e, size_t host, const struct host *h)
{
	e->hosts[host].status = host_status(h);
	for (size_t i = 0; i < h->count && i < LIMIT_HOST_ADDRESSES; i++) {
		plan_address(e, host, &h->addresses[i]);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct evidence_server *x = a;
	const struct evidence_server *y = b;
	return address_compare(&x->address, &y->address);
}

/* Leaves a server alone for this reason, unless it is left alone already. */
static void skip_if(struct evidence_server *s, bool skips, enum evidence_skip skip)
{
	if (s->skip == SKIP_NONE && skips) {
		s->skip = skip;
	}
	for (size_t q = 0; s->skip != SKIP_NONE && q < EVIDENCE_QUESTIONS; q++) {
		s->answers[q].status = EVIDENCE_NOT_ASKED;
	}
}

size_t plan_vantage(struct evidence_server *servers, size_t count, const struct probe_vantage *v)
{
	size_t asked = 0;
	for (size_t i = 0; i < count; i++) {
		skip_if(&servers[i], servers[i].address.family == 4 ? v->no_ipv4 : v->no_ipv6, SKIP_FAMILY);
		asked += servers[i].skip == SKIP_NONE;
	}
	return asked;
}

size_t plan_finish(struct evidence *e, const struct probe_options *o)
{
	if (e->server_count > 0) {
		qsort(e->servers, e->server_count, sizeof(*e->servers), by_address);
	}
	if (e->server_count > LIMIT_CHILD_ADDRESSES) {
		/* The last one kept says that there were more: the child is never judged on a part. */
		e->server_count = LIMIT_CHILD_ADDRESSES;
		e->servers[LIMIT_CHILD_ADDRESSES - 1].skip = SKIP_LIMIT;
	}
	size_t asked = 0;
	for (size_t i = 0; i < e->server_count; i++) {
		struct evidence_server *s = &e->servers[i];
		skip_if(s, !o->allow_special && address_is_special(&s->address), SKIP_SPECIAL);
		skip_if(s, s->address.family == 4 ? o->no_ipv4 : o->no_ipv6, SKIP_FAMILY);
		asked += s->skip == SKIP_NONE;
	}
	return asked;
}
