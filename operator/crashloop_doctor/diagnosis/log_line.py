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
                rf"^[{letters}]\d{{4}} |^\[[{letters}] \d{{4,6}}[- ]|^\d{{4}}\S{{1,30}} \S{{0,20}} ?[{letters}]! ",
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
_STAMPED = compile_bytes(
    r"^\[?\d{4}[-/.]\d\d[-/.]\d\d|^\[?\d\d:\d\d:\d\d|^\s{0,6}\d{1,7}:\d{8}:\d{6}\."
)

_OF_OTHERS = compile_bytes(
    r"(?i)\b(?:connect\w*|refused|dial|lookup|resolv\w+|handshake|x509|certificate|timeout|deadline"
    r"|timed[ -]?out|unreachable|unavailable|no route|reset by peer|broken pipe|socket hang up|EOF"
    r"|UnknownHost\w*|name or service not known"
    r"|ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|no such host|fetch\w*|retriev\w+|obtain\w*|renew\w*"
    r"|unauthorized|forbidden|unauthenticated|invalid credentials|challenges?|requestcanceled"
    r"|status(?: code)?:? ?[45]\d\d|[45]\d\d [A-Z]|requests?|jobs?|tasks?|quer(?:y|ies)|messages?"
    r"|records?|payloads?|dead[- ]letters?"
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
_DONE = compile_bytes(
    r"(?i)\b(?:done|finished|completed?|succe\w+|ok|all good|written|uploaded|exported|imported|up[ -]to[ -]date)\b"
)
_LEAVES = compile_bytes(
    r"(?i)\b(?:leaving|quit(?:ting)?|giving up|gave up|good ?bye|ending|aborting"
    r"|nothing (?:to do|can be done))\b.{0,60}\bwithout\b"
    r"|\bwithout\b.{0,80}\b(?:leaving|quit(?:ting)?|giving up|ending|aborting)\b"
)
_NOT_THERE = compile_bytes(
    r"(?i)\bcould not be (?:established|started|opened|bound)\b"
    r"|\bnot (?:listening|connected|serving|ready)\b"
)

_TLS_ALERT = compile_bytes(
    r"(?i)\balert:? (?:unknown|bad|certificate|handshake|internal|protocol|decrypt|decode|access|unsupported|close"
    r"|illegal|no|number|insufficient|unrecognized)\b|\bunknown_ca\b|\bcertificate_unknown\b"
)
_TRIES_AGAIN = compile_bytes(
    r"(?i)\b(?:(?:will|shall|going to|next) (?:re)?tr(?:y|ies)|re-?try\w*|retries|try(?:ing)? again|next"
    r" (?:round|attempt|run)|attempt \d|in the background|re-?connecting)\b"
)
_NOTHING = compile_bytes(
    r"\b(?:nil|NilClass|NoneType|undefined|NullPointer\w*|NullReference\w*|UnboundLocalError)\b"
    r"|\b(?:of|on|for|to|is) null\b"
    r"|\bnull given\b|\ba `None` value"
)

_ANOTHER_STOPS = compile_bytes(
    r"(?i)\b(?:database system|remote|(?:the|its) (?:server|cluster|broker|node|peer|upstream)) (?:is|was)"
    r" (?:shutting down|stopping|stopped|terminated)\b"
)

_REASON = compile_bytes(
    r"(?i)\b(?:permission denied|no such file or directory|no space left on device|connection refused"
    r"|read-only file system|name or service not known)(?: in \S{1,300} on line \d+)?$"
)
_OWN_CODE = r"(?:^|[\s:>])Code: {code}\. (?:\w+::)+\w*Exception\b"
"""ClickHouse's numbers of its own errors are its exit codes (ErrorCodes.cpp), 137 and 139 among them."""

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
    "DependencyNotReady": compile_bytes(
        rf"(?i): (?:connection refused|no such host|i/o timeout|no route to host|network is unreachable"
        rf"|connection timed out|name or service not known)(?: \(os error \d+\))?{_END}"
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


def has_error_code(text: str, code: int) -> bool:
    """Whether it names that number as an error's own, as programs do that exit with the number of their error."""
    return _says(compile_bytes(_OWN_CODE.format(code=code)), text)


def has_a_reason(text: str) -> bool:
    """Whether it ends in the system's own reason, be it with the place in the source behind it, as in PHP."""
    return _says(_REASON, text)


def is_its_own(text: str) -> bool:
    """Whether it speaks of an error that no other made, and that few programs can live with."""
    return _says(_ITS_OWN, text)


def can_be_lived_with(text: str) -> bool:
    """Whether a program that works goes on with it."""
    return is_conversation(text) or (is_no_error(text) and not _says(_ITS_OWN, text))


def is_hardly_an_end(text: str) -> bool:
    """Whether it is a warning that something is not there, and says nothing of the program's own end."""
    return is_no_error(text) and _says(_NOT_THERE, text)


def is_tls_alert(text: str) -> bool:
    """Whether its `alert` or `fatal` is TLS's own word for a handshake that was broken off (RFC 8446, section 6)."""
    return _says(_TLS_ALERT, text)


def tries_again(text: str) -> bool:
    """Whether the program says that it will try once more."""
    return _says(_TRIES_AGAIN, text)


def is_of_nothing(text: str) -> bool:
    """Whether it is about a value that is not there: what failed before may be why."""
    return _says(_NOTHING, text)


def is_of_another(text: str) -> bool:
    """Whether it says of somebody else that it stops."""
    return _says(_ANOTHER_STOPS, text)


def is_done(text: str) -> bool:
    """Whether it says that the work was done."""
    return _says(_DONE, text)


def leaves(text: str) -> bool:
    """Whether it says that the program goes because something is not there."""
    return _says(_LEAVES, text)


def is_work(text: str) -> bool:
    """Whether nothing in it speaks of an end, a failure, another try or something that is not there."""
    return not _says(_NO_WORK, text) and not _says(_NOT_THERE, text)


def is_of_a_stack(text: str) -> bool:
    """Whether it looks like what a runtime prints of an exception, and not like a sentence."""
    return _says(_STACK, text)
