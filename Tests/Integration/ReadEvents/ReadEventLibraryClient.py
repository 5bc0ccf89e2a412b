"""A client on the package websockets: URL HEADER VALUE. Lines in are texts to send, texts received are lines out."""

import sys
import threading

import websockets
from websockets.sync.client import connect


def receive(connection):
    try:
        for text in connection:
            print(text, flush=True)
    except websockets.ConnectionClosed:
        pass
    print(f"closed {connection.close_code}", flush=True)


url, header, value = sys.argv[1:]
try:
    with connect(url, additional_headers={header: value}) as connection:
        print("open", flush=True)
        threading.Thread(target=receive, args=[connection], daemon=True).start()
        for line in sys.stdin:
            connection.send(line.rstrip("\n"))
except websockets.InvalidStatus as refusal:
    print(f"refused {refusal.response.status_code}", flush=True)
except websockets.ConnectionClosed:
    pass
