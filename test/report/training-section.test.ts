import { expect, test } from 'vitest';
import { reportHtml, reportOf } from '../../src/report/index.ts';
import { evaluatedFor } from '../pipeline/support.ts';

const html = async (posterior: Record<string, unknown>) => {
  const experiment = {
    name: 'small',
    data: { source: 'two-moons', train: 32, validation: 16, test: 16 },
    network: { layers: ['dense 2'] },
    posterior,
    hardware: { array: { rows: 32, columns: 32 }, layout: 'rows' },
    sampling: { samples: 4, entropy: 'frozen' },
    evaluate: { chips: 1, grid: 4 },
  };
  const { subject, ...evaluated } = await evaluatedFor(experiment);
  return reportHtml(await reportOf({ subject, evaluated, variants: [] }, 'posterohm run', {}));
};

test('the report shows trace and ranks of chains, where there are chains', async () => {
  const sampled = await html({ method: 'nuts', chains: 2, warmup: 40, draws: 40 });
  expect(sampled).toContain('Trace of the prediction on which the chains agree least');
  expect(sampled).toContain('aria-label="Histograms of ranks"');
  expect(sampled).toContain('chain 2');
  expect(await html({ method: 'map', epochs: 2 })).not.toContain('Histograms of ranks');
});

test.each(['hardware-aware', 'device-tied'])(
  'the report shows the ranges of weights that %s training tried',
  async method => {
    const found = await html({ method, epochs: 8, limit: [1.25, 2.75] });
    const table = found.slice(
      found.indexOf('Ranges of weights tried'),
      found.indexOf('After a short training within each'),
    );
    expect(table).toContain('1.25');
    expect(table).toContain('2.75');
    expect(found).not.toContain('[object');
    expect(found.split('What training minimised, step by step.')).toHaveLength(2);
    expect(found.split('What the starting point minimised.')).toHaveLength(2);
  },
);
