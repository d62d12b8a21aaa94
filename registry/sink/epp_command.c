/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of RFC 5730 and RFC 5731, with the DNSSEC data of RFC 5910. */
#include "registry/sink/epp_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As far as clTRID needs it: what was cut from a long id is what all ids of a store have in common. */
void epp_client_id(const char *change, uint64_t session, uint64_t command, char out[EPP_TRID_SIZE])
{
	char suffix[40];
	size_t used = (size_t)snprintf(suffix, sizeof(suffix), "-%" PRIx64 ".%" PRIu64, session, command);
	size_t room = EPP_TRID_SIZE - 1 - used;
	size_t size = strlen(change);
	snprintf(out, EPP_TRID_SIZE, "%s%s", size > room ? change + (size - room) : change, suffix);
}

void epp_name_text(const struct name *name, char text[NAME_TEXT_SIZE])
{
	name_to_text(name, text);
	size_t size = strlen(text);
	if (size > 1 && text[size - 1] == '.') {
		text[size - 1] = '\0';
	}
}

static struct xml_writer *begin(void)
{
	struct xml_writer *w = xml_writer_new();
	if (w != NULL) {
		xml_begin(w, NULL, "epp");
		xml_put_attribute(w, "xmlns", EPP_NS);
		xml_begin(w, NULL, "command");
	}
	return w;
}

static struct xml_writer *end(struct xml_writer *w, const char *client_id)
{
	struct slice done;
	xml_leaf(w, NULL, "clTRID", client_id);
	xml_end(w);
	xml_end(w);
	if (xml_finish(w, &done) == 0) {
		return w;
	}
	xml_writer_free(w);
	return NULL;
}

struct xml_writer *epp_command_login(const struct epp_login *l, const char *client_id)
{
	struct xml_writer *w = begin();
	if (w == NULL) {
		return NULL;
	}
	xml_begin(w, NULL, "login");
	xml_leaf(w, NULL, "clID", l->user);
	xml_leaf(w, NULL, "pw", l->password);
	xml_begin(w, NULL, "options");
	xml_leaf(w, NULL, "version", "1.0");
	xml_leaf(w, NULL, "lang", l->language);
	xml_end(w);
	xml_begin(w, NULL, "svcs");
	xml_leaf(w, NULL, "objURI", EPP_DOMAIN_NS);
	xml_begin(w, NULL, "svcExtension");
	xml_leaf(w, NULL, "extURI", EPP_SECDNS_NS);
	xml_end(w);
	xml_end(w);
	xml_end(w);
	return end(w, client_id);
}

struct xml_writer *epp_command_logout(const char *client_id)
{
	struct xml_writer *w = begin();
	if (w == NULL) {
		return NULL;
	}
	xml_leaf(w, NULL, "logout", NULL);
	return end(w, client_id);
}

struct xml_writer *epp_command_info(const char *name, const char *client_id)
{
	struct xml_writer *w = begin();
	if (w == NULL) {
		return NULL;
	}
	xml_begin(w, NULL, "info");
	xml_begin(w, "domain", "info");
	xml_put_attribute(w, "xmlns:domain", EPP_DOMAIN_NS);
	xml_begin(w, "domain", "name");
	xml_put_attribute(w, "hosts", "del");		/* those it is delegated to */
	xml_text(w, name);
	xml_end(w);
	xml_end(w);
	xml_end(w);
	return end(w, client_id);
}

static void put_number(struct xml_writer *w, const char *name, unsigned value)
{
	char text[16];
	snprintf(text, sizeof(text), "%u", value);
	xml_leaf(w, "secDNS", name, text);
}

static void put_ds(struct xml_writer *w, const struct ds *ds)
{
	char digest[2 * LIMIT_DIGEST_OCTETS + 1] = "";
	for (size_t i = 0; i < ds->size; i++) {
		snprintf(digest + 2 * i, 3, "%02X", ds->digest[i]);
	}
	xml_begin(w, "secDNS", "dsData");
	put_number(w, "keyTag", ds->tag);
	put_number(w, "alg", ds->algorithm);
	put_number(w, "digestType", ds->digest_type);
	xml_leaf(w, "secDNS", "digest", digest);
	xml_end(w);
}

static char *base64(struct slice octets)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = calloc(1, (octets.size + 2) / 3 * 4 + 1);
	size_t used = 0;
	for (size_t i = 0; text != NULL && i < octets.size; i += 3) {
		size_t left = octets.size - i;
		uint32_t bits = (uint32_t)octets.data[i] << 16 | (uint32_t)(left > 1 ? octets.data[i + 1] : 0) << 8 |
			(uint32_t)(left > 2 ? octets.data[i + 2] : 0);
		text[used++] = digits[bits >> 18 & 63];
		text[used++] = digits[bits >> 12 & 63];
		text[used++] = left > 1 ? digits[bits >> 6 & 63] : '=';
		text[used++] = left > 2 ? digits[bits & 63] : '=';
	}
	return text;
}

/* DNSKEY RDATA, of five octets at least. */
static bool put_key(struct xml_writer *w, struct slice rdata)
{
	char *key = base64((struct slice){ rdata.data + 4, rdata.size - 4 });
	if (key == NULL) {
		return false;
	}
	xml_begin(w, "secDNS", "keyData");
	put_number(w, "flags", (unsigned)rdata.data[0] << 8 | rdata.data[1]);
	put_number(w, "protocol", rdata.data[2]);
	put_number(w, "alg", rdata.data[3]);
	xml_leaf(w, "secDNS", "pubKey", key);
	xml_end(w);
	free(key);
	return true;
}

static bool put_sets(struct xml_writer *w, const struct ds_set *ds, const struct epp_keys *keys)
{
	bool good = true;
	for (size_t i = 0; i < ds->count; i++) {
		put_ds(w, &ds->ds[i]);
	}
	for (size_t i = 0; i < keys->count && good; i++) {
		good = put_key(w, keys->rdata[i]);
	}
	return good;
}

static bool put_difference(struct xml_writer *w, const struct epp_difference *d)
{
	bool good = true;
	xml_begin(w, "secDNS", "update");
	xml_put_attribute(w, "xmlns:secDNS", EPP_SECDNS_NS);
	if (d->remove_all || d->ds_remove.count + d->keys_remove.count > 0) {
		xml_begin(w, "secDNS", "rem");
		if (d->remove_all) {
			xml_leaf(w, "secDNS", "all", "true");
		} else {
			good = put_sets(w, &d->ds_remove, &d->keys_remove);
		}
		xml_end(w);
	}
	if (good && d->ds_add.count + d->keys_add.count > 0) {
		xml_begin(w, "secDNS", "add");
		good = put_sets(w, &d->ds_add, &d->keys_add);
		xml_end(w);
	}
	xml_end(w);
	return good;
}

struct xml_writer *epp_command_update(const char *name, const struct epp_difference *d, const char *client_id)
{
	struct xml_writer *w = begin();
	if (w == NULL) {
		return NULL;
	}
	xml_begin(w, NULL, "update");
	xml_begin(w, "domain", "update");
	xml_put_attribute(w, "xmlns:domain", EPP_DOMAIN_NS);
	xml_leaf(w, "domain", "name", name);
	xml_end(w);
	xml_end(w);
	xml_begin(w, NULL, "extension");
	bool good = put_difference(w, d);
	xml_end(w);
	if (!good) {
		xml_writer_free(w);
		return NULL;
	}
	return end(w, client_id);
}
