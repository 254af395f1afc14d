'use strict';
exports.delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
