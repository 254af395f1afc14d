"""Argument parsing; every command is a function that returns its exit status."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import __version__

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

    classify = commands.add_parser(
        "classify", help="say what a log tells, without a cluster (standard input without FILE)"
    )
    classify.add_argument("files", nargs="*", type=Path, metavar="FILE")
    classify.add_argument(
        "--pod", type=Path, help="the pod as YAML or JSON (kubectl get pod NAME -o yaml)"
    )
    classify.add_argument("--container", help="the failing container (default: the pod's first)")
    classify.add_argument("-o", "--output", choices=("text", "json"), default="text")

    signatures = commands.add_parser("signatures", help="the catalogue of failure signatures")
    actions = signatures.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="every built-in signature with its cause")
    lint = actions.add_parser("lint", help="check FailureSignature files and their examples")
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE")

    for decision in ("approve", "reject"):
        command = commands.add_parser(decision, help=f"{decision} a Remediation, as yourself")
        command.add_argument("name", metavar="[rem/]NAME")
        command.add_argument("-n", "--namespace", help="default: the context's namespace")
        command.add_argument("--context", help="the kubeconfig's context to use")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def main(arguments: Sequence[str] | None = None, program: str = "crashloop-doctor") -> int:
    """The exit status: 0 done, 1 it did not work (said on stderr), 2 wrong usage."""
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
    return status


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "run":
            from . import run

            return run.run(options)
        case "classify":
            from . import classify

            return classify.run(options)
        case "signatures":
            from . import signatures

            return signatures.run(options)
        case _:
            from . import decide

            return decide.run(options)


def kubectl_plugin() -> int:
    """Entry point of `kubectl crashloop`."""
    return main(program="kubectl crashloop")
