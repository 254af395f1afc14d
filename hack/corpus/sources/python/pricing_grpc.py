"""A gRPC service with one dependency, as the grpcio documentation writes them."""

import logging
import os
from concurrent import futures

import grpc

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("pricing")


def serve() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.so_reuseport", 0)])
    if target := os.environ.get("RATES_TARGET"):
        log.info("fetching rates from %s", target)
        channel = grpc.insecure_channel(target)
        call = channel.unary_unary("/rates.v1.Rates/List")
        call(b"", timeout=2)
        log.info("rates loaded")
    address = os.environ.get("GRPC_ADDRESS", "0.0.0.0:50051")
    server.add_insecure_port(address)
    server.start()
    log.info("pricing service listening on %s", address)
    server.wait_for_termination()


if __name__ == "__main__":
    serve()
