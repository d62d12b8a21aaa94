#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may happen to a zone transfer on its way: DNS over TCP, message by message.

usage: transfer_proxy.py PORT SERVER SERVER_PORT ORDERS LOG

Each connection does what ORDERS says at that time: "pass", or one of "drop", "cut", "tamper", "swap" and the number of an
answer's message, from 1, or "stall" behind it and wait; "last" is as "cut", at the message before the last, and "soa 1" tampers with the answer to SOA. LOG gets a line for each question: its type."""
import socket
import struct
import sys
import threading


def receive(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data


def message(sock):
    head = receive(sock, 2)
    return None if head is None else receive(sock, struct.unpack("!H", head)[0])


def send(sock, data):
    sock.sendall(struct.pack("!H", len(data)) + data)


def all_of(sock):
    """The messages of an answer, to the end of the connection or until nothing comes."""
    sock.settimeout(0.3)
    got = []
    try:
        while (m := message(sock)) is not None:
            got.append(m)
    except socket.timeout:
        pass
    return got


def changed(messages, order, at):
    if order in ("pass", "soa"):
        return messages
    if order == "last":
        return messages[:-1]
    if order == "drop":
        return messages[:at - 1] + messages[at:]
    if order in ("cut", "stall"):
        return messages[:at]
    if order == "swap":
        return messages[:at - 1] + [messages[at], messages[at - 1]] + messages[at + 1:]
    # One bit of a record: the first octet 0xC0 behind the question begins a name, and a TTL follows it.
    m = bytearray(messages[at - 1])
    m[m.index(b"\x00\x01\x00", 40) + 3] ^= 1
    return messages[:at - 1] + [bytes(m)] + messages[at:]


def qtype(question):
    at = 12
    while question[at]:
        at += 1 + question[at]
    return {6: "SOA", 252: "AXFR"}.get(struct.unpack("!H", question[at + 1:at + 3])[0], "other")


def serve(client, server, orders, log):
    question = message(client)
    if question is None:
        return
    with open(log, "a", encoding="utf-8") as f:
        f.write(qtype(question) + "\n")
    with open(orders, encoding="utf-8") as f:
        order, at = (f.read().split() + ["0"])[:2]
    up = socket.create_connection(server)
    send(up, question)
    answers = all_of(up)
    up.close()
    if qtype(question) == "AXFR":
        answers = changed(answers, order, int(at))
    elif order == "soa":
        answers = changed(answers, "tamper", int(at))
    for m in answers:
        send(client, m)
    if order == "stall" and qtype(question) == "AXFR":
        client.recv(1)          # until the other side has enough of it
    client.close()


def main():
    port, server, server_port, orders, log = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", int(port)))
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, (server, int(server_port)), orders, log), daemon=True).start()


if __name__ == "__main__":
    main()
