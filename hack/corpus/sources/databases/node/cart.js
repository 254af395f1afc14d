// Carts in MySQL (mysql2), logged by winston as JSON.
const winston = require('winston')
const mysql = require('mysql2/promise')

const log = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.errors({ stack: true }), winston.format.json()),
  defaultMeta: { service: 'cart' },
  transports: [new winston.transports.Console()]
})

async function main () {
  log.info('starting cart service')
  const pool = mysql.createPool({ uri: process.env.MYSQL_URL, connectTimeout: 2500 })
  for (let left = Number(process.env.ATTEMPTS || 1); ; left--) {
    try {
      await pool.query('select 1')
      break
    } catch (error) {
      if (left <= 1) throw error
      log.warn('database is not ready', { code: error.code, left: left - 1 })
      await new Promise((resolve) => setTimeout(resolve, 800))
    }
  }
  log.info('database is ready')
  await pool.query('create table if not exists carts(id int auto_increment primary key, items json)')
  log.info('serving on 4000')
  require('http').createServer((_, response) => response.end()).listen(4000)
}

main().catch((error) => {
  log.error(error)
  process.exit(1)
})
