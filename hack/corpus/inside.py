"""Runs as PID 1 of the namespaces that `recorder` makes: prepares the place, runs the program, reports how it ended.

Argument: a JSON file with the fields of `recorder.Run`; the result goes to the JSON file named in it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

FRESH = ("/run", "/tmp", "/data", "/config", "/srv", "/var/log", "/home")


def main() -> None:
    run = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    log = Path(run["log"]).open("wb")  # noqa: SIM115 - kept open over the mounts below
    result = Path(run["result"]).open("w", encoding="utf-8")  # noqa: SIM115
    for place in FRESH:
        Path(place).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", place], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["hostname", run["hostname"]], check=True)
    os.chdir("/srv")
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/home",
        "LANG": "C.UTF-8",
        "HOSTNAME": run["hostname"],
        **run["environment"],
    }
    if run["prepare"]:
        subprocess.run(["bash", "-euc", run["prepare"]], check=True, env=environment)

    def limits() -> None:
        if run["cgroup"]:
            Path(run["cgroup"], "cgroup.procs").write_text(str(os.getpid()))
        if run["open_files"]:
            resource.setrlimit(resource.RLIMIT_NOFILE, (run["open_files"], run["open_files"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if run["user"]:
            os.setgroups([])
            os.setgid(run["user"])
            os.setuid(run["user"])

    # A pipe that belongs to the program's user, as a container runtime makes it: /dev/stderr can be opened again.
    output, written = os.pipe()
    os.fchown(written, run["user"], run["user"])

    def drain() -> None:
        while chunk := os.read(output, 65536):
            log.write(chunk)
            log.flush()

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    begun = time.monotonic()
    if run["memory_cgroup"]:
        run["cgroup"] = run["memory_cgroup"]
    try:
        program = subprocess.Popen(
            run["command"],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=limits,
            start_new_session=True,
        )
    except OSError as error:
        # What a container runtime does with it: no log, exit code 127 or 126, a message in the status.
        json.dump({"exit_code": 127 if error.errno == 2 else 126, "error": str(error)}, result)
        result.close()
        return
    os.close(written)
    beside = None
    if run["meanwhile"]:
        beside = subprocess.Popen(
            ["bash", "-c", run["meanwhile"]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    stopped = ""
    try:
        program.wait(run["seconds"])
    except subprocess.TimeoutExpired:
        stopped = run["stop_signal"]
        os.killpg(program.pid, signal.Signals[stopped])
        try:
            program.wait(15)
        except subprocess.TimeoutExpired:
            stopped = "SIGKILL"
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
    code = program.returncode
    reader.join(1)
    json.dump(
        {
            "exit_code": 128 - code if code < 0 else code,
            "stopped": stopped,
            "seconds": round(time.monotonic() - begun, 1),
            "error": "",
        },
        result,
    )
    result.close()
    if beside is not None:
        beside.kill()


main()
