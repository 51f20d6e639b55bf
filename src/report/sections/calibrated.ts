import { formatDuration, formatNumber } from '../../base/index.ts';
import type { Corrected, Evaluation } from '../../pipeline/index.ts';
import { described } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import { metricsTable } from '../metrics-table.ts';
import type { Section } from '../report.ts';

/** What correction on the validation split does to software and to every chip by itself. */
export function calibratedSection(
  { headlineTime, evidence }: Pick<Evaluation, 'headlineTime' | 'evidence'>,
  { kind, rows, software, hardware, deterministic }: Corrected,
): Section {
  const { correction } = software;
  const over = evidenceWords(evidence);
  const sides = [
    ['software', software, over.software],
    ['hardware', hardware, over.chips],
    ['deterministic, hardware', deterministic, over.chips],
  ] as const;
  const shown = described.filter(({ headline }) => headline).map(({ name }) => name);
  const conformal = `Conformal ${correction ? 'sets' : 'intervals'} are made to hold 90 % of the answers, from ${rows.scored} ${correction ? 'further ' : ''}validation rows. Chips are looked at ${formatDuration(headlineTime)} after programming.`;
  if (!correction) {
    return {
      title: 'Conformal intervals',
      text: [conformal],
      tables: [
        metricsTable(
          sides.map(([name, side, over]) => ({ name: withInterval(name, over), values: side.before })),
          shown,
        ),
      ],
    };
  }
  const what =
    kind === 'temperature' ? 'one factor for all logits' : 'a factor and an offset for the logits of each class';
  return {
    title: 'Calibration after training',
    text: [
      `${kind === 'temperature' ? 'Temperature' : 'Vector'} scaling, ${what}, fitted to ${rows.fitted} validation rows in software and again on every chip. ${conformal}`,
      ...notApplied({ software, hardware, deterministic }),
    ],
    tables: [
      metricsTable(
        sides.flatMap(([name, side, over]) => [
          { name: withInterval(name, over), values: side.before },
          { name: withInterval(`${name}, corrected`, over), values: side.after },
        ]),
        shown,
      ),
      ...(hardware.byTime.length > 1 ? [correctedByTime(hardware, evidence)] : []),
      {
        title: 'Factors on logits, mean over classes',
        columns: ['', 'smallest', 'largest', 'not applied'],
        rows: sides.map(([name, side]) => {
          const corrected = 'chips' in side ? side.chips : [side];
          const factors = corrected.map(
            chip => chip.correction!.scale.reduce((total, s) => total + s, 0) / chip.correction!.scale.length,
          );
          const left = corrected.filter(chip => !chip.correction!.applied).length;
          return [name, formatNumber(Math.min(...factors)), formatNumber(Math.max(...factors)), left];
        }),
        note: 'Below one: too sure before; the range is over chips. A correction that raises the negative log-likelihood of the other half of the validation rows is not applied.',
      },
    ],
  };
}

/** Chips that are corrected anew each time. */
const correctedByTime = ({ byTime }: Corrected['hardware'], evidence: Evaluation['evidence']) =>
  metricsTable(
    byTime.map(({ time, after }) => ({
      name: withInterval(`hardware after ${formatDuration(time)}, corrected then`, evidenceWords(evidence).chips),
      values: after,
    })),
    described.filter(({ headline }) => headline).map(({ name }) => name),
  );

/** Where a correction was left out, because it did not help on rows that it was not fitted to. */
function notApplied({ software, hardware, deterministic }: Pick<Corrected, 'software' | 'hardware' | 'deterministic'>) {
  const left = (side: Corrected['hardware']) => side.chips.filter(chip => !chip.correction!.applied).length;
  const places = [
    ...(software.correction!.applied ? [] : ['in software']),
    ...(
      [
        ['chips', hardware],
        ['deterministic chips', deterministic],
      ] as const
    ).flatMap(([name, side]) => (left(side) > 0 ? [`on ${left(side)} of ${side.chips.length} ${name}`] : [])),
  ];
  if (places.length === 0) return [];
  return [
    `The correction was not applied ${places.join(', ')}: there it raised the negative log-likelihood of the other half of the validation rows, and the corrected figures are those before.`,
  ];
}
