import { describe, expect, test } from 'vitest';
import { parallelPlaces, textOn } from '../../src/report/figures/parallel-axis.ts';
import { parallelFigure } from '../../src/report/figures/parallel-coordinates.ts';
import { bandOf, conditionsOf } from '../../studio/ui/axis-band.ts';

describe('a brush over an axis', () => {
  const energy = { name: 'energy', low: 1e-9, high: 1e-6, logarithmic: true };
  const nll = { name: 'nll', low: 0.2, high: 0.6 };

  test('asks for what is between its ends, and for nothing where they are those of the axis', () => {
    expect(conditionsOf(nll, [0.25, 0.5])).toEqual([
      { name: 'nll', least: 0.3 },
      { name: 'nll', most: 0.4 },
    ]);
    expect(conditionsOf(energy, [0, 1 / 3])).toEqual([{ name: 'energy', most: 1e-8 }]);
    expect(conditionsOf(nll, [0, 1])).toEqual([]);
  });

  test('stands where what is asked is, on its axis', () => {
    for (const axis of [energy, nll]) {
      const [from, to] = bandOf(axis, conditionsOf(axis, [0.2, 0.7]));
      expect(from).toBeCloseTo(0.2, 2);
      expect(to).toBeCloseTo(0.7, 2);
    }
    expect(bandOf(nll, [{ name: 'nll', most: 7 }])).toEqual([0, 1]);
    expect(bandOf(nll, [])).toEqual([0, 1]);
  });

  test('says its ends in the unit of the axis', () => {
    expect([
      textOn({ ...energy, unit: 'J' }, 3.66e-11),
      textOn(nll, 0.41449),
      textOn({ ...nll, unit: '1' }, 3),
    ]).toEqual(['36.6 pJ', '0.414', '3']);
  });

  test('lies over the axes that the figure draws', () => {
    const axes = [energy, nll, { name: 'device', values: ['a', 'b'] }];
    const { svg } = parallelFigure({ axes, lines: [{ values: [1e-9, 0.6, 'a'], front: true }] });
    const [width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg)!.slice(1).map(Number);
    const above = Number(/translate\(0,([\d.]+)\)/.exec(svg.slice(svg.indexOf('other designs')))![1]);
    const drawn = /d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/.exec(svg)!.slice(1).map(Number);
    const { top, bottom, x } = parallelPlaces(axes.length);
    const expected = [bottom, top, bottom].flatMap((place, i) => [x[i]! * width!, place * height! - above]);
    for (const [i, value] of drawn.entries()) expect(value).toBeCloseTo(expected[i]!, 1);
  });
});
