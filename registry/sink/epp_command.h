/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands we send, as frames without their length. Private to registry/sink. */
#pragma once

#include "registry/sink/epp_data.h"
#include "registry/sink/xml.h"

struct epp_login {
	const char *user, *password;
	const char *language;		/* of the greeting */
};

/* What becomes of the DNSSEC data of a domain: first what is removed, then what is added (RFC 5910 section 5.2.5). */
struct epp_difference {
	bool remove_all;
	struct ds_set ds_remove, ds_add;
	struct epp_keys keys_remove, keys_add;
};

/* Each gives a finished document, or NULL when out of memory. name is without a dot at its end. */
struct xml_writer *epp_command_login(const struct epp_login *l, const char *client_id);
struct xml_writer *epp_command_logout(const char *client_id);
struct xml_writer *epp_command_info(const char *name, const char *client_id);
struct xml_writer *epp_command_update(const char *name, const struct epp_difference *d, const char *client_id);

/* clTRID: the id of the change, so that both sides know what an acknowledgement was for when it was lost, and behind it what makes
 * it unique. What does not fit into 64 characters is taken from the front of the id, which is the same for all. */
void epp_client_id(const char *change, uint64_t session, uint64_t command, char out[EPP_TRID_SIZE]);
/* The name as registries know it. */
void epp_name_text(const struct name *name, char text[NAME_TEXT_SIZE]);
