import { formatNumber, formatQuantity, insist, parseQuantity } from '../../base/index.ts';
import { decodeBits } from '../../data/index.ts';
import {
  type BitStatistics,
  bitStatistics,
  type CellSpread,
  cellSpread,
  type FittedSwitching,
  fewestBits,
  fitSwitching,
} from '../../device/index.ts';
import { exactShare, type ShareInterval } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { readTyped } from '../read-file.ts';
import type { Verb } from '../verb.ts';

/** Bits of one column with the interval of their probability. */
interface Column extends BitStatistics {
  readonly name: string;
  readonly voltage?: number;
  readonly probability: ShareInterval;
}

/** P values below it tell, over all columns of a file (SP 800-22, 4.2). */
const level = 0.01;

export const deviceBits: Verb = {
  options: [
    {
      flags: '--voltage <list>',
      summary: 'pulse by which the bits of each column were made, one for all or one each (0.75V,0.8V,0.85V)',
    },
  ],
  examples: ['device bits measured.csv', 'device bits pulses.npy --voltage 0.76V,0.8V,0.84V --json'],
  async run([path], options, shell) {
    const { names, columns } = await decodeBits(await readTyped(path!, shell), path!);
    const voltages = options.voltage === undefined ? undefined : voltagesOf(String(options.voltage), columns.length);
    const short = columns.findIndex(({ length }) => length < fewestBits);
    insist(short < 0, {
      file: path!,
      path: [],
      rule: `must hold ${fewestBits} bits a column at least, got ${columns[short]?.length}`,
      hint: 'measure more of them',
    });
    const job = shell.job('bits');
    const found: Column[] = [];
    for (const [i, bits] of columns.entries()) {
      const statistics = bitStatistics(bits);
      const probability = exactShare(statistics.ones, statistics.bits);
      found.push({ name: names[i]!, ...(voltages && { voltage: voltages[i]! }), ...statistics, probability });
      job.progress((i + 1) / columns.length);
      await job.turn();
    }
    const pulsed = found.flatMap(one => (one.voltage === undefined ? [] : { ...one, voltage: one.voltage }));
    const switching = new Set(voltages).size > 1 ? fitSwitching(pulsed) : undefined;
    const cells = switching ? undefined : cellSpread(found);
    const limit = level / columns.length;
    return {
      document: {
        file: path!,
        columns: found,
        level: limit,
        ...(cells && { cells }),
        ...(switching && { switching }),
      },
      text: [
        `${path}: ${columns.length} ${columns.length === 1 ? 'column' : 'columns'} of ${columns[0]!.length.toLocaleString('en-US')} bits`,
        aligned([
          ['column', 'ones', '95 %', 'serial correlation', 'min-entropy', 'P independent', 'P steady', 'least P fair'],
          ...found.map(rowOf),
        ]),
        ...bitsText(found, limit),
        ...(cells ? [cellsText(cells, limit)] : []),
        ...(switching ? switchingText(switching, limit) : []),
      ].join('\n'),
    };
  },
};

function voltagesOf(text: string, columns: number): number[] {
  const given = text.split(',').map(one => parseQuantity(one, 'voltage', '--voltage'));
  insist(given.length === 1 || given.length === columns, {
    path: ['--voltage'],
    rule: `must be one pulse, or one for each of the ${columns} columns, got ${given.length}`,
  });
  return given.length === 1 ? Array.from({ length: columns }, () => given[0]!) : given;
}

const shown = (value: number | null): string => (value === null ? '–' : formatNumber(value));

const rowOf = ({ name, voltage, probability, serialCorrelation, minEntropy, independent, steady, fair }: Column) => [
  voltage === undefined ? name : `${name}, ${formatQuantity(voltage, 'V')}`,
  formatNumber(probability.share),
  `[${formatNumber(probability.low)}, ${formatNumber(probability.high)}]`,
  shown(serialCorrelation),
  formatNumber(minEntropy),
  shown(independent),
  shown(steady),
  formatNumber(Math.min(...Object.values(fair))),
];

/** What of the columns a source of randomness cannot take them for. */
function bitsText(found: readonly Column[], limit: number): string[] {
  const those = (of: (one: Column) => number | null) =>
    found.filter(one => (of(one) ?? 1) < limit).map(({ name }) => `'${name}'`);
  const [dependent, unsteady] = [those(one => one.independent), those(one => one.steady)];
  const unfair = those(({ fair }) => Math.min(...Object.values(fair)));
  const fair = found.length - unfair.length;
  return [
    `Told at P < ${formatNumber(limit)}, .01 over all columns.`,
    ...(dependent.length > 0
      ? [
          `Bits depend on those before them: ${dependent.join(', ')}. The source 'switching' takes pulses to be independent, 'binary' has its reads remember as the spectrum of the device says.`,
        ]
      : []),
    ...(unsteady.length > 0
      ? [`The share of ones changes in the course of the measurement: ${unsteady.join(', ')}. No source has that.`]
      : []),
    `${fair} of ${found.length} pass as fair and independent bits (SP 800-22).`,
  ];
}

const cellsText = ({ mean, std, alike }: CellSpread, limit: number): string =>
  `Over columns the probability is ${formatNumber(mean)} ± ${formatNumber(std)}${alike < limit ? `, more than so many bits scatter (P ${formatNumber(alike)}); the source 'switching' takes all cells to have the same curve` : ', no more than so many bits scatter'}.`;

const switchingText = (fit: FittedSwitching, limit: number): string[] => [
  `Device file: switching: { voltage: ${formatQuantity(fit.voltage, 'V', 4)}, width: ${formatQuantity(fit.width, 'V', 3)} }, ± ${formatQuantity(fit.voltageError, 'V', 2)} and ± ${formatQuantity(fit.widthError, 'V', 2)}.`,
  ...((fit.fits ?? 1) < limit
    ? [
        `Bits scatter more about this curve than independent ones would (P ${formatNumber(fit.fits!)}); the errors count it.`,
      ]
    : []),
];
