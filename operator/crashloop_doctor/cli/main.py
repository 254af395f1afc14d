"""Argument parsing; every command is a function that returns its exit status."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

EXIT_USAGE = 2


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Names why a container crash-loops, with proof, and heals it as far as a policy allows.",
    )
    parser.add_argument("--version", action="version", version=f"crashloop-doctor {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="run the operator (in the cluster, or with KUBECONFIG)")
    run.add_argument(
        "--toolbox-image",
        default=f"crashloop-doctor-toolbox:{__version__}",
        help="image of the program that runs in patients' pods (default: %(default)s)",
    )
    run.add_argument("--metrics-port", type=_port, default=8080)
    run.add_argument("--health-port", type=_port, default=8081)
    run.add_argument("--host", default="0.0.0.0", help="address of both ports (default: all)")  # noqa: S104
    run.add_argument(
        "--approval-policy-name",
        default="crashloop-doctor-approval",
        help="the ValidatingAdmissionPolicy that guards approvals (default: %(default)s)",
    )
    run.add_argument("--log-format", choices=("json", "text"), default="json")
    run.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")

    _add_classify(commands)
    _add_diagnose(commands)
    _add_signatures(commands)

    for decision in ("approve", "reject"):
        command = commands.add_parser(decision, help=f"{decision} a Remediation, as yourself")
        command.add_argument("name", metavar="[rem/]NAME")
        command.add_argument("-n", "--namespace", help="default: the context's namespace")
        command.add_argument("--context", help="the kubeconfig's context to use")
    return parser


SIGNATURES_HELP = "FailureSignatures of your own, added to the built-in ones (repeatable)"


def _add_classify(commands: _Commands) -> None:
    classify = commands.add_parser(
        "classify", help="say what a log tells, without a cluster (standard input without FILE)"
    )
    classify.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a log of any size, plain or gzip"
    )
    classify.add_argument(
        "--pod",
        type=Path,
        metavar="POD.yaml",
        help="the pod as YAML or JSON (kubectl get pod NAME -o yaml); a bare spec will do",
    )
    classify.add_argument(
        "--container",
        metavar="NAME",
        help="the failing container (default: the one that died, else the pod's first)",
    )
    classify.add_argument(
        "--exit-code", type=int, metavar="N", help="how it ended, if the pod does not say so"
    )
    classify.add_argument(
        "--reason",
        default="",
        metavar="R",
        help="the kubelet's word for its end (Error, OOMKilled), if the pod does not say so",
    )
    classify.add_argument(
        "--signatures", action="append", type=Path, default=[], metavar="FILE", help=SIGNATURES_HELP
    )
    classify.add_argument(
        "--batch",
        metavar="CASES.jsonl",
        help="many cases, one JSON object a line (- for standard input); one finding a line",
    )
    classify.add_argument("-o", "--output", choices=("text", "json"), default="text")
    classify.set_defaults(complain=classify.error)


def _add_diagnose(commands: _Commands) -> None:
    diagnose = commands.add_parser(
        "diagnose", help="say why containers fail in a cluster that was dumped"
    )
    diagnose.add_argument(
        "--dump",
        type=Path,
        required=True,
        metavar="DIR|FILE",
        help="what `kubectl cluster-info dump` wrote, or a troubleshoot.sh support bundle",
    )
    diagnose.add_argument("-n", "--namespace", help="only this one (default: all in the dump)")
    diagnose.add_argument(
        "--signatures", action="append", type=Path, default=[], metavar="FILE", help=SIGNATURES_HELP
    )
    diagnose.add_argument("-o", "--output", choices=("text", "json"), default="text")


def _add_signatures(commands: _Commands) -> None:
    signatures = commands.add_parser("signatures", help="the catalogue of failure signatures")
    actions = signatures.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="every built-in signature with its cause")
    listed.add_argument("-o", "--output", choices=("text", "wide", "json"), default="text")
    show = actions.add_parser("show", help="one built-in signature as YAML")
    show.add_argument("name", metavar="NAME")
    lint = actions.add_parser("lint", help="check FailureSignature files and their examples")
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE")
    test = actions.add_parser("test", help="every example of a file, and what it captures")
    test.add_argument("file", type=Path, metavar="FILE")
    test.add_argument("--log", type=Path, help="a log in which the signatures are looked for too")


def _check_classify(options: argparse.Namespace) -> None:
    """Ends with status 2 where options do not go together."""
    alone = (
        ("FILE", bool(options.files)),
        ("--pod", options.pod is not None),
        ("--container", options.container is not None),
        ("--exit-code", options.exit_code is not None),
        ("--reason", bool(options.reason)),
    )
    for name, given in alone:
        if options.batch is not None and given:
            options.complain(f"{name} does not go with --batch; give it in each line")
    if options.exit_code is not None and not -(2**31) <= options.exit_code < 2**32:
        options.complain("--exit-code is a number from 0 to 255")


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def main(arguments: Sequence[str] | None = None, program: str = "crashloop-doctor") -> int:
    """The exit status: 0 done, 1 it did not work (said on stderr), 2 wrong usage."""
    _open_what_is_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A log may hold what the terminal's encoding has no letter for.
        sys.stdout.reconfigure(errors="replace")
    options = _parser(program).parse_args(arguments)
    try:
        status = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has seen enough (`| head`); the interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if options.command not in ("classify", "diagnose", "signatures"):
            raise
        # A full disk: what is left in the buffer cannot be written either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"crashloop-doctor {options.command}: {error.strerror or error}", file=sys.stderr)
        return 1
    return status


def _open_what_is_closed() -> None:
    """A shell can close a stream (`<&-`), and Python then has None in its place."""
    nowhere = Path(os.devnull)
    if sys.stdin is None:
        sys.stdin = nowhere.open(encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = nowhere.open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = nowhere.open("w", encoding="utf-8")


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "run":
            from . import run

            return run.run(options)
        case "classify":
            _check_classify(options)
            from . import classify

            return classify.run(options)
        case "diagnose":
            from . import diagnose

            return diagnose.run(options)
        case "signatures":
            from . import signatures

            return signatures.run(options)
        case _:
            from . import decide

            return decide.run(options)


def kubectl_plugin() -> int:
    """Entry point of `kubectl crashloop`."""
    return main(program="kubectl crashloop")
