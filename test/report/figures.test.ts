import { describe, expect, it } from 'vitest';
import { gallery } from './gallery.ts';

describe.each(Object.keys(gallery))('%s', name => {
  const { svg, numbers } = gallery[name]!();

  it('is the figure in the gallery', async () => {
    await expect(svg).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
  });

  it('gives the same bytes for the same data', () => {
    expect(gallery[name]!()).toEqual({ svg, numbers });
  });

  it('says in numbers what it shows, a column each', () => {
    expect(numbers.rows.length).toBeGreaterThan(0);
    for (const row of numbers.rows) expect(row).toHaveLength(numbers.columns.length);
    const titles = numbers.columns.filter(title => !['low', 'high'].includes(title));
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('stands alone, without ids, scripts, styles or undefined numbers', () => {
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-label="[^"]+" viewBox="0 0 \d+ \d+"/,
    );
    expect(svg.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|undefined|\sid=|<script|<style|url\(#/);
  });
});
