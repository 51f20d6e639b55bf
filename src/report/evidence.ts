import type { EvidenceCounts } from '../pipeline/index.ts';

/** What intervals of an evaluation run over, in words. */
export interface EvidenceWords {
  /** Of chips, such as `chips and rows`; empty where nothing is there twice. */
  readonly chips: string;
  /** Of software, which has no chips. */
  readonly software: string;
  /** A sentence about the intervals in brackets. */
  readonly note: string;
}

/** Says what stands in brackets. */
export function evidenceWords({ chips, rows, groups }: EvidenceCounts): EvidenceWords {
  const overChips = chips > 1 ? 'chips' : '';
  const overRows = (groups ?? rows) > 1 ? (groups === undefined ? 'rows' : 'groups of rows') : '';
  const tested = `${counted(rows, 'test row')}${groups === undefined ? '' : ` in ${counted(groups, 'group')}`}`;
  const others = [
    ...(overChips ? [`other chips been made than these ${chips}`] : []),
    ...(overRows ? [`other rows been asked than these ${tested}`] : []),
  ];
  return {
    chips: [overChips, overRows].filter(Boolean).join(' and '),
    software: overRows,
    note: [
      ...(others.length > 0 ? [`Brackets are 95 % intervals of the mean, had ${others.join(' and ')}.`] : []),
      ...(overChips ? [] : ['One chip says nothing of others.']),
      ...(overRows ? [] : [`The ${tested} count as one and say nothing of others.`]),
    ].join(' '),
  };
}

const counted = (count: number, name: string): string =>
  `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`;

/** The head of a column with intervals: `hardware [95 %: chips and rows]`. */
export const withInterval = (name: string, over: string): string => (over === '' ? name : `${name} [95 %: ${over}]`);
