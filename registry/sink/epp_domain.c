/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain:infData and secDNS:infData, as names, DS and DNSKEY. */
#include "registry/sink/epp_domain.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

/* A public key in RDATA: 65535 - 4 octets at most. */
#define KEY_OCTETS 65531

static size_t count_of(const struct xml_node *node)
{
	size_t count = 0;
	for (; node != NULL; node = xml_again(node)) {
		count++;
	}
	return count;
}

/* A name without escapes: hosts of a registry have none, and a backslash is no way to say another name. */
static bool read_name(const char *text, struct name *out)
{
	return text[0] != '\0' && strpbrk(text, "\\ \t\r\n\"") == NULL && name_from_text(text, out) == 0;
}

static bool read_number(const struct xml_node *parent, const char *name, unsigned max, unsigned *out)
{
	const struct xml_node *node = xml_child(parent, EPP_SECDNS_NS, name);
	size_t size = node == NULL ? 0 : strlen(node->text);
	if (size == 0 || size > 9 || strspn(node->text, "0123456789") != size) {
		return false;
	}
	*out = (unsigned)strtoul(node->text, NULL, 10);
	return *out <= max;
}

/* The digest is hexBinary, in either case (RFC 5910 section 4.1). *good: it is a DS. ERR_NOMEM. */
static int read_ds(const struct xml_node *node, struct arena *arena, struct ds *out, bool *good)
{
	unsigned tag;
	unsigned algorithm;
	unsigned type;
	const struct xml_node *digest = xml_child(node, EPP_SECDNS_NS, "digest");
	*good = digest != NULL && read_number(node, "keyTag", 65535, &tag) && read_number(node, "alg", 255, &algorithm) &&
		read_number(node, "digestType", 255, &type);
	if (!*good) {
		return 0;
	}
	const char *text = arena_printf(arena, "%u %u %u %s", tag, algorithm, type, digest->text);
	*good = text != NULL && ds_from_text(text, out) == 0;
	return text == NULL ? ERR_NOMEM : 0;
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

/* base64Binary: groups of four, white space anywhere, "=" at its end only. out has room for 3 octets per 4 characters. */
static bool read_base64(const char *text, uint8_t *out, size_t *size)
{
	uint32_t bits = 0;
	unsigned digits = 0;
	unsigned padding = 0;
	*size = 0;
	for (; *text != '\0'; text++) {
		if (strchr(" \t\r\n", *text) != NULL) {
			continue;
		}
		int digit = base64_digit(*text);
		if (*text == '=' && digits >= 2) {
			padding++;
			digit = 0;
		} else if (digit < 0 || padding > 0) {
			return false;
		}
		bits = bits << 6 | (uint32_t)digit;
		if (++digits == 4) {
			for (unsigned i = 0; i < 3 - padding; i++) {
				out[(*size)++] = (uint8_t)(bits >> (16 - 8 * i));
			}
			digits = 0;
			bits = 0;
			if (padding > 0) {
				return padding <= 2 && text[1 + strspn(text + 1, " \t\r\n")] == '\0';
			}
		}
	}
	return digits == 0;
}

/* *good: it is a key. ERR_NOMEM. */
static int read_key(const struct xml_node *node, struct arena *arena, struct slice *out, bool *good)
{
	unsigned flags;
	unsigned protocol;
	unsigned algorithm;
	const struct xml_node *key = xml_child(node, EPP_SECDNS_NS, "pubKey");
	*good = key != NULL && read_number(node, "flags", 65535, &flags) && read_number(node, "protocol", 255, &protocol) &&
		read_number(node, "alg", 255, &algorithm);
	if (!*good) {
		return 0;
	}
	uint8_t *rdata = arena_alloc(arena, 4 + strlen(key->text) / 4 * 3 + 3);
	if (rdata == NULL) {
		return ERR_NOMEM;
	}
	rdata[0] = (uint8_t)(flags >> 8);
	rdata[1] = (uint8_t)flags;
	rdata[2] = (uint8_t)protocol;
	rdata[3] = (uint8_t)algorithm;
	size_t size;
	*good = read_base64(key->text, rdata + 4, &size) && size > 0 && size <= KEY_OCTETS;
	*out = (struct slice){ rdata, 4 + size };
	return 0;
}

static void fault(struct epp_domain *d, const char *what)
{
	d->fault = d->fault == NULL ? what : d->fault;
}

static int read_statuses(const struct xml_node *data, struct arena *arena, struct epp_domain *out)
{
	const struct xml_node *node = xml_child(data, EPP_DOMAIN_NS, "status");
	out->status = arena_array(arena, count_of(node) + 1, sizeof(*out->status));
	if (out->status == NULL) {
		return ERR_NOMEM;
	}
	for (; node != NULL; node = xml_again(node)) {
		const char *s = xml_attribute(node, "s");
		size_t size = s == NULL ? 0 : strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (size == 0 || size > 40 || s[size] != '\0') {
			fault(out, "a status of it is no word");
		} else {
			out->status[out->status_count++] = s;
		}
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return name_compare(a, b);
}

/* Host objects or host attributes (RFC 5731 section 1.1). */
static int read_hosts(const struct xml_node *data, struct arena *arena, struct epp_domain *out)
{
	const struct xml_node *ns = xml_child(data, EPP_DOMAIN_NS, "ns");
	const struct xml_node *object = xml_child(ns, EPP_DOMAIN_NS, "hostObj");
	const struct xml_node *attribute = xml_child(ns, EPP_DOMAIN_NS, "hostAttr");
	const struct xml_node *node = object != NULL ? object : attribute;
	if (object != NULL && attribute != NULL) {
		fault(out, "its name servers are objects and attributes at once");
	}
	out->ns = arena_array(arena, count_of(node) + 1, sizeof(*out->ns));
	if (out->ns == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (; node != NULL; node = xml_again(node)) {
		const struct xml_node *name = object != NULL ? node : xml_child(node, EPP_DOMAIN_NS, "hostName");
		if (name == NULL || !read_name(name->text, &out->ns[count])) {
			fault(out, "a name server of it has no name that can be read");
		} else {
			count++;
		}
	}
	if (count > 1) {
		qsort(out->ns, count, sizeof(*out->ns), compare_names);
	}
	for (size_t i = 0; i < count; i++) {
		if (out->ns_count == 0 || !name_equal(&out->ns[out->ns_count - 1], &out->ns[i])) {
			out->ns[out->ns_count++] = out->ns[i];
		}
	}
	return 0;
}

static int read_secdns(const struct xml_node *secdns, struct arena *arena, struct epp_domain *out)
{
	const struct xml_node *ds = xml_child(secdns, EPP_SECDNS_NS, "dsData");
	const struct xml_node *key = xml_child(secdns, EPP_SECDNS_NS, "keyData");
	out->ds.ds = arena_array(arena, count_of(ds) + 1, sizeof(*out->ds.ds));
	out->keys.rdata = arena_array(arena, count_of(key) + 1, sizeof(*out->keys.rdata));
	if (out->ds.ds == NULL || out->keys.rdata == NULL) {
		return ERR_NOMEM;
	}
	if (ds != NULL && key != NULL) {
		fault(out, "it has DS records and keys at once, which RFC 5910 section 4 forbids");
	}
	if (secdns != NULL && ds == NULL && key == NULL) {
		fault(out, "its DNSSEC data has neither DS records nor keys");
	}
	bool good = false;
	for (; ds != NULL; ds = xml_again(ds)) {
		int rc = read_ds(ds, arena, &out->ds.ds[out->ds.count], &good);
		if (rc != 0) {
			return rc;
		}
		out->ds.count += good ? 1 : 0;
		if (!good) {
			fault(out, "a DS record of it cannot be read");
		}
	}
	for (; key != NULL; key = xml_again(key)) {
		int rc = read_key(key, arena, &out->keys.rdata[out->keys.count], &good);
		if (rc != 0) {
			return rc;
		}
		out->keys.count += good ? 1 : 0;
		if (!good) {
			fault(out, "a key of it cannot be read");
		}
	}
	ds_set_normalize(&out->ds);
	epp_keys_normalize(&out->keys);
	return 0;
}

int epp_domain_read(const struct xml_node *data, const struct xml_node *secdns, struct arena *arena,
	const struct epp_domain **out)
{
	struct epp_domain *d = arena_alloc(arena, sizeof(*d));
	if (d == NULL) {
		return ERR_NOMEM;
	}
	const struct xml_node *name = xml_child(data, EPP_DOMAIN_NS, "name");
	if (name == NULL || !read_name(name->text, &d->name)) {
		d->name = (struct name){ .size = 0 };
		fault(d, "it has no name that can be read");
	}
	int rc = read_statuses(data, arena, d);
	rc = rc == 0 ? read_hosts(data, arena, d) : rc;
	rc = rc == 0 ? read_secdns(secdns, arena, d) : rc;
	if (rc == 0) {
		*out = d;
	}
	return rc;
}
