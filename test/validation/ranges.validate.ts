import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, type Fields, resolveExperiment } from '../../src/experiment/index.ts';
import { evaluateDesign, Pipeline, prepareExperiment, subjectOf } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/files.ts';
import { rescaled, withPosterior } from '../support/rescaled.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const data = process.env.POSTEROHM_DATA;
const images = data && join(data, 'mnist', 't10k-images-idx3-ubyte.gz');
const there = images !== undefined && existsSync(images);

const input: Fields = {
  seed: 1,
  data: {
    source: 'idx',
    images,
    labels: data && join(data, 'mnist', 't10k-labels-idx1-ubyte.gz'),
    train: 7000,
    validation: 500,
    test: 1000,
  },
  network: { layers: ['dense 64 relu', 'dense 10'] },
  posterior: { method: 'map', epochs: 20, batch: 50, rate: 0.003 },
  hardware: { device: 'pcm-ibm' },
  transfer: { method: 'deterministic' },
  sampling: { samples: 1 },
};
const how = { key: keyOf(1), job: jobOf() };
const factors = [1, 0.01, 0.1, 10, 100];
const chips = Array.from({ length: 8 }, (_, i) => i);

describe.skipIf(!there)(
  `a digit classifier whose layers are rescaled${there ? '' : ' (needs POSTEROHM_DATA)'}`,
  async () => {
    if (!there) return;
    const prepared = await prepareExperiment(resolveExperiment(input, 'digits'), { files: nodeFiles('/') });
    const design = (hardware: Fields) =>
      designOf(resolveExperiment({ ...input, hardware: { device: 'pcm-ibm', ...hardware } }, 'digits'), {});
    const { posterior } = await new Pipeline(prepared, design({}), how).get('training');
    const { network } = subjectOf(resolveExperiment(input, 'digits'), prepared, jobOf());
    const measured = async (weightRange: string, factor: (j: number) => number) => {
      const own = withPosterior(prepared, rescaled(network, posterior, factor));
      const wanted = { metrics: ['accuracy', 'nll'], chips };
      const { rows } = await evaluateDesign(own, design({ weightRange }), wanted, how);
      const of = (metric: string) => rows.map(({ values }) => values[metric]!);
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      return { accuracy: mean(of('accuracy')), least: Math.min(...of('accuracy')), nll: mean(of('nll')) };
    };

    test.each(['network', 'layer', 'column'])('ranges by %s', async weightRange => {
      const found = [];
      for (const s of factors) {
        const { accuracy, least, nll } = await measured(weightRange, () => s);
        console.log(
          `${weightRange}: first layer × ${s}, second ÷ ${s}: accuracy ${accuracy.toFixed(3)}, least of 8 chips ${least.toFixed(3)}, NLL ${nll.toFixed(3)}`,
        );
        found.push(accuracy);
      }
      if (weightRange === 'network') {
        expect(found[3]).toBeLessThan(found[0]! - 0.1);
        expect(found[4]).toBeLessThan(0.2);
      } else for (const accuracy of found) expect(Math.abs(accuracy - found[0]!)).toBeLessThan(0.005);
    });

    test.each(['layer', 'column'])('units rescaled one by one, ranges by %s (for information)', async weightRange => {
      for (const spread of [1, 1.5, 2, 3]) {
        const factor = (j: number) => spread ** (1.5 * Math.sin(7 * j + 1));
        const { accuracy, nll } = await measured(weightRange, factor);
        console.log(
          `${weightRange}: units times ${spread}^±1.5 unevenly: accuracy ${accuracy.toFixed(3)}, NLL ${nll.toFixed(3)}`,
        );
        expect(accuracy).toBeGreaterThan(0.7);
      }
    });
  },
);
