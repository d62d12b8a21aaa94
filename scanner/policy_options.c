/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of a policy from text and into text. A bare number is no duration: whoever writes 72 may mean anything. */
#include "scanner/policy_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scanner/policy_values.h"
#include "scanner/yaml.h"
#include "validate/wire/err.h"

_Static_assert(sizeof(enum types_mode) == sizeof(unsigned) && sizeof(enum digest_mode) == sizeof(unsigned)
	&& sizeof(enum continuity_mode) == sizeof(unsigned) && sizeof(enum replay_guard) == sizeof(unsigned), "words are kept as unsigned numbers");

const char *const value_methods[POLICY_METHODS + 1] = { "rfc9615", "channel", "checked", "delay", "challenge", "inception",
	NULL };
static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const struct {
	char letter;
	uint32_t seconds;
} units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

#define PPM_PERCENT 10000u

/* ---- single values */

/* Decimal digits without leading zeros at *at, which moves behind them. */
static bool read_number(const char **at, uint64_t *out)
{
	const char *p = *at;
	uint64_t number = 0;
	size_t n = 0;
	while (n < 11 && p[n] >= '0' && p[n] <= '9') {
		number = number * 10 + (uint64_t)(p[n++] - '0');
	}
	*at = p + n;
	*out = number;
	return n > 0 && (n == 1 || p[0] != '0');
}

static bool count_from(const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
	uint64_t number;
	if (!read_number(&text, &number) || *text != '\0' || number < least || number > most) {
		return false;
	}
	*out = (uint32_t)number;
	return true;
}

bool value_duration_from(const char *text, uint32_t *out)
{
	uint64_t number;
	if (!read_number(&text, &number) || *text == '\0' || text[1] != '\0') {
		return false;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].letter == *text && number <= UINT32_MAX / units[i].seconds) {
			*out = (uint32_t)(number * units[i].seconds);
			return true;
		}
	}
	return false;
}

void value_duration_text(uint32_t seconds, char text[DURATION_TEXT])
{
	size_t i = 0;
	while (units[i].seconds > 1 && (seconds == 0 || seconds % units[i].seconds != 0)) {
		i++;
	}
	snprintf(text, DURATION_TEXT, "%" PRIu32 "%c", seconds / units[i].seconds, units[i].letter);
}

/* Percent with up to four decimals. */
static bool share_from(const char *text, uint32_t *out)
{
	uint64_t whole;
	uint32_t part = 0;
	uint32_t place = PPM_PERCENT;
	if (!read_number(&text, &whole) || whole > 100) {
		return false;
	}
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9' && place > 1; text++) {
			place /= 10;
			part += (uint32_t)(*text - '0') * place;
		}
		if (place == PPM_PERCENT) {
			return false;
		}
	}
	*out = (uint32_t)whole * PPM_PERCENT + part;
	return strcmp(text, "%") == 0 && *out <= 100 * PPM_PERCENT;
}

static void share_text(uint32_t ppm, char text[OPTION_TEXT])
{
	char decimals[8];
	snprintf(decimals, sizeof(decimals), ".%04" PRIu32, ppm % PPM_PERCENT);
	size_t n = strlen(decimals);
	while (n > 0 && (decimals[n - 1] == '0' || decimals[n - 1] == '.')) {
		decimals[--n] = '\0';
	}
	snprintf(text, OPTION_TEXT, "%" PRIu32 "%s%%", ppm / PPM_PERCENT, decimals);
}

static bool word_from(const char *text, const char *const *words, unsigned *out)
{
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (strcmp(text, words[i]) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* "fri 18:00", nine octets. */
static bool moment_from(const char *text, uint16_t *out)
{
	static const char form[] = "ddd 00:00";
	for (size_t i = 4; i < sizeof(form) - 1; i++) {
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) {
			return false;
		}
	}
	unsigned hour = (unsigned)(text[4] - '0') * 10 + (unsigned)(text[5] - '0');
	unsigned minute = (unsigned)(text[7] - '0') * 10 + (unsigned)(text[8] - '0');
	for (unsigned day = 0; day < 7; day++) {
		if (memcmp(text, days[day], 3) == 0 && text[3] == ' ') {
			*out = (uint16_t)((day * 24 + hour) * 60 + minute);
			return hour < 24 && minute < 60;
		}
	}
	return false;
}

static bool freeze_from(const char *text, struct freeze *out)
{
	return strlen(text) == 19 && text[9] == '-' && moment_from(text, &out->from_min)
		&& moment_from(text + 10, &out->to_min) && out->from_min != out->to_min;
}

static void freeze_text(const struct freeze *f, char text[OPTION_TEXT])
{
	unsigned from = f->from_min;
	unsigned to = f->to_min;
	snprintf(text, OPTION_TEXT, "%s %02u:%02u-%s %02u:%02u", days[from / 1440 % 7], from / 60 % 24, from % 60,
		days[to / 1440 % 7], to / 60 % 24, to % 60);
}

static bool anchor_from(const char *text, struct ds *out)
{
	return ds_from_text(text, out) == ERR_OK && ds_is_wellformed(out);
}

/* ---- lists */

static void put_methods(struct policy *p, const uint8_t *methods, size_t count)
{
	memset(p->bootstrap.methods, 0, sizeof(p->bootstrap.methods));
	memcpy(p->bootstrap.methods, methods, count);
	p->bootstrap.method_count = (uint8_t)count;
	p->rules.bootstrap.enabled = count > 0;
	p->rules.bootstrap.authenticated = policy_uses(p, BOOTSTRAP_AUTHENTICATED);
	p->rules.bootstrap.challenge = policy_uses(p, BOOTSTRAP_CHALLENGE);
}

static bool put_anchors(struct policy *p, const struct ds *anchors, size_t count)
{
	struct bootstrap_rules *r = &p->rules.bootstrap;
	struct ds sorted[OPTION_ITEMS];
	struct ds_set set = { .count = count, .ds = sorted };
	memcpy(sorted, anchors, count * sizeof(*anchors));
	ds_set_normalize(&set);
	memset(r->anchors, 0, sizeof(r->anchors));
	memcpy(r->anchors, sorted, set.count * sizeof(*sorted));
	r->anchor_count = (uint8_t)set.count;
	return set.count == count;
}

/* The first item that is none; count when all are. */
static size_t set_list(const struct policy_option *o, const struct option_value *v, struct policy *p)
{
	uint8_t methods[OPTION_ITEMS] = { 0 };
	struct ds anchors[OPTION_ITEMS];
	size_t i = 0;
	for (bool good = true; good && i < v->count; i += good) {
		unsigned word = 0;
		switch (o->type) {
		case OPTION_METHODS:
			good = word_from(v->items[i], value_methods, &word) && memchr(methods, (int)word + 1, i) == NULL;
			methods[i] = (uint8_t)(word + 1);
			break;
		case OPTION_DURATIONS:
			good = value_duration_from(v->items[i], &p->retry_s[i]);
			break;
		case OPTION_FREEZES:
			good = freeze_from(v->items[i], &p->freezes[i]);
			break;
		default:
			good = anchor_from(v->items[i], &anchors[i]);
			break;
		}
	}
	if (i < v->count) {
		return i;
	}
	if (o->type == OPTION_METHODS) {
		put_methods(p, methods, i);
	} else if (o->type == OPTION_DURATIONS) {
		p->retry_count = (uint8_t)i;
	} else if (o->type == OPTION_FREEZES) {
		p->freeze_count = (uint8_t)i;
	} else if (!put_anchors(p, anchors, i)) {
		return i - 1;
	}
	return i;
}

static size_t list_count(const struct policy_option *o, const struct policy *p)
{
	switch (o->type) {
	case OPTION_METHODS:
		return p->bootstrap.method_count;
	case OPTION_DURATIONS:
		return p->retry_count;
	case OPTION_FREEZES:
		return p->freeze_count;
	default:
		return p->rules.bootstrap.anchor_count;
	}
}

static void get_item(const struct policy_option *o, const struct policy *p, size_t i, char text[OPTION_TEXT])
{
	switch (o->type) {
	case OPTION_METHODS:
		snprintf(text, OPTION_TEXT, "%s", value_methods[p->bootstrap.methods[i] - 1]);
		break;
	case OPTION_DURATIONS:
		value_duration_text(p->retry_s[i], text);
		break;
	case OPTION_FREEZES:
		freeze_text(&p->freezes[i], text);
		break;
	default:
		ds_to_text(&p->rules.bootstrap.anchors[i], text);
		break;
	}
}

/* ---- an option */

static bool set_text(const struct policy_option *o, const char *text, char *at)
{
	size_t size = strlen(text);
	bool good = size >= o->least && size <= o->most && text[0] != ' ' && text[size - 1] != ' ';
	for (size_t i = 0; i < size; i++) {
		good = good && text[i] >= 0x20 && text[i] <= 0x7e;
	}
	if (good) {
		memset(at, 0, o->most + 1);
		memcpy(at, text, size);
	}
	return good;
}

static bool set_number(const struct policy_option *o, const char *text, uint32_t *out)
{
	switch (o->type) {
	case OPTION_DURATION:
		return value_duration_from(text, out) && *out >= o->least && *out <= o->most;
	case OPTION_SHARE:
		return share_from(text, out);
	case OPTION_COUNT32:
		*out = UINT32_MAX;
		return strcmp(text, "none") == 0 || count_from(text, o->least, o->most, out);
	default:
		return count_from(text, o->least, o->most, out);
	}
}

static bool set_single(const struct policy_option *o, const char *text, struct policy *p)
{
	char *at = (char *)p + o->offset;
	uint32_t number = 0;
	unsigned word = 0;
	switch (o->type) {
	case OPTION_TEXT_VALUE:
		return set_text(o, text, at);
	case OPTION_FLAG:
		*(bool *)at = strcmp(text, "yes") == 0;
		return *at != 0 || strcmp(text, "no") == 0;
	case OPTION_WORD:
		if (!word_from(text, o->words, &word)) {
			return false;
		}
		memcpy(at, &word, sizeof(word));
		return true;
	default:
		break;
	}
	if (!set_number(o, text, &number)) {
		return false;
	}
	if (o->type == OPTION_COUNT8) {
		*(uint8_t *)at = (uint8_t)number;
	} else if (o->type == OPTION_COUNT16) {
		const uint16_t small = (uint16_t)number;
		memcpy(at, &small, sizeof(small));
	} else {
		memcpy(at, &number, sizeof(number));
	}
	return true;
}

bool policy_option_set(const struct policy_option *o, const struct option_value *value, struct policy *p,
	char why[OPTION_WHY])
{
	char range[OPTION_RANGE];
	struct policy changed = *p;
	size_t wrong = 0;
	policy_option_range(o, range);
	if (value->is_list != policy_option_is_list(o) || (value->is_list ? value->count > o->most : value->count != 1)) {
		snprintf(why, OPTION_WHY, "%s takes %s", o->name, range);
		return false;
	}
	if (value->is_list) {
		wrong = set_list(o, value, &changed);
	} else {
		wrong = set_single(o, value->items[0], &changed) ? 1 : 0;
	}
	if (wrong < value->count) {
		const char *unit = o->type == OPTION_DURATION || o->type == OPTION_DURATIONS
			? ", a number and one of s, m, h and d" : "";
		snprintf(why, OPTION_WHY, "%s takes %s%s, not \"%.*s\"", o->name, range, unit, YAML_QUOTED, value->items[wrong]);
		return false;
	}
	*p = changed;
	return true;
}

static void get_number(const struct policy_option *o, uint32_t number, char text[OPTION_TEXT])
{
	if (o->type == OPTION_DURATION) {
		value_duration_text(number, text);
	} else if (o->type == OPTION_SHARE) {
		share_text(number, text);
	} else if (o->type == OPTION_COUNT32 && number == UINT32_MAX) {
		snprintf(text, OPTION_TEXT, "none");
	} else {
		snprintf(text, OPTION_TEXT, "%" PRIu32, number);
	}
}

static void get_single(const struct policy_option *o, const struct policy *p, char text[OPTION_TEXT])
{
	const char *at = (const char *)p + o->offset;
	uint32_t number = 0;
	uint16_t small = 0;
	switch (o->type) {
	case OPTION_TEXT_VALUE:
		snprintf(text, OPTION_TEXT, "%s", at);
		return;
	case OPTION_FLAG:
		snprintf(text, OPTION_TEXT, "%s", *(const bool *)at ? "yes" : "no");
		return;
	case OPTION_WORD:
		memcpy(&number, at, sizeof(number));
		snprintf(text, OPTION_TEXT, "%s", o->words[number]);
		return;
	case OPTION_COUNT8:
		number = *(const uint8_t *)at;
		break;
	case OPTION_COUNT16:
		memcpy(&small, at, sizeof(small));
		number = small;
		break;
	default:
		memcpy(&number, at, sizeof(number));
		break;
	}
	get_number(o, number, text);
}

void policy_option_get(const struct policy_option *o, const struct policy *p, struct option_value *out)
{
	memset(out, 0, sizeof(*out));
	out->is_list = policy_option_is_list(o);
	out->count = out->is_list ? list_count(o, p) : 1;
	if (!out->is_list) {
		get_single(o, p, out->items[0]);
		return;
	}
	for (size_t i = 0; i < out->count; i++) {
		get_item(o, p, i, out->items[i]);
	}
}
