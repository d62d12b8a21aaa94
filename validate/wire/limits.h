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

/* Work for one child (L-DOS-1, A-15): attempts, not successes. */
#define LIMIT_VERIFY_PER_RRSET 8
#define LIMIT_VERIFY_PER_CHILD 512
#define LIMIT_TAG_COLLISIONS 4
#define LIMIT_NSEC3_ITERATIONS 500

/* Octets of RSA moduli and exponents that are tried; larger keys are unsupported. */
#define LIMIT_RSA_OCTETS 512
#define LIMIT_RSA_EXPONENT_OCTETS 8

/* Encoded evidence of one probe. Beyond it answers are dropped and marked. */
#define LIMIT_EVIDENCE_OCTETS (256 * 1024)

/* A round of questions: answers further apart are not of one state of the child. */
#define LIMIT_ROUND_MS 120000

/* Checks, warnings and replay marks one decision may carry. */
#define LIMIT_CHECKS 256
#define LIMIT_WARNINGS 16
#define LIMIT_MARKS 64

/* Files: octets of one record of a master file, of signatures over NSEC3 kept until the apex' one is seen,
 * records of a file of trust anchors. */
#define LIMIT_FILE_RECORD_OCTETS (1024 * 1024)
#define LIMIT_VIEW_OCTETS (64 * 1024 * 1024)
#define LIMIT_ANCHORS 64
