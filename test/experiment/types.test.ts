import { expectTypeOf, test } from 'vitest';
import { defineExperiment, type Experiment, type ExperimentInput } from '../../src/experiment/index.ts';

const parts = {
  data: { source: 'two-moons' },
  network: { layers: ['dense 2'] },
  posterior: { method: 'map' },
} satisfies ExperimentInput;

test('fields that an experiment has not do not compile', () => {
  const written = [
    () => defineExperiment(parts),
    // @ts-expect-error a misspelt part
    () => defineExperiment({ ...parts, nettwork: { layers: ['dense 2'] } }),
    // @ts-expect-error a number is no network
    () => defineExperiment({ ...parts, network: 3 }),
    // @ts-expect-error no such source
    () => defineExperiment({ ...parts, data: { source: 'three-moons' } }),
    // @ts-expect-error another source's field
    () => defineExperiment({ ...parts, data: { source: 'two-moons', path: 'a.csv' } }),
    // @ts-expect-error no such method
    () => defineExperiment({ ...parts, posterior: { method: 'guess' } }),
    // @ts-expect-error no such way of transfer
    () => defineExperiment({ ...parts, transfer: { method: 'guess' } }),
    // @ts-expect-error no such entropy
    () => defineExperiment({ ...parts, sampling: { entropy: 'dice' } }),
    // @ts-expect-error no such field of the hardware
    () => defineExperiment({ ...parts, hardware: { devise: 'ideal' } }),
    // @ts-expect-error no such kind
    () => defineExperiment({ ...parts, architecture: { kind: 'abacus' } }),
    // @ts-expect-error no such layer
    () => defineExperiment({ ...parts, network: { layers: [{ kind: 'dence', width: 2 }] } }),
    () => defineExperiment({ ...parts, hardware: { time: '1 d' }, transfer: { limit: 2 }, sampling: { samples: 4 } }),
    () => defineExperiment({ ...parts, architecture: { kind: 'digital-sram' }, evaluate: { chips: 2 } }),
  ];
  return written;
});

test('fields that a checked experiment has not do not compile', () => {
  const read = (experiment: Experiment) => [
    // @ts-expect-error no such field
    experiment.sampling.nosuch,
    // @ts-expect-error no such field
    experiment.transfer.nosuch,
    // @ts-expect-error no such field
    experiment.hardware.nosuch,
    // @ts-expect-error no such field
    experiment.posterior.nosuch,
    // @ts-expect-error no such field
    experiment.architecture?.nosuch,
    // @ts-expect-error no such field
    experiment.nosuch,
  ];
  expectTypeOf(read).parameter(0).toEqualTypeOf<Experiment>();
  expectTypeOf<Experiment['sampling']['entropy']>().toEqualTypeOf<
    'frozen' | 'read' | 'frozen-read' | 'reprogram' | 'binary' | 'switching' | 'sum' | 'output' | 'generator'
  >();
  expectTypeOf<Experiment['evaluate']['chips']>().toEqualTypeOf<number>();
  expectTypeOf<Experiment['posterior']['method']>().extract<'nuts'>().toEqualTypeOf<'nuts'>();
});
