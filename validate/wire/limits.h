/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every ceiling on what a stranger can make bigger, in one place. */
#pragma once

/* RFC 1035 section 3.1: octets of a name in wire form, labels of a name. */
#define LIMIT_NAME_OCTETS 255
#define LIMIT_NAME_LABELS 128

/* A message: octets, records kept of one message, compression jumps a name. */
#define LIMIT_MESSAGE_OCTETS 65535
#define LIMIT_MESSAGE_RECORDS 512
#define LIMIT_NAME_JUMPS 64

/* A zone transfer (RFC 5936): octets and time of all of it; time of one message, and of the connection. */
#define LIMIT_TRANSFER_OCTETS (UINT64_C(64) << 30)
#define LIMIT_TRANSFER_S 21600
#define LIMIT_TRANSFER_MESSAGE_MS 60000
#define LIMIT_TRANSFER_CONNECT_MS 10000

/* Hosts of one NS set, addresses of one host, addresses asked for one child. */
#define LIMIT_NS_HOSTS 32
#define LIMIT_HOST_ADDRESSES 8
#define LIMIT_CHILD_ADDRESSES 32

/* Records of the DS set in the parent; records a CDS or CDNSKEY RRset may have
 * before it is TOO_MANY_RECORDS (the policy may lower it; A-15). */
#define LIMIT_DS 64
#define LIMIT_CDS 20
#define LIMIT_DNSKEY 32
#define LIMIT_DIGEST_OCTETS 64

/* Work for one child (L-DOS-1, A-15): all that is charged by validate/dnssec/cost.h, so that no child takes 20 ms of CPU
 * for each place that it was asked from.
 * RRSIGs of one RRset that are looked at; attempts, not successes, in one search for a signature over it; keys with one
 * tag and algorithm. */
#define LIMIT_COST_NS 16000000
#define LIMIT_SIGNATURES 32
#define LIMIT_VERIFY_PER_RRSET 8
#define LIMIT_TAG_COLLISIONS 4
#define LIMIT_NSEC3_ITERATIONS 500

/* Octets of RSA moduli and exponents that are tried; larger keys are unsupported. Exponents in use are 3, 17, 65537 and
 * 2^32 + 1, and BIND verifies with none above 35 bits: a longer one serves nobody but who wants to waste our time. */
#define LIMIT_RSA_OCTETS 512
#define LIMIT_RSA_EXPONENT_OCTETS 5

/* Encoded evidence of one probe. Beyond it answers are dropped and marked. */
#define LIMIT_EVIDENCE_OCTETS (256 * 1024)
/* Different answers in it. */
#define LIMIT_EVIDENCE_ANSWERS 512

/* Links of one chain of trust, from the root to a signaling zone: DNSKEY and DS of every name on the way (RFC 9615). */
#define LIMIT_LINKS 64
/* Trust anchors of the root in a policy; octets of the name of a registrar and of a registration, with the NUL. */
#define LIMIT_ROOT_ANCHORS 8
#define LIMIT_LABEL_TEXT 64

/* Places that one child is asked from (R8078-5-1), the first one included. */
#define LIMIT_VANTAGES 4

/* A round of questions: answers further apart are not of one state of the child. */
#define LIMIT_ROUND_MS 120000

/* Checks, warnings and replay marks one decision may carry. With 32 addresses that all answer differently there are some
 * 400 checks; warnings are reasons, and there is room for all. */
#define LIMIT_CHECKS 1024
#define LIMIT_WARNINGS 128
#define LIMIT_MARKS 64

/* Files: octets of one record of a master file, of signatures over NSEC3 kept until the apex' one is seen,
 * records of a file of trust anchors. */
#define LIMIT_FILE_RECORD_OCTETS (1024 * 1024)
#define LIMIT_VIEW_OCTETS (64 * 1024 * 1024)
#define LIMIT_ANCHORS 64
