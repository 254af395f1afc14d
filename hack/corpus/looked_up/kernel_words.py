"""What the kernel refused, in all words: locks and pid files, programs and libraries that are not there, rights, room, limits, crashes.

Many of these programs are small and speak as their authors would; among them are calm logs with the same words.
"""

# ruff: noqa: E501 - the logs are as they are
from __future__ import annotations

from . import COMMA_MS, GH, GO_LOG, ISO_MS, ISO_S, KLOG, RECALLED, SECONDS, Looked, indexed

LOCKS = [
    Looked(
        "keepalived", "pid-file-of-the-last-pod", "StaleLock",
        "a pid file on the host outlived the pod; the daemon ends with code 0",
        f"{GH}redhat-cop/keepalived-operator/issues/24",
        """
Starting Keepalived v2.2.4 (08/21,2021)
Opening file '/etc/keepalived.d/group-west.conf'.
daemon is already running
""",
        exit_code=0,
    ),
    Looked(
        "neo4j", "store-lock-left", "StaleLock",
        "the database was killed and its store_lock is still held on the volume",
        f"{GH}neo4j/docker-neo4j/issues/289",
        """
«»+0000 INFO  Starting...
«»+0000 INFO  ======== Neo4j 4.4.12 ========
«»+0000 ERROR Failed to start Neo4j on 0.0.0.0:7474.
java.lang.RuntimeException: Error starting Neo4j database server at /data/databases
	at org.neo4j.graphdb.facade.DatabaseManagementServiceFactory.startDatabaseServer(DatabaseManagementServiceFactory.java:198)
Caused by: org.neo4j.kernel.internal.locker.FileLockException: Lock file has been locked by another process: /data/databases/store_lock. Please ensure no other process is using this database, and that the directory is writable (required even for read-only access)
«»+0000 INFO  Neo4j Server shutdown initiated by request
""",
        clock="%Y-%m-%d %H:%M:%S.%L",
    ),
    Looked(
        "mongodb-old", "old-lock-file", "StaleLock",
        "MMAPv1 finds the lock file of an unclean shutdown and no journal",
        f"{GH}docker-archive-public/docker.kitematic/issues/746",
        """
«»+0000 W -        [initandlisten] Detected unclean shutdown - /data/db/mongod.lock is not empty.
«»+0000 I STORAGE  [initandlisten] **************
old lock file: /data/db/mongod.lock.  probably means unclean shutdown,
but there are no journal files to recover.
please make sure that your journal directory is mounted.
found 3 dbs.
*************
«»+0000 I STORAGE  [initandlisten] exception in initAndListen: 12596 old lock file, terminating
«»+0000 I CONTROL  [initandlisten] dbexit:  rc: 100
""",
        clock="%Y-%m-%dT%H:%M:%S.%L", exit_code=100,
    ),
    Looked(
        "kubo", "repo-lock-not-empty", "StaleLock",
        "the repository's lock file of the killed daemon has content",
        f"{GH}ipfs/kubo/issues/1762",
        """
Changing user to ipfs
Found IPFS fs-repo at /data/ipfs
Initializing daemon...
Error: can't Lock file "/data/ipfs/repo.lock": has non-zero size
""",
    ),
    Looked(
        "exist-db", "directory-lock-of-another", "StaleLock",
        "the database directory's lock file is fresh enough to be believed",
        f"{GH}eXist-db/exist/issues/434",
        """
«» [main] INFO  (FileLock.java [message]:297) - Waiting a short time for the lock to be released... /exist/data/dbx_dir.lck
«» [main] ERROR (BrokerPool.java [configure]:267) - Unable to initialize database instance 'exist': The database directory seems to be locked by another database instance. Found a valid lock file: /exist/data/dbx_dir.lck
org.exist.EXistException: The database directory seems to be locked by another database instance. Found a valid lock file: /exist/data/dbx_dir.lck
	at org.exist.storage.BrokerPool.canReadDataDir(BrokerPool.java:784)
""",
        clock=COMMA_MS,
    ),
    Looked(
        "ledger", "pebble-not-yet-released", "StaleLock",
        "the replaced pod still holds Pebble's lock when the new one opens the store",
        f"{GH}formancehq/ledger/issues/1522",
        """
INFO   Memory estimate: pebbleCache=128MiB total=1.2GiB
INFO   Starting application
ERROR  start failed
Error: could not build arguments for function "internal/bootstrap".Module.func48: failed to build *dal.Store: opening pebble database: resource temporarily unavailable
""",
    ),
    Looked(
        "ovn-sb-db", "lock-of-a-killed-pid", "StaleLock",
        "ovsdb-server finds its database's lock file held by a pid of the last run",
        f"{GH}ovn-kubernetes/ovn-kubernetes/pull/848",
        """
«»|00001|vlog|INFO|opened log file /var/log/ovn/ovsdb-server-sb.log
«»|00002|lockfile|WARN|/etc/ovn/.ovnsb_db.db.~lock~: cannot lock file because it is already locked by pid 11
ovsdb-server: I/O error: /etc/ovn/ovnsb_db.db: failed to lock lockfile (Resource temporarily unavailable)
""",
        clock=ISO_MS,
    ),
    Looked(
        "restic", "repository-locked-by-a-dead-job", "StaleLock",
        "yesterday's backup was killed, and its lock is in the repository",
        f"{RECALLED}restic",
        """
Fatal: unable to create lock in backend: repository is already locked by PID 31 on nightly-29311020-zq4mt by root (UID 0, GID 0)
lock was created at 2026-03-01 02:00:04 (23h59m51s ago)
storage ID 9c41e0d2
the `unlock` command can be used to remove stale locks
""",
        exit_code=11,
    ),
    Looked(
        "syncthing", "another-instance", "StaleLock",
        "the lock in the configuration directory is held",
        f"{RECALLED}Syncthing",
        """
[start] INFO: syncthing v1.27.9 "Gold Grasshopper" (go1.22.4 linux-amd64)
[start] WARNING: Failed to acquire lock: is another Syncthing instance already running?
""",
    ),
    Looked(
        "tor", "data-directory-in-use", "StaleLock",
        "it waits five seconds for the other process, which stays",
        f"{RECALLED}Tor",
        """
«» [notice] Tor 0.4.8.12 opening log file.
«» [warn] It looks like another Tor process is running with the same data directory.  Waiting 5 seconds to see if it goes away.
«+5» [err] No, it's still there.  Exiting.
""",
        clock="%b %d %H:%M:%S.%L",
    ),
    Looked(
        "tomcat-pid", "start-aborted", "StaleLock",
        "catalina.sh finds the pid file on the volume, and another process has that pid",
        f"{RECALLED}Tomcat's catalina.sh",
        """
Using CATALINA_BASE:   /usr/local/tomcat
Using CATALINA_PID:    /data/tomcat.pid
Existing PID file found during start.
Tomcat appears to still be running with PID 29. Start aborted.
If the following process is not a Tomcat process, remove the PID file and try again:
""",
    ),
    Looked(
        "tomcat-pid", "pid-file-cleared", "Unknown",
        "catalina.sh clears the pid file that nobody owns, and Tomcat runs",
        f"{RECALLED}Tomcat's catalina.sh",
        """
Using CATALINA_PID:    /data/tomcat.pid
Existing PID file found during start.
Removing/clearing stale PID file.
Tomcat started.
«» INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1844] milliseconds
""",
        clock="%d-%b-%Y %H:%M:%S.%L", exit_code=None,
    ),
    Looked(
        "vault-search", "data-directory-owned", "StaleLock",
        "a small service raises its own error when flock says no",
        indexed(57981960275),
        """
Traceback (most recent call last):
  File "/srv/search/service.py", line 44, in acquire
    raise ServiceLockError(f"Another Search backend owns the data directory: {data_dir}")
search.errors.ServiceLockError: Another Search backend owns the data directory: /data/search
""",
    ),
    Looked(
        "cache-updater", "remove-the-lock-file", "StaleLock",
        "a script tells which file to remove",
        indexed(25090738937, 62743651937),
        """
«» - INFO - Starting cache update
«» - ERROR - Another cache update is already running (PID: 1)
«» - ERROR - If you're sure no other process is running, delete the lock file:
«» - ERROR - rm /app/cache/update.lock
""",
        clock=COMMA_MS,
    ),
    Looked(
        "population-batch", "another-run-owns-the-root", "StaleLock",
        "one line of a batch job that took no lock",
        indexed(58535813319, 71625973389),
        """
plan: 16 states, 2 workers
another population run owns the root
""",
    ),
    Looked(
        "flock-raw", "blocking-io-error", "StaleLock",
        "nobody handles the error of flock(LOCK_NB)",
        indexed(71685770225),
        """
variant 4: 2048 rows
Traceback (most recent call last):
  File "/app/run_variant.py", line 171, in main
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
BlockingIOError: [Errno 11] Resource temporarily unavailable
""",
    ),
    Looked(
        "hourly-job", "earlier-run-goes-on", "Unknown",
        "a job that leaves early because the last one still runs is no failure",
        indexed(54809331074),
        """
«» info hourly velocity job, window 7d
«» warn Another velocity calculation job is already running, exiting early {"running":1}
«» info done in 141ms
""",
        exit_code=0,
    ),
    Looked(
        "batch-poster", "lock-taken-later", "Unknown",
        "a lock that another poster held for a moment",
        indexed(1764269),
        """
INFO [«»] Starting batch poster address=0x5f1c
INFO [«»] BatchPoster: posted batch sequence=210
WARN [«+30»] error posting batch err="failed to acquire lock; either another batch poster posted a batch or this node fell behind"
INFO [«»] BatchPoster: posted batch sequence=211
""",
        clock="%m-%d|%H:%M:%S.%L", exit_code=None,
    ),
    Looked(
        "spark-standalone", "running-as-process", "StaleLock",
        "spark-daemon.sh believes the pid file on the volume",
        f"{RECALLED}Spark's spark-daemon.sh",
        "org.apache.spark.deploy.worker.Worker running as process 47.  Stop it first.\n",
    ),
    Looked(
        "buildkitd", "lock-held-by-another-job", "StaleLock",
        "two builders on one volume",
        f"{GH}moby/buildkit/issues/6116",
        """
time="«»" level=warning msg="using host network as the default"
buildkitd: could not lock /var/lib/buildkit/buildkitd.lock, another instance running?
""",
        clock=ISO_S,
    ),
    Looked(
        "memory-audit", "stale-lock-named", "StaleLock",
        "the program knows that the lock is stale and leaves it to a person",
        indexed(55602270638),
        """
StaleLockError: Stale lock detected: /data/memory/.lock (created_at=2026-02-27T10:00:00Z, pid=7). Run audit --unlock to break.
    at acquire (/app/lock.js:61:11)
""",
    ),
    Looked(
        "trade-engine", "stale-lock-cleaned", "ApplicationError",
        "the stale lock was cleaned up, and something else is the death",
        indexed(71148758543),
        """
[ENGINE_LOCK] Stale lock detected. Cleaning up.
[ENGINE_LOCK] Acquired. PID=1
Traceback (most recent call last):
  File "/app/engine.py", line 212, in main
    symbol = order["symbol"]
KeyError: 'symbol'
""",
    ),
    Looked(
        "nice-gui", "port-and-another-instance", "PortConflict",
        "the words of a lock, but it is a port",
        indexed(70409637950, 54494419010),
        "OSError: Port 8000 is already in use — is another instance running?\n",
    ),
    Looked(
        "scheduler-app", "scheduler-started-twice", "ApplicationError",
        "its own scheduler was started twice in one process",
        f"{RECALLED}APScheduler",
        """
Traceback (most recent call last):
  File "/app/jobs.py", line 61, in start
    scheduler.start()
apscheduler.schedulers.SchedulerAlreadyRunningError: Scheduler is already running
""",
    ),
]  # fmt: skip

NOT_THERE = [
    Looked(
        "host-script", "build-output-missing", "ExecutableMissing",
        "a start script looks for the compiled entry file",
        indexed(60570310414, 53494031839),
        """
  ERROR: dist/index.js not found.
  Run `npm run build` first, then try again.
""",
    ),
    Looked(
        "sql-bridge", "odbc-driver-missing", "LibraryMissing",
        "unixODBC cannot open the driver",
        f"{RECALLED}unixODBC",
        """
pyodbc.Error: ('01000', "[01000] [unixODBC][Driver Manager]Can't open lib 'ODBC Driver 18 for SQL Server' : file not found (0) (SQLDriverConnect)")
""",
    ),
    Looked(
        "render-worker", "ffmpeg-required", "ExecutableMissing",
        "the program looks for its tool with shutil.which",
        indexed(67315187847, 502290867),
        """
INFO:render:starting, 2 slots
Traceback (most recent call last):
  File "/app/render.py", line 33, in main
    raise RuntimeError("FFmpeg not found. Please install FFmpeg.")
RuntimeError: FFmpeg not found. Please install FFmpeg.
""",
    ),
    Looked(
        "bootstrap-tools", "command-missing", "ExecutableMissing",
        "a start script checks its tools",
        indexed(71655444814, 61529800459, 53914793494),
        """
==> bootstrap 4.1
Error: required command not found: jq
""",
    ),
    Looked(
        "dashboard-script", "node-not-installed", "ExecutableMissing",
        "a start script looks for Node",
        indexed(13383389011, 37913966319),
        """
[INFO] Starting dashboard
[ERROR] Node.js is not installed. Please install Node.js 20+ first.
""",
    ),
    Looked(
        "puppeteer", "no-chrome", "ExecutableMissing",
        "the browser was not installed into the image",
        f"{RECALLED}Puppeteer",
        """
Error: Could not find Chrome (ver. 121.0.6167.85). This can occur if either
 1. you did not perform an installation before running the script (e.g. `npx puppeteer browsers install chrome`) or
 2. your cache path is incorrectly configured (which is: /home/app/.cache/puppeteer).
    at ChromeLauncher.resolveExecutablePath (/app/node_modules/puppeteer-core/lib/cjs/puppeteer/node/ProductLauncher.js:295:27)
""",
    ),
    Looked(
        "python-m", "no-such-module", "ExecutableMissing",
        "python -m with a package that is not in the image",
        f"{RECALLED}CPython's runpy",
        "/usr/local/bin/python3.12: No module named stockd\n",
    ),
    Looked(
        "node-esm", "entry-file-missing", "ExecutableMissing",
        "the ES module to start is not there: no importer is named",
        f"{RECALLED}Node",
        """
node:internal/modules/run_main:129
    triggerUncaughtException(
    ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/srv/feed.mjs'
    at finalizeResolution (node:internal/modules/esm/resolve:265:11) {
  code: 'ERR_MODULE_NOT_FOUND',
  url: 'file:///srv/feed.mjs'
}
""",
    ),
    Looked(
        "node-esm", "imported-file-missing", "LibraryMissing",
        "the same error with an importer: a file of the build is missing",
        f"{RECALLED}Node",
        """
Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/srv/dist/config/env' imported from /srv/dist/feed.js
    at finalizeResolution (node:internal/modules/esm/resolve:264:11)
""",
    ),
    Looked(
        "rscript", "script-missing", "ExecutableMissing",
        "R is given a script that is not there",
        f"{RECALLED}R",
        "Fatal error: cannot open file 'plumber.R': No such file or directory\n", exit_code=2,
    ),
    Looked(
        "crun-entry", "windows-line-ends", "ExecutableMissing",
        "crun's own line where the entry point's interpreter has a carriage return",
        f"{GH}affromero/flight-finder/issues/22",
        """
{"msg":"exec container process (missing dynamic library?) `/srv/./entrypoint.sh`: No such file or directory","level":"error","time":"«»"}
""",
        clock="%Y-%m-%dT%H:%M:%S.%fZ", exit_code=127,
    ),
    Looked(
        "steamcmd", "loader-for-32-bit-missing", "ExecutableMissing",
        "the 32-bit program is there, its loader is not",
        f"{RECALLED}SteamCMD",
        "/home/steam/steamcmd/steamcmd.sh: line 38: /home/steam/steamcmd/linux32/steamcmd: No such file or directory\n",
        exit_code=127,
    ),
    Looked(
        "sorted-set-nif", "native-code-not-loaded", "LibraryMissing",
        "an Elixir release whose native function library does not load on musl",
        f"{GH}discord/sorted_set_nif/issues/9",
        """
Kernel pid terminated (application_controller) ({application_start_failure,kernel,{{shutdown,{failed_to_start_child,kernel_safe_sup,{on_load_function_failed,'Elixir.Shop.SortedSet.NifBridge'}}},{kernel,start,[normal,[]]}}})

Crash dump is being written to: erl_crash.dump...done
""",
    ),
    Looked(
        "prisma", "engine-for-another-system", "LibraryMissing",
        "the generated client holds the engine of the builder's system only",
        f"{RECALLED}Prisma",
        """
PrismaClientInitializationError:
Invalid `prisma.order.findMany()` invocation:

Prisma Client could not locate the Query Engine for runtime "debian-openssl-3.0.x".
""",
    ),
    Looked(
        "composer", "extensions-missing", "LibraryMissing",
        "Composer's platform check",
        f"{RECALLED}Composer",
        """
Composer detected issues in your platform:

Your Composer dependencies require the following PHP extensions to be installed: intl, gd
""",
        exit_code=104,
    ),
    Looked(
        "mail-loader", "optional-package-wanted", "LibraryMissing",
        "a library asks for a package that it needs only for this kind of file",
        indexed(6830086),
        """
INFO:     Waiting for application startup.
ImportError: extract_msg is not installed. Please install it with `pip install extract_msg`

ERROR:    Application startup failed. Exiting.
""",
        exit_code=3,
    ),
    Looked(
        "plots", "optional-package-skipped", "Unknown",
        "the same without need: the plots are left out",
        indexed(61716793440),
        """
  Summary: out/summary.json
  Skipping plots (matplotlib not available): No module named 'matplotlib'
  Report: out/report.md
done
""",
        exit_code=0,
    ),
    Looked(
        "gpu-collector", "panic-after-a-missing-tool", "ApplicationError",
        "the missing tool was only warned about; the panic is the death",
        f"{RECALLED}Go",
        """
WARN nvidia-smi not found in PATH, GPU metrics disabled
INFO collector started
panic: runtime error: index out of range [4] with length 4

goroutine 1 [running]:
main.main()
	/src/main.go:41 +0x1d
""",
        exit_code=2,
    ),
    Looked(
        "tenv", "no-build-for-this-machine", "ArchitectureMismatch",
        "an installer in the entry point knows two architectures",
        indexed(57392687064, 29170758999),
        """
[INFO] installing terraform 1.9.5
[ERROR] unsupported architecture: riscv64
""",
    ),
]  # fmt: skip

REFUSED = [
    Looked(
        "kodi-headless", "clone3-refused", "PermissionDenied",
        "an old libseccomp refuses the threads of a new image",
        f"{GH}fhriley/kodi-headless-novnc/issues/9",
        """
runtime/cgo: pthread_create failed: Operation not permitted
SIGABRT: abort
PC=0x7f11c0a17a7c m=0 sigcode=18446744073709551610

goroutine 0 [idle]:
runtime: unknown pc 0x7f11c0a17a7c
""",
        exit_code=2,
    ),
    Looked(
        "zookeeper-eperm", "jvm-threads-refused", "PermissionDenied",
        "the same in a JVM, which calls it a lack of memory",
        f"{GH}bitnami/containers/issues/63496",
        """
ZooKeeper JMX enabled by default
[0.002s][warning][os,thread] Failed to start thread "GC Thread#0" - pthread_create failed (EPERM) for attributes: stacksize: 1024k, guardsize: 4k, detached.
#
# There is insufficient memory for the Java Runtime Environment to continue.
# Cannot create worker GC thread. Out of system resources.
""",
    ),
    Looked(
        "wireguard", "no-net-admin", "PermissionDenied",
        "the pod lacks the capability NET_ADMIN",
        f"{RECALLED}wg-quick",
        """
[#] ip link add wg0 type wireguard
RTNETLINK answers: Operation not permitted
[#] ip link delete dev wg0
""",
    ),
    Looked(
        "ebpf-agent", "memlock-refused", "PermissionDenied",
        "a Go program calls it fatal",
        f"{RECALLED}cilium/ebpf",
        """
level=info msg="starting agent"
level=fatal msg="failed to set memlock rlimit" error="operation not permitted"
""",
    ),
    Looked(
        "deno-task", "no-leave-to-read-the-environment", "PermissionDenied",
        "Deno asks for a permission flag",
        f"{RECALLED}Deno",
        """
error: Uncaught (in promise) NotCapable: Requires env access to "FEED_URL", run again with the --allow-env flag
    at file:///app/main.ts:3:22
""",
    ),
    Looked(
        "mongodb-old", "no-room-for-the-journal", "DiskFull",
        "it wants three gigabytes for its journal",
        f"{GH}getcarina/getcarina.com/pull/659",
        """
«»+0000 I JOURNAL  [initandlisten] journal dir=/data/db/journal
«»+0000 E JOURNAL  [initandlisten] Insufficient free space for journal files
«»+0000 I JOURNAL  [initandlisten] Please make at least 3379MB available in /data/db/journal or use --smallfiles
«»+0000 I STORAGE  [initandlisten] exception in initAndListen: 15926 Insufficient free space for journals, terminating
""",
        clock="%Y-%m-%dT%H:%M:%S.%L", exit_code=100,
    ),
    Looked(
        "dataset-copy", "measured-too-little", "DiskFull",
        "a script compares df with what it needs",
        indexed(61997353292, 52786216892),
        "not enough free space on /data: need 536870912000 bytes, have 20971520\n",
    ),
    Looked(
        "coin-node", "a-feature-off-for-lack-of-room", "Unknown",
        "it does without and goes on",
        indexed(27261068),
        """
«» init message: Done loading
«» ProcessMessage -- Not enough disk space, disabling CoinJoin.
«» UpdateTip: new best=00000000000000a1 height=2211431 version=0x20000000
""",
        clock=ISO_S, exit_code=None,
    ),
    Looked(
        "openkruise", "watcher-limit", "FileLimitReached",
        "the certificates' watcher gets no inotify instance",
        f"{GH}openkruise/kruise/issues/989",
        """
I«»       1 deleg.go:130] setup "msg"="wait webhook ready"
panic: failed to new ca-cert watcher: too many open files

goroutine 512 [running]:
github.com/openkruise/kruise/pkg/webhook/util/health.Checker.func1()
""",
        clock=KLOG, exit_code=2,
    ),
    Looked(
        "tikv", "open-files-below-the-demand", "FileLimitReached",
        "it computes what it needs and will not start with less",
        f"{RECALLED}TiKV",
        """
[«» +00:00] [INFO] [lib.rs:86] ["Welcome to TiKV"]
[«» +00:00] [FATAL] [server.rs:921] ["the maximum number of open file descriptors is too small, got 1024, expect greater or equal to 82920"]
""",
        clock="%Y/%m/%d %H:%M:%S.%L",
    ),
    Looked(
        "store-gateway", "low-limit-and-a-missing-file", "ConfigurationMissing",
        "the low limit was only warned about",
        f"{RECALLED}in-house",
        """
«» WARN: open files limit 1024 is low, at least 65536 recommended
«» INFO: loading /etc/store/store.toml
«» FATAL: open /etc/store/store.toml: no such file or directory
""",
        clock=SECONDS,
    ),
    Looked(
        "ollama", "model-larger-than-the-memory", "OutOfMemory",
        "it compares the model with the memory there is",
        f"{RECALLED}Ollama",
        "Error: model requires more system memory (12.4 GiB) than is available (7.1 GiB)\n",
    ),
    Looked(
        "van-controller", "flock-taken", "StaleLock",
        "log.Fatal after flock",
        indexed(23039149454, 71056006432),
        """
«» version 1.6.0
«» site controller is already running, exiting
""",
        clock=GO_LOG,
    ),
]  # fmt: skip

CASES = [*LOCKS, *NOT_THERE, *REFUSED]
