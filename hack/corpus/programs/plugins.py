"""hashicorp/go-plugin hosts whose plugins do not shake hands, and hosts that get along without them.

Facts: go-plugin v1.7.0 and v1.4.3 `client.go` Start(): "Unrecognized remote plugin message", "plugin exited before we
could connect", "timeout while waiting for plugin to start", "Incompatible API version with plugin". The plugin is
`sources/golang/cmd/notify-plugin`, whose config-on-stdout mode prints viper's own error on stdout (as Dkron 4.0.0-beta1
did) before it serves.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..recorder import Recorder, Run, pod
from .golang import at, own, together

NEWER = "own program on Go module hashicorp/go-plugin v1.7.0"
OLDER = "own program on Go module hashicorp/go-plugin v1.4.3"
PLUGIN = "/srv/plugins/notify-plugin"
FAILED = "PluginHandshakeFailed"


@dataclass(frozen=True)
class Scenario:
    name: str
    mode: str
    """What the plugin does (PLUGIN_MODE)."""
    cause: str
    situation: str
    expect: str
    flags: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    plugin: str = PLUGIN
    prepare: str = ""
    seconds: float = 6
    user: int = 0
    running: bool = False
    with_pod: bool = False
    stop: str = "SIGTERM"


UNRECOGNIZED = "nrecognized remote plugin message"
SCENARIOS = {
    s.name: s
    for s in (
        Scenario("stdout-before-handshake", "config-on-stdout", FAILED,
                 "the plugin prints viper's 'not found' error on stdout before the handshake",
                 UNRECOGNIZED, with_pod=True),
        Scenario("stdout-before-handshake-debug", "config-on-stdout", FAILED,
                 "the same at log level debug", UNRECOGNIZED, environment={"LOG_LEVEL": "debug"}),
        Scenario("banner-before-handshake", "banner", FAILED,
                 "the plugin prints its version on stdout before the handshake", UNRECOGNIZED),
        Scenario("json-before-handshake", "json-on-stdout", FAILED,
                 "the plugin logs JSON on stdout before the handshake", UNRECOGNIZED),
        Scenario("exits-before-handshake", "exit", FAILED,
                 "the plugin ends at once without a word", "plugin", with_pod=True),
        Scenario("panics-before-handshake", "panic", FAILED,
                 "the plugin panics before the handshake; its stack goes to its stderr", "plugin",
                 environment={"LOG_LEVEL": "debug"}),
        Scenario("own-config-fatal", "config-fatal", FAILED,
                 "the plugin ends with a fatal message about its own configuration before the handshake", "plugin"),
        Scenario("other-cookie", "other-cookie", FAILED,
                 "host and plugin were built with different magic cookies", "plugin"),
        Scenario("old-protocol", "old-protocol", FAILED,
                 "the plugin speaks protocol version 1, the host wants 2", "ncompatible"),
        Scenario("start-timeout", "slow", FAILED,
                 "the plugin does not answer in time", "timeout while waiting for plugin to start",
                 flags="-start-timeout 3s", environment={"RUNNER_START_TIMEOUT": "3s"}, with_pod=True),
        Scenario("shell-script-as-plugin", "", FAILED,
                 "a wrapper script greets on stdout before it starts the plugin", UNRECOGNIZED,
                 prepare="mkdir -p /srv/wrapped; printf '#!/bin/sh\\necho \"+ exec notify-plugin\"\\nexec "
                 f"{PLUGIN}\\n' >/srv/wrapped/notify-plugin; chmod +x /srv/wrapped/notify-plugin",
                 plugin="/srv/wrapped/notify-plugin"),
        Scenario("plugin-not-executable", "", "PermissionDenied",
                 "the plugin's file lost its executable bit", "permission denied",
                 prepare=f"install -m 0644 {PLUGIN} /srv/notify-plugin", plugin="/srv/notify-plugin"),
        Scenario("plugin-missing", "", "ExecutableMissing",
                 "the plugin's file is not in the image", "no such file or directory",
                 plugin="/usr/lib/jobs/notify-plugin", with_pod=True),
        Scenario("plugin-other-architecture", "", "ArchitectureMismatch",
                 "the plugin's file is for another CPU", "exec format error",
                 prepare=f"head -c 18 {PLUGIN} >/srv/notify-plugin; printf '\\267\\000' >>/srv/notify-plugin;"
                 f" tail -c +21 {PLUGIN} >>/srv/notify-plugin; chmod +x /srv/notify-plugin",
                 plugin="/srv/notify-plugin"),
        Scenario("panics-while-serving", "panic-later", "ApplicationError",
                 "the plugin shook hands, was dispensed and panics in its first job",
                 "panic: assignment to entry in nil map"),
        Scenario("healthy", "", "Unknown", "the plugin is loaded and works", "plugin", running=True, with_pod=True),
        Scenario("healthy-debug", "", "Unknown", "the plugin is loaded; log level debug", "plugin",
                 environment={"LOG_LEVEL": "debug"}, running=True),
        Scenario("config-not-found-on-stderr", "config-on-stderr", "Unknown",
                 "the plugin finds no config file, says so on stderr and goes on with defaults", "Not Found in",
                 environment={"LOG_LEVEL": "debug"}, running=True),
        Scenario("optional-plugin-disabled", "config-on-stdout", "Unknown",
                 "the host logs the failed handshake, disables the plugin and serves", UNRECOGNIZED,
                 flags="-optional", running=True, with_pod=True),
        Scenario("optional-plugin-timeout", "slow", "Unknown",
                 "the plugin does not start in time, the host goes on without it", "timeout while waiting",
                 flags="-optional -start-timeout 2s", running=True),
        Scenario("ignored-plugin", "banner", "Unknown",
                 "the failed handshake is logged as a warning, the plugin ignored, work goes on", UNRECOGNIZED,
                 environment={"IGNORE_BROKEN_PLUGINS": "true"}, running=True, with_pod=True),
        Scenario("port-conflict", "", "PortConflict", "the plugin is loaded, then the API's port is taken",
                 "address already in use", prepare="python3 -m http.server 8080 >/dev/null 2>&1 & sleep 1"),
    )
}  # fmt: skip

PROGRAMS: dict[str, tuple[str, ...]] = {
    "go-plugin-host": (
        "stdout-before-handshake", "banner-before-handshake", "exits-before-handshake", "panics-before-handshake",
        "other-cookie", "old-protocol", "start-timeout", "shell-script-as-plugin", "plugin-not-executable",
        "plugin-missing", "panics-while-serving", "healthy", "config-not-found-on-stderr",
        "optional-plugin-disabled", "optional-plugin-timeout", "port-conflict",
    ),
    "plugin-runner-json": (
        "stdout-before-handshake", "stdout-before-handshake-debug", "json-before-handshake", "own-config-fatal",
        "exits-before-handshake", "old-protocol", "start-timeout", "plugin-other-architecture", "plugin-missing",
        "healthy", "healthy-debug", "config-not-found-on-stderr", "port-conflict",
    ),
    "executor-agent": (
        "stdout-before-handshake", "stdout-before-handshake-debug", "exits-before-handshake", "panics-before-handshake",
        "other-cookie", "old-protocol", "start-timeout", "plugin-not-executable", "healthy",
        "config-not-found-on-stderr",
    ),
    "workflow-engine": (
        "stdout-before-handshake", "banner-before-handshake", "exits-before-handshake", "panics-before-handshake",
        "old-protocol", "other-cookie", "start-timeout", "plugin-missing", "healthy", "ignored-plugin",
    ),
}  # fmt: skip


def _works(recorder: Recorder) -> list[Callable[[], object]]:
    works: list[Callable[[], object]] = []
    plugin = own("notify-plugin")
    only = set(os.environ.get("CORPUS_ONLY", "").split())
    for program, names in PROGRAMS.items():
        if only and program not in only:
            continue
        older = program == "executor-agent"
        host = own(program, "golang-older" if older else "golang")
        for scenario in (SCENARIOS[name] for name in names):
            command = [f"/srv/{program}"]
            expect = scenario.expect
            environment = {
                "PLUGIN_MODE": scenario.mode,
                "LOG_LEVEL": "info",
                **scenario.environment,
            }
            if program == "go-plugin-host":
                command += ["-plugin", scenario.plugin] if scenario.plugin != PLUGIN else []
                command += scenario.flags.split()
            else:
                environment |= {"RUNNER_PLUGIN": scenario.plugin}
            if program == "workflow-engine":
                environment = {
                    "PLUGIN_MODE": scenario.mode,
                    "STEP_PLUGINS": scenario.plugin,
                    **scenario.environment,
                }
                expect = "engine ready" if scenario.name == "healthy" else scenario.expect
                if scenario.name in ("stdout-before-handshake", "old-protocol"):
                    environment["LOG_FORMAT"] = "json"
            described: dict[str, Any] = {
                "env": [{"name": k, "value": v} for k, v in environment.items() if k[:2] != "PL"]
            }
            if command[1:]:
                described["args"] = command[1:]
            described["ports"] = [{"containerPort": 8080}]
            works.append(
                partial(
                    recorder.record,
                    program,
                    scenario.name,
                    Run(
                        command,
                        prepare=at(host)
                        + "mkdir /srv/plugins\n"
                        + at(plugin, PLUGIN)
                        + scenario.prepare,
                        environment=environment,
                        seconds=scenario.seconds,
                        stop_signal=scenario.stop,
                    ),
                    cause=scenario.cause,
                    situation=scenario.situation,
                    source=OLDER if older else NEWER,
                    expect=expect,
                    pod=pod("agent", f"registry.example.com/jobs/{program}:3.1.0", **described)
                    if scenario.with_pod
                    else None,
                    running=scenario.running,
                )
            )
    return works


def record(recorder: Recorder) -> None:
    together(_works(recorder))
