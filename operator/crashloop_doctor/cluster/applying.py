"""Sends a plan's requests: first as a dry run, then for real."""

from __future__ import annotations

from ..api.core import Struct
from ..api.v1alpha1 import ActionSpec
from ..remedies.plan import APPLY, FIELD_MANAGER
from . import paths
from .client import ApiError, Client


class Validation(Struct, frozen=True, kw_only=True):
    """What the API server says of a plan: status of the condition `Validated`, reason, its own words."""

    status: str
    reason: str
    message: str


async def validate(client: Client, namespace: str, actions: tuple[ActionSpec, ...]) -> Validation:
    """Server-side dry run of every action. Raises ApiError only for passing faults."""
    for action in actions:
        try:
            await _send(client, namespace, action, dry_run=True)
        except ApiError as error:
            if error.passing or error.status == 0:
                raise
            return refusal(error)
    return Validation(
        status="True", reason="DryRunPassed", message="the API server accepts the change"
    )


_REASONS = {403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid"}


def refusal(error: ApiError) -> Validation:
    """A refusal as a condition: a webhook's own reason may be any text, and a condition's reason may not."""
    if error.status == 403 and _is_missing_right(error):
        return Validation(status="Unknown", reason="NoRight", message=error.message[:1024])
    return Validation(
        status="False",
        reason=_REASONS.get(error.status, "Refused"),
        message=f"{error.reason}: {error.message}"[:1024],
    )


def _is_missing_right(error: ApiError) -> bool:
    """RBAC's refusal, told apart from an admission controller's, which answers 403 too.

    The authorizer's sentence is fixed: `User "x" cannot patch resource "y"` (apiserver, responsewriters/errors.go).
    """
    return " cannot patch resource " in error.message and "User " in error.message


async def carry_out(client: Client, namespace: str, actions: tuple[ActionSpec, ...]) -> None:
    """Sends every action. Raises ApiError with the server's words when none of them was accepted.

    Of several pods one may be gone or refused meanwhile; the others get their cure, and verification sees the rest.
    """
    refused: ApiError | None = None
    accepted = 0
    for action in actions:
        try:
            await _send(client, namespace, action, dry_run=False)
            accepted += 1
        except ApiError as error:
            if error.passing or error.status == 0:
                raise
            refused = refused or error
    if refused is not None and not accepted:
        raise refused


async def _send(client: Client, namespace: str, action: ActionSpec, *, dry_run: bool) -> None:
    params = {"fieldManager": FIELD_MANAGER}
    if action.content_type == APPLY:
        params["force"] = "false"
    if dry_run:
        params["dryRun"] = "All"
    path = paths.resource(
        action.api_version, action.kind, namespace, action.name, action.subresource
    )
    await client.write(
        "PATCH", path, action.body.encode(), content_type=action.content_type, params=params
    )
