"""Is the chart's ValidatingAdmissionPolicy in place, so that an approval is worth something?"""

from __future__ import annotations

import time
from typing import Any

import msgspec

from ..api.core import Struct
from ..api.v1alpha1 import GROUP
from .client import ApiError, Client

PATH = "/apis/admissionregistration.k8s.io/v1"
CACHE_SECONDS = 30.0


class _Rule(Struct, frozen=True, kw_only=True):
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()


class _Match(Struct, frozen=True, kw_only=True):
    resource_rules: tuple[_Rule, ...] = ()
    exclude_resource_rules: tuple[_Rule, ...] = ()
    namespace_selector: dict[str, Any] = {}
    object_selector: dict[str, Any] = {}


class _Spec(Struct, frozen=True, kw_only=True):
    failure_policy: str = "Fail"
    match_constraints: _Match = _Match()
    match_conditions: tuple[Any, ...] = ()
    validations: tuple[Any, ...] = ()
    policy_name: str = ""
    validation_actions: tuple[str, ...] = ()
    match_resources: dict[str, Any] | None = None


class _Policy(Struct, frozen=True, kw_only=True):
    """A policy or its binding: each has its own half of the fields."""

    spec: _Spec = _Spec()


class ApprovalPolicy:
    """Answers are kept for half a minute; anything but a clear yes is a no."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._answer = False
        self._asked_at = -CACHE_SECONDS

    async def enforced(self, *, fresh: bool = False) -> bool:
        """`fresh` asks now, for an answer that will be kept. Raises ApiError for passing faults: they are no answer."""
        if fresh or time.monotonic() - self._asked_at >= CACHE_SECONDS:
            self._answer = await self._ask()
            self._asked_at = time.monotonic()
        return self._answer

    async def _ask(self) -> bool:
        try:
            policy = await self._client.find(
                f"{PATH}/validatingadmissionpolicies/{self._name}", _Policy
            )
            binding = await self._client.find(
                f"{PATH}/validatingadmissionpolicybindings/{self._name}", _Policy
            )
        except ApiError as error:
            if error.passing or error.status == 0:
                raise
            return False
        except msgspec.DecodeError:
            return False
        return (
            policy is not None and binding is not None and self._guards(policy.spec, binding.spec)
        )

    def _guards(self, policy: _Spec, binding: _Spec) -> bool:
        """Whether they deny, for every Remediation; one that was narrowed or emptied guards nothing."""
        match = policy.match_constraints
        return (
            policy.failure_policy == "Fail"
            and bool(policy.validations)
            and not policy.match_conditions
            and any(_covers(rule) for rule in match.resource_rules)
            and not match.exclude_resource_rules
            and not match.namespace_selector
            and not match.object_selector
            and binding.policy_name == self._name
            and "Deny" in binding.validation_actions
            and not binding.match_resources
        )


def _covers(rule: _Rule) -> bool:
    return (
        GROUP in rule.api_groups
        and "remediations" in rule.resources
        and not {"UPDATE", "*"}.isdisjoint(rule.operations)
        and not rule.resource_names
    )
