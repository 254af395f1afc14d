"""What programs were not told, what they did to themselves, and schemas that would not be moved: the wording of many small programs.

Where a library or an image has a text of its own it is that one; the rest speaks as the authors of in-house programs do.
"""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from . import COMMA_MS, GH, GO_LOG, ISO_MS, ISO_S, KLOG, RECALLED, SECONDS, Looked, indexed

ASKED_FOR = [
    Looked(
        "go-tool", "names-the-flag-it-wants", "ConfigurationMissing",
        "a flag without a default was not given, and the program says only what it must have",
        indexed(21253391475, 413084310, 7091989845),
        """
«» sorting relay 1.4
«» Must supply -inbox or -directory
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "three-ways-to-set-it", "ConfigurationMissing",
        "no upstream, and the line lists the ways to name one",
        indexed(71220681824),
        """
«» no upstream endpoint: set RELAY_UPSTREAM, Endpoint in relay.conf, or pass -upstream
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "id-or-secret", "ConfigurationMissing",
        "one of two values is empty, in lower case and without the variables' names",
        indexed(45398181917),
        """
«» missing client id or secret
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "section-of-the-file", "ConfigurationMissing",
        "the file is there, a section of it is not",
        indexed(27291667457),
        """
«» reading /etc/relay/relay.json
«» missing 'Outbox' section in configuration
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "flag-is-empty", "ConfigurationMissing",
        "a flag that is given without a value",
        RECALLED + "a check after flag.Parse",
        """
«» -brokers is empty
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "validator-required-tag", "ConfigurationMissing",
        "go-playground/validator names the field and the tag it failed on",
        RECALLED + "go-playground/validator",
        """
«» invalid config: Key: 'Settings.Store.DSN' Error:Field validation for 'DSN' failed on the 'required' tag
""",
        clock=GO_LOG,
    ),
    Looked(
        "go-tool", "table-is-empty-in-the-feed", "ApplicationError",
        "bad data, no setting: the last line is the program's own verdict",
        indexed(13321658984),
        """
«» reading the album list
«» no tracks returned from the catalogue (wrong album?)
""",
        clock=GO_LOG,
    ),
    Looked(
        "py-tool", "please-declare", "ConfigurationMissing",
        "sys.exit with a wish",
        indexed(55138388),
        """
please declare environment variable 'MAPS_HOME'
""",
    ),
    Looked(
        "py-tool", "pydantic-field-required", "ConfigurationMissing",
        "a nested field of pydantic-settings",
        f"{GH}3x3cut0r/docker/issues/13",
        """
«» [INFO    ] relay.settings.loader - Starting application with profiles=['default']
Traceback (most recent call last):
  File "/srv/relay/__main__.py", line 5, in <module>
    from relay.main import app
  File "/srv/relay/settings.py", line 61, in <module>
    settings = Settings(**raw)
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
mailer.api_key
  Field required [type=missing, input_value={'sender': 'a@example.net'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.5/v/missing
""",
        clock="%H:%M:%S.%L",
    ),
    Looked(
        "py-tool", "improperly-configured-in-words", "ConfigurationMissing",
        "Django's exception for settings says with its words that one is not there",
        indexed(71571141107),
        """
Traceback (most recent call last):
  File "/srv/manage.py", line 22, in <module>
    main()
  File "/usr/local/lib/python3.11/site-packages/django/conf/__init__.py", line 102, in __getattr__
    self._setup(name)
django.core.exceptions.ImproperlyConfigured: MEDIA_GATEWAY_URL is required on this host.
""",
    ),
    Looked(
        "py-tool", "telegram-bot-in-capitals", "ConfigurationMissing",
        "a log line of the bot itself, and no word which variable",
        f"{GH}shivamdev-lgtm/python-aria-mirror-bot/issues/212",
        """
«» - dotenv.main - WARNING - Python-dotenv could not parse statement starting at line 3
«» - bot - ERROR - One or more env variables missing! Exiting now
""",
        clock=COMMA_MS,
    ),
    Looked(
        "rust-tool", "expect-missing-variable", "ConfigurationMissing",
        "expect() over env::var",
        indexed(45363981285, 9251832915),
        """
thread 'main' panicked at src/mail.rs:22:54:
Missing env var MAIL_DOMAIN: NotPresent
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        exit_code=101,
    ),
    Looked(
        "rust-tool", "envy-missing-value", "ConfigurationMissing",
        "envy's error as its Debug form",
        RECALLED + "envy",
        """
thread 'main' panicked at src/main.rs:12:44:
could not read the settings: MissingValue("store_url")
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        exit_code=101,
    ),
    Looked(
        "rust-tool", "unwrap-on-none", "ApplicationError",
        "a panic of its own: the note on RUST_BACKTRACE asks for nothing that is missing",
        f"{GH}iv-org/inv_sig_helper/issues/42",
        """
[«» INFO  feeds] Fetching the list
[«» WARN  feeds::list] title pattern did not work: =\\s*title(\\([\\w]+\\))
thread 'main' panicked at src/list.rs:185:10:
called `Option::unwrap()` on a `None` value
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        clock=ISO_S, exit_code=134,
    ),
    Looked(
        "rust-tool", "answer-lacks-a-field", "ApplicationError",
        "a field is missing in another service's answer, which no setting of this program's can mend",
        f"{GH}wouterdebie/locast2tuner/issues/80",
        """
«» INFO tuner 0.1.48 starting..
«» INFO Login succeeded!
thread 'main' panicked at 'called `Result::unwrap()` on an `Err` value: reqwest::Error { kind: Decode, source: Error("missing field `channelId`", line: 1, column: 2762) }', src/service/mod.rs:329:10
""",
        clock="%b %d %H:%M:%S.%L", exit_code=101,
    ),
    Looked(
        "node-tool", "nest-get-or-throw", "ConfigurationMissing",
        "ConfigService.getOrThrow while the modules are built",
        indexed(66010546818),
        """
[Nest] 1  - «»     LOG [NestFactory] Starting Nest application...
[Nest] 1  - «»   ERROR [ExceptionHandler] Configuration key "SHOP_URL" does not exist
TypeError: Configuration key "SHOP_URL" does not exist
    at ConfigService.getOrThrow (/srv/node_modules/@nestjs/config/dist/config.service.js:119:19)
    at InstanceWrapper.useFactory [as metatype] (/srv/dist/shop.module.js:31:35)
""",
        clock="%m/%d/%Y, %H:%M:%S",
    ),
    Looked(
        "node-tool", "nest-cannot-wire", "ApplicationError",
        "a module of the program lacks a provider; no service is waited for",
        RECALLED + "NestJS",
        """
[Nest] 1  - «»     LOG [NestFactory] Starting Nest application...
[Nest] 1  - «»   ERROR [ExceptionHandler] Nest can't resolve dependencies of the StockService (?, PriceService). Please make sure that the argument "StockRepository" at index [0] is available in the StockModule context.

Potential solutions:
- Is StockModule a valid NestJS module?
""",
        clock="%m/%d/%Y, %H:%M:%S",
    ),
    Looked(
        "node-tool", "name-is-not-defined", "ApplicationError",
        "a name that the code does not know is no variable of the environment",
        f"{GH}rapid7/docker-logentries/issues/23",
        """
/srv/index.js:64
  if (!stats && !lines) {
                 ^
ReferenceError: lines is not defined
    at start (/srv/index.js:64:18)
    at Object.<anonymous> (/srv/index.js:148:3)
""",
    ),
    Looked(
        "node-tool", "was-missing", "ConfigurationMissing",
        "a validator says of what type it must be, and in brackets that it is not there",
        RECALLED + "arktype",
        """
TraversalError: STORE_URL must be a string (was missing)
    at /srv/env.js:9:20
""",
    ),
    Looked(
        "dotnet-tool", "connection-string-not-found", "ConfigurationMissing",
        "the name of the connection string stands between the words",
        indexed(20185108272),
        """
info: Microsoft.Hosting.Lifetime[0]
      Content root path: /srv
Unhandled exception. System.InvalidOperationException: Connection string 'Ledger' not found.
   at Program.<Main>$(String[] args) in /src/Program.cs:line 14
""",
        exit_code=134,
    ),
    Looked(
        "dotnet-tool", "null-reference-as-process-1", "ApplicationError",
        "abort() of process 1 ends as 139; the exception above is the whole story",
        f"{GH}SeppPenner/SimpleMqttServer/issues/5",
        """
Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.
   at Lamps.Broker.Program.Main() in /src/Lamps.Broker/Program.cs:line 58
""",
        exit_code=139,
    ),
    Looked(
        "java-tool", "bound-property-is-null", "ConfigurationMissing",
        "Spring binds a typed configuration and a mandatory property has no value",
        RECALLED + "Spring Boot's BindFailureAnalyzer",
        """
***************************
APPLICATION FAILED TO START
***************************

Description:

Binding to target org.springframework.boot.context.properties.bind.BindException: Failed to bind properties under 'ledger' to net.example.LedgerProperties failed:

    Property: ledger.url
    Value: "null"
    Reason: must not be null
""",
    ),
    Looked(
        "java-tool", "require-non-null", "ConfigurationMissing",
        "requireNonNull with the variable's name as its message",
        RECALLED + "java.util.Objects",
        """
Exception in thread "main" java.lang.NullPointerException: LEDGER_HOST
	at java.base/java.util.Objects.requireNonNull(Objects.java:259)
	at net.example.Settings.load(Settings.java:14)
""",
    ),
    Looked(
        "java-tool", "ktor-property-not-found", "ConfigurationMissing",
        "a key of application.conf",
        RECALLED + "Ktor",
        """
Exception in thread "main" io.ktor.server.config.ApplicationConfigurationException: Property ledger.secret not found.
	at io.ktor.server.config.HoconApplicationConfig.property(HoconApplicationConfig.kt:28)
	at net.example.SecurityKt.configureSecurity(Security.kt:14)
""",
    ),
    Looked(
        "shell-tool", "message-of-the-expansion", "ConfigurationMissing",
        "${LEDGER_HOST:?host of the ledger} leaves only the message",
        RECALLED + "bash",
        """
/entrypoint.sh: line 3: LEDGER_HOST: host of the ledger
""",
    ),
    Looked(
        "shell-tool", "must-specify", "ConfigurationMissing",
        "a job's script without its argument",
        indexed(70206254569, 54731888614),
        """
+ main
+ [[ -z '' ]]
ERROR: Must specify PACKAGES metadata key
""",
    ),
    Looked(
        "chinese-bot", "token-not-set", "ConfigurationMissing",
        "said in Chinese",
        indexed(66917057057),
        """
«» 启动中 v1.4.0
«» 错误: 未设置 BOT_TOKEN，程序退出
""",
        clock=SECONDS,
    ),
    Looked(
        "brazilian-api", "variable-not-defined", "ConfigurationMissing",
        "said in Portuguese",
        RECALLED + "the wording of small programs",
        """
Iniciando a API de pedidos
Erro: variável de ambiente PEDIDOS_DB não definida
""",
    ),
]  # fmt: skip

IMAGES = [
    Looked(
        "kube-operator", "no-namespace-to-watch", "ConfigurationMissing",
        "operator-sdk asks for WATCH_NAMESPACE",
        f"{GH}grafana/grafana-operator/issues/447",
        """
«»\tINFO\tcontroller-runtime.metrics\tmetrics server is starting to listen\t{"addr": "127.0.0.1:8080"}
«»\tERROR\tfailed to get watch namespace\t{"error": "WATCH_NAMESPACE must be set"}
main.main
\t/workspace/main.go:127
""",
    ),
    Looked(
        "kube-operator", "nil-pointer-observed", "ApplicationError",
        "a Go nil pointer is the program's own mistake, whatever signal the runtime names",
        f"{GH}OT-CONTAINER-KIT/redis-operator/issues/167",
        """
«»\tINFO\tcontrollers.Cache\tReconciling\t{"Request.Namespace": "shop", "Request.Name": "carts"}
E0302 06:00:03.397328       1 runtime.go:78] Observed a panic: "invalid memory address or nil pointer dereference" (runtime error: invalid memory address or nil pointer dereference)
goroutine 219 [running]:
k8s.io/apimachinery/pkg/util/runtime.logPanic(0x1672800, 0x23e20c0)
panic: runtime error: invalid memory address or nil pointer dereference [recovered]
\tpanic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x14a2b6d]
""",
        exit_code=2,
    ),
    Looked(
        "dashboard-collector", "should-have-added", "ConfigurationMissing",
        "k8s-sidecar without the label to look for",
        RECALLED + "kiwigrid/k8s-sidecar",
        """
«» Starting collector
«» Should have added LABEL as environment variable! Exit
""",
        clock=SECONDS, exit_code=255,
    ),
    Looked(
        "oauth2-proxy", "three-settings-missing", "ConfigurationMissing",
        "all missing settings in one list below the line that calls the configuration invalid",
        RECALLED + "oauth2-proxy",
        """
[«»] [main.go:60] invalid configuration:
  missing setting: cookie-secret
  provider missing setting: client-id
  missing setting: client-secret or client-secret-file
""",
        clock=GO_LOG,
    ),
    Looked(
        "game-server", "terms-not-accepted", "ConfigurationMissing",
        "an image that wants EULA=TRUE",
        RECALLED + "itzg/minecraft-server",
        """
[init] Running as uid=1000 gid=1000 with /data
[init] 
[init] Please accept the Minecraft EULA at
[init]   https://account.mojang.com/documents/minecraft_eula
[init] by adding the following immediately after 'docker run':
[init]   -e EULA=TRUE
""",
    ),
    Looked(
        "asset-manager", "start-it-again-with-a-key", "ConfigurationMissing",
        "an image that makes up a key and asks to be started again with it",
        RECALLED + "snipe-it",
        """
Please re-run this container with an environment variable $APP_KEY
An example APP_KEY you could use is: 
base64:D5oGA+zhFSVA3VwuoZoQ21RAcwBtJv/RGiqOcZ7BUvI=
""",
    ),
    Looked(
        "metrics-agent-image", "no-outputs", "ConfigurationMissing",
        "the file is read and names no place to send to",
        RECALLED + "telegraf",
        """
«» I! Loading config: /etc/agent/agent.conf
«» E! [agent] Error running agent: no outputs found, did you provide a valid config file?
""",
        clock=ISO_S,
    ),
    Looked(
        "nfs-provisioner", "variable-in-a-glog-line", "ConfigurationMissing",
        "glog's fatal line",
        RECALLED + "nfs-subdir-external-provisioner",
        """
F«»       1 provisioner.go:180] environment variable PROVISIONER_NAME is not set! Please set it.
""",
        clock=KLOG, exit_code=255,
    ),
]  # fmt: skip

SCHEMAS = [
    Looked(
        "wiki", "sequelize-column-exists", "MigrationFailed",
        "the line that began the migration has no line that ends it",
        f"{GH}outline/outline/issues/6071",
        """
yarn run v1.22.19
$ sequelize db:migrate --env production

Sequelize CLI [Node: 18.18.1, CLI: 6.6.1, ORM: 6.33.0]

== 20230419124305-add-archived-col: migrating =======


ERROR: unsafe use of new value "limited" of enum type "enum_page_permission"
error Command failed with exit code 1.
""",
    ),
    Looked(
        "media-server", "history-has-the-row-already", "MigrationFailed",
        "EF Core's own table of migrations refuses the row",
        f"{GH}jellyfin/jellyfin/issues/15193",
        """
[«»] [FTL] [1] Main: Unhandled Exception
Microsoft.Data.Sqlite.SqliteException (0x80004005): SQLite Error 19: 'UNIQUE constraint failed: __EFMigrationsHistory.MigrationId'.
   at Microsoft.Data.Sqlite.SqliteException.ThrowExceptionForRC(Int32 rc, sqlite3 db)
   at Films.Server.Migrations.MigrationService.CheckFirstRun(IApplicationPaths appPaths)
""",
        clock="%H:%M:%S",
    ),
    Looked(
        "password-store", "frames-of-the-migrator", "MigrationFailed",
        "only the stack says what the program was doing",
        f"{GH}bitwarden/self-host/issues/206",
        """
fail: Microsoft.EntityFrameworkCore.Database.Command[20102]
      Failed executing DbCommand (3ms) [Parameters=[], CommandType='Text', CommandTimeout='30']
      ALTER TABLE `Grant` DROP PRIMARY KEY;
Unhandled exception. MySqlConnector.MySqlException (0x80004005): Can't DROP INDEX `PRIMARY`; check that it exists
   at MySqlConnector.Core.ResultSet.ReadResultSetHeaderAsync(IOBehavior ioBehavior) in /_/src/MySqlConnector/Core/ResultSet.cs:line 43
   at Microsoft.EntityFrameworkCore.Migrations.Internal.Migrator.Migrate(String targetMigration)
""",
        exit_code=134,
    ),
    Looked(
        "experiment-tracker", "schema-is-out-of-date", "MigrationFailed",
        "the program compares revisions and goes no further",
        f"{GH}mlflow/mlflow/issues/12627",
        """
«» INFO tracker.store.db.utils: Updating database tables
«» ERROR tracker.cli: Error initializing backend store
«» ERROR tracker.cli: Detected out-of-date database schema (found version 0584bdc529eb, but expected 4465047574b1). Take a backup of your database, then run 'tracker db upgrade <database_uri>'.
""",
        clock=GO_LOG,
    ),
    Looked(
        "forum", "rake-of-an-old-base-class", "MigrationFailed",
        "Rails refuses a migration without a version; 'please specify' is no missing setting",
        f"{GH}loomio/loomio-deploy/issues/117",
        """
I, [«» #9]  INFO -- : Migrating to CreateMembers (20111115062002)
rake aborted!
StandardError: Directly inheriting from ActiveRecord::Migration is not supported. Please specify the Active Record release the migration was written for: (StandardError)

  class CreateMembers < ActiveRecord::Migration[7.0]
/srv/db/migrate/20111115062002_create_members.rb:1:in `<main>'
Tasks: TOP => db:migrate
""",
        clock="%Y-%m-%dT%H:%M:%S.%f",
    ),
    Looked(
        "invoices", "laravel-fail", "MigrationFailed",
        "artisan's table of migrations",
        f"{GH}invoiceninja/dockerfiles/issues/729",
        """
   INFO  Running migrations.

  2025_02_12_035916_create_sync_column_for_payments .............. 1.96ms FAIL

In Connection.php line 825:

  could not convert the table
""",
    ),
    Looked(
        "invoices", "database-refused-while-migrating", "DependencyNotReady",
        "the frames are the migrator's, the cause is not",
        RECALLED + "Laravel",
        """
In Connection.php line 829:

  SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, SQL: select table_name as `name` from information_schema.tables)

#19 /srv/vendor/laravel/framework/src/Illuminate/Database/Migrations/Migrator.php(700): Illuminate\\Database\\Migrations\\DatabaseMigrationRepository->repositoryExists()
""",
    ),
    Looked(
        "lora-server", "migrated-and-serving", "Unknown",
        "a healthy start that speaks of migrations",
        f"{GH}brocaar/chirpstack-application-server/issues/80",
        """
INFO[0000] starting LoRa server                          version=0.10.0
INFO[0000] connecting to postgresql
INFO[0000] applying database migrations
INFO[0002] migrations applied                            count=18
INFO[0002] starting api server                           bind="0.0.0.0:8001"
""",
        exit_code=None,
    ),
]  # fmt: skip

CALM = [
    Looked(
        "calm-api", "rejects-requests", "Unknown",
        "what is missing is missing in a client's request; killed from outside",
        RECALLED + "the wording of small programs",
        """
{"time":"«»","level":"info","msg":"listening on :8080"}
{"time":"«»","level":"warn","msg":"POST /orders 422","error":"field 'sku' is required"}
{"time":"«»","level":"warn","msg":"POST /orders 422","error":"missing token"}
""",
        clock=ISO_MS, exit_code=137,
    ),
    Looked(
        "calm-api", "optional-settings", "Unknown",
        "settings that it does without",
        RECALLED + "the wording of small programs",
        """
> bot@2.1.0 start
(optional) SENTRY_DSN not set, error reporting disabled
No Redis URL provided, using in-memory cache
Missing translation for key "nav.home" in locale "de"
Server listening on port 3000
""",
        exit_code=None,
    ),
    Looked(
        "calm-job", "rows-without-values", "Unknown",
        "the data lacks values, the job is done",
        RECALLED + "the wording of small programs",
        """
reading prices.csv
row 14: missing value for field price, skipped
row 22: name is required, skipped
import finished: 1020 rows, 2 skipped
""",
        exit_code=0,
    ),
]  # fmt: skip

CASES = [*ASKED_FOR, *IMAGES, *SCHEMAS, *CALM]
