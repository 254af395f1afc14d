'use strict';
require('dotenv').config({ path: process.env.ENV_FILE || '.env' });
const fs = require('fs');
const https = require('https');
const express = require('express');
const morgan = require('morgan');
const { Pool } = require('pg');
const config = require('./lib/config');
const { delay } = require('./lib/retry');

const app = express();
app.use(morgan('combined'));
app.get('/healthz', (req, res) => res.send('ok'));
app.get('/products/:id', (req, res) => res.json({ id: req.params.id, price: 499 }));
app.get('/broken', async (req, res, next) => next(new Error('connect ECONNREFUSED 10.96.0.44:9200')));

async function connect() {
  if (!config.databaseUrl) return null;
  const pool = new Pool({ connectionString: config.databaseUrl, connectionTimeoutMillis: 3000, ssl: config.databaseTls });
  pool.on('error', (error) => console.error('idle client error', error.message));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rows } = await pool.query('SELECT count(*) AS n FROM products');
      console.log(`[db] connected, ${rows[0].n} products`);
      return pool;
    } catch (error) {
      if (attempt >= config.databaseAttempts) throw error;
      console.warn(`[db] attempt ${attempt}/${config.databaseAttempts} failed: ${error.message || error.code}, retrying`);
      await delay(1000);
    }
  }
}

async function main() {
  console.log(`shop-api ${process.env.npm_package_version || '4.2.0'} (node ${process.version}, ${process.env.NODE_ENV || 'development'})`);
  if (config.featuresFile) {
    const features = JSON.parse(fs.readFileSync(config.featuresFile, 'utf8'));
    console.log(`features: ${Object.keys(features).join(', ')}`);
  }
  await connect();
  let server = app;
  if (config.tlsKey) {
    server = https.createServer({ key: fs.readFileSync(config.tlsKey), cert: fs.readFileSync(config.tlsCert) }, app);
  }
  const listening = server.listen(config.port, config.host, () => {
    console.log(`shop-api listening on ${config.port}`);
  });
  if (config.nextPort) {
    listening.on('error', (error) => {
      if (error.code !== 'EADDRINUSE') throw error;
      console.error(`${error.message}; trying port ${Number(error.port) + 1}`);
      app.listen(Number(error.port) + 1, () => console.log(`shop-api listening on ${Number(error.port) + 1}`));
    });
  }
  process.on('SIGTERM', () => {
    console.log('SIGTERM received, closing server');
    listening.close(() => {
      console.log('server closed');
      process.exit(0);
    });
  });
}

if (config.exitOnError) {
  main().catch((error) => {
    console.error('Failed to start shop-api:', error);
    process.exit(1);
  });
} else {
  main();
}
