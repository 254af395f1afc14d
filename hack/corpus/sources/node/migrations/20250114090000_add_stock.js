exports.up = (knex) => knex.schema.alterTable('products', (table) => table.integer('stock').defaultTo(0));
exports.down = (knex) => knex.schema.alterTable('products', (table) => table.dropColumn('stock'));
