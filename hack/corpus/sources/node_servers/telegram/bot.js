'use strict';
const fs = require('fs');
const { Bot, GrammyError, HttpError } = require('grammy');

const bot = new Bot(process.env.BOT_TOKEN, { client: { apiRoot: process.env.API_ROOT || 'https://api.telegram.org' } });
const storage = process.env.STORAGE_DIR;
const state = storage && fs.existsSync(`${storage}/state.json`) ? JSON.parse(fs.readFileSync(`${storage}/state.json`)) : {};
if (storage) fs.writeFileSync(`${storage}/state.json`, JSON.stringify(state));
bot.command('start', (ctx) => ctx.reply('hello'));
bot.catch((err) => console.error('update failed:', err.error));
async function start() {
  console.log(new Date().toISOString(), 'starting bot');
  await bot.start({ onStart: (me) => console.log(`@${me.username} is up, long polling`) });
}
if (process.env.WRAPPED) {
  start().catch((e) => {
    if (e instanceof GrammyError) console.error('Bot API said no:', e.description);
    else if (e instanceof HttpError) console.error('Could not contact the Bot API:', e.error.message || e.error);
    else console.error('Unknown error:', e);
    process.exit(1);
  });
} else start();
process.once('SIGTERM', () => { console.log('stopping'); bot.stop(); });
