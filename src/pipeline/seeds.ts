import { canonical } from '../base/index.ts';
import { type Interval, intervals } from '../uncertainty/index.ts';
import type { CrossedMetrics, Evaluation } from './evaluation-record.ts';
import type { Subject } from './subject.ts';

type Intervals = Readonly<Record<string, Interval>>;

/** One experiment under several seeds: everything is drawn anew, training and chips, and of the data what the seed decides. */
export interface OverSeeds {
  readonly seeds: readonly number[];
  /** Means over seeds of each seed's mean over chips, with the 95 % interval of Student's t. */
  readonly software: Intervals;
  readonly hardware: Intervals;
  readonly deterministic: Intervals;
}

/** An experiment or a variant of it, with its evaluation. */
interface Repeated {
  readonly name: string;
  readonly subject: Pick<Subject, 'experiment'>;
  readonly evaluation: Pick<Evaluation, 'software' | 'hardware' | 'deterministic'>;
}

/** The experiments among these that differ in their seeds alone, under the name of the first of each. */
export function overSeeds(all: readonly Repeated[]): Array<OverSeeds & { readonly name: string }> {
  const alike = new Map<string, Repeated[]>();
  for (const one of all) {
    const { seed: _seed, name: _name, title: _title, variants: _variants, ...rest } = one.subject.experiment;
    const same = alike.get(canonical(rest)) ?? [];
    alike.set(canonical(rest), [...same, one]);
  }
  return [...alike.values()].flatMap(same => {
    const bySeed = [...new Map(same.map(one => [one.subject.experiment.seed, one])).entries()];
    if (bySeed.length < 2) return [];
    const of = (pick: (one: Repeated) => CrossedMetrics): Intervals =>
      intervals(
        bySeed.map(([, one]) =>
          Object.fromEntries(Object.entries(pick(one)).map(([name, { mean }]) => [name, mean] as const)),
        ),
      );
    return [
      {
        name: same[0]!.name,
        seeds: bySeed.map(([seed]) => seed),
        software: of(one => one.evaluation.software.metrics),
        hardware: of(one => one.evaluation.hardware.metrics),
        deterministic: of(one => one.evaluation.deterministic.metrics),
      },
    ];
  });
}
