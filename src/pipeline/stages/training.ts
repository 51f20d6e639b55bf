import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import {
  buildModel,
  checkParameters,
  decodePosterior,
  encodePosterior,
  methods,
  noCurve,
  type Posterior,
  type Trained,
  type TrainingHardware,
  trainingHardware,
  trainPosterior,
} from '../../bayes/index.ts';
import { devicesPerWeight, type Wires } from '../../crossbar/index.ts';
import { type DevicesPerWeight, deviceOf } from '../../device/index.ts';
import type { Design } from '../../experiment/index.ts';
import type { LayerMatrix } from '../../network/index.ts';
import { copiesOf, timeOf, wiresOf } from '../design-facts.ts';
import { type Holding, type HoldingGiven, holdingGiven, holdingOf } from '../holding.ts';
import { decodeJson, writtenNumber } from '../json-codec.ts';
import { type NetworkGiven, networkGiven, networkOf } from '../network-of.ts';
import type { Stage } from '../stage.ts';
import { wireSharesOf } from '../wire-shares.ts';

/** What of the hardware training counts on; parts that its options leave out are left out here too. */
export interface TrainedFor extends HoldingGiven {
  readonly device: Design['hardware']['device'];
  readonly time: number;
  readonly weightRange: Design['hardware']['weightRange'];
  readonly compensation: 'global' | 'none';
  readonly readNoise: boolean;
  readonly converters?: {
    readonly inputBits: number | null;
    readonly outputBits: number | null;
    readonly covered: number;
    readonly range: Design['hardware']['converters']['range'];
  };
  readonly wires?: {
    readonly resistances: Wires;
    readonly array: { readonly rows: number; readonly columns: number };
    readonly layout: Design['hardware']['layout'];
    readonly copies: number;
  };
}

export interface TrainingGiven extends NetworkGiven {
  readonly posterior: Design['posterior'];
  readonly hardware?: TrainedFor;
}

const curveFile = 'learning-curve.json';
const curveShape = z.object({
  step: z.array(z.number()),
  loss: z.array(writtenNumber),
  phase: z.array(z.string().nullable()),
});

/** Trains the posterior. */
export const training: Stage<TrainingGiven, 'data', Trained> = {
  name: 'training',
  per: [],
  needs: ['data'],
  project: design => ({ ...networkGiven(design), posterior: design.posterior, ...hardwareGiven(design) }),
  run(given, { data }, key, job) {
    const model = buildModel(given.layers, given.posterior, data);
    const hardware = given.hardware && hardwareOf(given.hardware, model.network.matrices);
    return trainPosterior(key, model, given.posterior, { hardware, job });
  },
  bytes: ({ posterior }) => bytesOf(posterior),
  codec: {
    files: () => ['posterior.safetensors', curveFile],
    encode: ({ posterior, curve }) => ({
      'posterior.safetensors': encodePosterior(posterior),
      [curveFile]: new TextEncoder().encode(`${JSON.stringify(curve)}\n`),
    }),
    decode(files, given, { data }) {
      const posterior = decodePosterior(files['posterior.safetensors']!, 'posterior.safetensors');
      checkParameters(posterior, networkOf(given, data).model.network.parameters, 'posterior.safetensors');
      const curve = files[curveFile];
      return { posterior, curve: curve ? decodeJson(curve, curveFile, curveShape) : noCurve };
    },
  },
};

export function bytesOf(posterior: Posterior): number {
  const arrays = posterior.kind === 'samples' ? posterior.count : 2;
  return 4 * posterior.size * arrays;
}

/** Compensations that make up for the mean drift of all weights, which is what training reckons with. */
const scaling: readonly string[] = ['global', 'column', 'reference'];

function hardwareGiven(design: Design): { readonly hardware?: TrainedFor } {
  const { posterior, hardware } = design;
  if (!methods[posterior.method].usesHardware) return {};
  const { weightRange, compensation, readNoise, inputBits, outputBits, converters, array, layout } = hardware;
  const wires = wiresOf(design);
  // Options of hardware-aware training that leave a part of the hardware out.
  const {
    readNoise: seesReads,
    converters: seesConverters,
    wires: seesWires,
  } = posterior.method === 'hardware-aware' ? posterior : { readNoise: false, converters: false, wires: false };
  return {
    hardware: {
      device: hardware.device,
      time: timeOf(design),
      ...holdingGiven(design),
      weightRange,
      compensation: scaling.includes(compensation) ? 'global' : 'none',
      readNoise: seesReads && readNoise,
      ...(seesConverters && {
        converters: { inputBits, outputBits, covered: converters.covered, range: converters.range },
      }),
      ...(seesWires &&
        wires && {
          wires: {
            resistances: wires,
            array: { rows: array.rows, columns: array.columns },
            layout,
            copies: copiesOf(design),
          },
        }),
    },
  };
}

/** Cells of a weight as training knows them: as many in every layer, each with an even share of it. Refuses others. */
function evenDevices({ mappings }: Pick<Holding, 'mappings'>): DevicesPerWeight {
  const [first, ...others] = mappings.map(devicesPerWeight);
  if (first !== undefined && others.every(devices => devices === first)) return first;
  throw new InputError({
    path: ['hardware', 'mapping'],
    rule: `training that counts on the cells needs weights of all layers shared evenly by as many of them, got ${[...new Set(mappings.map(({ mapping }) => `'${mapping}'`))].join(', ')}`,
    hint: "give all layers 'differential', 'offset' or 'pairs' with a count of 2 and a significance of 1, or choose another posterior.method, such as mean-field",
  });
}

/** Refuses cells that the training of a design could not count on. */
export function checkTrainedFor(design: Design, matrices: readonly LayerMatrix[]): void {
  const { hardware } = hardwareGiven(design);
  if (hardware) evenDevices(holdingOf(hardware, matrices));
}

/** What training may know of the hardware that it counts on. */
export function hardwareOf(given: TrainedFor, matrices: Parameters<typeof wireSharesOf>[1]): TrainingHardware {
  const { device: reference, time, weightRange, compensation, readNoise, converters } = given;
  const { inputBits = null, outputBits = null, covered = 1, range } = converters ?? {};
  return trainingHardware(deviceOf(reference), {
    time,
    compensation,
    devicesPerWeight: evenDevices(holdingOf(given, matrices)),
    sharing: weightRange,
    wires: wireSharesOf(given, matrices),
    readNoise,
    inputBits,
    outputBits,
    covered,
    columnConverters: range === 'column',
  });
}

/** The hardware that a design's training counts on, whatever its method. */
export const trainingHardwareOf = (
  design: Design,
  matrices: Parameters<typeof wireSharesOf>[1],
): TrainingHardware | undefined => {
  const { hardware } = hardwareGiven(design);
  return hardware && hardwareOf(hardware, matrices);
};
