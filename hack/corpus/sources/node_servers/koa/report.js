'use strict';
// Faults of the program's own whose words tempt to something else.
module.exports = (kind) => {
  if (kind === 'undefined-config') {
    const settings = { sections: {} };
    return settings.sections.permissions.denied.length;
  }
  if (kind === 'assert') return require('assert').strictEqual([401, 403].length, 3, 'auth matrix: every role needs a denied and an allowed case');
  if (kind === 'range') return new Array(-1 * Number('5'));
  if (kind === 'invariant') throw new Error('Invariant failed: connection state machine is in "refused" and got "open"');
  if (kind === 'stack') return (function configure(x) { return configure(x) + 1; })(1);
  if (kind === 'plain') throw { status: 'lost', attempt: 3 };
  if (kind === 'rejected') return Promise.reject(undefined);
};
