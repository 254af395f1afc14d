"""A daemon with Dragonfly dfdaemon's fault: it never removes its Unix socket before it binds.

After a kill -9 the socket file stays, and every later start ends the same way. The default style
is what dfdaemon (client 0.2.5) does: one coloured ERROR line, then a long and calm shutdown, then
exit code 0. `--style traceback` is what a plain Python service does: a traceback and exit code 1.

Over the socket, one line each way: `health` -> `SERVING`, `set VALUE` -> `OK`, `get` -> the value,
`hoard N` takes N MiB of memory, for a death by the kernel's OOM killer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

_COLOURS = {"INFO": "\x1b[32m", "ERROR": "\x1b[31m"}
_DIM, _RESET = "\x1b[2m", "\x1b[0m"

# What dfdaemon's parts say on the way down; none of it hints at a failure.
_SERVERS = ("grpc upload", "grpc download", "proxy", "health", "stats", "metrics")
_CLIENTS = ("manager", "scheduler", "dynconfig", "announcer", "seed peer")
_BACKENDS = ("http", "https", "hdfs", "s3", "gs", "abs", "oss", "obs", "cos")
_STORES = ("task", "piece", "persistent cache task", "persistent cache piece")


class Log:
    """Lines in the form of Rust's tracing, coloured as that library does by default."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def write(self, level: str, where: str, message: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if self._colour:
            head = f"{_DIM}{now}{_RESET} {_COLOURS[level]}{level:>5}{_RESET} {_DIM}{where}:{_RESET}"
        else:
            head = f"{now} {level:>5} {where}:"
        print(f"{head} {message}", flush=True)

    def info(self, where: str, message: str) -> None:
        self.write("INFO", where, message)

    def error(self, where: str, message: str) -> None:
        self.write("ERROR", where, message)


def shutdown_lines() -> list[tuple[str, str]]:
    """The 68 lines of an orderly stop, in order."""
    lines = [("dfdaemon", "dfdaemon is shutting down")]
    for name in _SERVERS:
        lines += [
            (f"dragonfly_client::{name.replace(' ', '_')}", f"{name} server received shutdown"),
            (f"dragonfly_client::{name.replace(' ', '_')}", f"{name} server is draining"),
            (f"dragonfly_client::{name.replace(' ', '_')}", f"{name} server shutting down"),
        ]
    for name in _CLIENTS:
        where = f"dragonfly_client::{name.replace(' ', '_')}"
        lines += [
            (where, f"{name} client is closing its connections"),
            (where, f"{name} client shutting down"),
        ]
    for name in _BACKENDS:
        where = "dragonfly_client_backend"
        lines += [(where, f"unload {name} backend"), (where, f"{name} backend unloaded")]
    for name in _STORES:
        where = "dragonfly_client_storage"
        lines += [
            (where, f"flush {name} store"),
            (where, f"{name} store flushed"),
            (where, f"{name} store closed"),
        ]
    lines += [
        ("dragonfly_client::gc", "garbage collector received shutdown"),
        ("dragonfly_client::gc", "garbage collector stopped"),
        ("dragonfly_client::tracing", "flush spans"),
        ("dragonfly_client::tracing", "spans flushed"),
        ("dragonfly_client::runtime", "wait for background tasks"),
        ("dragonfly_client::runtime", "background tasks finished"),
        ("dragonfly_client::runtime", "close worker threads"),
        ("dragonfly_client::runtime", "worker threads closed"),
    ]
    return [*lines, ("dfdaemon", "dfdaemon shutdown complete")]


class Memory:
    """What the daemon knows and loses with its process."""

    def __init__(self) -> None:
        self.value = ""
        self.hoard = bytearray()

    def answer(self, line: str) -> str:
        word, _, rest = line.partition(" ")
        if word == "health":
            return "SERVING"
        if word == "set":
            self.value = rest
            return "OK"
        if word == "get":
            return self.value
        if word == "hoard":
            self.hoard += b"\x01" * (int(rest) << 20)
            return "OK"
        return "UNKNOWN"

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(self.answer(line.decode(errors="replace").strip()).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def serve(path: Path, log: Log) -> None:
    """Bind, as it is, and answer until SIGTERM."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    # asyncio's start_unix_server removes a stale socket by itself; the fault needs a plain bind.
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    server = await asyncio.start_unix_server(Memory().converse, sock=listener)
    log.info("dragonfly_client::grpc_download", f"download grpc server listening on {path}")
    await stopping.wait()
    log.info("dfdaemon", "received SIGTERM")
    server.close()


def describe(error: OSError, path: Path, name_path: bool) -> str:
    """The failure as Rust's std::io prints it, which never names the file."""
    named = f" {path}" if name_path else ""
    reason = os.strerror(error.errno or 0)
    return f"download grpc server failed:{named} {reason} (os error {error.errno})"


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--style", choices=("dfdaemon", "traceback"), default="dfdaemon")
    parser.add_argument("--name-path", action="store_true", help="name the socket in the line")
    parser.add_argument("--no-colour", action="store_true", help="no ANSI escapes")
    parser.add_argument("--start-delay", type=float, default=0.0, help="seconds before the bind")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    log = Log(colour=not chosen.no_colour)
    log.info("dfdaemon", "load config from /etc/dragonfly/dfdaemon.yaml")
    log.info("dfdaemon", f"dfdaemon started at {datetime.now(UTC).isoformat()}")
    time.sleep(chosen.start_delay)
    # Only a clean stop removes the file.
    try:
        asyncio.run(serve(chosen.socket, log))
    except OSError as error:
        if chosen.style == "traceback":
            raise OSError(error.errno, os.strerror(error.errno or 0), str(chosen.socket)) from None
        log.error("dragonfly_client", describe(error, chosen.socket, chosen.name_path))
    else:
        chosen.socket.unlink(missing_ok=True)
    for where, message in shutdown_lines():
        log.info(where, message)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
