// Gives a pool one task of the kind that is named, prints its process, and ends or waits to be killed.
import { jobOf } from '../../dist/base/index.js';
import { openPool } from '../../dist/workers/index.js';

const kind = process.argv[2];
const pool = openPool({ handlers: new URL('./handlers.mjs', import.meta.url), slots: 1 });
const job = jobOf({
  progress(_, pid) {
    process.stdout.write(`${pid}\n`);
    if (kind === 'deaf') setTimeout(() => process.exit(0), 100);
  },
});
const pid = await pool.run({ id: '0', kind, payload: null }, job);
process.stdout.write(`${pid}\n`);
if (process.argv[3] === 'close') {
  await pool.close();
  process.exit(7);
}
