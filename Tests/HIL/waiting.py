"""What each part of the bench needs."""
import socket
import time


class Failure(Exception):
    """What the scenario expected and did not come."""


def wait_until(what, seconds, condition):
    """Asks again and again; the first true answer, or a Failure."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.2)
    raise Failure(f"not within {seconds} s: {what}")


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return connection
