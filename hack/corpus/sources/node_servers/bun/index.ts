import { Database } from "bun:sqlite";
import { z } from "zod";

const Env = z.object({
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  SESSION_KEY: z.string().min(16),
  DB_FILE: z.string().default(":memory:"),
  MAIL_URL: z.string().url().optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
const env = Env.parse(process.env);
if (process.env.FEATURES) {
  const features = await Bun.file(process.env.FEATURES).json();
  console.log("features", Object.keys(features).join(" "));
}
const db = new Database(env.DB_FILE, { create: true });
db.exec("PRAGMA journal_mode = WAL");
if (process.env.FILL) {
  db.exec("create table if not exists blobs(x blob)");
  for (let i = 0; i < 40; i++) db.query("insert into blobs values (zeroblob(131072))").run();
}
const rows = db.query(process.env.MIGRATED ? "select count(*) as n from carts" : "select 1 as n").get() as { n: number };
console.log(`sqlite ok (${rows.n})`);
if (env.MAIL_URL) {
  const res = await fetch(env.MAIL_URL + "/api/ping", { headers: { "x-api-key": process.env.MAIL_KEY ?? "" } });
  if (res.status === 401) throw new Error(`mail service: 401 ${await res.text()}`);
  if (!res.ok) throw new Error(`mail service answered ${res.status}`);
}
const server = Bun.serve({
  port: env.PORT,
  fetch(req) {
    if (new URL(req.url).pathname === "/item/5") throw new Error("ENOENT: no such file or directory, open '/data/cart-5.json'");
    return new Response("ok");
  },
});
console.log(`Listening on http://${server.hostname}:${server.port}`);
process.on("SIGTERM", () => {
  console.log("bye");
  server.stop();
  process.exit(0);
});
