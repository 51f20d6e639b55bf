import { describe, expect, it } from 'vitest';
import { gallery } from './gallery.ts';

describe.each(Object.keys(gallery))('%s', name => {
  const svg = gallery[name]!();

  it('is the figure in the gallery', async () => {
    await expect(svg).toMatchFileSnapshot(`./__snapshots__/${name}.svg`);
  });

  it('gives the same bytes for the same data', () => {
    expect(gallery[name]!()).toBe(svg);
  });

  it('stands alone, without ids, scripts, styles or undefined numbers', () => {
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" aria-label="[^"]+" viewBox="0 0 \d+ \d+"/,
    );
    expect(svg.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|undefined|\sid=|<script|<style|url\(#/);
  });
});
