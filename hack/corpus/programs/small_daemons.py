"""Smaller daemons of Debian 12 and the command-line tools of init containers and cron jobs: backup, copy, client, lease.

Settings are of the programs' own manual pages; what they print was found by running them.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from typing import Any

from ..recorder import Recorder, Run, apt, debian, pod
from .daemons import DISK
from .web import Scenario, certificate, hold_port, put, record_all

PACKAGES = {
    "rsnapshot": "rsnapshot", "borg": "borgbackup", "restic": "restic", "lftp": "lftp", "stubby": "stubby", "atftpd": "atftpd", "swtpm": "swtpm",
    "janus": "janus", "rtpengine": "rtpengine-daemon", "nfcapd": "nfdump", "bitlbee": "bitlbee", "mysql": "mariadb-client", "radvd": "radvd",
    "dhcpd": "isc-dhcp-server", "ser2net": "ser2net", "sssd": "sssd-common", "corosync": "corosync", "icinga2": "icinga2-bin", "netdata": "netdata-core",
    "freshclam": "clamav-freshclam", "nmbd": "samba", "catatonit": "catatonit", "logrotate": "logrotate", "redis-cli": "redis-tools",
    "git": "git", "openssl": "openssl", "setpriv": "util-linux", "s3fs": "s3fs",
}  # fmt: skip
MARIADB = """
unset MYSQL_PWD
mkdir -p /data/my /run/mysqld; chown mysql /data/my /run/mysqld
mariadb-install-db --user=mysql --datadir=/data/my --auth-root-authentication-method=normal >/dev/null 2>&1
(mariadbd --user=mysql --datadir=/data/my --bind-address=127.0.0.1 --socket=/run/mysqld/m.sock >/dev/null 2>&1 &)
for i in $(seq 40); do mariadb -S /run/mysqld/m.sock -e 'select 1' >/dev/null 2>&1 && break; sleep 0.3; done
mariadb -S /run/mysqld/m.sock -e "create database shop; create user app@'%' identified by 'correct'; create user app@localhost identified by 'correct'; grant select on shop.* to app@'%'; grant select on shop.* to app@localhost"
"""
REPOSITORY = "mkdir -p /srv/up && cd /srv/up && git init -q --bare r.git && cd /srv\n"


def scenarios() -> list[Scenario]:
    table: list[Scenario] = []

    def add(
        program: str, name: str, cause: str, situation: str, prepare: str, command: str | list[str], expect: str = "", **more: Any
    ) -> None:  # fmt: skip
        keys = ("meanwhile", "stop_signal", "user", "open_files", "seconds", "environment")
        run = {key: more.pop(key) for key in keys if key in more}
        if more.get("running"):
            run = {"stop_signal": "SIGKILL"} | run
        parts = command if isinstance(command, list) else command.split()
        table.append(
            Scenario(
                program, name, cause, situation, Run(parts, prepare=prepare, **({"seconds": 4} | run)), expect, **more
            )
        )  # fmt: skip

    def image(program: str, **spec: Any) -> dict[str, Any]:
        return pod(program, f"registry.example.com/tools/{program}:12", **spec)

    snap = "config_version\t1.2\nsnapshot_root\t/data/snap/\ncmd_rsync\t/usr/bin/rsync\nretain\tdaily\t3\nlockfile\t/run/rsnapshot.pid\nbackup\t/srv/src/\tlocal/\n"
    p = "rsnapshot"
    src = "mkdir -p /srv/src /data/snap; echo a >/srv/src/a\n"
    add(
        p,
        "spaces-not-tabs",
        "ConfigurationInvalid",
        "the settings are indented by spaces",
        src + put("/config/r.conf", snap.replace("retain\tdaily\t3", "retain daily 3")),
        "rsnapshot -c /config/r.conf daily",
        expect="ERROR: sure you don't have spaces where only tabs should be.",
    )
    add(
        p,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "rsnapshot -c /config/r.conf daily",
        expect="File not found: /config/r.conf",
    )
    add(
        p,
        "lock-held",
        "StaleLock",
        "the lock file of an instance that lives",
        src + put("/config/r.conf", snap) + "sleep 60 & echo $! >/run/rsnapshot.pid\n",
        "rsnapshot -c /config/r.conf daily",
        expect="ERROR: Lockfile /run/rsnapshot.pid exists and so does its process, can",
    )
    add(
        p,
        "rsync-missing",
        "ExecutableMissing",
        "rsync is not where the settings say",
        src + put("/config/r.conf", snap.replace("/usr/bin/rsync", "/usr/local/bin/rsync")),
        "rsnapshot -c /config/r.conf daily",
        expect="ERROR: sure you don't have spaces where only tabs should be.",
    )
    add(
        p,
        "root-not-writable",
        "PermissionDenied",
        "the snapshots' folder is root's",
        src
        + put("/config/r.conf", snap.replace("/run/rsnapshot.pid", "/tmp/rsnapshot.pid"))
        + "chmod 755 /data/snap\n",
        "rsnapshot -c /config/r.conf daily",
        user=1000,
        expect="ERROR: sure you don't have spaces where only tabs should be.",
    )
    add(
        p,
        "disk-full",
        "DiskFull",
        "the snapshot does not fit",
        src
        + "head -c 3000000 /dev/urandom >/srv/src/b\n"
        + DISK.format(path="/data/snap", size="1m")
        + put("/config/r.conf", snap),
        "rsnapshot -v -c /config/r.conf daily",
        expect="ERROR: /usr/bin/rsync returned",
    )

    b = "borg"
    borg = {
        "BORG_REPO": "/data/repo",
        "BORG_PASSPHRASE": "correct",
        "BORG_BASE_DIR": "/home/borg",
        "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
        "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
    }
    made = "export BORG_REPO=/data/repo BORG_PASSPHRASE=correct BORG_BASE_DIR=/home/borg; mkdir -p /home/borg /srv/src; echo a >/srv/src/a; borg init -e repokey >/dev/null 2>&1\n"
    create = "borg create --stats ::{now} /srv/src"
    add(
        b,
        "repository-missing",
        "ConfigurationMissing",
        "the repository is not there",
        "mkdir -p /home/borg /srv/src\n",
        create,
        environment=borg,
        expect="Repository /data/repo does not exist.",
    )
    add(
        b,
        "passphrase-wrong",
        "AuthenticationFailed",
        "the passphrase is wrong",
        made,
        create,
        environment=borg | {"BORG_PASSPHRASE": "wrong"},
    )
    add(
        b,
        "locked",
        "StaleLock",
        "another borg has the repository",
        made + "(borg with-lock ::  sleep 60 >/dev/null 2>&1 &) ; sleep 2\n",
        create,
        environment=borg,
        seconds=12,
        expect="Failed to create/acquire the lock /data/repo/lock.exclusive (timeout).",
    )
    add(
        b,
        "not-writable",
        "PermissionDenied",
        "the repository is root's",
        made + "chmod 700 /data/repo; chmod 777 /home/borg\n",
        create,
        environment=borg | {"BORG_BASE_DIR": "/tmp/b"},
        user=1000,
        expect="Linux: Unknown Linux",
    )
    add(
        b,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        made,
        "borg create --comprssion lz4 ::x /srv/src",
        environment=borg,
        expect='borg create: error: argument ARCHIVE: "lz4": No archive specified',
    )

    r = "restic"
    rest = {
        "RESTIC_REPOSITORY": "/data/repo",
        "RESTIC_PASSWORD": "correct",
        "RESTIC_CACHE_DIR": "/tmp/cache",
    }
    inited = "export RESTIC_REPOSITORY=/data/repo RESTIC_PASSWORD=correct; mkdir -p /srv/src; echo a >/srv/src/a; (unset RESTIC_PASSWORD_FILE; restic init >/dev/null 2>&1)\n"
    add(
        r,
        "repository-missing",
        "ConfigurationMissing",
        "the repository was never made",
        "mkdir -p /srv/src\n",
        "restic backup /srv/src",
        environment=rest,
        seconds=15,
        expect="Fatal: unable to open config file: stat /data/repo/config: no such fil",
    )
    add(
        r,
        "password-wrong",
        "AuthenticationFailed",
        "the password is wrong",
        inited,
        "restic backup /srv/src",
        environment=rest | {"RESTIC_PASSWORD": "wrong"},
        seconds=15,
        expect="Fatal: wrong password or no key found",
    )
    add(
        r,
        "password-missing",
        "ConfigurationMissing",
        "no password is given",
        inited,
        "restic backup /srv/src",
        environment={"RESTIC_REPOSITORY": "/data/repo"},
        seconds=15,
        expect="Fatal: an empty password is not a password",
    )
    add(
        r,
        "password-file-missing",
        "ConfigurationMissing",
        "the password's file is not mounted",
        inited,
        "restic backup /srv/src",
        environment={
            "RESTIC_REPOSITORY": "/data/repo",
            "RESTIC_PASSWORD_FILE": "/config/restic/password",
        },
        seconds=15,
        expect="Resolving password failed: Fatal: /config/restic/password does not exi",
    )
    add(
        r,
        "not-writable",
        "PermissionDenied",
        "the repository is root's",
        inited + "chmod -R go-w /data/repo\n",
        "restic backup /srv/src",
        environment=rest,
        user=1000,
        seconds=15,
        expect="Fatal: unable to open repository at /data/repo: ReadDir: open /data/re",
    )
    add(
        r,
        "backend-unknown",
        "ConfigurationInvalid",
        "a REST address with a typo in its kind",
        "mkdir -p /srv/src\n",
        "restic backup /srv/src",
        environment=rest | {"RESTIC_REPOSITORY": "rest:http//backup:8000/"},
        seconds=15,
        expect="Fatal: unable to open config file: client.Head: Head",
    )
    add(
        r,
        "server-refused",
        "DependencyNotReady",
        "nothing listens at the repository's address",
        "mkdir -p /srv/src\n",
        "restic backup /srv/src",
        environment=rest | {"RESTIC_REPOSITORY": "rest:http://127.0.0.1:8000/"},
        seconds=40,
        expect="Fatal: unable to open config file: client.Head: Head",
    )

    f = "lftp"
    add(
        f,
        "refused",
        "DependencyNotReady",
        "the server is down",
        "",
        [
            "lftp",
            "-e",
            "set net:max-retries 2; set net:reconnect-interval-base 1; set net:timeout 3; mirror /pub /data/pub; exit",
            "ftp://127.0.0.1:2199",
        ],
        seconds=12,
        expect="mirror: Fatal error: max-retries exceeded (Connection refused",
    )
    add(
        f,
        "command-unknown",
        "ConfigurationInvalid",
        "a command with a typo",
        put("/config/s.lftp", "opne ftp://127.0.0.1\nmirror /pub /data/pub"),
        "lftp -f /config/s.lftp",
        expect="mirror: Not connected",
    )
    add(
        f,
        "script-missing",
        "ConfigurationMissing",
        "the script is not mounted",
        "",
        "lftp -f /config/s.lftp",
        expect="source: /config/s.lftp: No such file or directory",
    )

    s = "stubby"
    yml = "resolution_type: GETDNS_RESOLUTION_STUB\ndns_transport_list:\n  - GETDNS_TRANSPORT_TLS\nlisten_addresses:\n  - 127.0.0.1@5353\nupstream_recursive_servers:\n  - address_data: 10.0.0.10\n    tls_auth_name: dns.example.com\n"
    add(
        s,
        "yaml-error",
        "ConfigurationInvalid",
        "the indentation is broken",
        put("/config/stubby.yml", yml + "  - : ]["),
        "stubby -C /config/stubby.yml",
        expect='Could not parse config file "/config/stubby.yml": Generic error',
    )
    add(
        s,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "stubby -C /config/stubby.yml",
        expect='Could not parse config file "/config/stubby.yml": No such file or dire',
    )

    t = "atftpd"
    add(
        t,
        "user-unknown",
        "ConfigurationInvalid",
        "the user is not in the image",
        "mkdir -p /srv/tftp\n",
        "atftpd --daemon --no-fork --logfile - --port 1069 --user tftp.tftp /srv/tftp",
        expect="atftpd: can't change identity to tftp.tftp: no such user/group. exitin",
    )

    w = "swtpm"
    add(
        w,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        "mkdir -p /data/tpm\n" + hold_port(2321, "127.0.0.1"),
        "swtpm socket --tpm2 --tpmstate dir=/data/tpm --ctrl type=tcp,port=2322 --server type=tcp,port=2321",
        expect="swtpm: Could not open TCP socket: Address already in use",
    )
    add(
        w,
        "bad-option",
        "ConfigurationInvalid",
        "a kind of socket that there is not",
        "mkdir -p /data/tpm\n",
        "swtpm socket --tpm2 --tpmstate dir=/data/tpm --ctrl type=tpc,port=2322",
    )
    add(
        w,
        "not-writable",
        "PermissionDenied",
        "the state's folder is root's",
        "mkdir -p /data/tpm; chmod 700 /data/tpm\n",
        "swtpm socket --tpm2 --tpmstate dir=/data/tpm --ctrl type=tcp,port=2322 --server type=tcp,port=2321 --flags startup-clear",
        user=1000,
        expect="swtpm: Error: Could not initialize libtpms.",
    )

    j = "janus"
    add(
        j,
        "configuration-missing",
        "ConfigurationMissing",
        "the settings are not mounted, so no transport is enabled",
        "mkdir -p /config/janus\n",
        "janus -F /config/janus",
        seconds=6,
        expect="No Janus API transport is available... enable at least one and restart",
    )
    add(
        j,
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        "",
        "janus --conifg=/config/janus.jcfg",
        expect="Unknown option --conifg=/config/janus.jcfg",
    )

    e = "rtpengine"
    add(
        e,
        "interface-missing",
        "ConfigurationMissing",
        "no interface is given",
        "",
        "rtpengine --foreground --log-stderr --listen-ng=127.0.0.1:2223 --table=-1 --config-file=none",
        expect="CRIT: [core] Fatal error: Missing option --interface",
    )
    add(
        e,
        "port-conflict",
        "PortConflict",
        "the control port is taken",
        hold_port(2223, "127.0.0.1", "DGRAM"),
        "rtpengine --foreground --log-stderr --interface=127.0.0.1 --listen-ng=127.0.0.1:2223 --table=-1 --config-file=none",
        expect="CRIT: [core] Fatal error: Failed to open UDP NG control connection por",
    )
    add(
        e,
        "address-invalid",
        "ConfigurationInvalid",
        "an interface that is none",
        "",
        "rtpengine --foreground --log-stderr --interface=eth7/none --listen-ng=127.0.0.1:2223 --table=-1 --config-file=none",
        expect="CRIT: [core] Fatal error: Invalid interface specification: 'eth7'",
    )
    add(
        e,
        "redis-refused",
        "DependencyNotReady",
        "its Redis is down",
        "",
        "rtpengine --foreground --log-stderr --interface=127.0.0.1 --listen-ng=127.0.0.1:2223 --table=-1 --config-file=none --redis=127.0.0.1:6399/1",
        seconds=8,
        expect="CRIT: [core] Fatal error: Cannot start up without running Redis",
    )

    n = "nfcapd"
    add(
        n,
        "folder-missing",
        "ConfigurationMissing",
        "the folder of the arguments does not exist",
        "",
        "nfcapd -p 2055 -w /data/flows",
        expect="No valid directory: /data/flows",
    )
    add(
        n,
        "address-in-use",
        "AddressInUse",
        "the port is taken, and neither log nor spec names one",
        "mkdir -p /data/flows\n" + hold_port(2055, kind="DGRAM"),
        "nfcapd -b 0.0.0.0 -p 2055 -w /data/flows",
        expect="Terminated due to errors",
    )
    add(
        n,
        "not-writable",
        "PermissionDenied",
        "the folder is root's",
        "mkdir -p /data/flows; chmod 755 /data/flows\n",
        "nfcapd -b 0.0.0.0 -p 2055 -w /data/flows",
        user=1000,
        expect="Failed to open file",
    )
    add(
        n,
        "folder-not-given",
        "ConfigurationMissing",
        "no folder is given",
        "",
        "nfcapd -p 2055",
        expect="ERROR, No source configurations found",
    )

    i = "bitlbee"
    bee = put(
        "/config/bitlbee.conf",
        "[settings]\nRunMode = Daemon\nDaemonInterface = 0.0.0.0\nDaemonPort = 6667\nConfigDir = /data/bee\n",
    )
    add(
        i,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        bee + "mkdir -p /data/bee\n" + hold_port(6667),
        "bitlbee -D -n -v -c /config/bitlbee.conf",
        expect="Is another bitlbee already running?",
    )
    add(
        i,
        "configuration-not-writable",
        "Unknown",
        "the folder is not there: warnings, and it serves",
        bee,
        "bitlbee -D -n -v -c /config/bitlbee.conf",
        running=True,
    )

    m = "mysql"
    sql = ["mysql", "-h", "127.0.0.1", "-uapp", "shop", "-e", "source /config/init.sql"]
    script = put("/config/init.sql", "create table if not exists orders (id int primary key);")
    add(
        m,
        "refused",
        "DependencyNotReady",
        "an init container's script, and the database is down",
        script,
        sql,
        expect="Can't connect to server on",
    )
    add(
        m,
        "password-wrong",
        "AuthenticationFailed",
        "the password is wrong",
        MARIADB + script,
        sql,
        environment={"MYSQL_PWD": "wrong"},
        expect="Access denied for user 'app'@'localhost' (using password: YES",
    )
    add(
        m,
        "privilege-missing",
        "PermissionDenied",
        "the user may not make tables",
        MARIADB + script,
        sql,
        environment={"MYSQL_PWD": "correct"},
        expect="at line 1 in file: '/config/init.sql': CREATE command denied to user '",
    )
    add(
        m,
        "script-missing",
        "ConfigurationMissing",
        "the script is not mounted",
        MARIADB,
        sql,
        environment={"MYSQL_PWD": "correct"},
        expect="ERROR at line 1: Failed to open file '/config/init.sql', error: 2",
    )
    add(
        m,
        "option-unknown",
        "ConfigurationInvalid",
        "the option file has an unknown option",
        script + put("/config/my.cnf", "[client]\nssl-moed=DISABLED"),
        ["mysql", "--defaults-file=/config/my.cnf", *sql[1:]],
        expect="mysql: unknown variable 'ssl-moed=DISABLED'",
    )

    d = "dhcpd"
    dh = "default-lease-time 600;\nsubnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.50 10.9.0.90; }\n"
    dhc = "dhcpd -d -f -4 -cf /config/dhcpd.conf -lf /data/dhcpd.leases -pf /run/dhcpd.pid lo"
    add(
        d,
        "no-subnet",
        "ConfigurationInvalid",
        "no subnet is declared for the interface",
        put("/config/dhcpd.conf", dh) + "touch /data/dhcpd.leases\n",
        dhc,
        expect="Not configured to listen on any interfaces!",
    )
    add(
        d,
        "syntax-error",
        "ConfigurationInvalid",
        "a semicolon is missing",
        put("/config/dhcpd.conf", dh.replace("600;", "600")) + "touch /data/dhcpd.leases\n",
        dhc,
        expect="Configuration file errors encountered -- exiting",
    )
    add(
        d,
        "leases-missing",
        "ConfigurationMissing",
        "the file of the leases was never made",
        put("/config/dhcpd.conf", dh),
        dhc,
        expect="check for failed database rewrite attempt!",
    )
    add(
        d,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "touch /data/dhcpd.leases\n",
        dhc,
        expect="Can't open /config/dhcpd.conf: No such file or directory",
    )

    v = "radvd"
    add(
        v,
        "syntax-error",
        "ConfigurationInvalid",
        "a brace is missing",
        put("/config/radvd.conf", "interface lo {\n AdvSendAdvert on\n"),
        "radvd -n -m stderr -C /config/radvd.conf -p /run/radvd.pid",
        expect="exiting, failed to read config file",
    )
    add(
        v,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "radvd -n -m stderr -C /config/radvd.conf -p /run/radvd.pid",
        expect="exiting, permissions on conf_file invalid",
    )
    add(
        v,
        "not-permitted",
        "PermissionDenied",
        "without NET_RAW",
        put("/config/radvd.conf", "interface lo { AdvSendAdvert on; };")
        + "chmod 644 /config/radvd.conf\n",
        "radvd -n -m stderr -C /config/radvd.conf -p /run/radvd.pid",
        user=1000,
        expect="open_icmpv6_socket: Operation not permitted",
    )

    sn = "ser2net"
    add(
        sn,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "ser2net -n -d -c /config/ser2net.yaml",
        expect="Unable to open config file '/config/ser2net.yaml': No such file or dir",
    )

    ss = "sssd"
    add(
        ss,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "mkdir -p /config\n",
        "sssd -i --logger=stderr -c /config/sssd.conf",
        expect="No domain is enabled",
    )
    add(
        ss,
        "permissions",
        "PermissionDenied",
        "the settings may be read by others: refused",
        put(
            "/config/sssd.conf",
            "[sssd]\nservices = nss\ndomains = x\n[domain/x]\nid_provider = files",
        )
        + "chmod 644 /config/sssd.conf\n",
        "sssd -i --logger=stderr -c /config/sssd.conf",
        expect="File ownership and permissions check failed",
    )
    add(
        ss,
        "no-domains",
        "ConfigurationMissing",
        "no domain is set",
        put("/config/sssd.conf", "[sssd]\nservices = nss\n") + "chmod 600 /config/sssd.conf\n",
        "sssd -i --logger=stderr -c /config/sssd.conf",
        seconds=8,
        expect="No domain is enabled",
    )

    co = "corosync"
    coro = "totem {\n  version: 2\n  cluster_name: shop\n  transport: knet\n}\nnodelist {\n  node { ring0_addr: 127.0.0.1\n nodeid: 1 }\n}\nquorum { provider: corosync_votequorum }\nlogging { to_stderr: yes\n to_syslog: no }\n"
    add(
        co,
        "syntax-error",
        "ConfigurationInvalid",
        "a brace is missing",
        put("/config/corosync.conf", coro + "logging {\n"),
        "corosync -f -c /config/corosync.conf",
        expect="parser error: /config/corosync.conf:7: Extra characters after opening",
    )
    add(
        co,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "corosync -f -c /config/corosync.conf",
        expect="Can't read file /config/corosync.conf: No such file or directory",
    )
    add(
        co,
        "node-not-listed",
        "ConfigurationInvalid",
        "no node of the list is this one",
        put(
            "/config/corosync.conf",
            coro.replace("127.0.0.1", "10.44.0.3")
            .replace("node { ring0_addr", "node {\n ring0_addr")
            .replace("nodeid: 1 }", "nodeid: 1\n }")
            .replace(
                "quorum { provider: corosync_votequorum }",
                "quorum {\n provider: corosync_votequorum\n}",
            )
            .replace(
                "logging { to_stderr: yes\n to_syslog: no }",
                "logging {\n to_stderr: yes\n to_syslog: no\n}",
            ),
        ),
        "corosync -f -c /config/corosync.conf",
        seconds=6,
        expect="error   [MAIN  ] Corosync Cluster Engine exiting with status 8 at",
    )

    ic = "icinga2"
    binary = "/usr/lib/x86_64-linux-gnu/icinga2/sbin/icinga2"
    ice = "-D DataDir=/data/i -D LogDir=/tmp -D CacheDir=/tmp -D SpoolDir=/tmp -D InitRunDir=/run -D RunAsUser=root -D RunAsGroup=root"
    add(
        ic,
        "object-type-unknown",
        "ConfigurationInvalid",
        "an object of a kind that does not exist",
        "mkdir -p /data/i\n"
        + put("/config/icinga2.conf", 'object Hots "a" { address = "10.0.0.1" }'),
        f"{binary} daemon -c /config/icinga2.conf {ice}",
        seconds=8,
        expect="critical/cli: Config validation failed. Re-run with 'icinga2 daemon -C",
    )
    add(
        ic,
        "include-missing",
        "ConfigurationMissing",
        "an included file is not mounted",
        "mkdir -p /data/i\n" + put("/config/icinga2.conf", 'include "zones.conf"'),
        f"{binary} daemon -c /config/icinga2.conf {ice}",
        seconds=8,
        expect="critical/cli: Config validation failed. Re-run with 'icinga2 daemon -C",
    )
    add(
        ic,
        "user-unknown",
        "ConfigurationInvalid",
        "the user is not in the image",
        "mkdir -p /data/i\n" + put("/config/icinga2.conf", "include <itl>"),
        f"{binary} daemon -c /config/icinga2.conf {ice.replace('RunAsUser=root', 'RunAsUser=icinga')}",
        seconds=8,
        expect='critical/cli: getpwnam() failed with error code 2, "No such file or di',
    )

    fc = "freshclam"
    fcc = "DatabaseDirectory /data/clam\nDatabaseMirror database.example.com\nDatabaseOwner root\nForeground yes\nMaxAttempts 1\nConnectTimeout 3\n"
    add(
        fc,
        "mirror-unknown",
        "DependencyNotReady",
        "the mirror's name is unknown",
        "mkdir -p /data/clam\n" + put("/config/f.conf", fcc),
        "freshclam --config-file=/config/f.conf --stdout",
        seconds=15,
        expect="ERROR: Update failed.",
    )
    add(
        fc,
        "owner-unknown",
        "ConfigurationInvalid",
        "the owner of the database is not in the image",
        "mkdir -p /data/clam\n"
        + put("/config/f.conf", fcc.replace("DatabaseOwner root", "DatabaseOwner clamd")),
        "freshclam --config-file=/config/f.conf --stdout",
        expect="ERROR: Initialization error!",
    )
    add(
        fc,
        "example-not-removed",
        "ConfigurationInvalid",
        "the line Example is still there",
        put("/config/f.conf", "Example\n" + fcc),
        "freshclam --config-file=/config/f.conf --stdout",
        expect="ERROR: Can't open/parse the config file /config/f.conf",
    )

    nm = "netdata"
    add(
        nm,
        "port-conflict",
        "PortConflict",
        "the port is taken",
        "mkdir -p /data/c /data/l\n"
        + put(
            "/config/netdata.conf",
            "[global]\n  run as user = root\n[directories]\n  cache = /data/c\n  log = /data/l\n  lib = /data/l\n[logs]\n  error = stderr\n  access = none\n[web]\n  bind to = 127.0.0.1:19999",
        )
        + hold_port(19999, "127.0.0.1"),
        "netdata -D -c /config/netdata.conf",
        seconds=6,
        expect="netdata FATAL : netdata : LISTENER: Cannot listen on any API socket. E",
    )
    add(
        nm,
        "healthy",
        "Unknown",
        "a netdata whose collectors fail one by one",
        "mkdir -p /data/c /data/l\n"
        + put(
            "/config/netdata.conf",
            "[global]\n  run as user = root\n[directories]\n  cache = /data/c\n  log = /data/l\n  lib = /data/l\n[logs]\n  error = stderr\n  access = none\n[web]\n  bind to = 127.0.0.1:19999",
        ),
        "netdata -D -c /config/netdata.conf",
        seconds=6,
        running=True,
    )

    lo = "logrotate"
    add(
        lo,
        "unknown-option-goes-on",
        "Unknown",
        "an option with a typo: it ignores the line and ends well",
        put("/config/lr.conf", "/var/log/app/*.log {\n  dialy\n  rotate 3\n}")
        + "mkdir -p /var/log/app; touch /var/log/app/a.log; chmod 644 /config/lr.conf\n",
        "logrotate -v -s /data/lr.state /config/lr.conf",
    )
    add(
        lo,
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place",
        "",
        "logrotate -s /data/lr.state /config/lr.conf",
        expect="error: cannot stat /config/lr.conf: No such file or directory",
    )

    rc = "redis-cli"
    add(
        rc,
        "refused",
        "DependencyNotReady",
        "an init container's ping, and Redis is down",
        "",
        ["sh", "-ec", "echo checking redis; redis-cli -h 127.0.0.1 -p 6399 ping"],
        expect="Could not connect to Redis at",
    )
    add(
        rc,
        "name-unknown",
        "DependencyNotReady",
        "Redis' name is unknown",
        "",
        ["redis-cli", "-h", "redis.shop.svc.cluster.local", "set", "ready", "1"],
        expect="Temporary failure in name resolution",
    )

    gi = "git"
    add(
        gi,
        "repository-missing",
        "ConfigurationInvalid",
        "the repository's path has a typo",
        REPOSITORY,
        ["git", "clone", "--depth", "1", "file:///srv/up/rr.git", "/data/site"],
        expect="and the repository exists.",
    )
    add(
        gi,
        "branch-unknown",
        "ConfigurationInvalid",
        "the branch does not exist",
        REPOSITORY
        + "cd /tmp && git clone -q /srv/up/r.git w 2>/dev/null && cd w && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git push -q origin HEAD 2>/dev/null; cd /srv\n",
        [
            "git",
            "clone",
            "--depth",
            "1",
            "--branch",
            "relase",
            "file:///srv/up/r.git",
            "/data/site",
        ],
        expect="fatal: Remote branch relase not found in upstream origin",
    )
    add(
        gi,
        "name-unknown",
        "DependencyNotReady",
        "the server's name is unknown",
        "",
        ["git", "clone", "https://git.example.com/shop/site.git", "/data/site"],
        expect="fatal: unable to access 'https://git.example.com/shop/site.git/': Coul",
    )
    add(
        gi,
        "refused",
        "DependencyNotReady",
        "the server is down",
        "",
        ["git", "clone", "https://127.0.0.1:8443/shop/site.git", "/data/site"],
        expect="fatal: unable to access",
    )
    add(
        gi,
        "folder-not-empty",
        "ApplicationError",
        "the volume is not empty",
        REPOSITORY + "mkdir -p /data/site; echo x >/data/site/a\n",
        ["git", "clone", "file:///srv/up/r.git", "/data/site"],
        expect="fatal: destination path '/data/site' already exists and is not an empt",
    )
    add(
        gi,
        "not-writable",
        "PermissionDenied",
        "the volume is root's",
        REPOSITORY + "mkdir -p /data/s; chmod 755 /data/s\n",
        ["git", "clone", "file:///srv/up/r.git", "/data/s/site"],
        user=1000,
        expect="fatal: could not create work tree dir '/data/s/site': Permission denie",
    )
    add(
        gi,
        "dubious-ownership",
        "PermissionDenied",
        "the work tree belongs to another user: refused",
        REPOSITORY
        + "git clone -q /srv/up/r.git /data/site 2>/dev/null; chown -R 1001 /data/site\n",
        ["git", "-C", "/data/site", "pull", "--ff-only"],
    )
    add(
        gi,
        "self-signed",
        "CertificateInvalid",
        "the server's certificate is self-signed",
        certificate("/srv/tls", "tls", "localhost")
        + "(cd /srv/tls; openssl s_server -quiet -accept 8443 -cert tls.crt -key tls.key -www >/dev/null 2>&1 &) ; sleep 0.5\n",
        ["git", "clone", "https://localhost:8443/shop/site.git", "/data/site"],
        expect="server certificate verification failed. CAfile: none CRLfile: none",
    )

    os_ = "openssl"
    add(
        os_,
        "key-missing",
        "ConfigurationMissing",
        "an init container's conversion, and the Secret is not mounted",
        "",
        [
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            "/config/tls/tls.crt",
            "-inkey",
            "/config/tls/tls.key",
            "-out",
            "/data/keystore.p12",
            "-passout",
            "pass:changeit",
        ],
        expect="library:file_open:No such file or",
    )
    add(
        os_,
        "key-mismatch",
        "CertificateInvalid",
        "key and certificate do not belong together",
        certificate() + certificate(name="other"),
        [
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            "/config/tls/tls.crt",
            "-inkey",
            "/config/tls/other.key",
            "-out",
            "/data/keystore.p12",
            "-passout",
            "pass:changeit",
        ],
        expect="No cert in -in file '/config/tls/tls.crt' matches private key",
    )
    add(
        os_,
        "no-certificate",
        "CertificateInvalid",
        "the certificate's file holds something else",
        put("/config/tls/tls.crt", "not a certificate")
        + "openssl genrsa -out /config/tls/tls.key 2048 2>/dev/null\n",
        [
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            "/config/tls/tls.crt",
            "-inkey",
            "/config/tls/tls.key",
            "-out",
            "/data/keystore.p12",
            "-passout",
            "pass:changeit",
        ],
        expect="Could not read any certificates from -in file from /config/tls/tls.crt",
    )
    add(
        os_,
        "output-denied",
        "PermissionDenied",
        "the volume is root's",
        certificate() + "chmod 644 /config/tls/*; chmod 755 /data\n",
        [
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            "/config/tls/tls.crt",
            "-inkey",
            "/config/tls/tls.key",
            "-out",
            "/data/keystore.p12",
            "-passout",
            "pass:changeit",
        ],
        user=1000,
        expect="for writing, Permission denied",
    )

    sp = "setpriv"
    add(
        sp,
        "user-unknown",
        "ConfigurationInvalid",
        "the user is not in the image",
        "",
        "setpriv --reuid=appuser --regid=appuser --init-groups sleep 60",
        expect="setpriv: failed to parse reuid: 'appuser'",
    )
    add(
        sp,
        "not-root",
        "PermissionDenied",
        "without the right to change the user",
        "",
        "setpriv --reuid=65534 --clear-groups sleep 60",
        user=1000,
        expect="setpriv: setresuid failed: Operation not permitted",
    )
    add(
        sp,
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        "",
        "setpriv --reuid=65534 --clear-groups beat-server --port 80",
        expect="setpriv: failed to execute beat-server: No such file or directory",
    )

    ca = "catatonit"
    add(
        ca,
        "program-missing",
        "ExecutableMissing",
        "the program is not in the image",
        "",
        "catatonit -- beat-server --port 80",
        expect="failed to exec pid1: No such file or directory",
    )
    add(
        ca,
        "not-executable",
        "PermissionDenied",
        "the script is not executable",
        put("/srv/run.sh", "#!/bin/sh\nexec sleep 60"),
        "catatonit -- /srv/run.sh",
        expect="failed to exec pid1: Permission denied",
    )

    sf = "s3fs"
    add(
        sf,
        "credentials-missing",
        "ConfigurationMissing",
        "neither a password file nor keys in the environment",
        "mkdir -p /data/b\n",
        "s3fs bucket /data/b -f -o url=http://127.0.0.1:9000 -o use_path_request_style",
        expect="s3fs: could not determine how to establish security credentials.",
    )
    add(
        sf,
        "credentials-readable",
        "PermissionDenied",
        "the password file may be read by others: refused",
        "mkdir -p /data/b\n"
        + put("/config/passwd-s3fs", "key:secret")
        + "chmod 644 /config/passwd-s3fs\n",
        "s3fs bucket /data/b -f -o url=http://127.0.0.1:9000 -o use_path_request_style -o passwd_file=/config/passwd-s3fs",
        expect="s3fs: credentials file /config/passwd-s3fs should not have others perm",
    )
    add(
        sf,
        "mount-point-missing",
        "ConfigurationMissing",
        "the mount point does not exist",
        put("/config/passwd-s3fs", "key:secret") + "chmod 600 /config/passwd-s3fs\n",
        "s3fs bucket /data/none -f -o url=http://127.0.0.1:9000 -o use_path_request_style -o passwd_file=/config/passwd-s3fs",
        expect="s3fs: unable to access MOUNTPOINT /data/none: No such file or director",
    )
    return table  # fmt: skip


def record(recorder: Recorder) -> None:
    apt(*PACKAGES.values(), "mariadb-server", "rsync", "openssl", "postgresql")
    record_all(
        recorder, scenarios(), {program: debian(package) for program, package in PACKAGES.items()}
    )
