import { describe, expect, it } from 'vitest';
import { breakEven, costOf, costPreset, equivalentSram, sensitivity, type Workload } from '../../src/cost/index.ts';
import { costSection } from '../../src/report/cost-section.ts';
import { areaTreemap } from '../../src/report/figures/area-treemap.ts';
import { costBars } from '../../src/report/figures/cost-bars.ts';
import { rooflineFigure } from '../../src/report/figures/roofline.ts';
import { tornado } from '../../src/report/figures/tornado.ts';
import { componentColours, lighter, quiet } from '../../src/report/palette.ts';
import { mlp } from './mlp.ts';

const names = ['array', 'memory', 'converters', 'adders', 'drivers', 'buffer', 'control', 'a', 'b', 'c', 'd'];
const colours = componentColours([...names, 'e', 'f']);

/** Made-up numbers, so that the pictures stay when a component's figure is corrected. */
const figures = {
  'cost-bars': () =>
    costBars({
      quantity: 'energy per decision',
      unit: 'J',
      colours,
      designs: [
        {
          name: 'analog',
          parts: ['array', 'converters', 'drivers'].map((name, i) => ({ name, value: (3 - i) * 1e-9 })),
        },
        {
          name: 'sram',
          parts: ['memory', 'adders', 'a', 'b', 'c', 'd', 'f'].map((name, i) => ({ name, value: (7 - i) * 1e-9 })),
        },
      ],
    }),
  'cost-treemap': () =>
    areaTreemap({
      title: 'Area by component',
      colours,
      parts: ['array', 'converters', 'drivers', 'buffer', 'control'].map((name, i) => ({ name, area: 1 / 2 ** i })),
    }),
  'cost-roofline': () =>
    rooflineFigure({
      peak: 1e12,
      bandwidth: 32e9,
      layers: [
        { name: 'conv1', intensity: 12, attained: 3e11 },
        { name: 'dense', intensity: 100, attained: 8e11 },
      ],
    }),
  'cost-tornado': () =>
    tornado({
      quantity: 'power efficiency over SRAM',
      nominal: 2,
      bars: [
        { name: 'read time', group: 'this design', low: 4, high: 1 },
        { name: 'parameter bits', group: 'the SRAM design', low: 1.4, high: 3 },
        { name: 'sense amplifiers', group: 'component figures', low: 1.9, high: 2.1 },
      ],
    }),
} as const;

it('a component has one colour in bars and boxes, and those beyond the twelfth are others', () => {
  const bars = figures['cost-bars']().svg;
  expect(bars).toContain('>others<');
  for (const name of ['array', 'converters', 'drivers']) {
    expect(bars).toContain(`fill="${colours.get(name)}"`);
    expect(figures['cost-treemap']().svg).toContain(`fill="${lighter(colours.get(name)!, 0.3)}"`);
  }
  expect(colours.get('e')).not.toBe(quiet);
  expect(colours.get('f')).toBe(quiet);
});

describe.each(Object.entries(figures))('%s', (name, draw) => {
  it('is the stored picture', async () => {
    await expect(draw().svg).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
  });
  it('stands alone, without undefined numbers', () => {
    expect(draw().svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-label="[^"]+" viewBox="0 0 \d+ \d+"/,
    );
    expect(draw().svg).not.toMatch(/NaN|undefined|\sid=|<script|<style|url\(#/);
  });
});

it('gives every component of the treemap its share of the picture', () => {
  const { svg } = figures['cost-treemap']();
  const boxes = [...svg.matchAll(/width="([\d.]+)" height="([\d.]+)" fill="[^"]*" stroke="white"/g)].map(
    ([, w, h]) => Number(w) * Number(h),
  );
  expect(boxes).toHaveLength(5);
  const total = boxes.reduce((sum, box) => sum + box, 0);
  expect(Math.abs(total / (640 * 300) - 1)).toBeLessThan(1e-3);
  for (let i = 0; i < 4; i++) expect(boxes[i]! / boxes[i + 1]!).toBeCloseTo(2, 1);
});

describe('the section of the report', () => {
  const written: Workload = {
    ...mlp,
    write: { pulses: 1.5, energy: 1e-11, duration: 1e-7, endurance: 1e6 },
  };
  const core = { kind: 'analog-core' } as const;

  it('has every figure, the tables, and words for the rival, programming and the boundary', () => {
    const cost = costOf(written, { ...core, refresh: '1 d' });
    const found = costSection(cost, { sensitivity: sensitivity(written, core, design => equivalentSram(design)) });
    expect(found.title).toBe('Cost');
    expect(found.figures).toHaveLength(4);
    expect(found.tables).toHaveLength(3);
    expect(found.text!.join(' ')).toMatch(
      /in energy the (digital|analog) design is better.*Programming the cells once costs .* they last .*Inside every figure: .*not the computation of the features/,
    );
    expect(found.tables![0]!.rows).toHaveLength(1 + cost.baselines.length);
    for (const { figure } of found.figures!) expect(figure.svg).not.toMatch(/NaN|undefined/);
  });

  it('sets published numbers beside ours and leaves out what is not known', () => {
    const preset = costPreset('bonnet23');
    const { tables, figures } = costSection(preset, { validation: preset.validation });
    expect(tables!.at(-1)!.rows).toHaveLength(preset.validation.length);
    expect(figures!.length).toBeGreaterThan(0);
    for (const { figure } of figures!) expect(figure.svg).not.toMatch(/NaN|undefined/);
  });

  it('writes relative widths as plain numbers and joules with prefixes', () => {
    const cost = costOf(written, core);
    const found = breakEven(written, core, design => equivalentSram(design), 'size');
    const { svg } = costSection(cost, { breakEven: [found] }).figures!.at(-1)!.figure;
    const ticks = [...svg.matchAll(/>([\d.]+ ?[a-zµ]?J?)<\/text>/g)].map(([, text]) => text);
    expect(ticks).toEqual(expect.arrayContaining(['0.1', '1', '10', '10 nJ']));
    expect(ticks.filter(text => text!.endsWith('m'))).toEqual([]);
  });
});
