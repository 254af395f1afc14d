exports.up = (knex) => knex.schema.alterTable('orders', (t) => { t.decimal('total').notNullable() })
exports.down = (knex) => knex.schema.alterTable('orders', (t) => { t.dropColumn('total') })
