// Inventory on pg, logged by pino.
const pino = require('pino')
const { Pool } = require('pg')

const log = pino({ name: 'inventory', base: { service: 'inventory', version: '5.2.0' } })
const pool = new Pool({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 2000, max: 5 })
const attempts = Number(process.env.DB_ATTEMPTS || 1)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function connect () {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.query('select version()')
    } catch (err) {
      if (attempt >= attempts) throw err
      log.warn({ attempt, err: { message: err.message, code: err.code } }, 'database connection failed, retrying')
      await sleep(700)
    }
  }
}

async function main () {
  log.info({ node: process.version }, 'starting')
  const { rows } = await connect()
  log.info({ server: rows[0].version }, 'database connected')
  await pool.query(process.env.BOOT_QUERY || 'select 1')
  require('http').createServer((_, response) => response.end('ok')).listen(3000, () => log.info('listening on 3000'))
}

main().catch((err) => {
  log.fatal(err, 'cannot start')
  process.exit(1)
})
