/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay: decide stored cases again from their octets and compare byte for byte. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct replay_options {
	const char *db;
	uint64_t run, sequence;		/* one case ... */
	bool all;			/* ... or every one */
	bool json;
};

/* EXIT_OK when every case gave the same bytes. */
int replay_run(const struct replay_options *o);
