/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as messages of a signed stream, each behind its size in two octets; the first message is a good one. */
#include <libknot/errcode.h>
#include <libknot/tsig-op.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/peer/tsig.h"
#include "tests/fuzz/target.h"
#include "validate/wire/arena.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"
#include "validate/wire/message.h"

#define KEY "hmac-sha256:xfer.:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

static struct tsig_key *key;
static knot_tsig_key_t server;

static void make_keys(void)
{
	char path[] = "/tmp/cdswalk-fuzz-XXXXXX";
	char why[256];
	int fd = mkstemp(path);
	HOLDS(fd >= 0 && write(fd, KEY, sizeof(KEY) - 1) == sizeof(KEY) - 1);
	HOLDS(fchmod(fd, 0600) == 0 && close(fd) == 0);
	HOLDS(tsig_key_read(path, &key, why) == 0);
	unlink(path);
	HOLDS(knot_tsig_key_init_str(&server, KEY) == KNOT_EOK);
}

static void begin(struct tsig *t)
{
	static const uint8_t question[] = { 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 252, 0, 1 };
	static const uint8_t answer[] = { 1, 2, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 252, 0, 1 };
	uint8_t m[1024];
	uint8_t mac[64];
	char why[256];
	size_t size = sizeof(question);
	size_t mac_size = sizeof(mac);
	memcpy(m, question, size);
	HOLDS(tsig_sign(t, m, &size, sizeof(m)) == 0);
	memcpy(mac, m + size - 6 - 32, 32);
	size = sizeof(answer);
	memcpy(m, answer, size);
	HOLDS(knot_tsig_sign(m, &size, sizeof(m), mac, 32, mac, &mac_size, &server, 0, 0) == KNOT_EOK);
	HOLDS(tsig_verify(t, m, &size, why) == 0 && size == sizeof(answer) && tsig_is_proven(t));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (key == NULL) {
		make_keys();
	}
	struct tsig *t = tsig_new(key);
	struct arena *arena = arena_new();
	HOLDS(t != NULL && arena != NULL);
	begin(t);
	int rc = 0;
	while (rc == 0 && size >= 2) {
		size_t part = (size_t)data[0] << 8 | data[1];
		part = part < size - 2 ? part : size - 2;
		/* Of its exact size, so that a sanitizer sees what reads beyond. */
		uint8_t *m = malloc(part + 1);
		HOLDS(m != NULL);
		memcpy(m, data + 2, part);
		size_t left = part;
		char why[256] = "";
		rc = tsig_verify(t, m, &left, why);
		HOLDS(rc == 0 || (rc == ERR_FORMAT && why[0] != '\0'));
		HOLDS(left == part);		/* nobody here can sign */
		struct message parsed;
		(void)message_parse_transfer(m, part, arena, &parsed);
		arena_reset(arena);
		free(m);
		HOLDS(!tsig_is_proven(t));
		data += 2 + part;
		size -= 2 + part;
	}
	arena_free(arena);
	tsig_free(t);
	return 0;
}
