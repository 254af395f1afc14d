"""Who we are: the service account's files in a pod, elsewhere the kubeconfig."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
import yaml
from api_server import ApiServer, says

from crashloop_doctor.cluster import credentials
from crashloop_doctor.cluster.client import ApiError, Client

POD = "/api/v1/namespaces/shop/pods/web-0"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.crt and its key, good for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=kubernetes", "-keyout", "ca.key", "-out", "ca.crt"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def account(tmp_path: Path, authority: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that the kubelet mounts, and its environment."""
    (tmp_path / "ca.crt").write_bytes((authority / "ca.crt").read_bytes())
    (tmp_path / "token").write_text("first\n")
    (tmp_path / "namespace").write_text("doctor")
    monkeypatch.setattr(credentials, "SERVICE_ACCOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    return tmp_path


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Not in a pod; the path of the kubeconfig, which does not exist yet."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    file = tmp_path / "kubeconfig"
    # The package reads KUBECONFIG when it is imported.
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(file))
    return file


def kubeconfig(file: Path, server: str, user: dict[str, object], **cluster: object) -> None:
    content = yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
            "users": [{"name": "u", "user": user}],
        }
    )
    file.write_text(content)


def test_in_a_pod_the_service_account_counts(account: Path) -> None:
    found = credentials.find()
    assert found.server == "https://10.96.0.1:443"
    assert found.namespace == "doctor"
    assert found.authorization() == "Bearer first"
    assert found.ssl_context is not None
    assert found.ssl_context.verify_mode is ssl.CERT_REQUIRED
    assert found.ssl_context.check_hostname


@pytest.mark.usefixtures("account")
def test_an_ipv6_address_stands_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00:10:96::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    assert credentials.in_cluster().server == "https://[fd00:10:96::1]:6443"


def test_a_renewed_token_is_read_within_a_minute(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = credentials.in_cluster()
    assert found.authorization() == "Bearer first"
    (account / "token").write_text("second\n")
    assert found.authorization() == "Bearer first"
    monkeypatch.setattr(credentials, "TOKEN_MAX_AGE_SECONDS", 0.0)
    assert found.authorization() == "Bearer second"


def test_without_a_token_there_is_no_service_account(account: Path) -> None:
    (account / "token").unlink()
    with pytest.raises(credentials.NoCredentials):
        credentials.in_cluster()


@pytest.mark.parametrize("content", [None, "", "{}", "apiVersion: v1\nkind: Config\n"])
def test_without_a_usable_kubeconfig_the_sentence_says_what_to_do(
    outside: Path, content: str | None
) -> None:
    if content is not None:
        outside.write_text(content)
    with pytest.raises(credentials.NoCredentials, match="set KUBECONFIG, or run in a pod"):
        credentials.find()


@pytest.mark.parametrize("content", ["{", "- a list", "just words", "a: b: c"])
def test_a_kubeconfig_that_is_none_says_so_too(outside: Path, content: str) -> None:
    outside.write_text(content)
    with pytest.raises(credentials.NoCredentials, match="set KUBECONFIG"):
        credentials.find()


def test_an_unknown_context_is_said(outside: Path) -> None:
    kubeconfig(outside, "http://127.0.0.1:1", {"token": "t"})
    with pytest.raises(credentials.NoCredentials, match="elsewhere"):
        credentials.from_kubeconfig("elsewhere")


async def test_the_token_of_a_kubeconfig_reaches_the_server(
    outside: Path, server: ApiServer
) -> None:
    kubeconfig(outside, f"{server.url}/", {"token": "of-the-user"})
    server.on("GET", POD, says({}))
    async with Client(await credentials.find_async(), "test") as client:
        await client.read(POD)
    assert server.asked[0].headers["Authorization"] == "Bearer of-the-user"


async def test_a_kubeconfig_without_a_token_claims_nothing(
    outside: Path, server: ApiServer
) -> None:
    kubeconfig(outside, server.url, {})
    server.on("GET", POD, says({}))
    async with Client(await credentials.find_async(), "test") as client:
        await client.read(POD)
    assert "Authorization" not in server.asked[0].headers


async def test_only_the_clusters_own_authority_is_believed(
    account: Path, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way in a pod: TLS by the mounted ca.crt, the token; and a stranger's certificate is refused."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority / "ca.crt", authority / "ca.key")
    server = ApiServer()
    runner = await server.start(tls)
    server.on("GET", POD, says({}))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", server.url.rpartition(":")[2])
    try:
        async with Client(credentials.in_cluster(), "test") as client:
            await client.read(POD)
        assert server.asked[0].headers["Authorization"] == "Bearer first"
        stranger = credentials.Credentials(
            server=server.url,
            ssl_context=ssl.create_default_context(),
            authorization=lambda: "Bearer secret",
        )
        async with Client(stranger, "test") as client:
            with pytest.raises(ApiError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.write("POST", POD, {})
        assert len(server.asked) == 1
    finally:
        await runner.cleanup()


async def test_a_kubeconfigs_client_certificate_is_shown(outside: Path, authority: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority / "ca.crt", authority / "ca.key")
    tls.load_verify_locations(authority / "ca.crt")
    tls.verify_mode = ssl.CERT_REQUIRED
    server = ApiServer()
    runner = await server.start(tls)
    server.on("GET", POD, says({}))
    user: dict[str, object] = {
        "client-certificate": str(authority / "ca.crt"),
        "client-key": str(authority / "ca.key"),
    }
    kubeconfig(outside, server.url, user, **{"certificate-authority": str(authority / "ca.crt")})
    try:
        async with Client(credentials.find(), "test") as client:
            assert await client.read(POD) == b"{}"
    finally:
        await runner.cleanup()
