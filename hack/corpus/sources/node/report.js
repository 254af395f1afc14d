'use strict';
const bunyan = require('bunyan');
const fs = require('fs');
const path = require('path');
const https = require('https');
const http = require('http');
const lockfile = require('proper-lockfile');
const chokidar = require('chokidar');

const log = bunyan.createLogger({ name: 'report', serializers: bunyan.stdSerializers });
const out = process.env.REPORT_DIR || '/data/reports';

process.on('uncaughtException', (err) => {
  log.fatal({ err }, 'uncaught exception');
  process.exit(1);
});

const modes = {
  aggregate(rows) {
    const seen = [];
    for (let i = 0; i < rows; i += 1) {
      seen.push({ id: i, customer: `customer-${i}`, lines: [i, i * 2, i * 3].map((n) => ({ sku: `S${n}`, amount: n })) });
      if (i % 50000 === 0) log.info({ rows: i, heapMb: Math.round(process.memoryUsage().heapUsed / 1e6) }, 'aggregating');
    }
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(path.join(out, 'report.json'), JSON.stringify(seen));
    log.info({ rows: seen.length }, 'report written');
  },
  buffers(count) {
    const kept = [];
    for (let i = 0; i < count; i += 1) {
      kept.push(Buffer.alloc(8 * 1024 * 1024, i));
      log.info({ buffers: kept.length, rssMb: Math.round(process.memoryUsage().rss / 1e6) }, 'page rendered');
    }
  },
  split(parts) {
    fs.mkdirSync(out, { recursive: true });
    for (let i = 0; i < parts; i += 1) fs.openSync(path.join(out, `part-${i}.csv`), 'w');
    log.info({ parts }, 'parts opened');
  },
  async locked() {
    fs.mkdirSync(out, { recursive: true });
    const release = await lockfile.lock(out, { stale: 3600000 });
    log.info('lock taken');
    await release();
  },
  watch() {
    chokidar.watch(out).on('error', (err) => {
      throw err;
    }).on('ready', () => log.info({ out }, 'watching'));
  },
  fetch(address) {
    const get = address.startsWith('https') ? https.get : http.get;
    log.info({ address }, 'fetching rates');
    get(address, { timeout: 3000, ca: process.env.RATES_CA && fs.readFileSync(process.env.RATES_CA) }, (response) => {
      if (response.statusCode >= 400) throw new Error(`rates service answered ${response.statusCode} ${response.statusMessage}`);
      log.info({ status: response.statusCode }, 'rates loaded');
      response.resume();
    }).on('timeout', function abort() {
      this.destroy(new Error('rates service: request timed out after 3000 ms'));
    });
  },
};

const [mode = 'aggregate', argument = '1000'] = process.argv.slice(2);
log.info({ mode, argument, node: process.version }, 'report started');
if (!modes[mode]) throw new TypeError(`unknown mode "${mode}", expected one of ${Object.keys(modes).join(', ')}`);
Promise.resolve(modes[mode](/^\d+$/.test(argument) ? Number(argument) : argument)).catch((err) => {
  log.fatal({ err }, 'report failed');
  process.exit(1);
});
