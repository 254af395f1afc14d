"""What one line of a log says of itself: its level, whether a logger wrote it, whose fault it speaks of."""

from __future__ import annotations

from typing import Any

from ..signatures.expression import compile_bytes

_INFORMATION = "info|information|debug|debu|trace|inf|dbg|log|notice"
_WARNINGS = "warn|warning|wrn"
_ERRORS = "error|err|erro|eror|severe|fail|fatal|crit|critical|emerg|emergency|alert"


def _levelled(levels: str, letters: str) -> Any:
    """Lines of these levels (joined by `|`; `letters` are their initials), as the usual formats write them."""
    return compile_bytes(
        "|".join(
            (
                rf"^.{{0,100}}?(?:\b(?:{levels.upper()})\b|[\[(<|](?i:{levels})[\])>|])",
                rf"^[^A-Za-z]{{0,60}}(?i:{levels})(?::|\b ?[\]|\t]| {{2}})",
                rf"^.{{0,60}}?[\s\]:](?i:{levels}): ",
                rf"\b(?:level|lvl|severity|levelname)\\?\"?[=:]\s*\\?\"?(?i:{levels})\b",
                rf"\"s\": ?\"[{letters}]\"",
                rf"^\d{{4}}\S{{1,30}} \S{{0,20}} {{0,3}}(?:{levels})\b",
                # klog; Telegraf; Tornado.
                rf"^[{letters}]\d{{4}} |^\[[{letters}] \d{{4}}-|^\d{{4}}\S{{1,30}} \S{{0,20}} ?[{letters}]! ",
            )
        )
    )


_ORDINARY = _levelled(_INFORMATION, "ID")
_WARNING = _levelled(f"{_WARNINGS}|{_INFORMATION}", "WID")
_LEVELLED = _levelled(f"{_ERRORS}|{_WARNINGS}|{_INFORMATION}", "FCEWID")
_ERROR = compile_bytes(
    r"\b(?:ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|EMERG|ALERT)\b|^\W{0,10}(?i:error|fatal|panic|critical)\b"
    r"|(?i)\b(?:level|lvl|severity|levelname)\\?\"?[=:]\s*\\?\"?(?:error|fatal|critical|panic|severe)\b"
)
_STAMPED = compile_bytes(r"^\[?\d{4}[-/.]\d\d[-/.]\d\d|^\[?\d\d:\d\d:\d\d")

_OF_OTHERS = compile_bytes(
    r"(?i)\b(?:connect\w*|refused|dial|lookup|resolv\w+|handshake|x509|certificate|timeout|deadline"
    r"|timed[ -]?out|unreachable|unavailable|no route|reset by peer|broken pipe|socket hang up|EOF"
    r"|UnknownHost\w*|name or service not known"
    r"|ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|no such host|fetch\w*|retriev\w+|obtain\w*|renew\w*"
    r"|unauthorized|forbidden|unauthenticated|invalid credentials|challenges?|requestcanceled"
    r"|status(?: code)?:? ?[45]\d\d|[45]\d\d [A-Z]|requests?|jobs?|tasks?|quer(?:y|ies)|messages?"
    r"|webhooks?|scrap\w+|collect\w*|poll\w*|sync\w*|clients?|users?|sessions?|ping\w*|heartbeats?"
    r"|(?:will )?retry(?:ing)?)\b"
)
_ITS_OWN = compile_bytes(
    r"(?i)\b(?:address (?:already )?in use|EADDRINUSE|AddrInUse|no space left|quota exceeded|too many open files"
    r"|os error (?:12|24|28|98|122)|Errno (?:12|24|28|98|122)|out of memory|heap|segfault"
    r"|segmentation|already running|killed|core dumped|panic\w*|fatal)\b"
)
_STACK = compile_bytes(
    r"^\s|^[\]})>|]|^(?:Caused by|at|from|File|Node\.js|note|goroutine|Stack|Trace\w*)\b"
    r"|\b\w+(?:Error|Exception)\b"
)
_NO_WORK = compile_bytes(
    r"(?i)\b(?:clos(?:e|ed|ing)|disconnect\w*|clean(?:ing|ed)? ?up|releas\w+|destroy\w*|shut"
    r"|tear\w* ?down|stop\w*|exit\w*|cancel\w*|abort\w*|retry\w*|retries|wait\w*|attempt\w*"
    r"|sleep\w*|try\w*|connecting|reconnect\w*|back(?:ing)? ?off|(?:re)?start(?:ed|ing|s|up)?"
    r"|error|fail\w*|refused|unable|cannot|could not|not found|denied|invalid|missing"
    r"|unsuccess\w*|crash\w*|dump\w*)\b"
)
_NOT_THERE = compile_bytes(
    r"(?i)\bcould not be (?:established|started|opened|bound)\b"
    r"|\bnot (?:listening|connected|serving|ready)\b"
)

_ANOTHER_STOPS = compile_bytes(
    r"(?i)\b(?:database system|remote|(?:the|its) (?:server|cluster|broker|node|peer|upstream)) (?:is|was)"
    r" (?:shutting down|stopping|stopped|terminated)\b"
)

_END = r"[\"'\s)}\].,;]*$"
_ERRNO = {
    "PermissionDenied": compile_bytes(
        rf"(?i)[:(] ?(?:\d+: |errno \d+: )?(?:permission denied|operation not permitted|read-only file system"
        rf"|(?:permission denied|operation not permitted|read-only file system) \(os error \d+\)){_END}"
        r"|\[Errno (?:1|13|30)\]"
    ),
    "DiskFull": compile_bytes(
        rf"(?i)[:(] ?(?:\d+: )?(?:no space left on device|disk quota exceeded)(?: \(os error \d+\))?{_END}"
        r"|\[Errno (?:28|122)\]"
    ),
    "FileLimitReached": compile_bytes(
        rf"(?i)[:(] ?(?:\d+: )?too many open files(?: in system| \(os error \d+\))?{_END}|\[Errno 2[34]\]"
    ),
}


def _says(pattern: Any, text: str) -> bool:
    return pattern.search(text.encode("utf-8", "replace")) is not None


def by_a_logger(text: str) -> bool:
    """Whether it has a level or a time, in contrast to what a runtime prints when a program dies."""
    # So do Node and Rust print what a program dies of.
    if text.startswith("Error: "):
        return False
    return _says(_LEVELLED, text) or _says(_STAMPED, text)


def _is_of_level(levels: Any, text: str) -> bool:
    """Whether the first level that the line names is one of these: `ERROR: cannot open LOG file` is an error."""
    line = text.encode("utf-8", "replace")
    found = levels.search(line)
    worse = _ERROR.search(line) if found else None
    return found is not None and (worse is None or found.end() <= worse.end())


def is_information(text: str) -> bool:
    """Whether the program itself calls it information."""
    return _is_of_level(_ORDINARY, text)


def is_no_error(text: str) -> bool:
    """Whether its own level is a warning or less."""
    return _is_of_level(_WARNING, text)


def is_conversation(text: str) -> bool:
    """Whether it speaks of what others did or failed to do, or of one piece of work, and not of its own health."""
    return _says(_OF_OTHERS, text) and not _says(_ITS_OWN, text)


def cause_of_errno(text: str) -> str:
    """The cause that the kernel's own word at the line's end names; empty when there is none (errno(3))."""
    return next((cause for cause, pattern in _ERRNO.items() if _says(pattern, text)), "")


def is_its_own(text: str) -> bool:
    """Whether it speaks of an error that no other made, and that few programs can live with."""
    return _says(_ITS_OWN, text)


def can_be_lived_with(text: str) -> bool:
    """Whether a program that works goes on with it."""
    return is_conversation(text) or (is_no_error(text) and not _says(_ITS_OWN, text))


def is_hardly_an_end(text: str) -> bool:
    """Whether it is a warning that something is not there, and says nothing of the program's own end."""
    return is_no_error(text) and _says(_NOT_THERE, text)


def is_of_another(text: str) -> bool:
    """Whether it says of somebody else that it stops."""
    return _says(_ANOTHER_STOPS, text)


def is_work(text: str) -> bool:
    """Whether nothing in it speaks of an end, a failure or another try."""
    return not _says(_NO_WORK, text)


def is_of_a_stack(text: str) -> bool:
    """Whether it looks like what a runtime prints of an exception, and not like a sentence."""
    return _says(_STACK, text)
