/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the registry is, who we are there, and how it wants to be talked to. */
#include "registry/sink/epp_settings.h"

#include <stdio.h>
#include <string.h>

#include "registry/peer/secret.h"
#include "registry/sink/settings.h"
#include "validate/wire/err.h"

#define PORT "700"		/* RFC 5734 section 10 */
#define PIPELINE 8
#define TIMEOUT_S 30
#define TIMEOUT_MAX_S 600

static const char *const known[] = { "server", "ca", "certificate", "key-file", "user", "password-file", "profile", "remove-all",
	"pipeline", "timeout", NULL };
static const char *const profiles[] = { [EPP_DS_DATA] = "ds-data", [EPP_KEY_DATA] = "key-data", NULL };

/* HOST, HOST:PORT, [ADDRESS]:PORT */
static int read_server(const struct sink_options *o, const char *text, struct epp_settings *out, char *why)
{
	const char *end = text[0] == '[' ? strchr(text, ']') : text + strcspn(text, ":");
	const char *host = text[0] == '[' ? text + 1 : text;
	if (end == NULL || end == host || (size_t)(end - host) >= sizeof(out->host)) {
		return settings_wrong(o, "server", "give HOST, HOST:PORT or [ADDRESS]:PORT", why);
	}
	memcpy(out->host, host, (size_t)(end - host));
	out->host[end - host] = '\0';
	end += *end == ']' ? 1 : 0;
	const char *port = *end == ':' ? end + 1 : PORT;
	size_t size = strspn(port, "0123456789");
	if ((*end != ':' && *end != '\0') || size == 0 || size > 5 || port[size] != '\0') {
		return settings_wrong(o, "server", strchr(text, ':') != strrchr(text, ':') && text[0] != '['
			? "an IPv6 address stands in brackets, [ADDRESS]:PORT" : "the port is a number", why);
	}
	snprintf(out->port, sizeof(out->port), "%s", port);
	return 0;
}

/* RFC 5730: clIDType and pwType are tokens, of 3 to 16 and of 6 to 16 characters. */
static bool is_token(const char *text, size_t min, size_t max)
{
	size_t size = strlen(text);
	if (size < min || size > max || text[0] == ' ' || text[size - 1] == ' ' || strstr(text, "  ") != NULL) {
		return false;
	}
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~') {
			return false;
		}
	}
	return true;
}

static int read_names(const struct sink_options *o, struct epp_settings *out, const char **password_file, char *why)
{
	const char *server;
	int rc = settings_need(o, "server", &server, why);
	rc = rc == 0 ? read_server(o, server, out, why) : rc;
	rc = rc == 0 ? settings_need(o, "user", &out->user, why) : rc;
	rc = rc == 0 ? settings_need(o, "password-file", password_file, why) : rc;
	if (rc != 0) {
		return rc;
	}
	if (!is_token(out->user, 3, 16)) {
		return settings_wrong(o, "user", "EPP has names of 3 to 16 characters, printable ASCII (RFC 5730)", why);
	}
	out->ca_file = settings_text(o, "ca");
	out->certificate_file = settings_text(o, "certificate");
	if ((out->certificate_file == NULL) != (settings_text(o, "key-file") == NULL)) {
		return settings_wrong(o, out->certificate_file == NULL ? "key-file" : "certificate",
			"certificate and key-file belong together: give both or none", why);
	}
	return 0;
}

static int read_values(const struct sink_options *o, struct epp_settings *out, char *why)
{
	size_t profile = EPP_DS_DATA;
	uint64_t pipeline = PIPELINE;
	uint64_t timeout = TIMEOUT_S;
	int rc = settings_word(o, "profile", profiles, &profile, why);
	rc = rc == 0 ? settings_bool(o, "remove-all", &out->replace, why) : rc;
	rc = rc == 0 ? settings_uint(o, "pipeline", 1, EPP_PIPELINE_MAX, &pipeline, why) : rc;
	rc = rc == 0 ? settings_uint(o, "timeout", 1, TIMEOUT_MAX_S, &timeout, why) : rc;
	out->profile = (enum epp_profile)profile;
	out->pipeline = (size_t)pipeline;
	out->timeout_s = (uint32_t)timeout;
	return rc;
}

static int read_secrets(const struct sink_options *o, struct epp_settings *out, char *why)
{
	size_t size;
	int rc = settings_secret(o, "password-file", &out->password, &size, why);
	if (rc == 0 && !is_token(out->password, 6, 16)) {
		rc = settings_wrong(o, "password-file", "EPP has passwords of 6 to 16 characters, printable ASCII (RFC 5730)", why);
	}
	if (rc == 0 && out->certificate_file != NULL) {
		rc = settings_secret(o, "key-file", &out->key, &size, why);
	}
	return rc;
}

int epp_settings_read(const struct sink_options *o, struct epp_settings *out, char why[SINK_WHY])
{
	const char *password_file;
	*out = (struct epp_settings){ .profile = EPP_DS_DATA };
	int rc = settings_check(o, known, why);
	if (rc == 0 && o->target != NULL && strcmp(o->target, "-") != 0) {
		rc = sink_fail(why, ERR_ARG, "the server is a setting of the sink, not a target");
	}
	rc = rc == 0 ? read_names(o, out, &password_file, why) : rc;
	rc = rc == 0 ? read_values(o, out, why) : rc;
	rc = rc == 0 ? read_secrets(o, out, why) : rc;
	if (rc != 0) {
		epp_settings_deinit(out);
	}
	return rc;
}

void epp_settings_deinit(struct epp_settings *s)
{
	secret_free(s->key);
	secret_free(s->password);
	*s = (struct epp_settings){ .profile = EPP_DS_DATA };
}
