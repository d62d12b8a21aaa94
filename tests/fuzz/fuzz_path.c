/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as the answers on the way from the root to a name, each behind its size in two octets. Whoever has no key
 * of the root gets nowhere, and what is not signed changes nothing of what is. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/dnssec/path.h"
#include "validate/wire/cursor.h"
#include "validate/wire/limits.h"

#define NOW 1750000000u		/* as ZONE_NOW; the seeds are signed for it */
/* Of key R of tests/unit/zone_keys.c at the root. */
#define ANCHOR "11584 8 2 745b73a34f22e899f2a4870c0e9bc7606c18149182ece65568c5304ac424e317"

static size_t read_links(struct wire *w, struct arena *arena, struct path_link links[LIMIT_LINKS])
{
	size_t count = 0;
	while (wire_left(w) >= 2 && count < LIMIT_LINKS) {
		size_t size = wire_read_u16(w);
		size = size < wire_left(w) ? size : wire_left(w);
		const uint8_t *octets = wire_read(w, size);
		struct message *m = arena_alloc(arena, sizeof *m);
		HOLDS(m != NULL);
		if (message_parse(octets, size, arena, m) == 0 && m->question_count > 0) {
			links[count++] = (struct path_link){ &m->question, m->question_type, m };
		}
	}
	return count;
}

static struct path follow(struct crypto *crypto, struct arena *arena, const struct name *name, const struct ds *anchor,
	const struct path_link *links, size_t count)
{
	struct verifier *v = verifier_new(crypto, arena, NOW);
	struct path path;
	HOLDS(v != NULL && path_follow(v, crypto, name, anchor, 1, links, count, arena, &path) == 0);
	HOLDS(verifier_cost(v) <= LIMIT_COST_NS && path.why != NULL && name_is_within(name, &path.zone));
	HOLDS(path.status != PATH_SECURE || (path.key_count > 0 && verifier_attempts(v) > 0));
	HOLDS(!path.absent || path.status == PATH_SECURE);
	verifier_free(v);
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	crypto = crypto == NULL ? crypto_new() : crypto;
	struct arena *arena = arena_new();
	HOLDS(crypto != NULL && arena != NULL);
	struct wire w = wire_reader(data, size);
	struct path_link links[LIMIT_LINKS];
	size_t count = read_links(&w, arena, links);
	struct ds anchor;
	HOLDS(ds_from_text(ANCHOR, &anchor) == 0);
	const struct name *name = &name_root;
	for (size_t i = 0; i < count; i++) {
		name = links[i].name->size > name->size ? links[i].name : name;
	}
	const struct path path = follow(crypto, arena, name, &anchor, links, count);
	/* The same again; and of another root nothing is proven. */
	const struct path again = follow(crypto, arena, name, &anchor, links, count);
	HOLDS(again.status == path.status && name_equal(&again.zone, &path.zone) && again.key_count == path.key_count);
	anchor.digest[0] ^= 1;
	const struct path other = follow(crypto, arena, name, &anchor, links, count);
	HOLDS(other.status != PATH_SECURE && other.status != PATH_INSECURE && other.key_count == 0);
	arena_free(arena);
	return 0;
}
