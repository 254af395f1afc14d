"""A metering daemon in the old style: python-daemon with a pid file, or the `pid` package."""

import logging
import os
import sys
import time

logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s meterd[%(process)d]: %(message)s")
log = logging.getLogger("meterd")
log.info("meterd 3.1 starting")
if os.environ.get("STYLE") == "pid":
    from pid import PidFile

    with PidFile("meterd", piddir=os.environ.get("PIDDIR", "/data")):
        log.info("metering")
        time.sleep(600)
else:
    import daemon
    from daemon import pidfile

    with daemon.DaemonContext(
        pidfile=pidfile.TimeoutPIDLockFile(os.environ.get("PIDFILE", "/data/meterd.pid"), 1),
        detach_process=False, stderr=sys.stderr, stdout=sys.stdout,
    ):
        log.info("metering")
        time.sleep(600)
