'use strict';
module.exports = {
  client: process.env.DB_CLIENT || 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: process.env.MIGRATIONS || './migrations' },
  acquireConnectionTimeout: 4000,
};
