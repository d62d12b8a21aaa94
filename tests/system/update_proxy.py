#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may happen to the answers of a primary on their way: DNS over TCP, message by message.

usage: update_proxy.py PORT SERVER SERVER_PORT ORDERS LOG

Answers to UPDATE messages go the way that ORDERS says at that time: "pass", "swallow" (they never come), "tamper" (one bit is
another), "bare" (without their signature). All others pass, and answers to those that ask for nothing. LOG gets a line for each
answer to UPDATE, once it was there. "hold request N" and "hold answer N": the N-th of a connection goes no further, nor does
anything behind it, and LOG gets the line "held"; then there is all the time to kill somebody in the middle."""
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


def noted(path, line):
    with open(path, "a", encoding="utf-8") as f:
        f.write(line + "\n")


class Hold:
    """Counts the UPDATE messages of a connection that go one way; the N-th and all behind it are held."""

    def __init__(self, way, orders, log):
        self.way, self.orders, self.log, self.count, self.held = way, orders, log, 0, False

    def back(self):
        self.count += 1
        with open(self.orders, encoding="utf-8") as f:
            words = f.read().split()
        if not self.held and words[:2] == ["hold", self.way] and self.count >= int(words[2]):
            self.held = True
            noted(self.log, "held")
        return self.held


def changed(data, order):
    if order == "swallow":
        return b""
    if order == "tamper":
        return data[:3] + bytes([data[3] ^ 5]) + data[4:]       # NOERROR becomes REFUSED
    return without_signature(data) if order == "bare" else data


def answers(server, client, empty, orders, log):
    hold = Hold("answer", orders, log)
    try:
        while (m := message(server)) is not None:
            if m[2] >> 3 & 15 == 5 and m[:2] not in empty:
                with open(orders, encoding="utf-8") as f:
                    order = f.read().strip()
                if hold.back():
                    continue
                m = changed(m, order)
                noted(log, order)
            if m and not hold.held:
                client.sendall(struct.pack("!H", len(m)) + m)
    except OSError:
        pass                    # one of the two is gone
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass                    # it was the client


def serve(client, where, orders, log):
    try:
        server = socket.create_connection(where)
    except OSError:
        client.close()          # as if it had been asked itself
        return
    empty, hold = set(), Hold("request", orders, log)
    threading.Thread(target=answers, args=(server, client, empty, orders, log), daemon=True).start()
    try:
        while (m := message(client)) is not None:
            if m[8:10] == b"\0\0":
                empty.add(m[:2])
            elif m[2] >> 3 & 15 == 5:
                hold.back()
            if not hold.held:
                server.sendall(struct.pack("!H", len(m)) + m)
        server.shutdown(socket.SHUT_WR)
    except OSError:
        pass                    # killed in the middle


def main():
    port, host, server_port, orders, log = sys.argv[1:]
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client, (host, int(server_port)), orders, log), daemon=True).start()


if __name__ == "__main__":
    main()
