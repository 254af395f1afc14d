"""More Node programs of the npm registry: json-server, serve, Next.js, graphile-worker, Unleash,
moleculer-runner and a TypeScript service run by tsx.

What each prints on a failure was found by running it; the settings are of the packages' own documentation.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess
from pathlib import Path

from ..recorder import Recorder, apt
from .aside_daemons import UNPRIVILEGED, Program, http, listening, record_programs
from .aside_python import PG, PG_HOST, PG_NAME
from .python_programs import CACHE, host
from .web import hold_port, put

HOME = CACHE / "aside_node"
WANTED = (
    "express@4.21.2", "zod@3.24.1", "pg@8.13.1", "tsx@4.20.6", "serve@14.2.4", "json-server@0.17.4", "graphile-worker@0.16.6",
    "moleculer@0.14.35", "moleculer-web@0.10.8", "nats@2.28.2", "unleash-server@6.6.0", "next@14.2.21", "react@18.3.1", "react-dom@18.3.1",
)  # fmt: skip
PLACE = (
    host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
    + f"mkdir -p /srv/node_modules; mount --bind {HOME}/node_modules /srv/node_modules\n"
)
URL = f"postgres://app:correct@{PG_HOST}:5432/shop"


def json_server() -> Program:
    line = "node node_modules/json-server/lib/cli/bin.js /data/db.json --host 0.0.0.0 --port 3000"
    p = Program(
        "json-server", "npm json-server 0.17.4, Node 20", "registry.example.com/mocks/json-server:0.17.4", line, before=PLACE, seconds=5, mounts={"db": "config:/data"},
        spec={"ports": [{"containerPort": 3000}], "livenessProbe": http("/", 3000)},
    )  # fmt: skip
    db = put("/data/db.json", '{"orders": [{"id": 1, "total": 100}], "customers": []}')
    p(
        "database-broken",
        "ConfigurationInvalid",
        "the mounted JSON does not parse",
        "",
        put("/data/db.json", '{"orders": [{"id": 1, "total": 100},]}'),
    )
    p(
        "port-taken",
        "PortConflict",
        "another mock of the host network",
        "",
        db + hold_port(3000),
        spec={"hostNetwork": True},
    )
    p(
        "data-of-the-wrong-shape",
        "ConfigurationInvalid",
        "an array where objects belong: a value that json-server cannot serve",
        "",
        put("/data/db.json", '{"orders": [1, 2], "version": 3}'),
    )
    p(
        "port-80-as-nobody",
        "PermissionDenied",
        "port 80 without NET_BIND_SERVICE",
        "",
        UNPRIVILEGED + db + "chmod a+r /data/*\n",
        user=65534,
        command=line.replace("3000", "80"),
        spec={"ports": [{"containerPort": 80}], "livenessProbe": None},
    )
    p(
        "middleware-raises",
        "ApplicationError",
        "the middleware fails as it is loaded",
        "",
        db
        + put(
            "/config/delay.js",
            "const limits = { orders: 5 };\nmodule.exports = limits.default.map((n) => (req, res, next) => setTimeout(next, n));\n",
        ),
        command=line + " --middlewares /config/delay.js",
        mounts={"mw": "config:/config"},
    )
    p(
        "stopped",
        "Unknown",
        "serves, answers 404; stopped",
        "",
        db,
        meanwhile="sleep 2; for i in 1 2 3; do curl -s -o /dev/null localhost:3000/orders/$i; done; curl -s -X POST -H 'content-type: application/json' -d '{bad' localhost:3000/orders",
    )
    return p


def serve() -> Program:
    site = "mkdir -p /srv/dist; echo '<h1>shop</h1>' >/srv/dist/index.html\n"
    line = "node node_modules/serve/build/main.js -s /srv/dist -l tcp://0.0.0.0:8080"
    p = Program("serve", "npm serve 14.2.4, Node 20", "registry.example.com/shop/frontend:4.2.0", line, before=PLACE, seconds=4,
                spec={"ports": [{"containerPort": 8080}], "livenessProbe": http("/", 8080)})  # fmt: skip
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "serve.json does not parse",
        "",
        site
        + put(
            "/srv/dist/serve.json",
            '{"rewrites": [{"source": "**", "destination": "/index.html"},]}',
        ),
    )
    p(
        "configuration-of-the-wrong-shape",
        "ConfigurationInvalid",
        "rewrites are an object",
        "",
        site + put("/srv/dist/serve.json", '{"rewrites": {"source": "**"}}'),
    )
    p(
        "unknown-option",
        "ConfigurationInvalid",
        "an option with a typo",
        "",
        site,
        command=line + " --single-page",
    )
    p(
        "bad-endpoint",
        "ConfigurationInvalid",
        "a scheme that it does not know",
        "",
        site,
        command=line.replace("tcp://", "http://"),
    )
    p(
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        "",
        site,
        command=line + " --ssl-cert /config/tls/tls.crt --ssl-key /config/tls/tls.key",
        mounts={"tls": "secret:/config/tls"},
    )
    p(
        "port-80-as-nobody",
        "PermissionDenied",
        "port 80 without NET_BIND_SERVICE",
        "",
        UNPRIVILEGED + site,
        user=65534,
        command=line.replace("8080", "80"),
        spec={"ports": [{"containerPort": 80}], "livenessProbe": None},
    )
    p(
        "port-taken-other-used",
        "Unknown",
        "the port is taken, serve takes another and runs; stopped",
        "",
        site + hold_port(8080),
        spec={"hostNetwork": True},
    )
    p(
        "stopped",
        "Unknown",
        "serves, some 404s; stopped",
        "",
        site,
        command=line.replace(" -s ", " "),
        meanwhile="sleep 1.5; for i in 1 2 3; do curl -s -o /dev/null localhost:8080/x$i; done",
    )
    return p


def next_app() -> Program:
    line = "node node_modules/next/dist/bin/next start -p 3000"
    place = (
        PLACE
        + f"cp -r {HOME}/site/. /srv/; chmod -R a+rX /srv/pages /srv/.next /srv/*.js* 2>/dev/null || true\n"
    )
    p = Program(
        "next", "npm next 14.2.21, Node 20", "registry.example.com/shop/storefront:4.2.0", line, before=place, env={"NODE_ENV": "production", "API_URL": "http://catalog.shop.svc"}, seconds=7,
        spec={"ports": [{"containerPort": 3000}], "livenessProbe": http("/api/health", 3000), "resources": {"limits": {"memory": "512Mi"}}},
    )  # fmt: skip
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        hold_port(3000, "::"),
        spec={"hostNetwork": True},
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "a syntax error in the mounted next.config.js",
        "",
        put(
            "/srv/next.config.js",
            "module.exports = {\n  reactStrictMode: true\n  output: 'standalone',\n};",
        ),
        mounts={"config": "config:/srv/next"},
    )
    p(
        "environment-missing",
        "ConfigurationMissing",
        "next.config.js demands API_URL",
        "",
        put(
            "/srv/next.config.js",
            "if (!process.env.API_URL) throw new Error('Environment variable API_URL is required');\nmodule.exports = {};",
        ),
        without=["API_URL"],
    )
    p(
        "config-package-missing",
        "LibraryMissing",
        "next.config.js requires a package that is a development dependency",
        "",
        put(
            "/srv/next.config.js",
            "const analyzer = require('@next/bundle-analyzer');\nmodule.exports = analyzer({})({});",
        ),
    )
    p(
        "port-invalid",
        "ConfigurationInvalid",
        "the port is no number",
        "",
        command=line.replace("3000", "$PORT"),
    )
    p(
        "killed-from-outside",
        "Unknown",
        "a calm server is killed",
        "",
        stop_signal="SIGKILL",
        meanwhile="sleep 3; for i in 1 2 3; do curl -s localhost:3000/api/health; done",
    )
    return p


def graphile_worker() -> Program:
    tasks = put("/srv/tasks/send_invoice.js", """
module.exports = async (payload, helpers) => {
  helpers.logger.info(`invoice ${payload.order}`);
  const lines = payload.lines.map((l) => l.price);
  if (lines.length === 0) throw new Error("ECONNREFUSED: mail relay said 421");
};
""") + "chmod -R a+rX /srv/tasks\n"  # fmt: skip
    p = Program(
        "graphile-worker", "npm graphile-worker 0.16.6, Node 20", "registry.example.com/shop/jobs:4.2.0", "node node_modules/graphile-worker/dist/cli.js --jobs 2 --poll-interval 1000",
        before=PLACE + tasks, env={"DATABASE_URL": URL, "NODE_ENV": "production"}, seconds=8, spec={"resources": {"limits": {"memory": "256Mi"}}},
    )  # fmt: skip
    p(
        "connection-missing",
        "ConfigurationMissing",
        "neither -c nor DATABASE_URL",
        "",
        without=["DATABASE_URL"],
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME,
        seconds=12,
    )
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG,
        env={"DATABASE_URL": URL.replace("correct", "former")},
        seconds=12,
    )
    p(
        "schema-privilege",
        "PermissionDenied",
        "the role may not create its schema",
        "",
        PG
        + "psql -c 'create role worker login password $$correct$$' -c 'grant connect on database shop to worker'\n",
        env={"DATABASE_URL": URL.replace("app:", "worker:")},
        seconds=12,
    )
    p(
        "host-unknown",
        "DependencyNotReady",
        "the database's name does not resolve",
        "",
        env={"DATABASE_URL": URL.replace(PG_HOST, "postgres-rw.shop.svc.cluster.local")},
        seconds=12,
    )
    p("job-fails-stopped", "Unknown", "a job fails and is retried, the worker goes on; stopped", "", PG,
      meanwhile="sleep 4; psql -X -q -U postgres -h /run/postgresql -d shop -c \"select graphile_worker.add_job('send_invoice', '{\\\"order\\\": 7, \\\"lines\\\": []}')\" -c \"select graphile_worker.add_job('none_such', '{}')\"", seconds=9)  # fmt: skip
    return p


def unleash_server() -> Program:
    p = Program(
        "unleash-server", "npm unleash-server 6.6.0, Node 20", "docker.io/unleashorg/unleash-server:6.6.0", "node node_modules/unleash-server/dist/server.js",
        before=PLACE, env={"DATABASE_URL": URL, "DATABASE_SSL": "false", "NODE_ENV": "production", "CHECK_VERSION": "false", "LOG_LEVEL": "info"}, seconds=16, user=1000,
        spec={"ports": [{"containerPort": 4242, "name": "http"}], "livenessProbe": http("/health", "http"), "readinessProbe": http("/health", "http")},
    )  # fmt: skip
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG,
        env={"DATABASE_URL": URL.replace("correct", "former")},
        seconds=30,
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME,
        seconds=30,
    )
    p(
        "schema-privilege",
        "PermissionDenied",
        "the role may not create tables in the schema public",
        "",
        PG + "psql -c 'create role unleash login password $$correct$$'\n",
        env={"DATABASE_URL": URL.replace("app:", "unleash:")},
        seconds=30,
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        PG + hold_port(4242, "::"),
        spec={"hostNetwork": True},
        seconds=60,
    )
    p(
        "healthy-stopped",
        "Unknown",
        "migrates, serves; clients without tokens; stopped",
        "",
        PG,
        meanwhile="for i in $(seq 40); do curl -s localhost:4242/health && break; sleep 1; done; for i in 1 2 3; do curl -s -o /dev/null localhost:4242/api/client/features; done",
        seconds=45,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "migrates, serves, is killed",
        "",
        PG,
        stop_signal="SIGKILL",
        seconds=35,
    )
    return p


NATS = put("/srv/nats.py", r"""
import socketserver


class Nats(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b'INFO {"server_id":"N1","version":"2.10.0","max_payload":1048576,"proto":1,"headers":true}\r\n')
        for line in self.rfile:
            if line.startswith(b"PING"):
                self.wfile.write(b"PONG\r\n")


socketserver.ThreadingTCPServer(("", 4222), Nats).serve_forever()
""")  # fmt: skip
"""As much of a NATS server as a client needs to believe in it."""


def moleculer() -> Program:
    service = put("/srv/services/orders.service.js", """
module.exports = {
  name: "orders",
  settings: { currencies: (process.env.CURRENCIES || "EUR,USD").split(",") },
  actions: { total(ctx) { return ctx.params.lines.reduce((s, l) => s + l.price, 0); } },
  created() { if (process.env.TAX) this.tax = this.settings.rates[process.env.TAX].value; },
};
""") + put("/srv/services/api.service.js", """
const ApiGateway = require("moleculer-web");
module.exports = { name: "api", mixins: [ApiGateway], settings: { port: process.env.PORT || 3000, ip: "0.0.0.0" } };
""")  # fmt: skip
    line = "node node_modules/moleculer/bin/moleculer-runner.js services"
    p = Program("moleculer", "npm moleculer 0.14.35, moleculer-web 0.10.8, nats 2.28.2, Node 20", "registry.example.com/shop/orders:4.2.0", line, before=PLACE + service, seconds=8,
                env={"NODE_ENV": "production", "NAMESPACE": "shop", "LOGLEVEL": "info"}, spec={"ports": [{"containerPort": 3000}], "livenessProbe": listening(3000)})  # fmt: skip
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "the file of --config is not mounted",
        "",
        command=line.replace("services", "--config /config/moleculer.config.js services"),
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "a syntax error in the mounted configuration",
        "",
        put(
            "/config/moleculer.config.js",
            "module.exports = {\n  transporter: 'NATS'\n  requestTimeout: 5000,\n};",
        ),
        command=line.replace("services", "--config /config/moleculer.config.js services"),
        mounts={"config": "config:/config"},
    )
    p(
        "transporter-unknown",
        "ConfigurationInvalid",
        "a transporter that there is not",
        "",
        env={"TRANSPORTER": "natz://nats.shop.svc:4222"},
    )
    p(
        "transporter-refuses",
        "DependencyNotReady",
        "NATS' service has no endpoint: it keeps trying and never starts its services",
        "",
        host("nats.shop.svc", "10.96.14.30"),
        env={"TRANSPORTER": "nats://nats.shop.svc:4222"},
        seconds=18,
    )
    p("transporter-comes-later", "Unknown", "NATS is away at first; when it comes the services start; stopped", "", host("nats.shop.svc", "10.96.14.30") + NATS, env={"TRANSPORTER": "nats://nats.shop.svc:4222"}, seconds=16,
      meanwhile="sleep 6; python3 /srv/nats.py")  # fmt: skip
    p(
        "package-missing",
        "LibraryMissing",
        "the package of the transporter is not installed",
        "",
        env={"TRANSPORTER": "redis://redis.shop.svc:6379"},
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        hold_port(3000),
        spec={"hostNetwork": True},
    )
    p(
        "created-raises",
        "ApplicationError",
        "a service's hook reads what is not there",
        "",
        env={"TAX": "de"},
    )
    p(
        "requests-fail-stopped",
        "Unknown",
        "requests with bad parameters end in errors; stopped",
        "",
        meanwhile="sleep 3; for i in 1 2 3; do curl -s -o /dev/null localhost:3000/orders/total; curl -s -o /dev/null localhost:3000/none; done",
    )
    return p


def tsx() -> Program:
    source = put("/srv/src/server.ts", """
import express, { Request, Response } from "express";
import { z } from "zod";
import { rates } from "./rates";

const Env = z.object({
  PORT: z.coerce.number().int().max(65535).default(3000),
  PAYMENT_KEY: z.string().min(8),
  RATES_FILE: z.string().default("/config/rates.json"),
});
const env = Env.parse(process.env);
const table = rates(env.RATES_FILE);
const app = express();
app.get("/price/:sku", (req: Request, res: Response) => {
  res.json({ sku: req.params.sku, price: table.find((r) => r.sku === req.params.sku)!.price });
});
const server = app.listen(env.PORT, "0.0.0.0", () => console.log(`pricing listens on ${env.PORT}`));
process.on("SIGTERM", () => { console.log("SIGTERM, closing"); server.close(); });
""") + put("/srv/src/rates.ts", """
import { readFileSync } from "node:fs";

export interface Rate { sku: string; price: number; tax: { code: string } }

export function rates(file: string): Rate[] {
  const all: Rate[] = JSON.parse(readFileSync(file, "utf8"));
  for (const rate of all) {
    console.log(`rate ${rate.sku} tax ${rate.tax.code}`);
  }
  return all;
}
""") + put("/config/rates.json", '[{"sku": "a1", "price": 10, "tax": {"code": "DE19"}}]') + put("/srv/package.json", '{"name": "pricing", "version": "4.2.0", "type": "module"}') + "chmod -R a+rX /srv/src /srv/package.json /config\n"  # fmt: skip
    line = "node node_modules/tsx/dist/cli.mjs src/server.ts"
    p = Program("tsx", "npm tsx 4.20.6, zod 3.24.1, express 4.21.2, Node 20", "registry.example.com/shop/pricing:4.2.0", line, before=PLACE + source, seconds=14,
                env={"NODE_ENV": "production", "PAYMENT_KEY": "pk_live_0001"}, mounts={"rates": "config:/config"}, spec={"ports": [{"containerPort": 3000}], "livenessProbe": listening(3000)})  # fmt: skip
    p(
        "environment-missing",
        "ConfigurationMissing",
        "PAYMENT_KEY is not set",
        "",
        without=["PAYMENT_KEY"],
    )
    p(
        "port-invalid",
        "ConfigurationInvalid",
        "Kubernetes' service variable PORT is taken for the port",
        "",
        env={"PORT": "tcp://10.96.77.1:3000"},
    )
    p(
        "entry-missing",
        "ExecutableMissing",
        "the entry file is not in the image",
        "",
        command=line.replace("server.ts", "main.ts"),
    )
    p(
        "module-missing",
        "LibraryMissing",
        "a package that is not installed",
        "",
        'sed -i \'1i import Stripe from "stripe"; new Stripe("k");\' /srv/src/server.ts\n',
    )
    p(
        "rates-missing",
        "ConfigurationMissing",
        "the config map's key has another name",
        "",
        "mv /config/rates.json /config/prices.json\n",
    )
    p(
        "heap-spent",
        "OutOfMemory",
        "the rates do not fit the heap of --max-old-space-size",
        "",
        'python3 -c \'import json; json.dump([{"sku": "s%d" % i, "price": i, "tax": {"code": "DE19"}} for i in range(400000)], open("/data/rates.json", "w"))\'\n',
        env={"RATES_FILE": "/data/rates.json", "NODE_OPTIONS": "--max-old-space-size=24"},
        mounts={"import": "claim:/data"},
        seconds=40,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "serves calmly and is killed",
        "",
        stop_signal="SIGKILL",
        meanwhile="for i in $(seq 30); do curl -s localhost:3000/none && break; sleep 0.4; done; for i in 1 2 3; do curl -s localhost:3000/price/a1; done",
    )
    p(
        "rates-not-readable",
        "PermissionDenied",
        "the file is mode 0400 of root",
        "",
        "chmod 400 /config/rates.json\n",
        user=1000,
    )
    p(
        "rates-broken",
        "ConfigurationInvalid",
        "the mounted JSON is cut off",
        "",
        "truncate -s 30 /config/rates.json\n",
    )
    p(
        "rate-without-tax",
        "ApplicationError",
        "the code reads a field that one rate lacks",
        "",
        'sed \'s/]$/, {"sku": "b2", "price": 7}]/\' /config/rates.json >/data/rates.json\n',
        env={"RATES_FILE": "/data/rates.json"},
        mounts={"import": "claim:/data"},
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        hold_port(3000),
        spec={"hostNetwork": True},
    )
    p(
        "requests-fail-stopped",
        "Unknown",
        "requests for unknown items end in 500s; stopped",
        "",
        meanwhile="for i in $(seq 30); do curl -s -o /dev/null localhost:3000/none && break; sleep 0.4; done; for i in 1 2 3; do curl -s -o /dev/null localhost:3000/price/z$i; done",
    )
    return p


def programs() -> list[Program]:
    return [
        json_server(),
        serve(),
        next_app(),
        graphile_worker(),
        unleash_server(),
        moleculer(),
        tsx(),
    ]


SITE = {
    "package.json": '{"name": "storefront", "version": "4.2.0", "private": true}',
    "pages/index.js": """
export async function getServerSideProps() {
  const reply = await fetch(process.env.API_URL + "/items");
  return { props: { items: await reply.json() } };
}
export default function Home({ items }) { return <ul>{items.map((i) => <li key={i.sku}>{i.sku}</li>)}</ul>; }
""",
    "pages/api/health.js": "export default function handler(req, res) { res.status(200).json({ ok: true }); }\n",
}


def build_site() -> None:
    place = HOME / "site"
    if (place / ".next" / "BUILD_ID").exists():
        return
    for name, text in SITE.items():
        file: Path = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    modules = place / "node_modules"
    if not modules.exists():
        modules.symlink_to(HOME / "node_modules")
    subprocess.run(
        ["nice", "-n", "10", "node", "node_modules/next/dist/bin/next", "build"],
        cwd=place, check=True, stdout=subprocess.DEVNULL, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "NEXT_TELEMETRY_DISABLED": "1", "API_URL": "http://catalog.shop.svc", "HOME": str(HOME)},
    )  # fmt: skip
    modules.unlink()


def record(recorder: Recorder) -> None:
    apt("postgresql")
    HOME.mkdir(parents=True, exist_ok=True)
    if not (HOME / "node_modules" / "next").exists():
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", *WANTED], cwd=HOME, check=True
        )
    build_site()
    record_programs(recorder, programs())
