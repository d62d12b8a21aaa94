/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists in CSV: what is delivered, what is left out and why, what is no whole list. */
#include "tests/unit/source_fixture.h"

#define D32 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define D32_UPPER "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
#define H "child,ns\n"
#define OUT_MAX (64 * 1024)

/* Everything that came, as text; one line a child. */
struct seen {
	char records[OUT_MAX];
	char skipped[OUT_MAX];
	uint64_t count;
	int answer;		/* of the sink */
	uint64_t answers;	/* records before it */
};

__attribute__((format(printf, 2, 3)))
static void append(char text[OUT_MAX], const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;
	va_start(args, format);
	vsnprintf(text + used, OUT_MAX - used, format, args);
	va_end(args);
}

static int on_record(void *user, const struct source_record *r)
{
	struct seen *seen = user;
	char name[NAME_TEXT_SIZE];
	char text[DS_TEXT_SIZE];
	name_to_text(r->kind == SOURCE_NS ? r->host : r->owner, name);
	switch (r->kind) {
	case SOURCE_FACTS:
		append(seen->records, "%s%llu %s", seen->count == 0 ? "" : "\n", (unsigned long long)r->facts->line, name);
		if (r->facts->flags != 0 || r->facts->manual_change != 0 || r->facts->registrar[0] != '\0'
			|| r->facts->registration[0] != '\0') {
			append(seen->records, " {%u %s|%s %u}", r->facts->flags, r->facts->registrar, r->facts->registration,
				(unsigned)r->facts->manual_change);
		}
		break;
	case SOURCE_NS:
		append(seen->records, " %s", name);
		break;
	case SOURCE_ADDRESS:
		address_to_text(r->address, text);
		append(seen->records, " %s=%s", name, text);
		break;
	case SOURCE_DS:
		if (r->ds == NULL) {
			append(seen->records, " ?");
		} else {
			ds_to_text(r->ds, text);
			append(seen->records, " (%u %s)", (unsigned)r->ttl, text);
		}
		break;
	}
	return seen->count++ == seen->answers ? seen->answer : 0;
}

static void on_skip(void *user, const struct source_error *e)
{
	struct seen *seen = user;
	assert_true(strlen(e->file) > 0);
	append(seen->skipped, "%llu: %s\n", (unsigned long long)e->line, e->reason);
}

static int read_path(const char *path, const char *origin, struct seen *seen, struct source_info *info,
	struct source_error *error)
{
	const struct name name = fixture_name(origin);
	memset(seen, 0, sizeof(*seen));
	memset(info, 0, sizeof(*info));
	memset(error, 0, sizeof(*error));
	struct source *source = NULL;
	int rc = source_csv(path, &name, &source, error);
	if (rc == 0) {
		rc = source->ops->read(source, on_record, on_skip, seen, info, error);
		source->ops->free(source);
	}
	return rc;
}

struct row {
	const char *name;
	const char *text;
	const char *records;
	const char *skipped;
};

static const struct row rows[] = {
	{ "the least", H "a.ch,ns.net\n", "2 a.ch. ns.net. ?", "" },
	{ "columns in any order", "ds,ns,child\n1 13 2 " D32 ",ns.net. NS2.net.,A.ch.\n",
		"2 a.ch. ns.net. ns2.net. (3600 1 13 2 " D32_UPPER ")", "" },
	{ "all columns", "child,ns,glue,ds,ds-ttl,flags,registrar,registration,manual-change\n"
		"a.ch.,ns.a.ch. ns.net.,ns.a.ch.=192.0.2.1 ns.a.ch.=2001:db8::1,1 13 2 " D32 "; 2 8 2 " D32 ",300,opted-out "
		"registry-lock,Mine Ltd,R-1,2026-11-21T02:00:00Z\n",
		"2 a.ch. {9 Mine Ltd|R-1 1795226400} ns.a.ch. ns.net. ns.a.ch.=192.0.2.1 ns.a.ch.=2001:db8::1 (300 1 13 2 " D32_UPPER
		") (300 2 8 2 " D32_UPPER ")", "" },
	{ "each flag", "child,ns,flags\na.ch,x,opted-out\nb.ch,x,registrar-automates\nc.ch,x,registrar-no-disable\n"
		"d.ch,x,registry-lock\ne.ch,x,registrar-lock\nf.ch,x,not-published\ng.ch,x, not-published \topted-out not-published\n",
		"2 a.ch. {1 | 0} x. ?\n3 b.ch. {2 | 0} x. ?\n4 c.ch. {4 | 0} x. ?\n5 d.ch. {8 | 0} x. ?\n6 e.ch. {16 | 0} x. ?\n"
		"7 f.ch. {32 | 0} x. ?\n8 g.ch. {33 | 0} x. ?", "" },
	{ "no DS is not an unknown one (A-09)", "child,ns,ds\na.ch,x,\nb.ch,x,unknown\nc.ch,x, \n", "2 a.ch. x.\n3 b.ch. x. ?\n4 c.ch. x.",
		"" },
	{ "empty values", "child,ns,glue,ds,ds-ttl,flags,registrar,registration,manual-change\na.ch,x,,,,,,,\n", "2 a.ch. x.", "" },
	{ "seconds", "child,ns,manual-change\na.ch,x,1795226400\n", "2 a.ch. {0 | 1795226400} x. ?", "" },
	{ "quotes", "\"child\",\"ns\",registrar\n\"a.ch\",\"x y\",\"Mine, \"\"Ltd\"\"\"\nb.ch,x,\"\"\n",
		"2 a.ch. {0 Mine, \"Ltd\"| 0} x. y. ?\n3 b.ch. x. ?", "" },
	{ "CR LF, a byte order mark, empty lines", "\xef\xbb\xbf" "child,ns\r\n\r\na.ch,x\r\n\nb.ch,x\n\n", "3 a.ch. x. ?\n5 b.ch. x. ?", "" },
	{ "names deeper below the origin", H "a.co.ch,x\n", "2 a.co.ch. x. ?", "" },
	{ "an unquoted field of a quote's name", H "\"a.ch\",x\nb\\\"c.ch,x\nd.ch,x\n", "2 a.ch. x. ?\n4 d.ch. x. ?",
		"3: a quote stands inside a field that does not begin with one\n" },
	/* One that is left open must not take its neighbours away. */
	{ "an open quote", H "\"a.ch,x\nb.ch,x\nc.ch,\"x\nd.ch,\"x\"\"\ne.ch,x\n", "3 b.ch. x. ?\n6 e.ch. x. ?",
		"2: a quote is not closed in its line\n"
		"4: a quote is not closed in its line\n"
		"5: a quote is not closed in its line\n" },
	{ "behind a quote", H "\"a.ch\"x,x\nb.ch,x\n", "3 b.ch. x. ?", "2: there is more behind a closing quote\n" },
	{ "control characters", H "a\vb.ch,x\nb.ch,x\ra.ch,y\nc.ch,x\177\nd.ch,x\n", "5 d.ch. x. ?", "2: there is a control character\n"
		"3: there is a control character\n4: there is a control character\n" },
	{ "fields", H "a.ch\nb.ch,x,y\nc.ch,,,,,,,,,,,,,,,,,,\nd.ch,x\n", "5 d.ch. x. ?", "2: 1 fields, and the header has 2\n"
		"3: 3 fields, and the header has 2\n4: there are more fields than there can be columns\n" },
	{ "child", H ",x\na.ch b.ch,x\na..ch,x\nch.,x\na.li,x\nz\xc3\xbcrich.ch,x\nach,x\na.ch,x\n", "9 a.ch. x. ?",
		"2: child: takes one domain name\n3: child: takes one domain name\n4: child: \"a..ch\" is not a domain name\n"
		"5: child: ch. is not below ch.\n6: child: a.li is not below ch.\n"
		"7: child: \"z\xc3\xbcrich.ch\" has octets that are not ASCII; names are written as in the DNS (xn--...)\n"
		"8: child: ach is not below ch.\n" },
	{ "ns", H "a.ch,\nb.ch, \nc.ch,x y..z\nd.ch,x\n", "5 d.ch. x. ?", "2: ns: has no name server\n3: ns: has no name server\n"
		"4: ns: \"y..z\" is not a domain name\n" },
	{ "glue", "child,ns,glue\na.ch,ns.a.ch,192.0.2.1\nb.ch,ns.b.ch,ns.b.ch=192.0.2.256\nc.ch,ns.c.ch,ns.x.ch=192.0.2.1\n"
		"d.ch,ns.d.ch,..=192.0.2.1\ne.ch,ns.e.ch,NS.e.ch.=192.0.2.1\nf.ch,x,x=\n", "6 e.ch. ns.e.ch. ns.e.ch.=192.0.2.1 ?",
		"2: glue: takes HOST=ADDRESS, not \"192.0.2.1\"\n3: glue: \"192.0.2.256\" is not an address\n"
		"4: glue: ns.x.ch is not one of the name servers in this line\n5: glue: \"..\" is not a domain name\n"
		"7: glue: \"\" is not an address\n" },
	{ "ds", "child,ns,ds\na.ch,x,1 13 2 zz\nb.ch,x,1 13 2 0123\nc.ch,x,1 13 2 " D32 ";\nd.ch,x,65536 13 2 " D32 "\ne.ch,x,Unknown\n"
		"f.ch,x,1 13 200 0123\n", "7 f.ch. x. (3600 1 13 200 0123)",
		"2: ds: takes TAG ALGORITHM TYPE DIGEST, more of them behind \";\", or unknown, not \"1 13 2 zz\"\n"
		"3: ds: the digest of \"1 13 2 0123\" does not have the length of its type\n"
		"4: ds: takes TAG ALGORITHM TYPE DIGEST, more of them behind \";\", or unknown, not \"\"\n"
		"5: ds: takes TAG ALGORITHM TYPE DIGEST, more of them behind \";\", or unknown, not \"65536 13 2 "
		"0123456789abcdef0123456789abcdef0123456789abcdef0\"\n"
		"6: ds: takes TAG ALGORITHM TYPE DIGEST, more of them behind \";\", or unknown, not \"Unknown\"\n" },
	{ "ds-ttl", "child,ns,ds,ds-ttl\na.ch,x,1 13 2 " D32 ",2147483647\nb.ch,x,,2147483648\nc.ch,x,,1h\nd.ch,x,,-1\ne.ch,x,,1 2\n"
		"f.ch,x,,99999999999999999999999\n", "2 a.ch. x. (2147483647 1 13 2 " D32_UPPER ")",
		"3: ds-ttl: takes seconds, 0 to 2147483647\n4: ds-ttl: takes seconds, 0 to 2147483647\n"
		"5: ds-ttl: takes seconds, 0 to 2147483647\n6: ds-ttl: takes seconds, 0 to 2147483647\n"
		"7: ds-ttl: takes seconds, 0 to 2147483647\n" },
	{ "flags", "child,ns,flags\na.ch,x,opted-out lock\nb.ch,x,Opted-Out\nc.ch,x,\n", "4 c.ch. x. ?",
		"2: flags: there is no flag \"lock\"\n3: flags: there is no flag \"Opted-Out\"\n" },
	{ "registrar and registration", "child,ns,registrar,registration\na.ch,x,M\xc3\xbcller,\n"
		"b.ch,x,,0123456789012345678901234567890123456789012345678901234567890123\n"
		"c.ch,x,012345678901234567890123456789012345678901234567890123456789012,\nd.ch,x,a\tb,\n",
		"4 c.ch. {0 012345678901234567890123456789012345678901234567890123456789012| 0} x. ?",
		"2: registrar: takes at most 63 printable ASCII characters\n3: registration: takes at most 63 printable ASCII characters\n"
		"5: registrar: takes at most 63 printable ASCII characters\n" },
	{ "manual-change", "child,ns,manual-change\na.ch,x,yesterday\nb.ch,x,2026-02-30T00:00:00Z\nc.ch,x,1 2\nd.ch,x,\n", "5 d.ch. x. ?",
		"2: manual-change: takes a time in UTC such as 2026-11-21T02:00:00Z, or seconds since 1970\n"
		"3: manual-change: takes a time in UTC such as 2026-11-21T02:00:00Z, or seconds since 1970\n"
		"4: manual-change: takes a time in UTC such as 2026-11-21T02:00:00Z, or seconds since 1970\n" },
};

static void expect_row(const struct row *r, int rc, const struct seen *seen, const struct source_error *error)
{
	if (rc != 0 || strcmp(seen->records, r->records) != 0 || strcmp(seen->skipped, r->skipped) != 0) {
		fail_msg("%s: %d %s: got\n%s\nskipped\n%s", r->name, rc, error->reason, seen->records, seen->skipped);
	}
}

static void test_rows(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	assert_non_null(seen);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct source_info info;
		struct source_error error;
		int rc = read_path(file_text(f, "list", rows[i].text), "ch.", seen, &info, &error);
		expect_row(&rows[i], rc, seen, &error);
		const struct name ch = fixture_name("ch.");
		assert_true(name_equal(&info.origin, &ch) && info.soa_serial == 0);
		size_t size;
		unsigned char *packed = gzip_octets(rows[i].text, strlen(rows[i].text), &size);
		rc = read_path(file_write(f, "list.gz", packed, size), "ch.", seen, &info, &error);
		free(packed);
		expect_row(&rows[i], rc, seen, &error);
	}
	free(seen);
}

#define NAMED "; it names the columns, which are child, ns and, where there are such, glue, ds, ds-ttl, flags, registrar, " \
	"registration and manual-change"

/* Nothing of these may be loaded: they are not whole, or not what was meant. */
static const struct {
	const char *name;
	const char *text;
	int rc;
	uint64_t line;
	const char *reason;
} failures[] = {
	{ "nothing", "", ERR_FORMAT, 0, "is empty" },
	{ "an empty line", "\n", ERR_FORMAT, 0, "the header is missing" NAMED },
	{ "no header", "a.ch,x\n", ERR_FORMAT, 1, "the header has an unknown column: a.ch" NAMED },
	{ "an unknown column", "child,ns,lock\na.ch,x,\n", ERR_FORMAT, 1, "the header has an unknown column: lock" NAMED },
	{ "a column in another case", "Child,ns\na.ch,x\n", ERR_FORMAT, 1, "the header has an unknown column: Child" NAMED },
	{ "a column without a name", "child,ns,\na.ch,x,\n", ERR_FORMAT, 1, "the header has an unknown column: " NAMED },
	{ "a column twice", "child,ns,child\na.ch,x,b.ch\n", ERR_FORMAT, 1, "the header has this column twice: child" NAMED },
	{ "no child", "ns,ds\nx,\n", ERR_FORMAT, 1, "the header has no column child" NAMED },
	{ "no ns", "\nchild,ds\na.ch,\n", ERR_FORMAT, 2, "the header has no column ns" NAMED },
	{ "another separator", "child;ns\na.ch;x\n", ERR_FORMAT, 1, "the header has an unknown column: child;ns" NAMED },
	{ "a header with an open quote", "\"child,ns\na.ch,x\n", ERR_FORMAT, 1,
		"the header cannot be read: a quote is not closed in its line" NAMED },
	{ "a header alone", H, ERR_FORMAT, 0, "there is no line behind the header: an empty list is taken for a failure of what made "
		"it" },
	{ "no line that can be taken", H "a.li,x\nb.li,x\n", ERR_FORMAT, 0,
		"none of 2 lines can be taken (the first is 2: child: a.li is not below ch.)" },
	{ "cut inside a line", H "a.ch,x\nb.c", ERR_FORMAT, 3, "the file ends inside a line (no newline at its end): it is not whole; "
		"fetch it again, or add the newline if it was written by hand" },
	{ "cut inside the header", "child,n", ERR_FORMAT, 1, "the file ends inside a line (no newline at its end): it is not whole; "
		"fetch it again, or add the newline if it was written by hand" },
	{ "cut, and a newline put behind it", H "a.ch,x\nb.ch\n\n", ERR_FORMAT, 3, "this is the last line, and it is none: the file is "
		"not whole; fetch it again" },
	{ "cut inside a quoted field", H "a.ch,x\nb.ch,\"x\n", ERR_FORMAT, 3, "this is the last line, and it is none: the file is not "
		"whole; fetch it again" },
};

static void test_failures(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	assert_non_null(seen);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct source_info info;
		struct source_error error;
		int rc = read_path(file_text(f, "list", failures[i].text), "ch.", seen, &info, &error);
		if (rc != failures[i].rc || error.line != failures[i].line || strcmp(error.reason, failures[i].reason) != 0) {
			fail_msg("%s: %d %llu: %s", failures[i].name, rc, (unsigned long long)error.line, error.reason);
		}
		assert_string_equal(error.file, file_path(f, "list"));
	}
	free(seen);
}

/* A list packed by gzip(1), cut at every octet: always an error, whatever could be unpacked. */
static void test_cut(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	assert_non_null(seen);
	static const char text[] = H "a.ch,x\nb.ch,x y\nc.ch,x\n";
	size_t size;
	unsigned char *packed = gzip_octets(text, sizeof(text) - 1, &size);
	for (size_t cut = 1; cut <= size; cut++) {
		struct source_info info;
		struct source_error error;
		int rc = read_path(file_write(f, "list.gz", packed, cut), "ch.", seen, &info, &error);
		assert_int_equal(rc, cut == size ? 0 : ERR_FORMAT);
		assert_int_equal(error.reason[0] == '\0', cut == size);
	}
	free(packed);
	for (size_t cut = 1; cut < sizeof(text) - 1; cut++) {
		struct source_info info;
		struct source_error error;
		int rc = read_path(file_write(f, "list", text, cut), "ch.", seen, &info, &error);
		/* A plain file that ends behind a whole line is a list like another; how much is gone is then load.c's to see. */
		assert_int_equal(rc, text[cut - 1] == '\n' && cut > strlen(H) ? 0 : ERR_FORMAT);
	}
	free(seen);
}

/* Exactly as much as is kept, and one more. */
static void test_ceilings(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	char *text = calloc(1, OUT_MAX);
	assert_non_null(seen);
	assert_non_null(text);
	append(text, "child,ns,glue,ds\n");
	for (unsigned more = 0; more < 2; more++) {
		append(text, "ns%u.ch,", more);
		for (unsigned i = 0; i < LIMIT_NS_HOSTS + more; i++) {
			append(text, "h%u ", i);
		}
		append(text, ",,\nds%u.ch,x,,", more);
		for (unsigned i = 0; i < LIMIT_DS + more; i++) {
			append(text, "%s%u 13 2 " D32, i == 0 ? "" : ";", i);
		}
		append(text, "\nglue%u.ch,x,", more);
		for (unsigned i = 0; i < LIMIT_NS_HOSTS * LIMIT_HOST_ADDRESSES + more; i++) {
			append(text, "x=192.0.2.%u ", i % 256);
		}
		append(text, ",\n");
	}
	struct source_info info;
	struct source_error error;
	assert_int_equal(read_path(file_text(f, "list", text), "ch.", seen, &info, &error), 0);
	assert_string_equal(seen->skipped, "5: ns: has more than 32 name servers\n6: ds: has more than 64 records\n"
		"7: glue: has more than 256 addresses\n");
	assert_int_equal(info.records, 6);
	assert_int_equal(info.skipped, 3);
	free(text);
	size_t room = LIMIT_FILE_RECORD_OCTETS + 64;
	text = malloc(room);
	assert_non_null(text);
	memset(text, 'x', room);
	memcpy(text, H, strlen(H));
	text[room - 1] = '\n';
	assert_int_equal(read_path(file_write(f, "list", text, room), "ch.", seen, &info, &error), ERR_FORMAT);
	assert_int_equal(error.line, 2);
	assert_string_equal(error.reason, "the line that begins here is longer than 1048576 octets; is this a CSV file?");
	free(text);
	free(seen);
}

/* Whatever the sink says ends the reading, at each record. */
static void test_sink_ends_it(void **state)
{
	struct fixture *f = *state;
	struct seen *seen = calloc(1, sizeof(*seen));
	assert_non_null(seen);
	const struct name ch = fixture_name("ch.");
	const char *path = file_text(f, "list", "child,ns,glue,ds\na.ch,x,x=192.0.2.1,1 13 2 " D32 "\nb.ch,x,,unknown\n");
	for (uint64_t i = 0; i < 7; i++) {
		struct source *source;
		struct source_info info;
		struct source_error error;
		memset(seen, 0, sizeof(*seen));
		seen->answer = ERR_CANCELLED;
		seen->answers = i;
		assert_int_equal(source_csv(path, &ch, &source, &error), 0);
		assert_int_equal(source->ops->read(source, on_record, NULL, seen, &info, &error), ERR_CANCELLED);
		assert_int_equal(seen->count, i + 1);
		source->ops->free(source);
	}
	free(seen);
}

/* servers are asked beside a list of the registry, and beside nothing else. */
static void test_servers(void **state)
{
	struct fixture *f = *state;
	const struct name ch = fixture_name("ch.");
	struct source *source = NULL;
	struct source_error error;
	static const enum source_format formats[] = { SOURCE_ZONE, SOURCE_AXFR, SOURCE_NAMES, SOURCE_FRED, SOURCE_CSV };
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const struct source_place served = { .path = file_text(f, "list", H "a.ch,x\n"), .format = formats[i], .origin = ch,
			.server_count = 1 };
		bool takes = formats[i] == SOURCE_CSV;
		assert_int_equal(source_open(&served, &source, &error), takes ? 0 : ERR_ARG);
		assert_true(takes || strstr(error.reason, "leave --published-at out, it is for csv and postgres") != NULL);
	}
	source->ops->free(source);
}

static void test_open(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *file;
		enum source_format format;
		bool csv;
	} files[] = {
		{ "x.csv", SOURCE_BY_NAME, true }, { "x.csv.gz", SOURCE_BY_NAME, true }, { "x.csv.zst", SOURCE_BY_NAME, true },
		{ "x.zone", SOURCE_BY_NAME, false },
		{ "csv", SOURCE_BY_NAME, false }, { "x.csv", SOURCE_ZONE, false }, { "x", SOURCE_CSV, true },
	};
	const struct name ch = fixture_name("ch.");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct source *source;
		struct source *of_zone;
		struct source_error error;
		const char *path = file_text(f, files[i].file, H "a.ch,x\n");
		struct source_place place = { .path = path, .format = files[i].format, .origin = ch };
		assert_int_equal(source_open(&place, &source, &error), 0);
		assert_int_equal(source_masterfile(path, &ch, &of_zone, &error), 0);
		assert_int_equal(source->ops != of_zone->ops, files[i].csv);
		source->ops->free(source);
		of_zone->ops->free(of_zone);
		place.key = "secret";
		source = NULL;
		assert_int_equal(source_open(&place, &source, &error), ERR_ARG);
		assert_null(source);
		assert_string_equal(error.reason, files[i].csv
			? "a source of the format csv takes no key; leave it out, or name the format"
			: "a source of the format zone takes no key; leave it out, or name the format");
	}
	struct source *source = NULL;
	struct source_error error;
	const struct name none = { .size = 0 };
	assert_int_equal(source_csv(file_path(f, "x.csv"), &none, &source, &error), ERR_ARG);
	assert_string_equal(error.reason, "a CSV file does not tell of which zone it is; say so with --origin");
	assert_int_equal(source_csv("-", NULL, &source, &error), ERR_ARG);
	assert_string_equal(error.file, "standard input");
	assert_int_equal(source_csv(file_path(f, "none.csv"), &ch, &source, &error), ERR_IO);
	assert_int_equal(source_csv(NULL, &ch, &source, &error), ERR_ARG);
	struct source_place place = { .format = SOURCE_CSV, .origin = ch };
	assert_int_equal(source_open(&place, &source, &error), ERR_ARG);
	place = (struct source_place){ .path = "x", .format = (enum source_format)99 };
	assert_int_equal(source_open(&place, &source, &error), ERR_ARG);
	assert_int_equal(source_open(NULL, &source, &error), ERR_ARG);
	assert_null(source);
	assert_string_equal(source_formats(), "zone, csv, axfr, names, postgres or fred");
	enum source_format format = SOURCE_BY_NAME;
	assert_int_equal(source_format_from_text("xml", &format), ERR_FORMAT);
	assert_int_equal(format, SOURCE_BY_NAME);
	assert_int_equal(source_format_from_text("csv", &format), 0);
	assert_int_equal(format, SOURCE_CSV);
	assert_int_equal(source_format_from_text("zone", &format), 0);
	assert_int_equal(format, SOURCE_ZONE);
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
		cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ceilings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sink_ends_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_servers, setup, teardown),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
