/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the EPP sink, checked. Private to registry/sink. */
#pragma once

#include "registry/sink/epp_data.h"
#include "registry/sink/parts.h"

#define EPP_PIPELINE_MAX 64

struct epp_settings {
	char host[256];
	char port[8];
	const char *ca_file;		/* NULL: the authorities of the system */
	const char *certificate_file;	/* NULL: none is shown to the server */
	char *key;			/* PEM, of secret_read; NULL with certificate_file */
	const char *user;
	char *password;			/* of secret_read */
	enum epp_profile profile;
	bool replace;
	size_t pipeline;
	uint32_t timeout_s;
};

/* Texts live as long as o. ERR_ARG, ERR_IO, ERR_LIMIT, ERR_NOMEM with a sentence: out is empty then. */
int epp_settings_read(const struct sink_options *o, struct epp_settings *out, char why[SINK_WHY]);
void epp_settings_deinit(struct epp_settings *s);
