// A noisy problem that child processes import; as compiled code runs in them, it comes from dist. Its query may say how long
// a point takes, where to write which process is at it, and at which x to `die`, `throw` or `hang` instead; its identity is that of
// data that differ.
import { appendFileSync } from 'node:fs';
import { problemOf } from '../../dist/entries/explore.js';
import { fillNormal } from '../../dist/random/index.js';

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

export default query => ({
  identity: query.get('identity') ?? undefined,
  ...problemOf({
    space: [
      { kind: 'real', name: 'x', low: -2, high: 3 },
      { kind: 'integer', name: 'extra', low: 0, high: 3 },
    ],
    objectives: ['near', { name: 'far', unit: 'm', better: 'higher' }],
    constraints: ['limit'],
    repeats: 4,
    async evaluate({ x, extra }, { key, job }) {
      if (query.has('log')) appendFileSync(query.get('log'), `${process.pid}\n`);
      if (query.has('ms')) await wait(Number(query.get('ms')));
      const at = what => query.has(what) && Number(query.get(what)) === x;
      if (at('die')) process.kill(process.pid, 'SIGKILL');
      if (at('throw')) throw new RangeError('too far');
      while (at('hang')) await (job.turn() ?? wait(2));
      const [a, b] = fillNormal(key, new Float64Array(2));
      return { near: x ** 2 + extra + 0.1 * a, far: -((x - 1) ** 2) - extra - 0.1 * b, limit: -1.5 - x };
    },
  }),
});
