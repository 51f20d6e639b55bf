import { stringify } from 'yaml';
import { formatDuration, formatNumber } from '../../base/index.ts';
import type { FaultCampaign, FaultLevel, Subject } from '../../pipeline/index.ts';
import { curves } from '../figures/curves.ts';
import type { Report } from '../report.ts';
import type { Table } from '../table.ts';

const meanOf = ({ chips }: FaultLevel, name: 'accuracy' | 'nll' | 'ece' | 'total' | 'epistemic'): number =>
  chips.reduce((sum, chip) => sum + chip[name], 0) / chips.length;

/** Every fault and strength: what chips predict, how sure they are, and how many still do. */
export const faultsTable = ({ levels, strengths, required, time }: FaultCampaign): Table => ({
  columns: ['', 'strength', 'accuracy ↑', 'NLL (nat) ↓', 'ECE ↓', 'total uncertainty', 'epistemic', 'yield [95 %]'],
  rows: levels.map(level => [
    level.kind,
    level.strength === 0 ? '' : String(level.strength),
    ...(['accuracy', 'nll', 'ece', 'total', 'epistemic'] as const).map(name => formatNumber(meanOf(level, name), 3)),
    `${formatNumber(level.yield.share, 3)} [${formatNumber(level.yield.low, 3)}, ${formatNumber(level.yield.high, 3)}]`,
  ]),
  note: `Means over ${levels[0]!.chips.length} chips, the same in every row, ${formatDuration(time)} after programming; training, plan and converters know nothing of the fault. Yield: share of chips with an accuracy of ${formatNumber(required, 3)} or more (Clopper and Pearson). ${Object.entries(
    strengths,
  )
    .map(([kind, strength]) => `${kind}: ${strength}`)
    .join('; ')}.`,
});

/** What a campaign says in sentences. */
export function faultsText({ auroc, selfTest, levels }: FaultCampaign): string[] {
  const { rows, found, alarms } = selfTest;
  const told = (name: 'total' | 'epistemic') =>
    Number.isNaN(auroc[name]) ? 'not to be told' : formatNumber(auroc[name], 3);
  return [
    `Whether a chip misses the required accuracy is told by the uncertainty of its predictions alone, without labels, with an AUROC of ${told('total')} (total) and ${told('epistemic')} (epistemic), over ${levels.length * levels[0]!.chips.length} chips.`,
    rows.length === 0
      ? 'No input reveals a fault: no chip that misses the required accuracy answers any farther from the others than working chips do.'
      : `A self-test of ${rows.length} ${rows.length === 1 ? 'input' : 'inputs'} (${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')} of the validation split) refuses ${formatNumber(100 * found, 3)} % of such chips and ${formatNumber(100 * alarms, 3)} % of the working ones, none of which it was chosen on${alarms >= found ? ': it tells nothing' : ''}.`,
  ];
}

/** The report of a campaign of faults. */
export function faultsReport(
  campaign: FaultCampaign,
  { experiment, device }: Subject,
  command: string,
  versions: Readonly<Record<string, string>>,
): Report {
  const [working, ...broken] = campaign.levels;
  const { spread } = campaign;
  const { samples } = spread;
  const [alone, shared] = [spread.alone, spread.shared].map(all => formatNumber(all.at(-1)!, 3));
  const kinds = [...new Set(broken.map(({ kind }) => kind))];
  const series = (kind: string) => {
    const own = broken.filter(level => level.kind === kind);
    return [
      { name: 'accuracy', of: 'accuracy' },
      { name: 'total uncertainty (nat)', of: 'total' },
      { name: 'epistemic uncertainty (nat)', of: 'epistemic' },
    ].map(({ name, of }) => ({
      name,
      x: [0, ...own.map(({ strength }) => strength)],
      y: [working!, ...own].map(level => meanOf(level, of as 'accuracy')),
    }));
  };
  return {
    title: `${experiment.title ?? experiment.name}: what faults do`,
    summary: [`The chips of ${device.title}, broken in ${kinds.length} ways.`, ...faultsText(campaign)],
    results: faultsTable(campaign),
    sections: [
      {
        title: 'What more samples average out',
        text: [
          `Spread of the NLL over chips by the first samples: ${alone} nats of ${samples.at(-1)} samples where cells err by themselves, ${shared} where those of a chip share errors, which no sample takes away.`,
        ],
        figures: [
          {
            figure: curves({
              xTitle: 'samples',
              yTitle: 'spread of NLL over chips (nat)',
              xType: 'log',
              series: [
                { name: 'cells by themselves', x: samples, y: spread.alone },
                { name: 'with shared errors', x: samples, y: spread.shared },
              ],
            }),
            caption: 'More samples average out what each cell has, and leave what the cells of a chip share.',
          },
        ],
      },
      {
        title: 'As faults grow',
        figures: kinds.map(kind => ({
          figure: curves({
            xTitle: `${kind}: ${campaign.strengths[kind]}`,
            yTitle: 'mean over chips',
            series: series(kind),
          }),
          caption: `${kind}: does uncertainty rise as accuracy falls?`,
        })),
      },
    ],
    citations: device.cite,
    command,
    record: { seed: experiment.seed, versions, experiment: stringify(experiment) },
  };
}
