import { insist } from '../../base/index.ts';
import { cite } from '../citations.ts';
import type { Component } from '../component.ts';

/** What is asked of a converter: effective bits, conversions a second. */
export interface Conversion {
  readonly bits: number;
  readonly rate: number;
}

/**
 * Energy of one conversion in pJ and area in µm² of a published-survey converter with `bits` effective bits at `rate`
 * conversions a second and a node in nm.
 */
export function adcRegression(bits: number, rate: number, nm: number): { energy: number; area: number } {
  const merit = Math.min(213.7806687348 - 2.87190304 * Math.log(rate), 128.3068287399 + 3.220511521 * Math.ceil(bits));
  const sndr = 6.0206 * bits + 1.7609;
  const energy =
    0.5 *
    10 ** (-(merit - sndr) / 10) *
    Math.exp(26.0496215687 + 1.8800369207 * Math.log(nm) - 2.8291256051 * Math.log(bits) - 1.4702022134);
  const area = Math.exp(
    1.346191644 + 0.9932794745 * Math.log(nm) + 0.1807153842 * Math.log(rate) + 0.2991242619 * Math.log(energy),
  );
  return { energy, area };
}

/** Successive-approximation converter. */
export const adcSar: Component<Conversion> = {
  name: 'adc-sar',
  title: 'SAR analog-to-digital converter',
  formula:
    'E = ½·10^(−(FOMS − SNDR)/10)·exp(24.579 + 1.880 ln n − 2.829 ln b) pJ, A = exp(1.346 + 0.993 ln n + 0.181 ln f + 0.299 ln E) µm²',
  validity: '4 to 14 effective bits, 1 kHz to 10 GHz; the node enters the regression, no further scaling',
  provenance: 'regression',
  cite: [cite.AdcRegression],
  spread: { energy: 2, area: 2 },
  scaled: false,
  usual: { bits: 8, rate: 100e6 },
  unit(technology, { bits, rate }) {
    insist(bits >= 4 && bits <= 14, {
      path: ['architecture', 'adcBits'],
      rule: 'must be between 4 and 14 bits, where the survey of converters holds',
      value: bits,
      hint: 'take a flash converter or sense amplifiers below',
    });
    const { energy, area } = adcRegression(bits, rate, technology.node * 1e9);
    return { energy: energy * 1e-12, area: area * 1e-12, leakage: area * 1e-12 * technology.logicLeakage };
  },
};
