"""Daemons of Debian 12 that the other modules leave out: media, VPN, version control, Kerberos, routing, mail policy and fetching,
and `sudo` as an entry point.

Settings are of the daemons' own manual pages; what they print was found by running them.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from ..recorder import Recorder, apt, debian
from .aside_daemons import UNPRIVILEGED, Program, listening, record_programs
from .python_programs import host
from .web import hold_port, put


def minidlna() -> Program:
    def conf(rest: str = "", port: int = 8200) -> str:
        return put("/config/minidlna.conf", f"""
port={port}
network_interface=lo
media_dir=V,/data/media
friendly_name=shop floor
db_dir=/data/cache
log_dir=/data/log
log_level=general,artwork,database,inotify,scanner,metadata,http,ssdp,tivo=info
inotify=no
{rest}
""") + "mkdir -p /data/media /data/cache /data/log; chmod 777 /data/cache /data/log\n"  # fmt: skip

    p = Program(
        "minidlna", debian("minidlna"), "registry.example.com/media/minidlna:1.3.0", "minidlnad -d -f /config/minidlna.conf -P /run/minidlna.pid",
        mounts={"config": "config:/config", "data": "claim:/data"}, seconds=4,
        spec={"hostNetwork": True, "ports": [{"containerPort": 8200}], "livenessProbe": listening(8200)},
    )  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place of -f",
        "Error reading configuration file",
        "",
        mounts={"config": "config:/etc/minidlna"},
    )
    p(
        "port-taken",
        "PortConflict",
        "the node's own media server has the port",
        "Failed to open socket for HTTP",
        conf() + hold_port(8200),
    )
    p(
        "port-no-number",
        "ConfigurationInvalid",
        "the port is a name",
        "Usage",
        conf().replace("port=8200", "port=dlna"),
    )
    p(
        "media-type-unknown",
        "ConfigurationInvalid",
        "a media kind that it does not know",
        "not understood",
        conf("media_dir=X,/data/media"),
    )
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "the user to change to is not in the image",
        "Bad user",
        conf("user=media"),
    )
    p(
        "database-folder-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "Failed to open sqlite database",
        conf() + "chmod 755 /data/cache /data/log /data\n",
        user=1000,
    )
    p(
        "already-running",
        "StaleLock",
        "the pid file names a living process: an earlier instance's number was given anew",
        "already running",
        conf() + "sleep 60 & echo $! >/run/minidlna.pid\n",
    )
    p(
        "media-folder-missing-stopped",
        "Unknown",
        "one media folder of two is not mounted; scans the other, serves, is stopped",
        "not accessible",
        conf("media_dir=A,/data/music") + "cp /usr/share/pixmaps/*.png /data/media 2>/dev/null || true\n",
        meanwhile="sleep 2; curl -s http://127.0.0.1:8200/rootDesc.xml; curl -s http://127.0.0.1:8200/none",
        seconds=5,
    )  # fmt: skip
    return p


def tinc() -> Program:
    def conf(
        rest: str = "",
        name: str = "Name = node1",
        host: str = "Subnet = 10.20.1.0/24\nAddress = 192.0.2.4",
    ) -> str:
        return (
            put("/config/shop/tinc.conf", f"{name}\nDeviceType = dummy\nAddressFamily = ipv4\nPort = 6555\n{rest}")
            + put("/config/shop/hosts/node1", host)
            + "openssl genrsa -traditional -out /config/shop/rsa_key.priv 2048 2>/dev/null; chmod 600 /config/shop/rsa_key.priv\n"
            + "openssl rsa -in /config/shop/rsa_key.priv -RSAPublicKey_out >>/config/shop/hosts/node1 2>/dev/null\n"
        )  # fmt: skip

    p = Program(
        "tinc", debian("tinc"), "registry.example.com/network/tinc:1.0.36", "tincd -D -d2 -c /config/shop --pidfile=/run/tinc.pid", mounts={"config": "config:/config/shop"}, seconds=4,
        spec={"ports": [{"containerPort": 6555, "protocol": "UDP"}, {"containerPort": 6555}], "livenessProbe": listening(6555)},
    )  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "tinc.conf is not mounted",
        "No such file or directory",
        "mkdir -p /config/shop\n",
    )
    p(
        "name-missing",
        "ConfigurationMissing",
        "tinc.conf has no Name",
        "Name for tinc daemon required",
        conf(name="Mode = router"),
    )
    p(
        "name-invalid",
        "ConfigurationInvalid",
        "a name with dashes",
        "Invalid name for myself",
        conf(name="Name = node-1.shop"),
    )
    p(
        "key-missing",
        "ConfigurationMissing",
        "the secret of the private key is not mounted",
        "Error reading RSA private key",
        conf() + "rm /config/shop/rsa_key.priv\n",
    )
    p(
        "mode-invalid",
        "ConfigurationInvalid",
        "a mode that it does not know",
        "Invalid routing mode",
        conf("Mode = bridge"),
    )
    p("port-taken", "PortConflict", "another tunnel of the node has the port", "already in use", conf() + hold_port(6555) + hold_port(6555, kind="DGRAM"),
      spec={"hostNetwork": True})  # fmt: skip
    p("stopped", "Unknown", "serves; a stranger connects and talks nonsense; stopped", "Ready", conf(), meanwhile="sleep 1; printf 'hello\\n' | nc -q 1 127.0.0.1 6555", seconds=5)  # fmt: skip
    p("killed-from-outside", "Unknown", "serves, drops a stranger, is killed", "Ready", conf(), meanwhile="sleep 1; printf '0 node9 17.7\\n' | nc -q 1 127.0.0.1 6555", seconds=5, stop_signal="SIGKILL")  # fmt: skip
    return p


def svnserve() -> Program:
    repo = "mkdir -p /data/svn; svnadmin create /data/svn/shop; chmod -R a+rwX /data\n"

    def conf(rest: str = "", access: str = "auth-access = write") -> str:
        return repo + put(
            "/config/svnserve.conf",
            f"[general]\nanon-access = none\n{access}\npassword-db = /config/passwd\n{rest}",
        ) + put("/config/passwd", "[users]\nann = correct")  # fmt: skip

    p = Program(
        "svnserve", debian("subversion"), "registry.example.com/vcs/svnserve:1.14.2",
        "svnserve -d --foreground -r /data/svn --listen-port 3690 --config-file /config/svnserve.conf --log-file /dev/stdout",
        mounts={"config": "config:/config", "repositories": "claim:/data"}, spec={"ports": [{"containerPort": 3690}], "livenessProbe": listening(3690)},
    )  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "no file at the place of --config-file",
        "Can't open file",
        repo,
        mounts={"config": "config:/etc/subversion"},
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "a line without a section before it",
        "Section header expected",
        conf().replace("[general]", "general:"),
    )
    p(
        "root-missing",
        "ConfigurationMissing",
        "the folder that -r names is not in the volume",
        "does not exist",
        conf() + "mv /data/svn /data/repos\n",
    )
    p("port-invalid", "ConfigurationInvalid", "the port's variable was not filled in", "Invalid port", conf(), command="svnserve -d --foreground -r /data/svn --listen-port ${SVN_PORT}")  # fmt: skip
    p("port-taken", "PortConflict", "the node has one already", "already in use", conf() + hold_port(3690), spec={"hostNetwork": True})  # fmt: skip
    p(
        "log-folder-not-writable",
        "PermissionDenied",
        "the log's folder is root's",
        "Permission denied",
        conf() + "mkdir -m 755 /var/log/svn\n",
        command="svnserve -d --foreground -r /data/svn --listen-port 3690 --config-file /config/svnserve.conf --log-file /var/log/svn/access.log",
        user=1000,
    )
    p(
        "wrong-password-stopped",
        "Unknown",
        "serves one checkout, refuses a wrong password, is stopped",
        "get-latest-rev",
        conf(),
        meanwhile="sleep 1; svn --non-interactive --username ann --password correct checkout svn://127.0.0.1/shop /tmp/w; svn --non-interactive --username ann --password wrong ls svn://127.0.0.1/shop; svn --non-interactive ls svn://127.0.0.1/none",
        seconds=6,
    )
    p("killed-from-outside", "Unknown", "serves two listings and is killed", "get-latest-rev", conf(), stop_signal="SIGKILL", seconds=5, meanwhile="sleep 1; for i in 1 2; do svn --non-interactive --username ann --password correct ls svn://127.0.0.1/shop; done")  # fmt: skip
    return p


def sudo() -> Program:
    copy = host("app-5d8c7f6b9-x2x7k", "10.244.1.23") + """
mkdir -p /run/etc; cp -a /etc/sudoers.d /run/etc/; cp -a /etc/sudoers /etc/passwd /etc/group /etc/shadow /run/etc/
chmod u+w /run/etc/sudoers; sed -i '/:x:1000:/d' /run/etc/passwd /run/etc/group
echo 'app:x:1000:1000::/home:/bin/sh' >>/run/etc/passwd; echo 'app:x:1000:' >>/run/etc/group; echo 'app:*:19000:0:99999:7:::' >>/run/etc/shadow
echo 'deploy ALL=(ALL) NOPASSWD: ALL' >>/run/etc/sudoers
"""  # fmt: skip
    bind = "chmod 440 /run/etc/sudoers\nfor f in passwd group shadow sudoers sudoers.d; do mount --bind /run/etc/$f /etc/$f; done\n"
    worker = put("/srv/app/worker.sh", "#!/bin/sh\necho \"worker $(id -un) started on $(hostname)\"\ntrap 'echo worker: stopping; exit 0' TERM\nfor i in 1 2 3 4; do echo \"batch $i done\"; sleep 1; done") + "chmod 755 /srv/app/worker.sh; chmod 755 /srv/app\n"  # fmt: skip

    p = Program(
        "sudo", debian("sudo"), "registry.example.com/shop/worker:4.2.0", "sudo -E -H -u app /srv/app/worker.sh", seconds=7, env={"BATCHES": "4"},
        spec={"resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}},
    )  # fmt: skip
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "-u names a user that the image lacks",
        "unknown user",
        worker + copy + bind,
        command="sudo -E -H -u application /srv/app/worker.sh",
    )
    p(
        "program-missing",
        "ExecutableMissing",
        "the program to start is not in the image",
        "command not found",
        copy + bind,
    )
    p(
        "sudoers-syntax-error",
        "ConfigurationInvalid",
        "the mounted sudoers has a rule without a host",
        "syntax error",
        worker + copy + "echo 'app NOPASSWD: ALL' >>/run/etc/sudoers\n" + bind + "true\n",
        user=1000,
        command="sudo -n /srv/app/worker.sh",
    )
    p(
        "no-new-privileges",
        "PermissionDenied",
        "allowPrivilegeEscalation is false",
        "no new privileges",
        worker + copy + bind,
        command="setpriv --no-new-privs --reuid=1000 --clear-groups sudo -E /srv/app/worker.sh",
        spec={"securityContext": {"runAsUser": 1000, "allowPrivilegeEscalation": False}, "command": ["sudo", "-E", "/srv/app/worker.sh"]},
    )  # fmt: skip
    p("done", "Unknown", "the worker does its batches and ends", "batch 4 done", worker + copy + bind)  # fmt: skip
    need = put("/srv/app/worker.sh", "#!/bin/sh\nset -eu\necho \"worker $(id -un) started\"\necho \"queue: ${QUEUE_URL:?must be set}\"\ntouch /data/out/batch-1\necho done") + "chmod 755 /srv/app/worker.sh; mkdir -m 755 /data/out\n"  # fmt: skip
    p("environment-reset", "ConfigurationMissing", "without -E sudo drops the variable that the worker demands", "QUEUE_URL", need + copy + bind, command="sudo -H -u app /srv/app/worker.sh", env={"QUEUE_URL": "redis://redis.shop.svc:6379/0"})  # fmt: skip
    p("output-not-writable", "PermissionDenied", "the user to whom it changes may not write the volume", "Permission denied", need + copy + bind, env={"QUEUE_URL": "redis://redis.shop.svc:6379/0"}, mounts={"out": "claim:/data/out"})  # fmt: skip
    p("script-of-windows", "ExecutableMissing", "the script has line ends of Windows", "unable to execute", copy + bind + "mkdir -p /srv/app; printf '#!/bin/sh\\r\\necho started\\r\\n' >/srv/app/worker.sh; chmod 755 /srv/app/worker.sh\n")  # fmt: skip
    return p


def kadmind() -> Program:
    conf = put("/config/krb5.conf", """
[libdefaults]
  default_realm = SHOP.INTERNAL
  dns_lookup_kdc = false
[realms]
  SHOP.INTERNAL = {
    kdc = 127.0.0.1
    admin_server = 127.0.0.1
  }
[logging]
  admin_server = STDERR
  kdc = STDERR
  default = STDERR
""") + put("/config/kdc.conf", """
[realms]
  SHOP.INTERNAL = {
    database_name = /data/krb/principal
    key_stash_file = /data/krb/stash
    acl_file = /config/kadm5.acl
    kadmind_port = 7749
    kpasswd_port = 7464
    max_life = 10h
  }
""") + put("/config/kadm5.acl", "*/admin@SHOP.INTERNAL *")  # fmt: skip
    database = "mkdir -p /data/krb; export KRB5_CONFIG=/config/krb5.conf KRB5_KDC_PROFILE=/config/kdc.conf; kdb5_util create -s -r SHOP.INTERNAL -P master >/dev/null 2>&1; kadmin.local -q 'addprinc -pw correct ann/admin' >/dev/null 2>&1\n"
    p = Program(
        "kadmind", debian("krb5-admin-server"), "registry.example.com/identity/krb5:1.20", "kadmind -nofork", mounts={"config": "config:/config", "data": "claim:/data"}, seconds=4,
        env={"KRB5_CONFIG": "/config/krb5.conf", "KRB5_KDC_PROFILE": "/config/kdc.conf"}, spec={"ports": [{"containerPort": 7749}, {"containerPort": 7464}], "livenessProbe": listening(7749)},
    )  # fmt: skip
    p(
        "realm-missing",
        "ConfigurationMissing",
        "krb5.conf is not mounted: no realm is known",
        "default realm",
        conf + database + "rm /config/krb5.conf\n",
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "a brace is missing in kdc.conf",
        "Improper format",
        conf + database + "sed -i 's/= {/=/' /config/kdc.conf\n",
    )
    p(
        "access-list-missing",
        "ConfigurationMissing",
        "the access list's key is not in the config map",
        "while initializing ACL file",
        conf + database + "rm /config/kadm5.acl\n",
    )
    p(
        "database-not-readable",
        "PermissionDenied",
        "the database belongs to root",
        "Permission denied",
        conf + database + "chmod -R go= /data/krb\n",
        user=1000,
    )
    p("port-taken", "PortConflict", "another one of the node has the port", "already in use", conf + database + hold_port(7749), spec={"hostNetwork": True})  # fmt: skip
    p(
        "port-749-as-nobody",
        "PermissionDenied",
        "the default port without NET_BIND_SERVICE",
        "Permission denied",
        UNPRIVILEGED + conf + database + "sed -i '/kadmind_port/d' /config/kdc.conf; chmod -R a+rwX /data/krb /config\n",
        user=65534,
        spec={"ports": [{"containerPort": 749}], "livenessProbe": None},
    )  # fmt: skip
    p(
        "stopped",
        "Unknown",
        "serves one administrator, refuses another's password, is stopped",
        "finished, exiting",
        conf + database,
        meanwhile="export KRB5_CONFIG=/config/krb5.conf; sleep 1; kadmin -p ann/admin -w wrong -q listprincs; nc -z 127.0.0.1 7749",
        seconds=5,
    )
    p("killed-from-outside", "Unknown", "serves one administrator and is killed", "starting", conf + database, meanwhile="export KRB5_CONFIG=/config/krb5.conf; sleep 1; kadmin -p ann/admin -w correct -q listprincs", seconds=5, stop_signal="SIGKILL")  # fmt: skip
    return p


def rpcbind() -> Program:
    p = Program(
        "rpcbind", debian("rpcbind"), "registry.example.com/storage/rpcbind:1.2.6", "rpcbind -f -w", seconds=3, before="mkdir -p /run/rpcbind\n", mounts={"run": "/run/rpcbind"},
        spec={"hostNetwork": True, "ports": [{"containerPort": 111}], "livenessProbe": listening(111)},
    )  # fmt: skip
    p("other-instance", "StaleLock", "the node's own instance has the lock", "already running", "mkdir -p /run/rpcbind; (rpcbind -f >/dev/null 2>&1 &); sleep 1\n", mounts={"run": "host:/run"})  # fmt: skip
    p("option-unknown", "ConfigurationInvalid", "an option of an older version", "invalid option", command="rpcbind -f -L -v")  # fmt: skip
    p("lock-folder-of-root", "PermissionDenied", "runs as a user who may not write its lock", "Permission denied", "chmod 755 /run\n", user=65534)  # fmt: skip
    p("debugging-stopped", "Unknown", "registers, answers a client, is stopped", "", command="rpcbind -f -d", meanwhile="sleep 1; rpcinfo -p 127.0.0.1; rpcinfo -T tcp 127.0.0.1 100003 4")  # fmt: skip
    p("demands-root", "PermissionDenied", "runs as nobody; it demands to be root", "You are not superuser", "chmod 1777 /run /run/rpcbind\n", user=65534, command="rpcbind -f -w -d")  # fmt: skip
    return p


def frr() -> Program:
    base = "rm -rf /var/tmp/frr; mount --bind /tmp /var/tmp; mkdir -p /run/frr /data/frr; chown -R frr:frr /run/frr /data/frr 2>/dev/null\n"

    def conf(text: str) -> str:
        return base + put("/config/bgpd.conf", text) + "chmod -R a+rX /config\n"

    good = """
hostname edge-1
log stdout informational
router bgp 64512
 bgp router-id 10.0.0.1
 no bgp ebgp-requires-policy
 neighbor 127.0.0.2 remote-as 64513
 neighbor 127.0.0.2 port 1790
 address-family ipv4 unicast
  network 10.20.0.0/24
 exit-address-family
"""
    line = "/usr/lib/frr/bgpd -f /config/bgpd.conf -Z -p 1179 -i /run/frr/bgpd.pid --vty_socket /run/frr --log stdout"
    p = Program(
        "frr", debian("frr"), "quay.io/frrouting/frr:8.4.4", line, mounts={"config": "config:/config", "run": "/run/frr"}, seconds=5,
        spec={"hostNetwork": True, "ports": [{"containerPort": 1179, "name": "bgp"}], "livenessProbe": listening(2605)},
    )  # fmt: skip
    p("option-unknown", "ConfigurationInvalid", "an option with a typo", "", conf(good), command=line + " --no_zebra_sync")  # fmt: skip
    p(
        "pid-file-locked",
        "StaleLock",
        "an earlier bgpd still holds the pid file",
        "Could not lock pid_file",
        conf(good) + f"({line.replace('1179', '1180')} -A 127.0.0.3 >/dev/null 2>&1 &); sleep 1.5\n",
    )  # fmt: skip
    p(
        "user-unknown",
        "ConfigurationInvalid",
        "-u names a user that the image lacks",
        "could not lookup user",
        conf(good),
        command=line + " -u quagga",
    )
    p("groups-not-to-be-changed", "PermissionDenied", "runAsUser is set: bgpd may not change its groups", "could not setgroups", conf(good) + "chown -R root /run/frr; chmod 755 /run/frr\n", user=65534)  # fmt: skip
    p("module-missing", "LibraryMissing", "the module of SNMP is a package of its own", "cannot open shared object", conf(good), command=line + " -M snmp")  # fmt: skip
    return p


def opendmarc() -> Program:
    def conf(rest: str = "", socket: str = "inet:8893@0.0.0.0") -> str:
        return put("/config/opendmarc.conf", f"""
AuthservID mail.shop.example.com
Socket {socket}
PidFile /run/opendmarc/opendmarc.pid
RejectFailures false
SoftwareHeader true
{rest}
""") + "mkdir -p /run/opendmarc; chmod 777 /run/opendmarc\n"  # fmt: skip

    p = Program(
        "opendmarc", debian("opendmarc"), "registry.example.com/mail/opendmarc:1.4.2", "opendmarc -f -c /config/opendmarc.conf", mounts={"config": "config:/config", "run": "/run/opendmarc"},
        spec={"ports": [{"containerPort": 8893}], "livenessProbe": listening(8893)},
    )  # fmt: skip
    p("setting-unknown", "ConfigurationInvalid", "a setting with a typo", "unrecognized parameter", conf("RejectFailure true"))  # fmt: skip
    p("boolean-invalid", "ConfigurationInvalid", "a boolean that is none", "illegal value", conf("SPFSelfValidate sometimes"))  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "no file at the place of -c", "error reading configuration file", "", mounts={"config": "config:/etc/opendmarc"})  # fmt: skip
    p("socket-missing", "ConfigurationMissing", "no Socket is set", "socket must be specified", conf().replace("Socket inet:8893@0.0.0.0\n", "", 1))  # fmt: skip
    p("user-unknown", "ConfigurationInvalid", "the user to change to is not in the image", "no such user", conf("UserID dmarc"))  # fmt: skip
    p("ignored-hosts-missing", "ConfigurationMissing", "the list of the hosts to ignore is not mounted", "ignore list", conf("IgnoreHosts /config/ignore.hosts"))  # fmt: skip
    return p


POP3 = put("/run/pop3.py", """
import socketserver
class Pop(socketserver.StreamRequestHandler):
    def handle(self):
        say = lambda text: self.wfile.write(text.encode() + b"\\r\\n")
        say("+OK ready")
        mail = "From: bob@shop.example.com\\r\\nSubject: error: connection refused\\r\\nMessage-ID: <1@shop>\\r\\n\\r\\nhello\\r\\n"
        for line in self.rfile:
            words = line.decode().split()
            verb = words[0].upper() if words else ""
            if verb == "PASS" and words[1] != "correct":
                say("-ERR [AUTH] Authentication failed.")
            elif verb == "CAPA":
                say("+OK\\r\\nUIDL\\r\\nUSER\\r\\n.")
            elif verb == "STAT":
                say(f"+OK 1 {len(mail)}")
            elif verb == "LIST":
                say(f"+OK\\r\\n1 {len(mail)}\\r\\n.")
            elif verb == "UIDL":
                say("+OK\\r\\n1 abc1\\r\\n.")
            elif verb in ("RETR", "TOP"):
                say("+OK\\r\\n" + mail + ".")
            else:
                say("+OK")
            if verb == "QUIT":
                return
socketserver.ThreadingTCPServer(("10.96.14.50", 110), Pop).serve_forever()
""") + "(python3 /run/pop3.py >/dev/null 2>&1 &); sleep 0.6\n"  # fmt: skip


def getmail() -> Program:
    name = host("pop.corp.svc", "10.96.14.50")

    def conf(
        rest: str = "",
        kind: str = "SimplePOP3Retriever",
        password: str = "correct",
        server: str = "pop.corp.svc",
        path: str = "/data/mail/",
    ) -> str:
        return put("/config/getmailrc", f"""
[retriever]
type = {kind}
server = {server}
username = orders
password = {password}
timeout = 5
[destination]
type = Maildir
path = {path}
[options]
verbose = 2
delete = false
{rest}
""") + "mkdir -p /data/mail/new /data/mail/cur /data/mail/tmp /home/getmail; chmod -R a+rwX /data /home\n"  # fmt: skip

    p = Program(
        "getmail", debian("getmail6"), "registry.example.com/mail/getmail:6.18", "getmail --getmaildir /home/getmail --rcfile /config/getmailrc", user=1000, seconds=9,
        mounts={"rc": "secret:/config", "mail": "claim:/data"}, spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    p("rc-missing", "ConfigurationMissing", "the secret with the rc file is not mounted", "does not exist", "mkdir -m 777 /home/getmail\n")  # fmt: skip
    p("rc-without-a-retriever", "ConfigurationMissing", "the rc file lacks a mandatory section", "missing section", conf().replace("[retriever]\n", "", 1).replace("type = SimplePOP3Retriever\nserver = pop.corp.svc\nusername = orders\npassword = correct\ntimeout = 5\n", ""))  # fmt: skip
    p("retriever-unknown", "ConfigurationInvalid", "a kind of retriever that it does not know", "SimplePOP4Retriever", conf(kind="SimplePOP4Retriever"))  # fmt: skip
    p("boolean-invalid", "ConfigurationInvalid", "a boolean that is none", "must be boolean", conf("read_all = sometimes"))  # fmt: skip
    p("server-refused", "DependencyNotReady", "nobody listens at the server's address", "refused", name + conf())  # fmt: skip
    p("server-name-unknown", "DependencyNotReady", "the server's name does not resolve", "error resolving name", conf())  # fmt: skip
    p("password-wrong", "AuthenticationFailed", "the password was rotated", "Authentication failed", name + POP3 + conf(password="old"))  # fmt: skip
    p("done", "Unknown", "fetches one mail and is done", "1 messages", name + POP3 + conf())  # fmt: skip
    return p


def programs() -> list[Program]:
    return [
        minidlna(),
        tinc(),
        svnserve(),
        sudo(),
        kadmind(),
        rpcbind(),
        frr(),
        opendmarc(),
        getmail(),
    ]


PACKAGES = (
    "minidlna", "tinc", "subversion", "sudo", "krb5-admin-server", "krb5-kdc", "krb5-user", "rpcbind", "frr", "opendmarc", "getmail6", "curl", "netcat-openbsd",
)  # fmt: skip


def record(recorder: Recorder) -> None:
    apt(*PACKAGES)
    record_programs(recorder, programs())
