/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command dnssec-cds: takes the place of BIND's program of that name, with the rules of this one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "registry/sink/replace.h"
#include "validate/accept/decision.h"
#include "validate/wire/arena.h"

/* -s: a time, a distance from now, or one from the modification time of the dsset file. */
enum start_base { START_FILE = 0, START_ABSOLUTE, START_NOW };

struct dnssec_cds_options {
	struct name child;
	const char *child_file;
	const char *ds_path;		/* a dsset file, or the directory it lies in */
	uint8_t digests;		/* bit n: DS records may have digest type n */
	bool prefer_cdnskey;
	bool in_place;
	const char *extension;		/* of the backup; NULL: none */
	enum start_base base;
	int64_t start;			/* seconds; of START_FILE and START_NOW to be added */
	uint32_t ttl;			/* 0: as in the dsset file */
	bool nsupdate;
	unsigned long verbose;
	bool version;			/* asked for, and nothing else */
};

/* False after one sentence. All but --help, which is true in *help. */
bool dnssec_cds_options_read(int argc, char **argv, struct dnssec_cds_options *o, bool *help);
/* The two forms that need care; false when text has neither of them. */
bool dnssec_cds_time(const char *text, enum start_base *base, int64_t *start);
bool dnssec_cds_ttl(const char *text, uint32_t *ttl);

/* The dsset file: what the parent has, and by its modification time how far the signatures of the child had come when
 * it was written last. */
struct dsset_file {
	char folder[4096];
	char name[256];
	char path[4096 + 256];		/* for sentences and for reading */
	struct stat status;
	struct ds_set ds;
	uint32_t ttl;			/* 0: none given */
	struct replacement next;	/* the new file, while one is made */
	bool sealed;			/* it is whole and waits */
	int dir;			/* its folder; below zero: not open */
};

/* What the new file is to be. */
struct dsset_content {
	const struct name *child;
	const struct ds_set *ds;
	uint32_t ttl;		/* 0: none */
	bool by_digest;		/* in the order of digest types, as BIND writes what it made; else of RDATA */
	uint64_t modified;	/* seconds; the time never goes below that of the old one */
};

/* All false after one sentence. */
bool dsset_file_read(const struct dnssec_cds_options *o, struct arena *arena, struct dsset_file *f);
/* The new file lies beside the old one, on the disk, with its owner and mode. */
bool dsset_file_prepare(struct dsset_file *f, const struct dsset_content *c);
/* It takes the place of the old one, unless that changed meanwhile; extension: kept under its name and this. */
bool dsset_file_replace(struct dsset_file *f, const char *extension);
/* Without a replacement the old file is as it was. */
void dsset_file_end(struct dsset_file *f);
/* "example.ch. 300 IN DS ..."; parameters as in dsset_content. */
void dsset_print(const struct name *child, const struct ds_set *ds, uint32_t ttl, bool by_digest, FILE *to);

/* What became of it. */
struct dnssec_cds_verdict {
	struct decision decision;
	bool asks;		/* there is a CDS or CDNSKEY record */
	bool success;		/* accepted, or nothing to change */
	uint64_t newest;	/* inception of the newest signature that proves the request; 0: none */
};
struct dnssec_cds_case {
	uint64_t watermark;	/* seconds; a request all of whose signatures lie below is older than the one accepted last */
	uint64_t now;
	struct crypto *crypto;
	struct arena *arena;
};
/* False after one sentence, for what is not a verdict: files that cannot be read, our own failures. */
bool dnssec_cds_judge(const struct dnssec_cds_options *o, const struct dsset_file *f, const struct dnssec_cds_case *c,
	struct dnssec_cds_verdict *out);
