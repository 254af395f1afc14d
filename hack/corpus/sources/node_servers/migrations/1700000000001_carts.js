exports.up = (pgm) => { pgm.createTable('carts', { id: 'id', owner: { type: 'text', notNull: true } }); };
exports.down = (pgm) => { pgm.dropTable('carts'); };
