import { loadRules } from "./rules.ts";

interface Settings { port: number; upstream?: string; greeting: string }

function settings(): Settings {
  const file = Deno.env.get("SETTINGS_FILE");
  const base = file ? JSON.parse(Deno.readTextFileSync(file)) : {};
  const secret = Deno.env.get("COOKIE_SECRET");
  if (!secret) throw new Error("COOKIE_SECRET must be set");
  return { port: Number(Deno.env.get("PORT") ?? base.port ?? 8000), upstream: Deno.env.get("UPSTREAM_URL"), greeting: base.greeting ?? "hello" };
}

const s = settings();
const rules = loadRules(Deno.env.get("RULES_DIR"));
console.log(`%c[edge] ${rules.length} rules`, "color: green");
if (s.upstream) {
  const res = await fetch(new URL("/status", s.upstream));
  if (!res.ok) throw new Error(`upstream status ${res.status}: ${await res.text()}`);
  console.log("[edge] upstream ok");
}
const cache = Deno.env.get("CACHE_DIR");
if (cache) {
  await Deno.mkdir(cache, { recursive: true });
  for (let i = 0; i < 16; i++) await Deno.writeFile(`${cache}/${i}.bin`, new Uint8Array(1 << 17));
}
const server = Deno.serve({ port: s.port, hostname: "0.0.0.0" }, (req) => {
  if (new URL(req.url).pathname === "/item/9") throw new Error("Permission denied for item 9");
  return new Response(s.greeting);
});
Deno.addSignalListener("SIGTERM", async () => {
  console.log("[edge] shutting down");
  await server.shutdown();
  Deno.exit(0);
});
