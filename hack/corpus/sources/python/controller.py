"""A small controller: the kubernetes client."""

import logging

from kubernetes import client, config

logging.basicConfig(level=logging.INFO, format="%(asctime)s.%(msecs)03d %(levelname)s %(name)s %(message)s")
log = logging.getLogger("namespace-labeller")
log.info("starting controller")
config.load_incluster_config()
log.info("in-cluster configuration loaded")
for namespace in client.CoreV1Api().list_namespace().items:
    log.info("namespace %s", namespace.metadata.name)
