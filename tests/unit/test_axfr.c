/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry/source/axfr: what a server may answer, message by message, over TCP of this host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "registry/source/axfr.h"
#include "registry/source/load.h"
#include "tests/unit/tsig_server.h"
#include "validate/wire/message.h"

#define KEY "hmac-sha256:xfer.:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
#define ROOM 65535

/* An answer as text. Messages are separated by '|'; in each, every letter is a record, or says something of the message:
 * S SOA, s SOA of another serial, O SOA of another zone, N NS, A its address, D DS, d DS that is malformed, C a record of
 * another class; = in the authority section, what follows;
 * u not signed, q no question, o another question, i another ID, c cut (TC), r REFUSED, k no answer (QR), a not authoritative,
 * b broken octets; * such messages for ever; . nothing more, and nothing is closed. */
struct server {
	int fd;
	uint16_t port;
	pthread_t thread;
	const char *answer;
	bool is_signed;
	unsigned asked;
	struct tsig_server tsig;
};

static void put_record(struct wire *w, const char *owner, uint16_t type, uint16_t class, const void *rdata, uint16_t size)
{
	const struct name name = fixture_name(owner);
	name_write(w, &name);
	wire_write_u16(w, type);
	wire_write_u16(w, class);
	wire_write_u32(w, 3600);
	wire_write_u16(w, size);
	wire_write(w, rdata, size);
}

static void put_soa(struct wire *w, const char *owner, uint32_t serial)
{
	uint8_t rdata[64];
	struct wire r = wire_writer(rdata, sizeof(rdata));
	name_write(&r, &name_root);
	name_write(&r, &name_root);
	wire_write_u32(&r, serial);
	for (unsigned i = 0; i < 4; i++) {
		wire_write_u32(&r, 900);
	}
	put_record(w, owner, TYPE_SOA, CLASS_IN, rdata, (uint16_t)r.pos);
}

static bool put_letter(struct wire *w, char letter)
{
	static const uint8_t ds[4 + 32] = { 0, 7, 13, 2 };
	static const uint8_t address[4] = { 192, 0, 2, 1 };
	const struct name host = fixture_name("ns.x.ch.");
	switch (letter) {
	case 'S':
		put_soa(w, "ch.", 7);
		return true;
	case 's':
		put_soa(w, "ch.", 8);
		return true;
	case 'O':
		put_soa(w, "li.", 7);
		return true;
	case 'N':
		put_record(w, "X.ch.", TYPE_NS, CLASS_IN, host.octets, host.size);
		return true;
	case 'A':
		put_record(w, "ns.x.ch.", TYPE_A, CLASS_IN, address, sizeof(address));
		return true;
	case 'D':
		put_record(w, "x.ch.", TYPE_DS, CLASS_IN, ds, sizeof(ds));
		return true;
	case 'd':
		put_record(w, "x.ch.", TYPE_DS, CLASS_IN, ds, sizeof(ds) - 1);
		return true;
	case 'C':
		put_record(w, "x.ch.", TYPE_A, 3, address, sizeof(address));
		return true;
	}
	return false;
}

/* One message of the answer; text ends with it. */
static size_t compose(struct server *s, const char *text, size_t letters, const uint8_t *question, uint8_t *out)
{
	struct wire w = wire_writer(out, ROOM);
	const char *end = text + letters;
	uint16_t type = question[12 + 5];
	size_t counts = 6;
	memset(out, 0, 12);
	memcpy(out, question, 2);
	out[2] = memchr(text, 'a', letters) != NULL ? 0x80 : 0x84;
	w.pos = 12;
	if (memchr(text, 'q', letters) == NULL) {
		const struct name asked = fixture_name(memchr(text, 'o', letters) != NULL ? "li." : "ch.");
		name_write(&w, &asked);
		wire_write_u16(&w, type);
		wire_write_u16(&w, CLASS_IN);
		out[5] = 1;
	}
	bool is_signed = s->is_signed;
	for (; text < end; text++) {
		counts = *text == '=' ? 8 : counts;
		out[counts + 1] = (uint8_t)(out[counts + 1] + put_letter(&w, *text));
		out[0] ^= *text == 'i';
		out[2] = (uint8_t)(*text == 'c' ? out[2] | 2 : *text == 'k' ? out[2] & 0x7f : out[2]);
		out[3] = *text == 'r' ? 5 : out[3];
		out[7] = (uint8_t)(out[7] + (*text == 'b'));
		is_signed = is_signed && *text != 'u';
	}
	assert_false(wire_error(&w));
	size_t size = w.pos;
	if (is_signed) {
		tsig_server_sign(&s->tsig, out, &size, ROOM, 0);
	} else if (s->is_signed) {
		tsig_server_pass(&s->tsig, out, size);
	}
	return size;
}

static bool send_message(int fd, const uint8_t *message, size_t size)
{
	uint8_t prefix[2] = { (uint8_t)(size >> 8), (uint8_t)size };
	return send(fd, prefix, 2, MSG_NOSIGNAL) == 2 && send(fd, message, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static void answer(struct server *s, int fd, const uint8_t *question, size_t size)
{
	static uint8_t message[ROOM];
	if (s->is_signed) {
		tsig_server_asked(&s->tsig, KEY, question, size);
	}
	const char *text = s->answer;
	while (*text != '\0' && *text != '.') {
		size_t letters = strcspn(text, "|.");
		bool again = memchr(text, '*', letters) != NULL;
		size = compose(s, text, letters, question, message);
		if (!send_message(fd, message, size)) {
			break;
		}
		text += again ? 0 : letters + (text[letters] == '|');
	}
	if (*text == '.') {
		uint8_t octet;
		(void)!recv(fd, &octet, 1, 0);		/* until the other side gives up */
	}
	if (s->is_signed) {
		tsig_server_done(&s->tsig);
	}
}

static void *serve(void *user)
{
	struct server *s = user;
	for (;;) {
		uint8_t question[1024];
		int fd = accept(s->fd, NULL, NULL);
		if (fd < 0) {
			return NULL;
		}
		ssize_t n = recv(fd, question, 2, MSG_WAITALL);
		if (n == 2) {
			n = recv(fd, question, (size_t)question[0] << 8 | question[1], MSG_WAITALL);
		}
		if (n > 12) {
			s->asked++;
			answer(s, fd, question, (size_t)n);
		}
		close(fd);
	}
}

static void begin(struct server *s, const char *text, bool is_signed)
{
	s->answer = text;
	s->is_signed = is_signed;
	s->asked = 0;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(to);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(listen(s->fd, 8), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&to, &size), 0);
	s->port = ntohs(to.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void end(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->fd);
}

/* ---- what comes of it */

struct seen {
	unsigned ns, ds, unknown, addresses;
	int stop;	/* what the sink says to the first */
};

static int on_record(void *user, const struct source_record *r)
{
	struct seen *seen = user;
	seen->ns += r->kind == SOURCE_NS;
	seen->ds += r->kind == SOURCE_DS && r->ds != NULL;
	seen->unknown += r->kind == SOURCE_DS && r->ds == NULL;
	seen->addresses += r->kind == SOURCE_ADDRESS;
	return seen->stop;
}

static const struct axfr_limits limits = { .connect_ms = 2000, .message_ms = 300, .transfer_ms = 20000, .octets = 100000 };

static struct source *open_it(struct fixture *f, const struct server *s, const struct axfr_limits *l, const char *key)
{
	char place_text[64];
	snprintf(place_text, sizeof(place_text), "127.0.0.1@%u", s->port);
	struct source_place place = { .path = place_text, .format = SOURCE_AXFR, .origin = fixture_name("ch.") };
	if (key != NULL) {
		place.key = file_text(f, "key", key);
		assert_int_equal(chmod(place.key, 0600), 0);
	}
	struct source *source = NULL;
	struct source_error e;
	if (axfr_open(&place, l, &source, &e) != 0) {
		fail_msg("%s: %s", e.file, e.reason);
	}
	return source;
}

static const struct answer_case {
	const char *answer;
	const char *why;	/* NULL: a whole zone */
	struct seen seen;
	bool only_signed;	/* says something about signatures only */
} cases[] = {
	{ "SNADS", NULL, { 1, 1, 0, 1, 0 }, false },
	{ "SNADSa", NULL, { 1, 1, 0, 1, 0 }, false },
	{ "S|N|A|D|S", NULL, { 1, 1, 0, 1, 0 }, false },
	{ "S|Nq|Aq|Dq|Sq", NULL, { 1, 1, 0, 1, 0 }, false },
	{ "SS", NULL, { 0 }, false },
	/* As in a file: a DS that cannot be read leaves the DS set unknown. */
	{ "SNd|S", NULL, { 1, 0, 1, 0, 0 }, false },
	{ "SN", "the server closed the connection before the end of its answer", { 1, 0, 0, 0, 0 }, false },
	{ "", "the server closed the connection before the end of its answer", { 0 }, false },
	{ "SNAD.", "no answer: Connection timed out", { 1, 1, 0, 1, 0 }, false },
	{ ".", "no answer: Connection timed out", { 0 }, false },
	{ "SN|N*", "the transfer is larger than 100000 octets; it was given up", { 0 }, false },
	{ "SN|qi|S", "message 2 is no answer to the question", { 1, 0, 0, 0, 0 }, false },
	{ "iS|S", "message 1 is no answer to the question", { 0 }, false },
	{ "oS|S", "message 1 is no answer to the question", { 0 }, false },
	{ "S|oS", "message 2 is no answer to the question", { 0 }, false },
	{ "qSS", "message 1 is no answer to the question", { 0 }, false },
	{ "kSS", "message 1 is no answer to the question", { 0 }, false },
	{ "S|qkS", "message 2 is no answer to the question", { 0 }, false },
	{ "r", "the server answers with REFUSED: does it have the zone", { 0 }, false },
	{ "SN|rN|S", "the server answers with REFUSED: does it have the zone", { 1, 0, 0, 0, 0 }, false },
	{ "cSS", "message 1 says that it is cut", { 0 }, false },
	{ "bSS", "message 1: ", { 0 }, false },
	{ "|", "message 1 has no record of the zone", { 0 }, false },
	{ "S||S", "message 2 has no record of the zone", { 0 }, false },
	{ "S=N|S", "message 1 has no record of the zone", { 0 }, false },
	{ "NS|S", "the transfer does not begin with an SOA record", { 0 }, false },
	{ "SCS", "record 2 is of another class", { 0 }, false },
	{ "OO", "the SOA is of li. and not of ch.", { 0 }, false },
	{ "SNs", "a second SOA that differs from the first", { 1, 0, 0, 0, 0 }, false },
	{ "SNO", "a second SOA with another owner", { 1, 0, 0, 0, 0 }, false },
	{ "SSN", "there are records behind the SOA record that closes the transfer", { 0 }, false },
	{ "SN|uA|uD|S", NULL, { 1, 1, 0, 1, 0 }, true },
	{ "uS|S", "the answer is not signed", { 0 }, true },
	{ "ur", "the server answers with REFUSED: does it have the zone, and is it allowed to give it to us?", { 0 }, true },
	{ "SN|uS", "the last message of the transfer is not signed", { 1, 0, 0, 0, 0 }, true },
	{ "S|uN*", "more than 99 messages in a row are not signed", { 0 }, true },
};

static void run_case(struct fixture *f, const struct answer_case *c, bool is_signed)
{
	static struct server s;
	struct seen seen = { 0 };
	struct source_info info;
	struct source_error e = { .reason = "" };
	begin(&s, c->answer, is_signed);
	struct source *source = open_it(f, &s, &limits, is_signed ? KEY : NULL);
	int rc = source->ops->read(source, on_record, NULL, &seen, &info, &e);
	bool good = c->why == NULL ? rc == 0 : rc < 0 && strstr(e.reason, c->why) != NULL;
	if (strchr(c->answer, '*') == NULL) {
		good = good && memcmp(&seen, &c->seen, sizeof(seen)) == 0;
	}
	if (!good) {
		fail_msg("%s, %s: %d %s; %u %u %u %u", c->answer, is_signed ? "signed" : "not signed", rc, e.reason, seen.ns, seen.ds,
			seen.unknown, seen.addresses);
	}
	if (rc == 0) {
		const struct name ch = fixture_name("ch.");
		assert_true(name_equal(&info.origin, &ch));
		assert_int_equal(info.soa_serial, 7);
	}
	assert_int_equal(s.asked, 1);
	source->ops->free(source);
	end(&s);
}

static void test_answers(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_case(*state, &cases[i], true);
		if (!cases[i].only_signed) {
			run_case(*state, &cases[i], false);
		}
	}
}

/* Who signs where nobody asked for it, and the other way round. */
static void test_keys_differ(void **state)
{
	static struct server s;
	struct seen seen = { 0 };
	struct source_info info;
	struct source_error e;
	begin(&s, "SNS", false);
	struct source *source = open_it(*state, &s, &limits, KEY);
	assert_int_equal(source->ops->read(source, on_record, NULL, &seen, &info, &e), ERR_FORMAT);
	assert_string_equal(e.reason, "message 1: the answer is not signed (its RCODE is 0)");
	assert_int_equal(seen.ns, 0);
	source->ops->free(source);
	end(&s);
}

/* All of it has its time, however fast the messages come. */
static void test_time(void **state)
{
	static struct server s;
	struct axfr_limits short_one = limits;
	short_one.octets = UINT64_MAX;
	short_one.transfer_ms = 50;
	struct seen seen = { 0 };
	struct source_info info;
	struct source_error e;
	begin(&s, "SN|N*", false);
	struct source *source = open_it(*state, &s, &short_one, NULL);
	assert_int_equal(source->ops->read(source, on_record, NULL, &seen, &info, &e), ERR_IO);
	assert_string_equal(e.reason, "the transfer takes more than 0 s; it was given up");
	source->ops->free(source);
	end(&s);
}

static void test_sink_stops(void **state)
{
	static struct server s;
	struct seen seen = { .stop = ERR_CANCELLED };
	struct source_info info;
	struct source_error e;
	begin(&s, "SNNNNS", true);
	struct source *source = open_it(*state, &s, &limits, KEY);
	assert_int_equal(source->ops->read(source, on_record, NULL, &seen, &info, &e), ERR_CANCELLED);
	assert_int_equal(seen.ns, 1);
	source->ops->free(source);
	end(&s);
}

static void test_serial(void **state)
{
	static const struct {
		const char *answer;
		const char *why;
		uint32_t serial;
	} answers[] = {
		{ "S", NULL, 7 },
		{ "s", NULL, 8 },
		{ "Sa", "the server does not have the zone: it gives no SOA record of its own", 0 },
		{ "O", "the server does not have the zone", 0 },
		{ "", "the server closed the connection", 0 },
		{ "N", "the server does not have the zone", 0 },
		{ "Ss", "the server does not have the zone", 0 },
		{ "=S", "the server does not have the zone", 0 },
		{ "rS", "the server answers with REFUSED", 0 },
		{ "uS", "the answer is not signed", 0 },
		{ ".", "no answer", 0 },
	};
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		static struct server s;
		struct source_info info = { .soa_serial = 0 };
		struct source_error e = { .reason = "" };
		begin(&s, answers[i].answer, true);
		struct source *source = open_it(*state, &s, &limits, KEY);
		int rc = source->ops->look(source, &info, &e);
		if (answers[i].why == NULL ? rc != 0 : rc >= 0 || strstr(e.reason, answers[i].why) == NULL) {
			fail_msg("%s: %d %s", answers[i].answer, rc, e.reason);
		}
		assert_int_equal(info.soa_serial, answers[i].serial);
		source->ops->free(source);
		end(&s);
	}
}

static struct load_report load(struct fixture *f, struct server *s, const char *text, const char *key)
{
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true };
	struct load_report report;
	struct source_error e;
	s->answer = text;
	s->is_signed = key != NULL;
	s->asked = 0;
	struct source *source = open_it(f, s, &limits, key);
	if (load_generation(f->store, f->crypto, source, &o, &report, &e) != 0) {
		fail_msg("%s: %s", text, e.reason);
	}
	source->ops->free(source);
	return report;
}

/* The answer to either question begins with the SOA record; for the serial alone no more of it is read. */
static void test_unchanged(void **state)
{
	struct fixture *f = *state;
	static struct server s;
	fixture_open(f, STORE_WRITE);
	begin(&s, "", true);
	struct load_report r = load(f, &s, "S|NAD|S", KEY);
	assert_false(r.not_read);
	assert_int_equal(s.asked, 2);
	assert_int_equal(r.added, 1);
	r = load(f, &s, "S|NAD|S", KEY);
	assert_true(r.not_read && r.unchanged);
	assert_int_equal(s.asked, 1);
	assert_int_equal(r.generation.number, 1);
	assert_int_equal(r.generation.delegations, 1);
	assert_int_equal(r.generation.secure, 1);
	/* Another serial with the same content is another generation. */
	r = load(f, &s, "s|NAD|s", KEY);
	assert_false(r.not_read);
	assert_int_equal(r.generation.number, 2);
	/* The same serial from somebody else is not the same zone: here from one who did not have to have the key. */
	r = load(f, &s, "s|NA|s", NULL);
	assert_false(r.not_read);
	assert_int_equal(r.changed, 1);
	r = load(f, &s, "s|NAD|s", KEY);
	assert_false(r.not_read);
	assert_int_equal(r.changed, 1);
	r = load(f, &s, "s|NAD|s", KEY);
	assert_true(r.not_read);
	end(&s);
	fixture_close(f);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_keys_differ),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_sink_stops),
		cmocka_unit_test(test_serial),
		cmocka_unit_test(test_unchanged),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
