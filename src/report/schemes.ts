import * as Plot from '@observablehq/plot';
import { type ColourScale, STEPS } from './colour-scale.ts';
import { channels } from './palette.ts';

/** From light to dark: `ylgnbu` reads as an amount also in grey and in print. */
export function sequential(low: number, high: number): ColourScale {
  return scaleOf([low, high > low ? high : low + 1], 'ylgnbu');
}

/** Two hues about white at 0, symmetric: deviations. */
export function diverging(most: number): ColourScale {
  const end = most > 0 ? most : 1;
  return scaleOf([-end, end], 'puor');
}

function scaleOf(domain: readonly [number, number], scheme: 'ylgnbu' | 'puor'): ColourScale {
  const scale = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme } });
  const table = new Uint8Array(3 * STEPS);
  for (let i = 0; i < STEPS; i++) table.set(channels(scale?.apply(i / (STEPS - 1))), 3 * i);
  return { domain, table };
}
