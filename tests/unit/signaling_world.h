/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recursive server as a recording, for tests of chains and of signaling zones: composed messages, a clock the test turns. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "scanner/net/resolver_replay.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define RECURSIVE "192.0.2.53"
#define OTHER_RECURSIVE "192.0.2.54"

struct recording_file {
	FILE *file;
	char path[64];
};

__attribute__((unused)) static struct name name_of(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), 0);
	return n;
}

/* What an answer says. */
enum said {
	SAID_YES,		/* one record of the type asked for */
	SAID_NO,		/* NODATA, SOA of zone */
	SAID_NXDOMAIN,		/* the same, and NXDOMAIN */
	SAID_NOTHING_ELSE,	/* NODATA without a SOA */
	SAID_ALIAS,		/* a CNAME */
	SAID_SERVFAIL,
	SAID_TRUNCATED,
};

struct saying {
	const char *name;
	uint16_t type;
	enum said said;
	const char *zone;	/* owner of the SOA; of SAID_YES to NS: the hosts, with blanks */
	uint32_t ttl;		/* 0: 300 */
};

static size_t rdata_of(const struct saying *s, const char **hosts, uint8_t rdata[LIMIT_NAME_OCTETS])
{
	static const uint8_t dnskey[] = { 1, 1, 3, 13, 1, 2, 3, 4 };
	static const uint8_t ds[] = { 0, 1, 13, 2, 1, 2, 3, 4 };
	if (s->type == TYPE_NS && s->said == SAID_YES) {
		char host[256];
		size_t size = strcspn(*hosts, " ");
		snprintf(host, sizeof(host), "%.*s", (int)size, *hosts);
		*hosts += size + ((*hosts)[size] == ' ');
		struct name n = name_of(host);
		memcpy(rdata, n.octets, n.size);
		return n.size;
	}
	memcpy(rdata, s->type == TYPE_DS ? ds : dnskey, 8);
	return 8;
}

/* The octets of an answer; how many. */
__attribute__((unused)) static size_t compose(const struct saying *s, uint8_t *out, size_t room)
{
	static const uint8_t soa[] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1 };
	struct name question = name_of(s->name);
	struct name zone = name_of(s->said == SAID_NO || s->said == SAID_NXDOMAIN ? s->zone : ".");
	struct record records[10];
	uint8_t rdata[10][LIMIT_NAME_OCTETS];
	uint32_t ttl = s->ttl ? s->ttl : 300;
	struct message_draft d = { .question = &question, .question_type = s->type, .flags = MESSAGE_FLAG_RD | MESSAGE_FLAG_RA };
	const char *hosts = s->zone;
	size_t count = 0;
	if (s->said == SAID_YES) {
		do {
			size_t size = rdata_of(s, &hosts, rdata[count]);
			records[count] = (struct record){ &question, s->type, CLASS_IN, ttl, { rdata[count], size } };
		} while (++count < 10 && s->type == TYPE_NS && *hosts);
		d.count[SECTION_ANSWER] = count;
		d.records[SECTION_ANSWER] = records;
	} else if (s->said == SAID_NO || s->said == SAID_NXDOMAIN) {
		records[0] = (struct record){ &zone, TYPE_SOA, CLASS_IN, ttl, { soa, sizeof(soa) } };
		d.count[SECTION_AUTHORITY] = 1;
		d.records[SECTION_AUTHORITY] = records;
		d.rcode = s->said == SAID_NO ? RCODE_NOERROR : RCODE_NXDOMAIN;
	} else if (s->said == SAID_ALIAS) {
		records[0] = (struct record){ &question, TYPE_CNAME, CLASS_IN, ttl, { zone.octets, zone.size } };
		d.count[SECTION_ANSWER] = 1;
		d.records[SECTION_ANSWER] = records;
	} else if (s->said == SAID_SERVFAIL) {
		d.rcode = RCODE_SERVFAIL;
	} else if (s->said == SAID_TRUNCATED) {
		d.flags |= MESSAGE_FLAG_TC;
	}
	size_t size = message_compose(&d, out, room);
	assert_true(size > 0);
	return size;
}

__attribute__((unused)) static void recording_begin(struct recording_file *r)
{
	strcpy(r->path, "test_signaling.XXXXXX");
	int fd = mkstemp(r->path);
	assert_true(fd >= 0);
	r->file = fdopen(fd, "w");
	assert_non_null(r->file);
}

/* server "udp 192.0.2.53" and so on. */
__attribute__((unused)) static void recording_say(struct recording_file *r, const char *server, uint32_t delay_ms, const struct saying *s)
{
	uint8_t octets[2048];
	size_t size = compose(s, octets, sizeof(octets));
	fprintf(r->file, "%s %s %u delay=%u ", server, s->name, s->type, (unsigned)delay_ms);
	for (size_t i = 0; i < size; i++) {
		fprintf(r->file, "%02x", octets[i]);
	}
	fputc('\n', r->file);
}

/* status "timeout", "refused", "starved" */
__attribute__((unused)) static void recording_fail(struct recording_file *r, const char *server, const char *name, uint16_t type,
	const char *status)
{
	fprintf(r->file, "%s %s %u delay=10 %s\n", server, name, type, status);
}

__attribute__((unused)) static struct resolver *recording_end(struct recording_file *r)
{
	const char *why = "";
	struct resolver *resolver = NULL;
	fclose(r->file);
	int result = resolver_replay_new(r->path, &resolver, &why);
	unlink(r->path);
	if (result) {
		fail_msg("%s", why);
	}
	return resolver;
}
