/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which policy decides about a child, and what all of them together are called. */
#include "validate/accept/policy_set.h"

#include <string.h>

#include "validate/wire/err.h"

const struct policy *policy_of(const struct policy_set *s, const struct name *child)
{
	const struct policy_suffix *best = NULL;
	for (size_t i = 0; i < s->suffix_count; i++) {
		const struct policy_suffix *x = &s->suffixes[i];
		if ((best == NULL || x->suffix.size > best->suffix.size) && name_is_within(child, &x->suffix)
			&& !name_equal(child, &x->suffix)) {
			best = x;
		}
	}
	return best == NULL ? s->policy : best->policy;
}

int policy_hash(struct crypto *crypto, const struct policy *p, uint8_t out[SHA256_OCTETS])
{
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(p, octets, sizeof(octets));
	return size == 0 ? ERR_LIMIT : crypto_sha256(crypto, octets, size, out);
}

int policy_set_hash(struct crypto *crypto, const struct policy_set *s, struct arena *arena, uint8_t out[SHA256_OCTETS])
{
	int ret = policy_hash(crypto, s->policy, out);
	if (ret != ERR_OK || s->suffix_count == 0) {
		return ret;
	}
	/* The policy of the parent, then each suffix and its policy: every part says by itself where it ends. */
	size_t count = 1 + 2 * s->suffix_count;
	struct hash_part *parts = arena_array(arena, count, sizeof(*parts));
	uint8_t (*hashes)[SHA256_OCTETS] = arena_array(arena, 1 + s->suffix_count, sizeof(*hashes));
	if (parts == NULL || hashes == NULL) {
		return ERR_NOMEM;
	}
	memcpy(hashes[0], out, SHA256_OCTETS);
	parts[0] = (struct hash_part){ .data = hashes[0], .size = SHA256_OCTETS };
	for (size_t i = 0; i < s->suffix_count; i++) {
		const struct policy_suffix *x = &s->suffixes[i];
		ret = policy_hash(crypto, x->policy, hashes[1 + i]);
		if (ret != ERR_OK) {
			return ret;
		}
		parts[1 + 2 * i] = (struct hash_part){ .data = x->suffix.octets, .size = x->suffix.size };
		parts[2 + 2 * i] = (struct hash_part){ .data = hashes[1 + i], .size = SHA256_OCTETS };
	}
	return crypto_sha256_parts(crypto, parts, count, out);
}
