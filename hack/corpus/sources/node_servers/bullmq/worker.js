'use strict';
const fs = require('fs');
const { execFileSync } = require('child_process');
const env = require('env-var');
const { z } = require('zod');
const Redis = require('ioredis');
const { Worker } = require('bullmq');

const redisUrl = env.get('REDIS_URL').required().asUrlString();
const concurrency = env.get('CONCURRENCY').default('4').asIntPositive();
const mode = env.get('MODE').default('thumbnails').asEnum(['thumbnails', 'invoices']);
const rulesFile = env.get('RULES_FILE').asString();
const converter = env.get('CONVERTER').asString();
const spool = env.get('SPOOL_DIR').asString();

const Rules = z.object({
  version: z.literal(2),
  queues: z.array(z.object({ name: z.string().min(1), retries: z.number().int().nonnegative() })).nonempty(),
  notify: z.string().email().optional(),
});

async function main() {
  console.log(`worker ${process.pid} starts, mode=${mode}, concurrency=${concurrency}`);
  let rules = { queues: [{ name: mode, retries: 3 }] };
  if (rulesFile) rules = Rules.parse(JSON.parse(fs.readFileSync(rulesFile, 'utf8')));
  console.log(`${rules.queues.length} queue(s) configured`);
  if (converter) console.log(execFileSync(converter, ['--version']).toString().split('\n')[0]);
  if (spool) {
    const out = fs.createWriteStream(`${spool}/spool.bin`);
    for (let i = 0; i < 32; i++) if (!out.write(Buffer.alloc(128 * 1024))) await new Promise((r) => out.once('drain', r));
    await new Promise((r) => out.end(r));
    console.log('spool prepared');
  }
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null, enableReadyCheck: true,
    retryStrategy: (n) => (process.env.GIVE_UP && n > 4 ? null : Math.min(n * 200, 1000)) });
  connection.on('error', (err) => console.error(`redis: ${err.message}`));
  connection.on('end', () => {
    console.error('redis connection is gone for good');
    process.exit(1);
  });
  await connection.info('server');
  const workers = rules.queues.map((q) => new Worker(q.name, async (job) => {
    if (job.data.bad) throw new Error(`Could not load credentials from any providers (job ${job.id})`);
    return { done: true };
  }, { connection, concurrency }));
  for (const w of workers) {
    w.on('ready', () => console.log(`queue ${w.name}: ready`));
    w.on('failed', (job, err) => console.error(`queue ${w.name}: job ${job.id} failed: ${err.message}`));
    w.on('completed', (job) => console.log(`queue ${w.name}: job ${job.id} completed`));
    w.on('error', (err) => console.error(`queue ${w.name}:`, err));
  }
  if (process.env.EXPORT_ENTRY) require(process.env.EXPORT_ENTRY);
  process.once('SIGTERM', async () => {
    console.log('closing workers');
    await Promise.all(workers.map((w) => w.close()));
    process.exit(0);
  });
}
main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 50);
});
