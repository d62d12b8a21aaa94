/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Return codes of functions that can fail because of us: memory, arguments,
 * storage, I/O. What a stranger sent is never an error code: it is a verdict. */
#pragma once

enum err {
	ERR_OK = 0,
	ERR_NOMEM = -1,		/* out of memory */
	ERR_ARG = -2,		/* the caller broke the contract */
	ERR_IO = -3,		/* a system call failed; errno tells */
	ERR_STORE = -4,		/* the store failed */
	ERR_FULL = -5,		/* store map or disk is full */
	ERR_NOTFOUND = -6,	/* no such record */
	ERR_FORMAT = -7,	/* octets are not in the format asked for */
	ERR_VERSION = -8,	/* made by a newer version of this program */
	ERR_BUSY = -9,		/* somebody else holds the lock */
	ERR_LIMIT = -10,	/* a ceiling of limits.h was reached */
	ERR_CRYPTO = -11,	/* our own cryptography failed, not a bad signature */
	ERR_CANCELLED = -12,	/* stopped on request */
	ERR_CONFLICT = -13,	/* the record is not in the state that was expected */
};

/* One sentence for people, never NULL. */
const char *err_text(int code);
