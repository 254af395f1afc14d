import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pino from 'pino';
import { z } from 'zod';

const log = pino({ name: 'webhook-relay', formatters: { level: (label) => ({ level: label }) }, timestamp: pino.stdTimeFunctions.isoTime });
const Settings = z.object({
  port: z.coerce.number().int().max(65535),
  targets: z.array(z.object({ name: z.string(), url: z.string().url() })).min(1),
  signingKeyFile: z.string().optional(),
});

const file = process.env.RELAY_CONFIG ?? '/config/relay.json';
log.info({ file }, 'reading settings');
const settings = Settings.parse(JSON.parse(readFileSync(file, 'utf8')));
if (settings.signingKeyFile) log.info({ bytes: readFileSync(settings.signingKeyFile).length }, 'signing key read');
if (process.env.RELAY_PLUGIN) await import(process.env.RELAY_PLUGIN);
if (process.env.RELAY_PING) {
  for (const target of settings.targets) {
    const answer = await fetch(target.url);
    if (!answer.ok) throw new Error(`target ${target.name} answered ${answer.status}`);
    log.info({ target: target.name }, 'target is reachable');
  }
}
const server = createServer((request, response) => {
  log.info({ method: request.method, url: request.url }, 'webhook');
  if (request.url === '/boom') Promise.reject(new Error('upstream hung up')).catch((err) => log.error({ err }, 'delivery failed, will retry'));
  response.end('accepted\n');
});
server.listen(settings.port, () => log.info({ port: settings.port }, 'relay is up'));
process.on('SIGTERM', () => server.close(() => log.info('relay stopped')));
