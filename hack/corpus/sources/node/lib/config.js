'use strict';
const fs = require('fs');

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`Environment variable ${name} is required`);
  return value;
}

module.exports = {
  port: process.env.LISTEN || Number(process.env.PORT || 3000),
  host: process.env.LISTEN ? undefined : process.env.HOST || '0.0.0.0',
  databaseUrl: process.env.DATABASE_URL,
  databaseAttempts: Number(process.env.DATABASE_ATTEMPTS || 1),
  databaseTls: process.env.DATABASE_CA ? { ca: fs.readFileSync(process.env.DATABASE_CA) } : process.env.DATABASE_TLS === '1' ? {} : undefined,
  featuresFile: process.env.FEATURES_FILE,
  sessionSecret: required('SESSION_SECRET'),
  tlsKey: process.env.TLS_KEY,
  tlsCert: process.env.TLS_CERT,
  nextPort: process.env.NEXT_PORT === '1',
  exitOnError: process.env.EXIT_ON_ERROR !== '0',
};
