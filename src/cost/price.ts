import type { Dimension } from '../base/index.ts';
import type { Totals } from './estimate.ts';

/** What a figure of a priced design is called, and how to read it. */
export interface Price {
  readonly name: keyof Totals;
  /** SI unit; `1` for shares. */
  readonly unit: string;
  /** What it may be written in; a plain number where absent. */
  readonly dimension?: Dimension;
  /** As people read it, without unit. */
  readonly label: string;
  readonly better: 'lower' | 'higher';
}

const described: Readonly<Record<keyof Totals, Omit<Price, 'name'>>> = {
  energyPerDecision: { unit: 'J', dimension: 'energy', label: 'Energy a decision', better: 'lower' },
  energyPerSample: { unit: 'J', dimension: 'energy', label: 'Energy a sample', better: 'lower' },
  energyPerEffectiveSample: { unit: 'J', dimension: 'energy', label: 'Energy an independent sample', better: 'lower' },
  latency: { unit: 's', dimension: 'time', label: 'Latency', better: 'lower' },
  throughput: { unit: 'Hz', dimension: 'frequency', label: 'Decisions a second', better: 'higher' },
  area: { unit: 'm²', dimension: 'area', label: 'Area', better: 'lower' },
  power: { unit: 'W', dimension: 'power', label: 'Power', better: 'lower' },
  leakageShare: { unit: '1', label: 'Share of standby', better: 'lower' },
  gopsPerWatt: { unit: 'GOPS/W', label: 'Power efficiency', better: 'higher' },
  gopsPerMm2: { unit: 'GOPS/mm²', label: 'Area efficiency', better: 'higher' },
  gopsPerWattPerMm2: { unit: 'GOPS/W/mm²', label: 'Total efficiency', better: 'higher' },
  energyDelayArea: { unit: 'J·s·m²', label: 'Energy · delay · area', better: 'lower' },
};

/** Every price of a design, in the order of tables. */
export const prices: readonly Price[] = Object.entries(described).map(([name, price]) => ({
  name: name as keyof Totals,
  ...price,
}));
