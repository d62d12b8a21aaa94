/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of one domain in a response. Private to registry/sink. */
#pragma once

#include "registry/sink/epp_data.h"
#include "registry/sink/xml.h"

/* data: domain:infData; secdns: secDNS:infData, NULL: there is none, and so no DS set. What cannot be read is out's fault and no
 * error. ERR_NOMEM. */
int epp_domain_read(const struct xml_node *data, const struct xml_node *secdns, struct arena *arena,
	const struct epp_domain **out);
