/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs and verifies with libknot; where a TSIG record lies in a message is found here. */
#define _DEFAULT_SOURCE	/* explicit_bzero */
#include "registry/peer/tsig.h"

#include <libknot/errcode.h>
#include <libknot/tsig-op.h>
#include <libknot/tsig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "registry/peer/secret.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

#define WHY 256
#define MAC_MAX 64		/* octets: HMAC-SHA512 */
#define HEADER 12
#define CLASS_ANY 255

struct tsig_key {
	knot_tsig_key_t key;
	struct name name;
	char text[NAME_TEXT_SIZE + 32];
};

struct tsig {
	const struct tsig_key *key;
	/* Of the question, then of the signed message before. */
	uint8_t mac[MAC_MAX];
	size_t mac_size;
	uint64_t last_signed;	/* seconds since the epoch: time does not go back in a stream */
	bool begun;		/* a signed message of the answer was seen */
	bool proven;
	/* What the next signature covers: messages without one, each as it came. */
	uint8_t *pending;
	size_t pending_size, pending_room;
	unsigned unsigned_count;
};

/* ---- keys */

/* RFC 8945 section 6, without hmac-md5, which must not be used. */
static const char *const algorithms[] = { "hmac-sha256", "hmac-sha384", "hmac-sha512", "hmac-sha224", "hmac-sha1" };

/* Cuts "[ALGORITHM:]NAME:SECRET"; NULL: of another form. */
static char *cut(char *line, const char **algorithm, const char **name)
{
	char *secret = strrchr(line, ':');
	if (secret == NULL || strpbrk(line, " \t\r\n") != NULL) {
		return NULL;
	}
	*secret = '\0';
	char *colon = strchr(line, ':');
	*algorithm = colon == NULL ? algorithms[0] : line;
	*name = colon == NULL ? line : colon + 1;
	if (colon != NULL) {
		*colon = '\0';
	}
	return strchr(*name, ':') != NULL || secret[1] == '\0' ? NULL : secret + 1;
}

static const char *algorithm_of(const char *text)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (strcasecmp(text, algorithms[i]) == 0) {
			return algorithms[i];
		}
	}
	return NULL;
}

static int fill_key(struct tsig_key *k, const char *path, char *line, char *why)
{
	const char *algorithm;
	const char *name;
	char text[NAME_TEXT_SIZE];
	char *secret = cut(line, &algorithm, &name);
	if (secret == NULL) {
		snprintf(why, WHY, "%.120s is no TSIG key: it takes one line, [ALGORITHM:]NAME:SECRET, the secret in base64", path);
		return ERR_FORMAT;
	}
	algorithm = algorithm_of(algorithm);
	if (algorithm == NULL) {
		snprintf(why, WHY, "%.120s: the algorithm of the key is none of hmac-sha256, hmac-sha384, hmac-sha512, hmac-sha224 "
			"and hmac-sha1", path);
		return ERR_FORMAT;
	}
	if (*name == '\0' || name_from_text(name, &k->name) != 0) {
		snprintf(why, WHY, "%.120s: the name of the key is no domain name", path);
		return ERR_FORMAT;
	}
	name_to_text(&k->name, text);
	int rc = knot_tsig_key_init(&k->key, algorithm, text, secret);
	if (rc == KNOT_ENOMEM) {
		return ERR_NOMEM;
	}
	if (rc != KNOT_EOK || k->key.secret.size == 0) {
		snprintf(why, WHY, "%.120s: the secret of the key is not in base64", path);
		return ERR_FORMAT;
	}
	snprintf(k->text, sizeof(k->text), "%s (%s)", text, algorithm);
	return 0;
}

int tsig_key_read(const char *path, struct tsig_key **out, char why[WHY])
{
	char *line = NULL;
	size_t size;
	if (path == NULL || out == NULL) {
		return ERR_ARG;
	}
	int rc = secret_read(path, &line, &size, why);
	if (rc != 0) {
		return rc;
	}
	struct tsig_key *k = calloc(1, sizeof(*k));
	rc = k == NULL ? ERR_NOMEM : fill_key(k, path, line, why);
	secret_free(line);
	if (rc != 0) {
		tsig_key_free(k);
		return rc;
	}
	*out = k;
	return 0;
}

void tsig_key_free(struct tsig_key *k)
{
	if (k == NULL) {
		return;
	}
	if (k->key.secret.data != NULL) {
		explicit_bzero(k->key.secret.data, k->key.secret.size);
	}
	knot_tsig_key_deinit(&k->key);
	free(k);
}

const char *tsig_key_text(const struct tsig_key *k)
{
	return k->text;
}

/* ---- questions */

struct tsig *tsig_new(const struct tsig_key *key)
{
	struct tsig *t = calloc(1, sizeof(*t));
	if (t != NULL) {
		t->key = key;
	}
	return t;
}

void tsig_free(struct tsig *t)
{
	if (t != NULL) {
		free(t->pending);
		free(t);
	}
}

int tsig_sign(struct tsig *t, uint8_t *message, size_t *size, size_t room)
{
	if (*size < HEADER || room < *size + TSIG_OCTETS) {
		return ERR_LIMIT;
	}
	t->mac_size = sizeof(t->mac);
	t->last_signed = 0;
	t->begun = false;
	t->proven = false;
	t->pending_size = 0;
	t->unsigned_count = 0;
	int rc = knot_tsig_sign(message, size, room, NULL, 0, t->mac, &t->mac_size, &t->key->key, 0, 0);
	return rc == KNOT_EOK ? 0 : rc == KNOT_ENOMEM ? ERR_NOMEM : ERR_CRYPTO;
}

/* ---- answers */

/* Where the TSIG record of a message lies. */
struct found {
	bool is_there;
	size_t start;
	struct name owner;
	uint16_t class;
	uint32_t ttl;
	const uint8_t *rdata;
	uint16_t rdata_size;
};

/* Over one name; pointers are not followed. */
static void skip_name(struct wire *w)
{
	uint8_t octet;
	do {
		octet = wire_read_u8(w);
		(void)wire_read(w, octet >= 0xc0 ? 1 : octet);
	} while (octet != 0 && octet < 0xc0 && !wire_error(w));
}

/* RFC 8945 section 5.1: the last record of the additional section, and the only one. false: the message is malformed. */
static bool find(const uint8_t *message, size_t size, struct found *out)
{
	struct wire w = wire_reader(message, size);
	(void)wire_read(&w, 4);
	unsigned questions = wire_read_u16(&w);
	unsigned records = wire_read_u16(&w);
	records += wire_read_u16(&w);
	unsigned additional = wire_read_u16(&w);
	records += additional;
	*out = (struct found){ .is_there = false };
	for (unsigned i = 0; i < questions && !wire_error(&w); i++) {
		skip_name(&w);
		(void)wire_read_u32(&w);
	}
	for (unsigned i = 0; i < records && !wire_error(&w) && !out->is_there; i++) {
		size_t start = w.pos;
		struct wire at = w;
		skip_name(&w);
		bool is_tsig = wire_read_u16(&w) == TYPE_TSIG;
		uint16_t class = wire_read_u16(&w);
		uint32_t ttl = wire_read_u32(&w);
		uint16_t rdata_size = wire_read_u16(&w);
		const uint8_t *rdata = wire_read(&w, rdata_size);
		if (is_tsig) {
			*out = (struct found){ .is_there = true, .start = start, .class = class, .ttl = ttl, .rdata = rdata,
				.rdata_size = rdata_size };
			name_read(&at, &out->owner);
			if (wire_error(&at) || additional == 0 || i != records - 1) {
				return false;
			}
		}
	}
	return wire_done(&w);
}

/* RDATA as libknot takes it: the name of the algorithm uncompressed, sizes that are true. Fields of interest come out. */
static bool is_whole(const struct found *f, uint16_t *error)
{
	struct wire w = wire_reader(f->rdata, f->rdata_size);
	struct name algorithm;
	name_read_plain(&w, &algorithm);
	(void)wire_read(&w, 8);				/* time, fudge */
	(void)wire_read(&w, wire_read_u16(&w));		/* MAC */
	(void)wire_read_u16(&w);			/* original ID */
	*error = wire_read_u16(&w);
	(void)wire_read(&w, wire_read_u16(&w));		/* other data */
	return wire_done(&w) && f->class == CLASS_ANY && f->ttl == 0;
}

static int refuse(char *why, const char *what)
{
	snprintf(why, WHY, "%s", what);
	return ERR_FORMAT;
}

/* What the server says is wrong with our signature. It is not signed itself, but for BADTIME, and only told. */
static int refuse_error(const struct tsig *t, uint16_t error, char *why)
{
	const char *key = t->key->text;
	switch (error) {
	case KNOT_RCODE_BADKEY:
		snprintf(why, WHY, "the server does not know the key %.120s (BADKEY)", key);
		break;
	case KNOT_RCODE_BADSIG:
		snprintf(why, WHY, "the server has another secret or algorithm for the key %.120s (BADSIG)", key);
		break;
	case KNOT_RCODE_BADTIME:
		snprintf(why, WHY, "the clock of the server and ours differ too much (BADTIME)");
		break;
	default:
		snprintf(why, WHY, "the server refuses the signature with the error %u", error);
	}
	return ERR_FORMAT;
}

static int refuse_check(int rc, bool stream, char *why)
{
	switch (rc) {
	case KNOT_ENOMEM:
		return ERR_NOMEM;
	case KNOT_TSIG_EBADKEY:
		return refuse(why, "the answer is signed with another key");
	case KNOT_TSIG_EBADTIME:
		return refuse(why, "the signature of the answer is of another time: compare the clocks, or somebody plays it back");
	default:
		return refuse(why, stream ? "the signature does not fit what came since the last one: it was changed on the way"
			: "the signature of the answer is wrong: the server has another secret, or it was changed on the way");
	}
}

static bool keep(struct tsig *t, const uint8_t *message, size_t size)
{
	if (t->pending_size + size > t->pending_room) {
		size_t room = t->pending_size + size + LIMIT_MESSAGE_OCTETS;
		uint8_t *more = realloc(t->pending, room);
		if (more == NULL) {
			return false;
		}
		t->pending = more;
		t->pending_room = room;
	}
	memcpy(t->pending + t->pending_size, message, size);
	t->pending_size += size;
	return true;
}

/* octets: messages since the last signed one, this one without its TSIG record. */
static int check(struct tsig *t, const struct found *f, const uint8_t *octets, size_t size, char *why)
{
	knot_rrset_t *rr = knot_rrset_new(f->owner.octets, TYPE_TSIG, CLASS_ANY, 0, NULL);
	if (rr == NULL || knot_rrset_add_rdata(rr, f->rdata, f->rdata_size, NULL) != KNOT_EOK) {
		knot_rrset_free(rr, NULL);
		return ERR_NOMEM;
	}
	size_t mac_size = knot_tsig_rdata_is_ok(rr) ? knot_tsig_rdata_mac_length(rr) : 0;
	int rc = KNOT_TSIG_EBADSIG;
	/* A truncated MAC (RFC 8945 section 5.2.2.1) is none: nobody asked for one. */
	if (mac_size > 0 && mac_size == dnssec_tsig_algorithm_size(t->key->key.algorithm)
	    && knot_tsig_rdata_alg(rr) == t->key->key.algorithm) {
		rc = t->begun
			? knot_tsig_client_check_next(rr, octets, size, t->mac, t->mac_size, &t->key->key, t->last_signed)
			: knot_tsig_client_check(rr, octets, size, t->mac, t->mac_size, &t->key->key, t->last_signed);
	}
	if (rc == KNOT_EOK) {
		memcpy(t->mac, knot_tsig_rdata_mac(rr), mac_size);
		t->mac_size = mac_size;
		t->last_signed = knot_tsig_rdata_time_signed(rr);
	}
	knot_rrset_free(rr, NULL);
	return rc == KNOT_EOK ? 0 : refuse_check(rc, t->begun, why);
}

static int take_unsigned(struct tsig *t, const uint8_t *message, size_t size, char *why)
{
	if (!t->begun) {
		snprintf(why, WHY, "the answer is not signed (its RCODE is %u)", message[3] & 15u);
		return ERR_FORMAT;
	}
	if (++t->unsigned_count > TSIG_UNSIGNED_MAX) {
		snprintf(why, WHY, "more than %d messages in a row are not signed", TSIG_UNSIGNED_MAX);
		return ERR_FORMAT;
	}
	t->proven = false;
	return keep(t, message, size) ? 0 : ERR_NOMEM;
}

int tsig_verify(struct tsig *t, uint8_t *message, size_t *size, char why[WHY])
{
	struct found f;
	uint16_t error = 0;
	t->proven = false;
	if (!find(message, *size, &f) || (f.is_there && !is_whole(&f, &error))) {
		return refuse(why, "the message is malformed");
	}
	if (!f.is_there) {
		return take_unsigned(t, message, *size, why);
	}
	if (error != 0) {
		return refuse_error(t, error, why);
	}
	/* RDATA lies behind what is cut off, and stays. */
	struct wire additional = wire_writer(message + 10, 2);
	wire_write_u16(&additional, (uint16_t)((message[10] << 8 | message[11]) - 1));
	if (!keep(t, message, f.start)) {
		return ERR_NOMEM;
	}
	int rc = check(t, &f, t->pending, t->pending_size, why);
	if (rc != 0) {
		return rc;
	}
	*size = f.start;
	t->begun = true;
	t->proven = true;
	t->pending_size = 0;
	t->unsigned_count = 0;
	return 0;
}

bool tsig_is_proven(const struct tsig *t)
{
	return t->proven;
}
