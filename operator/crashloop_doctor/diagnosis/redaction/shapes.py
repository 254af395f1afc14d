"""Secrets that are known by their own form, wherever they stand.

Prefixes are those their issuers document for secret scanners (GitHub, GitLab, Slack, Stripe, npm, PyPI, HashiCorp,
DigitalOcean, Hugging Face and others); hashes are those of crypt(5), htpasswd, LDAP (RFC 2307), Django and PostgreSQL.
"""

from __future__ import annotations

import itertools

from .mask import compiled, rule
from .prose import goes_on

_ISSUED = "|".join(
    (
        # JSON web tokens, and any base64 of a JSON object: Docker's config, continuation of a cut token
        r"eyJ[A-Za-z0-9_+/-]{8,}={0,2}(?:\.[A-Za-z0-9_-]*){0,4}",
        r"LS0tLS1CRUdJT[A-Za-z0-9+/]+={0,2}",  # base64 of "-----BEGIN"
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
        r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,}",
        r"gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent|oas)-[\w.-]{16,}|GR1348941[\w-]{16,}",
        r"xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,}",
        r"AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}|1//0[\w-]{20,}",
        r"[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}",
        r"(?:AC|SK)[0-9a-f]{32}",
        r"SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}",
        r"npm_[A-Za-z0-9]{30,}|pypi-[\w-]{16,}|rubygems_[0-9a-f]{40,}|dckr_[a-z]{3}_[\w-]{20,}",
        r"sk-[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{20,}|dapi[0-9a-f]{32}|r8_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}",
        r"do[opr]_v1_[0-9a-f]{40,}|pul-[0-9a-f]{40}|NRAK-[A-Z0-9]{20,}|PMAK-[0-9a-f-]{30,}|tskey-[\w-]{16,}",
        r"hv[sbr]\.[\w-]{16,}|s\.[A-Za-z0-9]{24}|[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{20,}",
        r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|sq0[a-z]{3}-[\w-]{20,}|ATATT3[\w=-]{20,}|lin_api_[A-Za-z0-9]{30,}",
        r"gl(?:sa|c)_[\w=-]{20,}|dp\.[a-z]{2,5}\.[A-Za-z0-9]{30,}|sntry[su]_[\w+/=-]{20,}|ntn_[A-Za-z0-9]{30,}",
        r"pscale_(?:tkn|pw|oauth)_[\w.-]{20,}|sbp_[0-9a-f]{40}|CCIPAT_[\w-]{20,}|figd_[\w-]{20,}|bkua_[0-9a-f]{40}",
        r"AGE-SECRET-KEY-1[A-Z0-9]{20,}|\d{8,10}:AA[\w-]{33}",
        r"[\w~.-]{3}\dQ~[\w~.-]{31,34}",  # Azure's client secrets
    )
)
_HASHES = "|".join(
    (
        r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{20,}",
        r"""\$(?:1|5|6|7|y|gy|apr1|sha1|md5)\$[^\s:"',]+""",
        r"""\$(?:argon2\w*|scrypt|s0|pbkdf2[\w-]*)\$[^\s"']+""",
        r"""\b(?:pbkdf2_sha\d+|argon2|bcrypt_sha256|bcrypt|scrypt)\$[^\s"',]+""",
        r"""(?i:\{(?:S?SHA\d*|S?MD5|CRYPT|PBKDF2[\w-]*|ARGON2)\})[^\s"',]+""",
        r"""\bSCRAM-SHA-\d+\$[^\s"']+""",
        r"\bmd5[0-9a-f]{32}\b",
        r"\*[0-9A-F]{40}\b",
    )
)


def _is_hex(text: bytes) -> bool:
    return not text.strip(b"0123456789abcdef")


def _has_both_cases_and_digits(text: bytes) -> bool:
    kinds = [_kind(c) for c in text]
    return kinds.count("u") >= 2 and kinds.count("l") >= 2 and kinds.count("d") >= 2


def _kind(char: int) -> str:
    if 0x30 <= char <= 0x39:
        return "d"
    if 0x41 <= char <= 0x5A:
        return "u"
    return "l" if 0x61 <= char <= 0x7A else "-"


_CHECKSUMS = (b"sha256-", b"sha384-", b"sha512-", b"sha1-")
_CHECKSUM_OF = (b"sha256:", b"sha384:", b"sha512:", b"h1:", b"md5:")


def _is_a_word(before: bytes, found: bytes) -> bool:
    """Random base62 changes between cases and digits at 0.6 of its places; identifiers and paths at 0.3 or less."""
    if found.startswith((*_CHECKSUMS, b"_ZN", b"ZN", b"_R")):
        return True
    if before.lower().endswith(_CHECKSUM_OF) or not _has_both_cases_and_digits(found):
        return True
    kinds = [_kind(c) for c in found]
    changes = sum(a != b and "-" not in (a, b) for a, b in itertools.pairwise(kinds))
    return changes < 0.4 * len(found)


def _is_a_digest(_: bytes, found: bytes) -> bool:
    return _is_hex(found.strip())


def _is_plain_language(_: bytes, found: bytes) -> bool:
    """`basic authentication failed` is no credential."""
    word = found.rstrip(b".")
    return len(word) < 20 and (word.islower() or word.istitle()) and word.isalpha()


_PROGRAMS = (b"git", b"hg", b"rabbit", b"emqx", b"ejabberd", b"couchdb", b"vernemq", b"riak")
_UNITS = (b".service", b".socket", b".timer", b".mount", b".slice", b".target", b".scope")


def _is_no_mailbox(_: bytes, found: bytes) -> bool:
    """git@forge, systemd's instances, package@1.2.3-rc.one, Erlang's nodes."""
    user, _, host = found.rpartition(b"@")
    if user in _PROGRAMS or found.endswith(_UNITS):
        return True
    return host.split(b".")[0].isdigit() or host.endswith(b".svc") or b".svc." in host


_BRANDS = compiled(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}"
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12,15}|62\d{14,17}|(?:50|5[6-9]|6[37])\d{10,17}"
)


def _is_no_card(_: bytes, found: bytes) -> bool:
    """ISO/IEC 7812: an issuer's range, and Luhn's check digit."""
    digits = bytes(c for c in found if c not in b" -")
    # More than sixteen in a row are an identifier more often than a card.
    if _BRANDS.fullmatch(digits) is None or 16 < len(digits) == len(found):
        return True
    doubled = [d * (1 + i % 2) for i, d in enumerate(reversed([c - 0x30 for c in digits]))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 != 0


def _is_numeric_owner(_: bytes, found: bytes) -> bool:
    """`-u 1000:1000` is a user and a group."""
    user, _, group = found.partition(b":")
    return user.isdigit() and group.isdigit()


def _is_short_code(_: bytes, found: bytes) -> bool:
    return len(found) <= 3


def _message(_: bytes, found: bytes) -> bool:
    return goes_on(found)


_GAP = r"""(?:[\s"',\[]+|=)"""
_QUOTED = r"""\\+"[^"]*"?|"(?:[^"\\]|\\.)*"?|'[^']*'?"""

RULES = (
    # A key whose end does not follow in the line takes the rest of it.
    rule(
        r"----[- ]?BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-{4,5}(?:.*?----[- ]?END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-{4,5}|.*)"
    ),
    # A line of a key's or certificate's body; its own line says nothing of what it is.
    rule(r"^\s*[A-Za-z0-9+/]{60,}={0,2}\s*$", _is_a_digest),
    rule(rf"\b(?:{_ISSUED})"),
    rule(_HASHES),
    # Go's MySQL and Oracle's connection strings have no scheme.
    rule(r"""([\w.-]+:[^\s"']*)@(?:tcp|udp|unix)\("""),
    rule(r"""(\b\w+/[^\s/@"']+)@//"""),
    rule(r"""\bthin:([\w$#]+/[^\s@"']+)@"""),
    rule(r"""(?i)(?:dsn|ur[li]|connection)["']?\s*[:=]\s*["']?([^\s:/@"']+:[^\s/@"']+)@"""),
    # The data of a Secret, as JSON or as Go prints it.
    rule(r"""\bkind\\*["']?:\s*\\*["']?Secret\b.*?[dD]ata\\*["']?:\s*(?:map\[|\{)([^}\]]+)"""),
    rule(r"""[dD]ata\\*["']?:\s*(?:map\[|\{)([^}\]]+)[}\]].*?\bkind\\*["']?:\s*\\*["']?Secret\b"""),
    # A URL's user without a password is an account, unless it is long enough to be a token.
    rule(r"""://([^\s/@:"'<>]{16,})@"""),
    # Any scheme: what has parameters (Digest, AWS4-HMAC-SHA256, OAuth) goes to the end of the line.
    rule(
        r"""(?i)authorization\\*["'`]?\]?\s*(?:=>|[:=]|%3a)\s*"""
        rf"""(?:\[redacted\]|[\[({{]?\s*({_QUOTED}|[\w-]+\s+[\w-]+=["\w/].*|[a-z][\w-]*[ \t]+[^\s"'\])}}]+|\S+))""",
        _message,
    ),
    rule(r"(?i)\b(?:bearer|basic)[\s:]+([a-z0-9._~+/=-]{8,})", _is_plain_language),
    rule(
        rf"""(?i)\b(?:set-)?cookie2?\\*["'`]?\s*(?:=>|[:=])\s*({_QUOTED}|\[[^\]]*\]?|[\w.!#$%&*+^|~-]+=.*)"""
    ),
    rule(r"""(?i)(?:discord(?:app)?\.com/api/webhooks|hooks\.slack\.com/\w+)/([^\s"']+)"""),
    # Parameters of a query that are secrets only there.
    rule(
        r"""(?i)[?&;](?:key|code|state|hash|ticket|assertion|sig|signature|auth|sid|s|h|jwt|saml\w*)"""
        r"""=([^\s&"'#<>]+)""",
        _is_short_code,
    ),
    # Credentials in the arguments of programs, in a shell's line or in a list.
    rule(
        r"""(?:^|[\s"'\[,])(?:-u|-U|--user|--proxy-user)"""
        rf"""{_GAP}([^\s:"',/\[\]=]*:[^\s"',/][^\s"',]*)""",
        _is_numeric_owner,
    ),
    rule(r"""\bcurl\b(?:[^|]*?\s)-u([^\s:"',/=-][^\s:"',/=]*:[^\s"',/][^\s"',]*)"""),
    rule(r"""\b(?:mysql|mariadb)\w*["',\s](?:.*?[\s"',\[])?-p([^\s"',-][^\s"',]*)"""),
    rule(
        r"""\b(?:redis-cli["',\s](?:.*?[\s"',])?(?:-a|--pass)|sshpass["',\s](?:.*?[\s"',])?-p"""
        r"""|(?:docker|podman|helm|skopeo|crane|buildah|az|oc|nerdctl)\b.*?\blogin["',\s](?:.*?[\s"',])?-p"""
        r"""|mongo\w*["',\s](?:.*?[\s"',])?-p|ldap\w+["',\s](?:.*?[\s"',])?-w)"""
        rf"""(?:{_GAP})?([^\s"',\[-][^\s"',]*)""",
    ),
    rule(r"""\bpass(?:in|out)?["',\s]+pass:([^\s"',]+)"""),
    rule(r"""(?i)\blogin\s+\S+\s+password\s+(\S+)"""),  # netrc
    rule(
        r"""(?i)(?:(?-i:IDENTIFIED)|\b(?:user|to|role)\b.{0,100}?\bidentified)\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?(\\*["'][^"']*["']?|\S+)"""
    ),
    rule(r"""(?i)\b(?:password|passwd|passphrase|pwd)\s+(\\*"[^"]+"|\\*'[^']+')""", _message),
    # A key's secret half without its name: 32 and more random letters.
    rule(r"[A-Za-z0-9+/_-]{32,}={0,2}", _is_a_word),
    rule(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b", _is_no_mailbox),
    rule(r"\b\d(?:[ -]?\d){11,18}\b", _is_no_card),
)
