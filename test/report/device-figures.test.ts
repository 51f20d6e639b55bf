import { expect, test } from 'vitest';
import { findDevice } from '../../src/device/index.ts';
import {
  bitsFigure,
  calibrationFigure,
  driftFigure,
  pairFigure,
  reachableFigure,
  readCorrelationFigure,
  readSpectrumFigure,
  spreadFigure,
} from '../../src/report/device-figures.ts';

const pcm = findDevice('pcm-ibm');
const oxram = findDevice('oxram-hfo2');

test.each([
  ['device-spread', () => spreadFigure(pcm)],
  ['device-drift', () => driftFigure(pcm)],
  ['device-read-spectrum', () => readSpectrumFigure(pcm)],
  ['device-read-correlation', () => readCorrelationFigure(pcm)],
  ['device-bits', () => bitsFigure(pcm)],
  ['device-calibration', () => calibrationFigure(pcm, 0.02)!],
  ['device-pair', () => pairFigure(oxram, 6)],
  ['device-reachable', () => reachableFigure(oxram, 6)],
] as const)('%s', async (name, make) => {
  const { svg } = make();
  expect(svg).toMatch(/^<svg [^>]*aria-label=/);
  expect(svg).not.toContain('NaN');
  await expect(svg).toMatchFileSnapshot(`__snapshots__/${name}.svg`);
});
