"""What one line says of those below it; and what holds of any text whatever."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crashloop_doctor.diagnosis.redaction import MASK, Redactor, redacted

S = "hunter2Hunter2"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
BEGIN, END = "-----BEGIN PRIVATE" + " KEY-----", "-----END PRIVATE" + " KEY-----"
T = "2026-11-21T09:00:00Z app "

# lines -> what is shown
SEQUENCES = {
    "a private key is hidden to its end, and no further": (
        ["loaded:", BEGIN, BODY, "Q29ycmVjdA==", END, "Address already in use"],
        ["loaded:", MASK, MASK, MASK, MASK, "Address already in use"],
    ),
    "a private key with headers is hidden": (
        [BEGIN, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,AB12", "", BODY, END, "ok then"],
        [MASK, MASK, MASK, "", MASK, MASK, "ok then"],
    ),
    "a private key behind a logger's prefix is hidden, its short last line too": (
        [T + BEGIN, T + BODY, T + "Q29y", T + END, T + "Address already in use"],
        [T + MASK, MASK, MASK, MASK, T + "Address already in use"],
    ),
    "a private key that never ends hides no message": (
        [BEGIN, BODY, "panic: cannot parse the key", "goroutine 1 [running]:"],
        [MASK, MASK, "panic: cannot parse the key", "goroutine 1 [running]:"],
    ),
    "a private key in a YAML block is hidden": (
        ["tls.key: |", "  " + BEGIN, "  " + BODY, "  Q29y", "  " + END, "replicas: 2"],
        ["tls.key: |", "  " + MASK, MASK, MASK, MASK, "replicas: 2"],
    ),
    "a body whose begin was cut off is hidden with its short last line": (
        [BODY, BODY, "Q29y", END, "ok then"],
        [MASK, MASK, MASK, MASK, "ok then"],
    ),
    "a password in a YAML block is hidden": (
        ["  password: >-", f"    two words {S}", f"    {S}", "  user: bob"],
        ["  password: >-", f"    {MASK}", f"    {MASK}", "  user: bob"],
    ),
    "the value of a named variable is hidden in the line below": (
        ["- name: DB_PASSWORD", f"  value: two words {S}", "- name: DB_HOST", "  value: db"],
        ["- name: DB_PASSWORD", f"  value: {MASK}", "- name: DB_HOST", "  value: db"],
    ),
    "the value of a named variable is hidden in JSON over lines": (
        ['"name": "DB_PASSWORD",', f'"value": "{S}"', '"name": "DB_HOST",', '"value": "db"'],
        ['"name": "DB_PASSWORD",', f'"value": {MASK}', '"name": "DB_HOST",', '"value": "db"'],
    ),
    "a generated password on a line of its own is hidden": (
        ["Please use the following password to proceed to installation:", "", "deadbeef", "", "ok"],
        ["Please use the following password to proceed to installation:", "", MASK, "", "ok"],
    ),
    "a list of tokens is hidden": (
        ["tokens:", "  - abc", "  - def", "replicas: 2"],
        ["tokens:", f"  - {MASK}", f"  - {MASK}", "replicas: 2"],
    ),
    "a reference below a name stays": (
        ["- name: DB_PASSWORD", "  valueFrom:", "    secretKeyRef:", "      name: db-credentials"],
        ["- name: DB_PASSWORD", "  valueFrom:", "    secretKeyRef:", "      name: db-credentials"],
    ),
    "a message below a question stays": (
        ["failed to read the token:", "no such file or directory"],
        ["failed to read the token:", "no such file or directory"],
    ),
    "a certificate is no secret but its body looks like one": (
        ["-----BEGIN CERTIFICATE-----", BODY, "Q29y", "-----END CERTIFICATE-----", "Address in use"],
        ["-----BEGIN CERTIFICATE-----", MASK, MASK, "-----END CERTIFICATE-----", "Address in use"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "shown"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_a_line_speaks_for_those_below_it(lines: list[str], shown: list[str]) -> None:
    redactor = Redactor()
    assert [redactor.line(line) for line in lines] == shown
    assert redacted("\n".join(lines)) == "\n".join(shown)


@pytest.mark.parametrize(("lines", "shown"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_lines_that_are_only_passed_speak_as_well(lines: list[str], shown: list[str]) -> None:
    for at in range(len(lines)):
        redactor = Redactor()
        for line in lines[:at]:
            redactor.passed(line)
        assert redactor.line(lines[at]) == shown[at]


def test_half_a_secret_behind_the_gap_of_a_cut_line_is_hidden() -> None:
    cut = "x " * 2048 + "password=hun" + " ... " + "ter2Hunter2 and (os error 98)"
    shown = redacted(cut)
    assert "ter2" not in shown
    assert shown.endswith("(os error 98)")


def test_a_line_of_many_secrets_is_cut_at_the_end() -> None:
    assert S not in redacted(" ".join(f"password{i}={S}{i}" for i in range(1000)))


PIECES = st.sampled_from(
    (
        "password", "token", "secret: ", "=", ": ", ":", "'", '"', '\\"', "\\\\", "[", "]", "{", "}", "<", ">", "&",
        ",", ";", " ", "\t", "\n", "://", "@", "a.example", "/etc/x", "|", "Authorization", "Bearer ", "Cookie: ",
        "-u ", "--token ", "BEGIN", BEGIN, END, BODY, MASK, "redacted", "[redacted", "null", "not found", "value",
        "name: ", "4111111111111111", "eyJ" + "hbGciOiJIUzI1NiJ9", "mysql ", "-p", "http", "8080/", "é", "…", "\x00",
        " ... ", "(", ")", "value=", "</", "$2b$12$", "%3D", "&quot;", "is ", "hunter2", "AKIA" + "IOSFODNN7EXAMPLE",
    )
)  # fmt: skip
TEXT = st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join)


@given(TEXT)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redacted(text)
    assert redacted(once) == once


@given(TEXT)
def test_no_line_is_lost_or_won(text: str) -> None:
    assert redacted(text).count("\n") == text.count("\n")


@given(TEXT)
def test_the_text_does_not_grow_beyond_a_mask_a_letter(text: str) -> None:
    assert len(redacted(text)) <= len(text) * len(MASK)


@given(TEXT)
def test_lines_read_one_by_one_are_the_text_read_at_once(text: str) -> None:
    redactor = Redactor()
    assert "\n".join(redactor.line(line) for line in text.split("\n")) == redacted(text)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_even_half_a_surrogate_pair_is_redacted(text: str) -> None:
    assert isinstance(redacted(text), str)


HOSTILE = (
    "password=ab1 ", "token:", "http://a:80/", "a://b:c@", "http://a:1/@ ", "a@b.cc ", "4111111111111111 ",
    'token="a\\"', "password=[", "<token>", BEGIN, "curl -u ", "mysql -p ", "password=a&", "secret   ",
    "authorization: a b ", "('token','a1'), ", '{\\"token\\":\\"a1\\",', "\\", "key ", "sshpass ", "[", "name: token ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_grows_with_the_line_and_not_with_its_square(piece: str) -> None:
    def seconds(size: int) -> float:
        line = (piece * (size // len(piece) + 1))[:size]
        redacted(line)
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            redacted(line)
            best = min(best, time.process_time() - began)
        return best

    # Sixteen times the line: a quadratic rule would take 256 times as long. 5 ms are noise.
    assert seconds(16 * 4096) <= 60 * seconds(4096) + 0.005
