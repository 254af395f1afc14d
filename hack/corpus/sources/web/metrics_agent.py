"""A node agent that takes metrics on a Unix socket (or a port) with the standard library's socketserver."""

import logging
import os
import socketserver
import sys

logging.basicConfig(
    level=logging.DEBUG,
    stream=sys.stderr,
    format="%(asctime)s [%(levelname)s] %(name)s - %(message)s",
)
log = logging.getLogger("metrics-agent")


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            log.debug("received %s", line.decode().strip())


class Server:
    """Either kind of server behind one face, so that the tracebacks do not say which."""

    def __init__(self, endpoint: str) -> None:
        kind, _, address = endpoint.partition(":")
        if kind == "unix":
            self.server = socketserver.ThreadingUnixStreamServer(
                address, Handler, bind_and_activate=False
            )
        else:
            self.server = socketserver.ThreadingTCPServer(
                ("0.0.0.0", int(address)), Handler, bind_and_activate=False
            )

    def run(self) -> None:
        self.server.socket.bind(self.server.server_address)
        self.server.server_activate()
        log.info("ready")
        self.server.serve_forever()


def main() -> None:
    endpoint = os.environ["METRICS_ENDPOINT"]
    log.info("metrics-agent 2.3.0, pid %d", os.getpid())
    log.info("loading 14 aggregation rules")
    try:
        Server(endpoint).run()
    except OSError as error:
        if os.environ.get("TERSE"):
            log.critical("cannot start: %s", error)
            sys.exit(1)
        raise


main()
