/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text form of times. */
#include "validate/wire/time_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "validate/wire/err.h"

/* Days since the epoch of a date in the proleptic Gregorian calendar; timegm is not POSIX. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool all_digits(const char *text)
{
	const char *at = text;
	while (is_digit(*at)) {
		at++;
	}
	return *at == '\0' && at != text;
}

/* Signatures know 32 bits of time; anything above is a slip of the keyboard. */
static int take_seconds(uint64_t value, uint64_t *seconds)
{
	if (value > UINT32_MAX) {
		return ERR_FORMAT;
	}
	*seconds = value;
	return ERR_OK;
}

static int days_in(int year, int month)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

static int from_fields(const int f[6], uint64_t *seconds)
{
	static const int least[6] = { 1970, 1, 1, 0, 0, 0 };
	static const int most[6] = { 9999, 12, 31, 23, 59, 60 };
	for (int i = 0; i < 6; i++) {
		if (f[i] < least[i] || f[i] > most[i]) {
			return ERR_FORMAT;
		}
	}
	if (f[2] > days_in(f[0], f[1])) {
		return ERR_FORMAT;
	}
	return take_seconds((uint64_t)(days_of(f[0], f[1], f[2]) * 86400 + f[3] * 3600 + f[4] * 60 + f[5]), seconds);
}

/* Digits of the two calendar forms in order: year four, the rest two each. */
static int from_digits(const char *digits, uint64_t *seconds)
{
	static const int width[6] = { 4, 2, 2, 2, 2, 2 };
	int f[6];
	for (int i = 0; i < 6; i++) {
		f[i] = 0;
		for (int k = 0; k < width[i]; k++) {
			f[i] = f[i] * 10 + (*digits++ - '0');
		}
	}
	return from_fields(f, seconds);
}

int time_from_text(const char *text, uint64_t *seconds)
{
	size_t size = strlen(text);
	if (all_digits(text) && size == 14) {
		return from_digits(text, seconds);
	}
	if (all_digits(text)) {
		uint64_t value = 0;
		for (const char *at = text; *at != '\0' && value <= UINT32_MAX; at++) {
			value = value * 10 + (uint64_t)(*at - '0');
		}
		return take_seconds(value, seconds);
	}
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	char digits[15];
	size_t n = 0;
	if (size != sizeof(form) - 1) {
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < size; i++) {
		if (form[i] == 'd' && is_digit(text[i])) {
			digits[n++] = text[i];
		} else if (form[i] != text[i]) {
			return ERR_FORMAT;
		}
	}
	digits[n] = '\0';
	return from_digits(digits, seconds);
}
