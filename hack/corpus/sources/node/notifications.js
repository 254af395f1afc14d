'use strict';
const winston = require('winston');
const fs = require('fs');
const yaml = require('js-yaml');
const Joi = require('joi');

const { combine, timestamp, errors, json } = winston.format;
const logger = winston.createLogger({
  level: 'info',
  format: combine(errors({ stack: true }), timestamp(), json()),
  defaultMeta: { service: 'notifications' },
  transports: [new winston.transports.Console({ handleExceptions: true, handleRejections: true })],
});

const schema = Joi.object({
  queue: Joi.string().valid('amqp', 'kafka', 'none').required(),
  url: Joi.string().when('queue', { not: 'none', then: Joi.required() }),
  prefetch: Joi.number().integer().min(1).default(10),
  store: Joi.string().uri({ scheme: ['mongodb', 'mysql'] }),
  retries: Joi.number().default(2),
});

function load(file) {
  const { value, error } = schema.validate(yaml.load(fs.readFileSync(file, 'utf8')), { abortEarly: false });
  if (error) throw error;
  return value;
}

async function openStore(config) {
  if (!config.store) return;
  if (config.store.startsWith('mongodb:')) {
    const { MongoClient } = require('mongodb');
    const client = new MongoClient(config.store, { serverSelectionTimeoutMS: 3000 });
    await client.connect();
    logger.info('connected to mongodb');
  } else {
    const mysql = require('mysql2/promise');
    const connection = await mysql.createConnection(config.store);
    const [rows] = await connection.query('SELECT count(*) AS n FROM templates');
    logger.info('connected to mysql', { templates: rows[0].n });
  }
}

async function openQueue(config) {
  if (config.queue === 'amqp') {
    const amqp = require('amqplib');
    for (let attempt = 1; ; attempt += 1) {
      try {
        const connection = await amqp.connect(config.url);
        const channel = await connection.createChannel();
        await channel.assertQueue('mails', { durable: true });
        logger.info('consuming', { queue: 'mails' });
        return;
      } catch (error) {
        if (attempt > config.retries) throw error;
        logger.warn('queue is not available, retrying', { attempt, reason: error.message || String(error.code) });
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
  if (config.queue === 'kafka') {
    const { Kafka } = require('kafkajs');
    const kafka = new Kafka({ clientId: 'notifications', brokers: [config.url], retry: { retries: config.retries }, connectionTimeout: 1500 });
    const consumer = kafka.consumer({ groupId: 'notifications' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'mails' });
    logger.info('subscribed');
  }
}

async function main() {
  const file = process.env.CONFIG_FILE || '/config/notifications.yaml';
  logger.info('notifications starting', { node: process.version, file });
  const config = load(file);
  await openStore(config);
  await openQueue(config);
  const ticker = setInterval(() => logger.info('heartbeat', { queued: 0, rssMb: Math.round(process.memoryUsage().rss / 1e6) }), 500);
  process.on('SIGTERM', () => {
    logger.info('received SIGTERM, draining');
    clearInterval(ticker);
    logger.on('finish', () => process.exit(0));
    logger.end();
  });
}

main();
