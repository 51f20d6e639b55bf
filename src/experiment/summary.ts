import type { Interval, PairedTest } from '../uncertainty/index.ts';
import type { Calibrated } from './calibrate.ts';
import { againstBase } from './compare.ts';
import type { CorruptedEvaluation } from './corrupt.ts';
import type { Evaluation } from './evaluate.ts';
import type { Metrics } from './judge.ts';
import type { Run } from './run.ts';

type Intervals = Readonly<Record<string, Interval>>;

/** What a run found, in numbers: the document of `posterohm run --json`. */
export interface RunSummary {
  readonly name: string;
  readonly runDirectory: string;
  readonly task: 'classification' | 'regression';
  readonly software: Metrics;
  readonly hardware: Intervals;
  readonly deterministic: Intervals;
  readonly preserved: Intervals;
  readonly chip: {
    readonly devices: number;
    readonly cells: number;
    readonly arrays: number;
    readonly rows: number;
    readonly columns: number;
    readonly copies: number;
    readonly utilisation: number;
    readonly limit: number;
    /** What products in bfloat16 put sums off by as a share of the device's noise; absent in single precision. */
    readonly bf16Error?: number;
  };
  readonly chips: number;
  /** Which of them hold measured conductances; absent where all are simulated. */
  readonly measured?: readonly number[];
  /** After training, before and after correction, where the experiment asks for it: software, and means over chips. */
  readonly calibration?: {
    readonly software: Calibrated['software'];
    readonly hardware: Pick<Calibrated['hardware'], 'before' | 'after'>;
  };
  readonly corruptions?: readonly CorruptedEvaluation[];
  readonly seconds: Readonly<Record<string, number>>;
  readonly variants?: ReadonlyArray<VariantSummary>;
}

/** A variant's figures, with what it kept of the base experiment's software prediction. */
export interface VariantSummary {
  readonly name: string;
  readonly software: Metrics;
  readonly hardware: Intervals;
  readonly preserved: Intervals;
  readonly preservedOfBase: Intervals;
  readonly againstDeterministic: Evaluation['againstDeterministic'];
  readonly againstBaseDeterministic: Evaluation['againstBaseDeterministic'];
  /** Against the base experiment, chip by chip, by metric: wins are chips on which the variant is better. */
  readonly againstBase: Readonly<Record<string, PairedTest>>;
}

/** Gathers the figures of a run, computing what is missing. */
export async function summarise(run: Run, variants: ReadonlyArray<readonly [string, Run]> = []): Promise<RunSummary> {
  const evaluation = await run.evaluation();
  const { plan } = (await run.transferred()).hardware;
  const { rows, columns } = plan.placement.geometry;
  const { bf16Error } = evaluation.hardware;
  const { calibration } = evaluation;
  const found: VariantSummary[] = [];
  for (const [name, variant] of variants) {
    const judged = await variant.evaluation();
    const { software, hardware, preserved, preservedOfBase, againstDeterministic, againstBaseDeterministic } = judged;
    found.push({
      name,
      software: software.metrics,
      hardware: hardware.metrics,
      preserved: preserved.metrics,
      preservedOfBase: preservedOfBase!.metrics,
      againstDeterministic,
      againstBaseDeterministic,
      againstBase: againstBase(evaluation, judged),
    });
  }
  return {
    name: run.setting.experiment.name,
    runDirectory: run.directory.path,
    task: evaluation.task,
    software: evaluation.software.metrics,
    hardware: evaluation.hardware.metrics,
    deterministic: evaluation.deterministic.metrics,
    preserved: evaluation.preserved.metrics,
    chip: {
      devices: plan.placement.devices,
      cells: plan.placement.cells,
      arrays: plan.placement.arrays,
      rows,
      columns,
      copies: plan.copies,
      utilisation: plan.placement.utilisation,
      limit: plan.limit,
      ...(bf16Error === undefined ? {} : { bf16Error }),
    },
    chips: evaluation.hardware.chips.length,
    ...(evaluation.hardware.measured && { measured: evaluation.hardware.measured }),
    ...(calibration && {
      calibration: {
        software: calibration.software,
        hardware: { before: calibration.hardware.before, after: calibration.hardware.after },
      },
    }),
    ...(evaluation.corruptions && { corruptions: evaluation.corruptions }),
    seconds: await run.seconds(),
    ...(found.length > 0 ? { variants: found } : {}),
  };
}
