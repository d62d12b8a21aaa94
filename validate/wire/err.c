/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One sentence for every return code. */
#include "validate/wire/err.h"

const char *err_text(int code)
{
	/* A switch over the enumeration: the compiler names a code that is forgotten. */
	switch ((enum err)code) {
	case ERR_OK: return "no error";
	case ERR_NOMEM: return "out of memory";
	case ERR_ARG: return "invalid argument";
	case ERR_IO: return "input or output failed";
	case ERR_STORE: return "the store failed";
	case ERR_FULL: return "the store or its disk is full";
	case ERR_NOTFOUND: return "no such record";
	case ERR_FORMAT: return "malformed data";
	case ERR_VERSION: return "made by a newer version of this program";
	case ERR_BUSY: return "in use by another process";
	case ERR_LIMIT: return "a built-in limit was reached";
	case ERR_CRYPTO: return "the cryptographic library failed";
	case ERR_CANCELLED: return "stopped on request";
	case ERR_CONFLICT: return "the record is not in the expected state";
	}
	return "unknown error";
}
