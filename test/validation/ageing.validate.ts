import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/base/index.ts';
import type { ExperimentInput } from '../../src/experiment/index.ts';
import { evaluateRun, openInput } from '../../src/run/index.ts';
import { folderWith } from '../cli/shell.ts';

/** Binary weights on phase-change memory, physics R7 (Katti et al., Bayes2IMC): the example, whose chips are the same under every compensation. */
describe('ageing', async () => {
  const file = new URL('../../examples/ageing.yaml', import.meta.url).pathname;
  const input = parseYaml(readFileSync(file, 'utf8'), file) as ExperimentInput;
  const folder = folderWith({});
  const done = await evaluateRun(await openInput(input, file, folder, { folder, out: join(folder, 'run') }));
  const all = new Map([
    ['none', done.evaluated.evaluation],
    ...done.variants.map(({ name, evaluated }) => [name, evaluated.evaluation] as const),
  ]);
  const at = (name: string, time: number, metric: string) =>
    all.get(name)!.hardware.byTime.find(one => one.time === time)!.metrics[metric]!;
  const decade = 10 * 31_557_600;
  /** Half of the 95 % interval over chips: a multiple of their spread. */
  const spread = (name: string, metric: string) => {
    const { chips } = at(name, decade, metric);
    return (chips!.high - chips!.low) / 2;
  };
  const compensations = ['global', 'column', 'reference', 'logits'];

  test('without compensation the probabilities are lost, not the decisions', () => {
    for (const [name, { hardware }] of all) {
      const figures = hardware.byTime.map(({ metrics }) =>
        ['accuracy', 'nll', 'ece'].map(metric => metrics[metric]!.mean.toFixed(3)).join(' '),
      );
      console.log(`${name.padEnd(20)} accuracy, NLL, ECE by time: ${figures.join(' | ')}`);
    }
    expect(at('none', decade, 'nll').mean - at('none', 1, 'nll').mean).toBeGreaterThan(0.3);
    expect(Math.abs(at('none', decade, 'accuracy').mean - at('none', 1, 'accuracy').mean)).toBeLessThan(0.03);
  });

  test.each(compensations)('%s loses no accuracy over ten years, and little likelihood', name => {
    expect(at(name, 1, 'accuracy').mean - at(name, decade, 'accuracy').mean).toBeLessThan(0.01);
    expect(at(name, decade, 'nll').mean - at(name, 1, 'nll').mean).toBeLessThan(0.03);
  });

  test('a correction of the logits alone cuts the spread from chip to chip', () => {
    console.log(
      ['none', ...compensations]
        .map(
          name => `${name}: NLL ± ${spread(name, 'nll').toFixed(4)}, accuracy ± ${spread(name, 'accuracy').toFixed(4)}`,
        )
        .join('\n'),
    );
    expect(spread('logits', 'accuracy')).toBeLessThan(spread('none', 'accuracy'));
    expect(spread('logits', 'nll')).toBeLessThan(spread('global', 'nll'));
  });
});
