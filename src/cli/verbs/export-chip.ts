import { insist } from '../../base/index.ts';
import { fold } from '../../random/index.ts';
import { chipTable, encodeTable } from '../../transfer/index.ts';
import { chipPlace } from '../chip-place.ts';
import { openAgain } from '../experiment.ts';
import { timesOf } from '../times.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';
import { chipWeights } from './chip-weights.ts';

export const exportChip: Verb = {
  options: [
    {
      flags: '--time <list>',
      summary: 'times since programming (1h,1d); those of the experiment, or of the reads of a real chip, by default',
    },
    {
      flags: '--weights',
      summary:
        'the weights that the chip means, for other tools, as .npz or .safetensors: samples/… [times,] copies first',
    },
    {
      flags: '--layout <name>',
      summary: 'how weights are arranged: input-first (the default), output-first (PyTorch) or channels-last (Flax)',
    },
  ],
  examples: [
    'export chip runs/moons/chips/chip-00.safetensors --time 1h,1d --out chip.csv',
    'export chip runs/moons/chips/chip-00.safetensors --time 1d --weights --layout output-first --out weights.npz',
  ],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    const { directory, chip: number, name } = chipPlace(path, 'chip');
    const { run } = await openAgain(directory, rest, options);
    const { own, device, times, root } = run.subject;
    const chip = await own.get('chip', { chip: number }, shell.job('transfer'));
    const asked = options.time === undefined ? (chip.cells.reads?.times ?? times) : timesOf(options.time, '--time');
    const timesText = `${asked.length} ${asked.length === 1 ? 'time' : 'times'}`;
    if (options.weights) {
      const file = out ?? `${name}.npz`;
      const layout = String(options.layout ?? 'input-first');
      const { bytes, copies } = await chipWeights(run.subject, { chip, number }, asked, file, layout, shell);
      await writeOut(file, bytes, shell);
      return {
        document: { file, chip: number, copies, times: asked, real: chip.cells.reads !== undefined },
        text: `Wrote ${file}: the weights of ${copies.toLocaleString('en-US')} ${copies === 1 ? 'copy' : 'copies'} at ${timesText}.`,
      };
    }
    insist(options.layout === undefined, {
      path: ['--layout'],
      rule: 'is for --weights, and reads of cells have none',
    });
    const file = out ?? `${name}.csv`;
    await writeOut(file, encodeTable(chipTable(fold(fold(root, 'bench'), number), chip, device, asked), file), shell);
    const cells = chip.cells.target.length;
    return {
      document: { file, chip: number, cells, times: asked, real: chip.cells.reads !== undefined },
      text: `Wrote ${file}: one read of each of ${cells.toLocaleString('en-US')} cells at ${timesText}.`,
    };
  },
};
