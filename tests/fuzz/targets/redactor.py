"""A planted secret, in a random context."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crashloop_doctor.diagnosis.redaction import MASK, Redactor, redacted

from ..choices import Choices
from . import logs

SAYS = "a planted secret never survives; redacting twice is redacting once; lines and size are kept"

_B62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789abcdef"
_ODD = _B62 + "!#$%^*_-+=/.~?"


def _of(alphabet: str, least: int, most: int) -> Callable[[Choices], str]:
    def made(choices: Choices) -> str:
        length = least + choices.number(most - least)
        return "".join(alphabet[choices.number(len(alphabet) - 1)] for _ in range(length))

    return made


def _marked(choices: Choices) -> str:
    """A password with the marks of one: no word of a message, no path, no number of a version."""
    return f"xQ7{_of(_ODD, 0, 20)(choices)}Z9q"


def _mixed(least: int, most: int) -> Callable[[Choices], str]:
    """Random letters in fact: a fuzzer's run of one letter is no token."""
    grown = _of(_B62, 0, 8)

    def made(choices: Choices) -> str:
        length = least + choices.number(most - least)
        return (grown(choices) + "aB3dE6gH9jK2mN5pQ8sTuV1xYz4bC7eFhI0kL3nO" * 3)[:length]

    return made


# What issuers make, by their own grammar: known wherever it stands.
_ISSUED: tuple[tuple[str, Callable[[Choices], str]], ...] = (
    ("gh" + "p_", _mixed(36, 36)),
    ("github" + "_pat_", _mixed(82, 82)),
    ("gl" + "pat-", _mixed(20, 20)),
    ("xo" + "xb-", _mixed(24, 60)),
    ("sk_" + "live_", _mixed(24, 99)),
    ("np" + "m_", _mixed(36, 36)),
    ("py" + "pi-AgEIcHlwaS5vcmc", _mixed(60, 99)),
    ("h" + "f_", _mixed(34, 34)),
    ("s" + "k-", _mixed(40, 60)),
    ("AK" + "IA", _of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, 16)),
    ("AI" + "za", _mixed(35, 35)),
    ("hv" + "s.", _mixed(24, 99)),
    ("do" + "p_v1_", _of(_HEX, 64, 64)),
    ("A" + "C", _of(_HEX, 32, 32)),
    ("SG." + "aB3dE6gH9jK2mN5pQ8sTuV.", _mixed(43, 43)),
    ("ey" + "JhbGciOiJIUzI1NiJ9.", _mixed(40, 99)),
    ("$2b$12$", _of(_B62 + "./", 53, 53)),
    ("$6$saltsalt$", _of(_B62 + "./", 86, 86)),
)

# A form where only the name or the place says that it is a secret; {} is the secret.
_PLACES = (
    "DB_PASSWORD={}", "password: {}", 'password="{}"', "password='{}'", '{{"password":"{}"}}',
    '{{"msg":"{{\\"token\\":\\"{}\\"}}"}}', "--password {}", "--api-key={}", "postgres://app:{}@db:5432/shop",
    "redis://:{}@cache", "Authorization: Bearer {}", "Cookie: a=b; session={}", "X-Api-Key: {}",
    "client_secret={}&a=b", ":password=>\"{}\"", "map[password:{} user:bob]", "<password>{}</password>",
    '{{"name":"DB_PASSWORD","value":"{}"}}', "AccountName=x;AccountKey={};EndpointSuffix=y", "token = {}",
    "Server=db;Pwd={};Encrypt=true", "('password', '{}')", "curl -u bob:{} http://api", 'secretKey: "{}"',
    "mysql -uroot -p{} shop", "IDENTIFIED BY '{}'", "[\"--token\", \"{}\"]", "the password was set to {}",
)  # fmt: skip

# What may stand beside it without taking part: separated by a space.
_BESIDE = (
    "", "error:", "2026-11-21T09:00:00Z", "level=error", "msg=x", '{"a":1}', "http://a:80/x", "password", "é…", "a@b",
    "[", "]", "(", ")", "{", "}", "=", ":", ",", ";", "&", "|", "<", ">", "token", "@", "/", "null", "\t",
    "-u", "Bearer", "redacted", MASK, "at main.go:12", "secret \"x\" not found", "x=[redacted]", "://", "\\",
)  # fmt: skip


def seeds() -> Iterator[bytes]:
    for kind in range(len(_PLACES) + len(_ISSUED)):
        yield bytes((0, kind, 1, kind % 30, 2, (kind * 7) % 30, 3, 5, 9, 33, 61, 4, 8))
    for log in logs():
        yield b"\x01" + log[-700:]


def one(data: bytes) -> None:
    choices = Choices(data)
    if choices.number(1):
        _holds_of(choices.rest().decode("utf-8", "replace"))
    else:
        _planted(choices)


def _planted(choices: Choices) -> None:
    kind = choices.number(len(_PLACES) + len(_ISSUED) - 1)
    if kind < len(_PLACES):
        secret = _marked(choices)
        form = _PLACES[kind].format(secret)
    else:
        prefix, grammar = _ISSUED[kind - len(_PLACES)]
        secret = grammar(choices)
        form = prefix + secret
    before = " ".join(choices.one_of(_BESIDE) for _ in range(choices.number(4)))
    after = " ".join(choices.one_of(_BESIDE) for _ in range(choices.number(4)))
    line = f"{before} {form} {after}"
    shown = redacted(line)
    # The line may hold the same letters elsewhere only if they are few.
    assert secret not in shown, f"{secret!r} survives in {shown!r}"
    _holds_of(line)


def _holds_of(text: str) -> None:
    shown = redacted(text)
    assert redacted(shown) == shown, "twice is once"
    assert shown.count("\n") == text.count("\n"), "no line is lost or won"
    assert len(shown) <= len(text) * len(MASK), "bounded"
    redactor = Redactor()
    assert "\n".join(redactor.line(line) for line in text.split("\n")) == shown
