// Sends notifications that other services put into Redis (ioredis, winston).
const winston = require('winston')
const Redis = require('ioredis')

const log = winston.createLogger({
  format: winston.format.combine(winston.format.colorize(), winston.format.timestamp(),
    winston.format.printf((i) => `${i.timestamp} ${i.level}: ${i.message}`)),
  transports: [new winston.transports.Console()]
})
log.info('notifier 1.3.7 starting')
const redis = new Redis(process.env.REDIS_URL, {
  maxRetriesPerRequest: Number(process.env.REDIS_RETRIES || 4),
  retryStrategy: () => 300
})
redis.on('error', (error) => log.error(`redis: ${error.message}`))
redis.on('ready', () => log.info('redis is ready'))
redis.on('reconnecting', () => log.warn('reconnecting to redis'))
redis.xgroup('CREATE', 'notifications', 'notifier', '$', 'MKSTREAM').then(() => {
  log.info('consumer group notifier on notifications')
  setInterval(() => {}, 1000)
})
