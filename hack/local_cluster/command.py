"""The command line of hack/cluster."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from . import record
from .binaries import FOR_UP, RECIPES, Binaries
from .engine import Engine, Problem
from .engine_given import Given
from .engine_kind import Kind, container_engine
from .fault import Fault
from .home import Home, find_home
from .lock import hold
from .node import Node
from .progress import Progress, duration

_PATIENCE: Final = 20.0
_BACKOFF: Final = {True: "the kubelet's default back-off", False: "a back-off of at most 10 s"}


class Cluster:
    """The commands; each finds out from the record which engine it is about."""

    def __init__(self, home: Home, progress: Progress) -> None:
        self._home = home
        self._progress = progress
        self._binaries = Binaries(home, progress)
        self._node = Node(home, progress, self._binaries)

    def up(self, wanted: str, *, default_backoff: bool) -> None:
        began = time.monotonic()
        found = record.read(self._home.record)
        if found is not None and not found.engine == wanted == "given":
            if self._keeps(found, wanted, default_backoff=default_backoff):
                print(
                    f"The cluster runs already (engine {found.engine}).\n"
                    f"export KUBECONFIG={found.kubeconfig}"
                )
                return
            self._engine(found.engine).down()
        elif found is None and self._node.remains():
            # Killed before it wrote its record, or the cache was removed under it.
            self._progress.say("Remains of an earlier cluster are here: removing them first.")
            self._node.down()
        engine = self._engine(self._choose(wanted))
        engine.check_machine()
        made = record.Record(
            engine=engine.name,
            kubeconfig=str(self._home.kubeconfig),
            default_backoff=default_backoff,
        )
        made.write(self._home.record)
        engine.up(default_backoff=default_backoff)
        made.completed().write(self._home.record)
        print(
            f"The cluster is up (engine {engine.name}, {_BACKOFF[default_backoff]}), "
            f"after {duration(time.monotonic() - began)}.\n"
            f"export KUBECONFIG={self._home.kubeconfig}"
        )

    def down(self) -> None:
        try:
            found = record.read(self._home.record)
        except Fault:
            # Unreadable: whatever it said, the local node's own traces tell what is left.
            found = None
        if found is not None:
            self._engine(found.engine).down()
        elif self._node.remains():
            self._node.down()
        else:
            print("There is no cluster.")
            return
        print(f"The cluster is gone. Built programs are kept in {self._home.binaries}.")

    def status(self) -> int:
        found = record.read(self._home.record)
        if found is None:
            rest = "; remains of one are here: run hack/cluster down"
            print(f"state       down{rest if self._node.remains() else ''}")
            return 1
        engine = self._engine(found.engine)
        problems = self._problems(found, engine)
        print(f"state       {'up, node Ready' if not problems else 'not healthy'}")
        for problem in problems:
            print(f"problem     {problem.text}")
        print(f"engine      {found.engine}")
        if found.engine != "given":
            print(f"back-off    {_BACKOFF[found.default_backoff]}")
        for name, version in engine.versions().items():
            print(f"{name:<11} {version}")
        print(f"kubeconfig  {found.kubeconfig}")
        print(f"age         {duration(time.time() - found.created)}")
        return 1 if problems else 0

    def load(self, archives: list[Path]) -> None:
        for archive in archives:
            if not archive.is_file():
                raise Fault(f"There is no file {archive}.", "Name tars written by docker save.")
        for name in self._running().load(archives):
            print(name)

    def kubeconfig(self) -> None:
        found = record.read(self._home.record)
        if found is None:
            raise Fault("There is no cluster.", "Start one: hack/cluster up")
        print(found.kubeconfig)

    def tool(self, name: str) -> None:
        if name == "kwok-stages":
            print(self._binaries.module("kwok") / "kustomize" / "stage")
        elif name == "kubectl" and (there := shutil.which("kubectl")):
            print(Path(there).absolute())
        else:
            print(self._binaries.find(name))

    def exec_node(self, words: Sequence[str]) -> int:
        argv, extra = self._running().node_command(words)
        try:
            os.execvpe(argv[0], argv, {**os.environ, **extra})
        except FileNotFoundError:
            raise Fault(f"There is no program {argv[0]} on the node.") from None

    def build(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in RECIPES:
                raise Fault(f"There is no program {name}.", f"Choose of: {', '.join(RECIPES)}.")
        self._binaries.build(list(names))
        for name in names:
            print(self._binaries.find(name))

    def _keeps(self, found: record.Record, wanted: str, *, default_backoff: bool) -> bool:
        """Whether `up` can leave the present cluster as it is; a Fault if it must not touch it."""
        problems = self._lasting_problems(found)
        if problems:
            if found.engine == "given":
                raise Fault(
                    f"The caller's own cluster can't be used any more: {problems}.",
                    "Forget it with hack/cluster down, then choose again.",
                )
            self._progress.say(
                f"The cluster is not healthy ({problems}): starting it anew. What was in it is "
                "lost."
            )
            return False
        if wanted not in ("auto", found.engine):
            raise Fault(
                f"A cluster of the engine {found.engine} runs, not {wanted}.",
                "End it first: hack/cluster down",
            )
        if found.engine != "given" and found.default_backoff != default_backoff:
            raise Fault(
                f"The running cluster has {_BACKOFF[found.default_backoff]}, "
                f"not {_BACKOFF[default_backoff]}.",
                "End it first: hack/cluster down",
            )
        return True

    def _lasting_problems(self, found: record.Record) -> str:
        """Problems that don't pass: nothing is thrown away because a busy machine was slow."""
        engine = self._engine(found.engine)
        deadline = time.monotonic() + _PATIENCE
        while True:
            problems = self._problems(found, engine)
            if not all(problem.passing for problem in problems) or time.monotonic() > deadline:
                return "; ".join(problem.text for problem in problems)
            if not problems:
                return ""
            time.sleep(0.5)

    def _problems(self, found: record.Record, engine: Engine) -> list[Problem]:
        if not found.complete:
            return [Problem("the last hack/cluster up did not come to its end")]
        return engine.problems()

    def _running(self) -> Engine:
        found = record.read(self._home.record)
        if found is None:
            raise Fault("There is no cluster.", "Start one: hack/cluster up")
        return self._engine(found.engine)

    def _choose(self, wanted: str) -> str:
        if wanted != "auto":
            return wanted
        return "kind" if container_engine() else "local"

    def _engine(self, name: str) -> Engine:
        if name == "kind":
            return Kind(self._home, self._progress, self._binaries)
        if name == "given":
            return Given(self._home, self._progress, self._binaries)
        return self._node


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = _parser().parse_args(words)
    progress = Progress()
    home = find_home()
    cluster = Cluster(home, progress)
    # Questions don't wait for a lock: `status` must answer while `up` is at work.
    try:
        match asked.command:
            case "status":
                return cluster.status()
            case "kubeconfig":
                cluster.kubeconfig()
            case "tool":
                cluster.tool(asked.name)
            case "exec-node":
                return cluster.exec_node(asked.words)
            case "build":
                cluster.build(asked.names or FOR_UP)
            case changing:
                doing = f"hack/cluster {changing}"
                with hold(home.root / "cluster.lock", doing, progress, patience=asked.lock_wait):
                    _change(cluster, asked)
    except Fault as fault:
        print(f"hack/cluster: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # `hack/cluster status | head -1`: the reader has what it wanted. Python would complain once
        # more when it closes standard output, so give it one that nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(
            "hack/cluster: interrupted. hack/cluster down removes what was begun.",
            file=sys.stderr,
        )
        return 130
    return 0


def _change(cluster: Cluster, asked: argparse.Namespace) -> None:
    match asked.command:
        case "up":
            wanted = "given" if asked.use_kubeconfig else asked.engine
            cluster.up(wanted, default_backoff=asked.default_backoff)
        case "down":
            cluster.down()
        case "load-image":
            cluster.load(asked.archives)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hack/cluster",
        description="A one-node Kubernetes cluster for development and tests. "
        "See docs/local-cluster.md.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start the cluster; at once if it runs already")
    engine = up.add_mutually_exclusive_group()
    engine.add_argument(
        "--engine",
        choices=("auto", "kind", "local"),
        default="auto",
        help="auto: kind if a container engine works, else plain processes (Linux, root)",
    )
    engine.add_argument(
        "--use-kubeconfig",
        action="store_true",
        help="make nothing: use the cluster that KUBECONFIG points to",
    )
    up.add_argument(
        "--default-backoff",
        action="store_true",
        help="leave the kubelet's crash-loop back-off as it is (10 s doubling to 5 min)",
    )
    down = commands.add_parser("down", help="remove the cluster and all its traces")
    load = commands.add_parser("load-image", help="put docker-archive tars into the node")
    load.add_argument("archives", nargs="+", type=Path, metavar="FILE.tar")
    for changing in (up, down, load):
        changing.add_argument(
            "--lock-wait",
            type=float,
            default=900.0,
            metavar="SECONDS",
            help="how long to wait for another hack/cluster to end (default: 900)",
        )
    commands.add_parser("status", help="say how it is; exit code 0 only when healthy")
    commands.add_parser("kubeconfig", help="print the kubeconfig's path")
    tool = commands.add_parser("tool", help="print a tool's path, building it first if needed")
    tool.add_argument("name", choices=sorted([*RECIPES, "kwok-stages"]))
    node = commands.add_parser("exec-node", help="run a command on the node")
    node.add_argument("words", nargs="+", metavar="CMD")
    build = commands.add_parser("build", help="only build programs (default: those for up)")
    build.add_argument("names", nargs="*", metavar="NAME")
    return parser
