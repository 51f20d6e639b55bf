import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { arrayMap } from '../../src/report/figures/array-map.ts';
import { conductanceScatter } from '../../src/report/figures/conductance-scatter.ts';
import { decisionMaps } from '../../src/report/figures/decision-maps.ts';
import type { Grid } from '../../src/report/figures/grid.ts';
import { isoline } from '../../src/report/figures/isoline.ts';
import { overTime } from '../../src/report/figures/over-time.ts';
import { reliabilityDiagram } from '../../src/report/figures/reliability-diagram.ts';
import { uncertaintyMaps } from '../../src/report/figures/uncertainty-maps.ts';
import { variantComparison } from '../../src/report/figures/variant-comparison.ts';
import { weightDistributions } from '../../src/report/figures/weight-distributions.ts';

const grid: Grid = { x: [0, 2], y: [0, 1], columns: 3, rows: 2, xTitle: 'a', yTitle: 'b' };

/** The first embedded image, [rows, columns, 3]. */
function image(svg: string) {
  const bytes = Uint8Array.from(atob(/base64,([^"]+)"/.exec(svg)![1]!), character => character.charCodeAt(0));
  const { width, height, data } = decode(bytes);
  return {
    width,
    height,
    pixel: (row: number, column: number) => [
      ...data.subarray(3 * (row * width + column), 3 * (row * width + column) + 3),
    ],
  };
}

describe('isoline', () => {
  it('follows a circle', () => {
    const n = 61;
    const at = (i: number) => (i % n) - 30;
    const distance = Array.from({ length: n * n }, (_, i) => 20 - Math.hypot(at(i), Math.floor(i / n) - 30));
    const segments = isoline(distance, n, n);
    let length = 0;
    for (const [x1, y1, x2, y2] of segments) {
      expect(Math.hypot(x1 - 30, y1 - 30)).toBeCloseTo(20, 1);
      length += Math.hypot(x2 - x1, y2 - y1);
    }
    expect(length / (2 * Math.PI * 20)).toBeCloseTo(1, 2);
  });

  it('joins a saddle by its mean and finds nothing where the sign is one', () => {
    expect(isoline([1, -1, -1, 1], 2, 2)).toHaveLength(2);
    // The mean is positive: the positive corners (0, 0) and (1, 1) are joined, and the lines cut off the other two.
    const sides = isoline([3, -1, -1, 3], 2, 2).map(([x1, y1, x2, y2]) => Math.sign((x1 + x2) / 2 - (y1 + y2) / 2));
    expect(sides.sort()).toEqual([-1, 1]);
    const opposite = isoline([1, -3, -3, 1], 2, 2).map(([x1, y1, x2, y2]) =>
      Math.sign((x1 + x2) / 2 + (y1 + y2) / 2 - 1),
    );
    expect(opposite.sort()).toEqual([-1, 1]);
    expect(isoline([1, 2, 3, 4], 2, 2)).toEqual([]);
  });
});

describe('maps', () => {
  it('show the first row at the bottom, undecided white, certain in the colour of the class', () => {
    const probabilities = [1, 0, 0.5, 0.5, 0, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const { width, height, pixel } = image(
      decisionMaps({ grid, classNames: ['u', 'v'], maps: [{ title: 't', probabilities }] }).svg,
    );
    expect([width, height]).toEqual([3, 2]);
    const [red, , blue] = pixel(1, 0) as [number, number, number];
    expect(blue).toBeGreaterThan(red);
    const [warm, , cold] = pixel(1, 2) as [number, number, number];
    expect(warm).toBeGreaterThan(cold);
    for (const value of pixel(0, 1)) expect(value).toBeGreaterThan(250);
  });

  it('share one colour scale from 0 between software and hardware', () => {
    const maps = [
      { title: 's', values: [0, 0, 0, 0, 0, 0.2] },
      { title: 'h', values: [0, 0, 0, 0, 0, 0.4] },
    ];
    const { svg } = uncertaintyMaps({ grid, quantities: [{ name: 'q', unit: 'nat', maps }] });
    const first = image(svg);
    const second = image(svg.slice(svg.indexOf('base64,') + 7));
    expect(first.pixel(1, 0)).toEqual(second.pixel(1, 0));
    const light = (rgb: number[]) => rgb[0]! + rgb[1]! + rgb[2]!;
    expect(light(first.pixel(0, 2))).toBeGreaterThan(light(second.pixel(0, 2)));
  });
});

describe('figures of little data', () => {
  const unknown = { mean: Number.NaN, low: Number.NaN, high: Number.NaN };
  const known = { mean: 1, low: 1, high: 1 };
  it.each([
    ['one time', () => overTime({ metric: 'm', series: [{ name: 'a', points: [{ time: 0, ...known }] }] })],
    [
      'an undefined metric',
      () =>
        overTime({
          metric: 'm',
          series: [
            {
              name: 'a',
              points: [
                { time: 1, ...unknown },
                { time: 2, ...known },
              ],
            },
          ],
        }),
    ],
    [
      'one variant',
      () =>
        variantComparison({
          variants: ['a'],
          metrics: [{ name: 'm', hardware: [unknown], software: [Number.NaN] }],
        }),
    ],
    [
      'no input',
      () =>
        reliabilityDiagram({
          series: [{ name: 'a', bins: [{ low: 0, high: 1, count: 0, confidence: 0, accuracy: 0 }] }],
        }),
    ],
    ['a constant weight', () => weightDistributions({ weights: [{ name: 'w', posterior: [1, 1], realised: [1] }] })],
    ['one exact cell', () => arrayMap({ rows: 1, columns: 1, conductance: [1e-6], target: [1e-6] })],
    [
      'an unused array',
      () => arrayMap({ rows: 1, columns: 2, conductance: [Number.NaN, Number.NaN], target: [Number.NaN, Number.NaN] }),
    ],
    ['no cell', () => conductanceScatter({ target: [], programmed: [] })],
    [
      'no uncertainty',
      () =>
        uncertaintyMaps({
          grid,
          quantities: [{ name: 'q', unit: 'nat', maps: [{ title: 's', values: new Float64Array(6) }] }],
        }),
    ],
    [
      'one decision',
      () =>
        decisionMaps({
          grid,
          classNames: ['u', 'v'],
          maps: [{ title: 't', probabilities: [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0] }],
        }),
    ],
  ])('draw %s without broken numbers', (_, draw) => {
    expect(draw().svg.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|Infinity|undefined/);
  });
});
