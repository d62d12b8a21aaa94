/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A token that is handed out: made of randomness of the kernel, printed once, kept as a hash. */
#include "scanner/changes_challenge.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "validate/wire/err.h"

int challenge_make(struct crypto *crypto, const struct name *child, struct challenge *out)
{
	uint8_t octets[CHALLENGE_OCTETS];
	int ret = challenge_name(child, &out->at);
	if (ret != ERR_OK) {
		return ret == ERR_LIMIT ? ERR_CONFLICT : ret;
	}
	/* So few come at once or not at all. */
	if (getrandom(octets, sizeof(octets), 0) != (ssize_t)sizeof(octets)) {
		return ERR_CRYPTO;
	}
	for (size_t i = 0; i < sizeof(octets); i++) {
		snprintf(out->token + 2 * i, 3, "%02x", octets[i]);
	}
	return challenge_hash(crypto, out->token, strlen(out->token), out->hash);
}

void challenge_print(const struct challenge *c)
{
	char at[NAME_TEXT_SIZE];
	name_to_text(&c->at, at);
	printf("%s IN TXT \"%s\"\n", at, c->token);
}
