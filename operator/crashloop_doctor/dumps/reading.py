"""Reads a dump in two passes: first the objects, then the logs of the containers that fail; no log is ever held."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import msgspec

from ..api.core import Pod, Workload
from ..diagnosis.evidence import LogExcerpt
from ..signatures.catalog import Catalog, Scanner
from .assembling import Contents, DumpedEvent, Logs
from .bounded import CHUNK, CutShort
from .documents import Unreadable, cleaned, parsed
from .files import Files, Member
from .layout import LogPlace, PodIndex, PodKey, list_in
from .objects import pod_of
from .sections import Data, Document, Start, TooLong, split

MAX_LIST = 512 << 20
"""Bytes of one list of objects as JSON; 5,000 pods have about 50 MB."""
MAX_YAML = 64 << 20
"""Bytes of one as YAML, which takes 30 times as long to read."""

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")

_NO_LOG = (
    b"Request log error: ",
    b"Create log request error: ",
    b"unable to retrieve container logs for ",
)
"""What kubectl and the kubelet write where a log should be."""

Tick = Callable[[], None]


def objects(files: Files, tick: Tick) -> Contents:
    """Every pod, event and workload of the dump; what cannot be read becomes a warning."""
    contents = Contents()
    for member in files.members():
        tick()
        if files.kind == "stream":
            _objects_of_stream(member.content, contents, files, tick)
            continue
        place = list_in(member.parts)
        if place is None:
            continue
        name = "/".join(member.parts)
        try:
            content = _whole(member.content)
        except CutShort as error:
            files.warn(f"{error}; it was left out")
            continue
        except TooLong as error:
            files.warn(f"{name} was left out: {error}")
            continue
        _add_list(content, name, *place, contents, files)
    return contents


def _whole(stream: BinaryIO) -> bytes:
    parts, size = [], 0
    while data := stream.read(CHUNK):
        size += len(data)
        if size > MAX_LIST:
            raise TooLong(f"a list of objects is larger than {MAX_LIST >> 20} MiB")
        parts.append(data)
    return b"".join(parts)


def _objects_of_stream(stream: BinaryIO, contents: Contents, files: Files, tick: Tick) -> None:
    try:
        for number, piece in enumerate(split(stream, max_document=MAX_LIST), start=1):
            tick()
            if isinstance(piece, Document):
                _add_list(piece.content, f"part {number} of the dump", "", "", contents, files)
    except (CutShort, TooLong) as error:
        files.warn(f"{error}; what comes before was read")


class _List(msgspec.Struct):
    kind: str = ""
    items: list[msgspec.Raw] = []


def _add_list(
    content: bytes, name: str, kind: str, namespace: str, contents: Contents, files: Files
) -> None:
    listed, items = "", None
    try:
        decoded = msgspec.json.decode(content, type=_List)
        listed, items = decoded.kind, iter(decoded.items)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # Nulls, a bare array, YAML, or a file that was still being written.
        try:
            listed, items = _loosely(content, name, files)
        except Unreadable as error:
            if content.strip():
                files.warn(f"{name} could not be read: {error}")
            return
    kind = listed.removesuffix("List") or kind
    for item in items:
        try:
            _add(item, kind, namespace, contents)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            said = " ".join(str(error).split())[:200]
            files.warn(f"an object in {name} could not be read: {said}")
    if kind == "Event" and namespace:
        contents.with_events.add(namespace)


def _loosely(content: bytes, name: str, files: Files) -> tuple[str, Iterator[Any]]:
    text = content.decode("utf-8", "replace")
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip().startswith(("{", "[")):
            files.warn(f"{name} ends early or is damaged; the objects before that were read")
            return _head_kind(text), _salvaged(text)
        if len(content) > MAX_YAML:
            raise Unreadable(
                f"as YAML it is larger than {MAX_YAML >> 20} MiB; dump it as JSON"
            ) from None
        loaded = parsed(text)
    if isinstance(loaded, dict):
        items = loaded.get("items") or []
        return str(loaded.get("kind") or ""), iter(items if isinstance(items, list) else [])
    return "", iter(loaded if isinstance(loaded, list) else [])


def _head_kind(text: str) -> str:
    """The list's own kind, which kubectl writes before the items."""
    head = text.partition('"items"')[0]
    return head.partition('"kind"')[2].partition('"')[2].partition('"')[0]


def _salvaged(text: str) -> Iterator[Any]:
    """The whole items of a list whose end is missing."""
    decoder = json.JSONDecoder()
    begin = text.find('"items"')
    position = text.find("[", max(begin, 0)) + 1
    while position:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield item


def _add(item: Any, kind: str, namespace: str, contents: Contents) -> None:
    if not kind or kind == "List":
        said = msgspec.json.decode(item) if isinstance(item, msgspec.Raw) else item
        kind = str(said.get("kind")) if isinstance(said, dict) else ""
    if kind == "Pod":
        pod = _decoded(item, Pod)
        if not pod.metadata.namespace:
            metadata = msgspec.structs.replace(pod.metadata, namespace=namespace)
            pod = msgspec.structs.replace(pod, metadata=metadata)
        contents.pods[pod.metadata.namespace, pod.metadata.name] = pod
    elif kind == "Event":
        event = _decoded(item, DumpedEvent)
        contents.with_events.add(event.involved_object.namespace)
        contents.add_event(event)
    elif kind in WORKLOADS:
        workload = _decoded(item, _Workload)
        contents.workloads[
            workload.metadata.namespace or namespace, kind, workload.metadata.name
        ] = msgspec.structs.replace(workload, kind=kind)


class _Workload(Workload, frozen=True, kw_only=True):
    """An item of a list says neither its version nor its kind."""

    api_version: str = "apps/v1"
    kind: str = ""


_TIME_WITHOUT_ZONE = re.compile(rb'(?:At|Time|Timestamp)"\s*:\s*"[^"]*[^"Z]"')


def _decoded(item: Any, kind: Any) -> Any:
    if isinstance(item, msgspec.Raw):
        try:
            # No server writes such a time, and it cannot be compared with others.
            if not _TIME_WITHOUT_ZONE.search(item):
                return msgspec.json.decode(item, type=kind)
        except msgspec.ValidationError:
            pass
        item = json.loads(bytes(item).decode("utf-8", "replace"))
    if kind is Pod:
        return pod_of({"kind": "Pod", **item} if isinstance(item, dict) else item)
    return msgspec.convert(cleaned(item), kind, strict=False)


def logs(
    files: Files,
    wanted: dict[PodKey, tuple[str, ...]],
    pods: PodIndex,
    catalog: Catalog,
    tick: Tick,
) -> dict[tuple[PodKey, str], Logs]:
    """What the signatures find in the logs of the wanted containers."""
    found = _Found(wanted, catalog)
    for member in files.members():
        tick()
        try:
            if files.kind == "stream":
                found.sections(member.content, tick)
            elif (place := pods.log_at(member.parts)) is not None and place.pod in wanted:
                if place.container:
                    found.file(member, place, tick)
                else:
                    found.sections(member.content, tick)
        except CutShort as error:
            files.warn(f"{error}; what comes before was read")
        finally:
            found.close()
    return found.logs


class _Found:
    """The scans so far; of two logs of the same instance the longer one counts."""

    def __init__(self, wanted: dict[PodKey, tuple[str, ...]], catalog: Catalog) -> None:
        self._wanted = wanted
        self._catalog = catalog
        self._scanner: Scanner | None = None
        self._place: LogPlace | None = None
        self._head = b""
        self.logs: dict[tuple[PodKey, str], Logs] = {}

    def sections(self, stream: BinaryIO, tick: Tick) -> None:
        for piece in split(stream):
            tick()
            if isinstance(piece, Start):
                self._open(LogPlace((piece.namespace, piece.pod), piece.container))
            elif isinstance(piece, Data):
                self._feed(piece.content)

    def file(self, member: Member, place: LogPlace, tick: Tick) -> None:
        self._open(place)
        if self._scanner is not None:
            # Not `read`: of a file that ends early it loses what comes before the damage.
            while data := member.content.read1(CHUNK):
                tick()
                self._feed(data)

    def _open(self, place: LogPlace) -> None:
        self.close()
        if place.container in self._wanted.get(place.pod, ()):
            self._place, self._scanner, self._head = place, self._catalog.scanner(), b""

    def _feed(self, data: bytes) -> None:
        if self._scanner is not None:
            self._head = (self._head + data)[:1024] if len(self._head) < 1024 else self._head
            self._scanner.feed(data)

    def close(self) -> None:
        """The log that was open has ended, or its file has."""
        place, scanner = self._place, self._scanner
        self._place = self._scanner = None
        if place is None or scanner is None:
            return
        scan = scanner.finish()
        key = (place.pod, place.container)
        known = self.logs.get(key, Logs())
        if scan.line_count <= 1 and self._head.startswith(_NO_LOG):
            said = " ".join(self._head.decode("utf-8", "replace").split())[:200]
            self.logs[key] = msgspec.structs.replace(known, refused=said)
            return
        field = "previous" if place.previous else "current"
        before: LogExcerpt | None = getattr(known, field)
        known_lines = before.scan.line_count if before is not None and before.scan else -1
        if known_lines >= scan.line_count:
            return
        excerpt = LogExcerpt(source=f"{field} log", scan=scan)
        self.logs[key] = msgspec.structs.replace(known, **{field: excerpt})
