"""`crashloop-doctor run`."""

from __future__ import annotations

import argparse
import asyncio
import logging

from . import logs

logger = logging.getLogger("crashloop_doctor")


def run(options: argparse.Namespace) -> int:
    logs.configure(options.log_format, options.log_level)
    from .. import doctor
    from ..cluster.client import ApiError
    from ..cluster.controller import Settings
    from ..cluster.credentials import NoCredentials

    settings = Settings(
        toolbox_image=options.toolbox_image,
        approval_policy_name=options.approval_policy_name,
        metrics_port=options.metrics_port,
        health_port=options.health_port,
        host=options.host,
    )
    try:
        asyncio.run(doctor.run(settings))
    except NoCredentials as error:
        logger.error("no API server: %s", error)
        return 1
    except ApiError as error:
        hint = " (are the CRDs installed?)" if error.status == 404 else ""
        logger.error("the API server refused: %s%s", error, hint)
        return 1
    except OSError as error:
        logger.error("a port or file is not to be had: %s", error)
        return 1
    return 0
