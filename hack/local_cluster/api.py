"""Ask the API server a few plain questions, with the standard library alone."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any, Final

from .certificates import Certificates
from .fault import Fault

_SECONDS: Final = 5.0


class Api:
    """A client with a certificate; every call is one connection."""

    def __init__(self, address: str, port: int, certificates: Certificates, user: str) -> None:
        self._address = address
        self._port = port
        self._certificates = certificates
        self._user = user

    def get(self, path: str) -> Any:
        return json.loads(self._call("GET", path))

    def ready(self) -> bool:
        try:
            return self._call("GET", "/readyz") == b"ok"
        except (OSError, Fault, http.client.HTTPException):
            return False

    def problem_of_node(self, name: str) -> str:
        """Why the node is not Ready, in its own words; empty when it is."""
        try:
            node = self.get(f"/api/v1/nodes/{name}")
        except (OSError, Fault, ValueError, http.client.HTTPException) as wrong:
            return f"the API server does not tell about the node: {str(wrong).splitlines()[0]}"
        for condition in node.get("status", {}).get("conditions", []):
            if condition["type"] == "Ready":
                if condition["status"] == "True":
                    return ""
                return f"the node is not Ready: {condition.get('message', 'no reason given')}"
        return "the node has not said yet whether it is Ready"

    def exists(self, path: str) -> bool:
        try:
            self.get(path)
        except (OSError, Fault, ValueError, http.client.HTTPException):
            return False
        return True

    def _call(self, method: str, path: str) -> bytes:
        context = ssl.create_default_context(cafile=str(self._certificates.authority))
        context.load_cert_chain(
            self._certificates.certificate(self._user), self._certificates.key(self._user)
        )
        connection = http.client.HTTPSConnection(
            self._address, self._port, context=context, timeout=_SECONDS
        )
        try:
            connection.request(method, path, headers={"Accept": "application/json, */*"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise Fault(f"{method} {path} was answered {answer.status}: {content[:300]!r}")
        return content


def answers(address: str, port: int) -> bool:
    """Whether anything accepts a connection there."""
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
