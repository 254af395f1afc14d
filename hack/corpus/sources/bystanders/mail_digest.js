// Sends digests: winston, plain sockets for SMTP, a heap that may not suffice.
const net = require('net');
const winston = require('winston');

const log = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [new winston.transports.Console()],
});
const what = process.argv[2];
const [host, port] = (process.env.SMTP || '127.0.0.1:2525').split(':');
const smtp = () => new Promise((resolve, reject) => {
  const socket = net.connect({ host, port: Number(port) }, () => { socket.end(); resolve(); });
  socket.on('error', reject);
});

process.on('SIGTERM', () => { log.info('SIGTERM: finishing the digest at hand'); setTimeout(() => process.exit(0), 300); });
log.info('mail-digest 7.2.1', { node: process.version, smtp: `${host}:${port}` });

async function round(n) {
  try {
    await smtp();
    log.info('digest sent', { n });
  } catch (error) {
    log.error('digest not sent, will try in the next round', { n, code: error.code, message: error.message });
  }
}

async function main() {
  if (what === 'strict') await smtp();
  if (what === 'flag') process.emitWarning('digest.format "legacy" is deprecated', 'DeprecationWarning', 'DIG001');
  for (let n = 1; n <= 3; n += 1) {
    await round(n);
    await new Promise((r) => setTimeout(r, 500));
  }
  if (what === 'bug') {
    const users = [{ mail: 'a@example.com' }, {}];
    users.forEach((u) => log.info('address', { at: u.mail.split('@')[1] }));
  }
  if (what === 'reject') Promise.reject(new RangeError('digest window must not be negative'));
  if (what === 'heap') { const kept = []; for (;;) kept.push(new Array(1e5).fill({ digest: Math.random() }).map((x) => ({ ...x }))); }
  if (what === 'job') { log.info('no digests left'); return; }
  setInterval(() => round(9), 800);
}

if (what === 'strict') main().catch((error) => { log.error('cannot send digests', { stack: error.stack }); process.exit(2); });
else main();
