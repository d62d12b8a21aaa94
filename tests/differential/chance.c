/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two streams of SplitMix64: one for plans, one for OpenSSL. */
#define OPENSSL_SUPPRESS_DEPRECATED	/* RAND_METHOD: the one way to give all of OpenSSL 3.0 our octets */
#include "tests/differential/chance.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

static uint64_t plans;
static uint64_t octets;

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void chance_seed(uint64_t seed, uint64_t stream)
{
	uint64_t mixed = seed;
	plans = next(&mixed) ^ stream * UINT64_C(0xd1342543de82ef95);
	octets = next(&plans);
}

static int fill(unsigned char *out, int size)
{
	for (int at = 0; at < size; at += 8) {
		uint64_t z = next(&octets);
		memcpy(out + at, &z, size - at < 8 ? (size_t)(size - at) : 8);
	}
	return 1;
}

static int ready(void)
{
	return 1;
}

void chance_feed_openssl(void)
{
	static const RAND_METHOD method = { .bytes = fill, .pseudorand = fill, .status = ready };
	if (RAND_set_rand_method(&method) != 1) {
		abort();
	}
}

unsigned chance_below(unsigned limit)
{
	return (unsigned)((next(&plans) >> 32) * limit >> 32);
}

bool chance_percent(unsigned percent)
{
	return chance_below(100) < percent;
}

unsigned chance_pick(const uint8_t *weights)
{
	unsigned sum = 0;
	for (const uint8_t *w = weights; *w != 0; w++) {
		sum += *w;
	}
	unsigned left = chance_below(sum);
	unsigned i = 0;
	while (left >= weights[i]) {
		left -= weights[i++];
	}
	return i;
}
