"""Secrets of each kind are cut out of a line; ordinary text stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crashloop_doctor.diagnosis.redaction import MASK, redacted
from crashloop_doctor.signatures import log_text

S = "hunter2Hunter2"

SECRETS = {
    "a password assignment": f"DB_PASSWORD={S} starting",
    "a password in YAML": f"password: {S}",
    "a password in JSON": f'{{"user":"bob","password":"{S}","host":"db"}}',
    "a password with spaces in JSON": f'{{"password":"correct horse {S}"}}',
    "a password in JSON inside JSON": f'{{"msg":"{{\\"password\\":\\"x {S}\\"}}"}}',
    "a quoted password whose line was cut": f'password="abc {S}',
    "a password that holds a quotation mark": f"password=ab\"{S}'{S}",
    "a password in upper case": f"PGPASSWORD={S}",
    "a password given as a flag": f"exec: mysql --password {S} --user root",
    "a password given as a flag with =": f"exec: mysql --db-password={S}",
    "a client secret": f"client_secret = {S}",
    "a token": f"slackToken: '{S}'",
    "an API key": f"api-key={S}",
    "a cloud access key's secret": f"aws_secret_access_key={S}",
    "a storage account's connection string": f"AccountName=x;AccountKey={S}==;EndpointSuffix=y",
    "a connection string of .NET": f"Server=db;User Id=sa;Pwd={S};Encrypt=true",
    "a passphrase": f"passphrase={S}",
    "user and password in a URL": f"cannot reach postgres://bob:{S}@db:5432/shop",
    "a password with an @ in a URL": f"cannot reach postgres://bob:p@{S}@db/shop",
    "a password without a user in a URL": f"redis://:{S}@cache:6379/0",
    "a bearer token": f"sent Authorization: Bearer {S}.abc",
    "a basic authorization": f"Authorization=Basic {S}==",
    "a bearer token in JSON": f'{{"authorization":"Bearer {S}"}}',
    "a cookie": f"Set-Cookie: session={S}; path=/",
    "a private key on one line": f"-----BEGIN RSA PRIVATE KEY-----{S}",
    "a line of a private key's body": f"{S}" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBA",
    "a JSON web token": "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hunter2Hunter2",
    "a cloud key's ID": "key AKIAIOSFODNN7EXAMPLE is not known",
    "a forge's token": "remote: ghp_abcdefghijklmnopqrstuvwxyz0123456789 was refused",
    "a chat's token": "xoxb-123456789012-abcdefghij was refused",
    "an e-mail address": "mail to jane.doe+prod@mail.example.com failed",
}
FRAGMENTS = (
    S, "eyJ", "AKIA", "ghp_", "xoxb", "jane", "correct horse", "bob:"
)  # fmt: skip


@pytest.mark.parametrize("line", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_cut(line: str) -> None:
    shown = redacted(line)
    assert MASK in shown
    assert not [fragment for fragment in FRAGMENTS if fragment in shown]


ORDINARY = (
    "2026-11-21T09:00:00Z ERROR download grpc server failed: Address already in use (os error 98)",
    "bind() to unix:/var/run/demo/app.sock failed (98: Address already in use)",
    "listen tcp :8080: bind: address already in use",
    "OSError: [Errno 98] Address already in use: '/var/run/demo/app.sock'",
    "Unrecognized remote plugin message: This usually means",
    'initial configuration: index=1 servers="[{Suffrage:Voter ID:dkron-1 Address:10.0.0.7:6868}]"',
    "Config File dkron Not Found in [/etc/dkron /root/.dkron]",
    "GET http://app.team.svc:9000/health 503",
    "pulled registry.example/agent:1 in 2.5 s",
    "the keyboard and the tokenizer are ready",
    "java.lang.OutOfMemoryError: Java heap space",
    "Business process exited with error; Restarting business process in 5 seconds",
)


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_text_is_left_alone(line: str) -> None:
    assert redacted(line) == line


def test_what_surrounds_a_secret_stays_readable() -> None:
    assert redacted("cannot reach postgres://bob:x@db:5432/shop: refused") == (
        f"cannot reach postgres://{MASK}@db:5432/shop: refused"
    )
    assert redacted('{"user":"bob","password":"x","host":"db"}') == (
        f'{{"user":"bob","password":{MASK},"host":"db"}}'
    )


@given(st.binary(max_size=300))
def test_any_line_is_redacted_without_a_fault_and_without_new_control_characters(
    raw: bytes,
) -> None:
    shown = redacted(log_text.text(log_text.plain_bytes(raw)))
    assert all(c == "\t" or not (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0) for c in shown)
    assert len(shown) <= len(raw) * (1 + len(MASK)) + len(MASK)


OF_FIXED_FORM = ("a line of a private key's body", "a JSON web token")
SPELLABLE = [line for kind, line in SECRETS.items() if S in line and kind not in OF_FIXED_FORM]


@given(st.text(alphabet="abcXYZ019/+_-.", min_size=1, max_size=60), st.sampled_from(SPELLABLE))
def test_a_secret_of_any_spelling_is_cut(secret: str, line: str) -> None:
    assume(not secret.startswith("--"))  # after a flag that would be the next flag
    assert S not in redacted(line.replace(S, f"{secret}{S}"))
