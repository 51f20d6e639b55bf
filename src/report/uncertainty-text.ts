import { formatDuration } from '../base/index.ts';
import { sourceOf, type UncertaintyPart, uncertaintyParts } from '../inference/index.ts';
import type { Subject, UncertaintyParts } from '../pipeline/index.ts';
import type { Table } from './table.ts';

/** Parts in words. */
export const partNames: Readonly<Record<UncertaintyPart, string>> = {
  posterior: 'posterior: weight vectors',
  deviceToDevice: 'device to device: chips',
  cycleToCycle: 'cycle to cycle: programmings',
  read: 'read: noise of single reads',
};

/** Whose uncertainty it is, as a table; `entropy` where predictions are of classes. */
export function uncertaintyTable({ design }: Pick<Subject, 'design'>, found: UncertaintyParts): Table {
  const { wants = [] } = sourceOf(design.sampling);
  const known = uncertaintyParts.filter(name => found[name]);
  const classes = known.some(name => found[name]!.entropy);
  return {
    columns: [
      '',
      `variance [95 %: ${found.sizes.chips > 1 ? 'chips' : 'weight vectors'}]`,
      ...(classes ? ['entropy (nat)', 'from half the sizes'] : []),
      design.sampling.entropy,
    ],
    rows: [
      ...known.map(name => {
        const { entropy, ...variance } = found[name]!;
        const nats = classes ? [entropy!.mean, entropy!.halved] : [];
        return [partNames[name], variance, ...nats, wants.includes(name) ? 'draws it anew' : 'samples share it'];
      }),
      ['aleatoric: a single read', found.aleatoric, ...(classes ? [undefined, undefined] : []), 'of the data'],
      ['all', found.total, ...(classes ? [undefined, undefined] : []), ''],
    ],
    note: sizesText(found),
  };
}

/** What the figures rest on. */
function sizesText({ sizes, time, deviceToDevice }: UncertaintyParts): string {
  const { chips, draws, programmings, reads, rows } = sizes;
  const of = `${chips} simulated ${chips === 1 ? 'chip' : 'chips'} × ${draws} weight vectors × ${programmings} programmings × ${reads} reads`;
  return `${of}, up to ${rows} test rows, ${formatDuration(time)} after programming. ${
    deviceToDevice ? '' : 'Of one chip, all is given that device. '
  }Estimates have no bias and may fall below 0 where a part is small.`;
}
