exports.up = (knex) => knex.schema.createTable('orders', (t) => { t.increments(); t.string('state').notNullable() })
exports.down = (knex) => knex.schema.dropTable('orders')
