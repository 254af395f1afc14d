const path = require('path');
module.exports = {
  mode: 'development', entry: './src/index.js', stats: 'minimal',
  output: { path: path.resolve(__dirname, 'dist'), filename: 'main.js' },
  devServer: { port: 8080, host: '0.0.0.0', static: { directory: path.join(__dirname, 'public') }, hot: false },
};
