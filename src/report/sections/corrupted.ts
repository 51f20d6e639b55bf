import { formatDuration } from '../../base/index.ts';
import { type CorruptedEvaluation, type Evaluation, strengthOf } from '../../pipeline/index.ts';
import { metrics, overall } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import { curves } from '../figures/curves.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Section } from '../report.ts';

/** Brief metrics that have a figure; all of them are in the table. */
const drawn = 2;

/** What happens to accuracy and uncertainty when test inputs are corrupted. */
export function corruptedSection(evaluation: Evaluation, found: readonly CorruptedEvaluation[]): Section {
  const { task, software, hardware, deterministic, headlineTime, evidence } = evaluation;
  const clean = {
    strength: 0,
    software: software.metrics,
    hardware: hardware.metrics,
    deterministic: deterministic.metrics,
  };
  const over = evidenceWords(evidence);
  const ofTask = metrics.filter(metric => metric.task === task);
  const brief = ofTask.filter(metric => metric.brief);
  const doubt = ofTask.filter(metric => metric.doubt);
  const names = [...new Set(found.map(one => one.corruption))];
  const points = (name: string) => [clean, ...found.filter(one => one.corruption === name)];
  return {
    title: 'Corrupted inputs',
    text: [
      'The test inputs, changed so that their answers stay what they were. A predictor that knows what it does not know grows less sure as it errs more. ' +
        `Chips are looked at ${formatDuration(headlineTime)} after programming.`,
    ],
    figures: names.flatMap(name =>
      [...brief.slice(0, drawn), ...doubt.slice(-1)].map(metric => ({
        figure: curves({
          xTitle: `${name}: ${strengthOf(name)}`,
          yTitle: shortLabel(metric),
          series: (['software', 'hardware', 'deterministic'] as const).map(side =>
            band(side, points(name), metric.name),
          ),
        }),
        caption: `${metric.label} against the strength of ${name}${over.chips && `, chips with the 95 % interval of their mean over ${over.chips}`}.`,
      })),
    ),
    tables: names.map(name => ({
      title: `${name}: ${strengthOf(name)}`,
      columns: [
        'strength',
        ...[...brief, ...doubt].flatMap(metric => [
          withInterval(`software, ${shortLabel(metric)}`, over.software),
          withInterval(`chips, ${shortLabel(metric)}`, over.chips),
        ]),
      ],
      rows: points(name).map(p => [
        `${p.strength}`,
        ...[...brief, ...doubt].flatMap(metric => [p.software[metric.name], p.hardware[metric.name]]),
      ]),
    })),
  };
}

function band(
  name: 'software' | 'hardware' | 'deterministic',
  points: ReadonlyArray<Pick<CorruptedEvaluation, 'strength' | 'software' | 'hardware' | 'deterministic'>>,
  metric: string,
) {
  const found = points.map(p => overall(p[name][metric]!));
  const many = name !== 'software' && found.every(({ low, high }) => high >= low);
  return {
    name,
    x: points.map(p => p.strength),
    y: found.map(f => f.mean),
    ...(many && { low: found.map(f => f.low), high: found.map(f => f.high) }),
  };
}
