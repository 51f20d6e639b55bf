import { check, formatQuantity, insist, within } from '../base/index.ts';
import type { Schedule } from './architecture.ts';
import {
  type ArchitectureInput,
  type ArchitectureOptions,
  architectureOf,
  architectureSchema,
} from './architectures/index.ts';
import { control } from './components/index.ts';
import { addIdle, type Idle } from './idle.ts';
import { type Item, type Ledger, openLedger } from './ledger.ts';
import { type Technology, technology } from './technology.ts';
import { type FullWorkload, fullWorkload, macsOfDecision, type Workload } from './workload.ts';

/** A design with every component counted, before uncertainty. */
export interface Estimate {
  readonly options: ArchitectureOptions;
  readonly workload: FullWorkload;
  readonly technology: Technology;
  readonly items: readonly Item[];
  readonly schedule: Schedule;
  readonly idle: Idle;
  /** Operations of one decision: two per multiply-accumulate that it makes, or as the workload counts them. */
  readonly operations: number;
  /** s from input to result of one decision, waking up included; NaN where the speed is not known. */
  readonly latency: number;
  /** s between two samples of one input, where no others are read in between. */
  readonly pace: number;
  /** s between decisions at most speed. */
  readonly interval: number;
  /** s between decisions as they are asked for. */
  readonly period: number;
  /** s at work for one decision. */
  readonly busy: number;
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
  if (options.kind !== 'processor') addControl(ledger, options.control);
  const { latency, pace, interval } = timing(schedule, full);
  const { rate, deadline } = options;
  insist(rate === undefined || !(rate * interval > 1 + 1e-9), {
    path: ['architecture', 'rate'],
    rule: `must be at most the ${formatQuantity(1 / interval, 'Hz')} that the architecture reaches`,
    value: rate,
    hint: 'lower it, or leave it out for as many as can be',
  });
  insist(deadline === undefined || !(latency > deadline * (1 + 1e-9)), {
    path: ['architecture', 'deadline'],
    rule: `must be at least the ${formatQuantity(latency, 's')} that a decision takes`,
    value: deadline,
    hint: 'raise it or take a faster architecture',
  });
  const period = rate === undefined ? interval : 1 / rate;
  const busy = Math.min(latency, period);
  const idle: Idle = Number.isFinite(period)
    ? addIdle(ledger, full, schedule, options, { period, busy, latency })
    : { name: 'on', power: 0, time: 0 };
  return {
    options,
    workload: full,
    technology: process,
    items: ledger.items,
    schedule,
    idle,
    operations: full.operationsPerMac * macsOfDecision(full),
    latency: latency + idle.time,
    pace,
    interval,
    period,
    busy,
  };
}

/** Clock and control: a share of what is clocked. Memories have theirs within their area. */
function addControl(ledger: Ledger, share: number): void {
  if (share === 0) return;
  const clocked = ledger.items.filter(({ component }) => component.clocked);
  const sum = (of: (item: Item) => number) => clocked.reduce((total, item) => total + of(item), 0);
  const area = sum(item => (item.component.name.startsWith('sram') ? 0 : item.area));
  ledger.add(control, { energy: sum(({ energy }) => energy), area, share }, { instances: 1, uses: 1 });
}

/**
 * Latency and interval of a decision: a pipeline is filled once and then gives a sample per slowest layer, or per interval
 * at which cells may be read again where that is longer; generators need none. Between two samples of an input stand those of the others of its batch.
 * Layers that run once come before the first sample, in a pipeline while the decision before has its samples.
 */
function timing(
  { layers, rounds, pipelined }: Schedule,
  { entropy, readInterval, batch, inputPeriod, copies, samples, heldOnce }: FullWorkload,
): { latency: number; pace: number; interval: number } {
  const sum = (of: readonly number[]) => of.reduce((total, time) => total + time, 0);
  const once = layers.slice(0, heldOnce).map(({ time }) => samples * time);
  const times = layers.slice(heldOnce).map(({ time }) => time);
  const through = sum(times);
  const readAgain = entropy !== 'none' && entropy !== 'generator' && !(entropy === 'frozen' && copies >= samples);
  const apart = readAgain ? readInterval : 0;
  const pace = Math.max(pipelined ? Math.max(...times) : through, apart);
  const decision = pipelined ? Math.max(rounds * pace, ...once) : rounds * pace + sum(once);
  return {
    latency: sum(once) + through + (rounds - 1) * batch * pace,
    pace,
    interval: Math.max(decision, inputPeriod / batch),
  };
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
  /** s, waking up included. */
  readonly latency: number;
  /** Decisions a second that are possible. */
  readonly throughput: number;
  /** m². */
  readonly area: number;
  /** W at the rate that is asked for. */
  readonly power: number;
  /** Standby energy, at work and between decisions, as a share of all. */
  readonly leakageShare: number;
  readonly gopsPerWatt: number;
  /** GOPS per mm² at the rate that is asked for. */
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

/** Joules of standby in one decision, at work and between decisions. */
export function standbyOf({ items, busy, period, idle }: Estimate): number {
  if (Number.isNaN(period)) return 0;
  const working = items.reduce((total, item) => total + item.leakage, 0);
  return working * busy + idle.power * (period - busy);
}

/** What of a design its figures follow from, beside joules and square metres. */
export interface Summarised extends Pick<Estimate, 'operations' | 'latency' | 'interval' | 'period'> {
  readonly workload: Pick<FullWorkload, 'samples' | 'effectiveSamples'>;
}

/** The figures from joules of switching, m² and joules of standby. */
export function summary(design: Summarised, dynamic: number, area: number, standby: number): Totals {
  const { workload, operations, latency, interval, period } = design;
  const energy = dynamic + standby;
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
    power: energy / period,
    leakageShare: standby / energy,
    gopsPerWatt,
    gopsPerMm2: operations / period / 1e9 / mm2,
    gopsPerWattPerMm2: gopsPerWatt / mm2,
    energyDelayArea: energy * latency * known,
  };
}
