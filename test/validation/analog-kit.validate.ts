import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lacking, missingPackages, pythonSession } from '../support/python.ts';
import { docBlocks, docShell, writeExperiment } from './support/doc-blocks.ts';

const missing = missingPackages('numpy', 'torch', 'aihwkit');

describe(`docs/analog-kits.md as printed${lacking(missing)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-kit-'));
  const session = missing.length === 0 ? pythonSession(folder) : undefined;
  afterAll(() => session?.close());

  test.skipIf(missing.length > 0)('devices and chips are the same there', async () => {
    const shell = docShell(folder);
    const printed: string[] = [];
    for (const block of docBlocks('analog-kits.md')) {
      if (block.language === 'yaml') writeExperiment(folder, block);
      if (block.language === 'sh') shell(block.code);
      if (block.language === 'python') printed.push(await session!.run(block.code, block.code.startsWith('import ')));
    }
    const [levels, worst] = printed.filter(out => out !== '');
    console.log(levels, worst);
    for (const line of levels!.split('\n')) {
      const [, meanThere, mean, spreadThere, spread] = line.split(' ').map(Number);
      // 400,000 cells: .05 % of the mean at the lowest level, .1 % of a spread; the kit also cuts reads at 0.
      expect(Math.abs(meanThere! / mean! - 1)).toBeLessThan(0.005);
      expect(Math.abs(spreadThere! / spread! - 1)).toBeLessThan(0.015);
    }
    expect(Number(worst)).toBeLessThan(2e-6);
  });
});
