'use strict';
const fs = require('fs');
const { cleanEnv, str, port, num, url } = require('envalid');
const fastify = require('fastify');
const Redis = require('ioredis');

const env = cleanEnv(process.env, {
  NODE_ENV: str({ choices: ['production', 'test', 'development'], default: 'production' }),
  PORT: port({ default: 3000 }),
  JWT_PUBLIC_KEY: str(),
  REDIS_URL: url({ default: undefined }),
  REDIS_ATTEMPTS: num({ default: 3 }),
  SOCKET_PATH: str({ default: '' }),
  AVATAR_DIR: str({ default: '' }),
});
const app = fastify({ logger: { level: 'info' } });
app.get('/users/:id', async (request) => ({ id: request.params.id, name: 'Ada' }));
app.get('/fail', async () => {
  throw new Error('getaddrinfo ENOTFOUND mailer.shop.svc.cluster.local');
});

async function start() {
  if (env.REDIS_URL) {
    const redis = new Redis(env.REDIS_URL, {
      maxRetriesPerRequest: env.REDIS_ATTEMPTS,
      retryStrategy: (times) => Math.min(times * 300, 1500),
    });
    redis.on('error', (err) => app.log.warn({ err }, 'redis error'));
    app.log.info(`redis says ${await redis.ping()}`);
  }
  if (env.AVATAR_DIR) {
    fs.mkdirSync(env.AVATAR_DIR, { recursive: true });
    fs.writeFileSync(`${env.AVATAR_DIR}/default.png`, Buffer.alloc(300 * 1024));
    app.log.info('default avatar written');
  }
  await app.listen(env.SOCKET_PATH ? { path: env.SOCKET_PATH } : { port: env.PORT, host: '0.0.0.0' });
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    app.log.info({ signal }, 'shutting down');
    await app.close();
    app.log.info('bye');
    process.exit(0);
  });
}

start().catch((err) => {
  app.log.fatal(err, 'startup failed');
  process.exit(1);
});
