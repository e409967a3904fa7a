"""A conversation over the package websockets. Prints who received what, a line for each frame."""

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

    async def say(self, type, data, id=None):
        request = {"type": type, "data": data}
        await self.socket.send(json.dumps(request if id is None else {**request, "id": id}))

    async def hear(self, count):
        for _ in range(count):
            try:
                line = await self.socket.recv()
            except websockets.exceptions.ConnectionClosed as end:
                line = f"closed {end.rcvd.code}"
            print(self.user, line, flush=True)


async def main():
    alice = Client("alice")
    await alice.connect()
    await alice.hear(1)
    bob = Client("bob smith")
    await bob.connect()
    await bob.hear(1)
    await alice.hear(1)
    await alice.say("create_room", {"room_name": "den"}, "c")
    await alice.hear(3)
    await bob.say("join_room", {"room": "den"})
    await bob.hear(2)
    await alice.hear(1)
    await alice.say("chat_message", {"room": "den", "text": "häh? \U0001f600"})
    await alice.hear(1)
    await bob.hear(1)
    await bob.say("private_message", {"target_user_id": "alice", "text": "psst"}, "p")
    await bob.hear(1)
    await alice.hear(1)
    await bob.say("get_message_history", {"room": "den"})
    await bob.hear(1)
    await bob.say("chat_message", {"room": "den", "text": "x" * 1001}, "e")
    await bob.hear(1)
    await alice.socket.close(1000)
    await alice.hear(1)
    await bob.hear(2)
    await bob.socket.send(b"\1\2\3")
    await bob.hear(1)


sys.stdout.reconfigure(encoding="utf-8")
asyncio.run(main())
