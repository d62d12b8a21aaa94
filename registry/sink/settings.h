/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the settings of a sink: each error is one sentence with file and line. */
#pragma once

#include "registry/sink/sink.h"

/* All keys are among known (NULL-terminated), none comes twice: else ERR_ARG with a sentence that names what there is. */
int settings_check(const struct sink_options *o, const char *const *known, char why[256]);
/* NULL: not given. */
const char *settings_text(const struct sink_options *o, const char *key);
/* *out keeps its value (the default) when the key is not given. ERR_ARG with a sentence. */
int settings_uint(const struct sink_options *o, const char *key, uint64_t min, uint64_t max, uint64_t *out, char why[256]);
int settings_bool(const struct sink_options *o, const char *key, bool *out, char why[256]);
/* One of words (NULL-terminated): its index. */
int settings_word(const struct sink_options *o, const char *key, const char *const *words, size_t *out, char why[256]);
/* ERR_ARG, with a sentence of what is wrong with a value that is given. */
int settings_wrong(const struct sink_options *o, const char *key, const char *what, char why[256]);
/* The secret in the file that a setting names, which is given (registry/peer/secret.h). ERR_ARG with a sentence, ERR_NOMEM. */
int settings_secret(const struct sink_options *o, const char *key, char **out, size_t *size, char why[256]);
/* ERR_ARG with a sentence that names the missing one. */
int settings_need(const struct sink_options *o, const char *key, const char **out, char why[256]);
