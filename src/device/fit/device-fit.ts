import type { Key } from '../../random/index.ts';
import type { Device } from '../device.ts';
import type { DeviceFile } from '../file/schema.ts';
import type { Ageing } from './ageing.ts';
import type { ShapeName } from './distribution.ts';
import type { LevelEstimate } from './estimate.ts';
import type { Forecast } from './forecast.ts';
import type { Law } from './laws.ts';
import type { Terms } from './order.ts';
import type { ReadNoise } from './read-noise.ts';
import type { ReadSeries } from './read-series.ts';
import type { NormalityTest } from './statistics.ts';
import type { TreatedLevel } from './treatment.ts';

export interface FitOptions {
  /** Name of the new device; `fitted` by default. */
  readonly name?: string;
  /** Where the measurements come from, for errors and provenance. */
  readonly where?: string;
  /** The law of ageing; chosen from the data by default. */
  readonly law?: Law;
  /** t₁ or t₀ of a power law, s; from the data by default. */
  readonly startTime?: number;
  /** Bootstrap samples for the standard errors; 200 by default. */
  readonly bootstraps?: number;
  /** Largest order of the polynomials; 4 by default. */
  readonly mostOrder?: number;
  /** Distribution of programmed cells; chosen by tests of the levels by default. */
  readonly shape?: ShapeName;
  /** The procedure that wrote the cells, where nothing is known of a single step. */
  readonly procedure?: 'program-and-verify';
  /** What the cells went through before the reads. */
  readonly condition?: string;
  /** Successive reads of such cells, for read noise. */
  readonly reads?: ReadSeries;
  readonly key?: Key;
}

/** One fitted number; `unit` is empty for plain numbers. */
export interface FittedParameter {
  readonly name: string;
  readonly value: number;
  readonly standardError: number;
  readonly unit: string;
}

/** A level as measured and as the fitted curve has it, S. */
export interface FittedLevel extends LevelEstimate {
  readonly curveStd: number;
  readonly curveStdError: number;
  readonly normality: NormalityTest;
  /** Of the logarithms; absent where a conductance is 0. */
  readonly lognormality?: NormalityTest;
  /** Of the cells against the fitted device; absent for levels that its curves leave out. */
  readonly fitted?: NormalityTest;
  /** (value − mean)/spread of up to 400 cells. */
  readonly residuals: readonly number[];
}

export interface DeviceFit {
  /** The device file; write it with `deviceFileText`. */
  readonly file: DeviceFile;
  readonly device: Device;
  readonly parameters: readonly FittedParameter[];
  readonly levels: readonly FittedLevel[];
  readonly ageing: Ageing;
  /** Mean conductances beyond the last read; empty where all reads are at one time. */
  readonly forecasts: readonly Forecast[];
  /** Powers of g = target/high in the polynomial of the spread. */
  readonly spreadTerms: Terms;
  /** Distribution of programmed cells. */
  readonly shape: ShapeName;
  /** What the treatment made of every level, where there are readings before and after it. */
  readonly treated?: readonly TreatedLevel[];
  /** What successive reads say of noise. */
  readonly reads?: ReadNoise;
  /** Device-to-device and cycle-to-cycle spread could be told apart. */
  readonly separated: boolean;
  /** Log-likelihood of held-out cells, nats, for each order of the spread's polynomial, from 0. */
  readonly orderScores: readonly number[];
  /** What the data could not say, and what was assumed instead. */
  readonly notes: readonly string[];
}
