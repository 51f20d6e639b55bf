import { formatDuration } from '../../base/index.ts';
import type { Evaluation } from '../../pipeline/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import type { Section } from '../report.ts';
import type { Cell, Table } from '../table.ts';

/** Classes beyond this many have no table of what is decided for what. */
const mostClasses = 24;

/** What becomes of each class; none for regression. */
export function classesSection(evaluation: Evaluation): Section[] {
  const { outputs, software, hardware, deterministic, headlineTime } = evaluation;
  if (!hardware.confusion) return [];
  const over = evidenceWords(evaluation.evidence);
  const sides = [
    ['Hardware', hardware],
    ['Software', software],
    ['Deterministic, hardware', deterministic],
  ] as const;
  return [
    {
      title: 'Classes',
      text: [
        `Recall is the share of a class’s inputs that were decided so, precision the share of the inputs decided so that are of the class, F1 their harmonic mean. Chips are looked at ${formatDuration(headlineTime)} after programming; counts are means over them.`,
      ],
      tables: sides.flatMap(([title, side]): Table[] => {
        const table = side.confusion!;
        const total = (values: readonly number[]) => values.reduce((sum, count) => sum + count, 0);
        const decided = outputs.map((_, c) => total(table.map(row => row[c]!)));
        const shown = (['recall', 'precision', 'f1'] as const).map(
          kind =>
            [
              withInterval(kind === 'f1' ? 'F1' : kind, side === software ? over.software : over.chips),
              (name: string): Cell => side.metrics[`${kind}:${name}`],
            ] as const,
        );
        const matrix = outputs.length <= mostClasses ? outputs.map(name => `as ${name}`) : [];
        return [
          {
            title,
            columns: ['class', 'inputs', 'decided so', ...shown.map(([head]) => head)],
            rows: outputs.map((name, c) => [
              name,
              total(table[c]!),
              decided[c]!,
              ...shown.map(([, pick]) => pick(name)),
            ]),
          },
          ...(matrix.length > 0
            ? [
                {
                  title: `${title}: what was decided`,
                  columns: ['inputs of class', ...matrix],
                  rows: outputs.map((name, c): Cell[] => [name, ...table[c]!]),
                },
              ]
            : []),
        ];
      }),
    },
  ];
}
