"""What the documentation says is true: commands, output, links, names, defaults, examples, reasons.

In a fenced block of kind `console` or `sh`, lines that begin with `$ ` are commands and the lines below each are its
output; a block without such lines holds commands alone. In an output, `…` on a line of its own stands for any lines.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import msgspec
import pytest
import yaml

from crashloop_doctor import metrics
from crashloop_doctor.api.v1alpha1 import CAUSES, KINDS, FailureSignature
from crashloop_doctor.cli.main import _parser
from crashloop_doctor.diagnosis.judgement import MISSING_EVIDENCE_FACTOR
from crashloop_doctor.remedies.registry import REMEDIES
from crashloop_doctor.signatures import catalog
from images import base, patients
from local_cluster import binaries, packages

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "operator/crashloop_doctor"
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "charts/crashloop-doctor/README.md",
    ]
)
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


class Block(NamedTuple):
    """A fenced block: its kind, its lines, and where it begins."""

    page: Path
    line: int
    kind: str
    lines: list[str]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    found: list[str] | None = None
    kind, begin = "", 0
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        fence = re.match(r"\s*```(\S*)", line)
        if fence and found is None:
            kind, begin, found = fence[1], number, []
        elif fence and found is not None:
            yield Block(page, begin, kind, found)
            found = None
        elif found is not None:
            found.append(line)
    assert found is None, f"{page}: the block of line {begin} is never closed"


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"(?ms)^\s*```.*?^\s*```\s*$", "", page.read_text("utf-8"))


def headings(page: Path) -> list[str]:
    return re.findall(r"(?m)^#+ (.+)$", prose(page))


def anchor(heading: str) -> str:
    """The anchor as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).strip().replace(" ", "-")


def table_rows(page: str, heading: str) -> list[list[str]]:
    """Cells of every table row of a section, header rows left out."""
    section = re.search(rf"(?ms)^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,2}} |\Z)", text_of(page))
    assert section, f"{page} has no section {heading!r}"
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for line in section[2].splitlines()
        if line.strip().startswith("|")
    ]
    return [row for row in rows if not set(row[0]) <= set("-: ") or not row[0]]


def first_words(page: str, heading: str) -> set[str]:
    """Everything in backticks in the first column of a section's tables."""
    return {word for row in table_rows(page, heading) for word in re.findall(r"`([^`]+)`", row[0])}


# -- commands --------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A command and what the page shows of its output (None: nothing)."""

    block: Block
    command: str
    output: list[str] | None


def shown(block: Block) -> Iterator[Shown]:
    lines = block.lines
    if not any(line.startswith("$ ") for line in lines):
        command = ""
        heredoc = ""
        for line in lines:
            command += line + "\n"
            opened = re.search(r"<<'?(\w+)'?", line)
            heredoc = opened[1] if opened else ("" if line.strip() == heredoc else heredoc)
            if line.endswith("\\") or heredoc or not line.strip() or line.count("'") % 2:
                continue
            yield Shown(block, command.strip(), None)
            command = ""
        if command.strip():
            yield Shown(block, command.strip(), None)
        return
    current: tuple[str, list[str]] | None = None
    for line in lines:
        if line.startswith("$ "):
            if current:
                yield Shown(block, current[0], current[1] or None)
            current = (line[2:], [])
        elif current:
            current[1].append(line)
    if current:
        yield Shown(block, current[0], current[1] or None)


COMMANDS = [
    command
    for page in PAGES
    for block in blocks(page)
    if block.kind in ("console", "sh")
    for command in shown(block)
]
RUN = (
    "crashloop-doctor classify ",
    "crashloop-doctor signatures ",
    "crashloop-doctor --",
    "hack/sync-chart-crds --check",
    "make -n ",
    "make help",
)
"""Commands that need no cluster and change nothing: they are run."""

UNDERSTOOD = (
    "kubectl ", "helm ", "docker ", "export ", "printf ", "pip ", "uv pip compile ", "make ", "hack/",
    ".venv/bin/", "crashloop-doctor ",
)  # fmt: skip
"""Commands that need a cluster, take long or change the checkout: what they name is looked up."""


def runs(command: Shown) -> bool:
    return command.command.startswith(RUN) and "NAMESPACE" not in command.command


def environment() -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "MAKEFLAGS": "",
    }


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if runs(c)], ids=lambda c: f"{c.block}: {c.command[:60]}"
)
def test_a_command_does_what_the_page_shows(command: Shown) -> None:
    done = subprocess.run(
        ["bash", "-c", command.command],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    if command.output is not None:
        expected = "\n".join(line.rstrip() for line in command.output).strip("\n")
        pattern = re.escape(expected).replace(r"\n…", r"(?:\n.*)*").replace("\\\n…", r"(?:\n.*)*")
        actual = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")
        assert re.fullmatch(pattern, actual), f"shown:\n{expected}\n\nreally:\n{actual}"


def test_there_are_commands_to_run() -> None:
    assert sum(runs(c) for c in COMMANDS) >= 4


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: f"{c.block}: {c.command[:60]}")
def test_a_command_is_one_that_is_run_or_looked_up(command: Shown) -> None:
    first = re.sub(r"^(?:\w+=\S+ )+", "", command.command)
    assert first.startswith((*RUN, *UNDERSTOOD, "#")), command.command
    subprocess.run(["bash", "-n", "-c", command.command], check=True)


def words(command: str) -> list[list[str]]:
    """The words of each part of a pipeline or list, without what is read from a here-document."""
    joined = command.replace("\\\n", " ").partition("<<")[0]
    lexer = shlex.shlex(re.sub(r"<\([^)]*\)", "FILE", joined), posix=True, punctuation_chars="|&;")
    parts: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("|&;"):
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


@pytest.mark.parametrize(
    "command",
    [c for c in COMMANDS if "crashloop" in c.command],
    ids=lambda c: f"{c.block}: {c.command[:60]}",
)
def test_our_own_commands_have_the_arguments_that_the_pages_give_them(command: Shown) -> None:
    for part in words(command.command):
        if part[:2] == ["kubectl", "crashloop"]:
            _parser("kubectl crashloop").parse_args(part[2:])
        elif part and part[0].endswith("crashloop-doctor") and "--help" not in part:
            _parser("crashloop-doctor").parse_args(part[1:])


MAKEFILE_TARGETS = set(re.findall(r"(?m)^([a-z][a-z-]*):", text_of("Makefile")))


@EACH_PAGE
def test_every_make_target_exists(page: Path) -> None:
    named = set(re.findall(r"\bmake (?:-n )?([a-z][a-z-]+)", "\n".join(code(page))))
    assert named <= MAKEFILE_TARGETS


def code(page: Path) -> Iterator[str]:
    """Everything that the page marks as code: backticks and blocks of commands."""
    yield from re.findall(r"`([^`\n]+)`", prose(page))
    for block in blocks(page):
        if block.kind in ("console", "sh", ""):
            yield from block.lines


def test_every_subcommand_of_hack_cluster_exists() -> None:
    known = subprocess.run(
        [sys.executable, ROOT / "hack/cluster", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for page in PAGES:
        for line in code(page):
            for word in re.findall(r"hack/cluster ([a-z][a-z-]+)", line):
                assert re.search(rf"(?m)^    {word}\b", known), f"{page}: hack/cluster {word}"


@EACH_PAGE
def test_every_chart_value_that_is_set_exists(page: Path) -> None:
    values = yaml.safe_load(text_of("charts/crashloop-doctor/values.yaml"))
    text = page.read_text("utf-8")
    named = re.findall(r"--set ([\w.]+)=", text) + re.findall(
        r"`((?:remedies|crds|approvalPolicy|metrics|image|toolboxImage|rbac)\.[A-Za-z.]+)", text
    )
    for name in named:
        node: Any = values
        for key in name.rstrip(".").split("."):
            assert isinstance(node, dict), f"{page}: {name}"
            assert key in node, f"{page}: {name}"
            node = node[key]


# -- links and paths -------------------------------------------------------------------------------


@EACH_PAGE
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"https?://", target):
            continue
        name, _, fragment = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if fragment:
            assert fragment in {anchor(h) for h in headings(file)}, target


FOLDERS = "operator|docs|hack|tests|crds|charts"


@EACH_PAGE
def test_every_path_of_the_repository_exists(page: Path) -> None:
    for word in code(page):
        for path in re.findall(rf"(?<![\w./~-])((?:{FOLDERS})/[\w./-]*[\w/])", word):
            assert (ROOT / path).exists(), path


@EACH_PAGE
def test_nothing_of_a_machine_and_no_registry_is_named(page: Path) -> None:
    text = page.read_text("utf-8")
    for forbidden in (
        r"/work/", r"/root/", r"/home/", r"pypi", r"pythonhosted", r"goproxy", r"proxy\.golang",
        r"deb\.debian", r"docker\.io", r"ghcr\.io", r"quay\.io", r"registry\.k8s", r"gcr\.io",
    ):  # fmt: skip
        assert not re.search(forbidden, text), forbidden


def test_every_page_is_in_the_index() -> None:
    index = text_of("docs/README.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index, page.name


# -- names and numbers that the code decides -------------------------------------------------------


def metric_names() -> set[str]:
    return {
        family.name + ("_total" if family.type == "counter" else "")
        for family in metrics.REGISTRY.collect()
    }


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    documented = {
        word for word in first_words("docs/operations.md", "Metrics") if "crashloop" in word
    }
    assert documented == metric_names()
    types = {family.name: family.type for family in metrics.REGISTRY.collect()}
    for row in table_rows("docs/operations.md", "Metrics")[1:]:
        name = row[0].strip("`")
        assert row[1] == types[name.removesuffix("_total")], name


@EACH_PAGE
def test_a_metric_that_is_named_anywhere_exists(page: Path) -> None:
    for name in re.findall(r"\bcrashloop_doctor_[a-z_]+[a-z]\b", page.read_text("utf-8")):
        assert re.sub(r"_(bucket|sum|count)$", "", name) in metric_names(), name


def constants(file: Path, call: str, keyword: str) -> set[str]:
    """Constant strings given as this keyword to calls of this name."""
    return {
        argument.value.value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call
        for argument in node.keywords
        if argument.arg == keyword
        and isinstance(argument.value, ast.Constant)
        and isinstance(argument.value.value, str)
    }


def first_arguments(file: Path, call: str) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == call
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def refusal_reasons(file: Path) -> set[str]:
    """Of `Refusal(reason=...)`, and of functions named `..._objection`, which return (reason, message)."""
    found = constants(file, "Refusal", "reason")
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_objection"):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                    reason = inner.value.elts[0]
                    assert isinstance(reason, ast.Constant), f"{file.name}: {node.name}"
                    found.add(str(reason.value))
    return found


def test_every_refusal_of_a_remedy_is_documented_and_nothing_else() -> None:
    in_code: set[str] = set()
    for file in (*(PACKAGE / "remedies").glob("*.py"), PACKAGE / "cluster" / "consulting.py"):
        in_code |= refusal_reasons(file)

    assert len(in_code) >= 15
    assert first_words("docs/remedies.md", "Refusals") == in_code


@pytest.mark.parametrize("module", ["inject_socket_janitor", "remove_stale_socket"])
def test_a_refusal_is_documented_for_the_remedy_that_gives_it(module: str) -> None:
    own = refusal_reasons(PACKAGE / f"remedies/{module}.py")
    name = "".join(part.capitalize() for part in module.split("_"))
    for row in table_rows("docs/remedies.md", "Refusals")[1:]:
        if row[0].strip("`") in own:
            assert row[1] in ("both", name), row


def test_every_remedy_has_its_section() -> None:
    assert set(REMEDIES) <= set(headings(ROOT / "docs/remedies.md"))


def test_every_reason_of_the_gate_is_documented_and_nothing_else() -> None:
    gate = PACKAGE / "policy/gate.py"
    in_code = constants(gate, "Gate", "reason") | first_arguments(gate, "_wait")
    documented = {w for w in first_words("docs/policies.md", "Guards") if w[0].isupper()}

    assert len(in_code) >= 10
    assert documented == in_code


def test_every_reason_of_a_treatment_is_documented_and_nothing_else() -> None:
    machine, shell = PACKAGE / "treatment/machine.py", PACKAGE / "cluster/remediation_reconciler.py"
    in_code = constants(machine, "Transition", "reason") | constants(shell, "Transition", "reason")
    tree = ast.parse(machine.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_stay", "_undo"):
            reason = node.args[1]
            if isinstance(reason, ast.Constant):
                in_code.add(str(reason.value))

    assert len(in_code) >= 20
    assert first_words("docs/treatment.md", "Reasons") == in_code


def test_every_reason_of_a_signature_is_documented() -> None:
    in_code = first_arguments(PACKAGE / "signatures/catalog.py", "InvalidSignature")
    documented = first_words("docs/signatures.md", "Check one before you apply it")

    assert documented == in_code


def test_every_word_under_next_is_documented() -> None:
    documented = first_words("docs/policies.md", "What NEXT says")
    in_code: set[str] = set()
    for file, function in (
        ("remediation_reconciler.py", "_next_words"),
        ("diagnosis_reconciler.py", "_state_and_next"),
    ):
        for node in ast.walk(ast.parse((PACKAGE / "cluster" / file).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                in_code |= {
                    inner.value
                    for returned in ast.walk(node)
                    if isinstance(returned, ast.Return)
                    for inner in ast.walk(returned)
                    if isinstance(inner, ast.Constant)
                    and isinstance(inner.value, str)
                    and inner.value.islower()
                }
    assert documented == in_code


def test_the_defaults_in_the_tables_are_those_of_the_crd() -> None:
    spec = schema("clusterremediationpolicies")["properties"]["spec"]
    documented = {
        row[0].strip("`"): row[1].strip("`")
        for row in table_rows("docs/policies.md", "Guards")
        if re.fullmatch(r"`[a-z][\w.]*`", row[0])
    }
    for name, default in documented.items():
        node = spec
        for key in name.split("."):
            node = node["properties"][key]
        assert default.strip('"') == str(node["default"]), name
    for group in ("guards", "verification"):
        for field in spec["properties"][group]["properties"]:
            assert f"{group}.{field}" in documented


def test_the_requirements_of_a_signature_are_documented() -> None:
    items = schema("failuresignatures")["properties"]["spec"]["properties"]["requires"]["items"]
    documented = first_words("docs/signatures.md", "How a match is weighed")
    assert documented == set(items["enum"])
    assert f"by {MISSING_EVIDENCE_FACTOR}" in text_of("docs/signatures.md")


# -- examples --------------------------------------------------------------------------------------


def schema(plural: str) -> dict[str, Any]:
    crd = yaml.safe_load(text_of(f"crds/{plural}.yaml"))
    found: dict[str, Any] = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def strict(node: Any) -> Any:
    """The schema as the API server's strict field validation reads it: no unknown fields."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: strict(value) for key, value in node.items()}
    if "properties" in node and isinstance(node["properties"], dict):
        result["additionalProperties"] = False
    return result


def documents() -> Iterator[tuple[Block, Any]]:
    for page in PAGES:
        for block in blocks(page):
            if block.kind == "yaml":
                for document in yaml.safe_load_all("\n".join(block.lines)):
                    yield block, document


EXAMPLES = [
    (block, document)
    for block, document in documents()
    if isinstance(document, dict)
    and str(document.get("apiVersion", "")).startswith("crashloop-doctor.io/")
]
EACH_EXAMPLE = pytest.mark.parametrize(
    ("block", "document"), EXAMPLES, ids=[f"{b}: {d['metadata']['name']}" for b, d in EXAMPLES]
)


@EACH_EXAMPLE
def test_an_example_would_be_accepted(block: Block, document: dict[str, Any]) -> None:
    (kind,) = (kind for kind in KINDS if kind.kind == document["kind"])
    wanted = strict(schema(kind.plural))
    wanted["properties"]["metadata"] = {"type": "object", "required": ["name"]}
    jsonschema.Draft202012Validator(wanted).validate(document)
    assert bool(document["metadata"].get("namespace")) is kind.namespaced
    spec = document["spec"]
    if document["kind"].endswith("Policy"):
        # What the CRD's rules in CEL say; a real server checks them in tests/e2e.
        assert spec.get("mode") != "Auto" or (spec.get("causes") and spec.get("remedies"))
        selector = spec.get("selector", {})
        assert not kind.namespaced or not {"namespaces", "excludedNamespaces"} & set(selector)
    if document["kind"] == "FailureSignature":
        catalog.check(msgspec.convert(document, FailureSignature))


def test_every_kind_that_people_write_has_an_example() -> None:
    kinds = {document["kind"] for _, document in EXAMPLES}
    assert kinds == {kind.kind for kind in KINDS}
    modes = {d["spec"].get("mode") for b, d in EXAMPLES if b.page.name == "policies.md"}
    assert {"Observe", "Suggest", "Approve", "Auto"} <= modes


@EACH_PAGE
def test_every_cause_that_is_named_as_code_exists(page: Path) -> None:
    """A misspelt cause in a table would send a reader to nowhere."""
    for word in re.findall(r"`(Diagnosed)?([A-Z]\w+)`", prose(page)):
        if word[1] in ("StaleUnixSockets", "PortConflicts", "AddressesInUse"):
            raise AssertionError(word)
        if word[0]:
            assert word[1] in CAUSES


# -- dependencies ----------------------------------------------------------------------------------


def requirement_name(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert name
    return name[0]


@pytest.mark.parametrize("section", ["At run time", "For development"])
def test_every_dependency_is_explained_and_nothing_else(section: str) -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    declared = (
        project["project"]["dependencies"]
        if section == "At run time"
        else project["dependency-groups"]["dev"]
    )
    explained = {row[0].strip("`") for row in table_rows("docs/dependencies.md", section)[1:]}
    assert explained == {requirement_name(entry) for entry in declared}


def test_every_go_tool_is_explained_and_nothing_else() -> None:
    assert first_words("docs/dependencies.md", "Go") == set(binaries.RECIPES)


def test_every_debian_package_is_explained_and_nothing_else() -> None:
    wanted = {*packages.FOR_NODE, *base.PACKAGES, *patients.PACKAGES}
    assert first_words("docs/dependencies.md", "Debian 12") == wanted


def test_the_hooks_before_a_commit_fetch_nothing_and_exist() -> None:
    config = yaml.safe_load(text_of(".pre-commit-config.yaml"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        for word in shlex.split(hook["entry"]):
            if word.startswith("hack/"):
                assert (ROOT / word).exists()
            if word.startswith(".venv/bin/"):
                assert Path(sys.executable).with_name(Path(word).name).exists()
