'use strict';
const fs = require('fs');
const Hapi = require('@hapi/hapi');
const Joi = require('joi');
const config = require('config');
const mongoose = require('mongoose');

const schema = Joi.object({
  server: Joi.object({ port: Joi.number().port().required(), host: Joi.string().required() }).required(),
  mongo: Joi.object({ uri: Joi.string().uri({ scheme: ['mongodb', 'mongodb+srv'] }) }),
  sessions: Joi.object({ password: Joi.string().min(32).required(), ttl: Joi.number().integer().min(60).default(3600) }).required(),
  seatmaps: Joi.string(),
  exportDir: Joi.string(),
});

const init = async () => {
  const { error, value } = schema.validate(config.util.toObject(), { abortEarly: false });
  if (error) {
    if (process.env.SUMMARY) {
      console.error(`[booking] ${error.details.length} problem(s) found, see below`);
      for (const d of error.details) console.error(`  - ${d.message}`);
      process.exit(1);
    }
    throw error;
  }
  console.log(`[booking] config from ${config.util.getConfigSources().map((s) => s.name).join(', ')}`);
  if (value.seatmaps) {
    const maps = JSON.parse(fs.readFileSync(value.seatmaps, 'utf8'));
    console.log(`[booking] ${maps.halls.length} halls`);
  }
  if (value.exportDir) fs.appendFileSync(`${value.exportDir}/bookings.csv`, 'id,seat\n');
  if (value.mongo) {
    mongoose.connection.on('error', (err) => console.error('[mongo]', err.message));
    await mongoose.connect(value.mongo.uri, { serverSelectionTimeoutMS: 3000 });
    console.log('[booking] mongo connected');
  }
  const server = Hapi.server({ port: value.server.port, host: value.server.host });
  server.events.on({ name: 'request', channels: 'internal' }, (request, event, tags) => {
    if (tags.error) console.error(`[booking] ${request.method} ${request.path}`, event.error);
  });
  server.route({ method: 'GET', path: '/seats/{id}', handler: (r) => {
    if (r.params.id === '7') throw new Error('EACCES: seat 7 is locked by another booking');
    return { seat: r.params.id };
  } });
  await server.start();
  console.log('[booking] Server running on %s', server.info.uri);
  process.once('SIGTERM', async () => {
    console.log('[booking] stopping server');
    await server.stop({ timeout: 2000 });
    console.log('[booking] server stopped');
    process.exit(0);
  });
};

process.on('unhandledRejection', (err) => {
  console.log(err);
  process.exit(1);
});

init();
