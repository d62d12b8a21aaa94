/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows: a request for a first DS set, and for how long it has been there. */
#include "validate/accept/window.h"

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
