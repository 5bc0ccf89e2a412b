"""A web server that misbehaves on request: the path says how. It is a proxy too, for which every host is this machine.

server.py [--full] [--certificate FILE --key FILE [--clients-by CA] [--newest TLSv1_2] [--hangs-up | --renegotiates]]
Prints its port on one line, and ends when its standard input does. --full: a server whose queue of connections is full. --newest: of the
versions of TLS. --hangs-up: in the handshake. --renegotiates: TLS 1.2, with a second handshake between each request and its reply.
"""
import argparse
import gzip
import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

arguments = argparse.ArgumentParser()
arguments.add_argument("--full", action="store_true")
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--clients-by")
arguments.add_argument("--newest")
arguments.add_argument("--hangs-up", action="store_true")
arguments.add_argument("--renegotiates", action="store_true")
options = arguments.parse_args()

deaf_up_to = 0  # connections of these numbers are read from, and never answered
opened = 0
meetings = {}  # of so many requests
meetings_lock = threading.Lock()


def reply(body, status="200 OK", headers=()):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def offered_versions(hello):
    """Of TLS, in a client's first record: those of its extension supported_versions (RFC 8446, section 4.2.1)."""
    place = 5 + 4 + 2 + 32
    place += 1 + hello[place]
    place += 2 + int.from_bytes(hello[place:place + 2], "big")
    place += 1 + hello[place] + 2
    while place + 4 <= len(hello):
        kind, length = struct.unpack(">HH", hello[place:place + 4])
        if kind == 43:
            return [hello[at:at + 2].hex() for at in range(place + 5, place + 4 + length, 2)]
        place += 4 + length
    return []


SHORT_LIST = b'{"ret_code":0,"version":"7","list":[]}'


def answer_and_end(connection, framing, extent, end):
    """SHORT_LIST, all of it or not, and the end of the connection."""
    size = len(SHORT_LIST)
    head = {
        "length": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size,
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % size,
        "none": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "old": b"HTTP/1.0 200 OK\r\n\r\n",
    }[framing]
    body = SHORT_LIST if extent == "whole" else SHORT_LIST[:-3]
    connection.sendall(head + body + (b"\r\n0\r\n\r\n" if (framing, extent) == ("chunks", "whole") else b""))
    if end == "late":  # when all that was sent has long been read
        time.sleep(0.2)
    if end == "notify":  # as TLS wants it
        connection.unwrap()
    elif end == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif end == "half":  # TLS has ended, the connection stays until the client ends it
        connection.settimeout(0)
        try:
            connection.unwrap()
        except OSError:
            pass
        connection.settimeout(60)
        socket.socket.recv(connection, 4096)
    else:  # without a word of TLS
        connection.shutdown(socket.SHUT_RDWR)


def answer(connection, number, path, headers, body, versions):
    """True while the connection stays open."""
    global deaf_up_to
    name, argument, *_ = path.strip("/").split("/") + [""]
    if name == "echo":
        connection.sendall(reply(body))
    elif name == "tls-versions":
        connection.sendall(reply(" ".join(versions).encode()))
    elif name == "headers":
        connection.sendall(reply(headers))
    elif name == "connection":  # its number, after so many milliseconds
        time.sleep(int(argument or 0) / 1000)
        connection.sendall(reply(str(number).encode()))
    elif name == "together":  # its number, once as many requests are here
        with meetings_lock:
            meeting = meetings.setdefault(argument, threading.Barrier(int(argument)))
        meeting.wait(timeout=60)
        connection.sendall(reply(str(number).encode()))
    elif name == "deafen":
        connection.sendall(reply(b""))
        deaf_up_to = opened
    elif name == "status":
        connection.sendall(reply(b'{"never": "seen"}', argument + " As Asked"))
    elif name == "busy":  # for so many seconds
        connection.sendall(reply(b"", "503 Busy", [f"Retry-After: {argument}"]))
    elif name == "refuse":  # by a status and a code
        status, code = argument.split("-")
        connection.sendall(reply(json.dumps({"ret_code": int(code)}).encode(), status + " As Asked"))
    elif name == "odd-coding":
        connection.sendall(reply(SHORT_LIST, headers=["Content-Encoding: UTF-8"]))
    elif name == "late-list":  # after so many milliseconds
        time.sleep(int(argument) / 1000)
        connection.sendall(reply(SHORT_LIST))
    elif name == "redirect":
        connection.sendall(reply(b"", "302 Found", ["Location: http://login.invalid/portal"]))
    elif name == "gzip":
        connection.sendall(reply(gzip.compress(b"0123456789" * 10000), headers=["Content-Encoding: gzip"]))
    elif name == "bomb":  # so many megabytes of spaces, compressed
        connection.sendall(reply(gzip.compress(b" " * (int(argument) << 20)), headers=["Content-Encoding: gzip"]))
    elif name == "not-gzip":
        connection.sendall(reply(b"this is plain text", headers=["Content-Encoding: gzip"]))
    elif name == "chunked":  # so many kilobytes
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(int(argument)):
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
    elif name == "endless-error":
        connection.sendall(b"HTTP/1.1 500 Bad\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
    elif name == "drip":  # a byte each so many milliseconds, 10 in all
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        for _ in range(10):
            time.sleep(int(argument) / 1000)
            connection.sendall(b"x")
    elif name == "json":  # the argument itself
        connection.sendall(reply(urllib.parse.unquote(argument).encode()))
    elif name == "drip-json":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
        for byte in b'{"ret_code":0,"ret_msg":"","sound_no":7}':
            time.sleep(int(argument) / 1000)
            connection.sendall(bytes([byte]))
    elif name == "unless-bearer":  # who does not prove himself with the argument is not known
        known = f"\r\nauthorization: bearer {argument}\r\n".encode() in b"\r\n" + headers.lower()
        connection.sendall(reply(b'{"ret_code":0,"ret_msg":""}', status="200 OK" if known else "401 Unauthorized"))
    elif name == "reflect":  # call and body
        message = path.rsplit("/", 1)[1] + " " + body.decode()
        connection.sendall(reply(json.dumps({"ret_code": 3, "ret_msg": message}).encode()))
    elif name in ("list", "cut-list"):  # of so many cards
        rows = ",".join(f'{{"card_no":"{card:08X}","flag":1}}' for card in range(int(argument)))
        head = '{"ret_code":0,"ret_msg":"","time":1,"enterprise_id":"7","version":"42","list":['
        whole = reply((head + rows + "]}").encode())
        connection.sendall(whole if name == "list" else whole[:-10])
        return name == "list"
    elif name == "end":
        answer_and_end(connection, *argument.split("-"))
        return False
    elif name == "silence":
        time.sleep(60)
    elif name == "stall":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        time.sleep(60)
    elif name == "cut":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        return False
    elif name == "close":
        return False
    elif name == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    elif name == "garbage":
        connection.sendall(b"\x00\x01\x02 not a web server\r\n" * 10)
        return False
    else:
        raise ValueError(path)
    return True


def relay(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def tunnel(connection, authority):
    if authority.startswith("forbidden."):
        connection.sendall(reply(b"no", "403 Forbidden"))
        return
    with socket.create_connection(("127.0.0.1", int(authority.rsplit(":", 1)[1]))) as target:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=relay, args=(target, connection), daemon=True)
        back.start()
        relay(connection, target)
        back.join()


def serve(connection, number):
    versions = []
    try:
        if options.hangs_up:
            connection.recv(4096)
            connection.close()
            return
        if options.certificate:
            versions = offered_versions(connection.recv(4096, socket.MSG_PEEK))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(options.certificate, options.key)
            if options.newest:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or nothing older than 1.2 is to be had
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion[options.newest]
            if options.clients_by:
                context.load_verify_locations(options.clients_by)
                context.verify_mode = ssl.CERT_REQUIRED
            connection = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            try:
                connection.do_handshake()
            except ssl.SSLError:  # the alert is on its way; a close with bytes unread would destroy it
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
                raise
        with connection, connection.makefile("rb") as reader:
            while request := reader.readline():
                if not request.endswith(b" HTTP/1.1\r\n"):
                    continue
                headers = b""
                length = 0
                while (line := reader.readline()).strip():
                    headers += line
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                body = reader.read(length)
                if number <= deaf_up_to:
                    continue
                method, target, _ = request.decode("latin-1").split()
                if method == "CONNECT":
                    return tunnel(connection, target)
                if not answer(connection, number, urllib.parse.urlsplit(target).path, headers, body, versions):
                    reader.close()
                    return
    except OSError:
        pass  # the client went away, or its certificate was refused


def renegotiate():
    """One connection at a time, by s_server(1), which takes letters at the beginning of a line for orders."""
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-cert", options.certificate, "-key", options.key],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def until(text):
        seen = b""
        while text not in seen:
            byte = server.stdout.read(1)
            if not byte:
                sys.exit("s_server has ended")
            seen += byte
        return seen

    until(b"ACCEPT 127.0.0.1:")
    print(int(until(b"\n")), flush=True)

    def answers():
        while True:
            until(b"\r\n\r\n")
            server.stdin.write(b"r\n")
            server.stdin.flush()
            until(b"SSL_do_handshake -> 1")
            server.stdin.write(reply(SHORT_LIST))
            server.stdin.flush()

    threading.Thread(target=answers, daemon=True).start()
    sys.stdin.read()
    server.kill()


def accept(listener):
    global opened
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened += 1
        threading.Thread(target=serve, args=(connection, opened), daemon=True).start()


if options.renegotiates:
    renegotiate()
    sys.exit()
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0 if options.full else 128)
fillers = []
if options.full:
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
else:
    threading.Thread(target=accept, args=(listener,), daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
