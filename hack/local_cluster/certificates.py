"""The cluster's own certificate authority, certificates and kubeconfigs, all by openssl."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .shell import run

_DAYS: Final = "365"
_AUTHORITY: Final = "authority"


class Certificates:
    """One folder with keys and certificates; made anew with every new cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def authority(self) -> Path:
        return self.certificate(_AUTHORITY)

    @property
    def authority_key(self) -> Path:
        return self.key(_AUTHORITY)

    def certificate(self, name: str) -> Path:
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def make_authority(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.make_key(_AUTHORITY)
        # Without these two extensions as critical ones Python 3.13 refuses the authority.
        run(
            [
                *("openssl", "req", "-x509", "-new", "-key", self.authority_key),
                *("-subj", "/CN=crashloop-doctor", "-days", _DAYS, "-out", self.authority),
                *("-addext", "basicConstraints=critical,CA:TRUE"),
                *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            ]
        )

    def make_key(self, name: str) -> Path:
        key = self.key(name)
        run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key])
        key.chmod(0o600)
        return key

    def make(
        self, name: str, user: str, *, groups: Sequence[str] = (), hosts: Sequence[str] = ()
    ) -> None:
        """A certificate for a user (with groups), and for a server if there are hosts."""
        key = self.make_key(name)
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
        run(["openssl", "req", "-new", "-key", key, "-subj", subject, "-out", request])
        lines = [
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=clientAuth" + (",serverAuth" if hosts else ""),
            "authorityKeyIdentifier=keyid",
        ]
        if hosts:
            lines.append("subjectAltName=" + ",".join(_alternative(host) for host in hosts))
        extensions.write_text("\n".join(lines) + "\n")
        run(
            [
                *("openssl", "x509", "-req", "-in", request, "-extfile", extensions),
                *("-CA", self.authority, "-CAkey", self.authority_key, "-CAcreateserial"),
                *("-days", _DAYS, "-sha256", "-out", self.certificate(name)),
            ]
        )
        request.unlink()
        extensions.unlink()

    def write_kubeconfig(self, path: Path, name: str, server: str) -> None:
        """A kubeconfig that holds everything itself, so that it can be copied elsewhere."""
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "crashloop-doctor",
            "clusters": [
                {
                    "name": "crashloop-doctor",
                    "cluster": {
                        "server": server,
                        "certificate-authority-data": _encoded(self.authority),
                    },
                }
            ],
            "users": [
                {
                    "name": name,
                    "user": {
                        "client-certificate-data": _encoded(self.certificate(name)),
                        "client-key-data": _encoded(self.key(name)),
                    },
                }
            ],
            "contexts": [
                {
                    "name": "crashloop-doctor",
                    "context": {"cluster": "crashloop-doctor", "user": name},
                }
            ],
        }
        # JSON is YAML; the standard library writes only the former.
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=2) + "\n")


def _alternative(host: str) -> str:
    return f"IP:{host}" if host.replace(".", "").isdecimal() else f"DNS:{host}"


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
