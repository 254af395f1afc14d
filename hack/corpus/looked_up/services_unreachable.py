"""Services that cannot be reached, logins and certificates that are refused; and programs that live with such errors."""

# ruff: noqa: E501 - the logs are as they are
from __future__ import annotations

from . import COMMA_MS, GH, GO_LOG, ISO_MS, ISO_NS, ISO_S, KLOG, RECALLED, SECONDS, Looked

RFC = "%Y-%m-%dT%H:%M:%S+00:00"

GIVEN_UP = [
    Looked(
        "zitadel", "database-refused", "DependencyNotReady",
        "the database has no ready pod yet and the setup does not wait",
        f"{GH}zitadel/zitadel/issues/9741",
        """
time="«»" level=info msg="initialization started" caller="/build/cmd/initialise/init.go:75"
time="«»" level=info msg="setup started" caller="/build/cmd/setup/setup.go:101"
time="«»" level=fatal msg="unable to connect to database" caller="/build/cmd/setup/setup.go:108" error="failed to connect to `user=iam database=iam`: 10.43.7.12:26257 (crdb): dial error: dial tcp 10.43.7.12:26257: connect: connection refused"
""",
        clock=ISO_S, captures={"host": "10.43.7.12", "port": "26257"},
    ),
    Looked(
        "temporal-namespace-job", "server-never-healthy", "DependencyNotReady",
        "the job asks the server three times and gives up",
        f"{GH}temporalio/samples-server/issues/136",
        """
Waiting for Temporal server port to be available...
Temporal server port is available
Waiting for Temporal server to be healthy...
time=«+10» level=ERROR msg="failed reaching server: context deadline exceeded"
Server not ready yet, waiting... (attempt 1/3)
time=«+13» level=ERROR msg="failed reaching server: context deadline exceeded"
Server not ready yet, waiting... (attempt 2/3)
time=«+13» level=ERROR msg="failed reaching server: context deadline exceeded"
Server did not become healthy after 3 attempts
""",
        clock="%Y-%m-%dT%H:%M:%S.%L",
    ),
    Looked(
        "temporal-auto-setup", "nc-never-succeeds", "DependencyNotReady",
        "the entry point is traced with set -x and only shows the probe of the port",
        f"{GH}airbytehq/airbyte/issues/3217",
        """
+ DB=postgresql
+ '[' autosetup = autosetup ']'
+ auto_setup
+ wait_for_postgres
++ echo sql.flows
++ awk -F , '{print $1}'
+ server=sql.flows
+ nc -z sql.flows 5432
+ '[' 1 -eq 0 ']'
+ echo 'waiting for postgresql to start up'
waiting for postgresql to start up
+ sleep 1
+ nc -z sql.flows 5432
+ '[' 1 -eq 0 ']'
""",
        captures={"host": "sql.flows", "port": "5432"},
    ),
    Looked(
        "kong", "postgres-refused-in-lua", "DependencyNotReady",
        "the gateway reads its version of the database in init_by_lua",
        f"{GH}Kong/kong/issues/3525",
        """
«» [warn] 1#0: the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /usr/local/kong/nginx.conf:1
«» [error] 1#0: init_by_lua error: /usr/local/share/lua/5.1/kong/init.lua:169: [postgres error] could not retrieve server_version: connection refused
stack traceback:
	[C]: in function 'error'
	/usr/local/share/lua/5.1/kong/init.lua:169: in function 'init'
	init_by_lua:3: in main chunk
nginx: [error] init_by_lua error: /usr/local/share/lua/5.1/kong/init.lua:169: [postgres error] could not retrieve server_version: connection refused
""",
        clock=GO_LOG,
    ),
    Looked(
        "paperless", "redis-pinged-five-times", "DependencyNotReady",
        "the port in the URL of the broker is not the one it listens on",
        f"{GH}paperless-ngx/paperless-ngx/pull/788",
        """
Waiting for PostgreSQL to start...
Connected to PostgreSQL
Waiting for Redis: redis://docs-broker:6378
Redis ping #0 failed, waiting 5s
Redis ping #1 failed, waiting 5s
Redis ping #2 failed, waiting 5s
Redis ping #3 failed, waiting 5s
Redis ping #4 failed, waiting 5s
Failed to connect to: redis://docs-broker:6378
""",
        captures={"host": "docs-broker", "port": "6378"},
    ),
    Looked(
        "kafka-connect", "no-broker-answers", "DependencyNotReady",
        "the standalone worker cannot describe the cluster; the address is in an earlier warning",
        f"{GH}ibm-messaging/kafka-connect-jdbc-sink/issues/43",
        """
[«»] INFO Kafka version: 3.6.1 (org.apache.kafka.common.utils.AppInfoParser:119)
[«»] WARN [AdminClient clientId=adminclient-1] Connection to node -1 (events-kafka/10.43.8.3:9092) could not be established. Broker may not be available. (org.apache.kafka.clients.NetworkClient:782)
[«+59»] ERROR Stopping due to error (org.apache.kafka.connect.cli.ConnectStandalone:126)
org.apache.kafka.connect.errors.ConnectException: Failed to connect to and describe Kafka cluster. Check worker's broker connection and security properties.
	at org.apache.kafka.connect.util.ConnectUtils.lookupKafkaClusterId(ConnectUtils.java:70)
Caused by: java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: listNodes
""",
        clock=COMMA_MS, captures={"host": "events-kafka", "port": "9092"},
    ),
    Looked(
        "outline", "redis-retries-spent", "DependencyNotReady",
        "the wiki is pointed to a port of its own pod",
        f"{GH}outline/outline/issues/2224",
        """
$ node ./build/server/index.js
Redis error: connect ECONNREFUSED 127.0.0.1:6377
Retrying redis connection: attempt 19
Redis error: connect ECONNREFUSED 127.0.0.1:6377
Retrying redis connection: attempt 20
Redis error: Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.. Shutting down now.
    at Socket.EventEmitter.emit (domain.js:467:12)
error Command failed with exit code 1.
info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.
""",
        captures={"host": "127.0.0.1", "port": "6377"},
    ),
    Looked(
        "quarkus-shop", "netty-refused", "DependencyNotReady",
        "the reactive client waits for its first connection at start",
        f"{GH}cescoffier/reactive-systems-in-java/issues/115",
        """
«» INFO  [io.agr.pool] (main) Datasource '<default>': Initial size smaller than min. Connections will be created when necessary
«+5» ERROR [io.qua.run.Application] (main) Failed to start application (with profile prod): java.util.concurrent.CompletionException: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: pg.shop/10.96.8.2:5432
	at io.smallrye.mutiny.operators.uni.UniBlockingAwait.await(UniBlockingAwait.java:79)
Caused by: java.net.ConnectException: Connection refused
""",
        clock=COMMA_MS, captures={"host": "pg.shop", "port": "5432"},
    ),
    Looked(
        "axum-letters", "pool-timed-out", "DependencyNotReady",
        "sqlx hides the refused connection behind its pool's timeout",
        f"{GH}robatipoor/rustfulapi/issues/19",
        """
«»  INFO letters: configuration loaded
Error: DatabaseError(Conn(SqlxError(PoolTimedOut)))
""",
        clock=ISO_NS,
    ),
    Looked(
        "jenkins-agent", "tunnel-port-closed", "DependencyNotReady",
        "the controller answers, its port for agents does not",
        f"{GH}jenkinsci/helm-charts/issues/298",
        """
INFO: Locating server among [http://ci-jenkins:8080/]
INFO: Remoting server accepts the following protocols: [JNLP4-connect, Ping]
WARNING: connect timed out
SEVERE: http://ci-jenkins:8080/ provided port:50000 is not reachable
java.io.IOException: http://ci-jenkins:8080/ provided port:50000 is not reachable
	at org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver.resolve(JnlpAgentEndpointResolver.java:311)
""",
        exit_code=255,
    ),
    Looked(
        "litellm", "query-engine-not-connected", "DependencyNotReady",
        "the Prisma engine has no database behind it",
        f"{GH}BerriAI/litellm/issues/14741",
        """
INFO:     Started server process [1]
INFO:     Waiting for application startup.
ERROR:    Traceback (most recent call last):
  File "/usr/lib/python3.13/site-packages/litellm/proxy/proxy_server.py", line 3864, in _setup_prisma_client
    await prisma_client.health_check()
  File "/usr/lib/python3.13/site-packages/prisma/engine/http.py", line 97, in request
    raise errors.NotConnectedError('Not connected to the query engine')
prisma.engine.errors.NotConnectedError: Not connected to the query engine

ERROR:    Application startup failed. Exiting.
""",
        exit_code=3,
    ),
    Looked(
        "openebs-provisioner", "api-server-too-slow", "DependencyNotReady",
        "the lease could not be renewed in time",
        f"{GH}openebs/openebs/issues/3541",
        """
I«»       1 controller.go:844] Started provisioner controller openebs.io/local_openebs-localpv-provisioner-645f5879dc-t44ph!
E«+64»       1 leaderelection.go:331] error retrieving resource lock openebs/openebs.io-local: Get "https://10.96.0.1:443/api/v1/namespaces/openebs/endpoints/openebs.io-local": context deadline exceeded
I«+5»       1 leaderelection.go:288] failed to renew lease openebs/openebs.io-local: failed to tryAcquireOrRenew context deadline exceeded
F«»       1 controller.go:847] leaderelection lost
""",
        clock=KLOG, exit_code=255,
    ),
    Looked(
        "space-engineers", "steam-out-of-reach", "DependencyNotReady",
        "the image fetches the game at start and has no way out",
        f"{GH}mmmaxwwwell/space-engineers-dedicated-docker-linux/issues/16",
        """
Loading Steam API...OK
Connecting anonymously to Steam Public...src/clientdll/cminterface.cpp (2869) : Assertion Failed: m_VecNetAdrNetFilterCMs.Count() > 0
Retrying. . .
src/clientdll/cminterface.cpp (2869) : Assertion Failed: m_VecNetAdrNetFilterCMs.Count() > 0
Retrying. . .
FAILED login with result code No Connection
""",
        exit_code=5,
    ),
    Looked(
        "orders-consumer", "broker-closed-the-stream", "DependencyNotReady",
        "it had consumed for an hour; the broker went away and it does not reconnect",
        f"{RECALLED}pika",
        """
«» INFO consumer ready, waiting for messages
«+3600» WARNING pika.adapters.blocking_connection connection closed by broker
Traceback (most recent call last):
  File "/srv/consume.py", line 51, in <module>
    channel.start_consuming()
pika.exceptions.StreamLostError: Stream connection lost: ConnectionResetError(104, 'Connection reset by peer')
""",
        clock=COMMA_MS,
    ),
    Looked(
        "auth-wait", "healthz-never-answers", "DependencyNotReady",
        "a shell loop with a limit, in its author's words",
        f"{RECALLED}curl -w '%{{http_code}}' in a loop",
        """
checking http://auth.internal:9000/healthz ... 000
checking http://auth.internal:9000/healthz ... 000
checking http://auth.internal:9000/healthz ... 000
auth service is not healthy after 30 tries, bailing out
""",
    ),
    Looked(
        "cluster-agent", "ping-of-the-server-times-out", "DependencyNotReady",
        "the agent's script tries the server's address first",
        f"{GH}rancher-archives/rke/issues/1384",
        """
INFO: Environment: CATTLE_ADDRESS=10.1.50.12 CATTLE_CLUSTER=false CATTLE_NODE_NAME=node-03 CATTLE_SERVER=https://fleet.example.org
INFO: Using resolv.conf: nameserver 10.1.77.51 search corp.example.org
ERROR: https://fleet.example.org/ping is not accessible (Failed to connect to fleet.example.org port 443: Connection timed out)
""",
        captures={"host": "fleet.example.org", "port": "443"},
    ),
]  # fmt: skip

REFUSED = [
    Looked(
        "music-bot", "token-invalid", "AuthenticationFailed",
        "the token in the secret was reset",
        f"{GH}museofficial/muse/issues/963",
        """
- connecting to Discord...
/usr/app/node_modules/discord.js/src/client/websocket/WebSocketManager.js:136
    const invalidToken = new DiscordjsError(ErrorCodes.TokenInvalid);
                         ^

Error [TokenInvalid]: An invalid token was provided.
    at WebSocketManager.connect (/usr/app/node_modules/discord.js/src/client/websocket/WebSocketManager.js:136:26) {
  code: 'TokenInvalid'
}

Node.js v18.7.0
""",
    ),
    Looked(
        "authelia", "directory-refuses-the-bind", "AuthenticationFailed",
        "the bind password is wrong",
        f"{GH}authelia/authelia/issues/2837",
        """
time="«»" level=info msg="Authelia v4.33.2 is starting"
time="«»" level=info msg="Storage schema is being checked for updates"
time="«»" level=error msg="Failure running the user provider startup check: LDAP Result Code 49 \\"Invalid Credentials\\": "
time="«»" level=fatal msg="The following providers had fatal failures during startup: user"
""",
        clock=ISO_S,
    ),
    Looked(
        "nutanix-exporter", "answered-401", "AuthenticationFailed",
        "the exporter prints the status line and ends",
        f"{GH}claranet/nutanix-exporter/issues/12",
        """
«» Config: section: default
«» 401 UNAUTHORIZED
""",
        clock=GO_LOG,
    ),
    Looked(
        "tailscale", "auth-key-not-valid", "AuthenticationFailed",
        "the key has expired",
        f"{GH}k3s-io/k3s/issues/7781",
        """
boot: «» Starting tailscaled
boot: «» Running 'tailscale up'
backend error: invalid key: API key kX7PfU6CNTRL not valid
boot: «» failed to auth tailscale: failed to auth tailscale: tailscale up failed: exit status 1
""",
        clock=GO_LOG,
    ),
    Looked(
        "openvpn", "server-says-auth-failed", "AuthenticationFailed",
        "user and password are not the server's",
        f"{RECALLED}OpenVPN",
        """
«» OpenVPN 2.6.8 x86_64-alpine-linux-musl
«» [server] Peer Connection Initiated with [AF_INET]203.0.113.7:1194
«» AUTH: Received control message: AUTH_FAILED
«» SIGTERM[soft,auth-failure] received, process exiting
""",
        clock=SECONDS,
    ),
    Looked(
        "model-server-hub", "gated-repository", "AuthenticationFailed",
        "the model needs an accepted licence and a token",
        f"{RECALLED}huggingface_hub",
        """
requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://huggingface.co/acme/chat-8b/resolve/main/config.json

The above exception was the direct cause of the following exception:

OSError: You are trying to access a gated repo.
Make sure to have access to it at https://huggingface.co/acme/chat-8b.
Access to model acme/chat-8b is restricted. You must be authenticated to access it.
""",
    ),
    Looked(
        "mqtt-bridge", "return-code-five", "AuthenticationFailed",
        "the broker knows the user and not the password",
        f"{RECALLED}paho-mqtt",
        """
INFO:bridge:connecting to mosquitto:1883
ERROR:bridge:MQTT connect failed: rc=5 (Not authorized)
""",
    ),
    Looked(
        "kuberos", "issuer-of-unknown-authority", "CertificateInvalid",
        "the issuer's certificate is signed by the cluster's own authority",
        f"{GH}negz/kuberos/issues/37",
        """
kuberos: error: cannot create OIDC provider from issuer https://dex.example.org:32000/dex: Get https://dex.example.org:32000/dex/.well-known/openid-configuration: x509: certificate signed by unknown authority
""",
    ),
    Looked(
        "rancher", "own-certificate-expired", "CertificateInvalid",
        "the embedded API server's certificate is a year old; its clients complain too",
        f"{GH}rancher/rancher/issues/26984",
        """
«» [INFO] Rancher version v2.2.9 is starting
«» [INFO] Running etcd --data-dir=management-state/etcd
«+2» [INFO] Waiting for server to become available: Get https://localhost:6443/version?timeout=30s: x509: certificate has expired or is not yet valid
«» I | http: TLS handshake error from 127.0.0.1:43826: remote error: tls: bad certificate
E«=b»       5 reflector.go:134] k8s.io/client-go/informers/factory.go:127: Failed to list *v1.ReplicaSet: Get https://localhost:6443/apis/apps/v1/replicasets: x509: certificate has expired or is not yet valid
«+10» [INFO] Waiting for server to become available: Get https://localhost:6443/version?timeout=30s: x509: certificate has expired or is not yet valid
F«=b»       5 controllermanager.go:184] error building controller context: failed to wait for apiserver being healthy: timed out waiting for the condition
""",
        clock=(GO_LOG, KLOG), exit_code=255,
    ),
    Looked(
        "ledger-client", "client-certificate-demanded", "CertificateInvalid",
        "the server demands a certificate that the client does not show",
        f"{RECALLED}grpc-go with mutual TLS",
        """
«» dialing ledger:8443
«» could not get account: rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: remote error: tls: certificate required"
exit status 1
""",
        clock=GO_LOG,
    ),
]  # fmt: skip

LIVED_WITH = [
    Looked(
        "immich", "machine-learning-away", "Unknown",
        "jobs fail for want of a neighbour, the server serves",
        f"{GH}immich-app/immich/issues/20023",
        """
[Nest] 17  - «»     LOG [Api:ImmichServer] Immich Server is listening on http://[::1]:2283 [v1.135.3] [production]
[Nest] 7  - «+280»     LOG [Microservices:LibraryService] Checking 7895 asset(s) against import paths and exclusion patterns
[Nest] 7  - «»    WARN [Microservices:MachineLearningRepository] Machine learning request to "http://photos-ml:3003" failed: fetch failed
[Nest] 7  - «»   ERROR [Microservices:{"id":"82de18f8","source":"upload"}] Unable to run job handler (smartSearch/smart-search): Error: Machine learning request failed for all URLs
Error: Machine learning request failed for all URLs
    at MachineLearningRepository.predict (/app/server/dist/repositories/machine-learning.repository.js:97:15)
    at async Worker.processJob (/app/server/node_modules/bullmq/dist/cjs/classes/worker.js:394:28)
[Nest] 7  - «»    WARN [Microservices:MachineLearningRepository] Machine learning request to "http://photos-ml:3003" failed: fetch failed
""",
        clock="%m/%d/%Y, %I:%M:%S %p", exit_code=None,
    ),
    Looked(
        "authentik", "database-came-a-second-later", "Unknown",
        "the bootstrap retries once and goes on",
        f"{GH}goauthentik/authentik/issues/8489",
        """
{"event": "Starting authentik bootstrap", "level": "info", "logger": "authentik.lib.config", "timestamp": 1772433701.4143007}
{"event": "PostgreSQL connection failed, retrying... (connection failed: connection to server at \\"10.43.0.3\\", port 5432 failed: Connection refused\\n\\tIs the server running on that host and accepting TCP/IP connections?)", "level": "info", "logger": "authentik.lib.config", "timestamp": 1772433702.4167802}
{"event": "PostgreSQL connection successful", "level": "info", "logger": "authentik.lib.config", "timestamp": 1772433702.4279718}
{"event": "Finished authentik bootstrap", "level": "info", "logger": "authentik.lib.config", "timestamp": 1772433702.43}
{"event": "Task started", "level": "info", "logger": "authentik.root.celery", "task_name": "clean_expired_models"}
""",
        exit_code=None,
    ),
    Looked(
        "keda-operator", "scaler-s-prometheus-away", "Unknown",
        "one scaler's source is refused; the operator reconciles on, and was killed by its node",
        f"{GH}kedacore/keda/issues/2647",
        """
«»	INFO	setup	Starting manager
«»	INFO	Starting workers	{"controller": "scaledobject", "controllerGroup": "keda.sh", "worker count": 5}
«+13»	ERROR	prometheus_scaler	error executing prometheus query	{"type": "ScaledObject", "namespace": "ads", "error": "Get \\"http://prom.monitoring.svc:9090/api/v1/query?query=up\\": dial tcp 10.96.4.2:9090: connect: connection refused"}
github.com/kedacore/keda/v2/pkg/scalers.(*prometheusScaler).GetMetricsAndActivity
	/workspace/pkg/scalers/prometheus_scaler.go:365
«+30»	ERROR	prometheus_scaler	error executing prometheus query	{"type": "ScaledObject", "namespace": "ads", "error": "Get \\"http://prom.monitoring.svc:9090/api/v1/query?query=up\\": dial tcp 10.96.4.2:9090: connect: connection refused"}
""",
        clock=ISO_S, exit_code=137,
    ),
    Looked(
        "thanos-query", "store-drops-out", "Unknown",
        "a store is taken out of the set; the querier was drained",
        f"{GH}thanos-io/thanos/issues/749",
        """
level=info ts=«» caller=query.go:640 msg="starting query node"
level=info ts=«» caller=storeset.go:226 component=storeset msg="adding new store to query storeset" address=10.14.2.36:10901
level=warn ts=«+600» caller=storeset.go:265 component=storeset msg="update of store node failed" err="fetching store info from 10.14.2.36:10901: rpc error: code = DeadlineExceeded desc = context deadline exceeded" address=10.14.2.36:10901
level=warn ts=«+10» caller=storeset.go:282 component=storeset msg="update of store node failed" err="initial store client info fetch: rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing dial tcp 10.14.2.36:10901: connect: connection refused\\"" address=10.14.2.36:10901
""",
        clock=ISO_NS, exit_code=143,
    ),
    Looked(
        "cloudflared", "edge-lost-and-found", "Unknown",
        "one of four connections is renewed; the origin refuses a request",
        f"{GH}homeassistant-apps/app-cloudflared/issues/671",
        """
«» INF Starting tunnel tunnelID=0b6f1c1e-1111-4444-8888-0123456789ab
«» INF Registered tunnel connection connIndex=0 event=0 ip=198.51.100.63 location=bru01 protocol=quic
«+500» WRN Failed to serve quic connection error="failed to accept QUIC stream: timeout: no recent network activity" connIndex=2 event=0 ip=198.51.100.167
«» INF Retrying connection in up to 1s connIndex=2 event=0 ip=198.51.100.167
«+30» INF Registered tunnel connection connIndex=2 event=0 ip=198.51.100.167 location=ams07 protocol=quic
«+70» ERR Request failed error="Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared: dial tcp 10.43.1.2:8123: connect: connection refused" connIndex=0 dest=https://home.example.org/ event=0 type=http
""",
        clock=ISO_S, exit_code=None,
    ),
    Looked(
        "fluent-bit", "upstream-times-out-now-and-then", "Unknown",
        "chunks are kept and flushed at the next try",
        f"{GH}fluent/fluent-bit/issues/7348",
        """
[«»] [ info] [fluent bit] version=2.1.8, commit=1a2b, pid=1
[«»] [ info] [sp] stream processor started
[«+900»] [error] [upstream] connection #49 to tcp://10.65.36.79:8012 timed out after 10 seconds (connection timeout)
[«»] [ warn] [engine] failed to flush chunk '1-1693532582.113463425.flb', retry in 9 seconds: task_id=1737, input=tail.0 > output=forward.0 (out_id=0)
[«+9»] [ info] [engine] flush chunk '1-1693532582.113463425.flb' succeeded at retry 1: task_id=1737, input=tail.0 > output=forward.0 (out_id=0)
[«+260»] [error] [upstream] connection #51 to tcp://10.65.36.79:8012 timed out after 10 seconds (connection timeout)
""",
        clock=GO_LOG, exit_code=143,
    ),
    Looked(
        "karpenter", "cancelled-while-it-stops", "Unknown",
        "requests under way are cancelled by its own shutdown",
        f"{GH}aws/karpenter-provider-aws/issues/4145",
        """
«»        INFO    controller      Starting workers        {"commit": "30fa8f3", "controller": "node_state", "worker count": 10}
«+50»        ERROR   controller      Reconciler error        {"commit": "30fa8f3", "controller": "node_state", "controllerKind": "Node", "error": "fetching instance types using ec2.DescribeInstanceTypes, RequestCanceled: request context canceled\\ncaused by: context canceled"}
«»        INFO    controller      All workers finished    {"commit": "30fa8f3", "controller": "node_state"}
«»        INFO    controller      Wait completed, proceeding to shutdown the manager      {"commit": "30fa8f3"}
""",
        clock=ISO_MS, exit_code=0,
    ),
    Looked(
        "pingdom-exporter", "every-scrape-is-unauthorized", "Unknown",
        "it listens, and every round ends in 401",
        f"{GH}giantswarm/prometheus-pingdom-exporter/issues/22",
        """
«» Listening on port 8000
«» Error getting checks  401 Unauthorized: No credentials provided
«+10» Error getting checks  401 Unauthorized: No credentials provided
«+10» Error getting checks  401 Unauthorized: No credentials provided
""",
        clock=GO_LOG, exit_code=None,
    ),
    Looked(
        "debezium", "config-log-read-late", "Unknown",
        "a warning with a stack trace, and the next try is good",
        f"{GH}Azure/azure-event-hubs-for-kafka/issues/241",
        """
«» INFO   ||  [Worker clientId=connect-1, groupId=cdc] Current config state offset 70 is behind group assignment 71, reading to end of config log   [org.apache.kafka.connect.runtime.distributed.DistributedHerder]
«+3» WARN   ||  [Worker clientId=connect-1, groupId=cdc] Didn't reach end of config log quickly enough   [org.apache.kafka.connect.runtime.distributed.DistributedHerder]
java.util.concurrent.TimeoutException: Timed out waiting for future
	at org.apache.kafka.connect.util.ConvertingFutureCallback.get(ConvertingFutureCallback.java:123)
«» INFO   ||  [Worker clientId=connect-1, groupId=cdc] Finished reading to end of log and updated config snapshot, new config log offset: 71   [org.apache.kafka.connect.runtime.distributed.DistributedHerder]
""",
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "otel-collector", "exporter-refused", "Unknown",
        "the backend is away; the collector says so at level info",
        f"{GH}signalfx/splunk-otel-collector/issues/2512",
        """
«»       info    service/service.go:145  Everything is ready. Begin running and processing data.
«+30»       info    exporterhelper/queued_retry.go:427      Exporting failed. Will retry the request after interval.        {"kind": "exporter", "data_type": "metrics", "name": "splunk_hec/metrics", "error": "Post \\"https://hec:8088/services/collector\\": dial tcp 10.22.0.4:8088: connect: connection refused", "interval": "5.021810571s"}
«»       info    exporterhelper/queued_retry.go:427      Exporting failed. Will retry the request after interval.        {"kind": "exporter", "data_type": "metrics", "name": "splunk_hec/metrics", "error": "Post \\"https://hec:8088/services/collector\\": dial tcp 10.22.0.4:8088: connect: connection refused", "interval": "14.480459587s"}
""",
        clock=ISO_MS, exit_code=137,
    ),
    Looked(
        "reporting-api", "pool-exhausted-in-a-scheduled-task", "Unknown",
        "a task gets no connection in time; the kubelet moved the pod",
        f"{GH}reportportal/reportportal/issues/2193",
        """
«»  INFO 1 --- [           main] c.e.reporting.Application          : Started Application in 60.1 seconds (JVM running for 63.2)
«+1900» ERROR 1 --- [ult-task-sched5] o.h.engine.jdbc.spi.SqlExceptionHelper   : HikariPool-1 - Connection is not available, request timed out after 30000ms.
«» ERROR 1 --- [ult-task-sched5] o.s.s.s.TaskUtils$LoggingErrorHandler    : Unexpected error occurred in scheduled task

org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction; nested exception is org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection
        at org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:467)
""",
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=143,
    ),
    Looked(
        "synapse", "federation-is-full-of-dead-servers", "Unknown",
        "other homeservers cannot be reached, which it calls information",
        f"{GH}matrix-org/synapse/issues/4876",
        """
«» - root - 343 - WARNING - main - ***** STARTING SERVER *****
«» - synapse.app._base - 456 - INFO - sentinel - Synapse now listening on TCP port 8008
«+220» - synapse.http.federation.matrix_federation_agent - 371 - INFO - federation_transaction_transmission_loop-640- Failed to connect to gone.example:8448: User timeout caused connection failure.
«» - synapse.http.matrixfederationclient - 799 - INFO - federation_transaction_transmission_loop-640- {PUT-O-636} [old.example] Request failed: PUT matrix://old.example/_matrix/federation/v1/send/15: ConnectionRefusedError('Connection refused')
""",
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "flux-image-automation", "clone-times-out", "Unknown",
        "every reconciliation of one object fails; the controller runs",
        f"{GH}fluxcd/flux2/issues/1675",
        """
{"level":"info","ts":"«»","msg":"starting metrics server","path":"/metrics"}
{"level":"info","ts":"«»","logger":"controller.imageupdateautomation","msg":"Starting Controller","reconciler kind":"ImageUpdateAutomation"}
{"level":"error","ts":"«+300»","logger":"controller-runtime.manager.controller.imageupdateautomation","msg":"Reconciler error","reconciler kind":"ImageUpdateAutomation","name":"fleet","error":"unable to clone 'https://git.example.org/fleet', error: failed to connect to git.example.org: Operation timed out"}
{"level":"error","ts":"«+300»","logger":"controller-runtime.manager.controller.imageupdateautomation","msg":"Reconciler error","reconciler kind":"ImageUpdateAutomation","name":"fleet","error":"unable to clone 'ssh://git@git.example.org/fleet.git', error: ssh: handshake failed: read tcp 10.0.88.30:35114->203.0.113.59:22: read: connection timed out"}
""",
        clock=ISO_MS, exit_code=137,
    ),
    Looked(
        "gunicorn-checkout", "a-request-fails-and-it-is-stopped", "Unknown",
        "Django prints the traceback of one request",
        f"{RECALLED}Django behind gunicorn",
        """
[«» +0000] [1] [INFO] Starting gunicorn 21.2.0
[«» +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)
[«» +0000] [7] [INFO] Booting worker with pid: 7
Internal Server Error: /checkout/
Traceback (most recent call last):
  File "/srv/shop/views.py", line 81, in checkout
    resp = requests.post(PAY_URL, timeout=5)
requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='pay.example.org', port=443): Max retries exceeded with url: /v1 (Caused by ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f>, 'Connection to pay.example.org timed out. (connect timeout=5)'))
[«+900» +0000] [1] [INFO] Handling signal: term
[«» +0000] [1] [INFO] Shutting down: Master
""",
        clock=SECONDS, exit_code=0,
    ),
    Looked(
        "feed-poller", "one-feed-of-four-times-out", "Unknown",
        "a program without a logger that says the same in every round",
        f"{RECALLED}requests in a loop with print",
        """
poller started, 4 feeds
feed a: 12 items
feed b: HTTPSConnectionPool(host='feeds.example.org', port=443): Read timed out. (read timeout=10)
feed c: 3 items
sleeping 300s
feed a: 1 items
feed b: HTTPSConnectionPool(host='feeds.example.org', port=443): Read timed out. (read timeout=10)
feed c: 0 items
""",
        exit_code=None,
    ),
    Looked(
        "bucket-backup", "second-try-of-a-script", "Unknown",
        "the store was a moment late; the job is done",
        f"{RECALLED}MinIO's mc in a traced script",
        """
+ mc alias set store http://minio:9000 ***
mc: <ERROR> Unable to initialize new alias from the provided credentials. Get "http://minio:9000/probe-bucket-sign/?location=": dial tcp 10.96.3.3:9000: connect: connection refused.
+ sleep 5
+ mc alias set store http://minio:9000 ***
Added `store` successfully.
+ mc cp /backup/db.gz store/backups/
+ echo done
done
""",
        exit_code=0,
    ),
    Looked(
        "seaweedfs-volume", "master-came-late", "Unknown",
        "the volume server asks its master again until it is there",
        f"{GH}seaweedfs/seaweedfs/issues/2230",
        """
I«»       1 file_util.go:23] Folder /data Permission: -rwxr-xr-x
I«»       1 volume_grpc_client_to_master.go:42] checkWithMaster weed-master:9333: get master weed-master:9333 configuration: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 10.43.2.2:19333: connect: connection refused"
I«+2»       1 volume_grpc_client_to_master.go:42] checkWithMaster weed-master:9333: get master weed-master:9333 configuration: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp 10.43.2.2:19333: connect: connection refused"
I«+7»       1 disk_location.go:176] Store started on dir: /data with 0 volumes max 10
I«»       1 volume.go:352] Start Seaweed volume server 30GB 2.59 at 0.0.0.0:8081
""",
        clock=KLOG, exit_code=None,
    ),
    Looked(
        "billing-loader", "recovered-and-died-of-its-own-error", "ApplicationError",
        "the database was late and then there; the rows were not as expected",
        f"{RECALLED}a Python program",
        """
«» WARNING db not ready: connection to server at "db", port 5432 failed: Connection refused, retry 1
«+2» WARNING db not ready: connection to server at "db", port 5432 failed: Connection refused, retry 2
«+2» INFO connected to db
Traceback (most recent call last):
  File "/srv/load.py", line 61, in <module>
    total = sum(row["amount"] for row in rows)
KeyError: 'amount'
""",
        clock=SECONDS,
    ),
]  # fmt: skip

CASES = [*GIVEN_UP, *REFUSED, *LIVED_WITH]
