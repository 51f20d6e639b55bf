import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import { encodeNpz, ndArray } from '../../src/data/index.ts';
import { keyOf } from '../../src/random/index.ts';
import {
  classPredicted,
  metricsDocument,
  metricsOf,
  parsePredictions,
  predictive,
} from '../../src/uncertainty/index.ts';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const parse = (value: unknown) => parsePredictions(bytes(value), 'p.json');

const probabilities = [
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
  [0.3, 0.3, 0.4],
  [0.25, 0.5, 0.25],
];
const labels = [0, 1, 0, 2];

describe('parsePredictions', () => {
  it('reads one or several samples', () => {
    expect(parse({ probabilities, labels })).toMatchObject({ samples: 1, count: 4, classes: 3 });
    const two = parse({ probabilities: [probabilities, probabilities], labels });
    expect(two).toMatchObject({ samples: 2, count: 4, classes: 3 });
    expect([...two.probabilities.slice(12, 15)]).toEqual(probabilities[0]);
    expect([...two.labels]).toEqual(labels);
  });

  it('takes the probability of the second of two classes, labels as columns and booleans', () => {
    const positive = [0.25, 0.5, 1, 0];
    const expected = parse({ probabilities: positive.map(p => [1 - p, p]), labels: [0, 1, 1, 0] });
    const yes = [false, true, true, false];
    for (const given of [positive, positive.map(p => [p])]) {
      expect(parse({ probabilities: given, labels: yes })).toEqual(expected);
      expect(parse({ probabilities: given, labels: yes.map(one => [one]) })).toEqual(expected);
    }
    const two = parse({ probabilities: [positive.map(p => [p]), positive.map(p => [p])], labels: yes });
    expect([two.samples, two.count, two.classes]).toEqual([2, 4, 2]);
    expect(two.probabilities.subarray(8)).toEqual(expected.probabilities);
    const file = encodeNpz({
      probabilities: ndArray([4], Float64Array.from(positive)),
      labels: { dtype: 'b1', shape: [4, 1], data: Uint8Array.of(0, 1, 1, 0) },
    });
    expect(parsePredictions(file, 'p.npz')).toEqual(expected);
    expect(() => parse({ probabilities: [0.5, 1.5], labels: [0, 1] })).toThrow(/must lie in 0…1/);
  });

  it('reads the same from NPZ', () => {
    const file = encodeNpz({
      probabilities: ndArray([1, 4, 3], Float64Array.from(probabilities.flat())),
      labels: ndArray([4], Int32Array.from(labels)),
    });
    expect(parsePredictions(file, 'p.npz')).toEqual(parse({ probabilities, labels }));
    const half = encodeNpz({ labels: ndArray([1], Int32Array.of(0)) });
    expect(() => parsePredictions(half, 'p.npz')).toThrow(
      "p.npz: has no 'probabilities'; it must hold 'probabilities' and 'labels', found 'labels'.",
    );
  });

  it.each([
    ['not JSON', '{"probabilities": [', /p\.json: is neither JSON nor an NPZ archive/],
    ['a list', [1], /must be an object/],
    ['no labels', { probabilities }, /has no 'labels'/],
    ['flat', { probabilities: [0.5, 0.5], labels }, /labels must be one per input, \[2\], got \[4\]/],
    ['too deep', { probabilities: [[[[1]]]], labels }, /nested more than three deep/],
    [
      'ragged',
      { probabilities: [[0.5, 0.5], [1]], labels: [0, 0] },
      /probabilities\[1\] must be a list of 2 like the first one, got 1/,
    ],
    ['text', { probabilities: [[0.5, 'x']], labels: [0] }, /probabilities\[0\]\[1\] must be a number, got "x"/],
    ['null', { probabilities: [[0.5, null]], labels: [0] }, /probabilities\[0\]\[1\] must be a number, got null/],
    ['empty', { probabilities: [], labels: [] }, /probabilities/],
    [
      'one class',
      { probabilities: [[1], [1]], labels },
      /at least one sample, one input and two classes, got \[2, 1\]/,
    ],
    ['logits', { probabilities: [[2, -1]], labels: [0] }, /must lie in 0…1, got 2 in row 0, class 0/],
    [
      'a sum',
      {
        probabilities: [
          [0.5, 0.5],
          [0.5, 0.45],
        ],
        labels: [0, 0],
      },
      /must sum to 1 within 0.001, got 0.95 in row 1/,
    ],
    ['few labels', { probabilities, labels: [0] }, /labels must be one per input, \[4\], got \[1\]/],
    ['labels out of range', { probabilities, labels: [0, 1, 3, 0] }, /labels\[2\] must be a class from 0 to 2, got 3/],
    ['labels from 1', { probabilities, labels: [-1, 1, 1, 0] }, /labels\[0\] must be a class from 0 to 2, got -1/],
    [
      'few names',
      { probabilities, labels, classNames: ['a', 'b'] },
      /classNames must be 3 different texts, one per class, got \["a","b"\]; name every class or leave it out/,
    ],
    ['names twice', { probabilities, labels, classNames: ['a', 'b', 'a'] }, /classNames must be 3 different/],
    ['numbers for names', { probabilities, labels, classNames: [1, 2, 3] }, /classNames must be 3 different texts/],
    ['fractions', { probabilities, labels: [0.5, 1, 1, 0] }, /got 0.5/],
  ])('refuses %s in one sentence', (_, value, message) => {
    expect(() => parse(value)).toThrow(InputError);
    expect(() => parse(value)).toThrow(message);
  });

  it('refuses NaN in NPZ', () => {
    const file = encodeNpz({
      probabilities: ndArray([1, 2], Float64Array.of(Number.NaN, 1)),
      labels: ndArray([1], Int32Array.of(0)),
    });
    expect(() => parsePredictions(file, 'p.npz')).toThrow('got NaN in row 0, class 0');
  });

  it('answers any bytes and any JSON with an InputError or a valid file', () => {
    const check = (data: Uint8Array) => {
      try {
        expect(parsePredictions(data, 'f').count).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check));
    const nested = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.double(),
        fc.constant(null),
        fc.string(),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    fc.assert(fc.property(nested, nested, (p, l) => check(bytes({ probabilities: p, labels: l }))));
  });
});

describe('metricsDocument', () => {
  it('holds the contract', () => {
    const document = JSON.parse(JSON.stringify(metricsDocument(keyOf(1), parse({ probabilities, labels }))));
    expect(document).toMatchObject({
      schema: 'posterohm/metrics/1',
      // Worked by hand: −(ln .7 + ln .8 + ln .3 + ln .25)/4, gaps of the bins .3 .2 .4 .5.
      accuracy: 0.5,
      nll: expect.closeTo(0.7925214151746922, 12),
      brier: expect.closeTo(0.45375, 12),
      ece: expect.closeTo(0.35, 12),
      mce: expect.closeTo(0.5, 12),
      mutualInformation: [0, 0, 0, 0],
    });
    expect(document.totalEntropy).toEqual(document.expectedEntropy);
    // Entropies of the two wrong decisions (1.0889, 1.0397) exceed those of the two right ones (.8018, .6390).
    expect(document.aurocError).toBe(1);
  });

  it('says how each class fares, under its name', () => {
    const document = metricsDocument(keyOf(1), parse({ probabilities, labels, classNames: ['N', 'V', 'S'] }));
    // Decided 0 1 2 1 where 0 1 0 2 is right.
    expect(document.confusion).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [0, 1, 0],
    ]);
    expect(document.byClass).toEqual([
      { name: 'N', labelled: 2, decided: 1, recall: 0.5, precision: 1, f1: expect.closeTo(2 / 3, 12) },
      { name: 'V', labelled: 1, decided: 2, recall: 1, precision: 0.5, f1: expect.closeTo(2 / 3, 12) },
      { name: 'S', labelled: 1, decided: 1, recall: 0, precision: 0, f1: 0 },
    ]);
    expect(document).toMatchObject({ baseRate: 0.5, balancedAccuracy: 0.5, 'recall:V': 1 });
    expect(document.eceFloor).toEqual(expect.any(Number));
    const unnamed = metricsDocument(keyOf(1), parse({ probabilities, labels }));
    expect(unnamed.byClass[2]!.name).toBe('2');
    expect(Object.keys(unnamed.intervals)).toContain('recall:2');
  });

  it('has intervals over inputs for all that is defined', () => {
    const document = metricsDocument(keyOf(1), parse({ probabilities, labels }));
    const { intervals } = document;
    const defined = Object.entries(document).filter(([name, value]) => name in intervals || Number.isNaN(value));
    const given = classPredicted(predictive(Float64Array.from(probabilities.flat()), 1, 4, 3), labels, undefined, [
      ...'012',
    ]);
    const known = metricsOf(given);
    expect(defined.map(([name]) => name)).toEqual(known.map(({ name }) => name));
    // Wilson's of two of four with t = stats.t.ppf(.975, 3) and s²/4 = 1/12.
    const t2 = 3.182446305284263 ** 2;
    expect(intervals.accuracy!.high).toBeCloseTo(0.5 + Math.sqrt((t2 / 3) * (0.25 + t2 / 12)) / (1 + t2 / 3), 7);
    // l = -log([.7, .8, .3, .25]); stats.t.interval(.95, 3, l.mean(), stats.sem(l))
    expect(intervals.nll!.high).toBeCloseTo(1.7276101488300657, 6);
    expect(intervals.nll!.low).toBe(0);
  });

  it('counts groups of inputs as what they are', () => {
    const twice = (list: readonly unknown[]) => [...list, ...list];
    const one = metricsDocument(keyOf(1), parse({ probabilities, labels }));
    const file = { probabilities: twice(probabilities), labels: twice(labels), groups: [4, 3, 2, 1, 4, 3, 2, 1] };
    const two = metricsDocument(keyOf(1), parse(file));
    expect([one.groups, two.groups, two.inputs]).toEqual([4, 4, 8]);
    expect(two.intervals.nll!.high).toBeCloseTo(one.intervals.nll!.high, 6);
    const npz = encodeNpz({
      probabilities: ndArray([8, 3], Float64Array.from(file.probabilities.flat(2) as number[])),
      labels: ndArray([8], Int32Array.from(file.labels as number[])),
      groups: ndArray([8], Int32Array.from(file.groups)),
    });
    expect(metricsDocument(keyOf(1), parsePredictions(npz, 'p.npz'))).toEqual(two);
    expect(() => parse({ probabilities, labels, groups: [1] })).toThrow('groups must be one per input, [4], got [1]');
  });

  it('writes an undefined detection as null', () => {
    const document = JSON.parse(
      JSON.stringify(metricsDocument(keyOf(1), parse({ probabilities: [[0.9, 0.1]], labels: [0] }))),
    );
    expect(document.aurocError).toBeNull();
  });
});
