/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one list of reasons: number, token, class, EDE, who must act, source, sentence. */
#pragma once

#define REASON_LIST(X) \
	/* accept */ \
	X(1, ACCEPT_UPDATE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR, "RFC 7344 6.2", \
		"The request is proven and keeps the delegation valid; the DS set changes.") \
	X(2, ACCEPT_DELETE, CLASS_ACCEPT, EDE_NONE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT, "RFC 8078 4", \
		"The child asks with valid signatures to leave DNSSEC; the DS set is removed.") \
	/* no-op */ \
	X(20, NOOP_NO_SIGNAL, CLASS_NOOP, EDE_NONE, 0, "RFC 7344 6.1.1", \
		"The child publishes neither CDS nor CDNSKEY.") \
	X(21, NOOP_IN_SYNC, CLASS_NOOP, EDE_NONE, 0, "RFC 7344 4", \
		"The DS set already says what the child asks for.") \
	X(22, NOOP_STATUS_QUO, CLASS_NOOP, EDE_NONE, 0, "RFC 9975 3", \
		"At least one server confirms the present state, so nothing changes; others do not agree.") \
	X(23, NOOP_DELETE_INSECURE, CLASS_NOOP, EDE_NONE, 0, "RFC 8078 4", \
		"The child asks to remove a DS set that is not there.") \
	X(24, NOOP_CHANGE_PENDING, CLASS_NOOP, EDE_NONE, 0, "A-31", \
		"The same change is already on its way to the registry.")

