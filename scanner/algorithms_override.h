/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an override file says, row by row, before it meets the built-in table. Private to scanner/algorithms*.c. */
#pragma once

#include <stdbool.h>

#include "scanner/algorithms.h"

#define OVERRIDE_VERSION_MAX 160
#define OVERRIDE_MNEMONIC_MAX 32
#define OVERRIDE_COLUMNS 4
#define OVERRIDE_NUMBER_MAX 254		/* 0 is delete and 255 reserved, of algorithms as of digests */

struct override_row {
	bool given;
	char mnemonic[OVERRIDE_MNEMONIC_MAX + 1];	/* empty: as built in */
	bool has[OVERRIDE_COLUMNS];
	enum level level[OVERRIDE_COLUMNS];		/* in the order of struct algorithm_row */
};

struct override {
	char version[OVERRIDE_VERSION_MAX + 1];
	struct override_row algorithms[OVERRIDE_NUMBER_MAX + 1];
	struct override_row digests[OVERRIDE_NUMBER_MAX + 1];
};

/* YAML into *out, which is zeros before. ERR_FORMAT with *fault, ERR_NOMEM. */
int override_read(const char *data, size_t size, struct override *out, struct yaml_fault *fault);
