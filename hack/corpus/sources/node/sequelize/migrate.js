'use strict';
const { Sequelize } = require('sequelize');
const { Umzug, SequelizeStorage } = require('umzug');

const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: process.env.SQL_LOG ? console.log : false, retry: { max: 1 } });
const umzug = new Umzug({
  migrations: { glob: [process.env.MIGRATIONS || 'sequelize/migrations/*.js', { cwd: __dirname + '/..' }] },
  context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize }),
  logger: console,
});

(async () => {
  await sequelize.authenticate();
  console.log('Connection has been established successfully.');
  const done = await umzug.up();
  console.log(`applied ${done.length} migrations, starting billing`);
  require('http').createServer((req, res) => res.end('ok')).listen(8080, () => console.log('billing listening on :8080'));
})();
