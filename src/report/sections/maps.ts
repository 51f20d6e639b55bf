import { formatDuration } from '../../base/index.ts';
import { type Evaluated, mapOf, type Subject } from '../../pipeline/index.ts';
import { decisionMaps } from '../figures/decision-maps.ts';
import type { Grid } from '../figures/grid.ts';
import { uncertaintyMaps } from '../figures/uncertainty-maps.ts';
import { metricsTable } from '../metrics-table.ts';
import type { Section } from '../report.ts';

/** Decision and uncertainty maps; none where the input is not a plane. */
export function mapsSection({ data }: Subject, { evaluation, maps }: Evaluated): Section[] {
  const points = maps.points?.data as Float32Array | undefined;
  if (!points) return [];
  const side = Math.sqrt(points.length / 2);
  const last = points.length - 2;
  const grid: Grid = {
    x: [points[0]!, points[last]!],
    y: [points[1]!, points[last + 1]!],
    columns: side,
    rows: side,
    xTitle: data.inputNames[0]!,
    yTitle: data.inputNames[1]!,
  };
  const chips = `${formatDuration(evaluation.headlineTime)} after programming`;
  const sides = [
    { title: 'software', maps: mapOf(maps, 'software') },
    { title: 'hardware', maps: mapOf(maps, 'hardware') },
    { title: 'deterministic', maps: mapOf(maps, 'deterministic') },
  ];
  const { inputs, labels, count } = data.train;
  const original = (axis: 0 | 1) =>
    Float64Array.from({ length: count }, (_, i) => {
      const value = inputs[2 * i + axis]!;
      return data.inputScale ? data.inputScale.mean[axis]! + data.inputScale.std[axis]! * value : value;
    });
  return [
    {
      title: 'Decisions and uncertainty over the input plane',
      tables: [
        {
          columns: ['Hardware against software, over the grid', `mean over chips, ${chips} [95 %: chips]`],
          rows: metricsTable([{ name: '', values: evaluation.preserved.metrics }]).rows,
        },
      ],
      figures: [
        {
          figure: decisionMaps({
            grid,
            classNames: data.outputNames,
            maps: sides.slice(0, 2).map(one => ({ title: one.title, probabilities: one.maps.mean })),
            points: { x: original(0), y: original(1), label: labels },
          }),
          caption: `Predicted class and its probability in software and on the first chip, ${chips}, with the training points. The boundaries should coincide.`,
        },
        {
          figure: uncertaintyMaps({
            grid,
            quantities: [
              {
                name: 'aleatoric uncertainty',
                unit: 'nat',
                maps: sides.map(s => ({ title: s.title, values: s.maps.aleatoric })),
              },
              {
                name: 'epistemic uncertainty',
                unit: 'nat',
                maps: sides.map(s => ({ title: s.title, values: s.maps.epistemic })),
              },
            ],
          }),
          caption: `In software and on the first chip, ${chips}. Aleatoric uncertainty marks where the classes overlap, epistemic where there were no data. One weight vector has no epistemic uncertainty at all.`,
        },
      ],
    },
  ];
}
