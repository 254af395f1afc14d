exports.up = (pgm) => { pgm.createTable('cart_items', { id: 'id', cart_id: { type: 'integer', references: 'carts' } }); };
exports.down = (pgm) => { pgm.dropTable('cart_items'); };
