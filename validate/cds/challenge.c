/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which token do the servers of a child have (RFC 8078 section 3.4)? Whether it is the one that was handed out is for
 * validate/accept. Nothing has to be signed: no chain of trust leads to the zone yet. What stands for that is that every address
 * says the same over TCP (T-43). */
#include "validate/cds/challenge.h"

#include <string.h>

#include "validate/cds/judging.h"
#include "validate/wire/err.h"

#define RULE "R8078-3.4-1"
#define LABEL_SIZE 19		/* with the length in front */

static const uint8_t label[LABEL_SIZE] = "\022_cdswalk-challenge";

int challenge_name(const struct name *child, struct name *out)
{
	if (child->size == 0) {
		return ERR_ARG;
	}
	if (child->size > LIMIT_NAME_OCTETS - LABEL_SIZE) {
		return ERR_LIMIT;
	}
	struct name name = { .size = (uint8_t)(LABEL_SIZE + child->size) };
	memcpy(name.octets, label, LABEL_SIZE);
	memcpy(name.octets + LABEL_SIZE, child->octets, child->size);
	*out = name;
	return 0;
}

int challenge_hash(struct crypto *crypto, const void *token, size_t size, uint8_t out[SHA256_OCTETS])
{
	return crypto_sha256(crypto, token, size, out);
}

/* The one string of the one record; else why there is none. */
static const char *find_text(const struct evidence_answer *e, const struct answer *a, struct slice *text)
{
	switch (a->class) {
	case RESPONSE_POS:
		break;
	case RESPONSE_NODATA:
	case RESPONSE_NXD:
		return "has no token";
	case RESPONSE_CNAME:
		return "has an alias there";
	default:
		return a->detail != NULL ? a->detail : "no usable answer";
	}
	if (!e->tcp) {
		return "the answer came over UDP";
	}
	if (a->set.count != 1) {
		return "has more than one TXT record there";
	}
	const struct slice rdata = a->set.rdata[0];
	if (rdata.size < 2 || rdata.data[0] != rdata.size - 1) {
		return "has a TXT record there that is not of one string";
	}
	*text = (struct slice){ rdata.data + 1, rdata.size - 1 };
	return NULL;
}

/* What one address has, beside what those before it have; *lacks NULL: the same. */
static int look_at(struct judging *j, const struct name *name, const struct evidence_answer *e, struct slice *token,
	const char **lacks)
{
	struct slice text = { NULL, 0 };
	struct answer answer;
	int rc = classify_at(name, TYPE_TXT, e, j->verifier, j->arena, &answer);
	if (rc < 0) {
		return rc;
	}
	*lacks = find_text(e, &answer, &text);
	if (*lacks == NULL && token->size > 0 && !slice_equal(*token, text)) {
		*lacks = "has another token than other addresses";
	}
	*token = text;
	return 0;
}

/* RFC 8078 section 3.4: on all name servers of the child, those that did not answer or could not be found included. */
int challenge_read(struct judging *j, uint8_t out[SHA256_OCTETS])
{
	const struct evidence *e = j->in->evidence;
	struct slice token = { NULL, 0 };
	struct name name;
	if (challenge_name(&e->child, &name) != 0) {
		trace_check(&j->trace, RULE, GATE_ALLOWED, CHECK_SKIP, "the name of the child is too long for one where a token could be");
		return 0;
	}
	const char *lacks = reach_lacks(j);
	char where[ADDRESS_TEXT_SIZE] = "";
	int rc = 0;
	for (size_t i = 0; i < e->server_count && lacks == NULL && rc == 0; i++) {
		address_to_text(&e->servers[i].address, where);
		rc = look_at(j, &name, &e->servers[i].challenge, &token, &lacks);
	}
	if (rc < 0) {
		return rc;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(&name, text);
	if (lacks != NULL) {
		trace_check(&j->trace, RULE, GATE_ALLOWED, CHECK_SKIP, "no token is read at %s: %s%s%s", text, where,
			where[0] != '\0' ? " " : "", lacks);
		return 0;
	}
	trace_check(&j->trace, RULE, GATE_ALLOWED, CHECK_PASS, "every address has the same token at %s", text);
	return challenge_hash(j->crypto, token.data, token.size, out);
}
