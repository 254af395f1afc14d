"""Keeps namespaces within their quota: python-decouple, the kubernetes client, a loop with backoff."""

import logging
import time

import kubernetes
from decouple import Csv, config
from kubernetes import client
from kubernetes import config as access

logging.basicConfig(level=logging.INFO, format="ts=%(asctime)s level=%(levelname)s logger=%(name)s msg=%(message)r")
log = logging.getLogger("quota")


def main():
    namespaces = config("QUOTA_NAMESPACES", cast=Csv())
    limit = config("QUOTA_PODS", default=50, cast=int)
    dry_run = config("QUOTA_DRY_RUN", default=False, cast=bool)
    if config("KUBECONFIG", default=""):
        access.load_kube_config()
    else:
        access.load_incluster_config()
    core = client.CoreV1Api()
    log.info("enforcing %d pods in %s, dry run %s", limit, namespaces, dry_run)
    while True:
        for namespace in namespaces:
            pods = core.list_namespaced_pod(namespace, _request_timeout=2).items
            surplus = pods[limit:]
            log.info("%s: %d pods, %d too many", namespace, len(pods), len(surplus))
            owners = [pod.metadata.owner_references[0].name for pod in pods]
            for pod in surplus:
                core.delete_namespaced_pod(pod.metadata.name, namespace)
                log.warning("deleted %s of %s", pod.metadata.name, owners[0])
        time.sleep(1)


main()
