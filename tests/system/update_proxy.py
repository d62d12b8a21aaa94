#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may happen to the answers of a primary on their way: DNS over TCP, message by message.

usage: update_proxy.py PORT SERVER SERVER_PORT ORDERS LOG

Answers to UPDATE messages go the way that ORDERS says at that time: "pass", "swallow" (they never come), "tamper" (one bit is
another), "bare" (without their signature). All others pass, and answers to those that ask for nothing. LOG gets a line for each answer to UPDATE, once it was there."""
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


def without_signature(data):
    """Header and zone section alone: an answer to UPDATE has nothing else but its TSIG record."""
    end = data.index(b"\0", 12) + 5 if data[4:6] == b"\0\1" else 12
    return data[:10] + b"\0\0" + data[12:end]


def changed(data, order):
    if order == "swallow":
        return b""
    if order == "tamper":
        return data[:3] + bytes([data[3] ^ 5]) + data[4:]       # NOERROR becomes REFUSED
    return without_signature(data) if order == "bare" else data


def answers(server, client, empty, orders, log):
    while (m := message(server)) is not None:
        if m[2] >> 3 & 15 == 5 and m[:2] not in empty:
            with open(orders, encoding="utf-8") as f:
                order = f.read().strip()
            m = changed(m, order)
            with open(log, "a", encoding="utf-8") as f:
                f.write(order + "\n")
        if m:
            try:
                client.sendall(struct.pack("!H", len(m)) + m)
            except OSError:
                break           # who asked is gone
    client.close()


def serve(client, where, orders, log):
    server = socket.create_connection(where)
    empty = set()
    threading.Thread(target=answers, args=(server, client, empty, orders, log), daemon=True).start()
    try:
        while (m := message(client)) is not None:
            if m[8:10] == b"\0\0":
                empty.add(m[:2])
            server.sendall(struct.pack("!H", len(m)) + m)
    except OSError:
        pass                    # killed in the middle
    server.shutdown(socket.SHUT_WR)


def main():
    port, host, server_port, orders, log = sys.argv[1:]
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client, (host, int(server_port)), orders, log), daemon=True).start()


if __name__ == "__main__":
    main()
