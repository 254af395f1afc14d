"""Exports objects to a bucket: boto3."""

import json
import logging
import os
import sys

import boto3


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {"ts": self.formatTime(record), "severity": record.levelname, "logger": record.name,
                 "msg": record.getMessage()}
        if record.exc_info:
            entry["stack"] = self.formatException(record.exc_info)
        return json.dumps(entry)


handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(JsonFormatter())
logging.basicConfig(level=logging.INFO, handlers=[handler])
log = logging.getLogger("exporter")
try:
    log.info("exporter starting")
    s3 = boto3.client("s3", endpoint_url=os.environ.get("S3_ENDPOINT"), region_name=os.environ.get("AWS_REGION"))
    s3.put_object(Bucket="exports", Key="marker", Body=b"1")
    log.info("bucket is writable")
except Exception:
    log.exception("exporter cannot start")
    sys.exit(1)
