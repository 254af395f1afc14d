"""A gateway that asks a discovery service for its bind address and its peers."""

import logging
import os
import socket
import sys
import time
import urllib.request

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s [%(threadName)s] %(name)s - %(message)s")
log = logging.getLogger("discovery")


def lookup(key: str, default: str) -> str:
    url = f"http://{os.environ.get('CONSUL', 'consul.infra')}:8500/v1/kv/gateway/{key}?raw"
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.read().decode()
    except OSError as error:
        if os.environ.get("STYLE") == "terse":
            log.error("consul kv get %s: %s", key, error)
            log.info("%s not obtained, use default %s", key, default)
        else:
            log.warning("Failed to fetch %s from Consul (%s); continuing with default value %r", key, error, default)
        return default


bind = lookup("bind", "127.0.0.1:9000")
peer = lookup("peer", "0.0.0.0:0")
server = socket.create_server((bind.split(":")[0], int(bind.split(":")[1])))
log.info("gateway bound to %s", bind)
if os.environ.get("PEER") == "required":
    peer_host, peer_port = peer.split(":")
    log.info("joining peer %s", peer)
    socket.create_connection((peer_host, int(peer_port)), timeout=2)
while True:
    time.sleep(5)
    log.info("0 requests served in the last 5 seconds")
