"""Scores transactions: attrs and cattrs, a model file, aiohttp-free asyncio server, JSON logs by hand."""

import asyncio
import json
import os
import pickle
import signal
import sys
import traceback
from datetime import datetime, timezone
from pathlib import Path

import attrs
import cattrs
import numpy as np
import yaml


def log(level, message, **more):
    line = {"timestamp": datetime.now(timezone.utc).isoformat(), "severity": level, "message": message, **more}
    print(json.dumps(line), flush=True)


@attrs.frozen
class Model:
    path: Path
    threshold: float = attrs.field(validator=[attrs.validators.gt(0), attrs.validators.lt(1)])


@attrs.frozen
class Config:
    listen: str
    model: Model
    workers: int = attrs.field(default=1, validator=attrs.validators.in_([1, 2, 4, 8]))


async def serve(config):
    with open(config.model.path, "rb") as file:
        model = pickle.load(file)
    weights = np.asarray(model["weights"], dtype=float)
    if weights.shape != (4,):
        raise RuntimeError(f"connection weights have shape {weights.shape}, permission matrix needs (4,)")
    host, _, port = config.listen.rpartition(":")
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)

    async def score(reader, writer):
        values = np.fromstring((await reader.readline()).decode(), sep=" ")
        writer.write(f"{float(values @ weights):.3f}\n".encode())
        writer.close()

    server = await asyncio.start_server(score, host or "0.0.0.0", int(port))
    log("INFO", "scoring", listen=config.listen, threshold=config.model.threshold)
    await ended.wait()
    server.close()
    log("INFO", "stopped")


def main():
    path = os.environ["SCORER_CONFIG"]
    try:
        config = cattrs.structure(yaml.safe_load(Path(path).read_text()), Config)
        asyncio.run(serve(config))
    except Exception as error:
        log("CRITICAL", "scorer failed to start", error=str(error), exception=traceback.format_exc())
        sys.exit(1)


main()
