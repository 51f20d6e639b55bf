import type { Dataset } from '../data/index.ts';
import { fold } from '../random/index.ts';
import { type Confusion, crossedRecords, interval, type Judged } from '../uncertainty/index.ts';
import type { Assessment } from './assessment.ts';
import { type CorrectionKind, conformalCoverage, correctionRows } from './correction.ts';
import { corruptionsWanted } from './corruptions.ts';
import type {
  AgeingEvaluation,
  ConfusionTable,
  Corrected,
  CorrectedSide,
  CorruptedEvaluation,
  CrossedMetrics,
  Preserved,
  SideEvaluation,
  SoftwareEvaluation,
} from './evaluation-record.ts';
import { judgeKept, rowsAsEvidence } from './judging.ts';
import { questionKey } from './measure-chips.ts';
import type { Measurement } from './measurement.ts';
import type { Pipeline } from './pipeline.ts';
import { pooledCurves } from './pooled-curves.ts';
import type { Parts } from './predicted.ts';
import { rangesOf } from './ranges-of.ts';
import { standingOf } from './standing.ts';
import type { Subject } from './subject.ts';

/** Crosses what chips say that have answered the same test rows. */
type Cross = (chips: readonly Judged[]) => CrossedMetrics;

export const crossOf =
  ({ data }: Subject): Cross =>
  chips =>
    crossedRecords(chips, data.task);

/** The metrics of one prediction with what they owe to rows. */
export const judgedIn = ({ metrics, evidence }: Assessment): Judged => ({ values: metrics, evidence: evidence! });

export const softwareSideOf = (cross: Cross, software: Assessment): SoftwareEvaluation => ({
  metrics: cross([judgedIn(software)]),
  curves: pooledCurves([software.curves!]),
  ...(software.confusion && { confusion: tableOf([software.confusion]) }),
});

export async function sideOf(
  { times, headlineTime }: Subject,
  cross: Cross,
  pipeline: Pipeline,
  measured: readonly Measurement[][],
): Promise<SideEvaluation> {
  const headline = times.indexOf(headlineTime);
  const byTime = times.map((time, t) => ({ time, metrics: cross(measured.map(chip => judgedIn(chip[t]!))) }));
  const chips = measured.map(chip => chip[headline]!);
  const share = (count: number, of: number) => (of > 0 ? count / of : 0);
  const shares = chips.map(({ events }) => events.saturation);
  const confusions = chips.flatMap(({ confusion }) => confusion ?? []);
  const real = chips.flatMap((chip, i) => (chip.measured ? [i] : []));
  const { bf16Error } = await pipeline.get('converters');
  const standing = standingOf(
    chips.map(({ metrics }) => metrics),
    real,
  );
  return {
    metrics: byTime[headline]!.metrics,
    byTime,
    chips: chips.map(({ metrics }) => metrics),
    ...(real.length > 0 && { measured: real }),
    ...(standing.length > 0 && { standing }),
    curves: pooledCurves(chips.map(({ curves }) => curves!)),
    ...(confusions.length > 0 && { confusion: tableOf(confusions) }),
    saturation: {
      inputs: interval(shares.map(({ inputs, inputsOf }) => share(inputs, inputsOf))),
      outputs: interval(shares.map(({ outputs, outputsOf }) => share(outputs, outputsOf))),
    },
    ranges: await rangesOf(pipeline),
    ...(bf16Error !== undefined && { bf16Error }),
  };
}

/** Mean counts, a row for each label. */
function tableOf(confusions: readonly Confusion[]): ConfusionTable {
  const { classes } = confusions[0]!;
  const mean = (at: number) => confusions.reduce((sum, { counts }) => sum + counts[at]!, 0) / confusions.length;
  return Array.from({ length: classes }, (_, c) => Array.from({ length: classes }, (_, d) => mean(c * classes + d)));
}

/** What of a software prediction survived on chips: a grid is no sample of rows, so intervals over it are over chips alone. */
export function survived(
  { root, data }: Subject,
  cross: Cross,
  software: Assessment,
  chips: readonly Measurement[],
): Preserved {
  const over = software.map && chips[0]!.map ? 'grid' : 'test';
  const partsOf = (one: Assessment): Parts => (over === 'grid' ? one.map! : one.parts!);
  const rows = over === 'test' ? rowsAsEvidence(questionKey(root), data.test) : undefined;
  const kept = chips.map(chip => judgeKept(partsOf(software), partsOf(chip), rows));
  return { over, metrics: cross(kept), chips: kept.map(({ values }) => values) };
}

/** `sides` by chip and time. */
/** What of software survives on chips at each time, and their metrics under each corruption. */
export function ageingOf(
  subject: Subject,
  cross: Cross,
  software: Assessment,
  chips: readonly Measurement[][],
): AgeingEvaluation[] {
  return subject.times.map((time, t) => {
    const at = chips.map(chip => chip[t]!);
    const corruptions = corruptionsWanted(subject.experiment).map(({ name, strength }, i) => ({
      corruption: name,
      strength,
      metrics: cross(at.map(({ corrupted }) => corrupted![i]!)),
    }));
    return {
      time,
      preserved: survived(subject, cross, software, at).metrics,
      ...(corruptions.length > 0 && { corruptions }),
    };
  });
}

export function correctedOf(
  { data, root, times, headlineTime }: Subject,
  cross: Cross,
  kind: CorrectionKind,
  software: Assessment,
  sides: Readonly<Record<'hardware' | 'deterministic', readonly Measurement[][]>>,
): Corrected {
  const headline = times.indexOf(headlineTime);
  const { fitted, scored } = correctionRows(fold(questionKey(root), 'correction'), data);
  const one = (measured: readonly Assessment[]): Omit<CorrectedSide, 'byTime'> => {
    const found = measured.map(({ corrected }) => corrected!);
    return {
      before: cross(found.map(({ before }) => before)),
      after: cross(found.map(({ after }) => after)),
      chips: found.map(({ before, after, correction }) => ({
        before: before.values,
        after: after.values,
        ...(correction && { correction }),
      })),
    };
  };
  const side = (measured: readonly Measurement[][]): CorrectedSide => {
    const at = (t: number) => measured.map(chip => chip[t]!);
    const byTime = times.map((time, t) => ({ time, after: cross(at(t).map(({ corrected }) => corrected!.after)) }));
    return { ...one(at(headline)), byTime: data.task === 'classification' ? byTime : [] };
  };
  const { before, after, chips } = one([software]);
  const { correction } = chips[0]!;
  return {
    kind,
    coverage: conformalCoverage,
    rows: { fitted: fitted.length, scored: scored.length },
    software: { before, after, ...(correction && { correction }) },
    hardware: side(sides.hardware),
    deterministic: side(sides.deterministic),
  };
}

export function corruptedOf(
  { experiment }: Subject,
  cross: Cross,
  software: Assessment,
  sides: Readonly<Record<'hardware' | 'deterministic', readonly Measurement[]>>,
): CorruptedEvaluation[] {
  return corruptionsWanted(experiment).map(({ name, strength }, i) => {
    const of = (all: readonly Assessment[]) => cross(all.map(({ corrupted }) => corrupted![i]!));
    return {
      corruption: name,
      strength,
      software: of([software]),
      hardware: of(sides.hardware),
      deterministic: of(sides.deterministic),
    };
  });
}

/** Chips, test rows and their groups. */
export function countsOf(chips: number, { test }: Dataset) {
  return { chips, rows: test.count, ...(test.groups && { groups: new Set(test.groups).size }) };
}
