import { test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf } from '../../src/experiment/index.ts';
import { Pipeline, memoryStore, evaluateDesign } from '../../src/pipeline/index.ts';
import { measurementOf, softwareOf } from '../../src/pipeline/measurement.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from '../pipeline/support.ts';

test('x', async () => {
  for (const method of ['joint', 'mean-field', 'mixture']) {
    const input = { data: { source: 'two-moons', train: 2048, validation: 512, test: 1024 }, network: { layers: ['dense 200 relu', 'dense 200 relu', 'dense 2'] }, posterior: { method: method==='mean-field' ? 'hardware-aware' : 'mean-field', epochs: 2, ...(method==='mean-field'&&{limit:1}) }, hardware: { device: 'rram-cmo', array: { rows: 128, columns: 128 } }, transfer: { method, limit: 'search', ...(method==='mixture'&&{ iterations: 5}) }, sampling: { samples: 16 } };
    const prepared = await preparedOf(input, '.', memoryStore(1 << 30));
    const design = designOf(experimentOf(input), {});
    const p = new Pipeline(prepared, design, { key: keyOf(0), job: jobOf() });
    const timed = async (name: string, work: () => Promise<unknown>) => {
      let last = performance.now(), most = 0; const start = last;
      const cpu = process.cpuUsage();
      const tick = setInterval(() => { const now = performance.now(); most = Math.max(most, now - last); last = now; }, 5);
      await work();
      most = Math.max(most, performance.now() - last);
      clearInterval(tick);
      const used = process.cpuUsage(cpu);
      console.log(method, name.padEnd(14), 'wall', (performance.now() - start).toFixed(0), 'cpu', ((used.user+used.system)/1000).toFixed(0), 'longest gap', most.toFixed(0));
    };
    for (const s of ['training', 'posterior', 'range', 'plan', 'converters'] as const) await timed(s, () => p.get(s));
    await timed('chip', () => p.get('chip', { chip: 0 }));
    const q = { key: keyOf(1), metrics: ['nll', 'ece', 'accuracy', 'aurocError'], map: 40, losses: true, prefixes: [1, 2, 4, 8] };
    await timed('measurement', () => p.run(measurementOf(q), { chip: 0, time: 6 }));
    await timed('software', () => p.run(softwareOf(q), {}));
    if (method === 'mixture') break;
  }
});
