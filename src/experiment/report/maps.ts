import { decisionMaps, type Grid, metricsTable, type Section, uncertaintyMaps } from '../../report/index.ts';
import type { Evaluation } from '../evaluate.ts';
import { mapsOf } from '../judge.ts';
import type { Prediction } from '../predict.ts';
import type { Setting } from '../setting.ts';

/** Decision and uncertainty maps; none where the input is not a plane. */
export function mapsSection(setting: Setting, { preserved }: Evaluation, prediction: Prediction): Section[] {
  const points = prediction['grid/points']?.data as Float32Array | undefined;
  if (!points) return [];
  const { dataset } = setting;
  const side = Math.sqrt(points.length / 2);
  const last = points.length - 2;
  const grid: Grid = {
    x: [points[0]!, points[last]!],
    y: [points[1]!, points[last + 1]!],
    columns: side,
    rows: side,
    xTitle: dataset.inputNames[0]!,
    yTitle: dataset.inputNames[1]!,
  };
  const sides = [
    { title: 'software', maps: mapsOf(prediction, 'software') },
    { title: 'hardware', maps: mapsOf(prediction, 'hardware') },
    { title: 'deterministic', maps: mapsOf(prediction, 'deterministic') },
  ];
  const { inputs, labels, count } = dataset.train;
  const original = (axis: 0 | 1) =>
    Float64Array.from({ length: count }, (_, i) => {
      const value = inputs[2 * i + axis]!;
      return dataset.inputScale ? dataset.inputScale.mean[axis]! + dataset.inputScale.std[axis]! * value : value;
    });
  return [
    {
      title: 'Decisions and uncertainty over the input plane',
      tables: [
        {
          columns: ['Hardware against software, over the grid', 'mean over chips [95 % interval]'],
          rows: metricsTable([{ name: '', values: preserved.metrics }]).rows,
        },
      ],
      figures: [
        {
          svg: decisionMaps({
            grid,
            classNames: dataset.outputNames,
            maps: sides.slice(0, 2).map(({ title, maps }) => ({ title, probabilities: maps.mean })),
            points: { x: original(0), y: original(1), label: labels },
          }),
          caption:
            'Predicted class and its probability in software and on the first chip, with the training points. The boundaries should coincide.',
        },
        {
          svg: uncertaintyMaps({
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
          caption:
            'In software and on the first chip. Aleatoric uncertainty marks where the classes overlap, epistemic where there were no data. One weight vector has no epistemic uncertainty at all.',
        },
      ],
    },
  ];
}
