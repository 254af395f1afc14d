"""Readiness of a patient: ask over its Unix socket, and believe only an answer.

    probe.py http /var/run/demo/app.sock
    probe.py health /var/run/dragonfly/dfdaemon.sock
    probe.py ask /var/run/dragonfly/dfdaemon.sock set blue

A socket file alone proves nothing; that is what these patients die of.
"""

from __future__ import annotations

import socket
import sys

_SECONDS = 2.0
_QUESTIONS = {
    "http": ("GET / HTTP/1.0\r\nHost: patient\r\n\r\n", " 200 "),
    "health": ("health\n", "SERVING"),
}


def ask(path: str, question: str) -> str:
    """What the process behind the socket says to one question."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_SECONDS)
        connection.connect(path)
        connection.sendall(question.encode())
        return connection.recv(4096).decode(errors="replace")


def main(arguments: list[str]) -> int:
    protocol, path, *words = arguments
    question, expected = _QUESTIONS.get(protocol, (" ".join(words) + "\n", ""))
    try:
        answer = ask(path, question)
    except OSError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    print(answer.rstrip())
    return 0 if expected in answer else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
