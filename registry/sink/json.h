/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON lines written with yajl: one object a line, keys in the order they are put. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "validate/dnssec/ds.h"
#include "validate/wire/name.h"

struct json;
struct text;

/* One writer can make many objects. NULL when out of memory. */
struct json *json_new(void);
void json_free(struct json *j);

/* key is NULL inside an array and for the outermost object. Errors are sticky and come out of json_end_line. */
void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key);
void json_array_end(struct json *j);
/* Text is any octets: what is not printable ASCII or UTF-8 is escaped. NULL gives null. */
void json_string(struct json *j, const char *key, const char *text);
void json_uint(struct json *j, const char *key, uint64_t value);
/* Milliseconds with three decimals from microseconds: rtt_ms. */
void json_ms(struct json *j, const char *key, uint64_t microseconds);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
void json_name(struct json *j, const char *key, const struct name *name);
void json_hex(struct json *j, const char *key, const void *data, size_t size);	/* lower case */
/* "2026-11-21T02:00:00Z"; 0 gives null. */
void json_time(struct json *j, const char *key, uint64_t seconds);
/* Array of "tag algorithm digest-type HEX". */
void json_ds_set(struct json *j, const char *key, const struct ds_set *set);
/* Of those that are not in without, too (NULL: none). */
void json_ds_without(struct json *j, const char *key, const struct ds_set *set, const struct ds_set *without);
/* Writes the finished object and a newline, and is ready for the next. ERR_NOMEM, ERR_IO. */
int json_end_line(struct json *j, FILE *to);
/* The same, behind what is in out. ERR_NOMEM. */
int json_end_text(struct json *j, struct text *out);
