/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as two names in wire form, as a text, as a message with compressed names. */
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/wire/name.h"

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void check_name(const struct name *name)
{
	struct name again;
	HOLDS(name_from_wire(name->octets, name->size, &again) == 0 && name_equal(name, &again));
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	HOLDS(strlen(text) < sizeof(text));
	for (const char *t = text; *t != '\0'; t++) {
		HOLDS(*t > 0x20 && *t < 0x7f);
	}
	HOLDS(name_from_text(text, &again) == 0 && name_equal(name, &again));
	HOLDS(name_compare(name, &again) == 0);
	unsigned labels = name_labels(name);
	for (unsigned i = 0; i < labels; i++) {
		struct name parent;
		name_parent(&again, &parent);
		HOLDS(name_labels(&parent) + 1 == name_labels(&again));
		HOLDS(name_is_within(name, &parent) && !name_is_within(&parent, name));
		HOLDS(name_compare(&parent, name) < 0);
		again = parent;
	}
	HOLDS(name_equal(&again, &name_root));
}

static void check_pair(const struct name *a, const struct name *b)
{
	int order = sign(name_compare(a, b));
	HOLDS(order == -sign(name_compare(b, a)));
	HOLDS((order == 0) == name_equal(a, b));
	HOLDS(name_is_within(a, &name_root));
	if (name_is_within(a, b)) {
		HOLDS(order >= 0 && name_labels(a) >= name_labels(b));
	}
}

static void try_wire(const uint8_t *data, size_t size)
{
	struct wire w = wire_reader(data, size);
	struct name a;
	struct name b;
	name_read_plain(&w, &a);
	if (wire_error(&w)) {
		HOLDS(a.size == 0);
		return;
	}
	check_name(&a);
	name_read_plain(&w, &b);
	if (!wire_error(&w)) {
		check_name(&b);
		check_pair(&a, &b);
	}
}

static void try_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	HOLDS(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	struct name name;
	if (name_from_text(text, &name) == 0) {
		check_name(&name);
	}
	free(text);
}

static void try_message(const uint8_t *data, size_t size)
{
	struct wire w = wire_reader(data, size);
	w.pos = size < 12 ? size : 12;
	while (wire_left(&w) > 0) {
		size_t before = w.pos;
		struct name name;
		name_read(&w, &name);
		if (!wire_error(&w)) {
			HOLDS(w.pos > before);
			check_name(&name);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* libFuzzer begins with nothing, at no address. */
	if (size > 0) {
		try_wire(data, size);
		try_text(data, size);
		try_message(data, size);
	}
	return 0;
}
