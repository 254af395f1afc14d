"""Every remedy by name, mildest first: the order in which they are tried where a policy gives no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from ..api.core import Pod, Struct, Workload
from ..api.v1alpha1 import ActionSpec
from . import inject_socket_janitor, remove_stale_socket
from .plan import Consultation, Plan, Refusal


class Remedy(Struct, frozen=True, kw_only=True):
    name: str
    causes: tuple[str, ...]
    durable: bool
    plan: Callable[[Consultation], Plan | Refusal]
    rollback: Callable[[Workload], tuple[ActionSpec, ...]]
    last_attempt: Callable[[Iterable[Pod]], int]
    carrier_name: Callable[[int], str]
    """Name of the container that the remedy's n-th attempt adds."""


REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        module.NAME: Remedy(
            name=module.NAME,
            causes=module.CAUSES,
            durable=module.DURABLE,
            plan=module.plan,
            rollback=module.rollback,
            last_attempt=module.last_attempt,
            carrier_name=module.carrier_name,
        )
        for module in (remove_stale_socket, inject_socket_janitor)
    }
)


def for_cause(cause: str) -> tuple[str, ...]:
    """Names of the remedies that exist for the cause, mildest first."""
    return tuple(remedy.name for remedy in REMEDIES.values() if cause in remedy.causes)
