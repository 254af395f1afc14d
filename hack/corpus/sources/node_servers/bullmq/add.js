const { Queue } = require('bullmq');
(async () => {
  const q = new Queue('thumbnails', { connection: { host: '127.0.0.1', port: 6379 } });
  for (let i = 0; i < 12; i++) await q.add('t', { n: i, bad: i % 5 === 4 });
  await q.close();
})();
