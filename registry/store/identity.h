/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity record of a store. Private to registry/store. */
#pragma once

#include "registry/store/store.h"

#define IDENTITY_OCTETS (1 + 4 + 16 + 4 + 8)

/* Of a new store: this format, epoch 1. */
void identity_encode(const struct store_options *o, uint8_t out[IDENTITY_OCTETS]);
/* The same store in this format. */
void identity_renew(const uint8_t before[IDENTITY_OCTETS], uint8_t out[IDENTITY_OCTETS]);
/* Of this format or an older one. ERR_VERSION when newer, ERR_STORE when damaged; the sentence in why. */
int identity_decode(struct slice value, const char *dir, struct store_identity *out, char why[256]);
