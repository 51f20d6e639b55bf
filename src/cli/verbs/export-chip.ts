import { fold } from '../../random/index.ts';
import { chipTable, encodeTable } from '../../transfer/index.ts';
import { chipPlace } from '../chip-place.ts';
import { openAgain } from '../experiment.ts';
import { timesOf } from '../times.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const exportChip: Verb = {
  options: [
    {
      flags: '--time <list>',
      summary: 'times since programming (1h,1d); those of the experiment, or of the reads of a real chip, by default',
    },
  ],
  examples: ['export chip runs/moons/chips/chip-00.safetensors --time 1h,1d --out chip.csv'],
  async run([path], options, shell) {
    const { out, ...rest } = shell;
    const { directory, chip: number, name } = chipPlace(path, 'chip');
    const { run } = await openAgain(directory, rest, options);
    const { own, device, times, root } = run.subject;
    const chip = await own.get('chip', { chip: number }, shell.job('transfer'));
    const asked = options.time === undefined ? (chip.cells.reads?.times ?? times) : timesOf(options.time, '--time');
    const file = out ?? `${name}.csv`;
    await writeOut(file, encodeTable(chipTable(fold(fold(root, 'bench'), number), chip, device, asked), file), shell);
    const cells = chip.cells.target.length;
    return {
      document: { file, chip: number, cells, times: asked, real: chip.cells.reads !== undefined },
      text: `Wrote ${file}: one read of each of ${cells.toLocaleString('en-US')} cells at ${asked.length} ${asked.length === 1 ? 'time' : 'times'}.`,
    };
  },
};
