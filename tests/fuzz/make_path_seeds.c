/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes seeds/path again: chains to signaling domains, of small zones made for it, whose signatures differ each time. Prints
 * the anchor that fuzz_path has to have. Run in tests/fuzz. */
#include <stdio.h>

#include "tests/unit/chain_world.h"
#include "validate/dnssec/ds.h"

static void write_octets(FILE *file, struct slice s)
{
	const uint8_t size[2] = { (uint8_t)(s.size >> 8), (uint8_t)s.size };
	if (fwrite(size, 1, 2, file) != 2 || fwrite(s.data, 1, s.size, file) != s.size) {
		perror("seeds/path");
	}
}

static void write_seed(const char *name, const struct chain_zone *zones, const char *text, struct arena *arena)
{
	char path[64];
	struct evidence_signal signal;
	struct evidence_host host = { .status = EVIDENCE_HOST_RESOLVED };
	struct evidence e = { .child = { 4, { 2, 'c', 'h', 0 } }, .host_count = 1, .hosts = &host, .signals = &signal };
	snprintf(path, sizeof path, "seeds/path/%s", name);
	FILE *file = fopen(path, "wb");
	if (file == NULL || name_from_text(text, &host.name) != 0) {
		perror(path);
		return;
	}
	(void)chain_signal(zones, &e, 0, arena);
	for (size_t i = 0; i < signal.link_count; i++) {
		write_octets(file, signal.links[i].answer.octets);
	}
	fclose(file);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct chain_zone zones[CHAIN_ZONES];
	struct bootstrap_rules rules = { .anchor_count = 0 };
	char text[DS_TEXT_SIZE];
	zone_keys_load();
	chain_anchors("R", arena, &rules);
	ds_to_text(&rules.anchors[0], text);
	puts(text);
	chain_world(zones);
	write_seed("absent", zones, "ns1.example.net.", arena);
	write_seed("root", zones, ".", arena);
	write_seed("insecure", zones, "ns.plain.net.", arena);
	write_seed("no-such-domain", zones, "ns1.nowhere.", arena);
	zones[OPERATOR].denial = CHAIN_NSEC3;
	write_seed("absent-nsec3", zones, "ns1.deep.below.example.net.", arena);
	zones[OPERATOR].denial = CHAIN_COMPACT;
	write_seed("absent-compact", zones, "ns1.example.net.", arena);
	zones[NET].denial = CHAIN_OPT_OUT;
	write_seed("opt-out", zones, "ns.plain.net.", arena);
	chain_more(zones, "_signal.ns1.example.net.", "E");
	write_seed("own-zone", zones, "ns1.example.net.", arena);
	chain_add(&zones[OPERATOR], "_signal.ns2.example.net.", TYPE_CNAME, "_signal.ns1.example.net.");
	write_seed("alias", zones, "ns2.example.net.", arena);
	zones[OPERATOR].keys_when = WHEN_EXPIRED;
	write_seed("bogus", zones, "ns1.example.net.", arena);
	zone_keys_free();
	arena_free(arena);
	return 0;
}
