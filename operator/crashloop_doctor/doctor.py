"""The kopf operator: settings, life cycle, and the handlers that feed our own resources to the controller.

Pods do not go through kopf: its handlers would cost 40 times as much and write annotations on other people's objects
(docs/design.md). Handlers return None, or kopf would write their result into the object.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import kopf

from .api.v1alpha1 import GROUP, KINDS, VERSION
from .cluster import credentials
from .cluster.client import Client
from .cluster.controller import Controller, Settings

logger = logging.getLogger(__name__)

USER_AGENT = "crashloop-doctor"


class NeedsRestart(RuntimeError):
    """The controller ended though nobody asked it to."""


def _configure(settings: kopf.OperatorSettings) -> None:
    # No rights on namespaces and CRDs, and no events about our own resources' handling.
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.networking.request_timeout = 30
    settings.watching.server_timeout = 300
    settings.watching.client_timeout = 330
    settings.persistence.finalizer = f"{GROUP}/unused"
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix=GROUP)
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix=GROUP)


class _Work:
    """The controller's task, living between kopf's start-up and cleanup."""

    def __init__(self, controller: Controller) -> None:
        self.controller = controller
        self.stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self.controller.run(), name="controller")
        # Should it end by itself, kopf must end too: a doctor without its controller heals nobody.
        self._task.add_done_callback(lambda _: self.stop.set())

    async def end(self) -> None:
        """Here and not later: kopf waits five seconds for tasks it does not know before it cancels them."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})

    def check(self) -> None:
        """Raises what ended the controller, if it was not kopf's cleanup."""
        if self._task is None or self._task.cancelled():
            return
        error = self._task.exception()
        raise error if error is not None else NeedsRestart("the controller ended")


def _registry(work: _Work) -> kopf.OperatorRegistry:
    registry = kopf.OperatorRegistry()

    @kopf.on.startup(registry=registry)
    async def begin(settings: kopf.OperatorSettings, **_: Any) -> None:
        _configure(settings)
        work.begin()

    @kopf.on.cleanup(registry=registry)
    async def end(**_: Any) -> None:
        await work.end()

    @kopf.on.login(registry=registry)
    def login(**kwargs: Any) -> kopf.ConnectionInfo | None:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)

    def watch(kind: str, plural: str) -> None:
        @kopf.on.event(GROUP, VERSION, plural, registry=registry, id=f"observe-{plural}")
        async def observe(event: kopf.RawEvent, **_: Any) -> None:
            work.controller.observed(kind, event["type"], dict(event["object"]))

    for kind in KINDS:
        watch(kind.kind, kind.plural)
    return registry


async def run(settings: Settings) -> None:
    """Runs the doctor until it is told to stop. Raises NoCredentials, ApiError, OSError, NeedsRestart."""
    found = await credentials.find_async()
    async with Client(found, USER_AGENT) as client:
        work = _Work(Controller(client, settings))
        try:
            await kopf.operator(
                registry=_registry(work), clusterwide=True, standalone=True, stop_flag=work.stop
            )
        finally:
            await work.end()
        work.check()
