import { type Demand, demand } from '../base/index.ts';
import { keyOf } from '../random/index.ts';
import type { AnySampler, Told } from './sampler.ts';
import { faultOf, type Point, randomPoint, type Space, samePoint, spaceOf } from './space.ts';

const mixed = spaceOf([
  { kind: 'categorical', name: 'method', values: ['plain', 'tuned', 'exact'] },
  { kind: 'integer', name: 'copies', low: 1, high: 64, log: true },
  { kind: 'real', name: 'rate', low: 1e-3, high: 1, log: true, when: { variable: 'method', among: ['tuned'] } },
  { kind: 'ordered', name: 'array', values: [32, 64, 128, 256] },
  {
    kind: 'categorical',
    name: 'verify',
    values: [false, true],
    when: { variable: 'method', among: ['plain', 'tuned'] },
  },
  { kind: 'integer', name: 'pulses', low: 1, high: 9, when: { variable: 'verify', among: [true] } },
  { kind: 'real', name: 'limit', low: -1, high: 3 },
]);

const single = spaceOf([{ kind: 'ordered', name: 'only', values: [1] }]);

const enough = 14;

/** Smooth functions of what a point says, one a value. */
function valuesOf(point: Point, objectives: number): number[] {
  const {
    copies = 1,
    rate = 0.1,
    limit = 0,
    pulses = 0,
    array = 32,
    method,
  } = point as Record<string, number | string>;
  const x = [
    Math.log(+copies) / 4,
    Math.log10(+rate) / 3,
    +limit / 3,
    +pulses / 9,
    +array / 256,
    method === 'exact' ? 1 : 0,
  ];
  return Array.from({ length: objectives }, (_, j) =>
    x.reduce((sum, v, i) => sum + (v - (((i + 1) * (j + 2)) % 5) / 5) ** 2, 0),
  );
}

interface Played {
  readonly asked: readonly Point[];
  readonly told: readonly Told[];
  readonly state: unknown;
}

/** A study of one trial at a time. */
function play(
  sampler: AnySampler,
  space: Space,
  objectives: number,
  seed: number,
  change: (told: Told) => Told = t => t,
): Played {
  let state = sampler.init(space, sampler.schema.parse({}), objectives);
  const asked: Point[] = [];
  const told: Told[] = [];
  for (let number = 0; number < enough; number++) {
    const point = sampler.ask(keyOf(seed), state, number, []);
    const trial = change({
      number,
      point,
      values: valuesOf(point, objectives),
      constraints: [0.2 - valuesOf(point, 1)[0]!],
    });
    asked.push(point);
    told.push(trial);
    state = sampler.tell(state, trial);
  }
  return { asked, told, state };
}

function demandValid(space: Space, points: readonly Point[]): void {
  for (const point of points) {
    const fault = faultOf(space, point);
    demand(fault === undefined, `asked for ${JSON.stringify(point)}: ${fault}`);
  }
}

const same = (a: readonly Point[], b: readonly Point[]): boolean => a.every((point, i) => samePoint(point, b[i]!));

/** What every sampler must do, whatever it chooses by; a new one is run against it. */
export const samplerContract: readonly Demand<AnySampler>[] = [
  {
    name: 'fills its options from nothing',
    check: sampler => demand(sampler.schema.safeParse({}).success, 'an option has no default'),
  },
  {
    name: 'asks for points of the space, inactive variables left out, for one to three objectives',
    check(sampler) {
      for (const objectives of [1, 3]) demandValid(mixed, play(sampler, mixed, objectives, objectives).asked);
    },
  },
  {
    name: 'gives the same points when the same trials are told again, and others for another key',
    check(sampler) {
      const { asked } = play(sampler, mixed, 2, 5);
      demand(same(asked, play(sampler, mixed, 2, 5).asked), 'a replay asked for other points');
      demand(!same(asked, play(sampler, mixed, 2, 6).asked), 'another key gave the same points');
    },
  },
  {
    name: 'keeps all it knows in a state that can be cloned',
    check(sampler) {
      const { state } = play(sampler, mixed, 2, 7);
      const clone = structuredClone(state);
      const [a, b] = [state, clone].map(each => sampler.ask(keyOf(7), each, enough, []));
      demand(samePoint(a!, b!), 'a clone of the state asked for another point');
      const trial = { number: enough, point: a!, values: valuesOf(a!, 2), constraints: [0] };
      const [c, d] = [state, clone].map(each => sampler.ask(keyOf(7), sampler.tell(each, trial), enough + 1, []));
      demand(samePoint(c!, d!), 'a clone of the state learnt something else');
    },
  },
  {
    name: 'forgets what a trial said before it was told again',
    check(sampler) {
      const { told } = play(sampler, mixed, 2, 15);
      const trials = told.slice(0, enough >> 1);
      const init: unknown = sampler.init(mixed, sampler.schema.parse({}), 2);
      const stateOf = (tells: readonly Told[]) => tells.reduce((state, each) => sampler.tell(state, each), init);
      const early = trials.with(2, { ...trials[2]!, values: [-9, 9], blocks: 7 });
      const [a, b] = [trials, [...early, trials[2]!]].map(stateOf);
      for (let number = trials.length; number < 2 * enough; number++) {
        const [p, q] = [a, b].map(state => sampler.ask(keyOf(15), state, number, []));
        demand(samePoint(p!, q!), 'asked for another point');
      }
    },
  },
  {
    name: 'never changes a state',
    check(sampler) {
      const { state } = play(sampler, mixed, 2, 8);
      const before = JSON.stringify(state);
      const point = sampler.ask(keyOf(8), state, enough, [randomPoint(keyOf(1), mixed)]);
      sampler.tell(state, { number: enough, point, values: valuesOf(point, 2), constraints: [0] });
      demand(JSON.stringify(state) === before, 'asking or telling changed the state it was given');
    },
  },
  {
    name: 'asks for different points while trials are running',
    check(sampler) {
      const { state } = play(sampler, mixed, 2, 9);
      const running: Point[] = [];
      for (let i = 0; i < 4; i++) {
        const point = sampler.ask(keyOf(9), state, enough + i, running);
        demand(!running.some(other => samePoint(other, point)), 'asked for a point that is running');
        running.push(point);
      }
      demandValid(mixed, running);
    },
  },
  {
    name: 'bears trials that failed, that repeat a point and that no constraint allows',
    check(sampler) {
      const failing = play(sampler, mixed, 2, 10, told => ({
        ...told,
        values: told.number % 3 === 0 ? [Number.NaN, Number.NaN] : told.values,
      }));
      const hopeless = play(sampler, mixed, 2, 11, told => ({ ...told, constraints: [1 + told.number] }));
      const lost = play(sampler, mixed, 2, 12, told => ({ ...told, values: [Number.NaN, Number.NaN] }));
      const repeated = play(sampler, single, 2, 13);
      demandValid(mixed, [...failing.asked, ...hopeless.asked, ...lost.asked]);
      demandValid(single, repeated.asked);
    },
  },
  {
    name: 'bears standard errors and blocks',
    check: sampler =>
      demandValid(
        mixed,
        play(sampler, mixed, 2, 14, told => ({ ...told, errors: [0.05, 0.02, 0.01], blocks: 1 + (told.number % 3) }))
          .asked,
      ),
  },
];
