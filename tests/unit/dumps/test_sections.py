"""The one stream of `kubectl cluster-info dump`: where a log begins and ends, and what stands between."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crashloop_doctor.dumps import sections
from crashloop_doctor.dumps.sections import Data, Document, Start, TooLong, split

A = b"==== START logs for container app of pod shop/web-1 ====\n"
A_END = b"==== END logs for container app of pod shop/web-1 ====\n"
B = b"==== START logs for container db of pod shop/web-1 ====\n"
B_END = b"==== END logs for container db of pod shop/web-1 ====\n"
APP, DB = ("app", "shop", "web-1"), ("db", "shop", "web-1")
LIST = b'{\n    "kind": "PodList",\n    "items": []\n}\n'

Parts = list[tuple[str, object]]


def parts(content: bytes, max_document: int = 1 << 20) -> Parts:
    """(kind, value) of each part; data of one log joined."""
    found: Parts = []
    for piece in split(io.BytesIO(content), max_document):
        if isinstance(piece, Start):
            found.append(("log", tuple(piece)))
        elif isinstance(piece, Document):
            found.append(("document", piece.content))
        elif found and found[-1][0] == "data":
            found[-1] = ("data", found[-1][1] + piece.content)  # type: ignore[operator]
        else:
            found.append(("data", piece.content))
    return [part for part in found if part != ("data", b"")]


STREAMS: dict[str, tuple[bytes, Parts]] = {
    "nothing": (b"", []),
    "two logs": (
        A + b"a\nb\n" + A_END + B + b"c\n" + B_END,
        [("log", APP), ("data", b"a\nb\n"), ("log", DB), ("data", b"c\n")],
    ),
    "an empty log": (A + A_END + B + B_END, [("log", APP), ("log", DB)]),
    "a log without a last line feed": (
        A + b"a\nb" + A_END + B + B_END,
        [("log", APP), ("data", b"a\nb"), ("log", DB)],
    ),
    "a log that was cut": (A + b"a\n", [("log", APP), ("data", b"a\n")]),
    "a log that never ended before the next": (
        A + b"a\n" + B + b"b\n" + B_END,
        [("log", APP), ("data", b"a\n"), ("log", DB), ("data", b"b\n")],
    ),
    "another container's end inside a log": (
        A + b"a\n" + B_END + b"b\n" + A_END,
        [("log", APP), ("data", b"a\n" + B_END + b"b\n")],
    ),
    "braces inside a log": (A + b"{\n}\n" + A_END, [("log", APP), ("data", b"{\n}\n")]),
    "line ends of Windows": (
        (A + b"a\n" + A_END + B + B_END).replace(b"\n", b"\r\n"),
        [("log", APP), ("data", b"a\r\n"), ("log", DB)],
    ),
    "lists before and after logs": (
        LIST + LIST + A + b"a\n" + A_END + LIST,
        [
            ("document", LIST),
            ("document", LIST),
            ("log", APP),
            ("data", b"a\n"),
            ("document", LIST),
        ],
    ),
    "lists as YAML": (
        b"apiVersion: v1\nkind: PodList\n---\nkind: EventList\n" + A + A_END,
        [
            ("document", b"apiVersion: v1\nkind: PodList\n"),
            ("document", b"kind: EventList\n"),
            ("log", APP),
        ],
    ),
}


@pytest.mark.parametrize(("content", "expected"), STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_is_taken_apart(content: bytes, expected: Parts) -> None:
    assert parts(content) == expected


def test_a_long_log_comes_in_pieces_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "BATCH", 100)
    monkeypatch.setattr(sections, "MAX_LINE", 64)
    log = b"".join(b"line %d\n" % n for n in range(100)) + b"x" * 1000 + b"\n"
    pieces = [p for p in split(io.BytesIO(A + log + A_END)) if isinstance(p, Data)]
    assert len(pieces) > 10
    assert b"".join(p.content for p in pieces) == log


def test_documents_are_skipped_or_bounded() -> None:
    assert parts(LIST + A + A_END, max_document=0) == [("log", APP)]
    with pytest.raises(TooLong):
        parts(LIST, max_document=10)


@given(log=st.binary(max_size=300).filter(lambda b: b"====" not in b))
def test_any_log_comes_back_as_it_was(log: bytes) -> None:
    data = [value for kind, value in parts(A + log + A_END) if kind == "data"]
    # The marker's own line feed belongs to nobody.
    assert b"".join(data).rstrip(b"\r\n") == log.rstrip(b"\r\n")
