"""Values of names that say they are secret: `DB_PASSWORD=…`, `"token": "…"`, `--api-key …`, `<secret>…</secret>`.

Of key=value in every notation that a program prints: shell, logfmt, YAML, JSON (in JSON), Python, Ruby, Go, XML, CLI.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from .mask import MASKED, Span, compiled, is_masked
from .prose import goes_on, is_sentence, is_state

_KEYS = (
    "api|access|account|private|encryption|signing|master|license|session|shared|storage|auth|deploy|fernet|jwt|hmac"
    "|aes|crypt|cookie|consumer|client|app|root|service|cipher|hash|ssh|webhook|unseal"
)
# Anywhere in a name.
_PARTS = (
    "passwd|password|pass[ _-]?phrase|passcode|passwort|kennwort|secret|token|credential"
    "|mnemonic|requirepass|masterauth"
    f"|(?:{_KEYS})[ _-]?key(?: \\d)?|seed[ _-]?phrase|recovery[ _-]?(?:code|key|phrase)|shared[_-]?access[_-]?signature"
    "|(?:amz|goog)-signature|sessi(?:on)?_?id|sessid|connect\\.sid|erlang[_-]?cookie|webhook[_-]?url"
)
# At the end of a name, after its other parts.
_ENDS = "pass|pwd|pw|psk|auth|sid|session|cookie|otp|pin|cvv|cvc|ssn|sig|signature|jwt|bearer"
_CAMEL_ENDS = "Pass|Pwd|Pw|Auth|Otp|Sig|Jwt"
NAME = rf"(?:[\w.-]*(?:{_PARTS})[\w.-]*|\b(?:[\w.-]*[_.-])?(?:{_ENDS})\d*|[\w.-]*(?-i:{_CAMEL_ENDS})|\b\w+pw|\b\w+pass)"
# What closes a name: quotes, at any depth of escaping, and brackets of a subscript.
_CLOSED = r"""(?:\\*["'`]|&quot;|&#3[49];|%22|“|”)?[\])?*]*(?:\s?\([A-Za-z ,']{1,40}\)["'`]?)?"""
_IS = r"(?:[:=]=?>?|[-=]>|：|%3[dDaA])"
_NAMED = compiled(
    rf"(?i){NAME}{_CLOSED}(?:\s*{_IS}\s*"
    # {"name": "DB_PASSWORD", "value": "…"}, Name:X,Value:…, <add key="X" value="…"/>
    rf"""|\s*[,;]?\s*\\*["']?value\\*["']?\s*{_IS}\s*)"""
)
_PAIR = compiled(rf"""(?i)[(\[]\s*\\*["']{NAME}\\*["']\s*,\s*""")
"""("password", "…"): Python's tuples, Ruby's pairs."""
_FLAG = compiled(rf"""(?i)(?:^|[\s"'\[,])--?{NAME}["']?[\s,]+""")
_TAG = compiled(rf"(?i)<(?:[\w.-]+:)?{NAME}(?:\s[^<>]*)?>")
_CELL = compiled(rf"(?i)\b{NAME}(?:\s*\|\s*|\t+)")
_SET_TO = compiled(rf"(?i)\b{NAME}\s+(?:(?:is|was|has been)\s+)?(?:set|changed|reset) to:?\s+")
_TOLD = compiled(rf"(?i)\b{NAME}\s+(?:is now|is|was):?\s+")
_SPACED = compiled(
    r"""(?i)\b(?:[\w.-]*(?:passwd|password|passphrase|token|api[_-]?key)[\w.-]*|\w+_(?:pass|pw)|storepass|keypass)"""
    r"""(?:["'`]?\s+|\(\s*["'])"""
)
"""Only a space between them: the value has to look like a secret and not like another thing."""
_OTHER_THING = compiled(r"""["'`(]?(?:[\w.-]+=|[.~]?/|[a-z+]+://|-)""")
_FOR = compiled(
    r"(?i)\b(?:password|passwd|passphrase|token|secret|key)\s+(?:for|of)\s+[^:=]{1,60}[:=]\s+"
)

# The last word of a name that is about a secret and is none.
_ABOUT = frozenset(
    b"""
    file files filename path dir directory name names ref refs url uri endpoint endpoints host type kind count counts
    ttl expiry expiration expires expire seconds minutes at length len size policy policies hint field fields version
    issuer audience lifetime timeout mount mounts volume volumes class provider providers store enabled disabled
    required algorithm alg format limit limits encryption authentication mode method methods prompt validator
    validators encoder manager helper source sources scope scopes service server controller request review error
    errors exception fault failure found notfound invalid missing expired filter factory repository resolver
    interceptor handler util utils client config configuration properties cache loader reader writer parser verifier
    generator refresher watcher syncer reconciler agent engine injector operator plugin module driver rotation
    tokenizer tokenization tokenized tokenize tokenizers secretary passwordless
    go py js ts tsx mjs java kt rb rs c cc cpp h php cs ex erl lua pl sh yaml yml json toml xml conf ini pem crt txt
    """.split()
)
_WEAK = compiled(
    r"(?i)(?:.*[_.-])?(?:auth|sid|session|cookie|otp|pin|sig|signature|jwt|bearer|pass)\d*"
)
"""Names that are words of their own, too: the value has to look like a secret."""
_SPLIT = compiled(r"[A-Z]?[a-z0-9]+|[A-Z]+(?:[0-9]+)?")
_COUNTED = compiled(r"(?i).*tokens")
_NUMBER = compiled(r"\d{1,7}[,;.)\]}]*")
_KUBERNETES_NAME = compiled(r"[a-z0-9][a-z0-9.-]{0,62}/[a-z0-9][a-z0-9.-]{0,252}")
_IMAGE_TAG = compiled(r"v?\d[\w.-]*|latest|stable|main|master|edge")
_SPARED_BEFORE = (b"non-existent", b"nonexistent", b"unexpected", b"expected", b"illegal")
"""`references non-existent secret key: tls.crt` (kubelet), `unexpected token: foo` (parsers)."""

_STOP = compiled(
    r"""\s|[,;&](?:\s|$|amp;|(?:\\*["'`])?[\w.-]{1,64}(?:\\*["'`])?\s?[:=])|%26|(?:\\*["'`])[,;\])}]+\s*(?:\\*["'`])"""
)
_INSIDE = compiled(r"""(?:map\[|&?[\w.*\[\]]*\{|\[\{|\[map\[)""")
_QUOTE = compiled(r"""(?:(?:[bBuUrRfF]{1,2}|[@$&])?(\\*["'`])|(&quot;|&#3[49];))""")
_QUOTES = frozenset(b"bBuUrRfF@$&\\\"'`")
_BLOCK = compiled(r"[|>][+-]?\d?\s*$")
_BEFORE_A_QUOTE = compiled(r"""[^"'\\]*""")
_LETTER = compiled(r"[A-Za-z]")
_DIGIT = compiled(r"[0-9]")
_SPECIAL = compiled(r"[A-Z][a-z]+[A-Z]|[a-z][A-Z]|[=+!#$%^*~]")
_FUNCTION = compiled(r"[a-z_]+/\d{1,2}[,;.)\]}]*")  # Erlang's name/arity
_STATUS = compiled(r"[1-5]\d\d(?:\s|$)")
_CONTEXT = 24
_AFTER_A_MASK = frozenset(b" \t,;&\"'`)]}|\\")
_MOST = 16
"""A line with more secrets of one notation is a dump; its rest is cut, too, which bounds the time."""


class _Place:
    """Where a name was found: what it is called, what stands beside it, where its value begins."""

    __slots__ = ("before", "name", "quote", "separator", "start", "tight", "value")

    def __init__(self, line: bytes, start: int, value: int) -> None:
        found = line[start:value]
        name = found.split(b" ", 1)[0] if found.lstrip(b"<").startswith(b"<") else found
        self.name = _bare_name(name)
        self.separator = found
        self.tight = not found[-1:].isspace()
        self.before = line[max(0, start - _CONTEXT) : start]
        self.start = start
        self.value = value
        # 'password=two words': a quote just before the name, and none after it, ends the value.
        last = self.before[-1:]
        self.quote = last if last in (b'"', b"'", b"`") and last not in found else b""


_NAME_ONLY = compiled(r"[\w. -]*[\w-]")


def _bare_name(found: bytes) -> bytes:
    match = _NAME_ONLY.search(found.strip(b"-<(["))
    return bytes(match.group())[-80:] if match else b""


@functools.lru_cache(1024)
def _is_about(name: bytes) -> bool:
    words = _SPLIT.findall(name)
    return bool(words) and words[-1].lower() in _ABOUT


@functools.lru_cache(1024)
def _is_weak(name: bytes) -> bool:
    return _WEAK.fullmatch(name) is not None


def _looks_random(value: bytes, least: int = 5) -> bool:
    if value.isdigit():
        return len(value) >= 4
    if len(value) < least:
        return False
    if _FUNCTION.fullmatch(value):
        return False
    mixed = _LETTER.search(value) is not None and _DIGIT.search(value) is not None
    return mixed or _SPECIAL.search(value) is not None


def _quoted(line: bytes, at: int) -> tuple[int, int, int] | None:
    """(content's start, content's end, end) of a quoted text, at any depth of escaping; an open one ends the line."""
    if line[at] not in _QUOTES or (match := _QUOTE.match(line, at)) is None:
        return None
    opener = bytes(match.group(1) or match.group(2))
    start = match.end()
    if opener.startswith(b"&"):
        end = line.find(opener, start)
        return (start, len(line), len(line)) if end < 0 else (start, end, end + len(opener))
    depth, mark = len(opener) - 1, opener[-1:]
    end = start
    while (end := line.find(mark, end)) >= 0:
        escapes = 0
        while escapes <= depth and end - escapes > start and line[end - escapes - 1] == 0x5C:
            escapes += 1
        if escapes <= depth:
            return start, end - escapes, end + 1
        # One more backslash: an escaped quote inside, unless the backslashes are themselves escaped in pairs.
        if depth == 0 and _backslashes(line, start, end) % 2 == 0:
            return start, end, end + 1
        end += 1
    return start, len(line), len(line)


def _backslashes(line: bytes, start: int, end: int) -> int:
    text = line[max(start, end - 64) : end]
    return len(text) - len(text.rstrip(b"\\"))


def _word_end(line: bytes, at: int) -> int:
    match = _STOP.search(line, at)
    return match.start() if match else len(line)


def _cut(line: bytes, place: _Place, strict: bool) -> Span | None:
    """What is cut of the value; None if nothing. `strict`: only what looks like a secret."""
    at = place.value
    if at >= len(line) or (line[at] in b"|>" and _BLOCK.match(line, at)):
        return None
    masked = at + len(MASKED)
    if line.startswith(MASKED, at) and (masked == len(line) or line[masked] in _AFTER_A_MASK):
        return None
    quoted = _quoted(line, at)
    if quoted is not None:
        start, end, closed = quoted
        content = line[start:end]
        if not content or is_state(content) or is_sentence(content):
            return None
        if _is_kubernetes_name(place, content) or (strict and not _looks_random(content)):
            return None
        return at, max(closed, _word_end(line, closed))
    if line[at : at + 1] in b",;&)" or _INSIDE.match(line, at):
        return None
    if line[at : at + 1] == b"[" and not line.startswith(MASKED, at):
        end = line.find(b"]", at)
        if end >= 0:
            inner = _quoted(line, at + 1)
            if end == at + 1 or (inner is not None and is_sentence(line[inner[0] : inner[1]])):
                return None
            return at, max(end + 1, _word_end(line, end + 1))
    end = _word_end(line, at)
    value = line[at:end]
    if not value or is_state(value) or _is_kubernetes_name(place, value):
        return None
    if not place.tight and b"=" not in place.separator and goes_on(value):
        return None
    if strict and not _looks_random(_BEFORE_A_QUOTE.match(value).group()):
        return None
    if (
        b"_" in place.name
        and value.startswith(place.name)
        and value[len(place.name) :][:1] in b",)"
    ):
        return (
            None  # source code: f(api_token=api_token); a shell: API_TOKEN: API_TOKEN must be set
        )
    if value.count(b"(") > value.count(b")"):
        close = line.find(b")", end)
        end = len(line) if close < 0 else _word_end(line, close + 1)
    if _COUNTED.fullmatch(place.name) and _NUMBER.fullmatch(value):
        return None
    if place.quote:
        close = line.find(place.quote, end)
        end = max(end, close)
    return at, end


def _is_kubernetes_name(place: _Place, value: bytes) -> bool:
    return place.name.lower().endswith((b"secret", b"secrets")) and (
        _KUBERNETES_NAME.fullmatch(value.rstrip(b",;.)}\"'")) is not None
    )


def _is_spared(line: bytes, place: _Place) -> bool:
    if _is_about(place.name) or place.before.rstrip().lower().endswith(_SPARED_BEFORE):
        return True
    if place.name in (b"PWD", b"OLDPWD") and line[place.value : place.value + 1] == b"/":
        return True
    # POST /identity/connect/token => 500
    if place.before.endswith(b"/") and not place.tight and _STATUS.match(line, place.value):
        return True
    # registry/team/secret-sync:1.2: an image and its tag
    return (
        place.tight
        and place.separator.endswith(b":")
        and place.before.endswith(b"/")
        and _IMAGE_TAG.match(line, place.value) is not None
    )


def _is_other_thing(line: bytes, place: _Place) -> bool:
    word = line[place.value : _word_end(line, place.value)]
    return _OTHER_THING.match(word) is not None or _DIGIT.search(word) is None


def _spans(line: bytes, pattern: Any, always_strict: bool) -> Iterator[Span]:
    at = found = 0
    while at < len(line) and (match := pattern.search(line, at)):
        start, value = match.span()
        if found == _MOST:
            yield start, len(line)
            return
        at = max(value, at + 1)
        place = _Place(line, start, value)
        if _is_spared(line, place) or (pattern is _SPACED and _is_other_thing(line, place)):
            continue
        strict = always_strict or _is_weak(place.name)
        if span := _cut(line, place, strict):
            yield span
            found += 1
            at = max(at, span[1])


def _in_tags(line: bytes) -> Iterator[Span]:
    at = 0
    while match := _TAG.search(line, at):
        at = start = match.end()
        end = line.find(b"]]>" if line.startswith(b"<![CDATA[", start) else b"<", start)
        end = len(line) if end < 0 else end
        value = line[start:end]
        # `<user>:<password>@host` and `usage: login <password> FILE` are placeholders.
        if not line.startswith((b"</", b"]]>"), end) and value[:1] in b" @:/,;)]>|":
            continue
        if not value.strip() or is_state(value) or is_masked(line, start, end):
            continue
        if not _is_about(_bare_name(match.group().split()[0])):
            yield start, end
            at = end


def spans(line: bytes) -> Iterator[Span]:
    """Where the values of secret names stand."""
    yield from _in_tags(line)
    for pattern in (_NAMED, _FLAG, _PAIR, _FOR, _SET_TO):
        yield from _spans(line, pattern, always_strict=False)
    for pattern in (_CELL, _TOLD, _SPACED):
        yield from _spans(line, pattern, always_strict=True)
