"""Members of a consensus and hosts of go-plugins: Vault, Consul, Nomad, dkron, Kafka, RabbitMQ, Ceph, Dragonfly."""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import GH, ISO_S, Looked, indexed, repeated

VAULT_START = """
==> Vault server configuration:

Administrative Namespace: 
             Api Address: https://10.42.2.51:8200
                     Cgo: disabled
         Cluster Address: https://vault-1.vault-internal:8201
              Listener 1: tcp (addr: "[::]:8200", cluster address: "[::]:8201", max_request_duration: "1m30s", max_request_size: "33554432", tls: "enabled")
               Log Level: 
                   Mlock: supported: true, enabled: false
           Recovery Mode: false
                 Storage: raft (HA available)
                 Version: Vault v1.15.6, built 2024-02-28T17:07:34Z

==> Vault server started! Log data will stream in below:

«» [INFO]  proxy environment: http_proxy="" https_proxy="" no_proxy=""
«» [INFO]  incrementing seal generation: generation=1
«» [INFO]  core: Initializing version history cache for core
«» [INFO]  events: Starting event system
"""
VAULT_ELECTION = """
«+7» [WARN]  storage.raft: Election timeout reached, restarting election
«» [INFO]  storage.raft: entering candidate state: node="Node at vault-1.vault-internal:8201 [Candidate]" term=2#
«» [ERROR] storage.raft: failed to make requestVote RPC: target="{Voter 72e0b4c6-18af-4d93-9e55-c3061fa8d2b7 vault-0.vault-internal:8201}" error="dial tcp 10.42.1.32:8201: connect: connection refused"
«» [ERROR] storage.raft: failed to make requestVote RPC: target="{Voter 6e1b1c3a-7d6e-4a55-8f7a-0f3bd0b1d0aa vault-2.vault-internal:8201}" error="dial tcp 10.42.3.18:8201: i/o timeout"
"""
VAULT_PROBE = {"exec": {"command": ["/bin/sh", "-ec", "vault status -tls-skip-verify"]},
               "initialDelaySeconds": 60, "periodSeconds": 5, "failureThreshold": 2}  # fmt: skip

VAULT = [
    Looked(
        "vault", "election-nobody-wins", "NoLeader",
        "both other voters are gone for good; the member asks for votes until the liveness probe ends it",
        f"{GH}hashicorp/vault-helm/issues/40, {GH}hashicorp/vault/issues/8162",
        VAULT_START + repeated(11, VAULT_ELECTION),
        exit_code=137,
        pod=pod("vault", "hashicorp/vault:1.15.6", args=["server", "-config=/vault/config"],
                ports=[{"containerPort": 8200}, {"containerPort": 8201}], livenessProbe=VAULT_PROBE,
                volumeMounts=[{"name": "data", "mountPath": "/vault/data"}],
                volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data-vault-1"}}]),
    ),
    Looked(
        "vault", "no-raft-leader-to-join", "NoLeader",
        "a fresh member finds nobody to join: the node that should lead does not answer either",
        f"{GH}bank-vaults/vault-operator/issues/480, {GH}hashicorp/vault-helm/issues/503",
        VAULT_START + repeated(13, """
«+2» [INFO]  core: security barrier not initialized
«» [INFO]  core: attempting to join possible raft leader node: leader_addr=https://vault-0.vault-internal:8200
«» [ERROR] core: failed to get raft challenge: leader_addr=https://vault-0.vault-internal:8200 error="error during raft bootstrap init call: Put \\"https://vault-0.vault-internal:8200/v1/sys/storage/raft/bootstrap/challenge\\": dial tcp 10.42.1.32:8200: connect: connection refused"
«» [ERROR] core: failed to join raft cluster: error="failed to get raft challenge"
"""),
        exit_code=137,
    ),
    Looked(
        "vault", "election-won", "Unknown",
        "votes are refused at first, then the election is won and the node becomes active",
        f"{GH}hashicorp/vault/issues/8162, {GH}hashicorp/vault/issues/18117",
        VAULT_START + repeated(3, VAULT_ELECTION) + """
«+2» [WARN]  storage.raft: heartbeat timeout reached, starting election: last-leader-addr= last-leader-id=
«» [INFO]  storage.raft: entering candidate state: node="Node at vault-1.vault-internal:8201 [Candidate]" term=24
«» [INFO]  storage.raft: election won: term=24 tally=2
«» [INFO]  storage.raft: entering leader state: leader="Node at vault-1.vault-internal:8201 [Leader]"
«» [INFO]  storage.raft: added peer, starting replication: peer=6e1b1c3a-7d6e-4a55-8f7a-0f3bd0b1d0aa
«» [ERROR] storage.raft: failed to appendEntries to: peer="{Voter 72e0b4c6-18af-4d93-9e55-c3061fa8d2b7 vault-0.vault-internal:8201}" error="dial tcp 10.42.1.32:8201: connect: no route to host"
«» [INFO]  core: acquired lock, enabling active operation
«» [INFO]  core: post-unseal setup starting
«» [INFO]  core: successfully mounted: type=kv version="v0.16.1+builtin" path=secret/ namespace="ID: root. Path: "
«» [INFO]  core: post-unseal setup complete
""".lstrip("\n"),
        exit_code=None,
    ),
    Looked(
        "vault", "one-plugin-fails-and-it-goes-on", "Unknown",
        "the database plugin cannot shake hands; Vault logs it, finishes its unseal and serves",
        f"{GH}hashicorp/go-plugin/pull/223, " + indexed(7926180616),
        VAULT_START + """
«» [INFO]  core: vault is unsealed
«» [INFO]  core: post-unseal setup starting
«» [INFO]  core: loaded wrapping token key
«» [INFO]  core: successfully setup plugin catalog: plugin-directory=/vault/plugins
«» [INFO]  core: successfully mounted: type=system version="v1.15.6+builtin.vault" path=sys/ namespace="ID: root. Path: "
«» [ERROR] core: skipping plugin-based mount entry: path=database-ora/ error="Unrecognized remote plugin message: 
Failed to read any lines from plugin's stdout
This usually means
  the plugin was not compiled for this architecture,
  the plugin is missing dynamic-link libraries necessary to run,
  the plugin is not executable by this process due to file permissions, or
  the plugin failed to negotiate the initial go-plugin protocol handshake

Additional notes about plugin:
  Path: /vault/plugins/vault-plugin-database-oracle
  Mode: -rwxr-xr-x
  Owner: 100 [vault] (current: 100 [vault])
  ELF architecture: EM_X86_64 (current architecture: amd64)
"
«» [INFO]  core: successfully mounted: type=kv version="v0.16.1+builtin" path=secret/ namespace="ID: root. Path: "
«» [INFO]  core: restoring leases
«» [INFO]  expiration: lease restore complete
«» [INFO]  core: post-unseal setup complete
«+40» [INFO]  expiration: revoked lease: lease_id=auth/kubernetes/login/h5d0a8c
""".lstrip("\n"),
        exit_code=None,
    ),
    Looked(
        "vault", "snapshot-install-then-follower", "Unknown",
        "a member fetches a snapshot while it logs errors about old entries, and follows its leader",
        f"{GH}hashicorp/vault/issues/18004, {GH}hashicorp/vault/issues/18117",
        VAULT_START + """
«» [WARN]  storage.raft: failed to get previous log: previous-index=5190233 last-index=1 error="log not found"
«» [INFO]  core: security barrier not initialized
«» [INFO]  storage.raft.snapshot: creating new snapshot: path=/vault/data/raft/snapshots/13-5190236-1772501833127.tmp
«+10» [INFO]  storage.raft: snapshot network transfer progress: read-bytes=611540992 percent-complete="47.01%"
«+10» [INFO]  storage.raft: copied to local snapshot: bytes=1300838400
«» [INFO]  storage.raft.fsm: installing snapshot to FSM
«» [INFO]  storage.raft: Installed remote snapshot
«» [WARN]  storage.raft: rejecting vote request since we have a leader: from=vault-1.vault-internal:8201 leader=vault-0.vault-internal:8201
«» [INFO]  core: entering standby mode
«» [INFO]  core: vault is unsealed
«+60» [ERROR] core: failed to create token: error="failed to persist accessor index entry: node is not the leader"
«+60» [INFO]  core.autoseal: seal configuration reloaded
""".lstrip("\n"),
        exit_code=None,
    ),
]  # fmt: skip

CONSUL_START = """
==> Starting Consul agent...
           Version: '1.16.2'
        Build Date: '2023-09-19 20:47:51 +0000 UTC'
           Node ID: '2e81c3d0-5e26-8d5b-4b9d-0e6bfa4a2a07'
         Node name: 'consul-server-0'
        Datacenter: 'dc1' (Segment: '<all>')
            Server: true (Bootstrap: false)
       Client Addr: [0.0.0.0] (HTTP: 8500, HTTPS: -1, gRPC: -1, gRPC-TLS: 8503, DNS: 8600)
      Cluster Addr: 10.42.4.12 (LAN: 8301, WAN: 8302)

==> Log data will now stream in as it occurs:

«» [WARN]  agent: bootstrap_expect > 0: expecting 3 servers
«» [INFO]  agent.server.raft: initial configuration: index=81 servers="[{Suffrage:Voter ID:a91c5e07-3f44-61d2-8b70-5d0c2e97f318 Address:10.42.6.31:8300} {Suffrage:Voter ID:2e81c3d0-5e26-8d5b-4b9d-0e6bfa4a2a07 Address:10.42.4.7:8300} {Suffrage:Voter ID:8ce0b3a1-6c0d-5d9e-2cf1-44a0c1ad0c11 Address:10.42.5.77:8300}]"
«» [INFO]  agent.server.raft: entering follower state: follower="Node at 10.42.4.12:8300 [Follower]" leader-address= leader-id=
«» [INFO]  agent.server.serf.lan: serf: EventMemberJoin: consul-server-0 10.42.4.12
"""
CONSUL_ROUND = """
«+6» [WARN]  agent.server.raft: Election timeout reached, restarting election
«» [INFO]  agent.server.raft: entering candidate state: node="Node at 10.42.4.12:8300 [Candidate]" term=41#
«» [ERROR] agent.server.raft: failed to make requestVote RPC: target="{Voter a91c5e07-3f44-61d2-8b70-5d0c2e97f318 10.42.6.31:8300}" error="dial tcp <nil>->10.42.6.31:8300: i/o timeout" term=41#
«» [ERROR] agent.anti_entropy: failed to sync remote state: error="No cluster leader"
«» [ERROR] agent.http: Request error: method=GET url=/v1/operator/raft/configuration from=127.0.0.1:5#022 error="No cluster leader"
"""

CONSUL = [
    Looked(
        "consul", "peers-have-new-addresses", "NoLeader",
        "all servers were moved at once; the stored raft configuration still holds the old addresses",
        f"{GH}hashicorp/consul/issues/11083, {GH}hashicorp/consul/issues/7486",
        CONSUL_START + repeated(12, CONSUL_ROUND),
        exit_code=143, captures={"storedAddress": "10.42.6.31:8300"},
    ),
    Looked(
        "consul", "leader-elected-after-no-cluster-leader", "Unknown",
        "No cluster leader is logged for half a minute, then a leader is elected",
        f"{GH}hashicorp/consul/issues/11083, " + indexed(38566005751, 23962512236),
        CONSUL_START + repeated(4, CONSUL_ROUND) + """
«+3» [INFO]  agent.server.serf.lan: serf: EventMemberJoin: consul-server-2 10.42.5.77
«» [INFO]  agent.server: Adding LAN server: server="consul-server-2 (Addr: tcp/10.42.5.77:8300) (DC: dc1)"
«» [INFO]  agent.server.raft: entering follower state: follower="Node at 10.42.4.12:8300 [Follower]" leader-address=10.42.5.77:8300 leader-id=8ce0b3a1-6c0d-5d9e-2cf1-44a0c1ad0c11
«» [INFO]  agent.server: New leader elected: payload=consul-server-2
«» [INFO]  agent: Synced node info
«+30» [WARN]  agent: Check socket connection failed: check=service:web error="dial tcp 10.42.0.9:8080: connect: connection refused"
«+30» [INFO]  agent: Synced check: check=service:web
""".lstrip("\n"),
        exit_code=None,
    ),
]  # fmt: skip

NOMAD = [
    Looked(
        "nomad", "not-part-of-the-configuration", "NoLeader",
        "the server is not in the stable raft configuration, so it never stands for election",
        f"{GH}hashicorp/nomad/issues/16652, {GH}hashicorp/nomad/issues/23251",
        """
==> Loaded configuration from /etc/nomad.d/nomad.hcl
==> Starting Nomad agent...
==> Nomad agent configuration:

       Advertise Addrs: HTTP: 10.42.4.7:4646; RPC: 10.42.4.7:4647; Serf: 10.42.4.7:4648
            Bind Addrs: HTTP: [0.0.0.0:4646]; RPC: 0.0.0.0:4647; Serf: 0.0.0.0:4648
                Client: false
             Log Level: INFO
                Region: global (DC: dc1)
                Server: true
               Version: 1.5.2

==> Nomad agent started! Log data will stream in below:

    «» [INFO]  nomad.raft: initial configuration: index=0 servers=[]
    «» [INFO]  nomad.raft: entering follower state: follower="Node at 10.42.4.7:4647 [Follower]" leader-address= leader-id=
    «» [INFO]  nomad: serf: EventMemberJoin: nomad-2.global 10.42.4.7
    «» [INFO]  nomad: starting scheduling worker(s): num_workers=4 schedulers=["service", "batch", "system", "sysbatch", "_core"]
    «» [INFO]  nomad: adding server: server="nomad-2.global (Addr: 10.42.4.7:4647) (DC: dc1)"
""" + repeated(10, """
    «+9» [WARN]  nomad.raft: not part of stable configuration, aborting election
    «+5» [ERROR] worker: failed to dequeue evaluation: worker_id=1c7b0d3c-1f5c-7e1f-1c2c-0a8a7d0c0b1# error="No cluster leader"
    «» [ERROR] http: request failed: method=GET path=/v1/agent/health?type=server error="{\\"server\\":{\\"ok\\":false,\\"message\\":\\"No cluster leader\\"}}" code=500
"""),
        exit_code=137,
    ),
    Looked(
        "nomad", "leadership-lost-and-won", "Unknown",
        "leadership is lost for want of a quorum and won again seconds later",
        f"{GH}hashicorp/nomad/issues/4330",
        """
    «» [INFO] agent: detected plugin: name=docker type=driver plugin_version=0.1.0
    «» [INFO] raft: Node at 10.42.5.121:4647 [Leader] entering Leader state
    «» [INFO] nomad: cluster leadership acquired
    «+300» [WARN] raft: Failed to contact 10.42.6.5:4647 in 612.40118ms
    «» [WARN] raft: Failed to contact 10.42.7.9:4647 in 655.018332ms
    «» [WARN] raft: Failed to contact quorum of nodes, stepping down
    «» [INFO] raft: Node at 10.42.5.121:4647 [Follower] entering Follower state (Leader: "")
    «» [ERR] nomad.client: Register failed: leadership lost while committing log
    «» [INFO] nomad: cluster leadership lost
    «» [ERR] worker: failed to dequeue evaluation: No cluster leader
    «+2» [WARN] raft: Heartbeat timeout from "" reached, starting election
    «» [INFO] raft: Node at 10.42.5.121:4647 [Candidate] entering Candidate state in term 19
    «» [ERR] raft: Failed to make RequestVote RPC to {Voter 10.42.7.9:4647 10.42.7.9:4647}: dial tcp 10.42.7.9:4647: connect: connection refused
    «» [INFO] raft: Election won. Tally: 2
    «» [INFO] raft: Node at 10.42.5.121:4647 [Leader] entering Leader state
    «» [INFO] nomad: cluster leadership acquired
    «+60» [INFO] serf: attempting reconnect to nomad-3.global 10.42.7.9:4648
""",
        clock="%Y/%m/%d %H:%M:%S", exit_code=None,
    ),
]  # fmt: skip

DKRON_NO_CONFIG = """
time="«»" level=info msg="No valid config found: Applying default values." error="Config File \\"dkron\\" Not Found in \\"[/etc/dkron /root/.dkron /opt/local/dkron/config]\\""
"""
DKRON_START = (
    DKRON_NO_CONFIG
    + """time="«»" level=info msg="agent: Dkron agent starting" node=dkron-0
time="«»" level=info msg="agent: Retry join LAN is supported for: aliyun aws azure digitalocean gce k8s linode mdns os packet scaleway softlayer tencentcloud triton vsphere" node=dkron-0
time="«»" level=info msg="agent: Joining cluster..." cluster=LAN node=dkron-0
time="«»" level=info msg="agent: Join cluster LAN completed. Synced with initial agents" node=dkron-0
"""
)
DKRON_PLUGINS = "".join(
    f'time="«»" level=debug msg="starting plugin" args="[/opt/local/dkron/dkron-{kind}]" node=dkron-0'
    f" path=/opt/local/dkron/dkron-{kind}\n"
    f'time="«»" level=debug msg="plugin started" node=dkron-0 path=/opt/local/dkron/dkron-{kind} pid={20 + n}\n'
    f'time="«»" level=debug msg="waiting for RPC address" node=dkron-0 path=/opt/local/dkron/dkron-{kind}\n'
    f'time="«»" level=debug msg="plugin address" address=/tmp/plugin27193350{n} network=unix node=dkron-0'
    f' subsystem_name=plugins.dkron-{kind} timestamp="«=b»"\n'
    f'time="«»" level=debug msg="using plugin" node=dkron-0 version=1\n'
    for n, kind in enumerate(("processor-files", "processor-log", "processor-syslog"))
)
DKRON_CLOCK = (ISO_S, "%Y-%m-%dT%H:%M:%S.%LZ")
DKRON_ROUND = """
time="«+1»" level=info msg="«=b» [DEBUG] raft: votes: needed=2"
time="«»" level=info msg="«=b» [DEBUG] raft: vote granted: from=dkron-2 term=2581# tally=1"
time="«»" level=info msg="«=b» [ERROR] raft: failed to make requestVote RPC: target=\\"{Voter dkron-0 10.42.91.14:6868}\\" error=\\"dial tcp 10.42.91.14:6868: i/o timeout\\""
time="«»" level=info msg="«=b» [ERROR] raft: failed to make requestVote RPC: target=\\"{Voter dkron-1 10.42.93.120:6868}\\" error=\\"dial tcp 10.42.93.120:6868: i/o timeout\\""
time="«+1»" level=info msg="«=b» [WARN]  raft: Election timeout reached, restarting election"
time="«»" level=info msg="«=b» [INFO]  raft: entering candidate state: node=\\"Node at 10.42.70.12:6868 [Candidate]\\" term=2581#"
"""
USUALLY = (
    "This usually means\\n  the plugin was not compiled for this architecture,\\n  the plugin is missing dynamic-link"
    " libraries necessary to run,\\n  the plugin is not executable by this process due to file permissions, or\\n  the"
    " plugin failed to negotiate the initial go-plugin protocol handshake\\n\\nAdditional notes about plugin:\\n  Path:"
    " /opt/local/dkron/dkron-executor-http\\n  Mode: -rwxr-xr-x\\n  Owner: 0 [root] (current: 0 [root])\\n  Group: 0"
    " [root] (current: 0 [root])\\n  ELF architecture: EM_X86_64 (current architecture: amd64)\\n"
)  # fmt: skip
DKRON_SOURCE = (
    "distribworks/dkron cmd/plugins.go and cmd/agent.go, " + f"{GH}dkron-io/dkron/issues/992,"
    f" {GH}hashicorp/go-plugin/pull/223"
)  # fmt: skip

DKRON = [
    Looked(
        "dkron", "peers-by-their-old-addresses", "NoLeader",
        "all servers were restarted at once with new pod addresses; raft still knows the old ones",
        f"{GH}dkron-io/dkron/issues/1001, {GH}dkron-io/dkron/issues/1213",
        DKRON_START + repeated(15, DKRON_ROUND),
        clock=DKRON_CLOCK, exit_code=137, captures={"storedAddress": "10.42.91.14:6868"},
    ),
    Looked(
        "dkron", "no-leader-member-then-back", "Unknown",
        "the leader is out of sight for a minute and comes back; jobs run again",
        f"{GH}dkron-io/dkron/issues/2032, " + indexed(1778971626),
        DKRON_START + repeated(4, 'time="«+15»" level=error msg="no member leader found in member list" node=dkron-0\n') + """
time="«+4»" level=info msg="agent: New member joined the cluster" member=dkron-1 node=dkron-0
time="«»" level=info msg="agent: Running for election" node=dkron-0
time="«»" level=info msg="dkron: monitoring leadership" node=dkron-0
time="«+60»" level=info msg="grpc: ExecutionDone forwarded to the leader" node=dkron-0
time="«+60»" level=info msg="grpc: ExecutionDone forwarded to the leader" node=dkron-0
""".lstrip("\n"),
        clock=DKRON_CLOCK, exit_code=None,
    ),
    Looked(
        "dkron", "vote-on-the-second-try", "Unknown",
        "the first election finds no quorum, the second is won",
        f"{GH}dkron-io/dkron/issues/992, {GH}dkron-io/dkron/issues/1210",
        DKRON_START + repeated(1, DKRON_ROUND) + """
time="«»" level=info msg="«=b» [DEBUG] raft: votes: needed=2"
time="«»" level=info msg="«=b» [DEBUG] raft: vote granted: from=dkron-0 term=3 tally=1"
time="«»" level=info msg="«=b» [DEBUG] raft: vote granted: from=dkron-1 term=3 tally=2"
time="«»" level=info msg="«=b» [INFO]  raft: election won: tally=2"
time="«»" level=info msg="«=b» [INFO]  raft: entering leader state: leader=\\"Node at 10.42.70.12:6868 [Leader]\\""
time="«»" level=info msg="dkron: cluster leadership acquired" node=dkron-0
time="«»" level=info msg="agent: Starting scheduler" node=dkron-0
time="«»" level=info msg="«=b» [WARN]  raft: failed to get previous log: previous-index=6 last-index=0 error=\\"log not found\\""
time="«»" level=info msg="«=b» [INFO]  raft: pipelining replication: peer=\\"{Voter dkron-1 10.42.93.120:6868}\\""
time="«+30»" level=info msg="scheduler: Run job" job=nightly-report node=dkron-0 schedule="@every 30s"
""".lstrip("\n"),
        clock=DKRON_CLOCK, exit_code=None,
    ),
    Looked(
        "dkron", "config-file-not-found-and-well", "Unknown",
        "there is no config file and none is needed: defaults and flags do",
        f"{GH}dkron-io/dkron/issues/683",
        DKRON_START + """time="«»" level=info msg="agent: Listen for events" node=dkron-0
time="«»" level=info msg="api: Running HTTP server" address=":8080" node=dkron-0
time="«»" level=info msg="adding server dkron-1 (Addr: 10.42.93.120:6868) (DC: dc1)" node=dkron-0
time="«»" level=info msg="dkron: monitoring leadership" node=dkron-0
time="«»" level=info msg="dkron: cluster leadership acquired" node=dkron-0
time="«»" level=info msg="agent: Starting scheduler" node=dkron-0
""" + repeated(6, 'time="«+60»" level=info msg="scheduler: Run job" job=heartbeat node=dkron-0 schedule="@every 60s"\n'),
        clock=DKRON_CLOCK, exit_code=None,
    ),
    Looked(
        "dkron", "plugin-says-something-else", "PluginHandshakeFailed",
        "an executor plugin prints no handshake and exits, so the agent ends",
        DKRON_SOURCE,
        DKRON_NO_CONFIG + DKRON_PLUGINS + """time="«»" level=debug msg="starting plugin" args="[/opt/local/dkron/dkron-executor-http]" node=dkron-0 path=/opt/local/dkron/dkron-executor-http
time="«»" level=debug msg="plugin started" node=dkron-0 path=/opt/local/dkron/dkron-executor-http pid=31
time="«»" level=debug msg="waiting for RPC address" node=dkron-0 path=/opt/local/dkron/dkron-executor-http
time="«»" level=error msg="plugin process exited" error="exit status 2" node=dkron-0 path=/opt/local/dkron/dkron-executor-http pid=31
time="«»" level=fatal msg="Unrecognized remote plugin message: \\nFailed to read any lines from plugin's stdout\\n""" + USUALLY + """"
""",
        clock=DKRON_CLOCK,
    ),
    Looked(
        "dkron", "plugin-of-an-older-protocol", "PluginHandshakeFailed",
        "a home-made plugin was built against an older go-plugin",
        "distribworks/dkron cmd/plugins.go, " + indexed(7926180616, 133383744),
        DKRON_NO_CONFIG + DKRON_PLUGINS + """time="«»" level=fatal msg="Incompatible core API version with plugin. Plugin version: 2, Core version: 1\\n\\nTo fix this, the plugin usually only needs to be recompiled.\\nPlease report this to the plugin author."
""",
        clock=DKRON_CLOCK,
    ),
    Looked(
        "dkron", "plugin-too-slow", "PluginHandshakeFailed",
        "the node is overloaded and a plugin does not come up within its minute",
        "distribworks/dkron cmd/plugins.go, " + indexed(7926180616, 571998478),
        DKRON_NO_CONFIG + DKRON_PLUGINS + """time="«»" level=debug msg="starting plugin" args="[/opt/local/dkron/dkron-executor-kafka]" node=dkron-0 path=/opt/local/dkron/dkron-executor-kafka
time="«»" level=debug msg="plugin started" node=dkron-0 path=/opt/local/dkron/dkron-executor-kafka pid=33
time="«»" level=debug msg="waiting for RPC address" node=dkron-0 path=/opt/local/dkron/dkron-executor-kafka
time="«+60»" level=debug msg="plugin process exited" error="signal: killed" node=dkron-0 path=/opt/local/dkron/dkron-executor-kafka pid=33
time="«»" level=fatal msg="timeout while waiting for plugin to start"
""",
        clock=DKRON_CLOCK,
    ),
    Looked(
        "dkron", "plugin-for-another-cpu", "ArchitectureMismatch",
        "the executor in the plugin directory is an arm64 binary: it cannot even be started",
        "distribworks/dkron cmd/plugins.go (log.Fatal of go-plugin's exec error), " + f"{GH}dkron-io/dkron/issues/992",
        DKRON_NO_CONFIG + DKRON_PLUGINS + """time="«»" level=debug msg="starting plugin" args="[/etc/dkron/plugins/dkron-executor-gcppubsub]" node=dkron-0 path=/etc/dkron/plugins/dkron-executor-gcppubsub
time="«»" level=fatal msg="fork/exec /etc/dkron/plugins/dkron-executor-gcppubsub: exec format error"
""",
        clock=DKRON_CLOCK,
    ),
    Looked(
        "dkron", "plugin-not-executable", "PermissionDenied",
        "the plugin was mounted from a config map without the execute bit",
        "distribworks/dkron cmd/plugins.go (log.Fatal of go-plugin's exec error), " + f"{GH}dkron-io/dkron/issues/992",
        DKRON_NO_CONFIG + DKRON_PLUGINS + """time="«»" level=debug msg="starting plugin" args="[/etc/dkron/plugins/dkron-executor-notify]" node=dkron-0 path=/etc/dkron/plugins/dkron-executor-notify
time="«»" level=fatal msg="fork/exec /etc/dkron/plugins/dkron-executor-notify: permission denied"
""",
        clock=DKRON_CLOCK,
    ),
    Looked(
        "dkron", "rpc-port-taken", "PortConflict",
        "another agent on the host network has the RPC port",
        indexed(1778971626) + " (dkron/agent.go)",
        DKRON_START + """time="«»" level=fatal msg="listen tcp 192.168.7.21:6868: bind: address already in use" node=dkron-0
""",
        clock=DKRON_CLOCK, captures={"address": "192.168.7.21:6868"},
    ),
    Looked(
        "dkron", "raft-multiplier-out-of-range", "ConfigurationInvalid",
        "raft-multiplier is set to 20",
        indexed(1778971626) + " (dkron/agent.go)",
        DKRON_START + """time="«»" level=info msg="api: Running HTTP server" address=":8080" node=dkron-0
time="«»" level=fatal msg="agent: Raft layer failed to start" error="raft-multiplier cannot be 20. Must be between 1 and 10" node=dkron-0
""",
        clock=DKRON_CLOCK,
    ),
]  # fmt: skip

MATTERMOST = [
    Looked(
        "mattermost", "plugin-will-not-activate", "Unknown",
        "one plugin lacks a symbol of the image's libc; the server logs it and goes on serving",
        f"{GH}blindsidenetworks/mattermost-plugin-bigbluebutton/issues/89,"
        f" {GH}dy0gu/mattermost-plugin-freemium/issues/42",
        """
{"timestamp":"«»","level":"info","msg":"Server is initializing...","caller":"platform/service.go:181","go_version":"go1.20.7"}
{"timestamp":"«»","level":"info","msg":"Pinging SQL","caller":"sqlstore/store.go:232","database":"master"}
{"timestamp":"«»","level":"info","msg":"Starting up plugins","caller":"app/plugin.go:217"}
{"timestamp":"«»","level":"debug","msg":"Error relocating /mattermost/plugins/bigbluebutton/server/plugin.exe: __vfprintf_chk: symbol not found","caller":"plugin/hclog_adapter.go:35","plugin_id":"bigbluebutton"}
{"timestamp":"«»","level":"debug","msg":"plugin process exited","caller":"plugin/hclog_adapter.go:33","plugin_id":"bigbluebutton","wrapped_extras":"path/mattermost/plugins/bigbluebutton/server/plugin.exepid87errorexit status 127"}
{"timestamp":"«»","level":"error","msg":"Unable to activate plugin","caller":"app/plugin.go:172","plugin_id":"bigbluebutton","error":"unable to start plugin: bigbluebutton: Unrecognized remote plugin message: Failed to read any lines from plugin's stdout This usually means the plugin was not compiled for this architecture, the plugin is missing dynamic-link libraries necessary to run, the plugin is not executable by this process due to file permissions, or the plugin failed to negotiate the initial go-plugin protocol handshake"}
{"timestamp":"«»","level":"warn","msg":"plugin failed to exit gracefully","caller":"plugin/hclog_adapter.go:53","plugin_id":"bigbluebutton"}
{"timestamp":"«»","level":"info","msg":"Starting Server...","caller":"app/server.go:901"}
{"timestamp":"«»","level":"info","msg":"Server is listening on [::]:8065","caller":"app/server.go:969","address":"[::]:8065"}
""" + repeated(7, '{"timestamp":"«+20»","level":"debug","msg":"Received HTTP request","caller":"web/handlers.go:163","method":"GET","url":"/api/v4/system/ping","request_id":"x7q#","status_code":"200"}\n'),
        clock="%Y-%m-%d %H:%M:%S.%L Z", exit_code=None,
    ),
    Looked(
        "grafana-plugins", "backend-plugins-missing", "Unknown",
        "data source plugins have no binary for this platform; Grafana serves without them",
        indexed(23079893238, 61043023131),
        """
logger=settings t=«» level=info msg="Starting Grafana" version=10.4.1 commit=d94d597d847c05085542c29dfad6b3f469cc77e1 branch=v10.4.x compiled=2024-03-21T12:02:31Z
logger=settings t=«» level=info msg="Config loaded from" file=/usr/share/grafana/conf/defaults.ini
logger=settings t=«» level=info msg="Config loaded from" file=/etc/grafana/grafana.ini
logger=migrator t=«» level=info msg="Starting DB migrations"
logger=migrator t=«» level=info msg="migrations completed" performed=0 skipped=553 duration=613.21µs
logger=plugins.backend.start t=«» level=error msg="Could not start plugin backend" pluginId=elasticsearch error="fork/exec /usr/share/grafana/public/app/plugins/datasource/elasticsearch/gpx_grafana_elasticsearch_datasource_linux_amd64: no such file or directory"
logger=plugins.initialization t=«» level=error msg="Could not initialize plugin" pluginId=elasticsearch error="fork/exec /usr/share/grafana/public/app/plugins/datasource/elasticsearch/gpx_grafana_elasticsearch_datasource_linux_amd64: no such file or directory"
logger=plugins.backend.start t=«» level=error msg="Could not start plugin backend" pluginId=victoriametrics-logs-datasource error="fork/exec /var/lib/grafana/plugins/victoriametrics-logs-datasource/victoriametrics_logs_backend_plugin_linux_amd64: permission denied"
logger=plugin.store t=«» level=info msg="Plugins loaded" count=54 duration=31.402907ms
logger=http.server t=«» level=info msg="HTTP Server Listen" address=[::]:3000 protocol=http subUrl= socket=
logger=grafanaStorageLogger t=«» level=info msg="Storage starting"
""" + repeated(5, "logger=cleanup t=«+600» level=info msg=\"Completed cleanup jobs\" duration=1#.2ms\n"),
        clock="%Y-%m-%dT%H:%M:%S.%NZ", exit_code=None,
    ),
]  # fmt: skip

KAFKA_START = """
«» INFO Starting KafkaServer with config: [broker.id=0, log.dirs=/var/lib/kafka/data/kafka-log0] (kafka.Kafka$) [main]
«» INFO Registered kafka:type=kafka.Log4jController MBean (kafka.utils.Log4jControllerRegistration$) [main]
«» INFO Setting -D jdk.tls.rejectClientInitiatedRenegotiation=true to disable client-initiated TLS renegotiation (org.apache.zookeeper.common.X509Util) [main]
«» INFO Registered signal handlers for TERM, INT, HUP (org.apache.kafka.common.utils.LoggingSignalHandler) [main]
"""
KAFKA_CLOCK = "%Y-%m-%d %H:%M:%S,%L"

KAFKA = [
    Looked(
        "kafka", "cluster-id-of-another-zookeeper", "NoLeader",
        "ZooKeeper lost its data, so its new cluster id differs from the one stored beside the logs",
        f"{GH}strimzi/strimzi-kafka-operator/issues/3537, {GH}bitnami/charts/issues/6017",
        KAFKA_START + """
«» INFO Connecting to zookeeper on localhost:2181 (kafka.server.KafkaServer) [main]
«» INFO [ZooKeeperClient Kafka server] Connected. (kafka.zookeeper.ZooKeeperClient) [main]
«» INFO Cluster ID = Qe7xN0bVTm2h4KpLsD1yZg (kafka.server.KafkaServer) [main]
«» ERROR Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer) [main]
kafka.common.InconsistentClusterIdException: The Cluster ID Qe7xN0bVTm2h4KpLsD1yZg doesn't match stored clusterId Some(h3VwBq9cRNS8tKfJ0aXeUg) in meta.properties. The broker is trying to join the wrong cluster. Configured zookeeper.connect may be wrong.
	at kafka.server.KafkaServer.startup(KafkaServer.scala:252)
	at kafka.server.KafkaServerStartable.startup(KafkaServerStartable.scala:44)
	at kafka.Kafka$.main(Kafka.scala:82)
	at kafka.Kafka.main(Kafka.scala)
«» INFO shutting down (kafka.server.KafkaServer) [main]
«» INFO [ZooKeeperClient Kafka server] Closing. (kafka.zookeeper.ZooKeeperClient) [main]
«» INFO Session: 0x100000a41d20063 closed (org.apache.zookeeper.ZooKeeper) [main]
«» INFO [feature-zk-node-event-process-thread]: Shutdown completed (kafka.server.FinalizedFeatureChangeListener$ChangeNotificationProcessorThread) [main]
«» INFO shut down completed (kafka.server.KafkaServer) [main]
«» ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$) [main]
""".lstrip("\n"),
        clock=KAFKA_CLOCK, captures={"storedId": "h3VwBq9cRNS8tKfJ0aXeUg"},
    ),
    Looked(
        "kafka", "kraft-cluster-id-of-old-volume", "NoLeader",
        "the cluster was created anew over retained volumes that hold the old cluster's identity",
        f"{GH}strimzi/strimzi-kafka-operator/issues/11516, " + indexed(10382739713, 36993843543),
        """
Preparing truststore for replication listener
Adding /opt/kafka/cluster-ca-certs/ca.crt to truststore /tmp/kafka/cluster.truststore.p12 with alias ca
Certificate was added to keystore
Preparing truststore for replication listener is complete
Looking for the right CA
Preparing keystore for replication and clienttls listener is complete
Starting Kafka with configuration:
##############################
process.roles=controller
controller.quorum.voters=0@otel-controller-0.otel-kafka-brokers.kafka.svc.cluster.local:9090
##############################
Configuring Kafka with node.id=0
Kafka storage is already formatted
+ exec /usr/bin/tini -w -e 143 -- /opt/kafka/bin/kafka-server-start.sh /tmp/strimzi.properties
Exception in thread "main" java.lang.RuntimeException: Invalid cluster.id in: /var/lib/kafka/data-0/kafka-log0/meta.properties. Expected b8RkT2wZQfG6nVxC1sMdYw, but read m0PzJ5yLSaK7uHcE3vTgNQ
	at org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.verify(MetaPropertiesEnsemble.java:503)
	at kafka.server.KafkaRaftServer$.initializeLogDirs(KafkaRaftServer.scala:158)
	at kafka.server.KafkaRaftServer.<init>(KafkaRaftServer.scala:54)
	at kafka.Kafka$.buildServer(Kafka.scala:83)
	at kafka.Kafka$.main(Kafka.scala:91)
	at kafka.Kafka.main(Kafka.scala)
""",
        captures={"storedId": "m0PzJ5yLSaK7uHcE3vTgNQ"},
    ),
    Looked(
        "kafka", "log-directory-locked", "StaleLock",
        "the .lock of the log directory is held through a shared volume",
        f"{GH}wurstmeister/kafka-docker/issues/477, {GH}wurstmeister/kafka-docker/issues/748",
        KAFKA_START + """
«» INFO [ZooKeeperClient Kafka server] Connected. (kafka.zookeeper.ZooKeeperClient) [main]
«» ERROR [KafkaServer id=0] Fatal error during KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer) [main]
org.apache.kafka.common.KafkaException: Failed to acquire lock on file .lock in /var/lib/kafka/data/kafka-log0. A Kafka instance in another process or thread is using this directory.
	at kafka.log.LogManager.$anonfun$lockLogDirs$1(LogManager.scala:244)
	at scala.collection.StrictOptimizedIterableOps.flatMap(StrictOptimizedIterableOps.scala:118)
	at kafka.log.LogManager.lockLogDirs(LogManager.scala:239)
	at kafka.log.LogManager.<init>(LogManager.scala:111)
	at kafka.server.KafkaServer.startup(KafkaServer.scala:270)
	at kafka.Kafka$.main(Kafka.scala:109)
	at kafka.Kafka.main(Kafka.scala)
«» INFO [KafkaServer id=0] shutting down (kafka.server.KafkaServer) [main]
«» INFO [KafkaServer id=0] shut down completed (kafka.server.KafkaServer) [main]
""".lstrip("\n"),
        clock=KAFKA_CLOCK,
    ),
    Looked(
        "kafka", "log-directory-full", "DiskFull",
        "the only log directory ran full while a checkpoint was written",
        indexed(70360338645, 24135458118),
        KAFKA_START + repeated(14, "«+9» INFO [GroupCoordinator 0]: Stabilized group billing-# generation 4# (__consumer_offsets-2#) with 3 members (kafka.coordinator.group.GroupCoordinator) [executor-Rebalance]\n") + """
«» ERROR Error while writing to checkpoint file /var/lib/kafka/data/kafka-log0/replication-offset-checkpoint (org.apache.kafka.storage.internals.log.LogDirFailureChannel) [kafka-scheduler-3]
java.io.IOException: No space left on device
	at java.base/java.io.FileOutputStream.writeBytes(Native Method)
	at java.base/java.io.FileOutputStream.write(FileOutputStream.java:349)
	at java.base/java.io.BufferedWriter.flush(BufferedWriter.java:256)
	at org.apache.kafka.server.common.CheckpointFile.write(CheckpointFile.java:85)
«» WARN [ReplicaManager broker=0] Stopping serving replicas in dir /var/lib/kafka/data/kafka-log0 (kafka.server.ReplicaManager) [LogDirFailureHandler]
«» WARN Stopping serving logs in dir /var/lib/kafka/data/kafka-log0 (kafka.log.LogManager) [LogDirFailureHandler]
«» ERROR Shutdown broker because all log dirs in /var/lib/kafka/data/kafka-log0 have failed (kafka.log.LogManager) [LogDirFailureHandler]
""".lstrip("\n"),
        clock=KAFKA_CLOCK,
    ),
    Looked(
        "kafka-bitnami", "zookeeper-port-never-opens", "DependencyNotReady",
        "the set-up script waits for ZooKeeper's port, in vain; its words speak of a port inuse",
        f"{GH}bitnami/charts/issues/23357",
        """
kafka «» 
kafka «=» INFO  ==> Welcome to the Bitnami kafka container
kafka «=» INFO  ==> Subscribe to project updates by watching https://github.com/bitnami/containers
kafka «» 
kafka «» INFO  ==> ** Starting Kafka setup **
kafka «» WARN  ==> The KAFKA_ZOOKEEPER_PROTOCOL environment variable does not configure SASL and/or SSL, this setting is not recommended for production environments.
kafka «» INFO  ==> Creating users in Zookeeper
timeout reached before the port went into state "inuse"
""",
        clock="%H:%M:%S.%Q",
    ),
    Looked(
        "strimzi-entity-operator", "ca-cannot-be-loaded", "CertificateInvalid",
        "the cluster CA in the secret is not a certificate any more",
        f"{GH}strimzi/strimzi-kafka-operator/issues/3537",
        """
+ rm -f '/tmp/topic-operator/*'
+ /opt/topic-operator/bin/tls_prepare_certificates.sh
Preparing certificates for internal communication
Adding /etc/tls-sidecar/cluster-ca-certs/ca.crt to truststore /tmp/topic-operator/replication.truststore.p12 with alias ca
Certificate was added to keystore
unable to load certificates
""",
    ),
]  # fmt: skip

RABBIT_START = """
Configuring logger redirection
«» [info] <0.222.0> Feature flags: list of feature flags found:
«» [info] <0.222.0> Feature flags:   [x] implicit_default_bindings
«» [info] <0.222.0> Feature flags:   [x] quorum_queue
«» [info] <0.222.0> Feature flags: feature flag states written to disk: yes
«» [info] <0.222.0> Running boot step pre_boot defined by app rabbit

  ##  ##      RabbitMQ 3.11.28
  ##  ##
  ##########  Copyright (c) 2007-2024 Broadcom Inc and/or its subsidiaries
  ######  ##
  ##########  Licensed under the MPL 2.0. Website: https://rabbitmq.com

  Erlang:      25.3.2.9 [jit]
  Logs: <stdout>
  Config file(s): /etc/rabbitmq/rabbitmq.conf

  Starting broker...«» [info] <0.222.0> 
«=» [info] <0.222.0>  node           : rabbit@mq-0.mq-nodes.shop
«=» [info] <0.222.0>  database dir   : /var/lib/rabbitmq/mnesia/rabbit@mq-0.mq-nodes.shop
"""
RABBIT_WAIT = """
«» [info] <0.222.0> Waiting for Mnesia tables for 30000 ms, # retries left
«+30» [warning] <0.222.0> Error while waiting for Mnesia tables: {timeout_waiting_for_tables,
«=» [warning] <0.222.0>                                         ['rabbit@mq-2.mq-nodes.shop',
«=» [warning] <0.222.0>                                          'rabbit@mq-1.mq-nodes.shop',
«=» [warning] <0.222.0>                                          'rabbit@mq-0.mq-nodes.shop'],
«=» [warning] <0.222.0>                                         [rabbit_user,rabbit_user_permission,
«=» [warning] <0.222.0>                                          rabbit_topic_permission,rabbit_vhost,
«=» [warning] <0.222.0>                                          rabbit_durable_queue]}
"""


def waits(count: int) -> str:
    return "".join(RABBIT_WAIT.lstrip("\n").replace("#", str(9 - n)) for n in range(count))


RABBIT_CLOCK = "%Y-%m-%d %H:%M:%S.%f+00:00"

RABBITMQ = [
    Looked(
        "rabbitmq", "peers-never-come", "DependencyNotReady",
        "a node waits five minutes for the tables of its peers and gives up",
        f"{GH}rabbitmq/cluster-operator/issues/609, {GH}bitnami/charts/issues/25698,"
        f" {GH}uselagoon/lagoon/issues/3610 (the last message from memory)",
        RABBIT_START + waits(10) + """
«» [error] <0.222.0> 
BOOT FAILED
===========
Timeout contacting cluster nodes: ['rabbit@mq-2.mq-nodes.shop',
                                   'rabbit@mq-1.mq-nodes.shop'].

BACKGROUND
==========

This cluster node was shut down while other nodes were still running.
To avoid losing data, you should start the other nodes first, then
start this one. To force this node to start, first invoke
"rabbitmqctl force_boot". If you do so, any changes made on other
cluster nodes after this one was shut down may be lost.
""".lstrip("\n"),
        clock=RABBIT_CLOCK,
    ),
    Looked(
        "rabbitmq", "peers-come-at-last", "Unknown",
        "after three rounds of waiting the peers are there and the broker starts",
        f"{GH}rabbitmq/cluster-operator/issues/609, {GH}bitnami/charts/issues/25698",
        RABBIT_START + waits(3) + """
«» [info] <0.222.0> Waiting for Mnesia tables for 30000 ms, 6 retries left
«+4» [info] <0.222.0> Successfully synced tables from a peer
«» [info] <0.222.0> Running boot step rabbit_epmd_monitor defined by app rabbit
«» [info] <0.610.0> rabbit on node 'rabbit@mq-1.mq-nodes.shop' up
«» [info] <0.688.0> started TCP listener on [::]:5672
«» [info] <0.222.0> Server startup complete; 5 plugins started.
 * rabbitmq_prometheus
 * rabbitmq_peer_discovery_k8s
 * rabbitmq_management
 completed with 5 plugins.
«+20» [info] <0.901.0> accepting AMQP connection <0.901.0> (10.42.3.7:51514 -> 10.42.1.9:5672)
""".lstrip("\n"),
        clock=RABBIT_CLOCK, exit_code=None,
    ),
    Looked(
        "rabbitmq", "cookie-of-root", "PermissionDenied",
        "the Erlang cookie belongs to root and the broker runs as rabbitmq",
        indexed(68738905278, 69065650145),
        """
«» [notice] <0.44.0> Application syslog exited with reason: stopped
«» [error] <0.10.0> Supervisor: {local,net_sup}. Context: start_error. Reason: {"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces"}
«» [error] <0.125.0>   crasher:
«=» [error] <0.125.0>     initial call: auth:init/1
«=» [error] <0.125.0>     exception error: "Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces"
«=» [error] <0.125.0>       in function  auth:init_no_setcookie/0 (auth.erl, line 313)
{"Kernel pid terminated",application_controller,"{application_start_failure,kernel,{{shutdown,{failed_to_start_child,net_sup,{shutdown,{failed_to_start_child,auth,{\\"Error when reading /var/lib/rabbitmq/.erlang.cookie: eacces\\",[{auth,init_no_setcookie,0,[{file,\\"auth.erl\\"},{line,313}]}]}}}}},{kernel,start,[normal,[]]}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,kernel,{{shutdown,{failed_to_start_child,net_sup,{shutdown,{failed_to_start_child,auth,{"Error when reading /var/lib/rabbitmq/.ki

Crash dump is being written to: /var/log/rabbitmq/erl_crash.dump...done
""",
        clock=RABBIT_CLOCK,
    ),
]  # fmt: skip

CEPH_CLOCK = "%Y-%m-%dT%H:%M:%S.%L+0000"

CEPH = [
    Looked(
        "ceph-mon", "peers-refuse-its-key", "AuthenticationFailed",
        "the mon's keyring is of an earlier cluster, so the others refuse it; errno 13 here is not a file's",
        f"{GH}rook/rook/issues/8268",
        """
debug «» 7fe5345f5700  0 set uid:gid to 167:167 (ceph:ceph)
debug «» 7fe5345f5700  0 ceph version 15.2.13 (c44bc49e7a57a87d84dfff2a077a2058aa2172e2) octopus (stable), process ceph-mon, pid 1
debug «» 7fe5345f5700  0 pidfile_write: ignore empty --pid-file
debug «» 7fe5345f5700  0 load: jerasure load: lrc load: isa
debug «» 7fe5345f5700  0 starting mon.b rank 1 at public addrs [v2:10.104.7.3:3300/0,v1:10.104.7.3:6789/0] at bind addrs [v2:10.42.2.9:3300/0,v1:10.42.2.9:6789/0] mon_data /var/lib/ceph/mon/ceph-b fsid 3b96d0e8-a572-4c1d-b8f4-6e20719ca35d
debug «» 7fe52d1e6700  0 mon.b@-1(probing) e0  my rank is now 1 (was -1)
""" + repeated(12, "debug «+2» 7fe51b067700 -1 mon.b@1(probing) e0 handle_auth_bad_method hmm, they didn't like 2 result (13) Permission denied\n")
        + "debug «+1» 7fe529fe0700 -1 received  signal: Terminated from Kernel ( Could be generated by pthread_kill(), raise(), abort(), alarm() ) UID: 0\n"
        + "debug «» 7fe529fe0700 -1 mon.b@1(probing) e0 *** Got Signal Terminated ***\n",
        clock=CEPH_CLOCK, exit_code=0,
    ),
    Looked(
        "ceph-mon", "store-locked", "StaleLock",
        "an earlier mon still holds the store's lock; its last words are only Invalid argument",
        indexed(38748153664, 28909862435),
        """
debug «» 7f8227f17540  0 set uid:gid to 167:167 (ceph:ceph)
debug «» 7f8227f17540  0 ceph version 16.2.15 (618f440892089921c3e944a991122ddc44e60516) pacific (stable), process ceph-mon, pid 1
debug «» 7f8227f17540  0 load: jerasure load: lrc
debug «» 7f8227f17540  1 rocksdb: do_open column families: [default]
debug «» 7f8227f17540 -1 rocksdb: IO error: While lock file: /var/lib/ceph/mon/ceph-a/store.db/LOCK: Resource temporarily unavailable
debug «» 7f8227f17540 -1 error opening mon data directory at '/var/lib/ceph/mon/ceph-a': (22) Invalid argument
""",
        clock=CEPH_CLOCK,
    ),
    Looked(
        "ceph-mon", "electing-for-ever", "NoLeader",
        "two of five mons probe and elect but never form a quorum",
        f"{GH}rook/rook/issues/10110, {GH}rook/rook/issues/4827",
        """
debug «» 7fa81a2e1700  0 starting mon.a rank 0 at public addrs [v2:10.104.30.140:3300/0,v1:10.104.30.140:6789/0] at bind addrs [v2:10.42.1.7:3300/0,v1:10.42.1.7:6789/0] mon_data /var/lib/ceph/mon/ceph-a fsid e4d07b95-62c8-4f1a-a3be-90d5127cf864
debug «» 7fa81a2e1700  1 mon.a@-1(???) e16 preinit fsid e4d07b95-62c8-4f1a-a3be-90d5127cf864
debug «» 7fa81a2e1700  0 mon.a@-1(probing) e16  my rank is now 0 (was -1)
""" + repeated(16, """
debug «+5» 7fa817adc700  1 mon.a@0(electing) e16 collect_metadata nvme0n1:  no unique device id for nvme0n1: fallback method has no model nor serial
debug «» 7fa817adc700  0 log_channel(cluster) log [INF] : mon.a calling monitor election
debug «» 7fa817adc700  1 paxos.0).electionLogic(28#) init, last seen epoch 28#, mid-election, bumping
debug «+5» 7fa8182dd700 -1 mon.a@0(electing) e16 get_health_metrics reporting 7 slow ops, oldest is log(1 entries from seq 1 at 2026-05-20T12:30:27.792+0000)
"""),
        clock=CEPH_CLOCK, exit_code=137,
    ),
]  # fmt: skip

DFDAEMON_START = """
«» INFO  load config from /etc/dragonfly/dfdaemon.yaml
    at dragonfly-client/src/bin/dfdaemon/main.rs:152
«» INFO  load http backend
    at dragonfly-client-backend/src/lib.rs:271
«» INFO  refresh dynamic configuration success
    at dragonfly-client/src/dynconfig/mod.rs:101
«» INFO  dfdaemon started at pid 1
    at dragonfly-client/src/bin/dfdaemon/main.rs:326
"""
DFDAEMON_CLOCK = "%Y-%m-%dT%H:%M:%S.%N+00:00"
DFDAEMON_DOWN = """«» INFO  dfdaemon download grpc unix server exited
    at dragonfly-client/src/bin/dfdaemon/main.rs:364
«» INFO  health server shutting down
    at dragonfly-client/src/health/mod.rs:75
«» INFO  metrics server shutting down
    at dragonfly-client/src/metrics/mod.rs:402
«» INFO  proxy server shutting down
    at dragonfly-client/src/proxy/mod.rs:203
"""
DFDAEMON_POD = pod(
    "client", "dragonflyoss/client:v0.2.9", args=["--log-level=info", "--verbose"],
    ports=[{"containerPort": 4000}, {"containerPort": 4003}],
    volumeMounts=[{"name": "socket-dir", "mountPath": "/var/run/dragonfly"},
                  {"name": "config", "mountPath": "/etc/dragonfly"}],
    volumes=[{"name": "socket-dir", "hostPath": {"path": "/var/run/dragonfly", "type": "DirectoryOrCreate"}},
             {"name": "config", "configMap": {"name": "dragonfly-client"}}],
)  # fmt: skip
DRAGONFLY_SOURCE = (
    f"{GH}dragonflyoss/dragonfly/issues/3782, dragonflyoss/client src/bin/dfdaemon/main.rs"
)

DRAGONFLY = [
    Looked(
        "dragonfly-client", "socket-left-on-the-host", "StaleUnixSocket",
        "the daemon was killed and its socket stayed in the hostPath; the log has no path, the pod has the volume",
        DRAGONFLY_SOURCE,
        DFDAEMON_START + """«» ERROR  dfdaemon download grpc server failed: Address already in use (os error 98)
    at dragonfly-client/src/bin/dfdaemon/main.rs:360
""" + DFDAEMON_DOWN,
        clock=DFDAEMON_CLOCK, exit_code=0, pod=DFDAEMON_POD,
    ),
    Looked(
        "dragonfly-client", "bare-errno-and-no-pod", "AddressInUse",
        "the same words with nothing that says what was bound",
        DRAGONFLY_SOURCE,
        DFDAEMON_START + """«» ERROR  dfdaemon download grpc server failed: Address already in use (os error 98)
    at dragonfly-client/src/bin/dfdaemon/main.rs:360
""" + DFDAEMON_DOWN,
        clock=DFDAEMON_CLOCK, exit_code=0,
    ),
    Looked(
        "dragonfly-client", "upload-port-on-the-host-network", "PortConflict",
        "on the host network with no volume that could hold a socket, the upload port is taken",
        DRAGONFLY_SOURCE + ", " + indexed(5496135696),
        DFDAEMON_START + """«» ERROR  dfdaemon upload grpc server failed: Address already in use (os error 98)
    at dragonfly-client/src/bin/dfdaemon/main.rs:352
""" + DFDAEMON_DOWN.replace("download grpc unix", "upload grpc"),
        clock=DFDAEMON_CLOCK, exit_code=0,
        pod=pod("client", "dragonflyoss/client:v0.2.9", hostNetwork=True,
                ports=[{"containerPort": 4000, "hostPort": 4000}],
                volumeMounts=[{"name": "config", "mountPath": "/etc/dragonfly"}],
                volumes=[{"name": "config", "configMap": {"name": "dragonfly-client"}}]),
    ),
    Looked(
        "dragonfly-client", "manager-unreachable", "DependencyNotReady",
        "the manager's service has no endpoints yet",
        "dragonflyoss/client src/bin/dfdaemon/main.rs, " + indexed(5496135696, 38734918608),
        """
«» INFO  load config from /etc/dragonfly/dfdaemon.yaml
    at dragonfly-client/src/bin/dfdaemon/main.rs:152
«+5» ERROR  connect to http://dragonfly-manager.dragonfly-system.svc:65003 failed: transport error: Connection refused (os error 111)
    at dragonfly-client/src/grpc/manager.rs:71
«» ERROR  initialize manager client failed: transport error
    at dragonfly-client/src/bin/dfdaemon/main.rs:189
Error: transport error

Caused by:
    0: tcp connect error
    1: Connection refused (os error 111)
""",
        clock=DFDAEMON_CLOCK,
        captures={"host": "dragonfly-manager.dragonfly-system.svc", "port": "65003"},
    ),
    Looked(
        "dragonfly-client", "storage-locked", "StaleLock",
        "the metadata store on the hostPath is locked by an instance that is still ending",
        "dragonflyoss/client src/bin/dfdaemon/main.rs, " + indexed(71458865283) + " (RocksDB's words)",
        """
«» INFO  load config from /etc/dragonfly/dfdaemon.yaml
    at dragonfly-client/src/bin/dfdaemon/main.rs:152
«» ERROR  initialize storage failed: IO error: While lock file: /var/lib/dragonfly/metadata/LOCK: Resource temporarily unavailable
    at dragonfly-client/src/bin/dfdaemon/main.rs:162
Error: IO error: While lock file: /var/lib/dragonfly/metadata/LOCK: Resource temporarily unavailable
""",
        clock=DFDAEMON_CLOCK,
    ),
    Looked(
        "dragonfly-dfdaemon-go", "proxy-port-taken", "PortConflict",
        "the Go daemon of version 2.0 finds its one allowed proxy port taken",
        f"{GH}dragonflyoss/dragonfly/issues/1171",
        """
Error: no available port to listen, port: 65001 - 65001
Usage:
  dfget daemon [flags]

Flags:
      --config string           the path of configuration file with yaml extension name
      --console                 whether logger output records to the stdout
  -h, --help                    help for daemon
      --pprof-port int          listen port for pprof, 0 represents random port (default -1)
      --verbose                 whether logger use debug level

no available port to listen, port: 65001 - 65001
""",
    ),
    Looked(
        "dragonfly-dfdaemon-go", "old-daemon-port-taken", "PortConflict",
        "version 0.2 is restarted for ever by its own loop while the port is taken",
        f"{GH}dragonflyoss/dragonfly-archived/issues/364",
        repeated(6, """
time="«+1»" level=info msg=init...
time="«»" level=info msg="dfget version:0.2.0\\n"
time="«»" level=info msg="init finish"
time="«»" level=info msg="start dfdaemon param:&{DfPath:/dfclient/dfget DFRepo:/var/lib/small-dragonfly/dfdaemon/data/ RateLimit:20M CallSystem:com_ops_dragonfly URLFilter:Signature&Expires&OSSAccessKeyId Notbs:true MaxProcs:4 Version:false Verbose:false Help:false HostIP:127.0.0.1 Port:65001 Registry:http://registry.example.net DownRule: CertFile: KeyFile:}"
time="«»" level=fatal msg="listen tcp :65001: bind: address already in use"
"""),
        clock="%Y-%m-%d %H:%M:%S",
    ),
    Looked(
        "dragonfly-scheduler", "manager-closes-the-connection", "DependencyNotReady",
        "the manager is up but its gRPC server is not serving yet",
        f"{GH}dragonflyoss/dragonfly/issues/4039, {GH}dragonflyoss/helm-charts/issues/350",
        """
«»	INFO	cmd/root.go:123	version:
Major: 2, Minor: 0, GitVersion: v2.2.0, GitCommit: cc4abed, Platform: linux, BuildTime: 2024-12-31T04:21:16Z, GoVersion: go1.23.0 linux/amd64, Gotags: none, Gogcflags: none
«»	INFO	grpclog/grpclog.go:141	[core]original dial target is: "dragonfly-manager.dragonfly-system.svc.cluster.local:65003"
«»	INFO	grpclog/grpclog.go:141	[core][Channel #1]Channel created
«»	INFO	grpclog/grpclog.go:141	[core][Channel #1]Channel Connectivity change to CONNECTING
«»	WARN	grpclog/grpclog.go:155	[core][Channel #1 SubChannel #2]grpc: addrConn.createTransport failed to connect to {Addr: "10.43.77.12:65003", ServerName: "dragonfly-manager.dragonfly-system.svc.cluster.local:65003", }. Err: connection error: desc = "error reading server preface: EOF"
«»	INFO	dependency/dependency.go:120	do 1 monitor finalizer
Error: rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: EOF"
«»	ERROR	cmd/root.go:88	rpc error: code = Unavailable desc = connection error: desc = "error reading server preface: EOF"
d7y.io/dragonfly/v2/cmd/scheduler/cmd.Execute
	/go/src/d7y.io/dragonfly/v2/cmd/scheduler/cmd/root.go:88
main.main
	/go/src/d7y.io/dragonfly/v2/cmd/scheduler/main.go:24
runtime.main
	/usr/local/go/src/runtime/proc.go:272
""",
        clock="%Y-%m-%dT%H:%M:%S.%LZ",
        captures={"host": "dragonfly-manager.dragonfly-system.svc.cluster.local", "port": "65003"},
    ),
    Looked(
        "dragonfly-db", "redis-port-taken", "PortConflict",
        "the other Dragonfly, the Redis look-alike, checks that its port is free and aborts",
        f"{GH}dragonflydb/dragonfly/issues/5096",
        """
I«» 1 dfly_main.cc:752] Starting dragonfly df-v1.28.2-0c5c3a1b
W«» 1 dfly_main.cc:791] SWAP is enabled. Consider disabling it when running Dragonfly.
I«» 1 dfly_main.cc:796] maxmemory has not been specified. Deciding myself....
I«» 1 dfly_main.cc:805] Found 29.85GiB available memory. Setting maxmemory to 23.88GiB
I«» 8 uring_proactor.cc:286] IORing with 1024 entries, allocated 98368 bytes, cq_entries is 2048
I«» 1 proactor_pool.cc:149] Running 12 io threads
F«» 1 accept_server.cc:85] Check failed: !ec Could not open port 6379 system:98/Address already in use
*** Check failure stack trace: ***
    @     0x5d21f7ca6ea7  google::LogMessage::Fail()
    @     0x5d21f7ca6ded  google::LogMessage::SendToLog()
    @     0x5d21f7ca65c2  google::LogMessage::Flush()
    @     0x5d21f7caa43a  google::LogMessageFatal::~LogMessageFatal()
    @     0x5d21f7bdbe29  util::AcceptServer::AddListener()
    @     0x5d21f6fe30e6  dfly::(anonymous namespace)::RunEngine()
    @     0x5d21f6fe808f  main
*** SIGABRT received at time=1778392801 on cpu 6 ***
PC: @     0x7c31d2096a7c  (unknown)  pthread_kill
""",
        clock="%Y%m%d %H:%M:%S.%f", exit_code=134,
    ),
    Looked(
        "dragonfly-db", "segfault-at-start", "SegmentationFault",
        "the listener crashes with SIGSEGV; whether a port is taken is not in the log",
        f"{GH}dragonflydb/dragonfly/issues/5249",
        """
I«» 1 dfly_main.cc:752] Starting dragonfly df-v1.30.3-1ec1a3b6
I«» 1 dfly_main.cc:805] Found 7.40GiB available memory. Setting maxmemory to 5.92GiB
W«» 1 dfly_main.cc:480] Weird error 1 switching to epoll
I«» 1 proactor_pool.cc:149] Running 4 io threads
*** SIGSEGV received at time=1779323802 on cpu 0 ***
PC: @     0xaaaad1fc2854  (unknown)  util::FiberSocketBase::proactor()
    @     0xaaaad29c684c         64  absl::lts_20240722::WriteFailureInfo()
    @     0xaaaad29c6b58         96  absl::lts_20240722::AbslFailureSignalHandler()
    @     0xffffa21b07a0  (unknown)  (unknown)
""",
        clock="%Y%m%d %H:%M:%S.%f", exit_code=139,
    ),
]  # fmt: skip

CASES = [*VAULT, *CONSUL, *NOMAD, *DKRON, *MATTERMOST, *KAFKA, *RABBITMQ, *CEPH, *DRAGONFLY]
