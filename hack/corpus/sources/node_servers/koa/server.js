'use strict';
require('reflect-metadata');
const fs = require('fs');
const Koa = require('koa');
const Router = require('koa-router');
const convict = require('convict');
const got = require('got');
const jwt = require('jsonwebtoken');
const { DataSource } = require('typeorm');

convict.addFormat({
  name: 'list-of-origins',
  validate(value) {
    if (!Array.isArray(value)) throw new Error('must be of type Array');
    for (const one of value) new URL(one);
  },
  coerce: (value) => value.split(','),
});
const config = convict({
  env: { format: ['production', 'development', 'test'], default: 'production', env: 'NODE_ENV' },
  port: { format: 'port', default: 8080, env: 'PORT' },
  origins: { format: 'list-of-origins', default: ['https://shop.example.com'], env: 'CORS_ORIGINS' },
  signingKey: { format: String, default: null, env: 'SIGNING_KEY_FILE' },
  database: { url: { format: String, default: '', env: 'DATABASE_URL' }, pool: { format: 'nat', default: 5, env: 'DATABASE_POOL' } },
  tax: { url: { format: String, default: '', env: 'TAX_URL' }, apiKey: { format: String, default: '', env: 'TAX_API_KEY' } },
  invoices: { dir: { format: String, default: '', env: 'INVOICE_DIR' } },
});
if (process.env.CONFIG_FILE) config.loadFile(process.env.CONFIG_FILE);
config.validate({ allowed: 'strict' });

const log = (level, message, more) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), level, service: 'invoices', message, ...more }));

class CreateInvoices1700000000000 {
  name = 'CreateInvoices1700000000000';
  async up(q) {
    await q.query('CREATE TABLE invoices (id serial primary key, customer text not null, cents bigint)');
  }
  async down(q) {
    await q.query('DROP TABLE invoices');
  }
}

async function main() {
  log('info', 'starting', { node: process.version, env: config.get('env') });
  const key = fs.readFileSync(config.get('signingKey'));
  const token = jwt.sign({ sub: 'invoices' }, key, { algorithm: 'RS256' });
  log('info', 'signing key loaded', { bytes: key.length, probe: token.length });
  let db;
  if (config.get('database.url')) {
    db = new DataSource({
      type: 'postgres',
      url: config.get('database.url'),
      migrations: [CreateInvoices1700000000000],
      migrationsRun: true,
      logging: ['error', 'warn', 'migration'],
      logger: 'simple-console',
      poolSize: config.get('database.pool'),
      connectTimeoutMS: 3000,
    });
    await db.initialize();
    log('info', 'database ready');
  }
  if (config.get('tax.url')) {
    const rates = await got(`${config.get('tax.url')}/v1/rates`, {
      retry: { limit: 2, calculateDelay: ({ attemptCount }) => (attemptCount > 2 ? 0 : 400) },
      timeout: 2000,
      headers: { authorization: `Bearer ${config.get('tax.apiKey')}` },
    }).json();
    log('info', 'tax rates loaded', { countries: Object.keys(rates.countries).length });
  }
  if (config.get('invoices.dir')) {
    const dir = config.get('invoices.dir');
    fs.mkdirSync(dir, { recursive: true });
    for (let i = 0; i < 8; i++) fs.writeFileSync(`${dir}/template-${i}.pdf`, Buffer.alloc(256 * 1024, i));
    log('info', 'templates rendered', { dir });
  }
  const router = new Router();
  router.get('/healthz', (ctx) => (ctx.body = 'ok'));
  router.get('/invoices/:id', async (ctx) => {
    if (ctx.params.id === '13') throw new Error('invalid configuration: customer 13 has no tax id (permission denied by policy)');
    ctx.body = { id: ctx.params.id, customer: 'Ada' };
  });
  const app = new Koa();
  app.on('error', (err, ctx) => log('error', err.message, { path: ctx && ctx.path, stack: err.stack }));
  app.use(router.routes());
  const server = app.listen(config.get('port'), '0.0.0.0', () => log('info', `listening on ${config.get('port')}`));
  process.once('SIGTERM', () => {
    log('info', 'SIGTERM received, draining');
    server.close(() => {
      log('info', 'drained');
      process.exit(0);
    });
  });
}

if (process.env.BUG) require('./report')(process.env.BUG);
main().catch((err) => {
  if (process.env.ON_ERROR === 'json') {
    log('fatal', `boot failed: ${err.message}`, { code: err.code, name: err.name, stack: err.stack });
    process.exit(1);
  }
  throw err;
});
