"""Users' FailureSignatures and policies: checked, and told what is wrong in a condition."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

from ..api.v1alpha1 import FailureSignature, Policy
from ..signatures import catalog
from ..signatures.expression import InvalidPattern
from .records import Conflict, Records, with_condition
from .store import Key, Store

logger = logging.getLogger(__name__)


class CatalogueReconciler:
    """Keeps the compiled catalogue: the built-in signatures and every sound one of the users'."""

    def __init__(self, records: Records, store: Store, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._store = store
        self._clock = clock
        self.catalog = catalog.builtin()
        self._left_out: set[str] = set()
        self._verdicts: dict[bytes, catalog.InvalidSignature | None] = {}

    def rebuild(self) -> None:
        """A broken signature is left out, and so is one for which there is no room; the others go on."""
        built = self._built()
        # One that is the same keeps its compiled engines.
        if built.signatures != self.catalog.signatures:
            self.catalog = built

    def _built(self) -> catalog.Catalog:
        built = catalog.builtin()
        sound = []
        verdicts = self._verdicts
        self._verdicts = {}
        for signature in self._store.signatures():
            key = _key(signature)
            verdict = verdicts[key] if key in verdicts else _verdict(signature)
            self._verdicts[key] = verdict
            if verdict is None:
                sound.append(signature)
        self._left_out.clear()
        try:
            return built.with_signatures(sound)
        except InvalidPattern:
            logger.warning(
                "too many patterns have nothing but common words; the last signatures are left out"
            )
        fitting: list[FailureSignature] = []
        for signature in sorted(
            sound, key=lambda s: (str(s.metadata.creation_timestamp), s.metadata.name)
        ):
            try:
                built = catalog.builtin().with_signatures([*fitting, signature])
            except InvalidPattern:
                self._left_out.add(signature.metadata.name)
                continue
            fitting.append(signature)
        return built

    async def reconcile_signature(self, key: Key) -> float:
        """Raises ApiError."""
        self.rebuild()
        signature: FailureSignature | None = self._store.signature(key)
        if signature is None:
            return 0.0
        error = self._verdicts.get(_key(signature))
        if error is not None:
            await self._ready("FailureSignature", signature, False, error.reason, str(error))
        else:
            if signature.metadata.name in self._left_out:
                await self._ready(
                    "FailureSignature",
                    signature,
                    False,
                    "TooLarge",
                    "too many patterns of all signatures have nothing but common words; give them rarer ones",
                )
                return 0.0
            await self._ready(
                "FailureSignature", signature, True, "Compiled", "in use; its examples hold"
            )
        return 0.0

    async def reconcile_policy(self, kind: str, key: Key) -> float:
        """Raises ApiError."""
        policy: Policy | None = self._store.policy(kind, key)
        if policy is None:
            return 0.0
        message = f"in force with mode {policy.spec.mode}"
        has_cluster = any(not p.metadata.namespace for p in self._store.policies())
        if (
            policy.metadata.namespace
            and not has_cluster
            and policy.spec.mode in ("Approve", "Auto")
        ):
            message = f"mode {policy.spec.mode} is limited to Suggest: no ClusterRemediationPolicy allows more"
            await self._ready(kind, policy, True, "LimitedToSuggest", message)
        else:
            await self._ready(kind, policy, True, "InForce", message)
        return 0.0

    async def _ready(
        self, kind: str, value: FailureSignature | Policy, ready: bool, reason: str, message: str
    ) -> None:
        status = msgspec.structs.replace(
            value.status,
            observed_generation=value.metadata.generation,
            conditions=with_condition(
                value.status.conditions,
                "Ready",
                ready,
                reason,
                message,
                now=self._clock(),
                generation=value.metadata.generation,
            ),
        )
        if status == value.status:
            return
        try:
            await self._records.write_status(kind, value, status)
        except Conflict:
            # A newer version is on its way through the watch.
            logger.debug("changed meanwhile", extra={"kind": kind, "object": value.metadata.name})


def _key(signature: FailureSignature) -> bytes:
    """What the verdict on a signature depends on: checking one takes milliseconds, and there may be a thousand."""
    return msgspec.json.encode((signature.metadata.name, signature.spec))


def _verdict(signature: FailureSignature) -> catalog.InvalidSignature | None:
    try:
        catalog.check(signature)
    except catalog.InvalidSignature as error:
        return error
    return None
