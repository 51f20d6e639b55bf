import { type Estimate, type Factors, leakage, scaling, standbyOf, summary, type Totals } from './estimate.ts';

/** What one component adds to a design. */
export type BillItem = {
  /** Name of the constant that its figures are multiplied with: that of the component. */
  readonly name: string;
  readonly title: string;
  /** J a decision, without standby, and m². */
  readonly energy: number;
  readonly area: number;
  /** Geometric standard deviations of both. */
  readonly spread: { readonly energy: number; readonly area: number };
  /** Whether the constant of the scaling between nodes multiplies them too. */
  readonly scaled: boolean;
};

/** All that the prices of a design follow from, whatever the uncertain constants are: plain data. */
export type Bill = {
  readonly items: readonly BillItem[];
  /** J of standby a decision. */
  readonly standby: number;
  readonly workload: Pick<Estimate['workload'], 'samples' | 'effectiveSamples'>;
  readonly operations: number;
  /** s; null where the speed is not known. */
  readonly latency: number | null;
  readonly interval: number | null;
  readonly period: number | null;
};

export function billOf(design: Estimate): Bill {
  const { items, workload, operations, latency, interval, period } = design;
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    items: items.map(({ component, energy, area }) => ({
      name: component.name,
      title: component.title,
      energy,
      area,
      spread: component.spread,
      scaled: component.scaled !== false,
    })),
    standby: standbyOf(design),
    workload: { samples: workload.samples, effectiveSamples: workload.effectiveSamples },
    operations,
    latency: known(latency),
    interval: known(interval),
    period: known(period),
  };
}

/** An uncertain constant that prices hang on: a factor of median 1, log-normal with this geometric standard deviation. */
export interface PriceConstant {
  readonly name: string;
  readonly of: 'energy' | 'area';
  readonly title: string;
  readonly spread: number;
}

/** Every constant that the prices of some designs hang on, each once. */
export function constantsOf(bills: readonly Bill[]): PriceConstant[] {
  const found = new Map<string, PriceConstant>();
  const add = (constant: PriceConstant) => {
    if (constant.spread > 1) found.set(`${constant.name} ${constant.of}`, constant);
  };
  for (const { items, standby } of bills) {
    for (const { name, title, energy, area, spread } of items) {
      if (energy > 0) add({ name, of: 'energy', title: `energy of ${title}`, spread: spread.energy });
      if (area > 0) add({ name, of: 'area', title: `area of ${title}`, spread: spread.area });
    }
    if (standby > 0) add({ name: leakage.name, of: 'energy', title: 'standby power', spread: leakage.energy });
    if (items.some(({ scaled }) => scaled)) {
      add({ name: scaling.name, of: 'energy', title: 'energy scaling between nodes', spread: scaling.energy });
      add({ name: scaling.name, of: 'area', title: 'area scaling between nodes', spread: scaling.area });
    }
  }
  return [...found.values()];
}

/** Sums a bill up with its constants at their medians, or multiplied by factors; a figure that is not known is NaN. */
export function totalsOfBill({ items, standby, ...rest }: Bill, factors?: Factors): Totals {
  let dynamic = 0;
  let area = 0;
  const common = factors?.(scaling.name);
  for (const item of items) {
    const factor = factors?.(item.name);
    dynamic += item.energy * (factor?.energy ?? 1) * (item.scaled ? (common?.energy ?? 1) : 1);
    area += item.area * (factor?.area ?? 1) * (item.scaled ? (common?.area ?? 1) : 1);
  }
  return summary(timesOf(rest), dynamic, area, standby * (factors?.(leakage.name).energy ?? 1));
}

/** What a summary needs of a bill. */
export const timesOf = ({ latency, interval, period, ...rest }: Omit<Bill, 'items' | 'standby'>) => ({
  ...rest,
  latency: latency ?? Number.NaN,
  interval: interval ?? Number.NaN,
  period: period ?? Number.NaN,
});

/** Sums a design up, as its bill is. */
export const totalsOf = (design: Estimate, factors?: Factors): Totals => totalsOfBill(billOf(design), factors);
