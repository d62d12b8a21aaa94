/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of one question, and what ends it. */
#include "scanner/net/asking.h"

#include <assert.h>
#include <ctype.h>

/* A loop that is this late has not read what arrived in time, nor perhaps written the question. */
#define LATE_MS 100
#define EXTENSIONS 3

#define HEADER_OCTETS 12

/* An error without question section (RFC 6895 section 3.1 has it empty, older servers answer EDNS so) passes: identifier and
 * source were checked. Everything else that does not repeat the question is not an answer. */
bool asking_fits(const struct question *q, const uint8_t *m, size_t size)
{
	if (size < HEADER_OCTETS || !(m[2] & 0x80) || (m[2] & 0x78)) {
		return false;
	}
	unsigned questions = (unsigned)m[4] << 8 | m[5];
	if (questions == 0) {
		return (m[3] & 0x0f) != 0;
	}
	if (questions != 1 || size < HEADER_OCTETS + (size_t)q->name.size + 4) {
		return false;
	}
	m += HEADER_OCTETS;
	for (size_t i = 0; i < q->name.size; i++) {
		int octet = m[i] >= 'A' && m[i] <= 'Z' ? m[i] + ('a' - 'A') : m[i];
		if (octet != q->name.octets[i]) {
			return false;
		}
	}
	m += q->name.size;
	return m[0] == q->type >> 8 && m[1] == (q->type & 0xff) && m[2] == 0 && m[3] == 1;
}

static void append(struct asking *a)
{
	struct ended_list *list = a->ended;
	a->next = NULL;
	if (list->head) {
		list->tail->next = a;
	} else {
		list->head = a;
	}
	list->tail = a;
}

static void wake(uv_idle_t *idle)
{
	(void)idle;
}

void asking_end(struct asked *asked, const struct reply *reply)
{
	struct asking *a = (struct asking *)asked;
	assert(a->state == ASKING_ASKED || a->state == ASKING_WAITING);
	uint64_t elapsed_us = a->began_ns ? (uv_hrtime() - a->began_ns) / 1000 : 0;
	a->rtt_us = elapsed_us > UINT32_MAX ? UINT32_MAX : (uint32_t)elapsed_us;
	uv_timer_stop(&a->timer);
	a->reply = *reply;
	if (reply->status == ANSWER_RECEIVED && !asking_fits(&a->question, reply->octets, reply->size)) {
		/* getdns stops listening with the first answer, so nothing better can come. */
		reply_release(&a->reply);
		a->reply.status = ANSWER_TIMEOUT;
	}
	a->state = ASKING_ENDED;
	append(a);
	uv_idle_start(&a->ended->idle, wake);
}

void asking_fail(struct asking *a, enum answer_status status)
{
	struct reply reply = { .status = status };
	asking_end(&a->asked, &reply);
}

static void on_timer(uv_timer_t *timer);

static uint64_t ms_left(const struct asking *a, uint64_t now_ns)
{
	uint64_t end_ns = a->began_ns + (uint64_t)a->question.timeout_ms * 1000000;
	return now_ns >= end_ns ? 0 : (end_ns - now_ns + 999999) / 1000000;
}

/* libuv runs timers before it reads descriptors, and its clock stands still during a callback. So
 * first ask the real clock, then the kernel for what came in time, and only then believe it. Over
 * TCP a late loop may not even have sent the question: then it gets its time again, and after some
 * rounds of that it was us. */
static void on_timer(uv_timer_t *timer)
{
	struct asking *a = timer->data;
	uint64_t now_ns = uv_hrtime();
	uint64_t left = ms_left(a, now_ns);
	if (left > 0) {
		uv_timer_start(&a->timer, on_timer, left, 0);
		return;
	}
	bool tcp = a->question.transport == TRANSPORT_TCP;
	uint64_t late_ms = (now_ns - a->began_ns) / 1000000 - a->question.timeout_ms;
	int descriptor = tcp ? context_descriptor(a->asked.context) : a->asked.descriptor;
	poller_pump(a->ended->poller, descriptor);
	if (a->state != ASKING_ASKED) {
		return;
	}
	if (tcp && late_ms > LATE_MS) {
		if (a->extensions++ < EXTENSIONS) {
			a->began_ns = now_ns;
			uv_timer_start(&a->timer, on_timer, a->question.timeout_ms, 0);
		} else {
			context_cancel(&a->asked, ANSWER_STARVED);
		}
		return;
	}
	if (tcp) {
		/* The connection is not trusted with the next question: closed once nothing waits on it. */
		context_keep_idle(a->asked.context, 0);
	}
	context_cancel(&a->asked, ANSWER_TIMEOUT);
}

void asking_begin(struct asking *a)
{
	a->state = ASKING_ASKED;
	a->began_ns = uv_hrtime();
	uv_timer_start(&a->timer, on_timer, a->question.timeout_ms, 0);
}
