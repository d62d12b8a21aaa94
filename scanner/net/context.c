/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getdns contexts. replies_full holds the raw message; nothing is decided from getdns' dictionaries
 * but its own DNSSEC verdict where it was asked for. */
#include "scanner/net/context.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <getdns/getdns.h>
#include <getdns/getdns_extra.h>

#include "scanner/net/adapter.h"
#include "validate/wire/err.h"

#define DNS_PORT 53

struct context {
	getdns_context *getdns;
	struct adapter *adapter;
	getdns_dict *extensions;
	struct context_options options;
	enum answer_status cancel_status;
	bool has_server;
};

/* Whose fault a failed system call is. What we lack is never evidence about a server; EPERM is our
 * packet filter or its full connection table. */
static enum answer_status blame(int error)
{
	switch (error) {
	case EMFILE: case ENFILE: case ENOMEM: case ENOBUFS: case EAGAIN: case EADDRNOTAVAIL:
	case EPERM:
		return ANSWER_STARVED;
	default:
		return ANSWER_REFUSED;
	}
}

static void read_reply(getdns_dict *response, struct reply *reply)
{
	getdns_list *full = NULL;
	getdns_bindata *message = NULL;
	uint32_t status = GETDNS_DNSSEC_NOT_PERFORMED;
	if (getdns_dict_get_list(response, "replies_full", &full) ||
		getdns_list_get_bindata(full, 0, &message) || message->size == 0) {
		return;
	}
	reply->status = ANSWER_RECEIVED;
	reply->octets = message->data;
	reply->size = message->size;
	if (getdns_dict_get_int(response, "/replies_tree/0/dnssec_status", &status) == 0) {
		reply->bogus = status == GETDNS_DNSSEC_BOGUS;
		reply->secure = status == GETDNS_DNSSEC_SECURE;
		reply->proven = reply->secure || status == GETDNS_DNSSEC_INSECURE;
	}
}

static void on_response(getdns_context *getdns, getdns_callback_type_t type, getdns_dict *response,
	void *user, getdns_transaction_t id)
{
	/* Nothing that sets errno lies between the failed system call and here. */
	int error = errno;
	(void)getdns;
	(void)id;
	struct asked *asked = user;
	struct context *c = asked->context;
	struct reply reply = { .status = ANSWER_REFUSED, .memory = response };
	if (asked->stuck) {
		reply_release(&reply);
		return;
	}
	if (type == GETDNS_CALLBACK_CANCEL) {
		reply.status = c->cancel_status;
	} else if (type == GETDNS_CALLBACK_COMPLETE && response) {
		/* Something came, if only nothing that could be read. */
		reply.status = ANSWER_TIMEOUT;
		read_reply(response, &reply);
	} else if (type == GETDNS_CALLBACK_TIMEOUT) {
		reply.status = ANSWER_TIMEOUT;
	} else {
		reply.status = blame(error);
	}
	c->options.done(asked, &reply);
}

void reply_release(struct reply *reply)
{
	getdns_dict_destroy(reply->memory);
	*reply = (struct reply){ .status = ANSWER_TIMEOUT };
}

static int set_anchors(struct context *c)
{
	getdns_list *list = getdns_list_create();
	int result = list ? 0 : ERR_NOMEM;
	for (size_t i = 0; !result && i < c->options.anchor_count; i++) {
		const struct record *r = &c->options.anchors[i];
		uint8_t octets[LIMIT_NAME_OCTETS + 10 + LIMIT_MESSAGE_OCTETS];
		struct wire w = wire_writer(octets, sizeof(octets));
		name_write(&w, r->owner);
		wire_write_u16(&w, r->type);
		wire_write_u16(&w, r->class);
		wire_write_u32(&w, r->ttl);
		wire_write_u16(&w, (uint16_t)r->rdata.size);
		wire_write(&w, r->rdata.data, r->rdata.size);
		getdns_dict *dict = NULL;
		if (wire_error(&w) || getdns_wire2rr_dict(octets, w.pos, &dict)) {
			result = ERR_FORMAT;
		} else if (getdns_list_set_dict(list, i, dict)) {
			result = ERR_NOMEM;
		}
		getdns_dict_destroy(dict);
	}
	if (!result && getdns_context_set_dnssec_trust_anchors(c->getdns, list)) {
		result = ERR_FORMAT;
	}
	getdns_list_destroy(list);
	return result;
}

static int make_extensions(struct context *c)
{
	c->extensions = getdns_dict_create();
	getdns_dict *header = getdns_dict_create();
	int result = 0;
	if (!c->extensions || !header ||
		getdns_dict_set_int(header, "rd", c->options.recursive) ||
		getdns_dict_set_int(header, "cd", c->options.unchecked) ||
		getdns_dict_set_dict(c->extensions, "header", header)) {
		result = ERR_NOMEM;
	}
	/* All statuses: with dnssec_return_status alone a bogus answer is left out. */
	if (!result && c->options.anchor_count > 0 &&
		getdns_dict_set_int(c->extensions, "dnssec_return_all_statuses", GETDNS_EXTENSION_TRUE)) {
		result = ERR_NOMEM;
	}
	getdns_dict_destroy(header);
	return result;
}

/* Exactly one transport: with UDP and TCP a truncated answer and a hanging TCP close a descriptor
 * twice (getdns 1.6). The idle time-out stays 0, or edns-tcp-keepalive is added to the question; setting
 * it before there is an upstream crashes. */
static int configure(struct context *c)
{
	getdns_transport_list_t transport = c->options.transport == TRANSPORT_TCP ?
		GETDNS_TRANSPORT_TCP : GETDNS_TRANSPORT_UDP;
	getdns_context *g = c->getdns;
	if (getdns_context_set_resolution_type(g, GETDNS_RESOLUTION_STUB) ||
		getdns_context_set_dns_transport_list(g, 1, &transport) ||
		getdns_context_set_append_name(g, GETDNS_APPEND_NAME_NEVER) ||
		getdns_context_set_timeout(g, ADAPTER_ENDLESS_MS) ||
		getdns_context_set_limit_outstanding_queries(g, 0) ||
		getdns_context_set_edns_maximum_udp_payload_size(g, RESOLVER_UDP_PAYLOAD) ||
		getdns_context_set_edns_do_bit(g, 1) ||
		getdns_context_set_eventloop(g, adapter_loop(c->adapter))) {
		return ERR_NOMEM;
	}
	return c->options.anchor_count > 0 ? set_anchors(c) : 0;
}

/* getdns 1.6 reads one entry past its list of transports when an answer is truncated, and would open
 * TCP if it found its number there: octets of an earlier answer, perhaps. In cleared memory it does not. */
static void *allocate(size_t size)
{
	return calloc(1, size);
}

int context_new(struct poller *poller, const struct context_options *options, struct context **out)
{
	struct context *c = calloc(1, sizeof(*c));
	int result = c ? 0 : ERR_NOMEM;
	if (result) {
		goto out;
	}
	assert(options->anchor_count == 0 || options->transport == TRANSPORT_TCP);
	c->options = *options;
	c->cancel_status = ANSWER_CANCELLED;
	c->adapter = adapter_new(poller);
	if (!c->adapter || getdns_context_create_with_memory_functions(&c->getdns, 0, allocate, realloc,
		free)) {
		result = ERR_NOMEM;
		goto out;
	}
	result = configure(c);
	if (!result) {
		result = make_extensions(c);
	}
	if (result) {
		goto out;
	}
	adapter_keep_idle(c->adapter, options->idle_ms);
	c->options.anchors = NULL;	/* the caller's */
	*out = c;
	c = NULL;
out:
	context_free(c);
	return result;
}

void context_free(struct context *c)
{
	if (!c) {
		return;
	}
	c->cancel_status = ANSWER_CANCELLED;
	getdns_context_destroy(c->getdns);
	getdns_dict_destroy(c->extensions);
	adapter_free(c->adapter);
	free(c);
}

static void connect_to(struct context *c, const struct address *server, uint16_t port)
{
	struct sockaddr_in six4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 six6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	if (server->family == 4) {
		memcpy(&six4.sin_addr, server->octets, sizeof(six4.sin_addr));
		adapter_connect(c->adapter, (const struct sockaddr *)&six4, sizeof(six4));
	} else {
		memcpy(&six6.sin6_addr, server->octets, sizeof(six6.sin6_addr));
		adapter_connect(c->adapter, (const struct sockaddr *)&six6, sizeof(six6));
	}
}

int context_set_server(struct context *c, const struct address *server, uint16_t port)
{
	if (server->family != 4 && server->family != 6) {
		return ERR_ARG;
	}
	assert(c->options.transport == TRANSPORT_UDP || !c->has_server);
	uint8_t octets[sizeof(server->octets)];
	memcpy(octets, server->octets, sizeof(octets));
	getdns_bindata data = { address_size(server), octets };
	getdns_dict *dict = getdns_dict_create();
	getdns_list *list = getdns_list_create();
	int result = ERR_NOMEM;
	port = port ? port : DNS_PORT;
	if (dict && list && !getdns_dict_set_bindata(dict, "address_data", &data) &&
		!getdns_dict_set_int(dict, "port", port) && !getdns_list_set_dict(list, 0, dict) &&
		!getdns_context_set_upstream_recursive_servers(c->getdns, list)) {
		result = 0;
		c->has_server = true;
		if (c->options.transport == TRANSPORT_UDP) {
			connect_to(c, server, port);
		}
	}
	getdns_list_destroy(list);
	getdns_dict_destroy(dict);
	return result;
}

static void fail_now(struct asked *asked, enum answer_status status)
{
	struct reply reply = { .status = status };
	asked->context->options.done(asked, &reply);
}

/* Out of descriptors getdns keeps the question, and its memory is used after a cancel (1.6). So it is
 * not asked without one. */
static bool has_descriptor(void)
{
	int spare = dup(STDIN_FILENO);
	if (spare < 0 && errno == EBADF) {
		spare = socket(AF_UNIX, SOCK_DGRAM, 0);
	}
	if (spare < 0) {
		return false;
	}
	close(spare);
	return true;
}

int context_ask(struct context *c, const struct name *name, uint16_t type, struct asked *asked)
{
	if (name->size == 0 || !c->has_server) {
		return ERR_ARG;
	}
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	asked->context = c;
	asked->id = 0;
	asked->descriptor = -1;
	asked->stuck = false;
	if (!has_descriptor()) {
		fail_now(asked, ANSWER_STARVED);
		return 0;
	}
	adapter_begin(c->adapter);
	getdns_transaction_t id = 0;
	errno = 0;
	getdns_return_t r = getdns_general(c->getdns, text, type, c->extensions, asked, &id, on_response);
	if (r != GETDNS_RETURN_GOOD) {
		fail_now(asked, r == GETDNS_RETURN_MEMORY_ERROR ? ANSWER_STARVED : blame(errno));
		return 0;
	}
	asked->id = id;
	if (adapter_failure(c->adapter)) {
		context_cancel(asked, blame(adapter_failure(c->adapter)));
	} else if (!adapter_scheduled(c->adapter)) {
		/* Somebody was faster. It stays with getdns until the context goes. */
		fail_now(asked, ANSWER_STARVED);
		asked->stuck = true;
	} else if (c->options.transport == TRANSPORT_UDP) {
		asked->descriptor = adapter_descriptor(c->adapter);
		adapter_send(c->adapter);
	}
	return 0;
}

void context_cancel(struct asked *asked, enum answer_status status)
{
	struct context *c = asked->context;
	c->cancel_status = status;
	getdns_cancel_callback(c->getdns, asked->id);
	c->cancel_status = ANSWER_CANCELLED;
}

int context_descriptor(const struct context *c)
{
	return adapter_descriptor(c->adapter);
}

void context_keep_idle(struct context *c, uint64_t idle_ms)
{
	adapter_keep_idle(c->adapter, idle_ms);
}

size_t context_system_servers(struct address *out, size_t max)
{
	getdns_context *g = NULL;
	getdns_list *list = NULL;
	size_t found = 0;
	size_t count = 0;
	if (getdns_context_create(&g, 1) || getdns_context_get_upstream_recursive_servers(g, &list) ||
		getdns_list_get_length(list, &count)) {
		count = 0;
	}
	for (size_t i = 0; i < count && found < max; i++) {
		getdns_dict *server = NULL;
		getdns_bindata *data = NULL;
		if (getdns_list_get_dict(list, i, &server) ||
			getdns_dict_get_bindata(server, "address_data", &data) ||
			(data->size != 4 && data->size != 16)) {
			continue;
		}
		out[found] = (struct address){ .family = data->size == 4 ? 4 : 6 };
		memcpy(out[found].octets, data->data, data->size);
		found++;
	}
	getdns_list_destroy(list);
	getdns_context_destroy(g);
	return found;
}
