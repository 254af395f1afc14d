"""A model server that reads many shards before it listens."""

import http.server
import logging
import os
import signal
import time

logging.basicConfig(level=logging.INFO, format="%(asctime)s | %(levelname)-8s | %(name)s:%(lineno)d - %(message)s")
log = logging.getLogger("model_server")
if os.environ.get("IGNORE_TERM"):
    signal.signal(signal.SIGTERM, lambda *_: log.info("SIGTERM ignored until model is loaded"))
log.info("loading checkpoint bert-large-uncased (%s shards)", os.environ.get("SHARDS", "64"))
for shard in range(1, int(os.environ.get("SHARDS", "64")) + 1):
    time.sleep(float(os.environ.get("PAUSE", "1.1")))
    log.info("loading checkpoint shards: %d/%s", shard, os.environ.get("SHARDS", "64"))
log.info("model ready, listening on :8501")
http.server.HTTPServer(("", 8501), http.server.SimpleHTTPRequestHandler).serve_forever()
