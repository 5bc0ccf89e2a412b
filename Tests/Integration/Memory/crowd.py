"""Everybody who can fill a box at once: a platform with lists and replies without end, subscribers and technicians who ask and never read.

crowd.py FOLDER. Makes FOLDER/crowd.pem and crowd.key for the box's read events and FOLDER/tags, a reader of the kind ascii-line, and prints
the platform's port. Then takes orders, a line each, and answers each with a line when it is carried out:
  tags COUNT                  so many that were not at the reader before
  grow                        the platform names a list of cards without end; done when it has sent all that the box keeps room for
  subscribers PORT TOKEN      as many as the box takes, who name as many devices as they may, and ask until the first is sent away since too
                              much is unread; then half a request from each that is left
  strangers PORT              connections that stay in the handshake
  technicians SOCKET          with the largest pages, unread, and half a request
  count                       how many subscribers and technicians are still connected, and how many uploads wait for their replies' end
Ends when its standard input does.
"""
import json
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
import tty
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Numbers of 16 digits, which take most. The first list is the largest that a box without one takes, the second one row more than it gathers.
ROWS_IN_FORCE = int(os.environ.get("ROWS_IN_FORCE", 1_990_000))
ROWS_WITHOUT_END = int(os.environ.get("ROWS_WITHOUT_END", 1_990_000))
GOOD, BLOCKED = "04A2B3C4", "04B10C00"
# Of a reply that is no list's the box takes 65,536 bytes.
LONG_REPLY = b'{"ret_code":0,"ret_msg":"' + b"x" * 65_400

folder = sys.argv[1]
version = "100"
grown = threading.Event()
uploads = set()
kept = []  # connections that nobody reads from any more
subscribers = []
technicians = []


def rows(first, count):
    for start in range(first, first + count, 4096):
        yield b"".join(
            b',{"card_no":"%016X","flag":1}' % (0x04A2B3C400000000 + number)
            for number in range(start, min(start + 4096, first + count)))


class Platform(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, members):
        body = json.dumps({"ret_code": 0, "ret_msg": "ok"} | members).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")

    def do_POST(self):
        request = self.rfile.read(int(self.headers["Content-Length"]))
        call = self.path.split("/")[-1]
        try:
            self.answer(call, request)
        except OSError:
            self.close_connection = True

    def answer(self, call, request):
        if call == "location_report":
            modes = {"check_mode": 1, "check_card_mode": 1, "qrcode_mode": 1, "card_mode": 1, "white_mode": 1, "is_line_white": 0}
            self.reply(modes | {
                "check_start_time_format": "", "check_end_time_format": "", "enterprise_id": "398", "version_code": 1,
                "server_time": time.strftime("%y%m%d%H%M%S", time.gmtime(time.time() + 8 * 3600)),
                "version_code_all": version, "version_code_add": "0", "line_version_code_all": "0"})
        elif call == "get_token":
            self.reply({"token": "a", "expires_in": 3600})
        elif call == "get_qrcode_keys":
            self.reply({"version_code": 1, "list": [{"key_id": 1, "key": "a84a6ce9"}]})
        elif call == "get_card_list":
            self.cards()
        else:
            self.hold()

    def cards(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        head = '{"ret_code":0,"ret_msg":"","enterprise_id":"398","time":1,"version":"%s","list":[' % version
        self.chunk((head + '{"card_no":"%s","flag":1},{"card_no":"%s","flag":0}' % (GOOD, BLOCKED)).encode())
        if version == "100":
            for some in rows(0, ROWS_IN_FORCE):
                self.chunk(some)
            self.chunk(b"]}")
            self.chunk(b"")
            return
        for some in rows(0, ROWS_WITHOUT_END):
            self.chunk(some)
        grown.set()
        while True:  # it goes on, and comes to nothing
            self.chunk(b" ")
            time.sleep(1)

    def hold(self):
        self.send_response(200)
        self.send_header("Content-Length", "65536")
        self.end_headers()
        self.wfile.write(LONG_REPLY)
        uploads.add(self)
        try:
            while self.connection.recv(4096):
                pass
        finally:
            uploads.discard(self)
            self.close_connection = True


def text_frame(text, announced=None):
    length = len(text) if announced is None else announced
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big") if length < 65536 else \
        b"\xff" + length.to_bytes(8, "big")
    return b"\x81" + size + bytes(4) + text  # a mask of zeros changes nothing


def secured(port, address="127.0.0.1"):
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.bind((address, 0))
    plain.settimeout(60)
    plain.connect(("127.0.0.1", port))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)


def subscribe(port, token):
    head = f"GET /api/v1/webSocket/readEventsBydeviceID HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {token}\r\n\r\n"
    for _ in range(64):
        client = secured(port)
        client.sendall(head.encode())
        assert b" 101 " in client.recv(4096), "refused"
        subscribers.append(client)
    identifier = "i" * 64
    names = ["reader1"] + [f"{number:064}" for number in range(999)]
    wanted = text_frame(json.dumps({"requestID": identifier, "requestType": 1, "deviceID": names}).encode())
    for client in subscribers:
        client.sendall(wanted)
    # Of events all have one copy; answers are each one's own. Who is sent away may take two seconds over it.
    query = text_frame(json.dumps({"requestID": identifier, "requestType": 2, "pageSize": 100}).encode())
    while connected(subscribers) == len(subscribers):
        for client in subscribers:
            try:
                client.sendall(query * 10)
            except OSError:
                pass
        time.sleep(0.1)
    for client in subscribers:
        try:
            client.sendall(text_frame(b'{"requestID":"' + b"x" * 130_900, announced=131_072))
        except OSError:
            pass


def bring(count):
    global brought
    for _ in range(count):
        brought += 1
        os.write(tags, b"%08X\r\n" % brought)


def linger(port, address):
    while True:
        try:
            stranger = secured(port, address)
            stranger.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 15_000)
            stranger.recv(1)  # until it is cut
        except OSError:
            time.sleep(0.2)


def technician(path):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client


def ask(path):
    """The first one finds out how many unread pages end a connection."""
    records = json.dumps({"command": "outbox_export", "kind": "taps", "limit": 500}).encode() + b"\n"
    lines = json.dumps({"command": "log", "limit": 500}).encode() + b"\n"
    first = technician(path)
    first.sendall(records)
    pages = 0
    while connected([first]):
        first.sendall(lines)
        pages += 1
        time.sleep(0.2)
    for _ in range(15):  # one place is for whoever watches
        technicians.append(technician(path))
    for client in technicians:
        client.sendall(records + lines * (pages - 2))
    time.sleep(2)
    for client in technicians:
        client.settimeout(60)
        client.sendall(b"x" * 60_000)


def connected(clients):
    """Those whose other end has not hung up."""
    poll = select.poll()
    for client in clients:
        poll.register(client, select.POLLRDHUP)
    return len(clients) - len(poll.poll(0))


subprocess.run(
    ["openssl", "req", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=box",
     "-keyout", f"{folder}/crowd.key", "-out", f"{folder}/crowd.pem"], check=True, stderr=subprocess.DEVNULL)
tags, other_end = os.openpty()
tty.setraw(other_end)
os.symlink(os.ttyname(other_end), f"{folder}/tags")
brought = 0x10000000
ThreadingHTTPServer.request_queue_size = 128
server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
for line in sys.stdin:
    order, *words = line.split()
    result = {}
    if order == "grow":
        version = "101"
        grown.wait()
    elif order == "tags":
        bring(int(words[0]))
    elif order == "subscribers":
        subscribe(int(words[0]), words[1])
    elif order == "strangers":
        for number in range(64):
            threading.Thread(target=linger, args=(int(words[0]), f"127.0.0.{2 + number // 32}"), daemon=True).start()
    elif order == "technicians":
        ask(words[0])
    elif order == "count":
        result = {"subscribers": connected(subscribers), "technicians": connected(technicians), "uploads": len(uploads)}
    print(json.dumps({"done": order} | result), flush=True)
