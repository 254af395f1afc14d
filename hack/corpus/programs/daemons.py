"""Daemons of Debian 12 for mail, names, files, time, metrics, voice and storage, each in the foreground as in a container.

Settings are of the daemons' own manual pages; what they print was found by running them. Packages that exclude each
other (mail and FTP servers) are unpacked beside the system instead of installed.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .web import Scenario, certificate, hold_port, put, record_all, stale, volumes

DEBS = Path.home() / ".cache/crashloop-doctor/corpus/debs"
UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"
PACKAGES = {
    "syslog-ng": "syslog-ng-core", "proftpd": "proftpd-core", "knotd": "knot", "pdns_server": "pdns-server", "pdns_recursor": "pdns-recursor",
    "kresd": "knot-resolver", "dnsdist": "dnsdist", "nghttpx": "nghttp2-proxy", "krb5kdc": "krb5-kdc", "icecast2": "icecast2",
    "zabbix_server": "zabbix-server-pgsql", "zabbix_agentd": "zabbix-agent", "collectd": "collectd-core", "bird": "bird2",
    "keepalived": "keepalived", "snmpd": "snmpd", "smbd": "samba", "nfs-ganesha": "nfs-ganesha", "cupsd": "cups-daemon",
    "avahi-daemon": "avahi-daemon", "openvpn": "openvpn", "inspircd": "inspircd", "ngircd": "ngircd", "rspamd": "rspamd", "clamd": "clamav-daemon",
    "gearmand": "gearman-job-server", "pgpool": "pgpool2", "kamailio": "kamailio", "tarantool": "tarantool", "tini": "tini", "dumb-init": "dumb-init", "gosu": "gosu", "envsubst": "gettext-base", "busybox": "busybox-static", "dash": "dash", "psql": "postgresql-client-15", "clickhouse-server": "clickhouse-server",
    "kea-dhcp4": "kea-dhcp4-server", "rsync": "rsync", "dropbear": "dropbear-bin", "mpd": "mpd", "searchd": "sphinxsearch",
}  # fmt: skip
UNPACKED = {"pure-ftpd": "pure-ftpd", "exim4": "exim4-daemon-light"}

COMMANDS = {
    "syslog-ng": "syslog-ng -F --no-caps -f /config/syslog-ng.conf -R /data/syslog-ng.persist -p /run/syslog-ng.pid -c /run/syslog-ng.ctl",
    "proftpd": "proftpd -n -c /config/proftpd.conf",
    "knotd": "knotd -c /config/knot.conf",
    "pdns_server": "pdns_server --config-dir=/config --daemon=no --guardian=no --disable-syslog --write-pid=no",
    "pdns_recursor": "pdns_recursor --config-dir=/config --daemon=no --disable-syslog --write-pid=no",
    "kresd": "kresd -n -c /config/kresd.conf /data",
    "dnsdist": "dnsdist --supervised -C /config/dnsdist.conf",
    "nghttpx": "nghttpx --conf=/config/nghttpx.conf",
    "krb5kdc": "krb5kdc -n",
    "icecast2": "icecast2 -c /config/icecast.xml",
    "zabbix_server": "zabbix_server -f -c /config/zabbix_server.conf",
    "zabbix_agentd": "zabbix_agentd -f -c /config/zabbix_agentd.conf",
    "collectd": "collectd -f -C /config/collectd.conf",
    "bird": "bird -f -c /config/bird.conf -s /run/bird.ctl",
    "keepalived": "keepalived -n -l -f /config/keepalived.conf",
    "snmpd": "snmpd -f -Lo -C -c /config/snmpd.conf udp:1161",
    "smbd": "smbd -F --debug-stdout --no-process-group -s /config/smb.conf",
    "nfs-ganesha": "ganesha.nfsd -F -L STDOUT -f /config/ganesha.conf -p /run/ganesha.pid",
    "cupsd": "cupsd -f -c /config/cupsd.conf -s /config/cups-files.conf",
    "avahi-daemon": "avahi-daemon -f /config/avahi-daemon.conf --no-drop-root --no-chroot",
    "openvpn": "openvpn --config /config/server.conf",
    "inspircd": "inspircd --nofork --runasroot --config=/config/inspircd.conf",
    "ngircd": "ngircd -n -f /config/ngircd.conf",
    "rspamd": "rspamd -f -i -c /config/rspamd.conf",
    "clamd": "clamd -F -c /config/clamd.conf",
    "gearmand": "gearmand --log-file=stderr --verbose=INFO --listen=0.0.0.0",
    "pgpool": "pgpool -n -f /config/pgpool.conf -F /config/pcp.conf",
    "kamailio": "kamailio -DD -E -f /config/kamailio.cfg",
    "tarantool": "tarantool /config/init.lua",
    "clickhouse-server": "clickhouse-server --config-file=/config/config.xml",
    "kea-dhcp4": "kea-dhcp4 -c /config/kea-dhcp4.conf",
    "rsync": "rsync --daemon --no-detach --log-file=/dev/stdout --config=/config/rsyncd.conf",
    "dropbear": "dropbear -F -E -R -p 0.0.0.0:2222 -P /run/dropbear.pid",
    "mpd": "mpd --no-daemon --stderr /config/mpd.conf",
    "searchd": "searchd --nodetach --config /config/sphinx.conf",
    "pure-ftpd": "/srv/deb/usr/sbin/pure-ftpd -S 2121 -c 20 -l puredb:/data/users.pdb -E -j",
    "exim4": "/srv/deb/usr/sbin/exim4 -C /config/exim4.conf -bdf -v -oX 2525",
}  # fmt: skip

DISK = "mkdir -p {path}; mount -t tmpfs -o size={size} tmpfs {path}\n"
FULL = DISK + "dd if=/dev/zero of={path}/old.bin bs=4k 2>/dev/null || true\n"
DEB = "mkdir -p /srv/deb; mount --bind {debs}/{name} /srv/deb\n"
POSTGRES = """
install -d -o postgres -m 700 /data/pg; install -d -o postgres /run/postgresql
runuser -u postgres -- /usr/lib/postgresql/15/bin/initdb -D /data/pg --no-sync --auth-local=trust --auth-host=scram-sha-256 >/dev/null
runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -w -l /data/pg/log start
psql -q -U postgres -c "create role app login password 'correct'" -c 'create database app owner app' >/dev/null
"""


def syslog_ng(rest: str = "", version: str = "3.38") -> str:
    return put("/config/syslog-ng.conf", f"""
@version: {version}
options {{ chain-hostnames(no); use-dns(no); stats-freq(0); }};
source s_net {{ network(port(5514) transport("tcp")); internal(); }};
destination d_file {{ file("/data/messages" create-dirs(yes)); }};
log {{ source(s_net); destination(d_file); }};
{rest}
""")  # fmt: skip


def proftpd(rest: str = "", port: int = 2121, score: str = "/run/proftpd/score") -> str:
    return "mkdir -p /run/proftpd; chmod 755 /run/proftpd\n" + put("/config/proftpd.conf", f"""
ServerName "files"
ServerType standalone
DefaultAddress 127.0.0.1
Port {port}
UseIPv6 off
User nobody
Group nogroup
PidFile /run/proftpd.pid
ScoreboardFile {score}
DelayTable none
WtmpLog off
{rest}
""")  # fmt: skip


def knotd(rest: str = "", user: str = "") -> str:
    return put("/config/knot.conf", f"""
server:
    rundir: "/run/knot"
    listen: 0.0.0.0@5353
{user}
log:
  - target: stdout
    any: info
database:
    storage: "/data/knot"
{rest}
""") + "mkdir -p /run/knot /data/knot\n"  # fmt: skip


def pdns(rest: str = "") -> str:
    return (
        "sqlite3 /data/pdns.sqlite3 </usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql 2>/dev/null"
        " || sqlite3 /data/pdns.sqlite3 </usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql\n"
        + put(
            "/config/pdns.conf",
            f"launch=gsqlite3\ngsqlite3-database=/data/pdns.sqlite3\nlocal-port=5353\nsocket-dir=/run/pdns\nloglevel=5\n{rest}",
        )
        + "mkdir -p /run/pdns; chmod 777 /run/pdns /data\n"
    )


def recursor(rest: str = "") -> str:
    return (
        put(
            "/config/recursor.conf",
            f"local-address=0.0.0.0\nlocal-port=5353\nsocket-dir=/run/recursor\nthreads=1\n{rest}",
        )
        + "mkdir -p /run/recursor; chmod 777 /run/recursor\n"
    )


def icecast(rest: str = "", port: int = 8000, log: str = "/data/log") -> str:
    return put("/config/icecast.xml", f"""
<icecast>
  <location>Studio</location><admin>ops@example.com</admin>
  <limits><clients>100</clients><sources>2</sources><queue-size>524288</queue-size><client-timeout>30</client-timeout><header-timeout>15</header-timeout><source-timeout>10</source-timeout></limits>
  <authentication><source-password>s</source-password><relay-password>r</relay-password><admin-user>admin</admin-user><admin-password>a</admin-password></authentication>
  <hostname>radio.example.com</hostname>
  <listen-socket><port>{port}</port></listen-socket>
  <fileserve>1</fileserve>
  <paths><basedir>/usr/share/icecast2</basedir><logdir>{log}</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
  <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>3</loglevel></logging>
  <security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security>
  {rest}
</icecast>
""") + "mkdir -p /data/log; chmod 777 /data/log\n"  # fmt: skip


def zabbix(rest: str = "", host: str = "127.0.0.1", password: str = "correct") -> str:
    return put(
        "/config/zabbix_server.conf",
        f"LogType=console\nDBHost={host}\nDBName=app\nDBUser=app\nDBPassword={password}\nListenPort=10051\nSocketDir=/run\nPidFile=/run/zabbix_server.pid\nAllowRoot=1\n{rest}",
    )


def agent(rest: str = "Server=127.0.0.1\nHostname=node-1") -> str:
    return put(
        "/config/zabbix_agentd.conf",
        f"LogType=console\nPidFile=/run/zabbix_agentd.pid\nListenPort=10050\nAllowRoot=1\nStartAgents=2\n{rest}",
    )


def collectd(rest: str = "") -> str:
    return put("/config/collectd.conf", f"""
Hostname "node-1"
FQDNLookup false
BaseDir "/data/collectd"
PIDFile "/run/collectd.pid"
Interval 2
LoadPlugin logfile
<Plugin logfile>
  LogLevel info
  File STDOUT
  Timestamp true
</Plugin>
LoadPlugin load
LoadPlugin memory
{rest}
""") + "mkdir -p /data/collectd\n"  # fmt: skip


def bird(rest: str = "") -> str:
    return put("/config/bird.conf", f"""
log stderr all;
router id 10.0.0.7;
protocol device {{ scan time 10; }}
protocol kernel {{ ipv4 {{ export all; }}; }}
protocol bgp upstream {{
  local as 64512; neighbor 10.0.0.1 as 64511; multihop;
  ipv4 {{ import all; export none; }};
}}
{rest}
""")  # fmt: skip


def keepalived(rest: str = "", interface: str = "lo") -> str:
    return put("/config/keepalived.conf", f"""
global_defs {{
  router_id node-1
  enable_script_security
  script_user root
}}
vrrp_instance vip {{
  state BACKUP
  interface {interface}
  virtual_router_id 51
  priority 100
  advert_int 1
  unicast_peer {{
    10.0.0.9
  }}
  virtual_ipaddress {{
    10.9.0.40/24
  }}
}}
{rest}
""")  # fmt: skip


def smb(rest: str = "", share: str = "/data/share") -> str:
    return put("/config/smb.conf", f"""
[global]
  workgroup = SHOP
  server role = standalone server
  log file = /dev/stdout
  log level = 1
  smb ports = 4450
  disable netbios = yes
  private dir = /data/private
  lock directory = /data/lock
  state directory = /data/state
  cache directory = /data/cache
  pid directory = /run/smb
  ncalrpc dir = /run/smb/ncalrpc
  load printers = no
{rest}
[files]
  path = {share}
  read only = no
""") + "mkdir -p /run/smb /data/share /data/private /data/lock /data/state /data/cache\n"  # fmt: skip


def ganesha(export: str = "Path = /data/share; Pseudo = /share;", top: str = "") -> str:
    return put("/config/ganesha.conf", f"""
NFS_Core_Param {{ Protocols = 4; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; fsid_device = true; {top} }}
NFSV4 {{ RecoveryBackend = fs; Grace_Period = 5; Lease_Lifetime = 5; }}
LOG {{ Default_Log_Level = INFO; }}
EXPORT {{ Export_Id = 1; {export} Access_Type = RW; Squash = No_Root_Squash; SecType = sys; FSAL {{ Name = VFS; }} }}
""") + "mkdir -p /data/share /run/ganesha; mkdir -p /srv/lib; mkdir -p /var/lib/nfs/ganesha; mount -t tmpfs tmpfs /var/lib/nfs/ganesha; (rpcbind -w 2>/dev/null || true)\n"  # fmt: skip


def cups(rest: str = "", listen: str = "Listen 0.0.0.0:8631", files: str = "") -> str:
    return put("/config/cupsd.conf", f"LogLevel info\n{listen}\nBrowsing Off\nDefaultAuthType None\nWebInterface No\n{rest}") + put(
        "/config/cups-files.conf",
        f"AccessLog stderr\nErrorLog stderr\nPageLog stderr\nSystemGroup root\nServerRoot /config\nCacheDir /data/cache\nRequestRoot /data/spool\nStateDir /run/cups\nTempDir /data/spool/tmp\n{files}",
    ) + "mkdir -p /run/cups /data/cache /data/spool/tmp\n"  # fmt: skip


def avahi(rest: str = "") -> str:
    return put("/config/avahi-daemon.conf", f"[server]\nhost-name=node-1\nuse-ipv4=yes\nuse-ipv6=no\nenable-dbus=no\nallow-interfaces=lo\n{rest}\n[publish]\npublish-workstation=no") + "mkdir -p /run/avahi-daemon; mkdir -p /run/dbus\n"  # fmt: skip


def openvpn(rest: str = "", device: str = "dev tun", tls: bool = True) -> str:
    made = (
        certificate("/config/pki", "server", "vpn.example.com")
        + "cp /config/pki/server.crt /config/pki/ca.crt\n"
        if tls
        else ""
    )
    return made + put(
        "/config/server.conf",
        f"mode server\ntls-server\nport 1194\nproto udp\n{device}\nca /config/pki/ca.crt\ncert /config/pki/server.crt\nkey /config/pki/server.key\ndh none\nverb 3\n{rest}",
    )


def inspircd(rest: str = "", port: int = 6667) -> str:
    return put("/config/inspircd.conf", f"""
<server name="irc.example.com" description="chat" id="01A" network="Shop">
<admin name="ops" nick="ops" email="ops@example.com">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="main" allow="*" timeout="60" pingfreq="120">
<files motd="/config/motd">
<path configdir="/config" datadir="/data" logdir="/data/log" runtimedir="/run" moduledir="/usr/lib/inspircd">
<pid file="/run/inspircd.pid">
{rest}
""") + "echo hello >/config/motd; mkdir -p /data/log\n"  # fmt: skip


def ngircd(rest: str = "", options: str = "") -> str:
    return put("/config/ngircd.conf", f"""
[Global]
  Name = irc.example.com
  Info = chat
  Listen = 127.0.0.1
  Ports = 6667
  ServerUID = nobody
  ServerGID = nogroup
  AdminInfo1 = ops
  AdminEMail = ops@example.com
  AdminInfo2 = here
  MotdPhrase = hello
[Options]
  PAM = no
  Ident = no
  DNS = no
  SyslogFacility = local1
{options}
{rest}
""")  # fmt: skip


def rspamd(rest: str = "") -> str:
    return (
        "mkdir -p /srv/rspamd; cp -a /etc/rspamd/. /srv/rspamd/; mkdir -p /srv/rspamd/local.d /data/rspamd /run/rspamd; mount --bind /srv/rspamd /etc/rspamd\n"
        + put(
            "/config/rspamd.conf",
            f'options {{ pidfile = "/run/rspamd/rspamd.pid"; tempdir = "/tmp"; filters = ""; dns {{ nameserver = ["10.0.0.10"]; }} }}\nlogging {{ type = "console"; level = "info"; color = false; }}\nworker "normal" {{ bind_socket = "127.0.0.1:11333"; count = 1; }}\nmetric {{ name = "default"; actions {{ reject = 15; }} }}\n{rest}',
        )
    )


def clam(rest: str = "", signatures: bool = True) -> str:
    made = (
        "mkdir -p /data/db; printf 'Test.Sig:0:*:6465616462656566646561646265\\n' >/data/db/test.ndb\n"
        if signatures
        else "mkdir -p /data/db\n"
    )
    return made + put(
        "/config/clamd.conf",
        f"LogTime yes\nDatabaseDirectory /data/db\nTCPSocket 3310\nTCPAddr 0.0.0.0\nForeground yes\nTemporaryDirectory /tmp\n{rest}",
    )


def pgpool(rest: str = "", host: str = "127.0.0.1") -> str:
    return put("/config/pgpool.conf", f"""
listen_addresses = '*'
port = 9999
socket_dir = '/run/pgpool'
pcp_socket_dir = '/run/pgpool'
pid_file_name = '/run/pgpool/pgpool.pid'
logdir = '/tmp'
work_dir = '/run/pgpool'
backend_hostname0 = '{host}'
backend_port0 = 5432
backend_weight0 = 1
num_init_children = 4
backend_clustering_mode = 'raw'
sr_check_user = 'app'
sr_check_password = 'correct'
health_check_period = 0
enable_pool_hba = off
{rest}
""") + "mkdir -p /run/pgpool; touch /config/pcp.conf\n"  # fmt: skip


def kamailio(rest: str = "", listen: str = "udp:127.0.0.1:5060") -> str:
    return put("/config/kamailio.cfg", f"""
debug=2
log_stderror=yes
children=1
disable_tcp=yes
listen={listen}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
{rest}
request_route {{
  sl_send_reply("404", "Not here");
}}
""")  # fmt: skip


def tarantool(rest: str = "", listen: str = "0.0.0.0:3301") -> str:
    return put("/config/init.lua", f"""
local log = require('log')
box.cfg {{ listen = '{listen}', memtx_dir = '/data', wal_dir = '/data', vinyl_dir = '/data', memtx_memory = 64 * 1024 * 1024 }}
box.once('schema', function() box.schema.space.create('orders') end)
{rest}
log.info('orders: %d', box.space.orders:len())
""")  # fmt: skip


def clickhouse(rest: str = "", port: int = 9000) -> str:
    return put("/config/config.xml", f"""
<?xml version="1.0"?>
<yandex>
  <logger><level>information</level><console>1</console></logger>
  <http_port>8123</http_port>
  <tcp_port>{port}</tcp_port>
  <listen_host>127.0.0.1</listen_host>
  <path>/data/ch/</path>
  <tmp_path>/data/ch/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>5368709120</mark_cache_size>
  {rest}
</yandex>
""") + "cp /etc/clickhouse-server/users.xml /config/; mkdir -p /data/ch\n"  # fmt: skip


def kea(rest: str = "", interface: str = "lo") -> str:
    return put("/config/kea-dhcp4.conf", f"""
{{ "Dhcp4": {{
  "interfaces-config": {{ "interfaces": [ "{interface}" ], "dhcp-socket-type": "udp" }},
  "lease-database": {{ "type": "memfile", "persist": true, "name": "/data/kea/leases.csv" }},
  {rest}
  "subnet4": [ {{ "subnet": "10.9.0.0/24", "pools": [ {{ "pool": "10.9.0.50 - 10.9.0.90" }} ] }} ],
  "loggers": [ {{ "name": "kea-dhcp4", "severity": "INFO", "output_options": [ {{ "output": "stdout" }} ] }} ]
}} }}
""") + "mkdir -p /data/kea /run/kea; mkdir -p /run/lock\n"  # fmt: skip


def rsyncd(rest: str = "", path: str = "/data/mirror") -> str:
    return put("/config/rsyncd.conf", f"""
port = 8730
address = 0.0.0.0
use chroot = no
uid = root
gid = root
pid file = /run/rsyncd.pid
lock file = /run/rsyncd.lock
[mirror]
  path = {path}
  read only = yes
{rest}
""") + "mkdir -p /data/mirror; echo x >/data/mirror/a\n"  # fmt: skip


def mpd(rest: str = "", bind: str = 'bind_to_address "0.0.0.0"') -> str:
    return put("/config/mpd.conf", f"""
music_directory "/data/music"
playlist_directory "/data/playlists"
db_file "/data/mpd/database"
state_file "/data/mpd/state"
{bind}
port "6600"
log_level "notice"
audio_output {{
  type "null"
  name "none"
}}
{rest}
""") + "mkdir -p /data/music /data/playlists /data/mpd\n"  # fmt: skip


def sphinx(rest: str = "", path: str = "/data/index", listen: str = "0.0.0.0:9312") -> str:
    return put("/config/sphinx.conf", f"""
index rt
{{
  type = rt
  path = {path}/rt
  rt_field = title
  rt_attr_uint = gid
}}
searchd
{{
  listen = {listen}
  log = /dev/stdout
  pid_file = /run/searchd.pid
  binlog_path = /data/binlog
{rest}
}}
""") + "mkdir -p /data/index /data/binlog\n"  # fmt: skip


def pureftpd(users: bool = True) -> str:
    return DEB.format(debs=DEBS, name="pure-ftpd") + ("touch /data/users.pdb\n" if users else "")


def exim(rest: str = "", spool: str = "/data/spool") -> str:
    return DEB.format(debs=DEBS, name="exim4-daemon-light") + put("/config/exim4.conf", f"""
primary_hostname = mail.example.com
domainlist local_domains = example.com
spool_directory = {spool}
log_file_path = :syslog
log_selector = +all
exim_user = mail
exim_group = mail
daemon_smtp_ports = 2525
local_interfaces = 127.0.0.1
{rest}
acl_smtp_rcpt = accept
begin acl
begin routers
local:
  driver = accept
  transport = file
begin transports
file:
  driver = appendfile
  file = /data/mail/$local_part
""") + f"mkdir -p {spool}; chown mail:mail {spool}; chmod 644 /config/exim4.conf\n"  # fmt: skip


KERBEROS = put("/config/krb5.conf", """
[libdefaults]
  default_realm = EXAMPLE.COM
[realms]
  EXAMPLE.COM = { kdc = kdc.example.com }
[logging]
  kdc = STDERR
""") + put("/config/kdc.conf", """
[kdcdefaults]
  kdc_listen = 8888
  kdc_tcp_listen = 8888
[realms]
  EXAMPLE.COM = {
    database_name = /data/krb5/principal
    key_stash_file = /data/krb5/stash
    max_life = 10h
  }
""") + "mkdir -p /data/krb5\n"  # fmt: skip
KERBEROS_ENV = {"KRB5_CONFIG": "/config/krb5.conf", "KRB5_KDC_PROFILE": "/config/kdc.conf"}
KDC = (
    "KRB5_CONFIG=/config/krb5.conf KRB5_KDC_PROFILE=/config/kdc.conf kdb5_util create -s -P master"
    " >/dev/null 2>&1\n"
)


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []

    def add(
        program: str, name: str, cause: str, situation: str, prepare: str, expect: str, **more: Any
    ) -> None:
        run = {
            key: more.pop(key)
            for key in (
                "meanwhile",
                "stop_signal",
                "user",
                "open_files",
                "seconds",
                "memory_bytes",
                "environment",
            )
            if key in more
        }
        given = more.pop("command", "") or COMMANDS[program]
        if more.get("running"):
            run = {"stop_signal": "SIGKILL"} | run
        table.append(
            Scenario(
                program, name, cause, situation,
                Run(given if isinstance(given, list) else given.split(), prepare=prepare, **({"seconds": 4} | run)), expect, **more,
            )
        )  # fmt: skip

    def image(program: str, **spec: Any) -> dict[str, Any]:
        return pod(program, f"registry.example.com/infra/{program}:12", **spec)

    s = "syslog-ng"
    add(
        s,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        syslog_ng('destination d_x { file("/data/x" flush-line(1)); };'),
        "Error parsing within destination, syntax error, unexpected LL_IDENTIFI",
    )
    add(
        s,
        "source-undefined",
        "ConfigurationInvalid",
        "a log path names a source that is not defined",
        syslog_ng("log { source(s_tcp); destination(d_file); };"),
        "Error resolving reference; content='source', name='s_tcp', location='/",
    )
    add(
        s,
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS key's file is not mounted",
        syslog_ng(
            'source s_tls { network(port(6514) transport("tls") tls(key-file("/config/tls/tls.key") cert-file("/config/tls/tls.crt"))); };\nlog { source(s_tls); destination(d_file); };'
        ),
        'Error parsing within source, File "/config/tls/tls.key" not found: No',
        pod=image(s, **volumes(config="config:/config")),
    )
    add(
        s,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        syslog_ng() + hold_port(5514),
        "Error initializing message pipeline; plugin_name='network'",
    )
    add(
        s,
        "persist-read-only",
        "PermissionDenied",
        "another user owns the folder of the persist file",
        syslog_ng() + "chmod 755 /data",
        "Error creating persistent state file; filename='/data/syslog-ng.persis",
        user=1000,
    )
    add(
        s,
        "healthy-noise",
        "Unknown",
        "a file destination that it may not write, and it goes on",
        syslog_ng(
            'destination d_no { file("/nope/sub/messages"); };\nlog { source(s_net); destination(d_no); };',
            "3.30",
        ),
        "",
        running=True,
        meanwhile='sleep 1; for i in $(seq 5); do echo "<13>$i job failed: fatal error, connection refused" >/dev/tcp/127.0.0.1/5514; done',
    )

    p = "proftpd"
    add(
        p,
        "unknown-directive",
        "ConfigurationInvalid",
        "a directive of a module that is not loaded",
        proftpd("SFTPEngine on"),
        "fatal: unknown configuration directive 'SFTPEngine' on line",
    )
    add(
        p,
        "user-unknown",
        "ConfigurationInvalid",
        "User names nobody that is in the image",
        proftpd("User ftpuser"),
        "fatal: User: Unknown user 'ftpuser' on line",
    )
    add(
        p,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        proftpd() + hold_port(2121),
        "localhost: Unable to start proftpd; check logs for more details",
    )
    add(
        p,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "fatal: unable to read configuration file '/config/proftpd.conf': No su",
    )
    add(
        p,
        "port-below-1024",
        "PermissionDenied",
        "port 21 without root",
        UNPRIVILEGED + proftpd(port=21) + "chown 65534 /run/proftpd",
        "localhost: Unable to start proftpd; check logs for more details",
        user=65534,
    )
    add(
        p,
        "scoreboard-not-permitted",
        "PermissionDenied",
        "the scoreboard is in a folder that everybody may write: refused",
        proftpd(score="/run/proftpd.score"),
        "fatal: ScoreboardFile: unable to use '/run/proftpd.score': Operation n",
    )
    add(
        p,
        "healthy",
        "Unknown",
        "a client that fails to log in",
        proftpd(),
        "",
        running=True,
        meanwhile="sleep 1; exec 3<>/dev/tcp/127.0.0.1/2121; printf 'USER root\\r\\nPASS x\\r\\nQUIT\\r\\n' >&3; cat <&3",
    )

    k = "knotd"
    add(
        k,
        "unknown-key",
        "ConfigurationInvalid",
        "a key with a typo",
        knotd("zone:\n  - domain: example.com\n    dnssec-singing: on"),
        "critical: failed to load configuration file '/config/knot.conf' (inval",
    )
    add(
        k,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "critical: failed to load configuration file '/config/knot.conf' (not e",
    )
    add(
        k,
        "zone-file-missing",
        "Unknown",
        "a zone's file is not there: knot says so and serves the others",
        knotd("zone:\n  - domain: example.com\n    file: /config/example.com.zone"),
        "",
        running=True,
    )
    add(
        k,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        knotd() + hold_port(5353, kind="DGRAM"),
        "critical: failed to configure server",
        pod=image(k, hostNetwork=True),
    )
    add(
        k,
        "not-writable",
        "PermissionDenied",
        "the volume is another user's",
        knotd() + "chmod 700 /data/knot /run/knot",
        "critical: failed to create a PID file '/run/knot/knot.pid' (operation",
        user=1000,
    )
    add(
        k,
        "user-unknown",
        "ConfigurationInvalid",
        "the user of the settings is not in the image",
        knotd(user="    user: nsdns:nsdns"),
        "critical: failed to drop privileges",
    )

    d = "pdns_server"
    add(
        d,
        "backend-missing",
        "LibraryMissing",
        "the backend's package is not in the image",
        pdns("launch=gmysql"),
        "DNSBackend unable to load module in gmysql",
    )
    add(
        d,
        "unknown-parameter",
        "ConfigurationInvalid",
        "a setting that this version no longer has",
        pdns("out-of-zone-additional-processing=no"),
        "Fatal error: Trying to set unknown setting 'out-of-zone-additional-pro",
    )
    add(
        d,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        pdns() + hold_port(5353, kind="DGRAM"),
        "Fatal error: Unable to bind to UDP socket",
    )
    add(
        d,
        "api-port-taken-goes-on",
        "Unknown",
        "the port of the web server is taken, and it goes on",
        pdns("api=yes\napi-key=k\nwebserver=yes\nwebserver-port=8081") + hold_port(8081),
        "",
        running=True,
    )
    add(
        d,
        "schema-too-old",
        "MigrationFailed",
        "the database has the tables of an older version",
        pdns()
        + "rm /data/pdns.sqlite3; sqlite3 /data/pdns.sqlite3 'create table domains (id integer primary key, name varchar(255) not null, master varchar(128), last_check integer, type varchar(6) not null, notified_serial integer, account varchar(40))'\n",
        "PDNSException while filling the zone cache: Database error trying to r",
    )
    add(
        d,
        "healthy",
        "Unknown",
        "a server without zones that is asked for names",
        pdns(),
        "",
        running=True,
        meanwhile="sleep 1; for i in 1 2 3 4; do python3 -c \"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(bytes.fromhex('00010100000100000000000004') + b'shop' + bytes([8]) + b'internal' + bytes.fromhex('0000010001'), ('127.0.0.1', 5353)); s.settimeout(2); s.recv(512)\"; done",
    )

    r = "pdns_recursor"
    add(
        r,
        "lua-file-missing",
        "ConfigurationMissing",
        "the Lua script is not mounted",
        recursor("lua-config-file=/config/rpz.lua"),
        'msg="Cannot load Lua configuration" error="Cannot open file \'/config/r',
    )
    add(
        r,
        "bad-address",
        "ConfigurationInvalid",
        "an upstream that is no address",
        recursor("forward-zones=internal=dns.internal:53"),
        'msg="Fatal error" error="Unable to convert presentation address \'dns.i',
    )
    add(
        r,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        recursor() + hold_port(5353, kind="DGRAM"),
        'Address already in use" subsystem="config" level="0" prio="Critical" t',
    )
    add(
        r,
        "file-limit-warning",
        "Unknown",
        "a low descriptor limit: a warning, and it serves",
        recursor("max-mthreads=4096"),
        "",
        open_files=512,
        running=True,
    )
    add(
        r,
        "socket-folder-missing",
        "PermissionDenied",
        "the socket's folder belongs to another user",
        recursor() + "chmod 755 /run/recursor; chown 1001 /run/recursor",
        'msg="Problem with socket directory, see https://docs.powerdns.com/recu',
        user=1000,
    )

    q = "kresd"
    add(
        q,
        "lua-syntax",
        "ConfigurationInvalid",
        "the settings have a syntax error",
        put("/config/kresd.conf", "net.listen('127.0.0.1', 5353\ncache.size = 10*MB")
        + "mkdir -p /data",
        "system] error while loading config: /config/kresd.conf:2: ')' expected",
    )
    add(
        q,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        put(
            "/config/kresd.conf",
            "net.listen('127.0.0.1', 5353, { kind = 'dns' })\ncache.size = 10*MB\nuser('root','root')",
        )
        + hold_port(5353, "127.0.0.1", "DGRAM"),
        "ERROR: net.listen() failed to bind (workdir '/data'",
    )
    add(
        q,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "system] config '/config/kresd.conf' (workdir '/data'): No such file or",
    )
    add(
        q,
        "cache-full",
        "DiskFull",
        "the cache does not fit on its volume",
        DISK.format(path="/data", size="2m")
        + put("/config/kresd.conf", "net.listen('127.0.0.1', 5353)\ncache.size = 100*MB"),
        "can't open cache path '.'; working directory '/data'; No space left on",
    )

    n = "dnsdist"
    add(
        n,
        "lua-error",
        "ConfigurationInvalid",
        "a function that does not exist",
        put(
            "/config/dnsdist.conf", 'setLocal("127.0.0.1:5353")\nnewServers({address="10.0.0.10"})'
        ),
        'Fatal Lua error: [string "chunk"]:2: attempt to call global \'newServer',
    )
    add(
        n,
        "bad-server-goes-on",
        "Unknown",
        "a server's name instead of its address: it says so and goes on",
        put("/config/dnsdist.conf", 'setLocal("127.0.0.1:5353")\nnewServer("dns.internal")'),
        "",
        running=True,
    )
    add(
        n,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        put("/config/dnsdist.conf", 'setLocal("127.0.0.1:5353")\nnewServer("10.0.0.10")')
        + hold_port(5353, "127.0.0.1", "DGRAM"),
        "Fatal error: binding socket to",
    )
    add(
        n,
        "healthy-downstream-down",
        "Unknown",
        "its servers are down; dnsdist goes on",
        put(
            "/config/dnsdist.conf",
            'setLocal("127.0.0.1:5353")\nnewServer({address="127.0.0.1:5300", name="a"})\nnewServer({address="127.0.0.1:5301", name="b"})',
        ),
        "",
        running=True,
    )

    h = "nghttpx"
    add(
        h,
        "certificate-missing",
        "ConfigurationMissing",
        "the key is not mounted",
        put(
            "/config/nghttpx.conf",
            "frontend=*,8443\nbackend=127.0.0.1,8080\nprivate-key-file=/config/tls/tls.key\ncertificate-file=/config/tls/tls.crt",
        ),
        "SSL_CTX_use_PrivateKey_file failed",
    )
    add(
        h,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate do not belong together",
        certificate()
        + certificate(name="other")
        + put(
            "/config/nghttpx.conf",
            "frontend=*,8443\nbackend=127.0.0.1,8080\nprivate-key-file=/config/tls/other.key\ncertificate-file=/config/tls/tls.crt",
        ),
        "routines::no private key assigned",
    )
    add(
        h,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        put("/config/nghttpx.conf", "frontend=*,8080;no-tls\nbackend=127.0.0.1,8081\nworker=2"),
        "Failed to load configuration from /config/nghttpx.conf",
    )
    add(
        h,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        put("/config/nghttpx.conf", "frontend=0.0.0.0,8080;no-tls\nbackend=127.0.0.1,8081")
        + hold_port(8080),
        "Listening IPv4 socket failed",
    )
    add(
        h,
        "backend-name-unknown",
        "DependencyNotReady",
        "the backend's service does not exist",
        put(
            "/config/nghttpx.conf",
            "frontend=*,8080;no-tls\nbackend=orders.shop.svc.cluster.local,8081",
        ),
        "Resolving backend address failed",
    )

    c = "krb5kdc"
    add(
        c,
        "database-missing",
        "ConfigurationMissing",
        "the realm's database was never made",
        KERBEROS,
        "krb5kdc: cannot initialize realm EXAMPLE.COM - see log file for detail",
        environment=KERBEROS_ENV,
    )
    add(
        c,
        "stash-missing",
        "ConfigurationMissing",
        "the master key's stash is not mounted",
        KERBEROS + KDC + "rm /data/krb5/stash",
        "krb5kdc: cannot initialize realm EXAMPLE.COM - see log file for detail",
        environment=KERBEROS_ENV,
    )
    add(
        c,
        "profile-syntax",
        "ConfigurationInvalid",
        "a brace is missing in the settings",
        KERBEROS + "echo '[realms' >>/config/krb5.conf\n",
        "",
        environment=KERBEROS_ENV,
    )
    add(
        c,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        KERBEROS + KDC + hold_port(8888),
        "Address already in use - Error setting up network",
        environment=KERBEROS_ENV,
    )
    add(
        c,
        "realm-missing",
        "ConfigurationMissing",
        "no default realm is set",
        KERBEROS + KDC + put("/config/krb5.conf", "[libdefaults]\n  dns_lookup_kdc = false"),
        "krb5kdc: Configuration file does not specify default realm, attempting",
        environment=KERBEROS_ENV,
    )
    add(
        c,
        "healthy",
        "Unknown",
        "a healthy KDC that refuses a ticket",
        KERBEROS + KDC,
        "",
        environment=KERBEROS_ENV,
        running=True,
        meanwhile="sleep 1; python3 -c \"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(b'junk', ('127.0.0.1', 8888))\"",
    )
    add(
        c,
        "database-not-readable",
        "PermissionDenied",
        "the database is root's",
        KERBEROS + KDC + "chmod 600 /data/krb5/*",
        "krb5kdc: cannot initialize realm EXAMPLE.COM - see log file for detail",
        environment=KERBEROS_ENV,
        user=1000,
    )

    i = "icecast2"
    add(
        i,
        "xml-error",
        "ConfigurationInvalid",
        "a tag is not closed",
        icecast("<relay>"),
        "XML config parsing error",
    )
    add(
        i,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "XML config parsing error",
    )
    add(
        i,
        "log-not-writable",
        "PermissionDenied",
        "the log's folder is root's",
        icecast(log="/data/log/x").replace(
            "<accesslog>-</accesslog><errorlog>-</errorlog>",
            "<accesslog>access.log</accesslog><errorlog>error.log</errorlog>",
        )
        + "mkdir -p /data/log/x; chmod 755 /data/log/x",
        "FATAL: Could not start logging",
        user=1000,
    )
    add(
        i,
        "user-unknown",
        "ConfigurationInvalid",
        "the user of changeowner is not in the image",
        icecast().replace("<user>nobody</user>", "<user>icecast</user>"),
        "ERROR: You should not run icecast2 as root",
    )

    z = "zabbix_server"
    add(
        z,
        "database-refused",
        "DependencyNotReady",
        "nothing listens where the database should be",
        zabbix(),
        "connection to database 'app' failed: [0] connection to server at",
        stop_signal="SIGKILL",
    )
    add(
        z,
        "password-wrong",
        "AuthenticationFailed",
        "the password is wrong",
        POSTGRES + zabbix(password="wrong"),
        "connection to database 'app' failed: [0] connection to server at",
        seconds=8,
        stop_signal="SIGKILL",
    )
    add(
        z,
        "schema-missing",
        "MigrationFailed",
        "the schema was never loaded",
        POSTGRES + zabbix(),
        'cannot use database "app": database is not a Zabbix database',
        seconds=8,
    )
    add(
        z,
        "schema-old",
        "MigrationFailed",
        "the database is of another version",
        POSTGRES
        + "PGPASSWORD=correct psql -q -h 127.0.0.1 -U app app -c 'create table dbversion (dbversionid bigint primary key, mandatory integer, optional integer); insert into dbversion values (1, 6020000, 6020000); create table users (userid bigint); insert into users values (1); create table config (configid bigint)' >/dev/null\n"
        + zabbix(),
        "The server does not match Zabbix database. Current database version (m",
        seconds=8,
    )
    add(
        z,
        "value-invalid",
        "ConfigurationInvalid",
        "a value out of range",
        zabbix("StartPollers=5000"),
        'wrong value of "StartPollers" in config file "/config/zabbix_server.co',
    )
    add(
        z,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        'cannot open config file "/config/zabbix_server.conf": [2] No such file',
    )

    a = "zabbix_agentd"
    add(
        a,
        "hostname-empty",
        "ConfigurationInvalid",
        "a host name with a blank line in it",
        agent("Server=127.0.0.1\nHostname=no de$"),
        "ERROR: invalid \"Hostname\" configuration parameter: 'no de$': name cont",
    )
    add(
        a,
        "server-missing",
        "ConfigurationMissing",
        "neither Server nor ServerActive is set",
        agent("Hostname=node-1"),
        'ERROR: StartAgents is not 0, parameter "Server" must be defined',
    )
    add(
        a,
        "unknown-parameter",
        "ConfigurationInvalid",
        "a parameter with a typo",
        agent("Server=127.0.0.1\nHostname=node-1\nTimeuot=5"),
        'unknown parameter "Timeuot" in config file "/config/zabbix_agentd.conf',
    )
    add(
        a,
        "psk-missing",
        "ConfigurationMissing",
        "the file with the pre-shared key is not mounted",
        agent(
            "Server=127.0.0.1\nHostname=node-1\nTLSAccept=psk\nTLSPSKIdentity=n1\nTLSPSKFile=/config/psk/key"
        ),
        'cannot open file "/config/psk/key": [2] No such file or directory',
    )
    add(
        a,
        "healthy-no-server",
        "Unknown",
        "the server of the active checks is not there; the agent goes on",
        agent("Server=127.0.0.1\nServerActive=127.0.0.1:10099\nHostname=node-1"),
        "",
        running=True,
    )

    e = "collectd"
    add(
        e,
        "plugin-missing",
        "LibraryMissing",
        "a plugin that is not in the image",
        collectd("LoadPlugin write_kinesis"),
        "Error: Parsing the config file failed!",
    )
    add(
        e,
        "library-missing",
        "LibraryMissing",
        "a plugin's library is not in the image",
        collectd("LoadPlugin virt\nLoadPlugin write_prometheus"),
        "Error: Parsing the config file failed!",
    )
    add(
        e,
        "syntax-error",
        "ConfigurationInvalid",
        "a block is not closed",
        collectd("<Plugin interface>\n  Interface lo"),
        "Error: Parsing the config file failed!",
    )
    add(
        e,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "Error: Parsing the config file failed!",
    )
    add(
        e,
        "base-not-writable",
        "PermissionDenied",
        "the base folder is another user's",
        collectd() + "chmod 700 /data/collectd",
        "Error: Unable to change to directory `/data/collectd'.",
        user=1000,
    )
    add(
        e,
        "port-taken-goes-on",
        "Unknown",
        "the port of a plugin is taken: its init fails, the daemon goes on",
        collectd('LoadPlugin network\n<Plugin network>\n  Listen "127.0.0.1" "25826"\n</Plugin>')
        + hold_port(25826, "127.0.0.1", "DGRAM"),
        "",
        running=True,
    )

    b = "bird"
    add(
        b,
        "syntax-error",
        "ConfigurationInvalid",
        "a semicolon is missing",
        bird("protocol static { ipv4; route 10.1.0.0/16 blackhole }"),
        "syntax error, unexpected '}', expecting ';' or '{'",
    )
    add(
        b,
        "undefined-symbol",
        "ConfigurationInvalid",
        "a filter that is not defined",
        bird(
            "protocol bgp two { local as 64512; neighbor 10.0.0.2 as 64511; ipv4 { import filter edge_in; }; }"
        ),
        "syntax error, unexpected CF_SYM_UNDEFINED",
    )
    add(
        b,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "bird: Unable to open configuration file /config/bird.conf: No such fil",
    )
    add(
        b,
        "healthy-peer-down",
        "Unknown",
        "the peer cannot be reached; bird goes on",
        bird(),
        "",
        running=True,
    )

    v = "keepalived"
    add(
        v,
        "interface-missing",
        "ConfigurationInvalid",
        "the interface of the settings is not on this node",
        keepalived(interface="ens192"),
        "exited with permanent error CONFIG. Terminating",
    )
    add(
        v,
        "unknown-keyword",
        "ConfigurationInvalid",
        "keywords with a typo: it says so and goes on or not",
        keepalived("vrrp_instnace b {\n  state MASTER\n}"),
        "exited with permanent error CONFIG. Terminating",
    )
    add(
        v,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "Config files missing '/config/keepalived.conf'.",
    )
    add(
        v,
        "pid-stale",
        "StaleLock",
        "a pid file names a process that lives",
        keepalived()
        + "sleep 60 >/dev/null 2>&1 &\nmkdir -p /run/keepalived; echo $! >/run/keepalived.pid; echo $! >/run/keepalived/keepalived.pid",
        "daemon is already running",
    )

    m = "snmpd"
    add(
        m,
        "unknown-token",
        "Unknown",
        "an unknown token is a warning only",
        put("/config/snmpd.conf", "rocommunity public\nagentadress udp:161\nmaster agentx"),
        "",
        running=True,
    )
    add(
        m,
        "agentx-stale",
        "Unknown",
        "the dead agentx socket is removed",
        put(
            "/config/snmpd.conf",
            "rocommunity public\nmaster agentx\nagentXSocket /data/agentx.sock",
        )
        + stale("/data/agentx.sock"),
        "",
        running=True,
    )

    add(
        m,
        "user-unknown",
        "ConfigurationInvalid",
        "the user of -u is not in the image",
        put("/config/snmpd.conf", "rocommunity public"),
        "Bad user id: snmpuser",
        command="snmpd -f -Lo -C -u snmp -c /config/snmpd.conf udp:1161".replace(
            "-u snmp", "-u snmpuser"
        ),
    )
    add(
        m,
        "extension-missing",
        "Unknown",
        "an extension program is not in the image: no word of it, and it serves",
        put(
            "/config/snmpd.conf",
            "rocommunity public\nextend check /usr/local/bin/check-missing\ndisk /none 10%\nproc nope",
        ),
        "",
        running=True,
    )
    t = "smbd"
    add(
        t,
        "parameter-unknown",
        "Unknown",
        "an unknown parameter is ignored",
        smb("  socket optoins = TCP_NODELAY"),
        "",
        running=True,
    )
    add(
        t,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "mkdir -p /run/smb",
        "smbd - Failed to load config file!",
    )

    g = "nfs-ganesha"
    add(
        g,
        "export-path-missing",
        "Unknown",
        "an exported folder that does not exist: the server goes on without it",
        ganesha("Path = /data/none; Pseudo = /none;"),
        "",
        seconds=8,
        running=True,
    )
    add(
        g,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        ganesha() + hold_port(2049),
        "Bind_sockets :DISP :FATAL :Error binding to V6 interface. Cannot conti",
    )
    add(
        g,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "main :NFS STARTUP :FATAL :Fatal errors.  Server exiting...",
    )
    add(
        g,
        "backend-missing",
        "Unknown",
        "the library of an export's backend is not in the image; the server goes on without the export",
        ganesha().replace("Name = VFS", "Name = CEPH"),
        "",
        seconds=8,
        running=True,
    )

    u = "cupsd"
    add(
        u,
        "unknown-directive",
        "Unknown",
        "an unknown directive is ignored",
        cups("BrowsWebIF Yes"),
        "",
        running=True,
    )
    add(
        u,
        "bad-listen",
        "ConfigurationInvalid",
        "an address that is none",
        cups(listen="Listen printer_host:99999"),
        "No listener sockets present.",
    )
    add(
        u,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        cups() + hold_port(8631),
        "No Listen or Port lines were found to allow access via localhost.",
        seconds=6,
    )
    add(
        u,
        "group-unknown",
        "ConfigurationInvalid",
        "the group of the settings is not in the image",
        cups(files="Group lpadmins"),
        'Unknown Group "lpadmins" on line',
    )

    w = "avahi-daemon"
    add(
        w,
        "unknown-key",
        "ConfigurationInvalid",
        "a key with a typo",
        avahi("use-ipv5=no"),
        'Invalid configuration key "use-ipv5" in group "server"',
    )
    add(
        w,
        "dbus-missing",
        "DependencyNotReady",
        "the system bus is not there",
        avahi().replace("enable-dbus=no", "enable-dbus=yes"),
        "WARNING: Failed to contact D-Bus daemon.",
    )
    add(
        w,
        "already-running",
        "StaleLock",
        "the pid file of a running instance",
        avahi()
        + "mkdir -p /run/avahi-daemon; sleep 90 >/dev/null 2>&1 &\necho $! >/run/avahi-daemon/pid; ",
        "Daemon already running on PID",
    )
    add(
        w,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "Failed to open file '/config/avahi-daemon.conf': No such file or direc",
    )

    o = "openvpn"
    add(
        o,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        openvpn("keepalife 10 60"),
        "Options error: Unrecognized option or missing or extra parameter(s) in",
    )
    add(
        o,
        "certificate-missing",
        "ConfigurationMissing",
        "the certificates are not mounted",
        openvpn(tls=False),
        "Options error: Please correct these errors.",
    )
    add(
        o,
        "tun-not-permitted",
        "PermissionDenied",
        "without NET_ADMIN there is no tun device",
        openvpn(device="dev tun\nserver 10.8.0.0 255.255.255.0") + "chmod 644 /config/pki/*",
        "Exiting due to fatal error",
        user=1000,
    )
    add(
        o,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        openvpn() + hold_port(1194, kind="DGRAM"),
        "Exiting due to fatal error",
    )
    add(
        o,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate do not belong together",
        openvpn()
        + certificate("/config/pki", "other")
        + "cp /config/pki/other.key /config/pki/server.key",
        "Exiting due to fatal error",
    )
    add(
        o,
        "server-name-unknown",
        "DependencyNotReady",
        "the server's name is unknown",
        certificate("/config/pki", "server")
        + put(
            "/config/server.conf",
            "client\ndev null\nproto udp\nremote vpn.example.com 1194\nresolv-retry 1\nca /config/pki/server.crt\ncert /config/pki/server.crt\nkey /config/pki/server.key\nverb 3\nconnect-retry-max 2",
        ),
        "Exiting due to fatal error",
        seconds=12,
    )
    add(
        o,
        "healthy",
        "Unknown",
        "a healthy server with its usual warnings",
        openvpn(),
        "",
        running=True,
    )
    add(
        o,
        "password-missing",
        "ConfigurationMissing",
        "the file with user and password is not mounted",
        certificate("/config/pki", "server")
        + put(
            "/config/server.conf",
            "client\ndev null\nremote 127.0.0.1 1194\nauth-user-pass /config/auth.txt\nca /config/pki/server.crt\nverb 3",
        ),
        "Options error: Please correct these errors.",
    )

    x = "inspircd"
    add(
        x,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "ERROR: Cannot open config file: /config/inspircd.conf",
    )
    add(
        x,
        "client-crashes-it",
        "SegmentationFault",
        "a client that quits at once makes it crash",
        inspircd(),
        "",
        meanwhile="sleep 1; exec 3<>/dev/tcp/127.0.0.1/6667; printf 'NICK a\\r\\nUSER a a a a\\r\\nQUIT\\r\\n' >&3; cat <&3",
    )
    add(
        x,
        "module-missing",
        "LibraryMissing",
        "the settings name a module that is not in the image",
        inspircd('<module name="ldapauth">'),
        "*] Module file could not be found: m_ldapauth.so",
    )
    add(
        x,
        "tag-not-closed",
        "ConfigurationInvalid",
        "a tag is not closed",
        inspircd("<oper name="),
        "Invalid character in value of <oper:name> at /config/inspircd.conf:9:0",
    )
    add(
        x,
        "include-missing",
        "ConfigurationMissing",
        "an included file is not mounted",
        inspircd('<include file="links.conf">'),
        'Could not read "/etc/inspircd/links.conf" for include at',
    )

    y = "ngircd"
    add(
        y,
        "name-missing",
        "ConfigurationMissing",
        "the server has no name",
        ngircd().replace("Name = irc.example.com", ""),
        "0] ngIRCd exiting due to fatal errors!",
    )
    add(
        y,
        "unknown-variable",
        "Unknown",
        "a variable with a typo: a warning only",
        ngircd(options="  AllowRemoteOpr = no"),
        "",
        running=True,
    )
    add(
        y,
        "port-conflict",
        "PortConflict",
        "the only port is taken",
        ngircd() + hold_port(6667, "127.0.0.1"),
        "0] ngIRCd exiting due to fatal errors!",
    )
    add(
        y,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "0] ngIRCd exiting due to fatal errors!",
    )
    add(
        y,
        "healthy",
        "Unknown",
        "a healthy server and a client that is refused",
        ngircd(),
        "",
        running=True,
        meanwhile="sleep 1; exec 3<>/dev/tcp/127.0.0.1/6667; printf 'NICK a\\r\\nUSER a a a a\\r\\nQUIT\\r\\n' >&3; cat <&3",
    )

    f = "rspamd"
    add(
        f,
        "syntax-error",
        "ConfigurationInvalid",
        "a brace is missing",
        rspamd('worker "proxy" { bind_socket = "*:11332";'),
        "cfg; rspamd_config_read: failed to load config: ucl parser error: /con",
    )
    add(
        f,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "cfg; rspamd_config_read: failed to load config: cannot open /config/rs",
    )
    add(
        f,
        "bad-bind",
        "ConfigurationInvalid",
        "an address that is none",
        rspamd('worker "controller" { bind_socket = "mail-host:port"; count = 1; }'),
        "<m5oe6u>; cfg; rspamd_config_read: rcl parse error: cannot parse bind",
    )

    cl = "clamd"
    add(
        cl,
        "database-damaged",
        "ApplicationError",
        "the signature database is damaged",
        clam() + "head -c 9000 /dev/urandom >/data/db/main.cvd",
        "-> Broken or not a CVD file",
    )
    add(
        cl,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        clam("MaxThreds 12"),
        "ERROR: Can't open/parse the config file /config/clamd.conf",
    )
    add(
        cl,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        clam() + hold_port(3310),
        "-> Not listening on any interfaces",
    )
    add(
        cl,
        "socket-folder-missing",
        "PermissionDenied",
        "the socket's folder cannot be written",
        clam("LocalSocket /run/clamav/clamd.sock") + "mkdir -p /run/clamav; chmod 755 /run/clamav",
        "-> Can't unlink the socket file /run/clamav/clamd.sock",
        user=1000,
    )
    add(
        cl,
        "stale-socket",
        "Unknown",
        "the dead socket is removed",
        clam("LocalSocket /run/clamav/clamd.sock\nFixStaleSocket yes")
        + stale("/run/clamav/clamd.sock"),
        "",
        running=True,
    )
    add(
        cl,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "ERROR: Can't open/parse the config file /config/clamd.conf",
    )

    j = "gearmand"
    add(
        j,
        "queue-unknown",
        "ConfigurationInvalid",
        "a queue plugin that this build does not have",
        "",
        "gearmand: Error while initializing the queue : redis2",
        command=COMMANDS[j] + " --queue-type=redis2",
    )
    add(
        j,
        "database-refused",
        "DependencyNotReady",
        "the queue's database cannot be reached",
        "",
        "gearmand: Error while initializing the queue : Postgres",
        command=COMMANDS[j] + " --queue-type=Postgres --libpq-conninfo=host=127.0.0.1",
    )
    add(
        j,
        "file-limit",
        "FileLimitReached",
        "it demands more descriptors than it may have",
        "",
        "gearmand: Failed to set limit for the number of file descriptors.  Try",
        command=COMMANDS[j] + " --file-descriptors=100000",
        user=1000,
        open_files=256,
    )
    add(
        j,
        "user-unknown",
        "ConfigurationInvalid",
        "the user of -u is not in the image",
        "",
        "gearmand: Could not find user : gearmann",
        command=COMMANDS[j] + " --user=gearmann",
    )

    pg = "pgpool"
    add(
        pg,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        pgpool() + hold_port(9999),
        'DETAIL:  bind on socket failed with error "Address already in use"',
    )
    add(
        pg,
        "stale-socket",
        "Unknown",
        "the dead socket is removed",
        pgpool() + stale("/run/pgpool/.s.PGSQL.9999"),
        "",
        running=True,
    )
    add(
        pg,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "DETAIL:  No such file or directory",
    )
    add(
        pg,
        "value-invalid",
        "ConfigurationInvalid",
        "a value that is none",
        pgpool("num_init_children = many"),
        'FATAL:  invalid value for parameter "num_init_children": "many"',
    )
    add(
        pg,
        "pcp-missing",
        "Unknown",
        "pcp.conf is not there: it goes on",
        pgpool() + "rm /config/pcp.conf",
        "",
        seconds=6,
        running=True,
    )
    add(
        pg,
        "pid-stale",
        "StaleLock",
        "the pid file of an instance that lives",
        pgpool() + "sleep 60 >/dev/null 2>&1 &\necho $! >/run/pgpool/pgpool.pid",
        "ERROR: pid file found. is another",
    )

    ka = "kamailio"
    add(
        ka,
        "syntax-error",
        "ConfigurationInvalid",
        "a brace is missing",
        kamailio("route[X] {"),
        "sctp_core_destroy(): SCTP API not initialized",
    )
    add(
        ka,
        "module-missing",
        "LibraryMissing",
        "a module that is not in the image",
        kamailio('loadmodule "rtpengine2.so"'),
        "sctp_core_destroy(): SCTP API not initialized",
    )
    add(
        ka,
        "parameter-unknown",
        "ConfigurationInvalid",
        "a module's parameter with a typo",
        kamailio('modparam("tm", "fr_timeer", 3000)'),
        "sctp_core_destroy(): SCTP API not initialized",
    )
    add(
        ka,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        kamailio() + hold_port(5060, "127.0.0.1", "DGRAM"),
        "sctp_core_destroy(): SCTP API not initialized",
    )
    add(
        ka,
        "address-not-local",
        "ConfigurationInvalid",
        "an address that the pod does not have",
        kamailio(listen="udp:10.44.0.9:5060"),
        "sctp_core_destroy(): SCTP API not initialized",
    )
    add(
        ka,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "ERROR: loading config file(/config/kamailio.cfg): No such file or dire",
    )
    add(ka, "healthy", "Unknown", "a healthy proxy", kamailio(), "", running=True)

    ta = "tarantool"
    add(
        ta,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        tarantool() + hold_port(3301),
        "F> can't initialize storage: binary: failed to bind, called on fd -1",
    )
    add(
        ta,
        "memory-option",
        "ConfigurationInvalid",
        "an option with a typo",
        tarantool().replace("memtx_memory", "memtx_memroy"),
        "fatal error, exiting the event loop",
    )
    add(
        ta,
        "locked",
        "StaleLock",
        "another instance has the data folder",
        tarantool()
        + "cp /config/init.lua /tmp/a.lua; sed -i s/3301/3302/ /tmp/a.lua; (tarantool /tmp/a.lua >/dev/null 2>&1 &) ; sleep 1",
        "F> can't initialize storage: Failed to lock WAL directory /data and ho",
    )
    add(
        ta,
        "disk-full",
        "DiskFull",
        "the volume is full",
        tarantool() + FULL.format(path="/data", size="1m"),
        "F> failed to create a checkpoint",
    )
    add(
        ta,
        "not-writable",
        "PermissionDenied",
        "the volume is root's",
        tarantool() + "chmod 755 /data",
        "F> failed to create a checkpoint",
        user=1000,
    )
    add(
        ta,
        "script-missing",
        "ExecutableMissing",
        "the script that it runs is not mounted",
        "",
        "Can't open script /config/init.lua: No such file or directory",
    )
    add(
        ta,
        "module-missing",
        "LibraryMissing",
        "a module is not in the image",
        tarantool("local queue = require('queue')"),
        "main F> fatal error, exiting the event loop",
    )
    add(
        ta,
        "lua-error",
        "ApplicationError",
        "the application's own code fails",
        tarantool("local total = box.space.orders.missing.field"),
        "main F> fatal error, exiting the event loop",
    )
    add(ta, "healthy", "Unknown", "a healthy instance", tarantool(), "", running=True)

    ch = "clickhouse-server"
    add(
        ch,
        "xml-error",
        "ConfigurationInvalid",
        "a tag is not closed",
        clickhouse("<macros>"),
        "SAXParseException: Tag mismatch in '/config/config.xml', line",
    )
    add(
        ch,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "mkdir -p /config",
        "File not found: /config/config.xml",
    )
    add(
        ch,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        clickhouse() + hold_port(9000, "127.0.0.1"),
        "2 ] {} <Error> Application: Net Exception: Address already in use",
        seconds=8,
    )
    add(
        ch,
        "not-writable",
        "PermissionDenied",
        "the volume is root's",
        clickhouse() + "chmod 755 /data /data/ch",
        "Access to file denied: /data/ch/preprocessed_configs",
        user=1000,
    )
    add(
        ch,
        "users-missing",
        "ConfigurationMissing",
        "the file with the users is not mounted",
        clickhouse() + "rm /config/users.xml",
        "1 ] {} <Error> Application: File not found: users.xml",
        seconds=8,
    )
    add(
        ch,
        "locked",
        "StaleLock",
        "another instance has the data folder",
        clickhouse()
        + '(python3 -c \'import fcntl,time; f=open("/data/ch/status","w"); fcntl.flock(f, fcntl.LOCK_EX); time.sleep(60)\' >/dev/null 2>&1 &); sleep 0.5',
        "1 ] {} <Error> Application: DB::Exception: Cannot lock file /data/ch/s",
        seconds=8,
    )
    add(ch, "healthy", "Unknown", "a healthy server", clickhouse(), "", seconds=6, running=True)

    ke = "kea-dhcp4"
    add(
        ke,
        "json-error",
        "ConfigurationInvalid",
        "a comma is missing",
        kea('"valid-lifetime": 600'),
        "DHCP4_INIT_FAIL failed to initialize Kea server: configuration error u",
    )
    add(
        ke,
        "unknown-key",
        "ConfigurationInvalid",
        "a key with a typo",
        kea('"valid-lifetme": 600,'),
        "DHCP4_INIT_FAIL failed to initialize Kea server: configuration error u",
    )
    add(
        ke,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "mkdir -p /run/kea",
        "DHCP4_INIT_FAIL failed to initialize Kea server: configuration error u",
    )
    add(
        ke,
        "interface-missing",
        "ConfigurationInvalid",
        "the interface of the settings is not on this node",
        kea(interface="ens192"),
        "DHCP4_INIT_FAIL failed to initialize Kea server: configuration error u",
        seconds=6,
    )
    add(
        ke,
        "pool-outside",
        "ConfigurationInvalid",
        "a pool that is not of its subnet",
        kea().replace("10.9.0.90", "10.9.1.90"),
        "DHCP4_INIT_FAIL failed to initialize Kea server: configuration error u",
    )

    rs = "rsync"
    add(
        rs,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        rsyncd() + hold_port(8730),
        "rsync error: error in socket IO (code",
    )
    add(
        rs,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "rsync error: syntax or usage error (code 1) at",
    )
    add(
        rs,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        rsyncd(),
        "rsync error: syntax or usage error (code 1) at",
        command=COMMANDS[rs] + " --no-detch",
    )
    add(
        rs,
        "source-refused",
        "DependencyNotReady",
        "an init container's copy from a server that is not there",
        "",
        "rsync error: error in socket IO (code",
        command="rsync -av rsync://127.0.0.1:8731/mirror/ /data/",
    )
    add(
        rs,
        "password-demanded",
        "AuthenticationFailed",
        "an init container's copy with a wrong password",
        rsyncd("  auth users = app\n  secrets file = /config/secrets")
        + "echo app:correct >/config/secrets; chmod 600 /config/secrets; rsync --daemon --config=/config/rsyncd.conf; sleep 0.5; mkdir -p /data/copy\n",
        "rsync error: error starting client-server protocol (code 5) at",
        command="rsync -av rsync://app@127.0.0.1:8730/mirror/ /data/copy/",
        environment={"RSYNC_PASSWORD": "wrong"},
    )
    add(
        rs,
        "disk-full",
        "DiskFull",
        "an init container's copy does not fit",
        rsyncd()
        + "head -c 3000000 /dev/urandom >/data/mirror/big.bin\n"
        + DISK.format(path="/home/copy", size="1m"),
        "rsync: [sender] write error: Broken pipe",
        command="rsync -av /data/mirror/ /home/copy/",
    )
    add(
        rs,
        "module-unknown",
        "ConfigurationInvalid",
        "an init container asks for a module that the server does not have",
        rsyncd() + "rsync --daemon --config=/config/rsyncd.conf; sleep 0.5\n",
        "rsync error: error starting client-server protocol (code 5) at",
        command="rsync -av rsync://127.0.0.1:8730/mirrors/ /data/",
    )

    db = "dropbear"
    add(
        db,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        hold_port(2222),
        "Early exit: No listening ports available.",
    )
    add(
        db,
        "key-missing",
        "ConfigurationMissing",
        "the host key is not mounted",
        "",
        "Early exit: No hostkeys available. 'dropbear -R' may be useful or run",
        command="dropbear -F -E -p 2222 -r /config/dropbear_key -P /run/d.pid",
    )
    add(
        db,
        "healthy-attacks",
        "Unknown",
        "strangers try to log in",
        "ssh-keygen -q -t ed25519 -N '' -f /config/k; dropbearconvert openssh dropbear /config/k /config/dropbear_key 2>/dev/null",
        "",
        command="dropbear -F -E -p 2222 -r /config/dropbear_key -P /run/d.pid",
        running=True,
        meanwhile="sleep 1; for i in 1 2 3; do ssh -o BatchMode=yes -o StrictHostKeyChecking=no -p 2222 admin@127.0.0.1; done",
    )

    mp = "mpd"
    add(
        mp,
        "parameter-unknown",
        "ConfigurationInvalid",
        "a parameter with a typo",
        mpd('music_directry "/x"'),
        "exception: Error in /config/mpd.conf line",
    )
    add(
        mp,
        "music-missing",
        "Unknown",
        "the music's folder is not there; mpd goes on",
        mpd() + "rm -r /data/music",
        "",
        running=True,
    )
    add(
        mp,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        mpd() + hold_port(6600),
        "Failed to bind socket: Address already in use",
    )
    add(
        mp,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "exception: Failed to open '/config/mpd.conf': No such file or director",
    )
    add(
        mp,
        "database-not-writable",
        "PermissionDenied",
        "the database's folder is another user's",
        mpd() + "chmod 700 /data/mpd",
        "exception: Failed to open database plugin; Can't create db file in \"/d",
        user=1000,
    )
    add(
        mp,
        "output-unknown",
        "ConfigurationInvalid",
        "an output of a kind that this build does not have",
        mpd('audio_output {\n  type "snapcst"\n  name "x"\n}'),
        "exception: Failed to configure output in line",
    )

    sp = "searchd"
    add(
        sp,
        "unknown-key",
        "ConfigurationInvalid",
        "a section of a kind that does not exist",
        sphinx() + "echo 'serchd { }' >>/config/sphinx.conf",
        "ERROR: invalid section type 'serchd' in /config/sphinx.conf line",
    )
    add(
        sp,
        "binlog-locked",
        "StaleLock",
        "another instance has the binary log",
        sphinx()
        + '(python3 -c \'import fcntl,time; f=open("/data/binlog/binlog.lock","w"); fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(60)\' >/dev/null 2>&1 &); sleep 0.5',
        "FATAL: failed to lock '/data/binlog/binlog.lock'",
    )
    add(
        sp,
        "not-writable",
        "PermissionDenied",
        "the volume is another user's",
        sphinx() + "chmod 755 /data/index /data/binlog",
        "FATAL: no valid indexes to serve",
        user=1000,
    )
    add(
        sp, "healthy", "Unknown", "a healthy server with an empty index", sphinx(), "", running=True
    )

    fu = "pure-ftpd"
    add(
        fu,
        "address-in-use",
        "AddressInUse",
        "the port is taken, and neither log nor spec names one",
        pureftpd() + hold_port(2121),
        "Unable to start a standalone server: Address already in use",
        pod=image(fu),
    )
    add(
        fu,
        "bad-option",
        "ConfigurationInvalid",
        "an option that does not exist",
        pureftpd(),
        "",
        command=COMMANDS[fu] + " --tsl=2",
    )

    ti = "tini"
    add(
        ti,
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        "",
        "failed: No such file or directory",
        command="tini -- node server.js --port 8080".replace("node", "nodejs18"),
    )
    add(
        ti,
        "not-executable",
        "PermissionDenied",
        "the script is not executable",
        put("/srv/run.sh", "#!/bin/sh\nexec sleep 60"),
        "exec /srv/run.sh failed: Permission denied",
        command="tini -v -- /srv/run.sh",
    )
    add(
        ti,
        "crlf",
        "ExecutableMissing",
        "the script has the line ends of Windows",
        "printf '#!/bin/bash\\r\\nset -e\\r\\necho hello\\r\\n' >/srv/run.sh; chmod +x /srv/run.sh",
        "exec /srv/run.sh failed: No such file or directory",
        command="tini -- /srv/run.sh",
    )
    add(
        ti,
        "not-first-process",
        "Unknown",
        "it is not process 1: a warning, the program serves",
        "",
        "",
        command="tini -s -- python3 -u -m http.server 8080",
        running=True,
        meanwhile="sleep 1.5; curl -s localhost:8080/healthz; curl -s localhost:8080/",
    )

    du = "dumb-init"
    add(
        du,
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        "",
        "dumb-init] gunicorn-web: No such file or directory",
        command="dumb-init -- gunicorn-web app:app",
    )
    add(
        du,
        "directory",
        "PermissionDenied",
        "the command is a folder",
        "mkdir -p /srv/app",
        "dumb-init] /srv/app: Permission denied",
        command="dumb-init /srv/app",
    )
    add(
        du,
        "variable-missing",
        "ConfigurationMissing",
        "the entry script demands a variable",
        put(
            "/srv/start.sh",
            '#!/bin/bash\nset -eu\necho "[entrypoint] waiting for dependencies"\n: "${AMQP_URL:?AMQP_URL is not set}"\nexec worker "$AMQP_URL"',
        )
        + "chmod +x /srv/start.sh",
        "/srv/start.sh: line 4: AMQP_URL: AMQP_URL is not set",
        command="dumb-init -- /srv/start.sh",
    )
    add(
        du,
        "unbound-variable",
        "ConfigurationMissing",
        "set -u and a variable that nobody set",
        put(
            "/srv/start.sh",
            '#!/bin/bash\nset -euo pipefail\necho "[entrypoint] rendering settings"\nsed "s/@HOST@/$SMTP_HOST/" /etc/hostname >/dev/null\nexec sleep 60',
        )
        + "chmod +x /srv/start.sh",
        "/srv/start.sh: line 4: SMTP_HOST: unbound variable",
        command="dumb-init -v -- /srv/start.sh",
    )

    go = "gosu"
    add(
        go,
        "user-unknown",
        "ConfigurationInvalid",
        "the user is not in the image",
        put(
            "/srv/entry.sh",
            '#!/bin/sh\nset -e\necho "=> fixing ownership of /data"\nchown -R root /data\nexec gosu appuser sleep 60',
        )
        + "chmod +x /srv/entry.sh",
        'error: failed switching to "appuser": unable to find user appuser: no',
        command="/srv/entry.sh",
    )
    add(
        go,
        "not-root",
        "PermissionDenied",
        "runAsUser is set, and gosu may not change the user",
        put("/srv/entry.sh", "#!/bin/sh\nset -e\nexec gosu nobody sleep 60")
        + "chmod +x /srv/entry.sh",
        'error: failed switching to "nobody": operation not permitted',
        command="/srv/entry.sh",
        user=1000,
        pod=image(go, securityContext={"runAsUser": 1000}),
    )
    add(
        go,
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        "",
        'error: exec: "zookeeper-server-start": executable file not found in $P',
        command="gosu nobody zookeeper-server-start /config/zk.properties",
    )
    add(
        go,
        "chown-refused",
        "PermissionDenied",
        "the entry script's chown is refused",
        put(
            "/srv/entry.sh",
            '#!/bin/bash\nset -e\nif [ "$1" = serve ]; then\n  find /data \\! -user nobody -exec chown nobody {} +\nfi\nexec gosu nobody "$@"',
        )
        + "chmod +x /srv/entry.sh; mkdir -p /data/a",
        "chown: changing ownership of '/data/a': Operation not permitted",
        command="/srv/entry.sh serve",
        user=1000,
    )

    en = "envsubst"
    render = '#!/bin/sh\nset -eu\necho "entrypoint: rendering $TEMPLATE"\nenvsubst <"$TEMPLATE" >/data/app.conf\necho "entrypoint: starting"\nexec python3 -c \'import configparser; c = configparser.ConfigParser(); c.read("/data/app.conf"); print("listening on port", int(c["server"]["port"]), flush=True)\''
    add(
        en,
        "template-missing",
        "ConfigurationMissing",
        "the template is not mounted",
        put("/srv/render.sh", render),
        "/srv/render.sh: 4: cannot open /config/app.conf.template: No such file",
        command="sh /srv/render.sh",
        environment={"TEMPLATE": "/config/app.conf.template"},
    )
    add(
        en,
        "not-writable",
        "PermissionDenied",
        "the rendered file cannot be written",
        put("/srv/render.sh", render)
        + put("/config/t", "[server]\nport = 8080")
        + "chmod 755 /data",
        "/srv/render.sh: 4: cannot create /data/app.conf: Permission denied",
        command="sh /srv/render.sh",
        environment={"TEMPLATE": "/config/t"},
        user=1000,
    )
    add(
        en,
        "disk-full",
        "DiskFull",
        "the volume is full",
        put("/srv/render.sh", render)
        + put("/config/t", "[server]\nport = 8080")
        + FULL.format(path="/data", size="64k"),
        "envsubst: write error: No space left on device",
        command="sh /srv/render.sh",
        environment={"TEMPLATE": "/config/t"},
    )
    add(
        en,
        "tool-missing",
        "ExecutableMissing",
        "gettext is not in the image",
        put("/srv/render.sh", render.replace("envsubst", "envsubst2"))
        + put("/config/t", "[server]\nport = 8080"),
        "/srv/render.sh: 4: envsubst2: not found",
        command="sh /srv/render.sh",
        environment={"TEMPLATE": "/config/t"},
    )
    add(
        en,
        "value-wrong",
        "ConfigurationInvalid",
        "the variable holds the service link of Kubernetes",
        put("/srv/render.sh", render) + put("/config/t", "[server]\nport = ${APP_PORT}"),
        "ValueError: invalid literal for int() with base",
        command="sh /srv/render.sh",
        environment={"TEMPLATE": "/config/t", "APP_PORT": "tcp://10.96.31.7:8080"},
    )

    bb = "busybox"
    add(
        bb,
        "applet-missing",
        "ExecutableMissing",
        "an applet that this build does not have",
        "",
        "rsync: applet not found",
        command=[
            "busybox",
            "sh",
            "-c",
            "set -e; echo init: preparing volume; busybox rsync -a /config/ /data/",
        ],
    )
    add(
        bb,
        "copy-source-missing",
        "ConfigurationMissing",
        "the file that an init container copies is not mounted",
        "",
        "cp: can't stat '/config/defaults/app.yaml': No such file or directory",
        command=[
            "busybox",
            "sh",
            "-ec",
            "echo copying defaults; busybox cp /config/defaults/app.yaml /data/app.yaml",
        ],
    )
    add(
        bb,
        "copy-disk-full",
        "DiskFull",
        "the init container's copy does not fit",
        DISK.format(path="/data", size="512k")
        + "mkdir -p /srv/web; head -c 3000000 /dev/urandom >/srv/web/bundle.js",
        "cp: write error: No space left on device",
        command=["busybox", "sh", "-ec", "echo copying assets; busybox cp -R /srv/web /data/"],
    )
    add(
        bb,
        "sysctl-refused",
        "PermissionDenied",
        "an init container may not set a kernel parameter",
        "",
        "sysctl: error setting key 'vm.max_map_count': Permission denied",
        command=["busybox", "sh", "-ec", "busybox sysctl -w vm.max_map_count=262144"],
        user=1000,
    )
    add(
        bb,
        "address-in-use",
        "AddressInUse",
        "the port is taken, and neither log nor spec names one",
        hold_port(8080),
        "httpd: bind: Address already in use",
        command="busybox httpd -f -v -p 0.0.0.0:8080 -h /srv",
        pod=image(bb),
    )
    add(
        bb,
        "healthy",
        "Unknown",
        "a web server that is asked for files which are not there",
        put("/srv/index.html", "hello"),
        "",
        command="busybox httpd -f -vv -p 0.0.0.0:8080 -h /srv",
        running=True,
        meanwhile="sleep 0.7; for i in 1 2 3 4; do curl -s localhost:8080/; curl -s localhost:8080/fatal-error.html; done",
    )

    da = "dash"
    add(
        da,
        "bashism",
        "ConfigurationInvalid",
        "a script for bash is run by sh",
        put(
            "/srv/run.sh",
            '#!/bin/sh\nset -e\nHOSTS=(a b)\nfor h in "${HOSTS[@]}"; do echo $h; done',
        ),
        '/srv/run.sh: 3: Syntax error: "(" unexpected',
        command="dash /srv/run.sh",
    )
    add(
        da,
        "script-missing",
        "ExecutableMissing",
        "the script is not there",
        "",
        "dash: 0: cannot open /srv/docker-entrypoint.sh: No such file",
        command="dash /srv/docker-entrypoint.sh serve",
    )
    add(
        da,
        "parameter-not-set",
        "ConfigurationMissing",
        "set -u and a variable that nobody set",
        put("/srv/run.sh", "set -eu\necho 'starting worker'\nexec worker --queue \"$QUEUE_NAME\""),
        "/srv/run.sh: 3: QUEUE_NAME: parameter not set",
        command="dash /srv/run.sh",
    )
    add(
        da,
        "sourced-file-missing",
        "ConfigurationMissing",
        "the file with the settings is not mounted",
        put("/srv/run.sh", "set -e\necho 'starting worker'\n. /config/worker.env\nexec worker"),
        "/srv/run.sh: 3: .: cannot open /config/worker.env: No such file",
        command="dash /srv/run.sh",
    )
    add(
        da,
        "redirect-denied",
        "PermissionDenied",
        "the log file cannot be written",
        put("/srv/run.sh", "set -e\necho 'starting worker'\nexec worker >>/var/log/worker.log 2>&1")
        + "chmod 755 /var/log",
        "/srv/run.sh: 3: cannot create /var/log/worker.log: Permission denied",
        command="dash /srv/run.sh",
        user=1000,
    )
    add(
        da,
        "mkdir-read-only",
        "PermissionDenied",
        "the root file system is read-only",
        put("/srv/run.sh", "set -e\nmkdir -p /data/cache\nexec worker")
        + "mount -o remount,ro /data",
        "mkdir: cannot create directory ‘/data/cache’: Read-only file system",
        command="dash /srv/run.sh",
        pod=image(da, securityContext={"readOnlyRootFilesystem": True}),
    )

    ps = "psql"
    conn = [
        "psql",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        "127.0.0.1",
        "-U",
        "app",
        "-d",
        "app",
        "-f",
        "/config/init.sql",
    ]
    add(
        ps,
        "refused",
        "DependencyNotReady",
        "an init container's script, and the database is not up",
        put("/config/init.sql", "select 1;"),
        "psql: error: connection to server at",
        command=conn,
    )
    add(
        ps,
        "password-wrong",
        "AuthenticationFailed",
        "the password is wrong",
        POSTGRES + put("/config/init.sql", "select 1;"),
        'failed: FATAL:  password authentication failed for user "app"',
        command=conn,
        environment={"PGPASSWORD": "wrong"},
    )
    add(
        ps,
        "password-missing",
        "AuthenticationFailed",
        "no password is given",
        POSTGRES + put("/config/init.sql", "select 1;"),
        "failed: fe_sendauth: no password supplied",
        command=conn,
    )
    add(
        ps,
        "script-missing",
        "ConfigurationMissing",
        "the script is not mounted",
        POSTGRES,
        "psql: error: /config/init.sql: No such file or directory",
        command=conn,
        environment={"PGPASSWORD": "correct"},
    )
    add(
        ps,
        "extension-refused",
        "PermissionDenied",
        "the role may not make an extension",
        POSTGRES
        + put(
            "/config/init.sql", "create table if not exists t (id int);\ncreate extension file_fdw;"
        ),
        "HINT:  Must be superuser to create this extension.",
        command=conn,
        environment={"PGPASSWORD": "correct"},
    )
    add(
        ps,
        "schema-refused",
        "PermissionDenied",
        "the role may not make tables in the schema",
        POSTGRES
        + "psql -q -U postgres app -c 'alter schema public owner to postgres' -c 'revoke create on schema public from public' -c 'alter database app owner to postgres' >/dev/null\n"
        + put("/config/init.sql", "create table orders (id int);"),
        "psql:/config/init.sql:1: ERROR:  permission denied for schema public",
        command=conn,
        environment={"PGPASSWORD": "correct"},
    )
    add(
        ps,
        "relation-exists",
        "MigrationFailed",
        "the migration's table is there already",
        POSTGRES
        + "PGPASSWORD=correct psql -q -h 127.0.0.1 -U app app -c 'create table orders (id int)' >/dev/null\n"
        + put("/config/init.sql", "-- V1 init\ncreate table orders (id int);"),
        'psql:/config/init.sql:2: ERROR:  relation "orders" already exists',
        command=conn,
        environment={"PGPASSWORD": "correct"},
    )
    add(
        ps,
        "healthy",
        "Unknown",
        "a script that says what was there already, and ends well",
        POSTGRES
        + put(
            "/config/init.sql",
            "create table if not exists t (id int);\ncreate table if not exists t (id int);\ndrop table if exists old_orders;\ninsert into t values (1);",
        ),
        "",
        command=conn,
        environment={"PGPASSWORD": "correct"},
    )

    ex = "exim4"
    add(
        ex,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        exim("smtp_accept_maxx = 20"),
        'main option "smtp_accept_maxx" unknown',
    )
    add(
        ex,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        DEB.format(debs=DEBS, name="exim4-daemon-light"),
        "non-existent configuration file(s): /config/exim4.conf",
    )
    add(
        ex,
        "port-conflict",
        "PortConflict",
        "the port is taken; it waits and is killed",
        exim() + hold_port(2525, "127.0.0.1"),
        "failed: Address already in use: waiting",
        stop_signal="SIGKILL",
    )
    add(
        ex,
        "writable-by-others",
        "PermissionDenied",
        "the settings belong to another user",
        exim() + "chown 1000 /config/exim4.conf; chmod 666 /config/exim4.conf",
        "Exim configuration file /config/exim4.conf has the wrong owner, group,",
    )
    add(
        ex,
        "user-unknown",
        "ConfigurationInvalid",
        "the user of the settings is not in the image",
        exim().replace("exim_user = mail", "exim_user = Debian-exmi"),
        "user Debian-exmi was not found",
    )
    add(
        ex,
        "never-user-unknown",
        "ConfigurationInvalid",
        "never_users names a user that the image does not have",
        exim("never_users = rooot"),
        "user rooot was not found",
    )
    add(ex, "healthy", "Unknown", "a healthy daemon", exim(), "", running=True)
    return table  # fmt: skip


def unpack(*packages: str) -> None:
    """Unpacks Debian packages below `DEBS`."""
    DEBS.mkdir(parents=True, exist_ok=True)
    for package in packages:
        if not (DEBS / package).exists():
            subprocess.run(
                ["apt-get", "download", "-qq", package], cwd=DEBS, check=True, capture_output=True
            )
            file = next(DEBS.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg", "-x", str(file), str(DEBS / package)], check=True)


def version(package: str) -> str:
    """`Debian package NAME VERSION` of a package that may not be installed."""
    asked = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=True
    ).stdout
    return f"Debian package {package} {asked.split('Candidate: ')[1].split()[0]}"


def record(recorder: Recorder) -> None:
    apt(
        *PACKAGES.values(),
        "pdns-backend-sqlite3",
        "sqlite3",
        "postgresql",
        "openssl",
        "openssh-client",
    )
    unpack(*UNPACKED.values())
    sources = {program: debian(package) for program, package in PACKAGES.items()}
    sources |= {program: version(package) for program, package in UNPACKED.items()}
    record_all(recorder, scenarios(), sources)
