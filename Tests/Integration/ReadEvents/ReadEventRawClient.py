"""A client with nothing but a socket, whose Sec-WebSocket-Key is the token: URL HEADER VALUE.

Lines in are texts to send, texts received are lines out. RFC 6455 sections 4.1 and 5.2."""

import base64
import hashlib
import os
import socket
import sys
import threading
from urllib.parse import urlsplit


def receive(stream):
    while head := stream.read(2):
        length = head[1]
        if length in (126, 127):
            length = int.from_bytes(stream.read(2 if length == 126 else 8), "big")
        payload = stream.read(length)
        if head[0] == 0x81:
            print(payload.decode(), flush=True)
        elif head[0] == 0x88:
            print(f"closed {int.from_bytes(payload[:2], 'big')}", flush=True)
            return
    print("closed", flush=True)


def frame(text):
    mask = os.urandom(4)
    length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
    return b"\x81" + length + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(text))


url, header, token = sys.argv[1:]
target = urlsplit(url)
connection = socket.create_connection((target.hostname, target.port), timeout=30)
connection.settimeout(None)
lines = [f"GET {target.path} HTTP/1.1", f"Host: {target.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
lines += ["Sec-WebSocket-Version: 13", f"{header}: {token}", "", ""]
connection.sendall("\r\n".join(lines).encode())
stream = connection.makefile("rb")
status = int(stream.readline().split()[1])
answer = {}
while (line := stream.readline().decode().strip()) != "":
    name, _, value = line.partition(":")
    answer[name.lower()] = value.strip()
if status != 101:
    print(f"refused {status}", flush=True)
    sys.exit()
expected = base64.b64encode(hashlib.sha1((token + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
if answer["sec-websocket-accept"] != expected:
    print(f"wrong Sec-WebSocket-Accept {answer['sec-websocket-accept']}", flush=True)
    sys.exit()
print("open", flush=True)
threading.Thread(target=receive, args=[stream], daemon=True).start()
for line in sys.stdin:
    connection.sendall(frame(line.rstrip("\n").encode()))
