/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A webhook: each change is posted as the JSON object that jsonl writes, in order, one at a time, at least once with its id.
 *
 * Who receives it can compare, for the object has DS and NS set from before, and says so by its status: 2xx it is taken; 409
 * or 412 there is something else; 408, 429 and 503 later, with Retry-After in so many seconds; other 5xx later, too, but it may have
 * been taken, for a gateway knows no better; all else never. Header lines prove who sends: a time, and an HMAC-SHA-256 over "TIME.BODY" with a secret that both know. The answer is proven by TLS: without it only to this host. */
#include <curl/curl.h>
#include <errno.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "registry/peer/secret.h"
#include "registry/sink/json_change.h"
#include "registry/sink/parts.h"
#include "registry/sink/settings.h"
#include "validate/wire/err.h"

#define TIMEOUT_S 10
#define SECRET_MIN 16
/* Of an answer's body, for people. */
#define WORDS_MAX 120
/* So many "later" in a row are the endpoint's, not those of the changes. */
#define BUSY_MAX 5

struct webhook {
	struct sink sink;
	struct sink_options options;
	const char *url;
	char *place;		/* of the URL, without what may be a secret in it: for sentences */
	char *secret;
	size_t secret_size;
	CURL *curl;
	struct json *json;
	unsigned busy;
	char words[WORDS_MAX + 1];
	size_t word_count;
	char error[CURL_ERROR_SIZE];
};

/* ---- settings */

static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
		(strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

/* NULL: it is good. */
static const char *url_fault(CURLU *u, const char *url)
{
	char *scheme = NULL;
	char *host = NULL;
	char *user = NULL;
	const char *fault = NULL;
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK || curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		fault = "give a URL: https://registry.example/changes";
	} else if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK) {
		fault = "the URL has a user or a password; who sends is proven by the secret";
	} else if (strcmp(scheme, "https") != 0 && !(strcmp(scheme, "http") == 0 && is_loopback(host))) {
		fault = "only https, or http to this host itself";
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	return fault;
}

/* A path or a query may have a token. */
static bool set_place(struct webhook *h, CURLU *u)
{
	return curl_url_set(u, CURLUPART_PATH, "/", 0) == CURLUE_OK && curl_url_set(u, CURLUPART_QUERY, NULL, 0) == CURLUE_OK &&
		curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_URL, &h->place, 0) == CURLUE_OK;
}

static int read_url(struct webhook *h, char *why)
{
	int rc = settings_need(&h->options, "url", &h->url, why);
	if (rc != 0) {
		return rc;
	}
	CURLU *u = curl_url();
	if (u == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	const char *fault = url_fault(u, h->url);
	bool set = fault == NULL && set_place(h, u);
	curl_url_cleanup(u);
	return set ? 0 : fault == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : settings_wrong(&h->options, "url", fault, why);
}

static int read_secret(struct webhook *h, char *why)
{
	const char *path;
	char what[SINK_WHY];
	int rc = settings_need(&h->options, "secret", &path, why);
	rc = rc == 0 ? settings_secret(&h->options, "secret", &h->secret, &h->secret_size, why) : rc;
	if (rc == 0 && h->secret_size < SECRET_MIN) {
		snprintf(what, sizeof(what), "%.120s has less than %d octets: that can be guessed", path, SECRET_MIN);
		rc = settings_wrong(&h->options, "secret", what, why);
	}
	return rc;
}

static int read_settings(struct webhook *h, uint64_t *timeout, char *why)
{
	static const char *const known[] = { "url", "secret", "ca", "timeout", NULL };
	if (h->options.target != NULL) {
		return sink_fail(why, ERR_ARG, "webhook sends to the url of its settings and takes no target");
	}
	int rc = settings_check(&h->options, known, why);
	rc = rc == 0 ? read_url(h, why) : rc;
	rc = rc == 0 ? settings_uint(&h->options, "timeout", 1, 300, timeout, why) : rc;
	return rc == 0 ? read_secret(h, why) : rc;
}

/* ---- the connection */

static size_t keep_words(char *data, size_t one, size_t count, void *user)
{
	struct webhook *h = user;
	for (size_t i = 0; i < one * count && h->word_count < WORDS_MAX && data[i] != '\n' && data[i] != '\r'; i++) {
		h->words[h->word_count++] = data[i] < ' ' || data[i] > '~' ? '?' : data[i];
	}
	h->words[h->word_count] = '\0';
	return one * count;
}

static bool set_up(struct webhook *h, uint64_t timeout)
{
	CURL *c = h->curl;
	const char *ca = settings_text(&h->options, "ca");
	return curl_easy_setopt(c, CURLOPT_URL, h->url) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
		/* What is for this host itself goes past no proxy of the environment, where it could be read. */
		&& (strncmp(h->place, "http:", 5) != 0 || curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK)
		&& curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK
		&& (ca == NULL || curl_easy_setopt(c, CURLOPT_CAINFO, ca) == CURLE_OK)
		&& (ca == NULL || curl_easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK)
		&& curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)timeout) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)timeout) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_USERAGENT, "cdswalk") == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep_words) == CURLE_OK
		&& curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK;
}

static int broken(struct webhook *h, CURLcode code, char *why)
{
	if (why != NULL) {
		snprintf(why, SINK_WHY, "%.100s: %.140s", h->place, h->error[0] != '\0' ? h->error : curl_easy_strerror(code));
	}
	return code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_IO;
}

/* Before anything is claimed: is there somebody, with the right certificate? */
static int knock(struct webhook *h, uint64_t timeout, char *why)
{
	if (!set_up(h, timeout)) {
		return sink_fail(why, ERR_NOMEM, "libcurl cannot be set up");
	}
	CURLcode code = curl_easy_setopt(h->curl, CURLOPT_CONNECT_ONLY, 1L);
	code = code == CURLE_OK ? curl_easy_perform(h->curl) : code;
	if (code != CURLE_OK) {
		return broken(h, code, why);
	}
	/* A handle that has only connected is good for nothing else. */
	curl_easy_cleanup(h->curl);
	h->curl = curl_easy_init();
	return h->curl != NULL && set_up(h, timeout) ? 0 : sink_fail(why, ERR_NOMEM, "libcurl cannot be set up");
}

/* ---- one change */

static bool sign(const struct webhook *h, const char *body, size_t size, const char *when, char out[2 * 32 + 1])
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned mac_size = 0;
	size_t head = strlen(when) + 1;
	char *all = malloc(head + size);
	if (all == NULL) {
		return false;
	}
	memcpy(all, when, head - 1);
	all[head - 1] = '.';
	memcpy(all + head, body, size);
	bool good = HMAC(EVP_sha256(), h->secret, (int)h->secret_size, (const uint8_t *)all, head + size, mac, &mac_size) != NULL
		&& mac_size == 32;
	free(all);
	for (size_t i = 0; i < 32 && good; i++) {
		snprintf(out + 2 * i, 3, "%02x", mac[i]);
	}
	return good;
}

static struct curl_slist *make_headers(const struct webhook *h, const char *id, const char *body, size_t size)
{
	char when[24];
	char mac[2 * 32 + 1];
	char line[160];
	snprintf(when, sizeof(when), "%lld", (long long)time(NULL));
	if (!sign(h, body, size, when, mac)) {
		return NULL;
	}
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	const struct {
		const char *name, *value;
	} lines[] = { { "Expect", "" }, { "Cdswalk-Id", id }, { "Cdswalk-Timestamp", when }, { "Cdswalk-Signature", mac } };
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]) && list != NULL; i++) {
		snprintf(line, sizeof(line), "%s:%s%s", lines[i].name, lines[i].value[0] == '\0' ? "" : " ", lines[i].value);
		struct curl_slist *more = curl_slist_append(list, line);
		if (more == NULL) {
			curl_slist_free_all(list);
		}
		list = more;
	}
	return list;
}

static enum sink_outcome outcome_of(long status)
{
	return status >= 200 && status <= 299 ? SINK_TAKEN
		: status == 409 || status == 412 ? SINK_CONFLICT
		: status == 408 || status == 429 || status == 503 ? SINK_WAITS
		: status >= 500 ? SINK_UNKNOWN
		: SINK_REFUSED;
}

/* Retry-After of RFC 9110 section 10.2.3 and RFC 6585 section 4, as seconds or as a date. It is the endpoint's, not that of one
 * change. */
static uint64_t rest_of(const struct webhook *h, long status)
{
	curl_off_t seconds = 0;
	if (status != 429 && status != 503) {
		return 0;
	}
	return curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0 ? (uint64_t)seconds : 0;
}

static int tell(struct webhook *h, const struct sink_change *x, long status)
{
	char what[SINK_WHY];
	const struct sink_result r = { .outcome = outcome_of(status), .why = what, .rest_s = rest_of(h, status) };
	snprintf(what, sizeof(what), "HTTP %ld%s%s%s", status, h->words[0] == '\0' ? "" : ": ", h->words,
		status >= 300 && status <= 399 ? " (nobody is followed elsewhere)" : "");
	h->options.done(h->options.user, x->change->number, &r);
	h->busy = r.outcome != SINK_WAITS && r.outcome != SINK_UNKNOWN ? 0 : r.rest_s > 0 ? BUSY_MAX : h->busy + 1;
	return h->busy < BUSY_MAX ? 0 : sink_fail(h->options.why, ERR_BUSY, "%.100s: %.120s", h->place, what);
}

static int post(struct webhook *h, const struct sink_change *x, const char *body, size_t size)
{
	struct curl_slist *headers = make_headers(h, x->id, body, size);
	long status = 0;
	CURLcode code = headers == NULL ? CURLE_OUT_OF_MEMORY : CURLE_OK;
	h->word_count = 0;
	h->words[0] = h->error[0] = '\0';
	code = code == CURLE_OK ? curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers) : code;
	code = code == CURLE_OK ? curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size) : code;
	code = code == CURLE_OK ? curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, body) : code;
	code = code == CURLE_OK ? curl_easy_perform(h->curl) : code;
	code = code == CURLE_OK ? curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status) : code;
	curl_slist_free_all(headers);
	return code == CURLE_OK ? tell(h, x, status) : broken(h, code, h->options.why);
}

static int webhook_put(struct sink *sink, const struct sink_change *x)
{
	struct webhook *h = (struct webhook *)sink;
	char *body = NULL;
	size_t size = 0;
	if (h->options.dry_run) {
		const struct sink_result r = { .outcome = SINK_TAKEN, .why = "would be posted" };
		h->options.done(h->options.user, x->change->number, &r);
		return 0;
	}
	FILE *memory = open_memstream(&body, &size);
	if (memory == NULL) {
		return sink_fail(h->options.why, ERR_NOMEM, "out of memory");
	}
	json_change(h->json, x);
	int rc = json_end_line(h->json, memory);
	rc = fclose(memory) == 0 ? rc : ERR_NOMEM;
	rc = rc != 0 ? sink_fail(h->options.why, ERR_NOMEM, "out of memory") : post(h, x, body, size - 1);
	free(body);
	return rc;
}

static void webhook_free(struct webhook *h)
{
	curl_easy_cleanup(h->curl);
	curl_free(h->place);
	secret_free(h->secret);
	json_free(h->json);
	free(h);
}

static int webhook_finish(struct sink *sink, bool failed)
{
	(void)failed;		/* what was posted is there */
	webhook_free((struct webhook *)sink);
	return 0;
}

int sink_webhook_new(const struct sink_options *o, struct sink **out, char why[SINK_WHY])
{
	struct webhook *h = calloc(1, sizeof(*h));
	uint64_t timeout = TIMEOUT_S;
	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(h);
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	h->sink.ops = &sink_webhook_ops;
	h->options = *o;
	h->json = json_new();
	h->curl = curl_easy_init();
	int rc = h->json == NULL || h->curl == NULL ? sink_fail(why, ERR_NOMEM, "out of memory") : read_settings(h, &timeout, why);
	rc = rc == 0 ? knock(h, timeout, why) : rc;
	if (rc != 0) {
		webhook_free(h);
		return rc;
	}
	*out = &h->sink;
	return 0;
}

const struct sink_ops sink_webhook_ops = {
	.name = "webhook",
	.sentence = "each change posted as JSON to a URL, signed with a secret",
	.has_answers = true,
	.put = webhook_put,
	.finish = webhook_finish,
};
