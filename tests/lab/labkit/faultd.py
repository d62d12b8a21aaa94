"""The faulty server: one address, one fault.  Honest answers come from a real server behind it.

It reads its table (lines "ADDRESS FAULT") at the start and again at SIGHUP: `lab fault` writes it."""
# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import signal
import socket
import struct
import sys

from .faults import FAULTS, OFF_PATH_PORT, UDP_ONLY
from .topology import OFF_PATH

BACKEND_TIMEOUT = 2.0
PORT = 53


async def ask_backend(backend, query, tcp):
    """The honest answer, or None."""
    loop = asyncio.get_running_loop()
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as s:
        s.setblocking(False)
        try:
            async with asyncio.timeout(BACKEND_TIMEOUT):
                await loop.sock_connect(s, (backend, PORT))
                if not tcp:
                    await loop.sock_sendall(s, query)
                    return await loop.sock_recv(s, 65535)
                await loop.sock_sendall(s, struct.pack("!H", len(query)) + query)
                octets = b""
                while len(octets) < 2 or len(octets) < 2 + struct.unpack("!H", octets[:2])[0]:
                    more = await loop.sock_recv(s, 65535)
                    if not more:
                        return None
                    octets += more
                return octets[2:]
        except (OSError, TimeoutError):
            return None


class Exchange:
    """One query and the means to answer it."""

    def __init__(self, server, query, peer, transport, tcp):
        self.server, self.query, self.peer, self.transport, self.tcp = server, query, peer, transport, tcp

    async def honest(self):
        return await ask_backend(self.server.backend, self.query, self.tcp)

    async def pass_on(self):
        self.send(await self.honest())

    @staticmethod
    def framed(octets):
        return struct.pack("!H", len(octets)) + octets

    def send(self, octets):
        """A whole message; nothing if there is none."""
        if octets is None:
            return
        if self.tcp:
            self.send_raw(self.framed(octets))
        else:
            self.transport.sendto(octets, self.peer)

    def send_raw(self, octets):
        if not self.transport.is_closing():
            self.transport.write(octets)

    def close(self):
        self.transport.close()

    def send_from_elsewhere(self, octets):
        if octets is not None and not self.tcp:
            self.server.stranger.sendto(octets, self.peer)

    def send_from_other_port(self, octets):
        if octets is None or self.tcp:
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((self.server.address, OFF_PATH_PORT))
            s.sendto(octets, self.peer)


class Server(asyncio.DatagramProtocol):
    """One address with its fault, UDP and TCP."""

    def __init__(self, address, backend, stranger):
        self.address, self.backend, self.stranger = address, backend, stranger
        self.fault, self.udp, self.listener = None, None, None
        self.counts = {}                # queries by client and second
        self.tasks = set()

    def connection_made(self, transport):
        self.udp = transport

    def datagram_received(self, data, addr):
        self.start(Exchange(self, data, addr, self.udp, False))

    def start(self, exchange):
        task = asyncio.create_task(self.play(exchange))
        self.tasks.add(task)            # the loop itself keeps weak references only
        task.add_done_callback(self.tasks.discard)
        return task

    async def play(self, exchange):
        try:
            await FAULTS[self.fault](exchange)
        except (IndexError, struct.error) as e:
            print("%s: a query that does not parse: %s" % (self.address, e), flush=True)

    async def converse(self, reader, writer):
        """One TCP connection: any number of queries, answered as they come."""
        peer, tasks = writer.get_extra_info("peername"), []
        try:
            while True:
                length = struct.unpack("!H", await reader.readexactly(2))[0]
                query = await reader.readexactly(length)
                tasks.append(self.start(Exchange(self, query, peer, writer.transport, True)))
        except (asyncio.IncompleteReadError, ConnectionError):
            for task in tasks:
                task.cancel()
            writer.close()

    async def open(self):
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, (self.address, PORT))

    async def become(self, fault):
        """Take on a fault; TCP is opened or closed with it."""
        self.fault = fault
        if fault in UDP_ONLY and self.listener:
            self.listener.close()
            self.listener = None
        elif fault not in UDP_ONLY and not self.listener:
            self.listener = await asyncio.start_server(self.converse, self.address, PORT)


def read_table(path):
    with open(path) as f:
        return [line.split() for line in f if line.strip()]


async def serve(backend, path):
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind((OFF_PATH, PORT))
    servers = {}
    changed = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, changed.set)
    while True:
        changed.clear()
        for address, fault in read_table(path):
            if address not in servers:
                servers[address] = Server(address, backend, stranger)
                await servers[address].open()
            await servers[address].become(fault)
            print("%s: %s" % (address, fault), flush=True)
        await changed.wait()


def main(backend, path):
    sys.exit(asyncio.run(serve(backend, path)))
