const { DataTypes } = require('sequelize');
exports.up = ({ context }) => context.createTable('invoices', { id: { type: DataTypes.INTEGER, primaryKey: true }, total: DataTypes.INTEGER });
exports.down = ({ context }) => context.dropTable('invoices');
