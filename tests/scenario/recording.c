/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the servers of a story say, as recordings: one for each place that they are asked from. */
#include "tests/scenario/recording.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/zone_challenge.h"
#include "validate/wire/err.h"

#define TC_OCTET 2
#define TC_BIT 0x02
#define HEADER_OCTETS 12
#define CHALLENGE_LABEL "_cdswalk-challenge."

static void write_octets(FILE *f, struct slice octets, bool truncated)
{
	/* Cut to the header and the bit that says so: what else is left of it is nothing to go by. */
	size_t size = truncated ? HEADER_OCTETS : octets.size;
	for (size_t i = 0; i < size; i++) {
		unsigned octet = octets.data[i];
		if (truncated && i == TC_OCTET) {
			octet |= TC_BIT;
		}
		fprintf(f, "%02x", truncated && i >= 4 ? 0 : octet);
	}
	fputc('\n', f);
}

/* What is said where. */
struct line {
	const char *transport;
	const struct voice *voice;
	const struct address *address;
};

static void write_answer(FILE *f, const struct line *l, const char *type, const struct evidence_answer *a)
{
	char address[ADDRESS_TEXT_SIZE];
	address_to_text(l->address, address);
	if (a->status == EVIDENCE_TIMEOUT) {
		return;
	}
	fprintf(f, "%s %s %s" ZONE_CHILD " %s delay=%u ", l->transport, address, strcmp(type, "TXT") == 0 ? CHALLENGE_LABEL : "",
		type, (unsigned)l->voice->delay_ms);
	if (a->status == EVIDENCE_ANSWERED) {
		write_octets(f, a->octets, l->voice->truncated);
	} else {
		fputs("refused\n", f);
	}
}

static void write_voice(FILE *f, const struct line *l, const struct evidence_server *s, const struct evidence_answer *ns)
{
	static const char *const types[EVIDENCE_QUESTIONS] = { "SOA", "CDS", "CDNSKEY", "DNSKEY", "SOA" };
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		write_answer(f, l, types[q], &s->answers[q]);
	}
	write_answer(f, l, "NS", ns);
}

static void write_token(FILE *f, const struct line *l, struct arena *arena)
{
	if (!l->voice->token_lost) {
		const struct evidence_answer a = challenge_build(l->voice->token, arena);
		write_answer(f, l, "TXT", &a);
	}
}

/* What every server says over this transport: as it is, or as it has to be found. */
static void build(const struct world *w, const struct voice *(*voice_of)(const struct server *s, size_t place), size_t place,
	struct says says[SERVERS_MAX], struct evidence *e)
{
	for (size_t i = 0; i < w->server_count; i++) {
		says[i] = voice_of(&w->servers[i], place)->says;
		says[i].on = true;
		if (w->policy->rules.bootstrap.authenticated && says[i].operator == OPERATOR_NOT_ASKED) {
			says[i].operator = OPERATOR_SAYS_NOTHING;
		}
	}
	evidence_build(says, w->arena, e);
}

static const struct voice *voice_over_udp(const struct server *s, size_t place)
{
	(void)place;
	return &s->udp;
}

static const struct voice *voice_over_tcp(const struct server *s, size_t place)
{
	return place == 0 ? &s->tcp : &s->elsewhere[place - 1];
}

static void write_servers(FILE *f, struct world *w, bool tcp, size_t place, struct evidence *e)
{
	const struct voice *(*voice_of)(const struct server *s, size_t place) = tcp ? voice_over_tcp : voice_over_udp;
	struct says says[SERVERS_MAX] = { 0 };
	build(w, voice_of, place, says, e);
	for (size_t i = 0; i < w->server_count; i++) {
		const struct evidence_answer ns = ns_build(says, i, w->arena);
		const struct line l = { tcp ? "tcp" : "udp", voice_of(&w->servers[i], place), &e->servers[i].address };
		write_voice(f, &l, &e->servers[i], &ns);
		if (w->policy->rules.bootstrap.challenge) {
			write_token(f, &l, w->arena);
		}
	}
}

/* At another place nothing is asked over UDP, and no signals are. */
static void write_recording(struct world *w, const char *path, size_t place)
{
	struct evidence over_udp, over_tcp;
	FILE *f = fopen(path, "w");
	if (f == NULL) {
		give_up("%s cannot be written", path);
	}
	if (place == 0) {
		write_servers(f, w, false, place, &over_udp);
	}
	write_servers(f, w, true, place, &over_tcp);
	if (place == 0 && w->policy->rules.bootstrap.authenticated) {
		enum signal_trouble troubles[SERVERS_MAX];
		for (size_t i = 0; i < w->server_count; i++) {
			troubles[i] = w->servers[i].signal;
		}
		signals_write(f, &over_tcp, troubles, w->arena);
	}
	fclose(f);
}

struct host recording_host(size_t i)
{
	return (struct host){ .status = HOST_RESOLVED, .count = 1, .addresses = { { 4, { 192, 0, 2, (uint8_t)(i + 1) } } } };
}

/* nsI.example.net.: the first label has its number. */
static int lookup_known(void *user, const struct name *host, uint64_t now_ms, hosts_callback *done, void *done_user)
{
	const struct host h = recording_host((size_t)(host->octets[3] - '1'));
	(void)user;
	(void)now_ms;
	done(done_user, &h);
	return ERR_OK;
}

/* The same recording has a recursive server. */
static void open_signaling(struct world *w, const char *path)
{
	const char *why = "";
	struct address upstream;
	must(address_from_text(SIGNALS_RECURSIVE, &upstream), SIGNALS_RECURSIVE);
	if (resolver_replay_new(path, &w->recursive, &why) != ERR_OK) {
		give_up("%s: %s", path, why);
	}
	resolver_replay_turn(w->recursive, w->now.steady_ms);
	const struct signaling_options o = { .resolver = w->recursive, .upstreams = &upstream, .upstream_count = 1,
		.lookup = lookup_known };
	must(signaling_new(&o, &w->signaling), "signaling_new");
}

static struct resolver *open_place(struct world *w, size_t place, char path[128])
{
	const char *why = "";
	struct resolver *r = NULL;
	snprintf(path, 128, "%s/recording-%zu", w->dir, place);
	write_recording(w, path, place);
	if (resolver_replay_new(path, &r, &why) != ERR_OK) {
		give_up("%s: %s", path, why);
	}
	resolver_replay_turn(r, w->now.steady_ms);
	return r;
}

void recording_open(struct world *w)
{
	char path[128];
	for (size_t i = 1; i < w->walk_options.probe.vantage_count; i++) {
		w->others[i - 1] = open_place(w, i, path);
	}
	w->resolver = open_place(w, 0, path);
	open_signaling(w, path);
}

uint64_t recording_turn(struct world *w)
{
	uint64_t next_ms = resolver_replay_turn(w->resolver, w->now.steady_ms);
	uint64_t known_ms = resolver_replay_turn(w->recursive, w->now.steady_ms);
	next_ms = known_ms < next_ms ? known_ms : next_ms;
	for (size_t i = 1; i < w->walk_options.probe.vantage_count; i++) {
		uint64_t due_ms = resolver_replay_turn(w->others[i - 1], w->now.steady_ms);
		next_ms = due_ms < next_ms ? due_ms : next_ms;
	}
	return next_ms;
}

static void close_replay(const struct world *w, struct resolver *r)
{
	r->ops->close(r);
	resolver_replay_turn(r, w->now.steady_ms);
}

void recording_close(struct world *w)
{
	close_replay(w, w->resolver);
	for (size_t i = 1; i < w->walk_options.probe.vantage_count; i++) {
		close_replay(w, w->others[i - 1]);
	}
	signaling_close(w->signaling);
	resolver_replay_turn(w->recursive, w->now.steady_ms);
}
