"""A conversation over the package websockets. Prints each received frame on a line, after its receiver's name."""

import asyncio
import json
import sys
import urllib.parse

import websockets

BASE = sys.argv[1]


class Client:
    def __init__(self, user):
        self.user = user

    async def connect(self):
        self.socket = await websockets.connect(f"{BASE}/ws/{urllib.parse.quote(self.user)}")

    async def request(self, type, data, id=None):
        request = {"type": type, "data": data}
        await self.socket.send(json.dumps(request if id is None else {**request, "id": id}))

    async def receive(self, count):
        for _ in range(count):
            try:
                line = await self.socket.recv()
            except websockets.exceptions.ConnectionClosed as end:
                line = f"closed {end.rcvd.code}"
            print(self.user, line, flush=True)


async def main():
    alice = Client("alice")
    await alice.connect()
    await alice.receive(1)
    bob = Client("bob smith")
    await bob.connect()
    await bob.receive(1)
    await alice.receive(1)
    await alice.request("create_room", {"room_name": "den"}, "c")
    await alice.receive(3)
    await bob.request("join_room", {"room": "den"})
    await bob.receive(2)
    await alice.receive(1)
    await alice.request("chat_message", {"room": "den", "text": "häh? \U0001f600"})
    await alice.receive(1)
    await bob.receive(1)
    await bob.request("private_message", {"target_user_id": "alice", "text": "psst"}, "p")
    await bob.receive(1)
    await alice.receive(1)
    await bob.request("get_message_history", {"room": "den"})
    await bob.receive(1)
    await bob.request("chat_message", {"room": "den", "text": "x" * 1001}, "e")
    await bob.receive(1)
    await alice.socket.close(1000)
    await alice.receive(1)
    await bob.receive(2)
    await bob.socket.send(b"\1\2\3")
    await bob.receive(1)


sys.stdout.reconfigure(encoding="utf-8")
asyncio.run(main())
