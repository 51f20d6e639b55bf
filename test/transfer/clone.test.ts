import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Posterior, posteriorMean, posteriorStd } from '../../src/bayes/index.ts';
import { devicesPerWeight, type Layout, type Mapping } from '../../src/crossbar/index.ts';
import { deviceOf } from '../../src/device/index.ts';
import { evenRanges } from '../../src/network/index.ts';
import { fillUniform, keyOf } from '../../src/random/index.ts';
import {
  deviceVariances,
  encodeChip,
  encodePlanCsv,
  planPlacement,
  planTransfer,
  programChip,
  readChip,
  type TransferMethod,
  transferMethods,
} from '../../src/transfer/index.ts';
import { key, momentPosterior, network, samplePosterior } from './fixtures.ts';

const moments = momentPosterior();
const { size, parameters, mean } = moments;
const probability = fillUniform(keyOf(9), new Float32Array(size));
const posteriors = {
  draws: samplePosterior(30),
  moments,
  'tied moments': { ...moments, tied: { device: 'pcm-ibm', time: 60 }, asked: mean.map(w => 1.1 * w) },
  point: {
    kind: 'point',
    method: 'map',
    parameters,
    size,
    mean,
    noiseStd: Float64Array.of(0.3),
    info: { loss: [1, null] },
  },
  signs: {
    kind: 'bernoulli',
    method: 'bernoulli',
    parameters,
    size,
    probability,
    magnitude: new Float32Array(size).fill(0.7),
    mean: probability.map(p => (2 * p - 1) * 0.7),
    info: {},
  },
} satisfies Record<string, Posterior>;
const mappings: readonly Mapping[] = [
  { mapping: 'differential' },
  { mapping: 'offset' },
  { mapping: 'binary' },
  { mapping: 'pairs', count: 2, significance: 1 },
  { mapping: 'pairs', count: 3, significance: 4 },
  { mapping: 'slices', bits: 6, sliceBits: 2 },
];

const few = { components: 2, iterations: 4 };

/** Mappings that a method serves: its own, where it has one; those whose cells share a weight evenly, or all. */
const takes = ({ name, serves }: TransferMethod, mapping: Mapping): boolean =>
  serves
    ? serves.mapping === mapping.mapping
    : !!devicesPerWeight(mapping) || ['joint', 'deterministic'].includes(name);

const cases = Object.values<TransferMethod>(transferMethods).flatMap(method =>
  mappings
    .filter(mapping => takes(method, mapping))
    .map(mapping => ({ method, mapping, name: `${method.name} on ${mapping.mapping}` })),
);

test.each(cases)('$name: a copy of posterior, plan and chip gives the same bits', ({ method, mapping }) => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        ...(Object.keys(posteriors) as (keyof typeof posteriors)[]).filter(
          name => !method.serves || posteriors[name].kind === method.serves.posterior,
        ),
      ),
      fc.constantFrom('oxram-hfo2', 'pcm-ibm', 'rram-wan', 'sonos'),
      fc.constantFrom<Layout>('rows', 'tiles'),
      fc.constantFrom(undefined, 40),
      fc.constantFrom('global', 'none'),
      fc.boolean(),
      (name, preset, layout, count, compensation, wired) => {
        const posterior: Posterior = posteriors[name];
        const reference = { preset, spread: 1.5 };
        const device = deviceOf(reference);
        const there = deviceOf(structuredClone(reference));
        const planned = (posterior: Posterior, on: typeof device) =>
          planTransfer(
            key,
            method,
            method.schema.parse({ method: method.name, ...('components' in method.schema.shape && few) }) as never,
            {
              posterior,
              matrices: network.matrices,
              device: on,
              geometry: { rows: 8, columns: 16, ...(count && { count }) },
              layout,
              mappings: network.matrices.map(() => mapping),
              copies: 3,
              ranges: evenRanges(network.matrices, 2),
              time: 60,
            },
          );
        const sent = structuredClone(posterior);
        expect([posteriorMean(sent), posteriorStd(sent)]).toEqual([posteriorMean(posterior), posteriorStd(posterior)]);
        const plan = planned(posterior, device);
        const planSent = structuredClone(plan);
        expect(planSent).toEqual(plan);
        expect(planned(sent, there)).toEqual(plan);
        expect(planPlacement(planSent).blocks).toEqual(planPlacement(plan).blocks);
        const looks = [device, 3600, true] as const;
        expect(deviceVariances(planSent, ...looks)).toEqual(deviceVariances(plan, ...looks));
        const chip = programChip(keyOf(4), plan, device, { kind: 'single-pulse' });
        const chipSent = structuredClone(chip);
        expect(programChip(keyOf(4), planSent, there, { kind: 'single-pulse' })).toEqual(chip);
        expect(encodePlanCsv(planSent)).toBe(encodePlanCsv(plan));
        expect(encodeChip(chipSent)).toEqual(encodeChip(chip));
        const options = {
          time: 3600,
          compensation: compensation as 'global' | 'none',
          readNoise: true,
          ...(wired && { wires: { rowResistance: 2, columnResistance: 3, solution: 'approximate' as const } }),
        };
        expect(readChip(chipSent, there, options)).toEqual(readChip(chip, device, options));
      },
    ),
    { numRuns: 2 },
  );
});
