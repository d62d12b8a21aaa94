/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges: encode the evidence, judge it as it will be read back, decide whether to look twice. */
#include "scanner/pipeline/judges.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "validate/cds/evidence.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define THREADS_MAX 64

struct judges {
	struct judges_options options;
	struct queue *work;
	size_t count;
	pthread_t threads[THREADS_MAX];
	struct crypto *crypto[THREADS_MAX];
};

struct judge_thread {
	struct judges *judges;
	struct crypto *crypto;
};

/* What a re-sign, a reload or another anycast node between two questions can look like: worth one more
 * look before it is believed. */
static bool may_be_passing(enum reason reason)
{
	switch (reason) {
	case REASON_HOLD_BOGUS_SERVER:
	case REASON_CHILD_BOGUS:
	case REASON_RRSIG_BOGUS:
	case REASON_RRSIG_MISSING:
	case REASON_CONTINUITY_NO_PATH:
	case REASON_CONTINUITY_ALGORITHM:
	case REASON_CONTINUITY_SERVER:
	case REASON_CONTINUITY_DIGEST:
		return true;
	default:
		return false;
	}
}

/* Of what the child asks for, and of what an operator wants to go back to. */
static bool is_worth_a_look(const struct finding *f)
{
	return may_be_passing(f->reason) || (f->back.looked && may_be_passing(f->back.reason));
}

static bool soa_rdata(struct slice octets, struct arena *arena, struct slice *out)
{
	struct message m;
	struct rrset soa;
	if (message_parse(octets.data, octets.size, arena, &m) != ERR_OK || m.question_count != 1
		|| message_rrset(&m, SECTION_ANSWER, &m.question, TYPE_SOA, arena, &soa) != ERR_OK
		|| soa.count != 1) {
		return false;
	}
	*out = soa.rdata[0];
	return true;
}

/* Did the zone change on some server while it was asked? Equal octets are the usual case. */
static bool zone_moved(const struct evidence *e, struct arena *arena)
{
	for (size_t i = 0; i < e->server_count; i++) {
		const struct evidence_answer *first = &e->servers[i].answers[EVIDENCE_SOA];
		const struct evidence_answer *last = &e->servers[i].answers[EVIDENCE_SOA_LAST];
		struct slice a, b;
		if (first->status != EVIDENCE_ANSWERED || last->status != EVIDENCE_ANSWERED
			|| slice_equal(first->octets, last->octets)) {
			continue;
		}
		if (soa_rdata(first->octets, arena, &a) && soa_rdata(last->octets, arena, &b) && !slice_equal(a, b)) {
			return true;
		}
	}
	return false;
}

static const struct server_finding *find_server(const struct finding *f, const struct address *address)
{
	for (size_t i = 0; i < f->server_count; i++) {
		if (address_compare(&f->servers[i].address, address) == 0) {
			return &f->servers[i];
		}
	}
	return NULL;
}

/* Does a server that spoke the first time say nothing the second? */
static bool somebody_fell_silent(const struct finding *first, const struct finding *second)
{
	for (size_t i = 0; i < first->server_count; i++) {
		const struct server_finding *before = &first->servers[i];
		const struct server_finding *now = find_server(second, &before->address);
		if (!before->silent && before->class != RESPONSE_SKIPPED && (now == NULL || now->silent)) {
			return true;
		}
	}
	return false;
}

static int judge_probe(const struct judges *j, struct crypto *crypto, struct job *job)
{
	int ret = evidence_encode(&job->probe->evidence, job->arena, &job->evidence_octets);
	if (ret == ERR_OK) {
		ret = evidence_decode(job->evidence_octets, job->arena, &job->evidence);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	job->now = (uint32_t)(job->evidence.ended_ms / 1000);
	const struct judge_input in = {
		.evidence = &job->evidence,
		.delegation = &job->delegation,
		.rules = &policy_of(j->options.policies, &job->delegation.child)->rules,
		.algorithms = j->options.algorithms,
		.now = job->now,
		.back = job->back,
	};
	return judge(crypto, &in, job->arena, &job->finding);
}

/* The second look is believed where it speaks of the same servers. One that answers over UDP with data that do not
 * validate and over TCP not at all is bogus, not silent: silence would be forgotten in time (R9975-3-5). */
static int judge_job(const struct judges *j, struct crypto *crypto, struct job *job)
{
	const struct job first = *job;
	int ret = judge_probe(j, crypto, job);
	if (ret == ERR_OK && first.second_look && is_worth_a_look(&first.finding)
		&& somebody_fell_silent(&first.finding, &job->finding)) {
		job->evidence = first.evidence;
		job->evidence_octets = first.evidence_octets;
		job->finding = first.finding;
		job->now = first.now;
	}
	return ret;
}

bool judges_want_signals(const struct policy_set *policies)
{
	bool wanted = policies->policy->rules.bootstrap.authenticated;
	for (size_t i = 0; i < policies->suffix_count && !wanted; i++) {
		wanted = policies->suffixes[i].policy->rules.bootstrap.authenticated;
	}
	return wanted;
}

/* A first DS set is asked for over TCP, and where the policy wants signals or a token they are of the same round (T-43). A child whose
 * second look was for something else gets another one; one that was looked at so does not, unless the policy wants to see from
 * other vantages what signals did not prove: whoever is signed for is not asked from there. */
static bool wants_another_look(const struct judges *j, struct job *job)
{
	if (finding_wants_tcp(&job->finding)) {
		const struct bootstrap_rules *rules = &policy_of(j->options.policies, &job->delegation.child)->rules.bootstrap;
		bool had = job->second_look && (job->signals || !rules->authenticated) && (job->challenge || !rules->challenge);
		bool everywhere = rules->vantages > 1 && (had || !rules->authenticated);
		bool more = !had || (everywhere && !job->vantages);
		job->signals = rules->authenticated;
		job->challenge = rules->challenge;
		job->vantages = everywhere;
		return more;
	}
	return !job->second_look && (is_worth_a_look(&job->finding) || zone_moved(&job->evidence, job->arena));
}

static void *work(void *arg)
{
	struct judge_thread *self = arg;
	struct judges *j = self->judges;
	struct crypto *crypto = self->crypto;
	free(self);
	struct job *job;
	while ((job = (struct job *)queue_pop(j->work)) != NULL) {
		job->failed = job->failed || judge_job(j, crypto, job) != ERR_OK;
		if (!job->failed && wants_another_look(j, job)) {
			j->options.again(j->options.user, job);
		} else {
			queue_push(j->options.judged, &job->node);
		}
	}
	return NULL;
}

static size_t threads_wanted(size_t asked)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = asked > 0 ? asked : processors > 1 ? (size_t)processors - 1 : 1;
	return n < THREADS_MAX ? n : THREADS_MAX;
}

static int start_thread(struct judges *j)
{
	struct judge_thread *self = malloc(sizeof(*self));
	j->crypto[j->count] = crypto_new();
	if (self == NULL || j->crypto[j->count] == NULL) {
		crypto_free(j->crypto[j->count]);
		free(self);
		return ERR_CRYPTO;
	}
	*self = (struct judge_thread){ .judges = j, .crypto = j->crypto[j->count] };
	if (pthread_create(&j->threads[j->count], NULL, work, self) != 0) {
		crypto_free(j->crypto[j->count]);
		free(self);
		return ERR_NOMEM;
	}
	j->count++;
	return ERR_OK;
}

int judges_new(const struct judges_options *options, struct judges **out)
{
	struct judges *j = calloc(1, sizeof(*j));
	if (j == NULL) {
		return ERR_NOMEM;
	}
	j->options = *options;
	j->work = queue_new();
	int ret = j->work == NULL ? ERR_NOMEM : ERR_OK;
	size_t wanted = threads_wanted(options->threads);
	while (ret == ERR_OK && j->count < wanted) {
		ret = start_thread(j);
	}
	if (ret != ERR_OK) {
		judges_free(j);
		return ret;
	}
	*out = j;
	return ERR_OK;
}

void judges_push(struct judges *j, struct job *job)
{
	queue_push(j->work, &job->node);
}

void judges_free(struct judges *j)
{
	if (j == NULL) {
		return;
	}
	if (j->work != NULL) {
		queue_close(j->work);
	}
	for (size_t i = 0; i < j->count; i++) {
		pthread_join(j->threads[i], NULL);
		crypto_free(j->crypto[i]);
	}
	queue_free(j->work);
	free(j);
}
