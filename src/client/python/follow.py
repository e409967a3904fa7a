"""Follows a room, also across lost connections: python3 follow.py ws://localhost:8000 alice lobby

Prints each message once and in order, and says where some may be missing. Sends each line of its input once. Needs the
package websockets.
"""

import asyncio
import contextlib
import json
import random
import sys
import threading
import urllib.parse
import uuid

import websockets

FINAL = {1000, 1002, 1003, 1007, 1008, 1009, 4401, 4403, 4411}  # after these codes another attempt would fail, too
ADDRESS, ROOM = f"{sys.argv[1]}/ws/{urllib.parse.quote(sys.argv[2], safe='')}", sys.argv[3]
seen = {}  # the position of the last message
unsent = {}  # by id: the lines that the server has not acknowledged


def read(frame):
    is_message, is_same_log = frame["type"] == "chat_message", frame["epoch"] == seen.get("epoch")
    if frame.get("recovered") or (is_message and is_same_log and frame["seq"] <= seen["since"]):
        return  # the missed messages follow, or this one is known
    if seen and not (is_message and is_same_log and frame["seq"] == seen["since"] + 1):
        print("messages may be missing here", flush=True)
    seen.update(epoch=frame["epoch"], since=frame["seq"], message_id=frame.get("message_id", ""))
    if is_message:
        print(f"{frame['username']}: {frame['text']}", flush=True)


async def say(socket, id):
    text = unsent.get(id)  # gone if its ack has come
    if text is not None:
        await socket.send(json.dumps({"type": "chat_message", "data": {"room": ROOM, "text": text}, "id": id}))


async def send(socket, lines):
    """Sends what is unsent, with the same ids, so that the server stores each once. Then sends each new line."""
    with contextlib.suppress(websockets.exceptions.ConnectionClosed):
        for id in list(unsent):
            await say(socket, id)
        while True:
            text = await lines.get()
            id = uuid.uuid4().hex
            unsent[id] = text
            await say(socket, id)


async def follow(socket, lines):
    sender = None
    try:
        async for text in socket:
            frame = json.loads(text)
            is_here = ROOM in frame["rooms"] if frame["type"] == "welcome" else frame.get("room") == ROOM
            if frame["type"] == "welcome" and not is_here:
                await socket.send(json.dumps({"type": "join_room", "data": {"room": ROOM, **seen}}))
            elif frame["type"] == "error" and frame["retryable"]:
                return  # and try again
            elif frame["type"] == "error":
                sys.exit(frame["message"])
            elif frame["type"] == "ack":
                unsent.pop(frame["id"], None)
            elif is_here and frame["type"] in ("welcome", "room_joined", "room_reset", "chat_message"):
                read(frame)
                sender = sender or asyncio.create_task(send(socket, lines))
    finally:
        if sender:
            sender.cancel()


def forward_input(loop, lines):
    for line in sys.stdin:
        if line.strip():
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())


async def main():
    lines = asyncio.Queue()
    threading.Thread(target=forward_input, args=(asyncio.get_running_loop(), lines), daemon=True).start()
    while True:
        try:
            # The server adds every connection to the default room, and resumes it from the position in the address.
            async with websockets.connect(f"{ADDRESS}?{urllib.parse.urlencode(seen)}") as socket:
                await follow(socket, lines)
                code = socket.close_code
        except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException) as lost:
            code = lost.rcvd.code if getattr(lost, "rcvd", None) else 1006
        if code in FINAL:
            sys.exit(f"the server closed the connection with {code}")
        await asyncio.sleep(random.uniform(0, 5))  # the clients of a restarted server do not return all at once


asyncio.run(main())
