/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frozen DNSSEC signatures: those printed in RFCs, and some of dnssec-signzone (BIND 9.18), each
 * judged at a stated time. Keys and signatures are Base64 as printed, other RDATA is hexadecimal.
 *
 * Those of dnssec-signzone came from this, one a key algorithm ALG, for a zone with SOA, NS, ns1 A, the
 * two CDS below (one with TTL 300, written in the other order) and the DNSKEY:
 *   dnssec-keygen -a ALG -b 1024 -f KSK example.
 *   dnssec-signzone -z -s 20260101000000 -e 20270101000000 -o example. [-3 aabbccdd -H 12 -A] zone
 */
#pragma once

#include <stdint.h>

struct vector_key {
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	const char *base64;
};

struct vector_sig {
	uint16_t covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t ttl;
	uint32_t expiration;
	uint32_t inception;
	uint16_t tag;
	const char *signer;
	const char *base64;
};

struct vector {
	const char *label;
	const char *zone;
	const char *owner;
	uint16_t type;
	const char *rdata[3];		/* NULL after the last */
	struct vector_key key;
	struct vector_sig sig;
	uint32_t now;
};

/* Each verifies. */
static const struct vector good_vectors[] = {
	{ "RFC 4035 appendix A, SOA", "example.", "example.", 6,
		{ "036e7331076578616d706c6500046275677301780177076578616d706c65004076fb3100000e100000012c0036ee8000000e10" },
		{ 256, 3, 5,
			"AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e"
			"k8EFMcsGXxKciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZI"
			"ySFNsgEYvh0z2542lzMKR4Dh8uZffQ==" },
		{ 6, 5, 1, 3600, 1084127779u, 1081535779u, 38519, "example.",
			"ONx0k36rcjaxYtcNgq6iQnpNV5+drqYAsC9h7TSJaHCqbhE67Sr6aH2xDUGcqQWu/n0UVzrF"
			"vkgO9ebarZ0GWDKcuwlM6eNB5SiX2K74l5LWDA7S/Un/IbtDq4Ay8NMNLQI7Dw7n4p8/rjkB"
			"jV7j86HyQgM5e7+miRAz8V01b0I=" }, 1083000000u },
	{ "RFC 4035 appendix A, NS", "example.", "example.", 2,
		{ "036e7331076578616d706c6500",
			"036e7332076578616d706c6500" },
		{ 256, 3, 5,
			"AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e"
			"k8EFMcsGXxKciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZI"
			"ySFNsgEYvh0z2542lzMKR4Dh8uZffQ==" },
		{ 2, 5, 1, 3600, 1084127779u, 1081535779u, 38519, "example.",
			"gl13F00f2U0R+SWiXXLHwsMY+qStYy5k6zfdEuivWc+wd1fmbNCyql0Tk7lHTX6UOxc8AgNf"
			"4ISFve8XqF4q+o9qlnqIzmppU3LiNeKT4FZ8RO5urFOvoMRTbQxW3U0hXWuggE4g3ZpsHv48"
			"0HjMeRaZB/FRPGfJPajngcq6Kwg=" }, 1083000000u },
	{ "RFC 4035 appendix A, DNSKEY", "example.", "example.", 48,
		{ "010003050103b2d5b655be93ea860e23ec426833dac8dd99b2131d8ecc3055ad9cbf96f23909078fc571d94b88bc740347e035f7b5b1e897ad5e93c10531cb065f129c889147ca197de02f8dc082d0773b14952168bc166cca5fcd5fac846edc3fc4df5935cadb62f8238d9fd454f648c9214db20118be1d33db9e3697330a4780e1f2e65f7d",
			"0101030501039e5fbf9b6939afa551dbd8270b9cbd5d31159bbac711bc75e52e75f00f3beaa78b5954aa75b1931ea456fc32fc61856df2ff4419b320a3733189d6a93cbc97b9da23a12272913952d1c311a931fccf44b3251b26ebe756ce57fd6c7b438369c8f70e89b2078401e60293628b7f2bd6a5939fe3f2f7dde23582583f84d52cded1" },
		{ 257, 3, 5,
			"AQOeX7+baTmvpVHb2CcLnL1dMRWbuscRvHXlLnXwDzvqp4tZVKp1sZMepFb8MvxhhW3y/0QZ"
			"syCjczGJ1qk8vJe52iOhInKROVLRwxGpMfzPRLMlGybr51bOV/1se0ODacj3DomyB4QB5gKT"
			"Yot/K9alk5/j8vfd4jWCWD+E1Sze0Q==" },
		{ 48, 5, 1, 3600, 1084127779u, 1081535779u, 9465, "example.",
			"ZxgauAuIj+k1YoVEOSlZfx41fcmKzTFHoweZxYnz99JVQZJ33wFS0Q0jcP7VXKkaElXk9nYJ"
			"XevO/7nAbo88iWsMkSpSR6jWzYYKwfrBI/L9hjYmyVO9m6FjQ7uwM4dCP/bIuV/DKqOAK9NY"
			"NC3AHfvCV1Tp4VKDqxqG7R5tTVM=" }, 1083000000u },
	{ "RFC 5155 appendix A, DNSKEY", "example.", "example.", 48,
		{ "0100030703010001a7ad89d2f3b0a594b78b30591f32bb4c0f1cf8948bc2d4b000f440f594fb0cedf3d7a93bab47ce4301543902eeaa6140eda14d8e211e7f67a56151c39058b9b1",
			"0101030703010001c525155d6f866ab1e8d48e50eab647f76c47b5e6deea498fb2289a6592a4900155f5bc434acebd774cea4cedf9302ef762fd01bb1475b94c1629fc0951779f8b" },
		{ 257, 3, 7,
			"AwEAAcUlFV1vhmqx6NSOUOq2R/dsR7Xm3upJj7IommWSpJABVfW8Q0rOvXdM6kzt+TAu92L9"
			"AbsUdblMFin8CVF3n4s=" },
		{ 48, 7, 1, 3600, 1429574399u, 1129852800u, 12708, "example.",
			"AuU4juU9RaxescSmStrQks3Gh9FblGBlVU31uzMZ/U/FpsUb8aC6QZS+sTsJXnLnz7flGOsm"
			"MGQZf3bH+QsCtg==" }, 1200000000u },
	{ "RFC 5702 section 6.1", "example.net.", "www.example.net.", 1,
		{ "c000025b" },
		{ 256, 3, 8,
			"AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Q"
			"s8PkxUdp6p/DlUmObdk=" },
		{ 1, 8, 3, 3600, 1893456000u, 946684800u, 9033, "example.net.",
			"kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFY"
			"K/lPtPiVYP4bwg==" }, 1400000000u },
	{ "RFC 5702 section 6.2", "example.net.", "www.example.net.", 1,
		{ "c000025b" },
		{ 256, 3, 10,
			"AwEAAdHoNTOW+et86KuJOWRDp1pndvwb6Y83nSVXXyLA3DLroROUkN6X0O6pnWnjJQujX/Ay"
			"hqFDxj13tOnD9u/1kTg7cV6rklMrZDtJCQ5PCl/D7QNPsgVsMu1J2Q8gpMpztNFLpPBz1bWX"
			"jDtaR7ZQBlZ3PFY12ZTSncorffcGmhOL" },
		{ 1, 10, 3, 3600, 1893456000u, 946684800u, 3740, "example.net.",
			"tsb4wnjRUDnB1BUi+t6TMTXThjVnG+eCkWqjvvjhzQL1d0YRoOe0CbxrVDYd0xDtsuJRaeUw"
			"1ep94PzEWzr0iGYgZBWm/zpq+9fOuagYJRfDqfReKBzMweOLDiNa8iP5g9vMhpuv6OPlvpXw"
			"m9Sa9ZXIbNl1MBGk0fthPgxdDLw=" }, 1400000000u },
	{ "RFC 6605 section 6.1", "example.net.", "www.example.net.", 1,
		{ "c0000201" },
		{ 257, 3, 13,
			"GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+"
			"Wi9xMWyQLc8NAA==" },
		{ 1, 13, 3, 3600, 1284026679u, 1281607479u, 55648, "example.net.",
			"qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus"
			"7ZwmwWep666VCw==" }, 1283000000u },
	{ "RFC 6605 section 6.2", "example.net.", "www.example.net.", 1,
		{ "c0000201" },
		{ 257, 3, 14,
			"xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X"
			"1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40" },
		{ 1, 14, 3, 3600, 1284027625u, 1281608425u, 10771, "example.net.",
			"/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74"
			"hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm" }, 1283000000u },
	{ "RFC 8080 section 6.1, erratum 4935", "example.com.", "example.com.", 15,
		{ "000a046d61696c076578616d706c6503636f6d00" },
		{ 257, 3, 15,
			"l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=" },
		{ 15, 15, 2, 3600, 1440021600u, 1438207200u, 3613, "example.com.",
			"oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9"
			"VrbpMngwcrqNAg==" }, 1439000000u },
	{ "RFC 8080 section 6.2, erratum 4935", "example.com.", "example.com.", 15,
		{ "000a046d61696c076578616d706c6503636f6d00" },
		{ 257, 3, 16,
			"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDp"
			"JtIA" },
		{ 15, 16, 2, 3600, 1440021600u, 1438207200u, 9713, "example.com.",
			"3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKi"
			"wZSAxGILn/NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213"
			"WKsJlwEA" }, 1439000000u },
	{ "dnssec-signzone, RSASHA1", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 5,
			"AwEAAbaC6FGF2Hxn9gKnMFtDQYf4uQ7pv5Xd+E+3N9qmkMzAVPLZETWqg1mMdL5zIvB94vJr"
			"3ZLI/onlQQ+MolP3hQw7HbYhSgeZrd5rb53g9ViBBl0stit6LpHywfrjNkdzRPIMUhCqPPmP"
			"sm5TQUoxUVxqOWtVUzEBzgsXPFouD797" },
		{ 59, 5, 1, 3600, 1798761600u, 1767225600u, 34817, "example.",
			"fegSvHQA+ciyMaafgybWO/e1Y1Ws4tRcx0JXVOyKkVwEnacBzwm+N2f/xT9qSoMwoqNz5S45"
			"GOyz2ngj0ANfnfZrWSRRBaL2rCjCAPVIER+2CDm622ZQwo1YmHKIrS+VqCJdOCw3WtBvgy70"
			"xy9Az1zPjtOZLGxt1jJskJaEP68=" }, 1780272000u },
	{ "dnssec-signzone, RSASHA1-NSEC3-SHA1", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 7,
			"AwEAAbwG4qoBBUElq/JKX0qn32tyrOVVY3n19jqT00/rC/O8mZE5ObR1QKxNqaSJYQUrL9lH"
			"7P2pZMEptyKteuJk5SqhMUvlxru5fPTkZy4mHA+ZuqG6gLIve2STgSeVtAEy5djIhT8pxnkA"
			"2O6+/g7Pk9sALAu9uYWsDPb0ZBxWvfBz" },
		{ 59, 7, 1, 3600, 1798761600u, 1767225600u, 56496, "example.",
			"pIHOe5JCp3r6JSldd3dg9deBrwIK/R7bQto8s5D26lwb6p9ffAwptj8spqj236t9PVopIVog"
			"NuTNUejqd8hBjQlT44dKlgBjEIrJetkJucMhXks72BKioMwpBPjwcdmx6LAjUG9fNYsBjcTn"
			"t01dEHJixYu1xeGvRiLb0N5JqKQ=" }, 1780272000u },
	{ "dnssec-signzone, RSASHA256", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 8,
			"AwEAAZvUXAByy162k10GSOBKtdrvF0W02xhmFmXPGhYikau2ijIEz3Xmci0hDwiMVriKt9cF"
			"Z3fLRAQxb0q3c8frRsghYuXQiXo1AMlMfgLA+qufUaM5Qm/0od6EWL1RSbA3qEP0TxgkSIxV"
			"OOAMu29t9iL2icllqlkSko2bMNYg8WEt" },
		{ 59, 8, 1, 3600, 1798761600u, 1767225600u, 3952, "example.",
			"a127uVJQZ8U9WC3ofuhvDtLWfydyhYQfo5mFboUPih8fLe/ebw+j6BD10gSEYTE7pyunn7Sf"
			"7XOwoe8yo7rSZF3J4A3r0C9Wi1KzWOFKcQlFv91eHy86dKNoYzR8VmtDGhOD7EtUlsQBH2ZV"
			"Fq6oE3wZGtE2+XqdOmbZn2e584k=" }, 1780272000u },
	{ "dnssec-signzone, RSASHA512", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 10,
			"AwEAAdD8cFMdD7dQegKmDWXa7fq6p66uo6R9THD39V88c6A8XPy26DvpZei1wpCA15XL+NKa"
			"RnqdnZNqulORO4b5IvjVwk3boD/AKTWoC7cp1ul1l780+Te12jb1n9EnJc1NRfG18WtmeHlW"
			"Kgkte8r9uVjk0nlN9dmrIr8FnJiwDdvp" },
		{ 59, 10, 1, 3600, 1798761600u, 1767225600u, 46024, "example.",
			"HbA3VQUCNqA4R9Y49F4Cf6WS2/DcSH8CDR8aEWTqsk/EazXjdli446XL5AD+WrkH2Wa3wEb3"
			"/dsj4oyf2a6QyWXx0cvSp55Df6ujG1kPustt2i/gE384CJ0L3ggTpGM39R2oFNABs5b5ctD+"
			"yoDeeK4BmKEqBXw+EYvp13BRRos=" }, 1780272000u },
	{ "dnssec-signzone, ECDSAP256SHA256", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 13,
			"Kg1k4UpTldVHckGnjVQtByRc7jPAwHNrh8vcPqG0rul0UdwDCb43r8ZVp8lCNC8+1H2lXt2T"
			"Ck6je1TRhqILpQ==" },
		{ 59, 13, 1, 3600, 1798761600u, 1767225600u, 4007, "example.",
			"7Vb7H8T/mGpd2wSi3Q3cF8tmFHuC4w9QwOIdV10wVZxiCw2Dh+qGY1QGqnWsN5s6HaJg9O5P"
			"5dPm+URl+VYezw==" }, 1780272000u },
	{ "dnssec-signzone, ECDSAP384SHA384", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 14,
			"tfNpCV9x8drUphkr/GcNrTegY1tHtmh/qk0AERZ4sdT1gw+E3tcc2/BdhHZPQXYFFCf13srk"
			"CRG6UB5CGUlFFlLMAR9OdqutbSEhwne64CUyaRE3frGAYrGoafjBslOC" },
		{ 59, 14, 1, 3600, 1798761600u, 1767225600u, 8766, "example.",
			"DkIHkzDmidScsIzICpDWnwMcjeA4qJzpgrxWT9Of4GKyw5cbyd8M/SMKE84xSzJnU252wAsw"
			"DQ0yIBH65UfRRsr/UMr+OCjourf4wfc6vIlm96lVY4XX2j4cn3F+ubQi" }, 1780272000u },
	{ "dnssec-signzone, ED25519", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 15,
			"mK3Wy2Eiq9eAuItmRzksSl6MNoiPfycek82ikqtH1x4=" },
		{ 59, 15, 1, 3600, 1798761600u, 1767225600u, 1183, "example.",
			"FeIhQwuViQuozMn+IO51P/qu+TqtEG6rckW0P/UuVLmqODacpgMTeiQqkAdcFiJMoeEwG6Ap"
			"qbg1IqZe8C8jAA==" }, 1780272000u },
	{ "dnssec-signzone, ED448", "example.", "example.", 59,
		{ "00010d020101010101010101010101010101010101010101010101010101010101010101",
			"00020d020202020202020202020202020202020202020202020202020202020202020202" },
		{ 257, 3, 16,
			"ib7/+B9rAjaqd8vCBwSHTLgfGRaZ9RbenWB2cN47FkcJfGAmNsP1kDQYAfRc/cUXexxWssws"
			"UuYA" },
		{ 59, 16, 1, 3600, 1798761600u, 1767225600u, 7500, "example.",
			"w3i3b4IwgDT2l3TH8NsSIaMZAF0kFsg+mGH93SLxxznsjeDlpSupNtNjEWHpDj1DcsJ2gcsh"
			"vcEAkSMeHf3AgzS9DUHcrUG3NQiu+MDFIWx4YCCy2wJjEJLGq7jbQMhESC1mHfZ70DYUMy5y"
			"znXWEBgA" }, 1780272000u },
};

/* Each is a true signature whose label count is not the owner's. */
static const struct vector label_vectors[] = {
	{ "RFC 8080 section 6.1 as printed", "example.com.", "example.com.", 15,
		{ "000a046d61696c076578616d706c6503636f6d00" },
		{ 257, 3, 15,
			"l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=" },
		{ 15, 15, 3, 3600, 1440021600u, 1438207200u, 3613, "example.com.",
			"Edk+IB9KNNWg0HAjm7FazXyrd5m3Rk8zNZbvNpAcM+eysqcUOMIjWoevFkjH5GaMWeG96GUV"
			"Zu6ECKOQmemHDg==" }, 1439000000u },
	{ "RFC 8080 section 6.2 as printed", "example.com.", "example.com.", 15,
		{ "000a046d61696c076578616d706c6503636f6d00" },
		{ 257, 3, 16,
			"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDp"
			"JtIA" },
		{ 15, 16, 3, 3600, 1440021600u, 1438207200u, 9713, "example.com.",
			"Nmc0rgGKpr3GKYXcB1JmqqS4NYwhmechvJTqVzt3jR+Qy/lSLFoIk1L+9e39GPL+5tVzDPN3"
			"f9kAwiu8KCuPPjtl227ayaCZtRKZuJax7n9NuYlZJIusX0SOIOKBGzG+yWYtz1/jjbzl5GGk"
			"WvREUCUA" }, 1439000000u },
	{ "RFC 4035 appendix B.6, from a wildcard, R4035-5.3.1-1", "example.", "a.z.w.example.", 15,
		{ "0001026169076578616d706c6500" },
		{ 256, 3, 5,
			"AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e"
			"k8EFMcsGXxKciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZI"
			"ySFNsgEYvh0z2542lzMKR4Dh8uZffQ==" },
		{ 15, 5, 2, 3600, 1084127779u, 1081535779u, 38519, "example.",
			"OMK8rAZlepfzLWW75Dxd63jy2wswESzxDKG2f9AMN1CytCd10cYISAxfAdvXSZ7xujKAtPbc"
			"tvOQ2ofO7AZJ+d01EeeQTVBPq4/6KCWhqe2XTjnkVLNvvhnc0u28aoSsG0+4InvkkOHknKxw"
			"4kX18MMR34i8lC36SR5xBni8vHI=" }, 1083000000u },
};

/* The NSEC or NSEC3 record of an apex. */
static const struct vector denial_vectors[] = {
	{ "RFC 4035 appendix A", "example.", "example.", 47,
		{ "0161076578616d706c6500000722010000000380" },
		{ 256, 3, 5,
			"AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e"
			"k8EFMcsGXxKciJFHyhl94C+NwILQdzsUlSFovBZsyl/NX6yEbtw/xN9ZNcrbYvgjjZ/UVPZI"
			"ySFNsgEYvh0z2542lzMKR4Dh8uZffQ==" },
		{ 47, 5, 1, 3600, 1084127779u, 1081535779u, 38519, "example.",
			"O0k558jHhyrC97ISHnislm4kLMW48C7U7cBmFTfhke5iVqNRVTB1STLMpgpbDIC9hcryoO0V"
			"Z9ME5xPzUEhbvGnHd5sfzgFVeGxr5Nyyq4tWSDBgIBiLQUv1ivy29vhXy7WgR62dPrZ0PWvm"
			"jfFJ5arXf4nPxp/kEowGgBRzY/U=" }, 1083000000u },
	{ "RFC 5155 appendix B.6, of the apex, opt-out", "example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", 50,
		{ "0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290" },
		{ 256, 3, 7,
			"AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2h"
			"TY4hHn9npWFRw5BYubE=" },
		{ 50, 7, 2, 3600, 1429574399u, 1129852800u, 40430, "example.",
			"OSgWSm26B+cS+dDL8b5QrWr/dEWhtCsKlwKLIBHYH6blRxK9rC0bMJPwQ4mLIuw85H2EY762"
			"BOCXJZMnpuwhpA==" }, 1200000000u },
	{ "dnssec-signzone, NSEC", "example.", "example.", 47,
		{ "036e7331076578616d706c650000082200000000038010" },
		{ 257, 3, 13,
			"Kg1k4UpTldVHckGnjVQtByRc7jPAwHNrh8vcPqG0rul0UdwDCb43r8ZVp8lCNC8+1H2lXt2T"
			"Ck6je1TRhqILpQ==" },
		{ 47, 13, 1, 3600, 1798761600u, 1767225600u, 4007, "example.",
			"M1FHC5YZy3WjeH9uhclKlp6383cdJpDPZKHCvsrgzBUBwtxYJ8NMI3TfsINbifE6ZK682O9S"
			"Hk5dg1eX6PuphA==" }, 1780272000u },
	{ "dnssec-signzone, NSEC3", "example.", "0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM.example.", 50,
		{ "0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b00082200000000029010" },
		{ 257, 3, 7,
			"AwEAAbwG4qoBBUElq/JKX0qn32tyrOVVY3n19jqT00/rC/O8mZE5ObR1QKxNqaSJYQUrL9lH"
			"7P2pZMEptyKteuJk5SqhMUvlxru5fPTkZy4mHA+ZuqG6gLIve2STgSeVtAEy5djIhT8pxnkA"
			"2O6+/g7Pk9sALAu9uYWsDPb0ZBxWvfBz" },
		{ 50, 7, 2, 3600, 1798761600u, 1767225600u, 56496, "example.",
			"TWEGiamevJRe3TCBu1v0lTRZv+qS8bdkCZpnoV65m2WQjaIyENfdvWR10QYgzV1lA5oHRrUl"
			"fs+LSrWsHMkCHTObi6/P1Kqkr0LimbWJHy3HoYZcB5iUzPM2JY9GPnV5celbkuPk1+ppoymz"
			"o6fXLyz13PwThKhjMPiCqUqDE3o=" }, 1780272000u },
};

/* Records that prove absence of types elsewhere in their zone: good signatures, and no proof for the apex. */
static const struct vector elsewhere_vectors[] = {
	{ "RFC 5155 appendix B.2, of ns1", "example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", 50,
		{ "0101000c04aabbccdd1417f3df17b2b2adaef615257de4d2020b80ac6c7c0006400000000002" },
		{ 256, 3, 7,
			"AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2h"
			"TY4hHn9npWFRw5BYubE=" },
		{ 50, 7, 2, 3600, 1429574399u, 1129852800u, 40430, "example.",
			"OmBvJ1Vgg1hCKMXHFiNeIYHK9XVW0iLDLwJN4TFoNxZuP03gAXEI634YwOc4YBNITrj413iq"
			"NI6mRk/r1dOSUw==" }, 1200000000u },
	{ "RFC 5155 appendix B.2.1, of the empty y.w", "example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc.example.", 50,
		{ "0101000c04aabbccdd14a23cd75bf90cc4f3ba069b979e04ffc8ee891511" },
		{ 256, 3, 7,
			"AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2h"
			"TY4hHn9npWFRw5BYubE=" },
		{ 50, 7, 2, 3600, 1429574399u, 1129852800u, 40430, "example.",
			"gPkFp1s2QDQ6wQzcg1uSebZ61W33rUBDcTj72F3kQ490fEdp7k1BUIfbcZtPbX3YCpE+sIt0"
			"MpzVSKfTwx4uYA==" }, 1200000000u },
	{ "RFC 5155 appendix B.5, of the wildcard *.w", "example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example.", 50,
		{ "0101000c04aabbccdd14e988472f544ae4b65d4839212fecd3c4cc2b563f0006000100000002" },
		{ 256, 3, 7,
			"AwEAAaetidLzsKWUt4swWR8yu0wPHPiUi8LUsAD0QPWU+wzt89epO6tHzkMBVDkC7qphQO2h"
			"TY4hHn9npWFRw5BYubE=" },
		{ 50, 7, 2, 3600, 1429574399u, 1129852800u, 40430, "example.",
			"aupviViruXs4bDg9rCbezzBMf9h1ZlDvbW/CZFKulIGXXLj8B/fsDJarXVDA9bnUoRhEbKp+"
			"HF1FWKW7RIJdtQ==" }, 1200000000u },
};
