"""Words that follow a name like `token:` in messages, and values that say how something is set, not what it is.

They stay, since they are what an on-call engineer looks for. A password that is such a word is not recognised.
"""

from __future__ import annotations

from .mask import compiled

# How messages go on after `token: `: what Go, Java, Python, Node, shells and servers print there.
_MESSAGE_WORDS = frozenset(
    b"""
    a access an and any are argument arguments as at authentication authorization bad be because been but by can
    can't cannot certificate cipher class connection connect context could couldn't crypto curl dial did didn't
    decode decrypt decryption denied deprecated does doesn't dns eof empty end environment error errors exec
    execution exit exited expected expecting expire expired expires failed failing fail failure fatal field fetch
    fetching file flag
    for forbidden found from get getting given got has have http https i/o identifier if illegal in incorrect input
    instead insufficient internal invalid io is isn't java json keyword kid length line lookup malformed missing must
    name needs network no non-zero not null number of on only open operation operator option or org.springframework
    parameter parse parsing permission please policy post processing property provided punc put read reading refused
    rejected remote request required requires resource rpc secrets server should shouldn't signature some specified
    stat status string syntax that the this timed timeout tls to too truncated type unable unauthenticated
    unauthorized unbound undefined unexpected unknown unmarshal unrecognized unset unsupported use used using validation
    value was watch were when while will with without won't write wrong x509 yaml you your
    """.split()
)
_FAULTS = (b"error", b"err", b"reason", b"cause", b"status", b"code")
_ENDS = b",;.:!?)]}>\"'`"

# A value that tells whether something is set, or that it is still a placeholder.
_STATE = compiled(
    r"(?i)(?:null|none|nil|undefined|true|false|yes|no|on|off|unset|empty|missing|absent|required|optional|disabled"
    r"|enabled|expired|invalid|n/a|str|string|bool|boolean|int|integer|number|bytes|any|object|secretstr"
    r"|<[a-z][a-z_ -]{0,24}>|\$\{[a-z_][a-z0-9_.]*\}|\$\([a-z_][a-z0-9_]*\)|\$\{\{ *[a-z_.]+ *\}\}|\{\{[ \w.$-]*\}\}"
    r"|%[sdvqw]|%\([a-z_]+\)s"
    r"""|(?:os\.)?(?:environ|getenv|env)(?:\.get)?[\[(]["'][A-Z0-9_]+["'](?:, ?None)?[\])]|process\.env\.[A-Z0-9_]+"""
    r"|\(\*?[\w./]+\)\((?:nil|0x[0-9a-f]+)\)|0x[0-9a-f]{6,16})[,;.)\]}>\"'`]*"
)
# Nobody's password begins with a directory of the root; a base64 one may begin with a slash.
_PATH = compiled(
    r"(?:file://)?(?:\.{0,2}|~|[A-Za-z]:)?[/\\](?:etc|var|run|tmp|home|root|opt|usr|mnt|srv|data|app|apps|proc|sys|dev"
    r"|vault|secrets?|configs?|certs?|workspace|docker|bin|lib|bitnami|src|Users|credentials|keys)"
    r"(?:[/\\][\w.@+/\\-]*)?[,;:.)\]}>\"'`]*"
)
_SENTENCE = compiled(r"[A-Za-z][A-Za-z '’.,!-]{0,100}")
_LONGEST = 1024
_NO_WORD = compiled(r"[^\w\s]{1,3}")


def goes_on(words: bytes) -> bool:
    """Whether the text is the rest of a message and not a value: its first word is one that messages use."""
    first = words.split(None, 1)[0] if words.strip() else b""
    name, equals, _ = first.partition(b"=")
    return first.rstrip(_ENDS).lower() in _MESSAGE_WORDS or bool(equals and name in _FAULTS)


def is_sentence(words: bytes) -> bool:
    """Whether a quoted text is a message: `This field is required.`"""
    return b" " in words and goes_on(words) and _SENTENCE.fullmatch(words) is not None


def is_state(value: bytes) -> bool:
    """Whether the value is no secret whatever its name: null, `${PLACEHOLDER}`, a path, a stray bracket."""
    return len(value) <= _LONGEST and any(
        p.fullmatch(value) is not None for p in (_STATE, _PATH, _NO_WORD)
    )
