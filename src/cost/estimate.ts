import { check, within } from '../base/index.ts';
import type { LayerSchedule, Schedule } from './architecture.ts';
import {
  type ArchitectureInput,
  type ArchitectureOptions,
  architectureOf,
  architectureSchema,
} from './architectures/index.ts';
import { control } from './components/index.ts';
import { type Item, openLedger } from './ledger.ts';
import { type Technology, technology } from './technology.ts';
import { type FullWorkload, fullWorkload, macsOf, type Workload } from './workload.ts';

/** A design with every component counted, before uncertainty. */
export interface Estimate {
  readonly options: ArchitectureOptions;
  readonly workload: FullWorkload;
  readonly technology: Technology;
  readonly items: readonly Item[];
  readonly schedule: Schedule;
  /** Operations of one decision: two per multiply-accumulate and sample. */
  readonly operations: number;
  /** s from input to result of one decision; NaN where the speed is not known. */
  readonly latency: number;
  /** s between decisions. */
  readonly interval: number;
}

/** Fills an architecture's defaults and checks it. */
export const architectureOptions = (options: ArchitectureInput): ArchitectureOptions =>
  within(['architecture'], () => check(architectureSchema, options));

/** Prices a workload on an architecture whose defaults are filled. Microseconds, nothing random. */
export function estimate(workload: Workload, options: ArchitectureOptions): Estimate {
  const full = fullWorkload(workload);
  const process = technology(options);
  const ledger = openLedger(process, full.layers.length);
  const schedule = architectureOf(options.kind).build(ledger, full, options);
  if (options.kind !== 'processor' && options.control > 0) {
    const arrays = ledger.items.filter(
      ({ component }) => component.name.endsWith('-array') || component.name.startsWith('sram'),
    );
    const periphery = ledger.area() - arrays.reduce((total, { area }) => total + area, 0);
    ledger.add(
      control,
      { energy: ledger.energy(), area: periphery, share: options.control },
      { instances: 1, uses: 1 },
    );
  }
  const { latency, interval } = timing(schedule);
  return {
    options,
    workload: full,
    technology: process,
    items: ledger.items,
    schedule,
    operations: 2 * full.samples * macsOf(full.layers),
    latency,
    interval,
  };
}

/** Latency and interval of a decision: a pipeline is filled once and then gives a sample per slowest layer. */
function timing({ layers, rounds, pipelined }: Schedule): { latency: number; interval: number } {
  const times = layers.map(({ time }: LayerSchedule) => time);
  const through = times.reduce((total, time) => total + time, 0);
  const slowest = Math.max(...times);
  if (!pipelined) return { latency: rounds * through, interval: rounds * through };
  return { latency: through + (rounds - 1) * slowest, interval: rounds * slowest };
}

/** What each component's figures are multiplied with; by component name, 'scaling' and 'leakage'. */
export type Factors = (name: string) => { readonly energy: number; readonly area: number };

/** Name of the factor that all figures carried over from another node share, and its spreads (assumption). */
export const scaling = { name: 'technology-scaling', energy: 1.2, area: 1.15 } as const;
/** Name of the factor of all standby power, and its spread (assumption). */
export const leakage = { name: 'leakage', energy: 3 } as const;

/** The figures of a design; NaN where the architecture does not know (area and speed of a processor). */
export interface Totals {
  /** J. */
  readonly energyPerDecision: number;
  /** J per Monte-Carlo sample. */
  readonly energyPerSample: number;
  /** J per sample's worth of independent information. */
  readonly energyPerEffectiveSample: number;
  /** s. */
  readonly latency: number;
  /** Decisions a second. */
  readonly throughput: number;
  /** m². */
  readonly area: number;
  /** W at full throughput. */
  readonly power: number;
  /** Standby energy as a share of all. */
  readonly leakageShare: number;
  readonly gopsPerWatt: number;
  /** GOPS per mm². */
  readonly gopsPerMm2: number;
  /** GOPS per watt and mm². */
  readonly gopsPerWattPerMm2: number;
  /** Energy · delay · area, J·s·m². */
  readonly energyDelayArea: number;
}

export const totalNames = [
  'energyPerDecision',
  'energyPerSample',
  'energyPerEffectiveSample',
  'latency',
  'throughput',
  'area',
  'power',
  'leakageShare',
  'gopsPerWatt',
  'gopsPerMm2',
  'gopsPerWattPerMm2',
  'energyDelayArea',
] as const satisfies readonly (keyof Totals)[];

/** Sums a design up, with its components' figures as they are or multiplied by factors. */
export function totalsOf(design: Estimate, factors?: Factors): Totals {
  let dynamic = 0;
  let area = 0;
  let standby = 0;
  const common = factors?.(scaling.name);
  for (const item of design.items) {
    const factor = factors?.(item.component.name);
    const scaled = item.component.scaled !== false;
    dynamic += item.energy * (factor?.energy ?? 1) * (scaled ? (common?.energy ?? 1) : 1);
    area += item.area * (factor?.area ?? 1) * (scaled ? (common?.area ?? 1) : 1);
    standby += item.leakage;
  }
  standby *= factors?.(leakage.name).energy ?? 1;
  return summary(design, dynamic, area, standby);
}

/** The figures from joules of switching, m² and watts of standby. */
export function summary(design: Estimate, dynamic: number, area: number, standby: number): Totals {
  const { workload, operations, latency, interval } = design;
  const idle = Number.isNaN(interval) ? 0 : standby * interval;
  const energy = dynamic + idle;
  const known = area > 0 ? area : Number.NaN;
  const gopsPerWatt = operations / energy / 1e9;
  const mm2 = known * 1e6;
  return {
    energyPerDecision: energy,
    energyPerSample: energy / workload.samples,
    energyPerEffectiveSample: energy / workload.effectiveSamples,
    latency,
    throughput: 1 / interval,
    area: known,
    power: energy / interval,
    leakageShare: idle / energy,
    gopsPerWatt,
    gopsPerMm2: operations / interval / 1e9 / mm2,
    gopsPerWattPerMm2: gopsPerWatt / mm2,
    energyDelayArea: energy * latency * known,
  };
}
