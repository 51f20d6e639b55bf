import { openAgain } from '../experiment.ts';
import { shown } from '../shown.ts';
import type { Verb } from '../verb.ts';

export const transfer: Verb = {
  examples: ['transfer runs/moons', 'transfer runs/moons --json'],
  async run([path], _options, shell) {
    const { run } = await openAgain(path!, shell);
    const { hardware, search } = await run.transferred();
    const { plan, chips } = hardware;
    const { placement, method, copies, limit, mapping } = plan;
    const { arrays, cells, devices, utilisation } = placement;
    return {
      document: {
        runDirectory: run.directory.path,
        method,
        copies,
        limit,
        mapping,
        arrays,
        cells,
        devices,
        utilisation,
        chips: chips.length,
        search,
      },
      text: `Copies by ‘${method}’: ${copies}, on ${count(cells)} of ${count(devices)} devices; largest |w| ${limit.toFixed(3)}. Chips programmed: ${chips.length}.\nPlan: ${shown(run.directory.file('plan.parquet'))}`,
    };
  },
};

const count = (value: number): string => value.toLocaleString('en-US');
