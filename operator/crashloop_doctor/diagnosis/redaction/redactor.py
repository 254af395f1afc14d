"""Lines in, lines without secrets out; what a line says of those below it is remembered."""

from __future__ import annotations

from . import named, shapes, urls
from .mask import MASKED, compiled, cut, rule

_PASSES = 4
"""A cut can bring together what then looks like a secret. Two passes are the rule; a line that is not at rest after
four was made for it, and is cut whole."""

_LONGEST_KEY = 400
"""Lines of a private key: RSA of 16,384 bits has 200."""

_KEY_BEGINS = compiled(r"----[- ]?BEGIN [A-Z0-9 ]*PRIVATE KEY|^\s*Private-Lines: \d+\s*$")
_KEY_ENDS = compiled(r"----[- ]?END [A-Z0-9 ]*PRIVATE KEY|^\s*Private-MAC:")
_BASE64 = compiled(r"[A-Za-z0-9+/]{1,200}={0,2}")
_LONG_BASE64 = compiled(r"[A-Za-z0-9+/]{60,}={0,2}")
_HEX = compiled(r"[0-9a-fA-F]+")
_BASE64_WORD = compiled(r"[A-Za-z0-9+/]{20,}")
_KEY_HEADER = compiled(r"\s*(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|X-[\w-]+): .*")
_ANNOUNCES = compiled(
    r"(?i)\b(?:password|passphrase|passwd|token|secret|credentials?|api[ _-]?key|private[ _-]?key)s?\b[^:]{0,80}:\s*$"
)
_NAMES_VALUE_BELOW = compiled(rf"""(?i)\bname["']?\s*:\s*["']?{named.NAME}["']?,?\s*$""")
_VALUE = compiled(r"""(?i)^\s*["']?value["']?\s*:\s*\S""")
_BLOCK_BELOW = compiled(rf"""(?i){named.NAME}["']?\s*:\s*[|>][+-]?\d?\s*$""")
_PLAIN_WORD = compiled(r"\s*(?:- +)?([^\s:]+)\s*")
_REMAINDER = rule(r" \.\.\. (\S+)")
_CUT_LINE = 4096
"""`log_text` cuts the middle of longer lines: the half of a secret may stand behind the gap, without its name."""


class Redactor:
    """Redacts a sequence of lines: also the body of a key that began lines above, and a value below its name."""

    def __init__(self) -> None:
        self._key_lines_left = 0
        self._words_before_key = 0
        self._value_follows = False
        self._word_follows = False
        self._block_indent = -1

    def line(self, text: str) -> str:
        """The line without secrets; it must hold no line feed."""
        raw = text.encode("utf-8", "surrogatepass")
        hidden = self._hidden_by_those_above(raw)
        shown = _at_rest(raw) if hidden is None else hidden
        if hidden is None:
            self._remember(raw, shown)
        return shown.decode("utf-8", "surrogatepass")

    def passed(self, text: str) -> None:
        """Takes notice of a line that is not shown. Much cheaper than `line`."""
        raw = text.encode("utf-8", "surrogatepass")
        if self._hidden_by_those_above(raw) is None:
            self._remember(raw, raw)

    def _hidden_by_those_above(self, line: bytes) -> bytes | None:
        if not line.strip():
            return line
        if self._key_lines_left:
            self._key_lines_left -= 1
            if _KEY_ENDS.search(line):
                self._key_lines_left = 0
                return MASKED
            if (body := self._without_key_body(line)) is not None:
                return body
            self._key_lines_left = 0
        if self._block_indent >= 0:
            if _indent(line) > self._block_indent:
                return line[: _indent(line)] + MASKED
            self._block_indent = -1
        if self._value_follows:
            self._value_follows = False
            if _VALUE.match(line):
                return line[: line.index(b":") + 1] + b" " + MASKED
        if self._word_follows:
            word = _PLAIN_WORD.fullmatch(line)
            # A list has more than one.
            self._word_follows = word is not None and line.lstrip().startswith(b"- ")
            if word is not None:
                return line[: word.start(1)] + MASKED
        return None

    def _without_key_body(self, line: bytes) -> bytes | None:
        """Nothing of a body line stays but what a logger put before every line."""
        words = line.split()
        if len(words) == 1 or _KEY_HEADER.fullmatch(line):
            return MASKED
        if len(words) == self._words_before_key + 1 and _BASE64.fullmatch(words[-1]):
            return MASKED
        return MASKED if _BASE64_WORD.search(line) else None

    def _remember(self, raw: bytes, shown: bytes) -> None:
        if begun := _KEY_BEGINS.search(raw):
            if not _KEY_ENDS.search(raw, begun.end()):
                self._key_lines_left = _LONGEST_KEY
                self._words_before_key = len(raw[: begun.start()].split())
            return
        last = raw.rsplit(None, 1)[-1] if raw.strip() else b""
        if len(last) >= 60 and _LONG_BASE64.fullmatch(last) and not _HEX.fullmatch(last):
            self._key_lines_left = _LONGEST_KEY
            self._words_before_key = len(raw.split()) - 1
            return
        for line in {raw, shown}:
            end = line.rstrip()[-1:]
            if end == b":":
                self._word_follows |= _ANNOUNCES.search(line) is not None
            elif (end.isdigit() or end in b"|>+-") and _BLOCK_BELOW.search(line):
                self._block_indent = _indent(line)
            if b"name" in line or b"Name" in line:
                self._value_follows |= _NAMES_VALUE_BELOW.search(line) is not None


def redacted(text: str) -> str:
    """The text with secrets replaced by `[redacted]`, line by line."""
    redactor = Redactor()
    return "\n".join([redactor.line(line) for line in text.split("\n")])


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _at_rest(line: bytes) -> bytes:
    for _ in range(_PASSES):
        before = line
        line = _once(line)
        if line == before:
            return line
    return MASKED


def _once(line: bytes) -> bytes:
    # First, so that the host behind them is no e-mail address. They hold no name of a value outside of them.
    line = urls.without_passwords(line)
    # All others see the same line: what one cuts may be the name that another one needs.
    spans = [span for find in shapes.RULES for span in find(line)]
    spans.extend(named.spans(line))
    if len(line) > _CUT_LINE:
        spans.extend(_REMAINDER(line))
    return cut(line, spans)
