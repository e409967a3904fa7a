"""Follows a room, also across lost connections: python3 follow.py ws://localhost:8000 alice lobby

Prints each message once and in order, and says where some may be missing. Needs the package websockets.
"""

import asyncio
import json
import random
import sys
import urllib.parse

import websockets

FINAL = {1000, 1002, 1003, 1007, 1008, 1009, 4401, 4403, 4411}  # after these codes another attempt would fail, too
ADDRESS, ROOM = f"{sys.argv[1]}/ws/{urllib.parse.quote(sys.argv[2], safe='')}", sys.argv[3]
seen = {}  # the position of the last message


def read(frame):
    is_message, is_same_log = frame["type"] == "chat_message", frame["epoch"] == seen.get("epoch")
    if frame.get("recovered") or (is_message and is_same_log and frame["seq"] <= seen["since"]):
        return  # the missed messages follow, or this one is known
    if seen and not (is_message and is_same_log and frame["seq"] == seen["since"] + 1):
        print("messages may be missing here", flush=True)
    seen.update(epoch=frame["epoch"], since=frame["seq"], message_id=frame.get("message_id", ""))
    if is_message:
        print(f"{frame['username']}: {frame['text']}", flush=True)


async def follow(socket):
    async for text in socket:
        frame = json.loads(text)
        if frame["type"] == "welcome" and ROOM not in frame["rooms"]:
            await socket.send(json.dumps({"type": "join_room", "data": {"room": ROOM, **seen}}))
        elif frame["type"] == "error" and frame["retryable"]:
            return  # and try again
        elif frame["type"] == "error":
            sys.exit(frame["message"])
        elif frame["type"] == "welcome" or (
            frame["type"] in ("room_joined", "room_reset", "chat_message") and frame["room"] == ROOM
        ):
            read(frame)


async def main():
    while True:
        try:
            # The server adds every connection to the default room, and resumes it from the position in the address.
            async with websockets.connect(f"{ADDRESS}?{urllib.parse.urlencode(seen)}") as socket:
                await follow(socket)
                code = socket.close_code
        except (OSError, asyncio.TimeoutError, websockets.exceptions.WebSocketException) as lost:
            code = lost.rcvd.code if getattr(lost, "rcvd", None) else 1006
        if code in FINAL:
            sys.exit(f"the server closed the connection with {code}")
        await asyncio.sleep(random.uniform(0, 5))  # the clients of a restarted server do not return all at once


asyncio.run(main())
