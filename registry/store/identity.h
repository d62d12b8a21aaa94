/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity record of a store. Private to registry/store. */
#pragma once

#include "registry/store/store.h"

#define IDENTITY_OCTETS (1 + 4 + 16 + 4 + 8)

/* Of a new store: this format, epoch 1. */
void identity_encode(const struct store_options *o, uint8_t out[IDENTITY_OCTETS]);
/* The epochs of a store that was restored: each begins with the first event that was written in it. Before the first of
 * them it was 1. */
#define EPOCHS_MAX 64
struct epochs {
	size_t count;
	struct epoch {
		uint64_t first;		/* sequence of an event */
		uint32_t number;
	} at[EPOCHS_MAX];
};
#define EPOCHS_OCTETS (1 + 2 + EPOCHS_MAX * (8 + 4))
uint32_t epochs_of(const struct epochs *e, uint64_t sequence);
struct slice epochs_encode(const struct epochs *e, uint8_t out[EPOCHS_OCTETS]);
/* ERR_FORMAT, ERR_VERSION. */
int epochs_decode(struct slice value, struct epochs *out);

/* The same store, from now on in this epoch. */
void identity_restored(const uint8_t before[IDENTITY_OCTETS], uint32_t epoch, uint8_t out[IDENTITY_OCTETS]);
/* The same store in this format. */
void identity_renew(const uint8_t before[IDENTITY_OCTETS], uint8_t out[IDENTITY_OCTETS]);
/* Of this format or an older one. ERR_VERSION when newer, ERR_STORE when damaged; the sentence in why. */
int identity_decode(struct slice value, const char *dir, struct store_identity *out, char why[256]);
