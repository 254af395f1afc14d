"""Settings that are there and wrong, in the words of very different programs; and logs that only sound like it."""

# ruff: noqa: E501 - the logs are as they are
from __future__ import annotations

from . import GH, GO_LOG, ISO_MS, ISO_S, KLOG, RECALLED, SECONDS, Looked, indexed

INVALID = "ConfigurationInvalid"


def raised(last: str) -> str:
    """What Python shows of an exception, with the frames of a small program."""
    return f"""
Traceback (most recent call last):
  File "/srv/app/__main__.py", line 14, in <module>
    main()
  File "/srv/app/start.py", line 31, in main
    settings = load()
{last}
"""


COMMAND_LINES = [
    Looked(
        "mesh-control", "output-level", INVALID,
        "the value of a flag is called invalid by a noun that no list has",
        f"{GH}istio/istio/issues/47069",
        """
«»	info	reading mesh settings
Error: invalid output level 'default:loud'
""",
        clock=ISO_MS, exit_code=255,
    ),
    Looked(
        "identity-server", "run-time-option", INVALID,
        "an option of one command is given to another",
        f"{GH}ozbillwang/keycloak-compose/issues/1",
        """
Run time option: '--cache' not usable with build
Try 'kc.sh build --help' for more information on the available options.
""",
        exit_code=2,
    ),
    Looked(
        "md-simulation", "argparse-bound", INVALID,
        "argparse's own form: usage, then `prog: error:`",
        indexed(54828844608),
        """
usage: simulate.py [-h] [--interval INTERVAL] [--output-dir OUTPUT_DIR]
simulate.py: error: --interval must be >= 1
""",
        exit_code=2,
    ),
    Looked(
        "session-scheduler", "port-range-of-a-flag", INVALID,
        "the fatal line begins with the flag's name and says nothing invalid",
        indexed(71006180296),
        """
I«» 1 main.go:41] session-scheduler starting
F«» 1 main.go:64] --session-port-range: range end 2000 is below its start 3000
""",
        clock=KLOG, exit_code=255,
    ),
    Looked(
        "cluster-analytics", "no-such-resource", INVALID,
        "what was asked for is not among what is available",
        f"{RECALLED}kube-state-metrics",
        """
I«» 1 wrapper.go:120] "Starting"
E«» 1 server.go:91] "Failed to set up resources" err="resource podz does not exist. Available resources: configmaps,cronjobs,pods"
""",
        clock=KLOG,
    ),
    Looked(
        "lane-bench", "flags-that-exclude-each-other", INVALID,
        "two flags cannot be combined",
        indexed(70099426846, 55186580836),
        "Error: --lane-spec cannot be combined with --tool grep\n",
    ),
    Looked(
        "gpu-launcher", "alternatives-listed", INVALID,
        "an unknown value, and `Use:` with the right ones",
        indexed(67186465671),
        """
[run] cluster=lab
Unknown GPU type 'h900'. Use: auto | a6000 | a40
""",
    ),
    Looked(
        "group-sync", "value-of-another-form", INVALID,
        "a group is not of the form that is expected",
        indexed(71362517454),
        '«» bad group "ops", expected NAME=APP,APP...\n',
        clock=GO_LOG,
    ),
    Looked(
        "postgres-agent", "usage-only", "ConfigurationMissing",
        "it only says how it wants to be called",
        f"{GH}zalando/spilo/issues/183",
        """
Usage: /usr/local/bin/agent config.yml
	The agent may also read the configuration from the AGENT_CONFIGURATION environment variable
""",
    ),
]  # fmt: skip

ENVIRONMENT = [
    Looked(
        "text-model", "service-link-in-a-port", INVALID,
        "Kubernetes' own service variable took the place of a port",
        f"{GH}vllm-project/vllm/issues/34199",
        raised("ValueError: MODEL_PORT 'tcp://10.43.8.21:8000' appears to be a URI. This may be caused by a Kubernetes service discovery issue"),
    ),
    Looked(
        "phoenix-shop", "service-link-in-runtime-exs", INVALID,
        "the same, in Erlang's words: badarg of binary_to_integer",
        f"{GH}nickjj/docker-phoenix-example/issues/14",
        """
ERROR! Config provider Config.Reader failed with:
** (ArgumentError) errors were found at the given arguments:

  * 1st argument: not a textual representation of an integer

    :erlang.binary_to_integer("tcp://10.96.174.248:5432")
    /app/releases/0.3.0/runtime.exs:22: (file)
""",
    ),
    Looked(
        "letters-api", "variable-in-the-panic", INVALID,
        "Rust's expect() names the variable and the parser's error",
        indexed(71631026778),
        """
«»  INFO letters: starting letters 0.3.0
thread 'main' panicked at src/main.rs:301:10:
invalid LETTERS_HOST/LETTERS_PORT: AddrParseError(Socket)
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        exit_code=101,
    ),
    Looked(
        "speech-worker", "error-as-debug-output", INVALID,
        "an error enum, printed by its Debug form",
        indexed(51806976807),
        'Error: InvalidEnv { key: "SPEECH_LANGUAGE", value: "Elvish" }\n',
    ),
    Looked(
        "catalogue-gateway", "must-be-greater", INVALID,
        "a variable, `must be` and a comparison",
        indexed(62592505958),
        "«» config: CATALOGUE_CACHE_SIZE must be > 0\n",
        clock=GO_LOG,
    ),
    Looked(
        "slo-control", "below-its-minimum", INVALID,
        "a number below a minimum, with no word for wrong",
        indexed(54134219601),
        "«» config: SLO_WINDOW: 30 is less than the minimum of 60\n",
        clock=GO_LOG,
    ),
    Looked(
        "mesh-node", "key-of-the-wrong-kind", INVALID,
        "a key that does not look like one",
        indexed(54355202959),
        """
[caddy] ERROR: MESH_AUTHKEY does not look like a valid auth key.
[caddy]        Expected format: tskey-auth-<key>
""",
    ),
    Looked(
        "flow-automation", "two-keys-that-differ", INVALID,
        "the key in the settings file is another one than the variable's",
        f"{GH}n8n-io/n8n/pull/8332",
        """
Error: Mismatching encryption keys. The encryption key in the settings file /home/node/.flow/config does not match the FLOW_ENCRYPTION_KEY env var. Please make sure both keys match.
    at InstanceSettings.loadOrCreate (/usr/local/lib/node_modules/flow/src/InstanceSettings.ts:100:10)
""",
    ),
    Looked(
        "vpn-client", "use-the-other-variable", INVALID,
        "a variable that may not be used any more",
        f"{RECALLED}wg-easy",
        """
/app/server.js:12
  throw new Error('DO NOT USE PASSWORD ENVIRONMENT VARIABLE. USE PASSWORD_HASH INSTEAD.');
  ^

Error: DO NOT USE PASSWORD ENVIRONMENT VARIABLE. USE PASSWORD_HASH INSTEAD.
""",
    ),
]  # fmt: skip

GRAMMARS = [
    Looked(
        "token-service", "key-is-no-base64", INVALID,
        "a key that cannot be decoded",
        f"{RECALLED}encoding/base64",
        """
«» starting token service
«» decode signing key: illegal base64 data at input byte 4
""",
        clock=GO_LOG,
    ),
    Looked(
        "cipher-box", "key-of-the-wrong-length", INVALID,
        "a key of a length that the cipher does not take",
        f"{RECALLED}node:crypto",
        """
node:internal/crypto/cipher:193
    super(cipher, key, iv, true);
    ^

RangeError: Invalid key length
    at Cipheriv.createCipherBase (node:internal/crypto/cipher:116:19)
    at Object.<anonymous> (/app/dist/secrets.js:9:20) {
  code: 'ERR_CRYPTO_INVALID_KEYLEN'
}
""",
    ),
    Looked(
        "secret-store", "fernet-key", INVALID,
        "Fernet wants 32 bytes of base64",
        f"{RECALLED}cryptography.fernet",
        raised("ValueError: Fernet key must be 32 url-safe base64-encoded bytes."),
    ),
    Looked(
        "nightly-jobs", "cron-line-of-four-fields", INVALID,
        "a cron line with one field too few",
        f"{RECALLED}robfig/cron",
        "F«» 1 main.go:88] add backup job: expected exactly 5 fields, found 4: [0 3 * *]\n",
        clock=KLOG, exit_code=255,
    ),
    Looked(
        "report-mailer", "time-zone-misspelt", INVALID,
        "a time zone that nobody knows",
        f"{RECALLED}zoneinfo",
        raised("zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berln'"),
    ),
    Looked(
        "dotnet-orders", "connection-string-keyword", INVALID,
        "a keyword that no connection string has",
        f"{RECALLED}Microsoft.Data.SqlClient",
        """
Unhandled exception. System.ArgumentException: Keyword not supported: 'sever'.
   at Microsoft.Data.Common.DbConnectionOptions.ParseInternal(Dictionary`2 parsetable, String connectionString, Boolean buildChain, Dictionary`2 synonyms)
   at Orders.Program.Main(String[] args) in /src/Program.cs:line 9
""",
        exit_code=134,
    ),
    Looked(
        "pino-relay", "level-nobody-knows", INVALID,
        "a log level that is not one of pino's",
        f"{RECALLED}pino",
        """
/app/node_modules/pino/lib/levels.js:136
    throw Error(`default level:${defaultLevel} must be included in custom levels`)
          ^

Error: default level:chatty must be included in custom levels
    at assertDefaultLevelFound (/app/node_modules/pino/lib/levels.js:136:11)
""",
    ),
]  # fmt: skip

FILES = [
    Looked(
        "git-forge", "fallback-removed", INVALID,
        "a setting of an earlier version stops the newer one",
        f"{GH}go-gitea/gitea/issues/25915",
        """
«» cmd/web.go:222:runWeb() [I] Starting on PID: 18
«» ...s/setting/setting.go:184:loadCommonSettingsFrom() [F] Deprecated fallback `[log]` `ENABLE_ACCESS_LOG` present. Use `[log] logger.access.MODE` instead. This fallback will be/has been removed in v1.21.0
""",
        clock=GO_LOG,
    ),
    Looked(
        "share-server", "jq-in-the-entrypoint", INVALID,
        "an entrypoint script reads the settings with jq",
        f"{GH}crazy-max/docker-samba/issues/35",
        """
Setting timezone to Europe/Vienna
Initializing files and folders
Setting global configuration
parse error: Invalid numeric literal at line 1, column 6
""",
        exit_code=2,
    ),
    Looked(
        "symfony-portal", "message-in-a-box", INVALID,
        "Symfony breaks its sentences at the edge of a box",
        f"{GH}dunglas/symfony-docker/issues/153",
        """
!!  In YamlFileLoader.php line 244:
!!
!!    The routing file "/srv/app/config/routes/shop.yaml" contains unsupport
!!    ed keys for "when@dev": "_errors". Expected one of: "resource", "type", "pr
!!    efix", "path".
!!
""",
    ),
    Looked(
        "micronaut-catalog", "port-is-a-word", INVALID,
        "a port that is no number, in Micronaut's words",
        f"{RECALLED}Micronaut",
        """
«» [main] ERROR io.micronaut.runtime.Micronaut - Error starting Micronaut server: Error instantiating bean of type  [io.micronaut.http.server.netty.NettyHttpServer]

Message: Failed to convert argument [port] for value [http] due to: Failed to make String to Integer conversion: For input string: "http"
io.micronaut.context.exceptions.BeanInstantiationException: Error instantiating bean of type  [io.micronaut.http.server.netty.NettyHttpServer]
""",
        clock="%H:%M:%S.%L",
    ),
    Looked(
        "voice-switch", "tag-closed-twice", INVALID,
        "XML with a tag too many",
        f"{RECALLED}freeswitch",
        "Cannot Initialize [[error near line 31]: unexpected closing tag </params>]\n",
        exit_code=255,
    ),
    Looked(
        "radius", "section-without-a-brace", INVALID,
        "file[line]: Expecting",
        f"{RECALLED}FreeRADIUS",
        """
Starting - reading configuration files ...
/etc/raddb/clients.conf[12]: Expecting section start brace '{' after "client office"
Errors reading or parsing /etc/raddb/radiusd.conf
""",
    ),
    Looked(
        "index-server", "key-unknown", INVALID,
        "the settings have a key that the schema does not",
        indexed(3423466088, 1888206486),
        raised("ValueError: Unexpected key in config: learning_rat"),
    ),
    Looked(
        "proxy-config", "kube-proxy-of-another-version", INVALID,
        "jsoniter: a map was expected",
        f"{GH}kubernetes/kubernetes/issues/60426",
        'error: v1alpha1.ProxyConfiguration: FeatureGates: ReadMapCB: expect { or n, but found ", error found in #10 byte of ...|reGates":"","healthz|..., bigger context ...|24h0m0s"},"featureGates":"","healthzBindAddress":"0.0.0.0:10256"|...\n',
    ),
    Looked(
        "container-registry", "driver-not-registered", INVALID,
        "a storage driver that is not registered",
        f"{RECALLED}distribution",
        """
panic: StorageDriver not registered: s33

goroutine 1 [running]:
main.main()
""",
        exit_code=2,
    ),
    Looked(
        "mail-filter", "not-one-of", INVALID,
        "a word that is not one of those listed",
        indexed(59621715420),
        """
«»  INFO mail_filter: starting 0.4.2
Error: min_severity "verbose" is not one of: info, warning, critical
""",
    ),
    Looked(
        "map-tiles", "validation-without-a-migration", INVALID,
        "`validation failed` of the settings is no schema migration",
        f"{GH}osm-seed/osm-seed/issues/226",
        """
rails aborted!
Config::Validation::Error: Config validation failed:

  max_number_of_nodes: must be an integer
/usr/local/bundle/gems/config-3.1.1/lib/config/validation/validate.rb:20:in `validate_using!'
""",
    ),
    Looked(
        "map-tiles", "validation-finds-one-missing", "ConfigurationMissing",
        "the same validator, but a setting is missing",
        f"{GH}osm-seed/osm-seed/issues/226",
        """
rails aborted!
Config::Validation::Error: Config validation failed:

  avatar_storage: is missing
/usr/local/bundle/gems/config-3.1.1/lib/config/validation/validate.rb:20:in `validate_using!'
""",
    ),
    Looked(
        "queue-consumer", "scheme-unexpected", INVALID,
        "the URL of a broker has the scheme of another protocol",
        f"{RECALLED}pika",
        raised("ValueError: Unexpected URL scheme 'http'; supported scheme values are ['amqp', 'amqps']"),
    ),
    Looked(
        "speech-model", "device-unknown", INVALID,
        "a device that torch does not know",
        f"{RECALLED}torch",
        raised("RuntimeError: Expected one of cpu, cuda, ipu, xpu, mkldnn device type at start of device string: gpu"),
    ),
    Looked(
        "bot-host", "guild-not-a-number", INVALID,
        "an id in the settings that cannot be parsed, in the words of a .NET host",
        indexed(41471153109),
        """
crit: Bot.Startup[0]
      Could not parse Guild Id
Unhandled exception. System.Exception: Could not parse guild Id
   at Bot.Program.Main(String[] args) in /src/Program.cs:line 30
""",
        exit_code=134,
    ),
    Looked(
        "relay-tunnel", "no-such-provider", INVALID,
        "a provider that is not registered by that name",
        f"{RECALLED}trillian",
        '{"level":"fatal","msg":"Failed to get storage provider: no such storage provider mysqll"}\n',
    ),
]  # fmt: skip

DATA = [
    Looked(
        "search-node", "index-too-old", INVALID,
        "the node cannot read indices of that version",
        f"{RECALLED}OpenSearch",
        """
[«»][ERROR][o.o.b.Bootstrap] [search-0] Exception
java.lang.IllegalStateException: index [shop/abc] version not supported: 6.8.0 the node version is: 3.0.0
Likely root cause
""",
        clock="%Y-%m-%dT%H:%M:%S,%L",
    ),
    Looked(
        "chain-node", "genesis-of-another-chain", INVALID,
        "the data directory belongs to another chain",
        f"{GH}OffchainLabs/eth-pos-devnet/issues/26",
        "Fatal: Failed to write genesis block: database contains incompatible genesis (have 7df41d55, new ae64019e)\n",
    ),
    Looked(
        "chain-node", "fork-not-in-the-settings", INVALID,
        "what the settings want is not what the database has",
        f"{GH}Soneium/soneium-node/issues/24",
        "Fatal: Failed to write genesis block: mismatching Elm fork timestamp in database (have timestamp 1730106000, want timestamp nil, rewindto timestamp 1730105999)\n",
    ),
    Looked(
        "llm-server", "model-longer-than-the-memory", INVALID,
        "a length that the memory at hand does not allow: the settings are to blame, no allocation failed",
        f"{RECALLED}vLLM",
        """
ERROR 03-02 06:00:01 [core.py:700] ValueError: To serve at least one request with the models's max seq len (131072), 16.00 GiB KV cache is needed, which is larger than the available KV cache memory (9.47 GiB). Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.
RuntimeError: Engine core initialization failed. See root cause above.
""",
    ),
]  # fmt: skip

NOT_SETTINGS = [
    Looked(
        "order-worker", "mistake-after-a-warning-about-a-setting", "ApplicationError",
        "a setting was wrong and replaced by its default; the mistake in the code came later",
        f"{RECALLED}a worker of one's own",
        """
WARNING:cache:invalid value 'abc' for CACHE_SIZE, falling back to 64
INFO:orders:3 plans loaded
Traceback (most recent call last):
  File "/srv/app/plans.py", line 40, in share
    return total / len(members)
ZeroDivisionError: division by zero
""",
    ),
    Looked(
        "row-totals", "operand-types", "ApplicationError",
        "`unsupported` of a Python operator has nothing to do with settings",
        f"{RECALLED}CPython",
        raised("TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'"),
    ),
    Looked(
        "digest-mailer", "invalid-time-value", "ApplicationError",
        "a date in the data that JavaScript cannot print",
        f"{RECALLED}V8",
        """
info: 812 rows loaded
/app/report.js:40
  const iso = d.toISOString();
                ^

RangeError: Invalid time value
    at Date.toISOString (<anonymous>)
    at row (/app/report.js:40:17)
""",
    ),
    Looked(
        "cart-php", "type-of-an-argument", "ApplicationError",
        "`must be of type` of a PHP call is a mistake in the code",
        f"{RECALLED}PHP",
        "PHP Fatal error:  Uncaught TypeError: App\\Cart::add(): Argument #1 ($item) must be of type App\\Item, null given, called in /app/src/Shop.php on line 40\n",
        exit_code=255,
    ),
    Looked(
        "seed-loader", "duplicate-key-in-a-table", "ApplicationError",
        "a duplicate key of a table is no duplicate key of a file",
        f"{RECALLED}Spring JDBC",
        """
org.springframework.dao.DuplicateKeyException: PreparedStatementCallback; ERROR: duplicate key value violates unique constraint "orders_pkey"
	at shop.Seed.run(Seed.java:30)
""",
    ),
    Looked(
        "job-consumer", "one-unknown-job", "Unknown",
        "one job of an unknown type among others, then an orderly end",
        indexed(53223985890),
        """
«» INFO worker ready, listening on queue documents
«» ERROR job 41 failed: Unknown job type: SUMMARY2
«» INFO job 42 done
«» INFO job 43 done
«» INFO received SIGTERM, finishing current job
""",
        clock=SECONDS, exit_code=143,
    ),
    Looked(
        "table-server", "setting-skipped", "Unknown",
        "an unknown setting of a client is skipped, and the server goes on",
        f"{GH}getsentry/self-hosted/issues/2347",
        """
«» [ 1 ] {} <Information> Application: Ready for connections.
«» [ 91 ] {} <Warning> Settings: Unknown setting database_atomic_wait_for_drop_and_detach_synchronously, skipping
«» [ 91 ] {} <Information> executeQuery: Read 31 rows, 1.94 KiB in 0.001 sec., 21160 rows/sec.
«» [ 1 ] {} <Information> Application: Received termination signal (Terminated)
«» [ 1 ] {} <Information> Application: shutting down
""",
        clock="%Y.%m.%d %H:%M:%S.%f", exit_code=0,
    ),
    Looked(
        "login-portal", "invalid-passwords-of-others", "Unknown",
        "invalid passwords and tokens of clients, then an orderly end",
        f"{RECALLED}a web service of one's own",
        """
«» [info] server listening on :8080
«» [warn] invalid password for user "bob" from 10.1.2.3
«» [warn] invalid token: jwt expired
«» [info] GET /login 401 3ms
«» [info] SIGTERM received, draining
""",
        clock=ISO_S, exit_code=143,
    ),
]  # fmt: skip

CASES = [*COMMAND_LINES, *ENVIRONMENT, *GRAMMARS, *FILES, *DATA, *NOT_SETTINGS]
