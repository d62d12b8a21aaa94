/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenSSL over a socket that never blocks; poll waits, until the deadline. */
#include "registry/sink/epp_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "validate/wire/err.h"

struct epp_tls_files {
	SSL_CTX *context;
};

struct epp_tls {
	SSL *ssl;
	int fd;
	bool sound;		/* worth a farewell */
};

uint64_t epp_clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void epp_sleep_ms(uint64_t ms)
{
	const struct timespec pause = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
	nanosleep(&pause, NULL);
}

/* OpenSSL's words for what went wrong last. */
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());
	return text == NULL ? "the connection was closed" : text;
}

/* ------------------------------------------------------------- files */

/* A key with a pass phrase would have it asked for at a terminal that nobody sits at. */
static int no_pass_phrase(char *buffer, int size, int writing, void *user)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)user;
	return -1;
}

static bool use_key(SSL_CTX *context, const char *pem)
{
	BIO *text = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = text == NULL ? NULL : PEM_read_bio_PrivateKey(text, NULL, no_pass_phrase, NULL);
	bool good = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;
	EVP_PKEY_free(key);
	BIO_free(text);
	return good;
}

int epp_tls_files_new(const struct epp_settings *s, struct epp_tls_files **out, char why[SINK_WHY])
{
	ERR_clear_error();
	struct epp_tls_files *f = calloc(1, sizeof(*f));
	SSL_CTX *context = f == NULL ? NULL : SSL_CTX_new(TLS_client_method());
	if (context == NULL) {
		free(f);
		return sink_fail(why, ERR_NOMEM, "out of memory, or OpenSSL does not work");
	}
	f->context = context;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	int rc = 0;
	if ((s->ca_file != NULL ? SSL_CTX_load_verify_file(context, s->ca_file) : SSL_CTX_set_default_verify_paths(context)) != 1) {
		rc = sink_fail(why, ERR_ARG, "ca: %.120s has no certificates of authorities in PEM: %.80s",
			s->ca_file == NULL ? "the system" : s->ca_file, reason());
	} else if (s->certificate_file != NULL && SSL_CTX_use_certificate_chain_file(context, s->certificate_file) != 1) {
		rc = sink_fail(why, ERR_ARG, "certificate: %.120s has no certificate in PEM: %.80s", s->certificate_file, reason());
	} else if (s->key != NULL && !use_key(context, s->key)) {
		rc = sink_fail(why, ERR_ARG, "key-file: it has no private key in PEM without a pass phrase that belongs to %.120s",
			s->certificate_file);
	}
	ERR_clear_error();
	if (rc != 0) {
		epp_tls_files_free(f);
		return rc;
	}
	*out = f;
	return 0;
}

void epp_tls_files_free(struct epp_tls_files *f)
{
	if (f != NULL) {
		SSL_CTX_free(f->context);
		free(f);
	}
}

/* ------------------------------------------------------------ waiting */

static int wait_for(int fd, short events, uint64_t deadline_ms)
{
	for (;;) {
		uint64_t now = epp_clock_ms();
		if (now >= deadline_ms) {
			errno = ETIMEDOUT;
			return ERR_IO;
		}
		struct pollfd p = { .fd = fd, .events = events };
		uint64_t left = deadline_ms - now;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0) {
			return 0;
		}
		if (n < 0 && errno != EINTR) {
			return ERR_IO;
		}
	}
}

/* After a call that did not go through: waits where that helps. */
static int go_on(struct epp_tls *t, int result, uint64_t deadline_ms, const char *what, char *why)
{
	int error = SSL_get_error(t->ssl, result);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		if (wait_for(t->fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline_ms) == 0) {
			return 0;
		}
		t->sound = false;
		return sink_fail(why, ERR_IO, "%s", what);
	}
	t->sound = false;
	if (error == SSL_ERROR_SYSCALL && errno != 0) {
		return sink_fail(why, ERR_IO, "%s", what);
	}
	snprintf(why, SINK_WHY, "%s: %.100s", what, error == SSL_ERROR_ZERO_RETURN ? "the server has ended the session" : reason());
	return ERR_IO;
}

int epp_tls_read(struct epp_tls *t, void *data, size_t size, uint64_t deadline_ms, char why[SINK_WHY])
{
	for (size_t used = 0; used < size;) {
		size_t n = 0;
		ERR_clear_error();
		errno = 0;
		int result = SSL_read_ex(t->ssl, (uint8_t *)data + used, size - used, &n);
		if (result == 1) {
			used += n;
		} else if (go_on(t, result, deadline_ms, "no whole answer of the server", why) != 0) {
			return ERR_IO;
		}
		/* Drop by drop is a way not to answer, too. */
		if (used < size && epp_clock_ms() >= deadline_ms) {
			t->sound = false;
			errno = ETIMEDOUT;
			return sink_fail(why, ERR_IO, "no whole answer of the server");
		}
	}
	return 0;
}

int epp_tls_write(struct epp_tls *t, const void *data, size_t size, uint64_t deadline_ms, char why[SINK_WHY])
{
	for (;;) {
		size_t n = 0;
		ERR_clear_error();
		errno = 0;
		int result = SSL_write_ex(t->ssl, data, size, &n);
		if (result == 1) {
			return 0;
		}
		if (go_on(t, result, deadline_ms, "the server does not take what is sent", why) != 0) {
			return ERR_IO;
		}
	}
}

/* -------------------------------------------------------- connecting */

static int connect_to(const struct addrinfo *a, uint64_t deadline_ms)
{
	int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
	if (fd < 0) {
		return -1;
	}
	int error = fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ? errno : 0;
	if (error == 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
		error = errno;
		if (error == EINPROGRESS) {
			socklen_t size = sizeof(error);
			if (wait_for(fd, POLLOUT, deadline_ms) != 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
				error = errno;
			}
		}
	}
	if (error != 0) {
		close(fd);
		errno = error;
		return -1;
	}
	const int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static int dial(const struct epp_settings *s, uint64_t deadline_ms, int *out, char *why)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *list = NULL;
	int failed = getaddrinfo(s->host, s->port, &hints, &list);
	if (failed != 0) {
		snprintf(why, SINK_WHY, "%.100s: %.100s", s->host, gai_strerror(failed));
		return ERR_IO;
	}
	uint64_t left = 0;
	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
		left++;
	}
	int fd = -1;
	for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next, left--) {
		/* One that is silent leaves time for the others. */
		uint64_t now = epp_clock_ms();
		fd = connect_to(a, now < deadline_ms ? now + (deadline_ms - now) / left : deadline_ms);
	}
	int saved = errno;
	freeaddrinfo(list);
	errno = saved;
	*out = fd;
	return fd >= 0 ? 0 : sink_fail(why, ERR_IO, "%.100s port %s cannot be reached", s->host, s->port);
}

static bool expect_host(SSL *ssl, const char *host)
{
	uint8_t address[sizeof(struct in6_addr)];
	if (inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1) {
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
	}
	char name[256];			/* OpenSSL takes it as if it wrote to it */
	snprintf(name, sizeof(name), "%s", host);
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, name) == 1 && SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
}

static int shake_hands(struct epp_tls *t, const struct epp_settings *s, uint64_t deadline_ms, char *why)
{
	for (;;) {
		ERR_clear_error();
		errno = 0;
		int result = SSL_connect(t->ssl);
		if (result == 1) {
			t->sound = true;
			return 0;
		}
		long verified = SSL_get_verify_result(t->ssl);
		if (verified != X509_V_OK) {
			snprintf(why, SINK_WHY, "the server does not prove that it is %.100s: %.80s", s->host,
				X509_verify_cert_error_string(verified));
			return ERR_CONFLICT;
		}
		if (go_on(t, result, deadline_ms, "TLS with the server fails", why) != 0) {
			return ERR_IO;
		}
	}
}

int epp_tls_connect(const struct epp_tls_files *f, const struct epp_settings *s, uint64_t deadline_ms, struct epp_tls **out,
	char why[SINK_WHY])
{
	struct epp_tls *t = calloc(1, sizeof(*t));
	if (t == NULL) {
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	int rc = dial(s, deadline_ms, &t->fd, why);
	if (rc != 0) {
		free(t);
		return rc;
	}
	t->ssl = SSL_new(f->context);
	if (t->ssl == NULL || !expect_host(t->ssl, s->host) || SSL_set_fd(t->ssl, t->fd) != 1) {
		rc = sink_fail(why, ERR_NOMEM, "out of memory");
	}
	rc = rc == 0 ? shake_hands(t, s, deadline_ms, why) : rc;
	ERR_clear_error();
	if (rc != 0) {
		epp_tls_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void epp_tls_free(struct epp_tls *t)
{
	if (t == NULL) {
		return;
	}
	if (t->sound) {
		(void)SSL_shutdown(t->ssl);	/* one try, without waiting */
	}
	SSL_free(t->ssl);
	ERR_clear_error();
	close(t->fd);
	free(t);
}
