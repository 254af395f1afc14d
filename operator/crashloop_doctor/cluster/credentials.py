"""Where the API server is and how we prove who we are: in a pod from its service account, elsewhere from KUBECONFIG."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TOKEN_MAX_AGE_SECONDS = 60.0
"""The kubelet renews a projected token well before it ends; reading it each minute is what client-go does."""


class NoCredentials(RuntimeError):
    """Neither a service account nor a usable kubeconfig; the text says what to do."""


@dataclass(frozen=True)
class Credentials:
    """Address, TLS and a source of the Authorization header (None where a client certificate is enough)."""

    server: str
    ssl_context: ssl.SSLContext | None
    authorization: Callable[[], str | None]
    namespace: str = "default"


def in_cluster() -> Credentials:
    """Raises NoCredentials outside a pod."""
    host = os.environ.get("KUBERNETES_SERVICE_HOST")
    port = os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    token_file = SERVICE_ACCOUNT / "token"
    if not host or not token_file.exists():
        raise NoCredentials("no service account is mounted here")
    cached = ("", -TOKEN_MAX_AGE_SECONDS)

    def authorization() -> str:
        nonlocal cached
        token, read_at = cached
        if time.monotonic() - read_at >= TOKEN_MAX_AGE_SECONDS:
            token = token_file.read_text().strip()
            cached = (token, time.monotonic())
        return f"Bearer {token}"

    address = f"[{host}]" if ":" in host else host
    return Credentials(
        server=f"https://{address}:{port}",
        ssl_context=ssl.create_default_context(cafile=str(SERVICE_ACCOUNT / "ca.crt")),
        authorization=authorization,
        namespace=(SERVICE_ACCOUNT / "namespace").read_text().strip(),
    )


def from_kubeconfig(context: str | None = None) -> Credentials:
    """The kubeconfig's current (or the named) context. Raises NoCredentials.

    Read by the `kubernetes` package, which knows exec plugins and OIDC; imported here because it costs a second.
    """
    import yaml
    from kubernetes import client, config

    settings = client.Configuration()
    try:
        config.load_kube_config(  # type: ignore[no-untyped-call]
            context=context, client_configuration=settings
        )
    # The package checks neither that it is YAML nor that it is a mapping.
    except (config.ConfigException, yaml.YAMLError, AttributeError, TypeError) as error:
        raise NoCredentials(
            f"no usable kubeconfig: {error}; set KUBECONFIG, or run in a pod with a service account"
        ) from error
    tls = None
    if settings.host.startswith("https"):
        tls = ssl.create_default_context(cafile=settings.ssl_ca_cert)
        if not settings.verify_ssl:
            tls.check_hostname = False
            tls.verify_mode = ssl.CERT_NONE
        if settings.cert_file:
            tls.load_cert_chain(settings.cert_file, settings.key_file)
    return Credentials(
        server=settings.host.rstrip("/"),
        ssl_context=tls,
        authorization=lambda: settings.get_api_key_with_prefix("BearerToken", "authorization"),
    )


def find() -> Credentials:
    """The pod's service account if there is one, otherwise the kubeconfig. Raises NoCredentials."""
    try:
        return in_cluster()
    except NoCredentials:
        return from_kubeconfig()


async def find_async() -> Credentials:
    """`find` in a thread: an exec plugin may take seconds."""
    return await asyncio.to_thread(find)
