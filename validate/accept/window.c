/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows: a request for a first DS set, and for how long it has been there. */
#include "validate/accept/window.h"

#include <string.h>

#include "validate/accept/form.h"

void window_write(struct wire *w, const struct window *window)
{
	wire_write_u32(w, window->began);
	wire_write_u32(w, window->last_check);
	wire_write_u32(w, window->last_seen);
	wire_write_u32(w, window->span_s);
	wire_write_u16(w, window->checks);
	wire_write(w, window->request_hash, sizeof window->request_hash);
	wire_write(w, window->ns_hash, sizeof window->ns_hash);
}

void window_read(struct wire *w, struct window *out)
{
	*out = (struct window){ .began = wire_read_u32(w) };
	out->last_check = wire_read_u32(w);
	out->last_seen = wire_read_u32(w);
	out->span_s = wire_read_u32(w);
	out->checks = wire_read_u16(w);
	form_read_hash(w, out->request_hash);
	form_read_hash(w, out->ns_hash);
	if (!window_is_open(out)) {
		form_fail(w);
	}
}

void window_begin(struct window *window, uint32_t now, bool counts, const uint8_t request[SHA256_OCTETS],
	const uint8_t ns[SHA256_OCTETS])
{
	*window = (struct window){ .began = now, .last_seen = now, .last_check = counts ? now : 0 };
	memcpy(window->request_hash, request, sizeof window->request_hash);
	memcpy(window->ns_hash, ns, sizeof window->ns_hash);
}

void window_see(struct window *window, uint32_t now)
{
	window->last_seen = now;
}

/* One that began with a probe that does not count has nothing to measure from before its first check. */
void window_count(struct window *window, uint32_t now)
{
	uint32_t gap = window->last_check != 0 ? now - window->last_check : 0;
	window->span_s = gap > UINT32_MAX - window->span_s ? UINT32_MAX : window->span_s + gap;
	window->checks += window->checks < UINT16_MAX;
	window->last_check = now;
	window->last_seen = now;
}

bool window_is_spaced(const struct window *window, const struct bootstrap_policy *p, uint32_t now)
{
	return window->last_check == 0 || now - window->last_check >= p->min_spacing_s;
}

bool window_has_gap(const struct window *window, const struct bootstrap_policy *p, uint32_t now)
{
	uint32_t since = window->last_check != 0 ? window->last_check : window->began;
	return now > since && now - since > p->max_gap_s;
}

bool window_is_complete(const struct window *window, const struct bootstrap_policy *p)
{
	return window->span_s >= p->delay_s && window->checks >= p->min_checks;
}

uint32_t window_when_complete(const struct window *window, const struct bootstrap_policy *p, uint32_t now)
{
	uint64_t from = window->last_check != 0 ? window->last_check : now;
	uint64_t span = p->delay_s > window->span_s ? p->delay_s - window->span_s : 0;
	uint64_t left = p->min_checks > window->checks ? (uint64_t)(p->min_checks - window->checks) : 1;
	uint64_t spaced = left * p->min_spacing_s;
	uint64_t when = from + (span > spaced ? span : spaced);
	return when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
}
