"""What runs on the nodes and around them: CSI and COSI drivers, container engines, CNIs, DNS, proxies, controllers."""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import GH, GO_LOG, ISO_NS, ISO_S, ISO_US, KLOG, Looked, indexed, repeated

CSI_POD = pod(
    "local-csi-driver", "docker.io/scylladb/local-csi-driver:0.1.0",
    args=["--listen=/csi/csi.sock", "--node-name=$(NODE_NAME)", "--volumes-dir=/mnt/persistent-volumes", "--v=2"],
    env=[{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
    volumeMounts=[{"name": "plugin-dir", "mountPath": "/csi"},
                  {"name": "volumes-dir", "mountPath": "/mnt/persistent-volumes"}],
    volumes=[{"name": "plugin-dir", "hostPath": {"path": "/var/lib/kubelet/plugins/local.csi.scylladb.com",
                                                 "type": "DirectoryOrCreate"}},
             {"name": "volumes-dir", "hostPath": {"path": "/mnt/persistent-volumes"}}],
)  # fmt: skip

VELERO_CHECK = """
time="«»" level=info msg="setting log-level to INFO" logSource="pkg/cmd/server/server.go:174"
time="«»" level=info msg="Starting Velero server v1.5.4 (00d4ffe3a2b3e6d6ba6b6b8b0b1ae0dbb5f8a2dd)" logSource="pkg/cmd/server/server.go:177"
time="«»" level=info msg="Checking existence of namespace" logSource="pkg/cmd/server/server.go:337" namespace=velero
time="«»" level=info msg="All Velero custom resource definitions exist" logSource="pkg/cmd/server/server.go:405"
time="«»" level=info msg="Checking that all backup storage locations are valid" logSource="pkg/cmd/server/server.go:413"
"""

DRIVERS = [
    Looked(
        "local-csi-driver", "csi-socket-left-behind", "StaleUnixSocket",
        "the driver was killed and its socket stayed in the plugin directory of the kubelet",
        f"{GH}scylladb/local-csi-driver/issues/21",
        """
I«» 1 local-csi-driver/driver.go:119] "Driver started" command="local-csi-driver" version="v0.3.0"
I«» 1 flag/flags.go:64] FLAG: --driver-name="local.csi.scylladb.com"
I«» 1 flag/flags.go:64] FLAG: --help="false"
I«» 1 flag/flags.go:64] FLAG: --listen="/csi/csi.sock"
I«» 1 flag/flags.go:64] FLAG: --loglevel="2"
I«» 1 flag/flags.go:64] FLAG: --node-name="worker-7.example.internal"
I«» 1 flag/flags.go:64] FLAG: --v="2"
I«» 1 flag/flags.go:64] FLAG: --volumes-dir="/mnt/persistent-volumes"
Error: can't listen on "/csi/csi.sock" using unix protocol: listen unix /csi/csi.sock: bind: address already in use
""",
        clock=KLOG, pod=CSI_POD, captures={"path": "/csi/csi.sock"},
    ),
    Looked(
        "ceph-cosi-driver", "cosi-socket-left-behind", "StaleUnixSocket",
        "the COSI driver finds its socket of the last run in the emptyDir that outlived the container",
        f"{GH}rook/rook/issues/16208, {GH}ceph/ceph-cosi/issues/30",
        """
I«» 1 cmd.go:61] "Starting Ceph COSI driver" version="v0.1.2"
E«» 1 server.go:51] "Failed to start server" err="listen unix /var/lib/cosi/cosi.sock: bind: address already in use"
E«» 1 main.go:46] "Exiting on error" err="Failed to start server: listen unix /var/lib/cosi/cosi.sock: bind: address already in use"
""",
        clock=KLOG, captures={"path": "/var/lib/cosi/cosi.sock"},
    ),
    Looked(
        "csi-metadata-retriever", "retriever-socket-left-behind", "StaleUnixSocket",
        "the nodes lost power and the retriever's socket is still there",
        f"{GH}dell/csm/issues/987",
        """
time="«»" level=info msg="csi-metadata-retriever" version=v1.4.0
time="«»" level=info msg="creating in-cluster config"
time="«»" level=fatal msg="failed to listen" error="listen unix /var/run/csi/csi_retriever.sock: bind: address already in use"
""",
        clock=ISO_S, captures={"path": "/var/run/csi/csi_retriever.sock"},
        pod=pod("csi-metadata-retriever", "dellemc/csi-metadata-retriever:v1.4.0",
                env=[{"name": "CSI_RETRIEVER_ENDPOINT", "value": "/var/run/csi/csi_retriever.sock"}],
                volumeMounts=[{"name": "socket-dir", "mountPath": "/var/run/csi"}],
                volumes=[{"name": "socket-dir", "emptyDir": {}}]),
    ),
    Looked(
        "openstorage", "csi-server-not-started-and-goes-on", "Unknown",
        "the CSI server is only warned about; the daemon runs on with its other drivers",
        f"{GH}libopenstorage/openstorage/issues/323",
        """
time="«»" level=info msg="Loaded config file: /etc/osd/config.yaml"
time="«»" level=info msg="Starting REST service on socket : /run/docker/plugins/nfs.sock"
time="«»" level=info msg="NFS driver initialized with 4 shares"
time="«»" level=warning msg="Failed to start CSI server for driver nfs: Unable to setup server: listen unix /var/lib/osd/driver/nfs-csi.sock: bind: address already in use"
time="«»" level=info msg="Starting REST service on socket : /var/lib/osd/driver/nfs.sock"
time="«»" level=info msg="Starting REST service on port : 9005"
""" + repeated(8, 'time="«+20»" level=info msg="volume usage refreshed" driver=nfs volumes=1#\n'),
        clock=ISO_S, exit_code=None,
    ),
    Looked(
        "csi-provisioner", "driver-socket-never-comes", "DependencyNotReady",
        "the sidecar waits for the driver's socket that the driver next to it never makes",
        f"{GH}democratic-csi/democratic-csi/issues/343, {GH}longhorn/longhorn/issues/12293, " + indexed(34613151335, 56149631660),
        """
I«» 1 feature_gate.go:249] feature gates: &{map[Topology:true]}
I«» 1 csi-provisioner.go:154] Version: v3.6.3
I«» 1 csi-provisioner.go:177] Building kube configs for running in cluster...
""" + repeated(5, "W«+10» 1 connection.go:234] Still connecting to unix:///csi/csi.sock\n") + """
E«» 1 csi-provisioner.go:215] context deadline exceeded
""".lstrip("\n"),
        clock=KLOG,
    ),
    Looked(
        "csi-attacher", "connected-after-waiting", "Unknown",
        "the sidecar waits for the socket twice, connects, is refused the lease once and leads",
        indexed(34613151335) + f", {GH}ceph/ceph-cosi/issues/30",
        """
I«» 1 main.go:97] Version: v4.4.3
W«+10» 1 connection.go:234] Still connecting to unix:///csi/csi.sock
W«+10» 1 connection.go:234] Still connecting to unix:///csi/csi.sock
I«» 1 common.go:111] Probing CSI driver for readiness
I«» 1 leaderelection.go:245] attempting to acquire leader lease kube-system/external-attacher-leader-csi-example-com...
E«» 1 leaderelection.go:327] error retrieving resource lock kube-system/external-attacher-leader-csi-example-com: Get "https://10.43.0.1:443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/external-attacher-leader-csi-example-com": dial tcp 10.43.0.1:443: connect: connection refused
I«+4» 1 leaderelection.go:255] successfully acquired lease kube-system/external-attacher-leader-csi-example-com
I«» 1 controller.go:130] Starting CSI attacher
""",
        clock=KLOG, exit_code=None,
    ),
    Looked(
        "longhorn-manager", "iscsiadm-missing", "ExecutableMissing",
        "open-iscsi is not installed on the node",
        f"{GH}longhorn/longhorn/issues/4258, {GH}aws-samples/rancher-on-aws-workshop/issues/23",
        """
I«» 1 leaderelection.go:245] attempting to acquire leader lease longhorn-system/longhorn-manager-upgrade-lock...
time="«=b»" level=info msg="Start overwriting built-in settings with customized values"
time="«=b»" level=error msg="Failed environment check, please make sure you have iscsiadm/open-iscsi installed on the host"
time="«=b»" level=fatal msg="Error starting manager: environment check failed: failed to execute: nsenter [--mount=/host/proc/1/ns/mnt --net=/host/proc/1/ns/net iscsiadm --version], output , stderr nsenter: failed to execute iscsiadm: No such file or directory\\n: exit status 127"
""",
        clock=(KLOG, ISO_S),
    ),
    Looked(
        "velero", "bucket-refuses-the-key", "AuthenticationFailed",
        "the object store does not know the access key",
        indexed(35263464025, 12414578992) + " (the frame; the S3 error in it is from memory)",
        """
time="«»" level=info msg="setting log-level to INFO" logSource="pkg/cmd/server/server.go:174"
time="«»" level=info msg="Starting Velero server v1.5.4 (00d4ffe3a2b3e6d6ba6b6b8b0b1ae0dbb5f8a2dd)" logSource="pkg/cmd/server/server.go:177"
time="«»" level=info msg="registering plugin" command=/velero kind=BackupItemAction logSource="pkg/plugin/clientmgmt/registry.go:101" name=velero.io/pod
time="«»" level=info msg="Checking existence of namespace" logSource="pkg/cmd/server/server.go:337" namespace=velero
time="«»" level=info msg="All Velero custom resource definitions exist" logSource="pkg/cmd/server/server.go:405"
time="«»" level=info msg="Checking that all backup storage locations are valid" logSource="pkg/cmd/server/server.go:413"
An error occurred: some backup storage locations are invalid: backup store for location "default" is invalid: rpc error: code = Unknown desc = InvalidAccessKeyId: The Access Key Id you provided does not exist in our records.
	status code: 403, request id: 16D3F8E2A97C1B44, host id: 
""",
        clock=ISO_S,
    ),
    Looked(
        "velero", "bucket-does-not-exist", "ConfigurationInvalid",
        "the backup location names a bucket that nobody made",
        indexed(35263464025, 55966288363),
        """
time="«»" level=info msg="setting log-level to INFO" logSource="pkg/cmd/server/server.go:174"
time="«»" level=info msg="Starting Velero server v1.5.4 (00d4ffe3a2b3e6d6ba6b6b8b0b1ae0dbb5f8a2dd)" logSource="pkg/cmd/server/server.go:177"
time="«»" level=info msg="Checking existence of namespace" logSource="pkg/cmd/server/server.go:337" namespace=velero
time="«»" level=info msg="Checking that all backup storage locations are valid" logSource="pkg/cmd/server/server.go:413"
An error occurred: some backup storage locations are invalid: backup store for location "default" is invalid: rpc error: code = Unknown desc = NoSuchBucket: The specified bucket does not exist
	status code: 404, request id: 16D3F8E2A97C1B45, host id: 
""",
        clock=ISO_S,
    ),
]  # fmt: skip

DIND_START = """
Certificate request self-signature ok
subject=CN = docker:dind server
/certs/server/cert.pem: OK
cat: can't open '/proc/net/ip_tables_names': No such file or directory
iptables v1.8.10 (nf_tables)
mount: permission denied (are you root?)
Could not mount /sys/kernel/security.
AppArmor detection and --privileged mode might break.
time="«»" level=info msg="Starting up"
"""

ENGINES = [
    Looked(
        "docker-dind", "pid-file-of-the-last-run", "StaleLock",
        "the runner was killed, the volume with /var/run/docker.pid outlived it",
        f"{GH}louislam/dockge/issues/712, {GH}actions/actions-runner-controller/issues/4362, " + indexed(53824839362),
        DIND_START.replace("mount: permission denied (are you root?)\nCould not mount /sys/kernel/security.\n"
                           "AppArmor detection and --privileged mode might break.\n", "") + """
failed to start daemon, ensure docker is not running or delete /var/run/docker.pid: process with PID 30 is still running
""".lstrip("\n"),
        clock=ISO_NS,
    ),
    Looked(
        "docker-dind", "pid-file-old-words", "StaleLock",
        "an older engine in its own words",
        f"{GH}docker-library/docker/issues/104, {GH}JetBrains/teamcity-docker-agent/issues/46, " + indexed(3495049565),
        """
time="«»" level=info msg="libcontainerd: started new containerd process" pid=28
time="«»" level=warning msg="could not change group /var/run/docker.sock to docker: group docker not found"
Error starting daemon: pid file found, ensure docker is not running or delete /var/run/docker.pid
""",
        clock=ISO_NS,
    ),
    Looked(
        "docker-dind", "socket-is-a-mount", "ConfigurationInvalid",
        "the host's docker.sock is mounted where dockerd wants to make its own: busy, but not errno 98",
        f"{GH}docker-library/docker/issues/215, " + indexed(14645084680, 63460846214),
        DIND_START + """time="«»" level=warning msg="could not change group /var/run/docker.sock to docker: group docker not found"
failed to load listeners: can't create unix socket /var/run/docker.sock: device or resource busy
""",
        clock=ISO_NS,
        pod=pod("dind", "docker:24-dind", securityContext={"privileged": True},
                volumeMounts=[{"name": "sock", "mountPath": "/var/run/docker.sock"}],
                volumes=[{"name": "sock", "hostPath": {"path": "/var/run/docker.sock"}}]),
    ),
    Looked(
        "docker-dind", "socket-is-a-directory", "ConfigurationInvalid",
        "an emptyDir is mounted at the very path of the socket",
        indexed(59083180680, 47347905244),
        DIND_START + """failed to load listeners: can't create unix socket /var/run/docker.sock: is a directory
""",
        clock=ISO_NS,
    ),
    Looked(
        "docker-dind", "containerd-too-slow", "DependencyNotReady",
        "the engine's own containerd does not come up within its time",
        indexed(53824839362, 59766862308, 22418729560),
        DIND_START + """time="«»" level=info msg="containerd not running, starting managed containerd"
time="«»" level=info msg="started new containerd process" address=/var/run/docker/containerd/containerd.sock module=libcontainerd pid=57
time="«»" level=info msg="starting containerd" revision=ae07eda36dd25f8a1b98dfbf587313b99c0190bb version=v1.6.28
time="«»" level=info msg="loading plugin \\"io.containerd.snapshotter.v1.aufs\\"..." type=io.containerd.snapshotter.v1
time="«»" level=info msg="skip loading plugin \\"io.containerd.snapshotter.v1.aufs\\"..." error="aufs is not supported (modprobe aufs failed: exit status 1 \\"ip: can't find device 'aufs'\\"): skip plugin" type=io.containerd.snapshotter.v1
time="«+10»" level=warning msg="grpc: addrConn.createTransport failed to connect to {unix:///var/run/docker/containerd/containerd.sock}. Err: connection error: desc = \\"transport: error while dialing: dial unix:///var/run/docker/containerd/containerd.sock: timeout\\". Reconnecting..." module=grpc
time="«+5»" level=error msg="failed connecting to containerd" error="failed to dial \\"/var/run/docker/containerd/containerd.sock\\": context deadline exceeded" module=libcontainerd
failed to start containerd: timeout waiting for containerd to start
""",
        clock=ISO_NS,
    ),
    Looked(
        "docker-dind", "warnings-and-then-listens", "Unknown",
        "a wall of warnings about missing snapshotters and modules, then the API listens",
        indexed(22418729560, 60950920880, 14645084680),
        DIND_START + """time="«»" level=info msg="containerd not running, starting managed containerd"
time="«»" level=info msg="started new containerd process" address=/var/run/docker/containerd/containerd.sock module=libcontainerd pid=57
time="«»" level=warning msg="failed to load plugin io.containerd.snapshotter.v1.devmapper" error="devmapper not configured"
time="«»" level=info msg="skip loading plugin \\"io.containerd.snapshotter.v1.zfs\\"..." error="path /var/lib/docker/containerd/daemon/io.containerd.snapshotter.v1.zfs must be a zfs filesystem to be used with the zfs snapshotter: skip plugin" type=io.containerd.snapshotter.v1
time="«»" level=info msg="containerd successfully booted in 0.041245s"
time="«»" level=error msg="failed to mount overlay: operation not permitted" storage-driver=overlay2
time="«»" level=info msg="[graphdriver] using prior storage driver: vfs"
time="«»" level=warning msg="WARNING: No swap limit support"
time="«»" level=info msg="Docker daemon" commit=061aa95 containerd-snapshotter=false storage-driver=vfs version=25.0.5
time="«»" level=info msg="Daemon has completed initialization"
time="«»" level=info msg="API listen on /var/run/docker.sock"
time="«»" level=info msg="API listen on [::]:2376"
""",
        clock=ISO_NS, exit_code=None,
    ),
    Looked(
        "compose-cli", "api-socket-left-behind", "StaleUnixSocket",
        "the helper was killed and its API socket stayed",
        f"{GH}docker-archive/compose-cli/issues/257",
        """
time="«»" level=info msg="serving daemon API" address="unix:///run/docker-cli/docker-cli-api.sock"
listen address unix:///run/docker-cli/docker-cli-api.sock: listen unix /run/docker-cli/docker-cli-api.sock: bind: address already in use
""",
        clock=ISO_S, captures={"path": "/run/docker-cli/docker-cli-api.sock"},
    ),
]  # fmt: skip

CALICO_CLOCK = "%Y-%m-%d %H:%M:%S.%L"

NETWORK = [
    Looked(
        "calico-node", "address-of-another-node", "ConfigurationInvalid",
        "the autodetected address already belongs to another Calico node",
        indexed(31617781904, 69242574997),
        """
«» [INFO][9] startup/startup.go 425: Early log level set to info
«» [INFO][9] startup/utils.go 127: Using NODENAME environment for node name worker05
«» [INFO][9] startup/utils.go 139: Determined node name: worker05
«» [INFO][9] startup/startup.go 94: Starting node worker05 with version v3.23.1
«» [INFO][9] startup/startup.go 430: Checking datastore connection
«» [INFO][9] startup/startup.go 454: Datastore connection verified
«» [INFO][9] startup/startup.go 104: Datastore is ready
«» [INFO][9] startup/startup.go 485: Initialize BGP data
«» [INFO][9] startup/autodetection_methods.go 103: Using autodetected IPv4 address on interface ens33: 10.71.9.107/24
«» [WARNING][9] startup/startup.go 1074: Calico node 'worker04' is already using the IPv4 address 10.71.9.107.
«» [INFO][9] startup/startup.go 389: Clearing out-of-date IPv4 address from this node IP="10.71.9.107/24"
«» [WARNING][9] startup/utils.go 49: Terminating
Calico node failed to start
""",
        clock=CALICO_CLOCK,
    ),
    Looked(
        "calico-node", "etcd-certificate-not-mounted", "ConfigurationMissing",
        "the etcd client certificate is not in the container",
        indexed(36069754332),
        """
«» [INFO][9] startup/startup.go 396: Early log level set to info
«» [INFO][9] startup/startup.go 406: Using NODENAME environment for node name ksn2
«» [INFO][9] startup/startup.go 418: Determined node name: ksn2
«» [INFO][9] startup/startup.go 103: Starting node ksn2 with version v3.19.1
Calico node failed to start
ERROR: Error accessing the Calico datastore: could not initialize etcdv3 client: open /etc/kubernetes/pki/calico-etcd.pem: no such file or directory
""",
        clock=CALICO_CLOCK,
    ),
    Looked(
        "calico-node", "liveness-asks-the-wrong-localhost", "ProbeKilled",
        "Felix runs, but localhost resolves to ::1 where nothing listens, so its liveness probe kills it",
        f"{GH}projectcalico/calico/issues/6555, {GH}projectcalico/calico/issues/4935",
        """
«» [INFO][9] startup/startup.go 455: Datastore connection verified
«» [INFO][9] startup/startup.go 105: Datastore is ready
Calico node started successfully
bird: device1: Initializing
bird: direct1: Initializing
bird: device1: Starting
bird: device1: Connected to table master
bird: Graceful restart started
bird: Started
«» [INFO][69] felix/health.go 230: Health enabled.  Server is already running. host="localhost" port=9099
«» [INFO][69] felix/daemon.go 361: Successfully loaded configuration. GOMAXPROCS=4 builddate="2021-08-03T22:08:56+0000"
«» [INFO][69] felix/int_dataplane.go 1447: Applying dataplane updates
""" + repeated(9, "«+10» [INFO][69] felix/summary.go 100: Summarising 12 dataplane reconciliation loops over 1m3.7s: avg=6ms longest=2#ms ()\n")
        + "«+1» [INFO][69] felix/daemon.go 1177: Received OS signal terminated; shutting down\n",
        clock=CALICO_CLOCK, exit_code=143,
        pod=pod("calico-node", "docker.io/calico/node:v3.20.0", hostNetwork=True,
                livenessProbe={"exec": {"command": ["/bin/calico-node", "-felix-live", "-bird-live"]},
                               "periodSeconds": 10, "initialDelaySeconds": 10, "failureThreshold": 6},
                status={"containerStatuses": [{
                    "name": "calico-node", "ready": False, "restartCount": 7, "image": "docker.io/calico/node:v3.20.0",
                    "imageID": "", "started": False,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {
                        "exitCode": 143, "reason": "Error", "startedAt": "2026-03-04T08:00:00Z",
                        "finishedAt": "2026-03-04T08:01:21Z",
                    }}}]}),
    ),
    Looked(
        "kube-flannel", "no-pod-cidr", "ConfigurationMissing",
        "the cluster was made without a pod network, so the node has no pod CIDR",
        indexed(40656458084, 34248790093),
        """
I«» 1 main.go:211] CLI flags config: {etcdEndpoints:http://127.0.0.1:4001,http://127.0.0.1:2379 etcdPrefix:/coreos.com/network subnetFile:/run/flannel/subnet.env ipMasq:true ifaceOpts:[] iptablesResyncSeconds:5}
W«» 1 client_config.go:617] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.
I«» 1 kube.go:139] Waiting 10m0s for node controller to sync
I«» 1 kube.go:461] Starting kube subnet manager
I«+1» 1 kube.go:146] Node controller sync successful
I«» 1 main.go:231] Created subnet manager: Kubernetes Subnet Manager - edge-3
I«» 1 main.go:234] Installing signal handlers
I«» 1 main.go:542] Found network config - Backend type: vxlan
I«» 1 match.go:206] Determining IP address of default interface
I«» 1 match.go:259] Using interface with name eth0 and address 10.71.4.15
E«» 1 main.go:334] Error registering network: failed to acquire lease: node "edge-3" pod cidr not assigned
I«» 1 main.go:522] Stopping shutdownHandler...
""",
        clock=KLOG,
    ),
    Looked(
        "cilium", "api-server-out-of-reach", "DependencyNotReady",
        "no route from the node to the API server's service address",
        indexed(47395959107, 36948010524),
        """
time="«»" level=info msg="Memory available for map entries (0.003% of 16777216000B): 41943040B" subsys=config
time="«»" level=info msg="  --enable-bpf-masquerade='true'" subsys=daemon
time="«»" level=info msg="Starting gops server" address="127.0.0.1:9890" subsys=gops
time="«»" level=info msg="Establishing connection to apiserver" host="https://10.96.0.1:443" subsys=k8s-client
""" + repeated(6, 'time="«+30»" level=info msg="Establishing connection to apiserver" host="https://10.96.0.1:443" subsys=k8s-client\n') + """
time="«+1»" level=error msg="Unable to contact k8s api-server" error="Get \\"https://10.96.0.1:443/api/v1/namespaces/kube-system\\": dial tcp 10.96.0.1:443: i/o timeout" ipAddr="https://10.96.0.1:443" subsys=k8s-client
time="«»" level=error msg="Start hook failed" error="Get \\"https://10.96.0.1:443/api/v1/namespaces/kube-system\\": dial tcp 10.96.0.1:443: i/o timeout" function="client.(*compositeClientset).onStart" subsys=hive
time="«»" level=fatal msg="failed to start: Get \\"https://10.96.0.1:443/api/v1/namespaces/kube-system\\": dial tcp 10.96.0.1:443: i/o timeout" subsys=daemon
""".lstrip("\n"),
        clock=ISO_S, captures={"host": "10.96.0.1", "port": "443"},
    ),
    Looked(
        "coredns", "forwards-to-itself", "ConfigurationInvalid",
        "the node's resolv.conf names a local stub, so CoreDNS would ask itself",
        f"{GH}coredns/coredns/issues/2795, {GH}coredns/coredns/pull/2400",
        """
.:53
«» [INFO] plugin/reload: Running configuration MD5 = 1f2b52a55a24ba57f2b4328c2777fe28
«» [INFO] CoreDNS-1.5.0
«» [INFO] linux/amd64, go1.12.2, e3f9a80
CoreDNS-1.5.0
linux/amd64, go1.12.2, e3f9a80
«» [FATAL] plugin/loop: Loop (127.0.0.1:41177 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4474102930477018525.1798689655824409811."
""",
    ),
    Looked(
        "coredns", "loop-in-the-older-words", "ConfigurationInvalid",
        "the same before version 1.3",
        f"{GH}coredns/coredns/issues/2087, {GH}easzlab/kubeasz/issues/355",
        """
.:53
«» [INFO] CoreDNS-1.2.2
«» [INFO] linux/amd64, go1.11, eb51e8b
CoreDNS-1.2.2
linux/amd64, go1.11, eb51e8b
«» [INFO] plugin/reload: Running configuration MD5 = 91b885a205d9b1a451bafbaa991cc09b
«+6» [FATAL] plugin/loop: Seen "HINFO IN 1749932600568443311.9730530029506169011." more than twice, loop detected
""",
        clock=GO_LOG,
    ),
    Looked(
        "coredns", "upstream-timeouts-but-serves", "Unknown",
        "upstream answers time out now and then and the API is awaited at first; it serves",
        "recalled: CoreDNS",
        """
[INFO] plugin/ready: Still waiting on: "kubernetes"
[WARNING] plugin/kubernetes: Kubernetes API connection failure: Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: i/o timeout
[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API
.:53
[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5
CoreDNS-1.11.1
linux/amd64, go1.20.7, ae2bbc2
[INFO] 127.0.0.1:48322 - 21177 "HINFO IN 5716120104133011017.4023372141118213155. udp 57 false 512" NXDOMAIN qr,rd,ra 132 0.012s
[ERROR] plugin/errors: 2 registry.example.net. A: read udp 10.42.0.4:51922->10.71.0.2:53: i/o timeout
[ERROR] plugin/errors: 2 registry.example.net. AAAA: read udp 10.42.0.4:39911->10.71.0.2:53: i/o timeout
[INFO] plugin/kubernetes: connected to the Kubernetes API
""",
        exit_code=None,
    ),
    Looked(
        "kubelet", "config-file-missing", "ConfigurationMissing",
        "kubeadm has not written the kubelet's configuration yet",
        f"{GH}canonical/microk8s/issues/602",
        """
I«» 23398 server.go:197] "Warning: For remote container runtime, --pod-infra-container-image is ignored in kubelet, which should be set in that remote runtime instead"
F«» 23398 server.go:198] failed to load Kubelet config file /var/lib/kubelet/config.yaml, error failed to read kubelet config file "/var/lib/kubelet/config.yaml", error: open /var/lib/kubelet/config.yaml: no such file or directory
""",
        clock=KLOG, exit_code=255,
    ),
    Looked(
        "metrics-server", "kubelet-certificates-without-ip", "CertificateInvalid",
        "the kubelets' certificates name no address, so nothing is scraped and the probe never turns",
        indexed(17925681218, 10235568938),
        """
I«» 1 serving.go:342] Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)
I«» 1 secure_serving.go:267] Serving securely on [::]:4443
I«» 1 dynamic_serving_content.go:131] "Starting controller" name="serving-cert::/tmp/apiserver.crt::/tmp/apiserver.key"
I«» 1 requestheader_controller.go:169] Starting RequestHeaderAuthRequestController
I«» 1 tlsconfig.go:240] "Starting DynamicServingCertificateController"
""" + repeated(6, """
E«+15» 1 scraper.go:140] "Failed to scrape node" err="Get \\"https://10.71.4.50:10250/metrics/resource\\": x509: cannot validate certificate for 10.71.4.50 because it doesn't contain any IP SANs" node="worker-1"
E«» 1 scraper.go:140] "Failed to scrape node" err="Get \\"https://10.71.4.51:10250/metrics/resource\\": x509: cannot validate certificate for 10.71.4.51 because it doesn't contain any IP SANs" node="worker-2"
I«+4» 1 server.go:187] "Failed probe" probe="metric-storage-ready" err="no metrics to serve"
"""),
        clock=KLOG, exit_code=137,
    ),
    Looked(
        "metrics-server", "one-node-refuses-for-a-while", "Unknown",
        "one kubelet refuses connections for two rounds while its node restarts",
        indexed(17925681218),
        """
I«» 1 serving.go:342] Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)
I«» 1 secure_serving.go:267] Serving securely on [::]:4443
E«+15» 1 scraper.go:140] "Failed to scrape node" err="Get \\"https://10.71.4.50:10250/metrics/resource\\": dial tcp 10.71.4.50:10250: connect: connection refused" node="worker-1"
I«+1» 1 server.go:187] "Failed probe" probe="metric-storage-ready" err="no metrics to serve"
E«+15» 1 scraper.go:140] "Failed to scrape node" err="Get \\"https://10.71.4.50:10250/metrics/resource\\": dial tcp 10.71.4.50:10250: connect: connection refused" node="worker-1"
I«+20» 1 handler.go:275] Adding GroupVersion metrics.k8s.io v1beta1 to ResourceManager
""",
        clock=KLOG, exit_code=None,
    ),
]  # fmt: skip

CERT_MANAGER_START = """
I«» 1 controller.go:242] "cert-manager/controller/build-context: configured acme dns01 nameservers" nameservers=["10.43.0.10:53"]
I«» 1 controller.go:70] "cert-manager/controller: enabled controllers: [certificaterequests-approver certificates-issuing challenges orders]"
I«» 1 controller.go:134] "cert-manager/controller: starting leader election"
I«» 1 controller.go:91] "cert-manager/controller: starting metrics server" address="[::]:9402"
I«» 1 leaderelection.go:248] attempting to acquire leader lease kube-system/cert-manager-controller...
I«» 1 leaderelection.go:258] successfully acquired lease kube-system/cert-manager-controller
"""

CONTROLLERS = [
    Looked(
        "cert-manager", "lease-not-renewed", "DependencyNotReady",
        "the API server answers too slowly; the lease runs out and the controller ends: not a consensus of its own",
        f"{GH}cert-manager/cert-manager/issues/5443, {GH}cert-manager/cert-manager/issues/2362,"
        f" {GH}aws/aws-app-mesh-controller-for-k8s/issues/260",
        CERT_MANAGER_START + repeated(5, 'I«+60» 1 conditions.go:203] Setting lastTransitionTime for Certificate "shop-tls-#" condition "Ready" to 2026-05-16 08:5#:23 +0000 UTC\n') + """
E«» 1 leaderelection.go:367] Failed to update lock: Put "https://10.43.0.1:443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cert-manager-controller": context deadline exceeded
I«+6» 1 leaderelection.go:283] failed to renew lease kube-system/cert-manager-controller: timed out waiting for the condition
E«» 1 leaderelection.go:306] Failed to release lock: resource name may not be empty
E«» 1 controller.go:158] "cert-manager/controller: leader election lost"
error running leader election: leader election lost
""".lstrip("\n"),
        clock=KLOG,
    ),
    Looked(
        "cert-manager", "lease-refused-then-acquired", "Unknown",
        "the API server is away for a minute during start; then the lease is acquired",
        f"{GH}cert-manager/cert-manager/issues/4918, {GH}cert-manager/cert-manager/issues/6134",
        """
I«» 1 controller.go:134] "cert-manager/controller: starting leader election"
I«» 1 leaderelection.go:248] attempting to acquire leader lease cert-manager/cert-manager-controller...
""" + repeated(4, 'E«+15» 1 leaderelection.go:330] error retrieving resource lock cert-manager/cert-manager-controller: Get "https://10.43.0.1:443/apis/coordination.k8s.io/v1/namespaces/cert-manager/leases/cert-manager-controller": dial tcp 10.43.0.1:443: connect: connection refused\n') + """
I«+12» 1 leaderelection.go:258] successfully acquired lease cert-manager/cert-manager-controller
I«» 1 controller.go:205] "cert-manager/controller: starting controller" controller="certificates-issuing"
I«» 1 controller.go:205] "cert-manager/controller: starting controller" controller="challenges"
I«+20» 1 acme.go:233] "cert-manager/issuers: skipping re-verifying ACME account as cached registration details look sufficient" resource_name="letsencrypt"
""".lstrip("\n"),
        clock=KLOG, exit_code=None,
    ),
    Looked(
        "cert-management", "may-not-read-its-lease", "PermissionDenied",
        "the service account lacks the right to the lock's config map",
        f"{GH}gardener/gardener-extension-shoot-cert-service/pull/31",
        """
time="«=b»" level=info msg="starting cert-controller-manager (version v0.4.2)"
time="«=b»" level=info msg="using controllers: issuer, ingress-cert, service-cert, crds"
I«» 1 leaderelection.go:242] attempting to acquire leader lease  shoot--foo--bar/cert-controller-manager...
""" + repeated(5, 'E«+2» 1 leaderelection.go:330] error retrieving resource lock shoot--foo--bar/cert-controller-manager: configmaps "cert-controller-manager" is forbidden: User "example.cloud:system:cert-management" cannot get resource "configmaps" in API group "" in the namespace "shoot--foo--bar"\n')
        + 'time="«=b»" level=fatal msg="leaderelection lost"\n',
        clock=(KLOG, ISO_S),
    ),
    Looked(
        "rancher", "lease-lost", "DependencyNotReady",
        "Rancher ends itself when the API server keeps it from renewing its lease",
        f"{GH}rancher/rancher/issues/13446",
        """
«» [INFO] Rancher version v2.6.3 (3c1d5fac3) is starting
«» [INFO] Rancher arguments {ACMEDomains:[] AddLocal:true Embedded:false BindHost: HTTPListenPort:80 HTTPSListenPort:443 K8sMode:auto Debug:false}
«» [INFO] Listening on :443
«» [INFO] Listening on :80
I«=b»      32 leaderelection.go:258] successfully acquired lease kube-system/cattle-controllers
«+600» [INFO] [secretmigrator] cluster c-m-xk2lp has no secrets to migrate
E«=b»      32 leaderelection.go:330] error retrieving resource lock kube-system/cattle-controllers: Get "https://10.43.0.1:443/api/v1/namespaces/kube-system/configmaps/cattle-controllers?timeout=15m0s": context deadline exceeded
I«=b»      32 leaderelection.go:283] failed to renew lease kube-system/cattle-controllers: timed out waiting for the condition
E«=b»      32 leaderelection.go:306] Failed to release lock: resource name may not be empty
«» [INFO] Shutting down management.cattle.io/v3, Kind=ClusterScan workers
«» [FATAL] leaderelection lost for cattle-controllers
""",
        clock=(GO_LOG, KLOG),
    ),
    Looked(
        "ingress-nginx", "port-80-taken", "PortConflict",
        "the controller checks its ports first: 80 is taken on the host network",
        f"{GH}kubernetes/ingress-nginx/issues/9032, {GH}kubernetes/ingress-nginx/issues/2062",
        """
-------------------------------------------------------------------------------
NGINX Ingress controller
  Release:       v1.1.1
  Build:         git-fc38b9f2a
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.19.9

-------------------------------------------------------------------------------

F«» 7 main.go:67] port 80 is already in use. Please check the flag --http-port
goroutine 1 [running]:
k8s.io/klog/v2.stacks(0x1)
	k8s.io/klog/v2@v2.9.0/klog.go:1026 +0x8a
k8s.io/klog/v2.(*loggingT).output(0x28a9ac0, 0x3, {0x0, 0x0}, 0xc00050c3f0, 0x1, {0x1f86a5b, 0x28aa600}, 0xc00042a860, 0x0)
	k8s.io/klog/v2@v2.9.0/klog.go:975 +0x63d
k8s.io/klog/v2.Fatal(...)
	k8s.io/klog/v2@v2.9.0/klog.go:1494
main.main()
	k8s.io/ingress-nginx/cmd/nginx/main.go:67 +0x1a5

goroutine 6 [chan receive]:
k8s.io/klog/v2.(*loggingT).flushDaemon(0x0)
	k8s.io/klog/v2@v2.9.0/klog.go:1169 +0x6a
created by k8s.io/klog/v2.init.0
	k8s.io/klog/v2@v2.9.0/klog.go:420 +0xfb
""",
        clock=KLOG, exit_code=255,
        pod=pod("controller", "registry.k8s.io/ingress-nginx/controller:v1.1.1", hostNetwork=True,
                ports=[{"containerPort": 80, "hostPort": 80}, {"containerPort": 443, "hostPort": 443}]),
    ),
    Looked(
        "ingress-nginx", "may-not-bind-port-80", "PermissionDenied",
        "NET_BIND_SERVICE was dropped; nginx says it in its own words inside the controller's log",
        f"{GH}kubernetes/ingress-nginx/issues/11706",
        """
-------------------------------------------------------------------------------
NGINX Ingress controller
  Release:       v1.8.1
  Build:         dc88dce9ea5e700f3301d16f971fa17c6cfe757d
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.21.6

-------------------------------------------------------------------------------

W«» 7 client_config.go:618] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.
I«» 7 main.go:209] "Creating API client" host="https://10.43.0.1:443"
I«» 7 main.go:253] "Running in Kubernetes cluster" major="1" minor="28" git="v1.28.0" state="clean" platform="linux/amd64"
I«» 7 nginx.go:261] "Starting NGINX Ingress controller"
I«» 7 nginx.go:304] "Starting NGINX process"
«=b» [notice] 21#21: using the "epoll" event method
«=b» [emerg] 21#21: bind() to 0.0.0.0:80 failed (13: Permission denied)
nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)
F«» 7 nginx.go:416] NGINX error: exit status 1
""",
        clock=(KLOG, GO_LOG), exit_code=255,
    ),
    Looked(
        "traefik", "entry-point-taken", "PortConflict",
        "version 1 of Traefik finds 8080 taken by the API server on the host network",
        f"{GH}traefik/traefik/issues/872, {GH}traefik/traefik/issues/3401",
        """
time="«»" level=info msg="Using TOML configuration file /etc/traefik/traefik.toml"
time="«»" level=info msg="Traefik version v1.7.34 built on 2021-12-10_02:24:46PM"
time="«»" level=info msg="Preparing server http &{Address::80 TLS:<nil> Redirect:<nil> Auth:<nil> WhiteList:<nil> Compress:true ProxyProtocol:<nil>} with readTimeout=0s writeTimeout=0s idleTimeout=3m0s"
time="«»" level=info msg="Preparing server traefik &{Address::8080 TLS:<nil> Redirect:<nil> Auth:<nil> WhiteList:<nil> Compress:false ProxyProtocol:<nil>} with readTimeout=0s writeTimeout=0s idleTimeout=3m0s"
time="«»" level=error msg="Error opening listener listen tcp :8080: bind: address already in use"
time="«»" level=fatal msg="Error creating server: listen tcp :8080: bind: address already in use"
""",
        clock=ISO_S, captures={"address": ":8080"},
    ),
    Looked(
        "traefik", "may-not-bind-port-80", "PermissionDenied",
        "it runs as a plain user without the capability to bind 80",
        f"{GH}rawmind0/alpine-traefik/issues/17, {GH}rawmind0/alpine-traefik/issues/32",
        """
time="«»" level=info msg="Using TOML configuration file /opt/traefik/etc/traefik.toml"
time="«»" level=info msg="Traefik version v1.3.6 built on 2017-08-20_11:27:10AM"
time="«»" level=info msg="Preparing server http &{Network: Address::80 TLS:<nil> Redirect:<nil> Auth:<nil> Compress:false}"
time="«»" level=info msg="Preparing server https &{Network: Address::443 TLS:0xc420078780 Redirect:<nil> Auth:<nil> Compress:false}"
time="«»" level=info msg="Starting server on :80"
time="«»" level=error msg="Error creating server: listen tcp :80: bind: permission denied"
""",
        clock=ISO_S,
    ),
    Looked(
        "istio-proxy", "admin-port-taken", "PortConflict",
        "the sidecar on the host network finds another Envoy's admin port",
        f"{GH}istio/istio/issues/38824",
        """
«»	info	FLAG: --concurrency="2"
«»	info	FLAG: --proxyLogLevel="warning"
«»	info	FLAG: --serviceCluster="istio-proxy"
«»	info	Version 1.13.1-f9ab21ef6ea1b4d3e4f0a2bd6f1d3d5cc0ac4a4b-Clean
«»	info	Proxy role	ips=[10.71.3.9] type=sidecar id=gw-6c.edge domain=edge.svc.cluster.local
«»	info	Effective config: binaryPath: /usr/local/bin/envoy
«»	info	CA Endpoint istiod.istio-system.svc:15012, provider Citadel
«»	info	Starting proxy agent
«»	info	Epoch 0 starting
«»	info	Envoy command: [-c etc/istio/proxy/envoy-rev0.json --restart-epoch 0 --drain-time-s 45 --service-cluster istio-proxy]
«»	critical	envoy main	error initializing configuration 'etc/istio/proxy/envoy-rev0.json': cannot bind '127.0.0.1:15000': Address already in use
cannot bind '127.0.0.1:15000': Address already in use
«»	error	Epoch 0 exited with error: exit status 1
«»	info	No more active epochs, terminating
""",
        clock=ISO_US, exit_code=0, captures={"address": "127.0.0.1:15000"},
    ),
    Looked(
        "istio-proxy", "inotify-instances-spent", "FileLimitReached",
        "the node's inotify instances are used up, which Go reports as too many open files",
        f"{GH}istio/istio/issues/55915, {GH}istio/istio/issues/35829",
        """
«»	info	FLAG: --concurrency="0"
«»	info	FLAG: --domain="istio-system.svc.cluster.local"
«»	info	FLAG: --stsPort="0"
«»	info	Version 1.19.10-clean
«»	info	Maximum file descriptors (ulimit -n): 1048576
«»	info	CA Endpoint istiod.istio-system.svc:15012, provider Citadel
«»	info	Opening status port 15020
Error: failed to start SDS server: failed to start workload secret manager too many open files
""",
        clock=ISO_US, exit_code=255,
    ),
    Looked(
        "istio-proxy", "not-ready-for-a-while", "Unknown",
        "listener updates are rejected once and the readiness check refused until the proxy is warm",
        f"{GH}istio/istio/issues/13939, {GH}istio/istio/issues/50952",
        """
«»	info	Starting proxy agent
«»	info	Envoy command: [-c etc/istio/proxy/envoy-rev0.json --restart-epoch 0]
«»	warn	Envoy proxy is NOT ready: failed retrieving Envoy stats: Get "http://127.0.0.1:15000/stats?usedonly": dial tcp 127.0.0.1:15000: connect: connection refused
«+2»	warn	Envoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 0 rejected; lds updates: 0 successful, 0 rejected
«»	warning	envoy config	gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) 0.0.0.0_9090: cannot bind '0.0.0.0:9090': Address already in use
«+1»	info	ads	XDS: Incremental Pushing ConnectedEndpoints:1 Version:2026-05-09T05:28:36Z/12
«+1»	info	Initialization took 4.117s
«»	info	Envoy proxy is ready
«+1800»	info	xdsproxy	connected to upstream XDS server: istiod.istio-system.svc:15012
""",
        clock=ISO_US, exit_code=None,
    ),
    Looked(
        "envoy-on-vm", "sockets-spent", "FileLimitReached",
        "the load test needs more descriptors than the container has; Envoy asserts",
        f"{GH}istio/istio/issues/38935",
        repeated(12, "[«»] \"GET /echo HTTP/1.1\" 200 - via_upstream - \"-\" 0 8# 2 1 \"-\" \"forwarder\" \"d6c1-#\" \"echo.test\" \"10.42.1.7:8080\"\n") + """
«»	critical	envoy assert	assert failure: SOCKET_VALID(result.return_value_). Details: socket(2) failed, got error: Too many open files
«»	critical	envoy backtrace	Caught Aborted, suspect faulting address 0x3e7000000c1
«»	critical	envoy backtrace	Backtrace (use tools/stack_decode.py to get line numbers):
«»	critical	envoy backtrace	Envoy version: d8d68716031420dd76cba89eee3eda7d29312c3e/1.23.0-dev/Clean/RELEASE/BoringSSL
«»	critical	envoy backtrace	#0: [0x7f3a6c1d2520]
""".lstrip("\n"),
        clock=ISO_US, exit_code=134,
    ),
    Looked(
        "argocd-repo-server", "gpg-cannot-start", "ApplicationError",
        "GnuPG fails to make its key with exit status 2 and no word about why",
        f"{GH}argoproj/argo-cd/issues/11647, {GH}argoproj/argo-cd/issues/10882",
        """
time="«»" level=info msg="ArgoCD Repository Server is starting" built="2022-12-06T21:50:12Z" commit=86b2dde8e4bf1c8a1a1ad1fd8eb1f51d1fa1b5a8 port=8081 version=v2.5.4+86b2dde
time="«»" level=info msg="Generating self-signed TLS certificate for this session"
time="«»" level=info msg="Initializing GnuPG keyring at /app/config/gpg/keys"
time="«»" level=info msg="gpg --no-permission-warning --logger-fd 1 --batch --gen-key /tmp/gpg-key-recipe3612398574" dir= execID=e8b9c
time="«+6»" level=error msg="`gpg --no-permission-warning --logger-fd 1 --batch --gen-key /tmp/gpg-key-recipe3612398574` failed exit status 2" execID=e8b9c
time="«»" level=info msg=Trace args="[gpg --no-permission-warning --logger-fd 1 --batch --gen-key /tmp/gpg-key-recipe3612398574]" dir= operation_name="exec gpg" time_ms=6007.57
time="«»" level=fatal msg="`gpg --no-permission-warning --logger-fd 1 --batch --gen-key /tmp/gpg-key-recipe3612398574` failed exit status 2"
""",
        clock=ISO_S, exit_code=20,
    ),
    Looked(
        "argocd-repo-server", "liveness-too-strict", "ProbeKilled",
        "under load the health endpoint takes longer than the probe allows; the log is calm",
        f"{GH}argoproj/argo-cd/issues/14822",
        """
time="«»" level=info msg="ArgoCD Repository Server is starting" built="2023-07-24T18:06:14Z" commit=a40c95a63f24ce4bd39e0ce5a9dfd5ee1b9ee9b6 port=8081 version=v2.7.9+a40c95a
time="«»" level=info msg="Generating self-signed TLS certificate for this session"
time="«»" level=info msg="Initializing GnuPG keyring at /app/config/gpg/keys"
time="«+1»" level=info msg="Starting GPG sync watcher on directory '/app/config/gpg/source'"
""" + repeated(12, """
time="«+2»" level=info msg="manifest cache hit: &ApplicationSource{RepoURL:https://git.example.net/team-#/deploy.git,Path:overlays/prod,TargetRevision:main}/5f1c"
time="«»" level=info msg="finished unary call with code OK" grpc.code=OK grpc.method=GenerateManifest grpc.service=repository.RepoServerService grpc.time_ms=4#11.7 span.kind=server system=grpc
"""),
        clock=ISO_S, exit_code=137,
        pod=pod("repo-server", "quay.io/argoproj/argocd:v2.7.9",
                livenessProbe={"httpGet": {"path": "/healthz?full=true", "port": 8084}, "initialDelaySeconds": 30,
                               "periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3},
                status={"containerStatuses": [{
                    "name": "repo-server", "ready": False, "restartCount": 7, "image": "quay.io/argoproj/argocd:v2.7.9",
                    "imageID": "", "started": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {"exitCode": 137, "reason": "Error",
                                                 "startedAt": "2026-05-01T08:00:00Z",
                                                 "finishedAt": "2026-05-01T08:01:31Z"}}}]}),
    ),
    Looked(
        "argocd-server", "redis-not-resolvable-but-serves", "Unknown",
        "Redis cannot be found for a minute; the server retries and goes on serving",
        f"{GH}argoproj/argo-cd/issues/18445",
        """
time="«»" level=info msg="Loading Redis credentials from environment variables"
time="«»" level=info msg="argocd v2.11.2+25f7504 serving on port 8080 (url: , tls: true, namespace: argocd, sso: false)"
time="«»" level=info msg="0xc000a86d20 subscribed to settings updates"
time="«»" level=warning msg="Failed to resync revoked tokens. retrying again in 1 minute: dial tcp: lookup argocd-redis on 10.43.0.10:53: no such host"
time="«»" level=warning msg="Reconnect to redis because error: \\"dial tcp: lookup argocd-redis on 10.43.0.10:53: no such host\\""
time="«+60»" level=info msg="finished unary call with code OK" grpc.code=OK grpc.method=List grpc.service=application.ApplicationService grpc.time_ms=12.4
time="«»" level=info msg="finished unary call with code Unauthenticated" error="rpc error: code = Unauthenticated desc = invalid session: token is expired" grpc.code=Unauthenticated grpc.method=Get grpc.service=cluster.SettingsService
""",
        clock=ISO_S, exit_code=None,
    ),
    Looked(
        "tigera-operator", "cpu-too-old", "ArchitectureMismatch",
        "the image's C library wants a newer x86-64 level than the virtual CPU offers",
        indexed(58543170252, 62138082057),
        "Fatal glibc error: CPU does not support x86-64-v2\n",
        exit_code=127,
    ),
]  # fmt: skip

CASES = [*DRIVERS, *ENGINES, *NETWORK, *CONTROLLERS]
