/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synth's zones as master files: the parent's for whoever walks it, the children's for other name servers. */
#include "tests/bench/synth.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "validate/wire/record.h"

#define CHILDREN_PER_FOLDER 1000

static void write_name(FILE *out, const uint8_t *octets)
{
	for (; *octets != 0; octets += *octets + 1) {
		fprintf(out, "%.*s.", (int)*octets, (const char *)octets + 1);
	}
}

static void write_hex(FILE *out, const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		fprintf(out, "%02X", octets[i]);
	}
}

/* Types that registries write get their own form, the rest that of RFC 3597 section 5. */
static void write_record(FILE *out, const struct synth_name *owner, uint16_t type, const struct synth_rdata *r)
{
	char text[16];
	write_name(out, owner->octets);
	fprintf(out, " %u IN %s ", SYNTH_TTL, rrtype_text(type, text));
	if (type == TYPE_NS) {
		write_name(out, r->octets);
	} else if (type == TYPE_A) {
		fprintf(out, "%u.%u.%u.%u", r->octets[0], r->octets[1], r->octets[2], r->octets[3]);
	} else if (type == TYPE_DS || type == TYPE_CDS) {
		fprintf(out, "%u %u %u ", r->octets[0] * 256u + r->octets[1], r->octets[2], r->octets[3]);
		write_hex(out, r->octets + 4, r->size - 4);
	} else {
		fprintf(out, "\\# %zu ", r->size);
		write_hex(out, r->octets, r->size);
	}
	fputc('\n', out);
}

static void write_rrset(FILE *out, const struct synth_rrset *set, bool with_signatures)
{
	for (unsigned i = 0; i < set->count; i++) {
		write_record(out, &set->owner, set->type, &set->rdata[i]);
	}
	for (unsigned i = 0; with_signatures && i < set->signers; i++) {
		struct synth_rdata sig;
		synth_rrsig(set, i, &sig);
		write_record(out, &set->owner, TYPE_RRSIG, &sig);
	}
}

/* Made up as well: servers in the child itself, with glue. */
static void write_own_hosts(FILE *out, uint32_t child)
{
	struct synth_name name;
	synth_child_name(child, &name);
	for (unsigned host = 1; host <= SYNTH_HOSTS; host++) {
		write_name(out, name.octets);
		fprintf(out, " %u IN NS ns%u.", SYNTH_TTL, host);
		write_name(out, name.octets);
		fprintf(out, "\nns%u.", host);
		write_name(out, name.octets);
		fprintf(out, " %u IN A 10.%u.%u.%u\nns%u.", SYNTH_TTL, child >> 16 & 255, child >> 8 & 255, child & 255, host);
		write_name(out, name.octets);
		fprintf(out, " %u IN AAAA 2001:db8:%x:%x::%u\n", SYNTH_TTL, child >> 16, child & 0xffff, host);
	}
}

int synth_write_parent(const struct synth_plan *plan, FILE *out)
{
	struct synth_rrset set;
	(void)synth_apex_rrset(TYPE_SOA, &set);
	write_rrset(out, &set, false);
	(void)synth_apex_rrset(TYPE_NS, &set);
	write_rrset(out, &set, false);
	for (unsigned farm = 0; farm < plan->farms; farm++) {
		for (unsigned host = 0; host < SYNTH_HOSTS; host++) {
			(void)synth_host_rrset(plan, farm, host, TYPE_A, &set);
			write_rrset(out, &set, false);
		}
	}
	for (uint32_t child = 0; child < plan->children; child++) {
		if (plan->made_up && child % SYNTH_OWN_HOSTS == 0) {
			write_own_hosts(out, child);
		} else {
			(void)synth_delegation_rrset(plan, child, TYPE_NS, &set);
			write_rrset(out, &set, false);
		}
		if (synth_delegation_rrset(plan, child, TYPE_DS, &set)) {
			write_rrset(out, &set, false);
		}
	}
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}

static int write_child(const struct synth_plan *plan, uint32_t child, const char *path)
{
	static const uint16_t types[] = { TYPE_SOA, TYPE_NS, TYPE_DNSKEY, TYPE_NSEC, TYPE_CDS, TYPE_CDNSKEY };
	FILE *out = fopen(path, "w");
	if (out == NULL) {
		return -1;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct synth_rrset set;
		if (synth_child_rrset(plan, child, types[i], &set)) {
			write_rrset(out, &set, true);
		}
	}
	bool bad = ferror(out) != 0;
	return fclose(out) == 0 && !bad ? 0 : -1;
}

int synth_write_children(const struct synth_plan *plan, const char *dir)
{
	char path[4096];
	if (snprintf(path, sizeof(path), "%s/zones", dir) >= (int)sizeof(path) - 32) {
		errno = ENAMETOOLONG;
		return -1;
	}
	FILE *list = fopen(path, "w");
	if (list == NULL) {
		return -1;
	}
	int result = 0;
	for (uint32_t child = 0; child < plan->children && result == 0; child++) {
		int used = snprintf(path, sizeof(path), "%s/%04u", dir, child / CHILDREN_PER_FOLDER);
		if (child % CHILDREN_PER_FOLDER == 0 && mkdir(path, 0777) != 0 && errno != EEXIST) {
			result = -1;
			break;
		}
		snprintf(path + used, sizeof(path) - (size_t)used, "/c%07u.bench", child);
		fprintf(list, "%04u/c%07u.bench\n", child / CHILDREN_PER_FOLDER, child);
		result = write_child(plan, child, path);
	}
	return fclose(list) == 0 ? result : -1;
}
