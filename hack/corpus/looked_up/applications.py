"""Applications and their runtimes: .NET, Elixir, Rails, Python, PHP, Java, and what people run at home."""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import COMMA_MS, GH, ISO_MS, ISO_S, SECONDS, Looked, indexed, repeated

KESTREL_STACK = """ ---> System.Net.Sockets.SocketException ({number}): {words}
   at System.Net.Sockets.Socket.UpdateStatusAfterSocketErrorAndThrowException(SocketError error, Boolean disconnectOnFailure, String callerName)
   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)
   at System.Net.Sockets.Socket.Bind(EndPoint localEP)
   at Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions.CreateDefaultBoundListenSocket(EndPoint endpoint)
   at Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketConnectionListener.Bind()
"""

DOTNET = [
    Looked(
        "aspnet-kestrel", "port-taken", "PortConflict",
        "two containers of the pod share the network and both want 8080",
        f"{GH}dotnet/aspnetcore/issues/4699, {GH}dotnet/core/issues/6574",
        """
info: Orders.Api.Startup[0]
      Connecting to message bus amqp://mq.shop.svc
info: Microsoft.EntityFrameworkCore.Migrations[20405]
      No migrations were applied. The database is already up to date.
warn: Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository[60]
      Storing keys in a directory '/home/app/.aspnet/DataProtection-Keys' that may not be persisted outside of the container.
fail: Microsoft.Extensions.Hosting.Internal.Host[11]
      Hosting failed to start
      System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.
       ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use
""" + KESTREL_STACK.format(number=98, words="Address already in use") + """Unhandled exception. System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.
   at Microsoft.AspNetCore.Server.Kestrel.Core.Internal.AddressBinder.BindEndpointAsync(ListenOptions endpoint, AddressBindContext context, CancellationToken cancellationToken)
   at Orders.Api.Program.Main(String[] args) in /src/Orders.Api/Program.cs:line 31
""",
        exit_code=134, captures={"address": "[::]:8080"},
    ),
    Looked(
        "aspnet-kestrel", "may-not-bind-80", "PermissionDenied",
        "the image moved to a plain user and the settings still say port 80",
        f"{GH}dotnet/tye/issues/1100, {GH}Jackett/Jackett/issues/7447, {GH}dotnet/aspnetcore/issues/4699",
        """
info: Microsoft.Hosting.Lifetime[0]
      Application is shutting down...
crit: Microsoft.AspNetCore.Server.Kestrel[0]
      Unable to start Kestrel.
      System.Net.Sockets.SocketException (13): Permission denied
""" + KESTREL_STACK.format(number=13, words="Permission denied").split("\n", 1)[1] + """Unhandled exception. System.Net.Sockets.SocketException (13): Permission denied
   at System.Net.Sockets.Socket.UpdateStatusAfterSocketErrorAndThrowException(SocketError error, Boolean disconnectOnFailure, String callerName)
   at System.Net.Sockets.Socket.DoBind(EndPoint endPointSnapshot, SocketAddress socketAddress)
""",
        exit_code=134,
    ),
    Looked(
        "aspnet-kestrel", "entry-assembly-missing", "ExecutableMissing",
        "the Dockerfile's entry point names an assembly that was renamed",
        indexed(309373659),
        """The application to execute does not exist: '/app/Orders.Api.dll'.
""",
        exit_code=149,
    ),
    Looked(
        "aspnet-kestrel", "ipv6-loopback-unavailable-but-serves", "Unknown",
        "IPv6's loopback cannot be bound; Kestrel warns and serves on IPv4",
        f"{GH}dotnet/core/issues/6574",
        """
warn: Microsoft.AspNetCore.Server.Kestrel[0]
      Unable to bind to http://localhost:5000 on the IPv6 loopback interface: 'Cannot assign requested address'.
warn: Microsoft.AspNetCore.Server.Kestrel[0]
      Overriding address(es) 'http://+:80'. Binding to endpoints defined via IConfiguration and/or UseKestrel() instead.
info: Microsoft.Hosting.Lifetime[14]
      Now listening on: http://localhost:5000
info: Microsoft.Hosting.Lifetime[0]
      Application started. Press Ctrl+C to shut down.
info: Microsoft.Hosting.Lifetime[0]
      Hosting environment: Production
warn: Microsoft.AspNetCore.HttpsPolicy.HttpsRedirectionMiddleware[3]
      Failed to determine the https port for redirect.
""",
        exit_code=None,
    ),
]  # fmt: skip

ELIXIR_AND_RUBY = [
    Looked(
        "phoenix", "port-4000-taken", "PortConflict",
        "the endpoint's port is taken by a second release in the same pod",
        indexed(6969567795, 51854025447),
        """
«» [info] Migrations already up
«» [error] Running ShopWeb.Endpoint with Bandit 1.5.7 at http failed, port 4000 already in use
«» [notice] Application shop exited: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: ShopWeb.Endpoint
    ** (EXIT) shutdown: failed to start child: {ShopWeb.Endpoint, :http}
        ** (EXIT) shutdown: failed to start child: :listener
            ** (EXIT) :eaddrinuse
Kernel pid terminated (application_controller) ("{application_start_failure,shop,{{shutdown,{failed_to_start_child,'Elixir.ShopWeb.Endpoint',{shutdown,{failed_to_start_child,{'Elixir.ShopWeb.Endpoint',http},{shutdown,{failed_to_start_child,listener,eaddrinuse}}}}}},{'Elixir.Shop.Application',start,[normal,[]]}}}")

Crash dump is being written to: erl_crash.dump...done
""",
        clock="%H:%M:%S.%L",
    ),
    Looked(
        "puma", "socket-with-a-server-bound", "StaleUnixSocket",
        "Puma finds its socket answered: in the shared volume another Puma of a dying pod still holds it",
        f"{GH}puma/puma/issues/2638, {GH}puma/puma/issues/1976, " + indexed(838895999),
        """
[1] Puma starting in cluster mode...
[1] * Puma version: 5.6.8 (ruby 3.1.4-p223) ("Birdie's Version")
[1] *  Min threads: 5
[1] *  Max threads: 5
[1] *  Environment: production
[1] *   Master PID: 1
[1] *     Workers: 2
[1] *     Restarts: (✔) hot (✖) phased
[1] * Preloading application
[1] ! Unable to load application: RuntimeError: There is already a server bound to: /var/run/puma/puma.sock
/usr/local/bundle/gems/puma-5.6.8/lib/puma/binder.rb:380:in `add_unix_listener': There is already a server bound to: /var/run/puma/puma.sock (RuntimeError)
	from /usr/local/bundle/gems/puma-5.6.8/lib/puma/binder.rb:217:in `block in parse'
	from /usr/local/bundle/gems/puma-5.6.8/lib/puma/binder.rb:152:in `each'
	from /usr/local/bundle/gems/puma-5.6.8/lib/puma/cluster.rb:372:in `run'
	from /usr/local/bundle/gems/puma-5.6.8/lib/puma/launcher.rb:182:in `run'
""",
        captures={"path": "/var/run/puma/puma.sock"},
    ),
    Looked(
        "gitlab", "puma-socket-left-behind", "StaleUnixSocket",
        "an old Puma does not clean its socket; runit starts it again and again inside the container",
        f"{GH}sbadia/puppet-gitlab/issues/38, {GH}gitlabhq/gitlab-ci/issues/160, {GH}gitlabhq/gitlab-recipes/pull/88",
        """
Thank you for using GitLab Docker Image!
Preparing services...
Starting services...
Configuring GitLab...
Reconfigured!

==> /var/log/gitlab/puma/current <==
""" + repeated(5, """
«+1» Puma 2.0.0.b7 starting...
«=» * Min threads: 0, max threads: 16
«=» * Environment: production
«+1» * Listening on unix:///home/git/gitlab/tmp/sockets/gitlab.socket
«=» /home/git/gitlab/vendor/bundle/ruby/1.9.1/gems/puma-2.0.0.b7/lib/puma/binder.rb:234:in `initialize': Address already in use - /home/git/gitlab/tmp/sockets/gitlab.socket (Errno::EADDRINUSE)
«=» 	from /home/git/gitlab/vendor/bundle/ruby/1.9.1/gems/puma-2.0.0.b7/lib/puma/binder.rb:234:in `new'
«=» 	from /home/git/gitlab/vendor/bundle/ruby/1.9.1/gems/puma-2.0.0.b7/lib/puma/binder.rb:234:in `add_unix_listener'
«=» 	from /home/git/gitlab/vendor/bundle/ruby/1.9.1/gems/puma-2.0.0.b7/lib/puma/cli.rb:414:in `run_single'
"""),
        clock="%Y-%m-%d_%H:%M:%S.%f", exit_code=None, masked="runit",
        captures={"path": "/home/git/gitlab/tmp/sockets/gitlab.socket"},
    ),
    Looked(
        "gitlab", "nginx-beside-a-second-nginx", "PortConflict",
        "supervisord's nginx finds port 80 taken by an nginx that was started beside it, again and again",
        f"{GH}sameersbn/docker-gitlab/issues/2421, {GH}sameersbn/docker-gitlab/issues/362",
        """
Waiting for database server to accept connections
Starting supervisord...
«» CRIT Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.
«» INFO supervisord started with pid 1
«+1» INFO spawned: 'nginx' with pid 611
«» INFO spawned: 'puma' with pid 612
""" + repeated(4, """
«=b» [emerg] 46#0##46#0: bind() to 0.0.0.0:80 failed (98: Address already in use)
nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)
«=b» [emerg] 46#0##46#0: bind() to [::]:80 failed (98: Address already in use)
nginx: [emerg] bind() to [::]:80 failed (98: Address already in use)
«+2» INFO exited: nginx (exit status 1; not expected)
«» INFO spawned: 'nginx' with pid 46#2
"""),
        clock=(COMMA_MS, "%Y/%m/%d %H:%M:%S"), exit_code=None, masked="supervisord",
        captures={"address": "0.0.0.0:80"},
    ),
    Looked(
        "rails", "server-pid-in-the-volume", "StaleLock",
        "tmp/pids lies on a volume and the last server did not take its file away",
        f"{GH}samvera/hyku/issues/1261",
        """
=> Booting Puma
=> Rails 5.1.1 application starting in production on http://0.0.0.0:3000
=> Run `rails server -h` for more startup options
A server is already running. Check /data/tmp/pids/server.pid.
Exiting
""",
    ),
    Looked(
        "sidekiq", "redis-wants-a-password", "AuthenticationFailed",
        "Redis was given a password and the worker does not know it",
        "recalled: Sidekiq and redis-client",
        """
«» pid=1 tid=gnp INFO: Booting Sidekiq 7.2.2 with Sidekiq::Config::DEFAULTS options
«» pid=1 tid=gnp INFO: Booted Rails 7.1.3.2 application in production environment
NOAUTH Authentication required. (redis://redis.shop.svc:6379)
/usr/local/bundle/gems/redis-client-0.21.1/lib/redis_client/connection_mixin.rb:35:in `call': NOAUTH Authentication required. (redis://redis.shop.svc:6379) (RedisClient::AuthenticationError)
	from /usr/local/bundle/gems/redis-client-0.21.1/lib/redis_client.rb:256:in `block (2 levels) in call'
	from /usr/local/bundle/gems/sidekiq-7.2.2/lib/sidekiq/cli.rb:81:in `run'
	from /usr/local/bundle/gems/sidekiq-7.2.2/bin/sidekiq:31:in `<top (required)>'
""",
        clock=ISO_MS,
    ),
]  # fmt: skip

AIRFLOW_BANNER = """
  ____________       _____________
 ____    |__( )_________  __/__  /________      __
____  /| |_  /__  ___/_  /_ __  /_  __ \\_ | /| / /
___  ___ |  / _  /   _  __/ _  / / /_/ /_ |/ |/ /
 _/_/  |_/_/  /_/    /_/    /_/  \\____/____/|__/
"""

PYTHON = [
    Looked(
        "airflow", "webserver-pid-file", "StaleLock",
        "the container was killed; AIRFLOW_HOME is a volume and holds the old pid file",
        indexed(30951224435, 54925372674),
        AIRFLOW_BANNER + """[«»] {configuration.py:2067} INFO - Creating new FAB webserver config file in: /opt/airflow/webserver_config.py
[«»] {override.py:1769} INFO - Created Permission View: menu access on DAG Runs
Running the Gunicorn Server with:
Workers: 4 sync
Host: 0.0.0.0:8080
Timeout: 120
Logfiles: - -
Access Logformat: 
=================================================================

Error: Already running on PID 14 (or pid file '/opt/airflow/airflow-webserver.pid' is stale)
""",
        clock="%Y-%m-%dT%H:%M:%S.%L+0000",
    ),
    Looked(
        "celery-beat", "pid-file-exists", "StaleLock",
        "beat's pid file lies in the image's work directory on a volume",
        indexed(6463948382, 8953575717),
        """
celery beat v4.4.7 (cliffs) is starting.
ERROR: Pidfile (celerybeat.pid) already exists.
Seems we're already running? (pid: 1)
""",
        exit_code=73,
    ),
    Looked(
        "superset", "secret-key-not-set", "ConfigurationMissing",
        "nobody set SECRET_KEY, so the well-known default would be used and Superset refuses",
        indexed(42913893, 30562697124),
        """
Loaded your LOCAL configuration at [/app/pythonpath/superset_config.py]
--------------------------------------------------------------------------------
                                    WARNING
--------------------------------------------------------------------------------
A Default SECRET_KEY was detected, please use superset_config.py to override it.
Use a strong complex alphanumeric string and use a tool to help you generate 
a sufficiently random sequence, ex: openssl rand -base64 42 
For more info, see: https://superset.apache.org/docs/configuration/configuring-superset#specifying-a-secret_key
--------------------------------------------------------------------------------
--------------------------------------------------------------------------------
Refusing to start due to insecure SECRET_KEY
""",
    ),
    Looked(
        "home-assistant", "another-instance", "StaleLock",
        "an instance on another node still holds the lock of the configuration directory",
        indexed(1463104091, 1329621342),
        """
s6-rc: info: service s6rc-oneshot-runner: starting
s6-rc: info: service s6rc-oneshot-runner successfully started
s6-rc: info: service legacy-services: starting
services-up: info: copying legacy longrun home-assistant (no readiness notification)
s6-rc: info: service legacy-services successfully started
Error: Another Home Assistant instance is already running!
  PID: 67
  Version: 2025.11.1
  Started: 2026-04-02 19:12:44 (local time)
  Config directory: /config

Please stop the existing instance before starting a new one.
[«»] WARNING: Home Assistant Core finish process exit code 1
s6-rc: info: service legacy-services: stopping
s6-rc: info: service legacy-services successfully stopped
s6-rc: info: service s6rc-oneshot-runner successfully stopped
""",
        clock="%H:%M:%S",
    ),
    Looked(
        "frigate", "detector-fails-under-s6", "ApplicationError",
        "Frigate ends with code 1 and no deeper word; s6 takes the whole container down in good order",
        f"{GH}blakeblackshear/frigate/issues/8237, {GH}blakeblackshear/frigate/issues/9514 (the traceback is invented)",
        """
s6-rc: info: service s6rc-fdholder: starting
s6-rc: info: service s6rc-oneshot-runner: starting
s6-rc: info: service s6rc-oneshot-runner successfully started
s6-rc: info: service fix-attrs: starting
s6-rc: info: service log-prepare successfully started
s6-rc: info: service frigate: starting
s6-rc: info: service frigate successfully started
«» [INFO] Starting Frigate...
«» [2026-04-02 22:10:27] frigate.app                    INFO    : Starting Frigate (0.13.0-49814b3)
«» [2026-04-02 22:10:28] frigate.app                    INFO    : Creating directory: /tmp/cache
«» Traceback (most recent call last):
«=»   File "/usr/lib/python3.9/runpy.py", line 197, in _run_module_as_main
«=»   File "/opt/frigate/frigate/app.py", line 689, in start
«=»     self.init_config()
«=»   File "/opt/frigate/frigate/config.py", line 1133, in runtime_config
«=»     stream_info = stream_info_retriever.get_stream_info(input.path)
«=» KeyError: 'width'
«» [INFO] Service Frigate exited with code 1 (by signal 0)
s6-rc: info: service legacy-services: stopping
s6-rc: info: service nginx: stopping
«» [INFO] The go2rtc-healthcheck service exited with code 256 (by signal 15)
s6-rc: info: service go2rtc-healthcheck successfully stopped
«» [INFO] Service NGINX exited with code 0 (by signal 0)
s6-rc: info: service nginx successfully stopped
s6-rc: info: service go2rtc: stopping
s6-rc: info: service frigate-log successfully stopped
«» [INFO] The go2rtc service exited with code 0 (by signal 0)
s6-rc: info: service s6rc-oneshot-runner successfully stopped
""",
        clock="%Y-%m-%d %H:%M:%S.%N",
    ),
    Looked(
        "frigate", "camera-refuses-and-is-retried", "Unknown",
        "one camera is off: its watchdog restarts ffmpeg and everything else goes on",
        f"{GH}blakeblackshear/frigate/issues/4240, {GH}blakeblackshear/frigate/issues/7552",
        """
[«»] frigate.app                    INFO    : Starting Frigate (0.12.1-367d724)
[«»] peewee_migrate.logs            INFO    : Starting migrations
[«»] peewee_migrate.logs            INFO    : There is nothing to migrate
[«»] frigate.app                    INFO    : Camera processor started for kitchen: 362
[«»] frigate.app                    INFO    : Capture process started for kitchen: 371
""" + repeated(5, """
[«+10»] frigate.video                  ERROR   : kitchen: Unable to read frames from ffmpeg process.
[«»] frigate.video                  ERROR   : kitchen: ffmpeg process is not running. exiting capture thread...
[«»] watchdog.kitchen               ERROR   : Ffmpeg process crashed unexpectedly for kitchen.
[«»] watchdog.kitchen               ERROR   : The following ffmpeg logs include the last 100 lines prior to exit.
[«»] ffmpeg.kitchen.detect          ERROR   : [tcp @ 0x55d1c0a4f700] Connection to tcp://10.71.8.41:554?timeout=0 failed: Connection refused
[«»] ffmpeg.kitchen.detect          ERROR   : rtsp://<user>:<password>@10.71.8.41/live: Connection refused
[«»] frigate.events                 INFO    : Event 1#7 of garage recorded
"""),
        clock=SECONDS, exit_code=None,
    ),
]  # fmt: skip


def z2m(level: str, message: str) -> str:
    return f"Zigbee2MQTT:{level:<5} «»: {message}\n"


Z2M_START = (
    z2m("info", "Logging to console and directory: '/app/data/log/2026-04-06.14-10-22' filename: log.txt")
    + z2m("info", "Starting Zigbee2MQTT version 1.27.2 (commit #7dc48fb)")
    + z2m("info", "Starting zigbee-herdsman (0.14.53)")
)  # fmt: skip
Z2M_FAILED = (
    z2m("error", "Error while starting zigbee-herdsman")
    + z2m("error", "Failed to start zigbee")
    + z2m("error", "Check https://www.zigbee2mqtt.io/guide/installation/20_zigbee2mqtt-fails-to-start.html for possible solutions")
    + z2m("error", "Exiting...")
)  # fmt: skip
Z2M_STACK = """    at SerialPort.<anonymous> (/app/node_modules/zigbee-herdsman/src/adapter/z-stack/znp/znp.ts:146:28)
    at SerialPort._error (/app/node_modules/@serialport/stream/lib/index.js:198:14)
    at /app/node_modules/@serialport/stream/lib/index.js:242:12
"""

HOME = [
    Looked(
        "zigbee2mqtt", "stick-locked", "StaleLock",
        "another process holds the lock of the serial port",
        f"{GH}Koenkk/zigbee2mqtt/issues/13886, {GH}Koenkk/zigbee2mqtt/issues/3534",
        Z2M_START + Z2M_FAILED
        + z2m("error", "Error: Error while opening serialport 'Error: Error Resource temporarily unavailable Cannot lock port'")
        + Z2M_STACK,
        clock=SECONDS,
    ),
    Looked(
        "zigbee2mqtt", "stick-not-for-this-user", "PermissionDenied",
        "the device belongs to the dialout group and the container's user does not",
        f"{GH}Koenkk/zigbee2mqtt/issues/12218, {GH}Koenkk/zigbee2mqtt/issues/14890",
        Z2M_START + Z2M_FAILED
        + z2m("error", "Error: Error while opening serialport 'Error: Error: Permission denied, cannot open /dev/ttyUSB0'")
        + Z2M_STACK,
        clock=SECONDS,
        pod=pod("zigbee2mqtt", "koenkk/zigbee2mqtt:1.27.2", securityContext={"runAsUser": 1000},
                volumeMounts=[{"name": "stick", "mountPath": "/dev/ttyUSB0"}],
                volumes=[{"name": "stick", "hostPath": {"path": "/dev/ttyUSB0", "type": "CharDevice"}}]),
    ),
    Looked(
        "zigbee2mqtt", "adapter-silent", "DependencyNotReady",
        "the port opens but the coordinator does not answer its ping",
        f"{GH}Koenkk/zigbee2mqtt/issues/11846",
        "[09:32:22] INFO: Handing over control to Zigbee2mqtt Core ...\n" + Z2M_START + Z2M_FAILED
        + z2m("error", "Error: Failed to connect to the adapter (Error: SRSP - SYS - ping after 6000ms)")
        + "    at ZStackAdapter.start (/app/node_modules/zigbee-herdsman/src/adapter/z-stack/adapter/zStackAdapter.ts:103:27)\n",
        clock=SECONDS,
    ),
    Looked(
        "vaultwarden", "database-on-a-network-share", "ApplicationError",
        "SQLite cannot switch to WAL on a network file system and says only that it is locked",
        f"{GH}dani-garcia/vaultwarden/issues/846, " + indexed(26378401429, 65884351654),
        """
/--------------------------------------------------------------------\\
|                        Starting Vaultwarden                        |
|                           Version 1.25.0                           |
|--------------------------------------------------------------------|
| This is an *unofficial* Bitwarden implementation, DO NOT use the   |
| official channels to report bugs/features, regardless of client.   |
| Send usage/configuration questions or feature requests to:         |
|   https://vaultwarden.discourse.group/                             |
\\--------------------------------------------------------------------/

[«»][panic][ERROR] thread 'main' panicked at 'Failed to turn on WAL: DatabaseError(__Unknown, "database is locked")': src/db/mod.rs:445
   0: vaultwarden::init_logging::{{closure}}
   1: std::panicking::rust_panic_with_hook
   2: std::panicking::begin_panic_handler::{{closure}}
   3: core::result::unwrap_failed
   4: vaultwarden::db::DbPool::from_config
   5: vaultwarden::main
""",
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=101,
    ),
    Looked(
        "vaultwarden", "panic-in-one-request", "Unknown",
        "a worker thread panics over one request and the server goes on",
        f"{GH}dani-garcia/vaultwarden/issues/3407, {GH}dani-garcia/vaultwarden/issues/420",
        """
|                        Starting Vaultwarden                        |
[«»][start][INFO] Rocket has launched from http://0.0.0.0:80
[«»][request][INFO] POST /identity/connect/token
[«»][panic][ERROR] thread 'rocket-worker-thread' panicked at 'called `Option::unwrap()` on a `None` value': src/api/identity.rs:221
[«»][response][INFO] (login) POST /identity/connect/token => 500 Internal Server Error
""" + repeated(8, """
[«+9»][request][INFO] GET /api/sync?excludeDomains=true
[«»][response][INFO] (sync) GET /api/sync?<data..> => 200 OK
"""),
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=None,
    ),
    Looked(
        "pihole", "port-53-taken", "PortConflict",
        "systemd-resolved holds 53 on the node; dnsmasq says Address in use without a number",
        indexed(28282110736, 66766218153),
        """
  [i] Starting docker specific checks & setup for docker pihole/pihole
  [i] Setting capabilities on pihole-FTL where possible
  [i] Applying the following caps to pihole-FTL:
        * CAP_CHOWN
        * CAP_NET_BIND_SERVICE
  [i] Starting pihole-FTL (no-daemon) as pihole
  [✓] Gravity database has been upgraded
dnsmasq: failed to create listening socket for port 53: Address in use
  [i] pihole-FTL exited unexpectedly
""",
        exit_code=0,
        pod=pod("pihole", "pihole/pihole:2023.11.0", hostNetwork=True,
                ports=[{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53, "protocol": "TCP"}]),
    ),
    Looked(
        "pihole", "gravity-locked-once-and-serves", "Unknown",
        "the new gravity database cannot be made on the share; the resolver runs on",
        f"{GH}pi-hole/docker-pi-hole/issues/1419",
        """
  [i] Starting docker specific checks & setup for docker pihole/pihole
  [i] Preparing new gravity database...
  [✗] Unable to create new database /etc/pihole/gravity.db_temp
  Runtime error near line 191: database is locked (5)
  [i] Starting pihole-FTL (no-daemon) as pihole
  [✓] FTL is listening on port 53
     [✓] UDP (IPv4)
     [✓] TCP (IPv4)
     [✓] UDP (IPv6)
     [✓] TCP (IPv6)
  [✓] Pi-hole blocking is enabled
  Pi-hole version is v5.17.1 (Latest: v5.17.1)
""",
        exit_code=None,
    ),
    Looked(
        "omada-controller", "mongod-cannot-listen", "PermissionDenied",
        "the controller's own mongod may not make its socket in /tmp and is restarted by it, silently",
        f"{GH}mbentley/docker-omada-controller/issues/138, {GH}mbentley/docker-omada-controller/issues/539",
        """
INFO: Time zone set to 'Etc/UTC'
INFO: Value of 'manage.http.port' already set to 8088 in omada.properties
INFO: Starting Omada Controller as user omada
«=b» [main] [] INFO  c.t.s.o.s.OmadaBootstrap(): going to start local mongod.
""" + repeated(4, """
«+14» I CONTROL  [main] ***** SERVER RESTARTED *****
«» I CONTROL  [initandlisten] MongoDB starting : pid=30# port=27217 dbpath=../data/db 64-bit host=omada-0
«» I CONTROL  [initandlisten] db version v3.6.8
«» I CONTROL  [initandlisten] git version: 8e540c0b6db93ce994cc548f000900bdc740f80a
«» E STORAGE  [initandlisten] Failed to set up listener: SocketException: Permission denied
«» I CONTROL  [initandlisten] now exiting
«» I CONTROL  [initandlisten] shutting down with code:48
"""),
        clock=("%Y-%m-%dT%H:%M:%S.%L+0000", COMMA_MS), exit_code=None, masked="watchdog",
    ),
    Looked(
        "unifi", "mongod-address-taken", "PortConflict",
        "the bundled mongod cannot listen on its port of loopback",
        f"{GH}linuxserver-archive/docker-unifi-controller/issues/166",
        """
[s6-init] making user provided files available at /var/run/s6/etc...exited 0.
[custom-init] No custom files found, skipping...
[ls.io-init] done.
«» I CONTROL  [initandlisten] MongoDB starting : pid=303 port=27117 dbpath=/usr/lib/unifi/data/db 64-bit host=unifi-0
«» I CONTROL  [initandlisten] db version v3.6.8
«» I CONTROL  [initandlisten] allocator: tcmalloc
«» I CONTROL  [initandlisten] options: { net: { bindIp: "127.0.0.1", port: 27117, unixDomainSocket: { pathPrefix: "/usr/lib/unifi/run" } }, processManagement: { pidFilePath: "/usr/lib/unifi/run/mongod.pid" }, storage: { dbPath: "/usr/lib/unifi/data/db" } }
«» E STORAGE  [initandlisten] Failed to set up listener: SocketException: Address already in use
«» I CONTROL  [initandlisten] now exiting
«» I CONTROL  [initandlisten] shutting down with code:48
""",
        clock="%Y-%m-%dT%H:%M:%S.%L+0000", exit_code=48,
        pod=pod("unifi", "linuxserver/unifi-controller:7.2", hostNetwork=True, ports=[{"containerPort": 8443}]),
    ),
]  # fmt: skip

PHP_AND_FORGES = [
    Looked(
        "nextcloud", "data-newer-than-the-image", "MigrationFailed",
        "it was updated in the browser, then the pod restarted with the older image",
        f"{GH}nextcloud/docker/issues/471, {GH}nextcloud/server/issues/24174",
        """
Configuring Redis as session handler
Conf remoteip disabled
To enable, run: "a2enconf remoteip"
Can't start Nextcloud because the version of the data (27.0.2.1) is higher than the docker image version (27.0.1.2) and downgrading is not supported. Are you sure you have pulled the newest image version?
""",
    ),
    Looked(
        "nextcloud", "php-extension-lacks-its-library", "LibraryMissing",
        "a home-made image lost a shared library; its warning even spoils the version check",
        f"{GH}nextcloud/docker/issues/2015",
        """
Can't start Nextcloud because the version of the data (0.0.0.0) is higher than the docker image version (
Warning: PHP Startup: Unable to load dynamic library 'imap.so' (tried: /usr/local/lib/php/extensions/no-debug-non-zts-20220829/imap.so (libc-client.so.2007e: cannot open shared object file: No such file or directory), /usr/local/lib/php/extensions/no-debug-non-zts-20220829/imap.so.so (/usr/local/lib/php/extensions/no-debug-non-zts-20220829/imap.so.so: cannot open shared object file: No such file or directory)) in Unknown on line 0
27.0.2.1) and downgrading is not supported. Are you sure you have pulled the newest image version?
""",
    ),
    Looked(
        "gitea", "database-of-a-newer-release", "MigrationFailed",
        "the image was rolled back after the database had been migrated",
        indexed(1649198283, 56167264272),
        """
Generating /data/ssh/ssh_host_ed25519_key...
Server listening on :: port 22.
«» cmd/web.go:242:runWeb() [I] Starting Gitea on PID: 17
«» cmd/web.go:112:showWebStartupMessage() [I] Gitea version: 1.22.6 built with GNU Make 4.4.1, go1.22.10 : bindata, timetzdata, sqlite, sqlite_unlock_notify
«» cmd/web.go:113:showWebStartupMessage() [I] * RunMode: prod
«» routers/common/db.go:23:InitDBEngine() [I] Beginning ORM engine initialization.
«» routers/common/db.go:30:InitDBEngine() [I] ORM engine initialization attempt #1/10...
«» cmd/web.go:192:serveInstalled() [I] PING DATABASE postgres
«» models/migrations/migrations.go:430:Migrate() [F] Migration Error: Your database (migration version: 331) is for a newer Gitea, you can not use the newer database for this old Gitea release (299).
Gitea will exit to keep your database safe and unchanged. Please use the correct Gitea release, do not change the migration version manually (incorrect manual operation may lose data).
""",
        clock="%Y/%m/%d %H:%M:%S",
    ),
    Looked(
        "harbor-core", "schema-dirty", "MigrationFailed",
        "a migration was interrupted; golang-migrate wants a hand",
        indexed(8365314514, 116022919) + " (golang-migrate's words; the lines around from memory of Harbor)",
        """
«» [INFO] [/controller/artifact/annotation/parser.go:84]: the annotation parser to parser artifact annotation version v1alpha1 registered
«» [INFO] [/core/main.go:162]: Config path: /etc/core/app.conf
«» [INFO] [/core/main.go:167]: initializing configurations...
«» [INFO] [/common/dao/base.go:67]: Registering database: type-PostgreSQL host-harbor-database port-5432 database-registry sslmode-"disable"
«» [INFO] [/common/dao/base.go:72]: Register database completed
«» [INFO] [/migration/migration.go:88]: The current schema version is 110
«» [ERROR] [/migration/migration.go:93]: failed to migrate database: Dirty database version 110. Fix and force version.
«» [FATAL] [/core/main.go:198]: failed to migrate the database, error: Dirty database version 110. Fix and force version.
""",
        clock=ISO_S,
    ),
    Looked(
        "jenkins", "home-not-writable", "PermissionDenied",
        "the volume of jenkins_home belongs to root",
        f"{GH}jenkinsci/docker/issues/493, {GH}vfarcic/k8s-specs/issues/13",
        """
touch: cannot touch '/var/jenkins_home/copy_reference_file.log': Permission denied
Can not write to /var/jenkins_home/copy_reference_file.log. Wrong volume permissions?
""",
        pod=pod("jenkins", "jenkins/jenkins:2.440-jdk17",
                volumeMounts=[{"name": "home", "mountPath": "/var/jenkins_home"}],
                volumes=[{"name": "home", "persistentVolumeClaim": {"claimName": "jenkins-home"}}]),
    ),
    Looked(
        "minio", "data-of-the-old-backend", "ConfigurationInvalid",
        "the drive was written by a release whose format this one cannot read",
        indexed(10902334795, 26536127186),
        """
ERROR Unable to use the drive /data: Drive /data: found backend type fs, expected xl or xl-single - to migrate to a supported backend visit https://min.io/docs/minio/linux/operations/install-deploy-manage/migrate-fs-gateway.html: Invalid arguments specified
""",
    ),
    Looked(
        "minio", "cpu-too-old", "ArchitectureMismatch",
        "the image of this release needs x86-64-v2",
        indexed(55407607897, 18754056625),
        "Fatal glibc error: CPU does not support x86-64-v2\n",
        exit_code=127,
    ),
]  # fmt: skip

SPRING_BANNER = """
  .   ____          _            __ _ _
 /\\\\ / ___'_ __ _ _(_)_ __  __ _ \\ \\ \\ \\
( ( )\\___ | '_ | '_| | '_ \\/ _` | \\ \\ \\ \\
 \\\\/  ___)| |_)| | | | | || (_| |  ) ) ) )
  '  |____| .__|_| |_|_| |_\\__, | / / / /
 =========|_|==============|___/=/_/_/_/
 :: Spring Boot ::       (v2.3.12.RELEASE)

«»  INFO 1 --- [           main] c.c.c.ConfigServicePropertySourceLocator : Fetching config from server at : http://config-server.shop.svc:8888
«»  INFO 1 --- [           main] c.c.c.ConfigServicePropertySourceLocator : Connect Timeout Exception on Url - http://config-server.shop.svc:8888. Will be trying the next url if available
"""
SPRING_PROBE = {"httpGet": {"path": "/actuator/health", "port": 9001}, "initialDelaySeconds": 30,
                "periodSeconds": 10, "failureThreshold": 3}  # fmt: skip

FALLBACKS = [
    Looked(
        "spring-cloud-config-client", "default-port-without-the-config-server", "SilentFallback",
        "the config server is down, so the service comes up on the default port 8080 where no probe asks",
        indexed(16192977987, 31906474575, 19353948446),
        SPRING_BANNER + """«»  WARN 1 --- [           main] c.c.c.ConfigServicePropertySourceLocator : Could not locate PropertySource: I/O error on GET request for "http://config-server.shop.svc:8888/billing/default": Connection refused (Connection refused); nested exception is java.net.ConnectException: Connection refused (Connection refused)
«»  INFO 1 --- [           main] n.e.billing.BillingApplication           : No active profile set, falling back to default profiles: default
«+2»  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat initialized with port(s): 8080 (http)
«»  INFO 1 --- [           main] o.apache.catalina.core.StandardService   : Starting service [Tomcat]
«+1»  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port(s): 8080 (http) with context path ''
«»  INFO 1 --- [           main] n.e.billing.BillingApplication           : Started BillingApplication in 8.114 seconds (JVM running for 8.9)
«+52»  INFO 1 --- [extShutdownHook] o.s.s.concurrent.ThreadPoolTaskExecutor  : Shutting down ExecutorService 'applicationTaskExecutor'
""",
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=143,
        pod=pod("billing", "registry.example.net/shop/billing:4.2.0", ports=[{"containerPort": 9001}],
                livenessProbe=SPRING_PROBE, readinessProbe=SPRING_PROBE),
    ),
    Looked(
        "spring-cloud-config-client", "defaults-that-do", "Unknown",
        "the config server cannot be asked, the packaged defaults are right, the service serves",
        indexed(31512913981, 16192977987),
        SPRING_BANNER + """«»  WARN 1 --- [           main] c.c.c.ConfigServicePropertySourceLocator : Could not locate PropertySource: I/O error on GET request for "http://config-server.shop.svc:8888/stock/prod": Connection refused; nested exception is java.net.ConnectException: Connection refused
«»  INFO 1 --- [           main] net.example.stock.StockApplication       : The following profiles are active: prod
«»  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port(s): 8080 (http) with context path ''
«»  INFO 1 --- [           main] net.example.stock.StockApplication       : Started StockApplication in 6.002 seconds (JVM running for 6.6)
""" + repeated(6, "«+30»  INFO 1 --- [nio-8080-exec-#] n.e.stock.web.StockController            : 12# articles in store 4\n"),
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=None,
        pod=pod("stock", "registry.example.net/shop/stock:4.2.0", ports=[{"containerPort": 8080}]),
    ),
    Looked(
        "websoft9-port-sync", "apphub-not-up-yet", "SilentFallback",
        "the port is asked from the apphub before it is up; the default is written, and nobody reaches the console",
        f"{GH}Websoft9/websoft9/issues/457, {GH}Websoft9/websoft9/issues/618, "
        + indexed(40100123872, 39774228294, 2752024350) + " (the story and the commands; the script itself prints less)",
        """
sync cockpit port from config.ini
Error response from daemon: container 4c1f7c9d0a2b is not running
«» WARNING Failed to get port number from websoft9-apphub. falling back to default port number 9000.
«» INFO writing ListenStream=9000 to /lib/systemd/system/cockpit.socket
Set cockpit service to Firewalld...
«» INFO console listens on 0.0.0.0:9000
«+60» ERROR health check of http://127.0.0.1:9090/ failed: connect: connection refused
«» ERROR console is not reachable on its configured port 9090, exiting
""",
        clock=COMMA_MS,
    ),
    Looked(
        "appwrite-install", "default-ports-are-fine", "Unknown",
        "the upgrade finds no Traefik to read ports from and takes the usual ones, which are right",
        indexed(38235266670),
        """
Starting Appwrite installation...
Previous installation found. Upgrading Appwrite...
Traefik not found. Falling back to default ports.
Running "docker compose -f /usr/src/code/appwrite/docker-compose.yml up -d --remove-orphans --renew-anon-volumes"
Appwrite installed successfully
""",
        exit_code=0,
    ),
]  # fmt: skip

CASES = [*DOTNET, *ELIXIR_AND_RUBY, *PYTHON, *HOME, *PHP_AND_FORGES, *FALLBACKS]
