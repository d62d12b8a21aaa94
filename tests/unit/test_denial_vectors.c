/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Denial: the responses of RFC 4035 appendix B and RFC 5155 appendix B, as printed there. */
#include "tests/unit/dnssec_world.h"
#include "validate/dnssec/denial.h"

#define E "076578616d706c6500"			/* example. */
#define H "0101000c04aabbccdd14"		/* NSEC3 as all of RFC 5155: opt-out, 12 iterations */

/* Records of the zones of both appendices A. */
static const struct proof {
	const char *owner;
	const char *rdata;
	const char *sig;
} apex = { "example.", "0161" E "0007 22 01 00 00 00 03 80",
	"O0k558jHhyrC97ISHnislm4kLMW48C7U7cBmFTfhke5iVqNRVTB1STLMpgpbDIC9hcryoO0VZ9ME5xPzUEhbvGnHd5sfzgFVeGxr5Nyyq4tWSDBg"
	"IBiLQUv1ivy29vhXy7WgR62dPrZ0PWvmjfFJ5arXf4nPxp/kEowGgBRzY/U=" },
b = { "b.example.", "036e7331" E "0006 20 00 00 00 00 03",
	"GNuxHn844wfmUhPzGWKJCPY5ttEX/RfjDoOx9ueK1PtYkOWKOOdiJ/PJKCYB3hYX+858dDWSxb2qnV/LSTCNVBnkm6owOpysY97MVj5VQEWs0lm9"
	"tFoqjcptQkmQKYPrwUnCSNwvvclSF1xZvhRXgWT7OuFXldoCG6TfVFMs9xE=" },
ns1 = { "ns1.example.", "036e7332" E "0006 40 00 00 00 00 03",
	"I4hj+Kt6+8rCcHcUdolks2S+Wzri9h3fHas81rGN/eILdJHN7JpV6lLGPIh/8fIBkfvdyWnBjjf1q3O7JgYO1UdI7FvBNWqaaEPJK3UkddBqZIaL"
	"i8Qr2XHkjq38BeQsbp8X0+6h4ETWSGT8IZaIGBLryQWGLw6Y6X8dqhlnxJM=" },
xyw = { "x.y.w.example.", "027878" E "0006 00 01 00 00 00 03",
	"OvE6WUzN2ziieJcvKPWbCAyXyP6ef8cr6CspArVSTzKSquNwbezZmkU7E34o5lmb6CWSSSpgxw098kNUFnHcQf/LzY2zqRomubrNQhJTiDTXa0Ar"
	"unJQCzPjOYq5t0SLjm6qp6McJI1AP5VrQoKqJDCLnoAlcPOPKAm/jJkn3jk=" },
star_w = { "*.w.example.", "0178 0177" E "0006 00 01 00 00 00 03",
	"r/mZnRC3I/VIcrelgIcteSxDhtsdlTDt8ng9HSBlABOlzLxQtfgTnn8f+aOwJIAFe1Ee5RvU5cVhQJNP5XpXMJHfyps8tVvfxSAXfahpYqtx91gs"
	"mcV/1V9/bZAG55CefP9cM4Z9Y9NT9XQ8s1InQ2UoIv6tJEaaKkP701j8OLA=" },
h0p9m = { "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", H "174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 22 01 00 00 00 02 90",
	"OSgWSm26B+cS+dDL8b5QrWr/dEWhtCsKlwKLIBHYH6blRxK9rC0bMJPwQ4mLIuw85H2EY762BOCXJZMnpuwhpA==" },
hb4um = { "b4um86eghhds6nea196smvmlo4ors995.example.", H "84dda71446cd56f0c116a57254baef69d09bce12 0006 00 01 00 00 00 02",
	"ZkPG3M32lmoHM6pa3D6gZFGB/rhL//Bs3Omh5u4m/CUiwtblEVOaAKKZd7S959OeiX43aLX3pOv0TSTyiTxIZg==" },
h35mt = { "35mthgpgcu1qg68fab165klnsnk3dpvl.example.", H "593d6419d08c5bc35dca0a4dcb7ed5c131be2525 0006 20 00 00 00 00 12",
	"g6jPUUpduAJKRljUsN8gB4UagAX0NxY9shwQAynzo8EUWH+z6hEIBlUTPGj15eZll6VhQqgZXtAIR3chwgW+SA==" },
h2t7b = { "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", H "17f3df17b2b2adaef615257de4d2020b80ac6c7c 0006 40 00 00 00 00 02",
	"OmBvJ1Vgg1hCKMXHFiNeIYHK9XVW0iLDLwJN4TFoNxZuP03gAXEI634YwOc4YBNITrj413iqNI6mRk/r1dOSUw==" },
hji6n = { "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example.", H "a23cd75bf90cc4f3ba069b979e04ffc8ee891511",
	"gPkFp1s2QDQ6wQzcg1uSebZ61W33rUBDcTj72F3kQ490fEdp7k1BUIfbcZtPbX3YCpE+sIt0MpzVSKfTwx4uYA==" },
hk8ud = { "k8udemvp1j2f7eg6jebps17vp3n8i58h.example.", H "a622ad9ecb5a1ac131c85275faa238b92851fa32",
	"FtXGbvF0+wf8iWkyo73enAuVx03klN+pILBKS6qCcftVtfH4yVzsEZquJ27NHR7ruxJWDNMtOtx7w9WfcIg62A==" },
hq04j = { "q04jkcevqvmu85r014c7dkba38o0ji5r.example.", H "d946bd1d8c17bf6f2dfe2e196b1b2edf13da25d7 0006 40 00 00 00 00 02",
	"hV5I89b+4FHJDATp09g4bbN0R1F845CaXpL3ZxlMKimoPAyqletMlEWwLfFia7sdpSzn+ZlNNlkxWcLsIlMmUg==" },
hr53b = { "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example.", H "e988472f544ae4b65d4839212fecd3c4cc2b563f 0006 00 01 00 00 00 02",
	"aupviViruXs4bDg9rCbezzBMf9h1ZlDvbW/CZFKulIGXXLj8B/fsDJarXVDA9bnUoRhEbKp+HF1FWKW7RIJdtQ==" };

#define TYPE_MX 15

static const struct response {
	const char *label;
	const char *name;
	uint16_t type;
	const struct proof *records[3];
	enum denial_status expected;
	bool no_name;
} responses[] = {
	{ "RFC 4035 B.2, name error", "ml.example.", TYPE_MX, { &b, &apex }, DENIAL_PROVEN, true },
	{ "RFC 4035 B.2, of DS, R4035-5.4-3", "ml.example.", TYPE_DS, { &b, &apex }, DENIAL_PROVEN, true },
	{ "RFC 4035 B.2, without the wildcard's", "ml.example.", TYPE_MX, { &b }, DENIAL_NONE, false },
	{ "RFC 4035 B.2, without the name's", "ml.example.", TYPE_MX, { &apex }, DENIAL_NONE, false },
	{ "RFC 4035 B.3, no data, R4035-5.4-3", "ns1.example.", TYPE_MX, { &ns1 }, DENIAL_PROVEN, false },
	{ "RFC 4035 B.3, of DS", "ns1.example.", TYPE_DS, { &ns1 }, DENIAL_PROVEN, false },
	{ "RFC 4035 B.3, of what is there", "ns1.example.", TYPE_A, { &ns1 }, DENIAL_NONE, false },
	{ "RFC 4035 B.5, unsigned zone, R4035-5.2-3", "b.example.", TYPE_DS, { &b }, DENIAL_CUT, false },
	{ "RFC 4035 B.5, another type, R6840-4.1-1", "b.example.", TYPE_CDS, { &b }, DENIAL_CUT, false },
	{ "RFC 4035 B.5, below the cut, R6840-4.1-1", "mc.b.example.", TYPE_MX, { &b, &apex }, DENIAL_NONE, false },
	{ "RFC 4035 B.7, wildcard no data", "a.z.w.example.", TYPE_AAAA, { &xyw, &star_w }, DENIAL_PROVEN, false },
	{ "RFC 4035 B.7, of what the wildcard has", "a.z.w.example.", TYPE_MX, { &xyw, &star_w }, DENIAL_NONE, false },
	{ "RFC 4035 B.7, without the wildcard's", "a.z.w.example.", TYPE_AAAA, { &xyw }, DENIAL_NONE, false },
	{ "RFC 4035 B.8, DS of the apex", "example.", TYPE_DS, { &apex }, DENIAL_NONE, false },

	/* All NSEC3 are opt-out there: a name that is not there may be a delegation. */
	{ "RFC 5155 B.1, name error", "a.c.x.w.example.", TYPE_A, { &h0p9m, &hb4um, &h35mt }, DENIAL_OPT_OUT, false },
	{ "RFC 5155 B.1, without the closest encloser", "a.c.x.w.example.", TYPE_A, { &h0p9m, &h35mt }, DENIAL_NONE, false },
	{ "RFC 5155 B.1, without the next closer", "a.c.x.w.example.", TYPE_A, { &hb4um, &h35mt }, DENIAL_NONE, false },
	{ "RFC 5155 B.2, no data", "ns1.example.", TYPE_MX, { &h2t7b }, DENIAL_PROVEN, false },
	{ "RFC 5155 B.2, of what is there", "ns1.example.", TYPE_A, { &h2t7b }, DENIAL_NONE, false },
	{ "RFC 5155 B.2.1, empty non-terminal, T-39", "y.w.example.", TYPE_A, { &hji6n }, DENIAL_PROVEN, false },
	{ "RFC 5155 B.3, opt-out unsigned zone, R5155-8.6-1", "c.example.", TYPE_DS, { &h35mt, &h0p9m }, DENIAL_OPT_OUT, false },
	{ "RFC 5155 B.3, without the closest encloser", "c.example.", TYPE_DS, { &h35mt }, DENIAL_NONE, false },
	{ "RFC 5155 B.3, a delegation with DS", "a.example.", TYPE_DS, { &h35mt, &h0p9m }, DENIAL_NONE, false },
	{ "RFC 5155 B.3, another type there", "a.example.", TYPE_CDS, { &h35mt, &h0p9m }, DENIAL_CUT, false },
	{ "RFC 5155 B.5, wildcard no data", "a.z.w.example.", TYPE_AAAA, { &hk8ud, &hq04j, &hr53b }, DENIAL_OPT_OUT, false },
	{ "RFC 5155 B.5, DS", "a.z.w.example.", TYPE_DS, { &hk8ud, &hq04j, &hr53b }, DENIAL_OPT_OUT, false },
	{ "RFC 5155 B.6, DS of the apex", "example.", TYPE_DS, { &h0p9m }, DENIAL_NONE, false },
};

/* Signer, key and times are the zone's. */
static void put(struct world *w, struct record *out, const struct proof *p, const struct vector *zone)
{
	struct vector_sig sig = zone->sig;
	const struct name *owner = fixture_name(w->arena, p->owner);
	sig.labels = (uint8_t)(name_labels(owner) - (p->owner[0] == '*'));
	sig.base64 = p->sig;
	out[0] = (struct record){ owner, zone->type, CLASS_IN, 3600, fixture_hex(w->arena, p->rdata) };
	out[1] = (struct record){ owner, TYPE_RRSIG, CLASS_IN, 3600, fixture_sig(w->arena, &sig) };
}

static struct denial ask(struct world *w, const struct response *r, const struct vector *zone, uint32_t now)
{
	struct record records[6];
	struct message m = { .records = { NULL, records } };
	for (size_t i = 0; i < 3 && r->records[i] != NULL; i++) {
		put(w, &records[m.count[SECTION_AUTHORITY]], r->records[i], zone);
		m.count[SECTION_AUTHORITY] += 2;
	}
	struct dnskey key = fixture_key(w->arena, &zone->key);
	struct verifier *v = verifier_new(w->crypto, w->arena, now);
	const struct denial_question q = { fixture_name(w->arena, "example."), fixture_name(w->arena, r->name), r->type, &key, 1 };
	struct denial denial;
	assert_int_equal(denial_find(v, w->crypto, &q, &m, &denial), 0);
	verifier_free(v);
	return denial;
}

static void appendices(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(responses); i++) {
		const struct response *r = &responses[i];
		const struct vector *zone = &denial_vectors[strncmp(r->label, "RFC 4035", 8) == 0 ? 0 : 1];
		const struct denial got = ask(w, r, zone, zone->now);
		if (got.status != r->expected || got.no_name != r->no_name) {
			fail_msg("%s: got %d, no name %d", r->label, (int)got.status, got.no_name);
		}
		assert_int_equal(got.sig, r->expected == DENIAL_NONE ? SIG_BOGUS : SIG_VALID);
		const struct denial late = ask(w, r, zone, zone->sig.expiration + 1);
		assert_int_equal(late.status, r->expected == DENIAL_NONE ? DENIAL_NONE : DENIAL_BOGUS);
		assert_true(late.status == DENIAL_NONE || late.sig == SIG_EXPIRED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(appendices) };
	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
