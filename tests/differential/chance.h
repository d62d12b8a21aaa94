/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chance that can be repeated: numbers from a seed, for the plans of children and for OpenSSL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers that follow depend on these two alone. */
void chance_seed(uint64_t seed, uint64_t stream);
/* OpenSSL takes its random octets from here too, so that keys are those of the seed. They come from a stream of
 * their own: how many it takes does not change what is planned. */
void chance_feed_openssl(void);

/* Below limit, which is above zero. */
unsigned chance_below(unsigned limit);
bool chance_percent(unsigned percent);
/* An index, each as likely as its weight; weights end with 0. */
unsigned chance_pick(const uint8_t *weights);
