/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's master file: what is delivered, what is left out, what is no whole zone. */
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/source_fixture.h"

#define SOA "ch. 3600 IN SOA a.nic.ch. h.nic.ch. 7 900 900 900 900\n"
#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D32_UPPER "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
#define OUT_MAX (64 * 1024)

/* Everything that came, as text. */
struct seen {
	char records[OUT_MAX];
	char skipped[OUT_MAX];
	uint64_t count;
	int answer;		/* of the sink */
};

static int on_record(void *user, const struct source_record *r)
{
	struct seen *seen = user;
	char owner[NAME_TEXT_SIZE];
	char data[NAME_TEXT_SIZE];
	const char *type = "NS";
	name_to_text(r->owner, owner);
	switch (r->kind) {
	case SOURCE_NS:
		name_to_text(r->host, data);
		break;
	case SOURCE_DS:
		type = "DS";
		snprintf(data, sizeof(data), "?");
		if (r->ds != NULL) {
			int n = snprintf(data, sizeof(data), "%u ", (unsigned)r->ttl);
			ds_to_text(r->ds, data + n);
		}
		break;
	case SOURCE_ADDRESS:
		type = "A";
		address_to_text(r->address, data);
		break;
	case SOURCE_FACTS:
		fail_msg("a master file has records alone");
	}
	size_t used = strlen(seen->records);
	if (used + 3 * NAME_TEXT_SIZE < sizeof(seen->records)) {
		snprintf(seen->records + used, sizeof(seen->records) - used, "%s %s %s\n", owner, type, data);
	}
	seen->count++;
	return seen->answer;
}

static void on_skip(void *user, const struct source_error *e)
{
	struct seen *seen = user;
	size_t used = strlen(seen->skipped);
	assert_true(strlen(e->file) > 0 && strlen(e->reason) > 0);
	if (used + 64 < sizeof(seen->skipped)) {
		snprintf(seen->skipped + used, sizeof(seen->skipped) - used, "%llu ", (unsigned long long)e->line);
	}
}

/* Opens and reads; the first error of the two. */
static int read_path(const char *path, const char *origin, struct seen *seen, struct source_info *info,
	struct source_error *error)
{
	struct name name = { .size = 0 };
	if (origin != NULL) {
		name = fixture_name(origin);
	}
	memset(seen, 0, sizeof(*seen));
	memset(info, 0, sizeof(*info));
	memset(error, 0, sizeof(*error));
	struct source *source = NULL;
	int rc = source_masterfile(path, origin == NULL ? NULL : &name, &source, error);
	if (rc == 0) {
		rc = source->ops->read(source, on_record, on_skip, seen, info, error);
		source->ops->free(source);
	}
	return rc;
}

struct row {
	const char *name;
	const char *origin;
	const char *text;
	int rc;
	const char *error;	/* part of the reason */
	uint64_t line;		/* of the error */
	const char *records;
	const char *skipped;	/* lines */
};

static const struct row rows[] = {
	{ "all that matters", NULL, SOA "ch. NS a.nic.ch.\nEXAMPLE.ch. 60 NS Ns1.Example.CH.\nexample.ch. 300 DS 1 13 2 " D32 "\n"
		"ns1.example.ch. A 192.0.2.1\nns1.example.ch. AAAA 2001:db8::1\nexample.ch. TXT x\n", 0, NULL, 0,
		"ch. NS a.nic.ch.\nexample.ch. NS ns1.example.ch.\nexample.ch. DS 300 1 13 2 " D32_UPPER "\n"
		"ns1.example.ch. A 192.0.2.1\nns1.example.ch. A 2001:db8::1\n", "" },
	{ "a TTL of which no server takes more than 31 bits", NULL, SOA "a.ch. 2147483647 DS 1 13 2 " D32 "\na.ch. 2147483648 DS 2 13 2 " D32 "\n",
		0, NULL, 0, "a.ch. DS 2147483647 1 13 2 " D32_UPPER "\na.ch. DS 0 2 13 2 " D32_UPPER "\n", "" },
	{ "relative names after $ORIGIN", NULL, "$ORIGIN ch.\n$TTL 5m\n@ SOA a b 1 2 3 4 5\nx NS y\n DS 1 13 2 " D32 "\n", 0, NULL,
		0, "x.ch. NS y.ch.\nx.ch. DS 300 1 13 2 " D32_UPPER "\n", "" },
	{ "relative names with an origin", "ch.", "@ SOA a b 1 2 3 4 5\nx NS y\n", 0, NULL, 0, "x.ch. NS y.ch.\n", "" },
	{ "relative owner without origin", NULL, "@ SOA a b 1 2 3 4 5\nx NS y\n", ERR_FORMAT, "--origin", 1, "", "" },
	{ "relative host without origin", NULL, SOA "x.ch. NS y\n", ERR_FORMAT, "relative name", 2, "", "" },
	{ "relative names that do not matter", NULL, SOA "x TXT y\nx.ch. NS y.\n", 0, NULL, 0, "x.ch. NS y.\n", "" },
	{ "the root zone", NULL, ". SOA a. b. 1 2 3 4 5\nch. NS a.nic.ch.\n", 0, NULL, 0, "ch. NS a.nic.ch.\n", "" },
	{ "SOA of the origin asked for", "CH.", SOA, 0, NULL, 0, "", "" },
	{ "SOA of another origin", "li.", SOA, ERR_FORMAT, "not of li.", 1, "", "" },
	{ "no SOA", NULL, "x.ch. NS y.\n", ERR_FORMAT, "no SOA record", 0, "x.ch. NS y.\n", "" },
	{ "nothing but comments", NULL, "; nothing\n\n", ERR_FORMAT, "no SOA record", 0, "", "" },
	{ "no master file at all", NULL, "{\n \"a\": 1\n}\n", ERR_FORMAT, "is this a master file", 0, "", "1 2 3 " },
	{ "SOA not first", NULL, "x.ch. NS y.\n" SOA, 0, NULL, 0, "x.ch. NS y.\n", "" },
	{ "transfer: SOA first and last", NULL, SOA "x.ch. NS y.\n" SOA, 0, NULL, 0, "x.ch. NS y.\n", "" },
	{ "last SOA in other case", NULL, SOA "CH. SOA A.nic.ch. h.NIC.ch. 7 900 900 900 900\n", 0, NULL, 0, "", "" },
	{ "last SOA with another serial", NULL, SOA "ch. SOA a.nic.ch. h.nic.ch. 8 900 900 900 900\n", ERR_FORMAT, "differs", 2, "",
		"" },
	{ "last SOA of another owner", NULL, SOA "li. SOA a.nic.ch. h.nic.ch. 7 900 900 900 900\n", ERR_FORMAT, "two zones", 2, "",
		"" },
	{ "dig: closed transfer", NULL, "; <<>> DiG 9.18 <<>> axfr ch.\n" SOA "x.ch. NS y.\n" SOA, 0, NULL, 0, "x.ch. NS y.\n", "" },
	{ "dig: open transfer", NULL, "; <<>> DiG 9.18 <<>> ch. AXFR\n" SOA "x.ch. NS y.\n", ERR_FORMAT, "closes it", 0,
		"x.ch. NS y.\n", "" },
	{ "dig: no transfer", NULL, "; <<>> DiG 9.18 <<>> ch. NS\n" SOA, 0, NULL, 0, "", "" },
	{ "dig: failed transfer", NULL, SOA "; Transfer failed.\nx.ch. NS y.\n", ERR_FORMAT, "transfer failed", 2, "", "" },
	{ "kdig: open transfer", NULL, ";; AXFR for ch.\n" SOA "x.ch. NS y.\n", ERR_FORMAT, "closes it", 0, "x.ch. NS y.\n", "" },
	{ "broken lines cost themselves only", NULL, SOA "a.ch. NS\nb.ch. NS y.\nc.ch. BOGUS z\n-!x.ch. NS y.\n NS y.\nd.ch. NS y.\n",
		0, NULL, 0, "a.ch. DS ?\nb.ch. NS y.\nc.ch. DS ?\nd.ch. NS y.\n", "2 4 5 6 " },
	{ "a broken multi-line record too", NULL, SOA "c.ch. NO ( x\n y ; )\n)\nd.ch. NS y.\n", 0, NULL, 0,
		"c.ch. DS ?\nd.ch. NS y.\n", "2 " },
	{ "too many parentheses", NULL, SOA "c.ch. NS y. )\nd.ch. NS ( ( y. ) )\ne.ch. NS y.\n", 0, NULL, 0,
		"c.ch. DS ?\nd.ch. DS ?\ne.ch. NS y.\n", "2 3 " },
	{ "a quote that is not closed", NULL, SOA "c.ch. TXT \"x ( y\ne.ch. NS y.\n", 0, NULL, 0, "e.ch. NS y.\n", "2 " },
	{ "parentheses in quotes and comments", NULL, SOA "c.ch. TXT ( \"(\" ; (\n \"\\\"(\" )\ne.ch. NS y.\n", 0, NULL, 0,
		"e.ch. NS y.\n", "" },
	{ "closing parentheses on lines of their own", NULL, "ch. SOA a. b. (\n 7 ; serial (1)\n 1 1 1\n 1 ; minimum\n )\nx.ch. NS (\n y.\n"
		" ) ; end\ne.ch. NS (\ny. )\n", 0, NULL, 0, "x.ch. NS y.\ne.ch. NS y.\n", "" },
	{ "more behind the data of a record", NULL, SOA "c.ch. NS ( y.\n z. )\nd.ch. NS ( y.\n NS z. )\ne.ch. NS y.\n", 0, NULL, 0,
		"c.ch. DS ?\nd.ch. DS ?\ne.ch. NS y.\n", "2 4 " },
	{ "DS in pieces over lines", NULL, SOA "c.ch. 9 DS ( 1 13 2 0123456789abcdef0123456789abcdef\n0123456789abcdef 0123456789abcdef "
		")\n", 0, NULL, 0, "c.ch. DS 9 1 13 2 " D32_UPPER "\n", "" },
	{ "DS with bad hex: set unknown", NULL, SOA "c.ch. NS y.\nc.ch. DS 1 13 2 zz\n", 0, NULL, 0, "c.ch. NS y.\nc.ch. DS ?\n",
		"3 " },
	{ "DS of the wrong length: set unknown", NULL, SOA "c.ch. DS 1 13 2 0123\n", 0, NULL, 0, "c.ch. DS ?\n", "2 " },
	{ "DS with an unknown digest type", NULL, SOA "c.ch. 9 DS 1 13 200 0123\n", 0, NULL, 0, "c.ch. DS 9 1 13 200 0123\n", "" },
	{ "a broken A says nothing of the DS", NULL, SOA "c.ch. A 1.2.3\n", 0, NULL, 0, "", "2 " },
	{ "types as numbers", NULL, SOA "c.ch. TYPE2 \\# 3 017900\nc.ch. TYPE65000 \\# 1 00\n", 0, NULL, 0, "c.ch. NS y.\n", "" },
	{ "names with any octet", NULL, SOA "a\\000\\.\\\\b.ch. NS y.\n", 0, NULL, 0, "a\\000\\.\\\\b.ch. NS y.\n", "" },
	{ "ends inside a line", NULL, SOA "x.ch. NS ns1.exam", ERR_FORMAT, "inside a line", 2, "", "" },
	{ "ends inside a comment", NULL, SOA "x.ch. NS y.\n; comm", ERR_FORMAT, "inside a line", 3, "x.ch. NS y.\n", "" },
	{ "ends inside a quote", NULL, SOA "x.ch. TXT \"abc", ERR_FORMAT, "inside a line", 2, "", "" },
	{ "ends inside parentheses", NULL, SOA "\nx.ch. NS (\n y.\n", ERR_FORMAT, "parentheses opened here", 3, "", "" },
	{ "$INCLUDE", NULL, SOA "$INCLUDE /etc/passwd\n", ERR_FORMAT, "$INCLUDE is not followed", 2, "", "" },
	{ "$GENERATE", NULL, SOA "$GENERATE 1-2 a$ NS b$\n", ERR_FORMAT, "only $ORIGIN and $TTL", 2, "", "" },
	{ "CR LF", NULL, "ch. IN SOA a. b. 1 2 3 4 5\r\n", ERR_FORMAT, "CR LF", 1, "", "" },
	{ "another class", NULL, SOA "x.ch. CH NS y.\n", 0, NULL, 0, "x.ch. DS ?\n", "2 " },
};

static void test_rows(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	assert_non_null(seen);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct source_info info;
		struct source_error error;
		int rc = read_path(file_text(f, "zone", r->text), r->origin, seen, &info, &error);
		if (rc != r->rc || (rc != 0 && (strstr(error.reason, r->error) == NULL || error.line != r->line))) {
			fail_msg("%s: %d %s:%llu: %s", r->name, rc, error.file, (unsigned long long)error.line, error.reason);
		}
		if (strcmp(seen->records, r->records) != 0 || strcmp(seen->skipped, r->skipped) != 0) {
			fail_msg("%s: got\n%sskipped %s", r->name, seen->records, seen->skipped);
		}
	}
	free(seen);
}

/* The same rows gzipped and on standard input: the way in makes no difference. */
static void test_rows_packed(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	int saved = dup(STDIN_FILENO);
	assert_non_null(seen);
	assert_true(saved >= 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		size_t size;
		unsigned char *packed = gzip_octets(r->text, strlen(r->text), &size);
		int fd = open(file_write(f, "zone.gz", packed, size), O_RDONLY);
		assert_true(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
		close(fd);
		free(packed);
		struct source_info info;
		struct source_error error;
		int rc = read_path("-", r->origin, seen, &info, &error);
		if (rc != r->rc || strcmp(seen->records, r->records) != 0) {
			fail_msg("%s: %d %s", r->name, rc, error.reason);
		}
		if (rc != 0) {
			assert_string_equal(error.file, "standard input");
			assert_non_null(strstr(error.reason, r->error));
		}
	}
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	free(seen);
}

static void test_info(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	assert_non_null(seen);
	assert_int_equal(read_path(file_text(f, "zone", SOA "x.ch. NS\nx.ch. NS y.\nx.ch. TXT y\n"), NULL, seen, &info, &error), 0);
	struct name ch = fixture_name("ch.");
	assert_true(name_equal(&info.origin, &ch));
	assert_int_equal(info.soa_serial, 7);
	assert_int_equal(info.records, 3);
	assert_int_equal(info.skipped, 1);
	free(seen);
}

static void test_sink_stops(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { .answer = ERR_CANCELLED };
	struct source_info info;
	struct source_error error;
	struct source *source;
	assert_int_equal(source_masterfile(file_text(f, "zone", SOA "x.ch. NS y.\nz.ch. NS y.\n"), NULL, &source, &error), 0);
	assert_string_equal(source->name, file_path(f, "zone"));
	assert_int_equal(source->ops->read(source, on_record, NULL, &seen, &info, &error), ERR_CANCELLED);
	assert_int_equal(seen.count, 1);
	source->ops->free(source);
}

/* What is no file to be read: one sentence each. */
static void test_no_file(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *data;
		size_t size;
		int rc;
		const char *error;
	} files[] = {
		{ "empty", "", 0, ERR_FORMAT, "is empty" },
#ifdef HAVE_ZSTD
		{ "zstd", "\x28\xb5\x2f\xfd----", 8, ERR_FORMAT, "the zstd stream" },
#else
		{ "zstd", "\x28\xb5\x2f\xfd----", 8, ERR_FORMAT, "zstd -dc" },
#endif
		{ "xz", "\xfd" "7zXZ\0--", 8, ERR_FORMAT, "xz -dc" },
		{ "bzip2", "BZh91AY&SY--", 12, ERR_FORMAT, "bzip2 -dc" },
		{ "one octet of gzip", "\x1f", 1, ERR_FORMAT, "inside a line" },
		{ "two octets of gzip", "\x1f\x8b", 2, ERR_FORMAT, "ends early" },
		{ "no method of gzip", "\x1f\x8b\x07\0\0\0\0\0\0\0\0\0", 12, ERR_FORMAT, "damaged" },
	};
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	assert_non_null(seen);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int rc = read_path(file_write(f, "zone", files[i].data, files[i].size), NULL, seen, &info, &error);
		if (rc != files[i].rc || strstr(error.reason, files[i].error) == NULL) {
			fail_msg("%s: %d %s", files[i].name, rc, error.reason);
		}
		assert_string_equal(error.file, file_path(f, "zone"));
	}
	assert_int_equal(read_path(f->dir, NULL, seen, &info, &error), ERR_IO);
	assert_non_null(strstr(error.reason, "is a directory"));
	assert_int_equal(read_path(file_path(f, "missing"), NULL, seen, &info, &error), ERR_IO);
	assert_non_null(strstr(error.reason, "No such file"));
	if (geteuid() != 0) {
		const char *path = file_text(f, "secret", SOA);
		assert_int_equal(chmod(path, 0), 0);
		assert_int_equal(read_path(path, NULL, seen, &info, &error), ERR_IO);
		assert_non_null(strstr(error.reason, "Permission denied"));
	}
	free(seen);
}

/* A zone with one delegation a line and some oddly long records, over several blocks of the reader. */
static char *big_zone(size_t size, size_t *used, uint64_t *delegations)
{
	char *text = malloc(size + 4096);
	assert_non_null(text);
	*used = (size_t)sprintf(text, "%s", SOA);
	*delegations = 0;
	for (unsigned i = 0; *used < size; i++) {
		char *p = text + *used;
		int n = i % 7 == 3 ? sprintf(p, "d%u.ch. NS ( ; comment %0*d (\n\n\tns%u.example. )\n", i, (int)(i % 2000), 0, i)
			: sprintf(p, "d%u.ch. %u NS ns%u.example.\n", i, i, i);
		*used += (size_t)n;
		(*delegations)++;
	}
	return text;
}

static void test_blocks(void **state)
{
	struct fixture *f = *state;
	size_t size;
	uint64_t delegations;
	char *text = big_zone(5 * 1000 * 1000, &size, &delegations);
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	assert_non_null(seen);
	assert_int_equal(read_path(file_write(f, "zone", text, size), NULL, seen, &info, &error), 0);
	assert_int_equal(seen->count, delegations);
	assert_int_equal(info.skipped, 0);
	free(seen);
	free(text);
}

/* One record longer than we take; one that is just not. */
static void test_long_record(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	assert_non_null(seen);
	const struct {
		size_t spaces;
		int rc;
	} rows_long[] = { { 1000 * 1000, 0 }, { 1100 * 1000, ERR_FORMAT } };
	for (size_t i = 0; i < 2; i++) {
		size_t head = strlen(SOA "x.ch. NS (");
		char *text = malloc(head + rows_long[i].spaces + 16);
		assert_non_null(text);
		memcpy(text, SOA "x.ch. NS (", head);
		memset(text + head, ' ', rows_long[i].spaces);
		strcpy(text + head + rows_long[i].spaces, "\n y. )\n");
		size_t size = strlen(text);
		assert_int_equal(read_path(file_write(f, "zone", text, size), NULL, seen, &info, &error), rows_long[i].rc);
		if (rows_long[i].rc != 0) {
			assert_non_null(strstr(error.reason, "parenthesis closed"));
			assert_int_equal(error.line, 2);
		} else {
			assert_string_equal(seen->records, "x.ch. NS y.\n");
		}
		free(text);
	}
	free(seen);
}

/* A gzip file cut anywhere, also between and inside members, is never a smaller zone: what is not an error is whole. */
static void test_cut_gzip(void **state)
{
	struct fixture *f = *state;
	size_t size;
	uint64_t delegations;
	char *text = big_zone(40 * 1000, &size, &delegations);
	size_t packed_size;
	unsigned char *packed = gzip_octets(text, size, &packed_size);
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	assert_non_null(seen);
	assert_int_equal(read_path(file_write(f, "zone.gz", packed, packed_size), NULL, seen, &info, &error), 0);
	assert_int_equal(seen->count, delegations);
	for (size_t cut = 1; cut < packed_size; cut += cut < 64 || cut + 64 > packed_size ? 1 : 13) {
		int rc = read_path(file_write(f, "zone.gz", packed, cut), NULL, seen, &info, &error);
		if (rc != ERR_FORMAT) {
			fail_msg("cut at %zu of %zu: %d", cut, packed_size, rc);
		}
	}
	free(packed);
	free(text);
	free(seen);
}

static void test_members(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	struct source_info info;
	struct source_error error;
	size_t size[2];
	unsigned char *member[2] = { gzip_octets(SOA, strlen(SOA), &size[0]),
		gzip_octets("x.ch. NS y.\n", strlen("x.ch. NS y.\n"), &size[1]) };
	unsigned char joined[512];
	assert_non_null(seen);
	memcpy(joined, member[0], size[0]);
	memcpy(joined + size[0], member[1], size[1]);
	joined[size[0] + size[1]] = '\n';
	assert_int_equal(read_path(file_write(f, "z", joined, size[0] + size[1]), NULL, seen, &info, &error), 0);
	assert_string_equal(seen->records, "x.ch. NS y.\n");
	for (size_t cut = size[0] + 1; cut < size[0] + size[1]; cut++) {
		assert_int_equal(read_path(file_write(f, "z", joined, cut), NULL, seen, &info, &error), ERR_FORMAT);
	}
	/* gzip(1) would ignore this with a warning. */
	assert_int_equal(read_path(file_write(f, "z", joined, size[0] + size[1] + 1), NULL, seen, &info, &error), ERR_FORMAT);
	joined[size[0] - 6] ^= 1;	/* the check sum of the first */
	assert_int_equal(read_path(file_write(f, "z", joined, size[0] + size[1]), NULL, seen, &info, &error), ERR_FORMAT);
	assert_non_null(strstr(error.reason, "damaged"));
	free(member[0]);
	free(member[1]);
	free(seen);
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
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rows_packed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_info, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sink_stops, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_gzip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_members, setup, teardown),
	};
	return cmocka_run_group_tests_name("masterfile", tests, NULL, NULL);
}
