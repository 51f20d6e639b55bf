import { type Baseline, onPlatform } from '../baselines.ts';
import { cite } from '../citations.ts';
import { costOf } from '../cost.ts';
import type { Estimate } from '../estimate.ts';
import { platforms } from '../platforms.ts';
import type { Workload } from '../workload.ts';
import { denseLayers } from '../workloads.ts';
import { type CostPreset, validation } from './preset.ts';

/** 32–16–9 without biases: 656 weights, ten arrays. */
const workload: Workload = {
  name: 'heartbeat network 32–16–9',
  layers: denseLayers([32, 16, 9], false),
  samples: 10,
  inputBits: 3,
  outputBits: 3,
  entropy: 'frozen',
  // Two devices a weight, a multiply and an add each: 2,624 operations a sample.
  operationsPerMac: 4,
};

/** The same network from our components, for comparison: frozen copies, bits in turn, converters shared by eight columns. */
const ownComponents = (node: string, readTime: string) => (): Baseline => ({
  name: `frozen-copies, ${node}, ${readTime} reads`,
  architecture: {
    kind: 'frozen-copies',
    node,
    cell: 'rram',
    conductance: '75 uS',
    input: 'bit-serial',
    readTime,
    adcBits: 4,
    tile: { rows: 32, columns: 16 },
  },
  workload,
});

/** The heartbeat network: published efficiency against a microcontroller and a GPU, and against our components. */
export const bonnet23: CostPreset = {
  name: 'bonnet23',
  title: 'Bonnet et al.: heartbeats on ten memristor arrays',
  cite: [cite.Bonnet23],
  run() {
    const baselines = (design: Estimate): Baseline[] => [
      onPlatform(design, 'microcontroller'),
      onPlatform(design, 'embedded-gpu'),
      onPlatform(design, 'embedded-gpu-batch-100'),
      ownComponents('130 nm', '100 ns')(),
      ownComponents('22 nm', '10 ns')(),
    ];
    const document = costOf(workload, { kind: 'processor', platform: 'memristor-published' }, { baselines });
    const { operations } = document.workload;
    const [least, most] = platforms['memristor-published'].energyPerOperation.map(energy => energy * operations) as [
      number,
      number,
    ];
    const middle = Math.sqrt(least * most);
    const against = (energy: number) => ({ central: energy / middle, low: energy / most, high: energy / least });
    const exact = (value: number) => ({ central: value, low: value, high: value });
    const own = document.baselines.slice(3);
    const ownEnergies = own.map(({ energyPerDecision }) => energyPerDecision!);
    return {
      ...document,
      preset: 'bonnet23',
      title: bonnet23.title,
      validation: [
        validation(
          'operations per sample',
          '1',
          [2624, 2624],
          exact(operations / workload.samples),
          '656 weights, two devices each, a multiply and an add',
        ),
        validation(
          'energy per decision',
          'J',
          [0.7e-9, 2.5e-9],
          { central: middle, low: least, high: most },
          '26,240 operations at 10.5 to 37.5 TOPS/W',
        ),
        validation(
          'microcontroller over memristors',
          '1',
          [170e-6 / 2.5e-9, 170e-6 / 0.7e-9],
          against(170e-6),
          '170 µJ over the same range',
        ),
        validation(
          'embedded GPU over memristors',
          '1',
          [80e-6 / 2.5e-9, 80e-6 / 0.7e-9],
          against(80e-6),
          '80 µJ, one decision at a time',
        ),
        validation(
          'embedded GPU in batches of 100 over memristors',
          '1',
          [9e-6 / 2.5e-9, 9e-6 / 0.7e-9],
          against(9e-6),
          '9 µJ',
        ),
        validation(
          'energy per decision from our components',
          'J',
          [0.7e-9, 2.5e-9],
          { central: ownEnergies[0]!, low: Math.min(...ownEnergies), high: Math.max(...ownEnergies) },
          'frozen copies at 75 µS: 130 nm with 100 ns reads (nominal) and 22 nm with 10 ns reads; the published range applies the efficiency of other chips, measured at full use of large arrays',
        ),
      ],
    };
  },
};
