/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a NOTIFY message in logs and counters: token, sentence. No reason of a decision: nothing is decided by a message.
 * Tokens are a public interface: append only. Each has a story that gets it. */
#pragma once

#define NOTIFY_CODE_LIST(X) \
	X(NOTIFY_MALFORMED, "It is no NOTIFY message that can be read.") \
	X(NOTIFY_MULTI_ZONE, "It is not about one child.") \
	X(NOTIFY_UNAUTHENTICATED, "Its TSIG is missing although it is required, or does not verify.") \
	X(NOTIFY_UNSUPPORTED_TYPE, "It is about a type that is not acted upon.") \
	X(NOTIFY_IGNORED_TYPE, "It is about CSYNC, which is switched off.") \
	X(NOTIFY_NOT_OURS, "Its name is no delegation of ours.") \
	X(NOTIFY_IGNORED_SUSPENDED, "Nothing is done for the child by itself: it has opted out, is suspended or held, or its registrar automates.") \
	X(NOTIFY_IGNORED_INSECURE, "The child has no DS set, and the policy accepts no first one.") \
	X(NOTIFY_RATE_SOURCE, "There were too many messages from its source.") \
	X(NOTIFY_RATE_ZONE, "There were too many messages about the child; it is asked once more when its time has come.") \
	X(NOTIFY_RATE_OPERATOR, "There were too many messages about children with the same name servers.") \
	X(NOTIFY_RATE_TOTAL, "There were too many messages in all.") \
	X(NOTIFY_COALESCED, "The child is about to be asked anyway.") \
	X(NOTIFY_ACCEPTED, "The child is asked now.") \
	X(REPORT_AGENT_REJECTED, "Nothing is reported: the agent domain is no name of a name server of the child, nor below one.")
