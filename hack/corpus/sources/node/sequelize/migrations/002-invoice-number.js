const { DataTypes } = require('sequelize');
exports.up = ({ context }) => context.addColumn('invoices', 'number', { type: DataTypes.STRING, allowNull: false, unique: true });
exports.down = ({ context }) => context.removeColumn('invoices', 'number');
