import type { Placement } from '../crossbar/index.ts';
import type { WeightRanges } from '../network/index.ts';
import {
  againstBase,
  type Corrected,
  type CorruptedEvaluation,
  type CrossedMetrics,
  copiesHeld,
  type Evaluation,
  type EvidenceCounts,
  labelOf,
  type OverSeeds,
  overSeeds,
  type PairedTests,
  placementOf,
  pricesOfSubject,
  type Subject,
  stages,
} from '../pipeline/index.ts';
import { compensations, planPlacement, type RefitCost } from '../transfer/index.ts';
import type { StageRecord } from './directory-store.ts';
import type { EvaluatedRun } from './evaluate-run.ts';

type Prices = Readonly<Record<string, number>> | string;

/** What a run found, in numbers: the document of `posterohm run --json`. */
export interface RunSummary {
  readonly name: string;
  readonly runDirectory: string;
  /** The time after programming that the figures are of, s. */
  readonly headlineTime: number;
  /** Times beyond the last read of the device, `from`, s. */
  readonly extrapolated?: Evaluation['extrapolated'];
  readonly task: 'classification' | 'regression';
  /** Names of the classes, or of the targets. */
  readonly outputs: readonly string[];
  /** What the intervals rest on. */
  readonly evidence: EvidenceCounts;
  /** Means with their 95 % intervals: of software over rows; of chips over chips, over rows, and over both. */
  readonly software: CrossedMetrics;
  readonly hardware: CrossedMetrics;
  readonly deterministic: CrossedMetrics;
  /** What of the software prediction survived, and whether over a grid of inputs, which is no sample, or over the test rows. */
  readonly preserved: CrossedMetrics;
  readonly preservedOver: Evaluation['preserved']['over'];
  /** Inputs by label (outer) and decision (inner) on hardware, mean over chips; absent for regression. */
  readonly confusion?: Evaluation['hardware']['confusion'];
  /** What hardware gains over deterministic, by headline metric: positive differences are in its favour. */
  readonly againstDeterministic: PairedTests;
  readonly chip: {
    readonly devices: number;
    readonly cells: number;
    readonly arrays: number;
    readonly rows: number;
    readonly columns: number;
    readonly copies: number;
    readonly utilisation: number;
    /** Which weights the cells hold, by layer, and those of the deterministic network's cells. */
    readonly ranges: WeightRanges;
    readonly deterministicRanges: WeightRanges;
    /** What products in bfloat16 put sums off by as a share of the device's noise; absent in single precision. */
    readonly bf16Error?: number;
  };
  /** How the read-out makes up for drift, and what one fit of it takes. */
  readonly compensation: { readonly name: string; readonly refit: RefitCost };
  /** Medians of the prices of one decision by name, SI units; or why there are none. */
  readonly prices: Prices;
  readonly chips: number;
  /** Which of them hold measured conductances; absent where all are simulated. */
  readonly measured?: readonly number[];
  /** Where those stand among the simulated ones, by headline metric. */
  readonly standing?: Evaluation['hardware']['standing'];
  /** After training, before and after correction, where the experiment asks for it: software, and means over chips. */
  readonly calibration?: {
    readonly software: Corrected['software'];
    readonly hardware: Pick<Corrected['hardware'], 'before' | 'after' | 'byTime'>;
  };
  readonly corruptions?: readonly CorruptedEvaluation[];
  /** Stages whose results were put in by hand, and those of another version that were kept. */
  readonly adopted?: readonly string[];
  readonly kept?: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
  readonly variants?: ReadonlyArray<VariantSummary>;
  /** Of the experiment and its variants those that differ in their seeds alone: means over seeds. */
  readonly seeds?: ReadonlyArray<OverSeeds & { readonly name: string }>;
}

/** A variant's figures, with what it kept of the base experiment's software prediction. */
export interface VariantSummary {
  readonly name: string;
  readonly runDirectory: string;
  /** The time after programming that its figures are of, s. */
  readonly headlineTime: number;
  readonly software: CrossedMetrics;
  readonly hardware: CrossedMetrics;
  readonly preserved: CrossedMetrics;
  /** Absent where the data are others than the base experiment's. */
  readonly preservedOfBase?: CrossedMetrics;
  /** Which weights its cells hold, by layer. */
  readonly ranges: WeightRanges;
  readonly prices: Prices;
  readonly againstDeterministic: PairedTests;
  readonly againstBaseDeterministic?: PairedTests;
  /** Against the base experiment, chip by chip, by metric: wins are chips on which the variant is better. */
  readonly againstBase: PairedTests;
}

/** Gathers the figures of a run that has been evaluated, and of its variants. */
export async function summarise({ run, evaluated, variants }: EvaluatedRun): Promise<RunSummary> {
  const { subject, directory } = run;
  const { evaluation } = evaluated;
  const { placement, copies } = await chipFacts(subject);
  const { rows, columns } = placement.geometry;
  const { bf16Error } = evaluation.hardware;
  const { calibration } = evaluation;
  const { adopted } = subject.own.account;
  const records = await directory.records();
  const seeds = overSeeds([
    { name: subject.experiment.name, subject, evaluation },
    ...variants.map(({ name, run, evaluated }) => ({ name, subject: run.subject, evaluation: evaluated.evaluation })),
  ]);
  const kept = records.filter(record => record.kept).map(({ stage, at }) => labelOf(stage, at));
  return {
    name: subject.experiment.name,
    runDirectory: directory.path,
    headlineTime: evaluation.headlineTime,
    ...(evaluation.extrapolated && { extrapolated: evaluation.extrapolated }),
    task: evaluation.task,
    outputs: evaluation.outputs,
    evidence: evaluation.evidence,
    software: evaluation.software.metrics,
    hardware: evaluation.hardware.metrics,
    deterministic: evaluation.deterministic.metrics,
    preserved: evaluation.preserved.metrics,
    preservedOver: evaluation.preserved.over,
    ...(evaluation.hardware.confusion && { confusion: evaluation.hardware.confusion }),
    againstDeterministic: evaluation.againstDeterministic,
    chip: {
      devices: placement.devices,
      cells: placement.cells,
      arrays: placement.arrays,
      rows,
      columns,
      copies,
      utilisation: placement.utilisation,
      ranges: evaluation.hardware.ranges,
      deterministicRanges: evaluation.deterministic.ranges,
      ...(bf16Error === undefined ? {} : { bf16Error }),
    },
    compensation: {
      name: subject.design.hardware.compensation,
      refit: compensations[subject.design.hardware.compensation].cost(await subject.own.get('plan')),
    },
    prices: await pricesOfSubject(subject),
    chips: evaluation.hardware.chips.length,
    ...(evaluation.hardware.measured && { measured: evaluation.hardware.measured }),
    ...(evaluation.hardware.standing && { standing: evaluation.hardware.standing }),
    ...(calibration && {
      calibration: {
        software: calibration.software,
        hardware: {
          before: calibration.hardware.before,
          after: calibration.hardware.after,
          byTime: calibration.hardware.byTime,
        },
      },
    }),
    ...(evaluation.corruptions && { corruptions: evaluation.corruptions }),
    ...(adopted.length > 0 && { adopted }),
    ...(kept.length > 0 && { kept }),
    seconds: secondsOf(records),
    ...(variants.length > 0 && {
      variants: await Promise.all(
        variants.map(async ({ name, run, evaluated: variant }) => ({
          name,
          runDirectory: run.directory.path,
          ...summaryOfVariant(variant.evaluation),
          prices: await pricesOfSubject(run.subject),
          againstBase: againstBase(evaluated, variant),
        })),
      ),
    }),
    ...(seeds.length > 0 && { seeds }),
  };
}

/** What a chip is, without its cells; a plan that was put in by hand has its own. */
async function chipFacts({
  own,
  design,
  network,
}: Subject): Promise<{ readonly placement: Placement; readonly copies: number }> {
  await own.names(stages.plan, {});
  if (own.account.adopted.includes(stages.plan.name)) {
    const plan = await own.get('plan');
    return { placement: planPlacement(plan), copies: plan.copies };
  }
  return { placement: placementOf(design, network.matrices), copies: copiesHeld(design) };
}

function summaryOfVariant(
  variant: Evaluation,
): Omit<VariantSummary, 'name' | 'runDirectory' | 'prices' | 'againstBase'> {
  const { software, hardware, preserved, preservedOfBase, againstDeterministic, againstBaseDeterministic } = variant;
  return {
    headlineTime: variant.headlineTime,
    software: software.metrics,
    hardware: hardware.metrics,
    preserved: preserved.metrics,
    ...(preservedOfBase && { preservedOfBase: preservedOfBase.metrics }),
    ranges: hardware.ranges,
    againstDeterministic,
    ...(againstBaseDeterministic && { againstBaseDeterministic }),
  };
}

/** Seconds that each stage took when it was computed, chips together. */
function secondsOf(records: readonly StageRecord[]): Record<string, number> {
  const seconds: Record<string, number> = {};
  for (const { stage, seconds: own } of records) seconds[stage] = (seconds[stage] ?? 0) + own;
  return seconds;
}
