// A notification server: remote settings, a cache that is built at start.
const http = require('http');
const net = require('net');
const log = (level, msg, more) => console.log(JSON.stringify({ level, time: Date.now(), pid: process.pid, msg, ...more }));
if (process.env.NEEDS) require(process.env.NEEDS);
const settings = process.env.SETTINGS_HOST;

function connect(host, port) {
  const socket = net.connect(port, host);
  socket.on('connect', () => log('info', 'queue connected', { host, port }));
  socket.on('error', (err) => {
    log('fatal', 'queue connection failed', { err: err.message });
    process.exit(1);
  });
}

async function warm() {
  if (process.env.GROW) { const all = []; for (;;) { all.push(new Array(50000).fill({ n: all.length })); if (all.length % 20 === 0) log('info', 'recipients cached', { chunks: all.length }); } }
  for (let n = 1; n <= Number(process.env.CHUNKS || 0); n++) {
    await new Promise((done) => setTimeout(done, 800));
    log('info', `building recipient index`, { chunk: n, of: Number(process.env.CHUNKS) });
  }
}

log('info', 'notifier 6.3.0 starting');
warm().then(() => {
  http.createServer((req, res) => res.end('ok')).listen(Number(process.env.PORT || 3000), () => log('info', 'listening'));
  if (!settings) return;
  http.get({ host: settings, port: 8888, path: '/notifier/prod', timeout: 500 }, (res) => log('info', 'settings loaded'))
    .on('error', (err) => {
      log('warn', 'config server lookup failed, defaulting queue to localhost:5671', { err: err.message });
      if (process.env.QUEUE !== 'off') setTimeout(() => connect('localhost', 5671), 300);
    });
});
