import { z } from 'zod';
import { choiceOf, InputError, quantity, refuse, suggest } from '../base/index.ts';
import { posteriorSchema } from '../bayes/index.ts';
import { architectureSchema, digitalPredictors } from '../cost/index.ts';
import { convertersSchema, mappingSchema, wiresSchema } from '../crossbar/index.ts';
import { corruptions, dataSchema } from '../data/index.ts';
import { devices, isDeviceFile, programmingSchema } from '../device/index.ts';
import { entropySources } from '../inference/index.ts';
import { layerSchema } from '../network/index.ts';
import { compensationSchema, compensations, sharedErrorsSchema, transferMethods } from '../transfer/index.ts';

const dimension = (what: string, fallback: number) =>
  z.number().int().min(1).max(4096).default(fallback).describe(`${what} of one array; ${fallback} by default.`);

const bits = (what: string) =>
  z
    .number()
    .int()
    .min(2)
    .max(24)
    .nullable()
    .default(8)
    .describe(`Bits of the converters of ${what}, 2 to 24; null for ideal converters; 8 by default.`);

const hardware = () =>
  z.strictObject({
    device: z
      .string()
      .superRefine((name, context) => {
        if (Object.hasOwn(devices, name) || isDeviceFile(name)) return;
        const hint = suggest(name, Object.keys(devices));
        refuse(context, new InputError({ path: [], rule: `unknown name '${name}'`, value: name, hint }));
      })
      .default('oxram-hfo2')
      .describe(
        'Device preset (see `posterohm device list`) or the path of a device file (.yaml); oxram-hfo2 by default.',
      )
      .meta({ examples: Object.keys(devices) }),
    spread: z
      .number()
      .min(0)
      .max(10)
      .default(1)
      .describe(
        'Factor on all of the device’s programming spreads, to ask what a better or worse device would do; 1 by default.',
      ),
    rangeShare: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe(
        'Share of the device’s range of conductances, from the least on, that weights are put on; 1 by default. Less takes less current and loses less in wires, and spreads that do not fall with the conductance count more.',
      ),
    time: quantity('time', 'not negative')
      .optional()
      .describe(
        'Time after programming whose statistics training and transfer count on, s; the device’s reference time by default.',
      ),
    array: z
      .strictObject({
        rows: dimension('Word lines', 128),
        columns: dimension('Bit lines', 128),
        rowsPerConversion: z
          .int()
          .min(1)
          .max(4096)
          .optional()
          .describe(
            'Word lines of an array that are open in one read, whose sums are converted and added as numbers; all by default. Fewer have smaller sums, which a converter of as many bits resolves better, and lose less in wires; they take more reads and conversions.',
          ),
        count: z
          .number()
          .int()
          .min(1)
          .max(1_000_000)
          .optional()
          .describe('Arrays available; as many as needed by default.'),
      })
      .prefault({})
      .describe('Size of one array, how it is read, and how many there are.'),
    layout: z
      .enum(['tiles', 'rows'])
      .default('tiles')
      .describe(
        "'tiles' (default): matrices multiply in place, word lines are inputs; 'rows': cells of copy after copy in reading order, rows switched in turn (Dalgaty21).",
      ),
    mapping: mappingSchema
      .default({ mapping: 'differential' })
      .describe('How the cells of a weight hold it: a differential pair by default.'),
    mappings: z
      .record(z.string().min(1), mappingSchema)
      .optional()
      .describe(
        "How the cells of single layers hold their weights, by name of the layer, { '0': { mapping: slices } }; all others do as hardware.mapping says.",
      ),
    weightRange: z
      .enum(['layer', 'column', 'network'])
      .default('layer')
      .describe(
        "Which weights share a range, the largest |w| that their cells hold: those of a whole 'layer' (default), of each 'column' of its matrix, whose sums are rescaled one by one, or of the whole 'network', bias lines then being driven with 1.",
      ),
    cellsPerWeight: z
      .int()
      .min(1)
      .optional()
      .describe('Devices per weight, where it is to be stated: must be what the mapping of every layer uses.'),
    inputBits: bits('inputs'),
    outputBits: bits('partial sums'),
    converters: convertersSchema.prefault({}).describe('Ranges and faults of the converters of partial sums.'),
    wires: wiresSchema
      .optional()
      .describe('Resistances of the arrays, for the layout tiles; ideal wires where absent.'),
    readNoise: z
      .boolean()
      .default(true)
      .describe('Whether every read draws the device’s read noise anew; true by default.'),
    precision: z
      .enum(['single', 'bf16'])
      .default('single')
      .describe(
        "How the arrays' sums are computed: 'single' precision (default), or of operands rounded to bfloat16 ('bf16'), refused where that would be seen beside the device's noise.",
      ),
    precisionLimit: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe('Largest error of bf16 as a share of the noise that the device puts on the same sums; 0.1 by default.'),
    compensation: compensationSchema(),
    shared: sharedErrorsSchema()
      .optional()
      .describe(
        'Errors that all cells of a chip, an array or a line share, which more samples do not average out; none by default.',
      ),
    refit: quantity('time', 'positive')
      .optional()
      .describe(
        'Time from one fit of the compensation to the next, s, the first at programming; it is fitted whenever the chip is looked at by default.',
      ),
    reprogram: quantity('time', 'positive')
      .optional()
      .describe(
        'Time after which all cells are programmed anew, s, whose randomness is then drawn again but for what is frozen in the cells; never by default. What that costs, architecture.refresh says.',
      ),
  });

const limit = z.number().positive().max(1000);

const transferShared = {
  programming: programmingSchema,
  limit: z
    .union([z.literal('search'), limit, z.record(z.string().min(1), limit)])
    .default('search')
    .describe(
      "Largest |w| that the cells of a weight hold: a number for all layers, or one by name of each, { '0': 1, '1': 0.5 }; 'search' (default) takes that quantile of each layer's (or column's, or the network's: hardware.weightRange) own |w| which has the best validation score on simulated chips of their own, all of them where cells hold every weight without error.",
    ),
  calibrationCopies: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe(
      'Copies of the network on the simulated chips that a search for weight ranges tries, and that converters are calibrated on, however many samples are drawn later; 8 by default.',
    ),
};

const transfer = () =>
  choiceOf(transferMethods, 'method', transferShared)
    .prefault({})
    .describe("How the posterior becomes targets of cells; method 'joint' by default.");

const promiseError = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.05)
  .describe('Probability with which the promise may be broken; 0.05 by default.');

const stopping = z
  .strictObject({
    risk: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.002)
      .describe('Share of decisions that may be other ones than all samples would give; 0.002 by default.'),
    error: promiseError,
    nll: z
      .number()
      .gt(0)
      .lt(0.5)
      .optional()
      .describe(
        'Negative log-likelihood, nats, by which predictions may be worse than of all samples in the mean, differences beyond half a nat counted as that; inputs then go on until what is left out is estimated to cost less than half of it. Decisions alone count where absent.',
      ),
    pairs: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(3000)
      .describe(
        'Validation rows that it is calibrated on at most, each on a simulated chip of its own, or all on one measured chip; 3000 by default.',
      ),
  })
  .optional()
  .describe(
    'Has an input take no more samples once the margin between its two leading classes exceeds λ/√m, λ calibrated so that few decisions change and, where asked, little likelihood is lost; all samples are taken where absent.',
  );

const sampling = () =>
  choiceOf(entropySources, 'entropy', { stopping })
    .prefault({})
    .describe("Where Monte-Carlo samples get their randomness on the chip; entropy 'frozen' by default.");

const strengths = z.array(z.number().positive().max(1000)).max(16).optional();

const evaluate = z.strictObject({
  chips: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe('Chips programmed and evaluated; intervals run over them; 8 by default.'),
  times: z
    .array(quantity('time', 'not negative'))
    .min(1)
    .max(32)
    .optional()
    .describe(
      'Times after programming at which the chips are evaluated, s; hardware.time by default. Headline figures are of hardware.time where it is among them, else of the first.',
    ),
  softwareSamples: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      'Monte-Carlo samples of the software prediction; as many as on the chip by default. More of them take the sampling noise out of the reference.',
    ),
  calibration: z
    .enum(['none', 'temperature', 'vector'])
    .default('none')
    .describe(
      "Correction of logits fitted to the validation split, in software and on each chip: 'temperature' is one factor, 'vector' a factor and an offset for each class, 'none' by default. Either adds conformal sets for 90 % of the answers; regression gets conformal intervals alone.",
    ),
  abstention: z
    .strictObject({
      risk: z.number().gt(0).lt(1).describe('Share of errors that answers may have.'),
      error: promiseError,
    })
    .optional()
    .describe(
      'Has predictors of classes leave inputs unanswered whose confidence is below a threshold, chosen on the validation rows of each chip so that errors among answers stay below a risk (SGR); all are answered where absent.',
    ),
  corruptions: z
    .strictObject(
      Object.fromEntries(
        Object.values(corruptions).map(({ name, strength }) => [
          name,
          strengths.describe(`Strengths of ${name}: ${strength}; none by default.`),
        ]),
      ),
    )
    .default({})
    .describe(
      'Changes of the test inputs, each in some strengths, such as { rotation: [15, 30, 45] }, to see whether uncertainty grows as accuracy falls; none by default.',
    ),
  baselines: z
    .array(z.enum(digitalPredictors))
    .default([])
    .describe(
      "Digital predictors that prices are compared with at equal quality, of classes: 'drawn pre-activations', 'moment propagation', 'deterministic' (quantised, with a temperature), 'ensemble', 'dropout' (in the last layer) and 'last-layer laplace', which are trained; none by default.",
    ),
  uncertainty: z
    .strictObject({
      report: z
        .boolean()
        .default(false)
        .describe('Whether `run` and `evaluate` ask too; `predict` always does; false by default.'),
      chips: z.int().min(1).max(1000).default(32).describe('Chips; of one, all is given that device; 32 by default.'),
      draws: z
        .int()
        .min(2)
        .max(1000)
        .default(8)
        .describe('Weight vectors of the posterior on each chip; 8 by default.'),
      programmings: z.int().min(2).max(1000).default(4).describe('Programmings of each weight vector; 4 by default.'),
      reads: z.int().min(2).max(1000).default(4).describe('Reads of each programming; 4 by default.'),
      rows: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(500)
        .describe('Test rows that are asked about, evenly spaced; 500 by default.'),
    })
    .prefault({})
    .describe(
      'How whose uncertainty it is gets found: sizes of a nested design of simulated chips, weight vectors, programmings and reads.',
    ),
  archive: z
    .boolean()
    .default(true)
    .describe(
      'Whether the outputs of all samples are kept in prediction.npz, for use elsewhere; true by default. They take 4 bytes per chip, time, sample, input and output.',
    ),
  grid: z
    .number()
    .int()
    .min(2)
    .max(400)
    .default(60)
    .describe(
      'Points per side of the grid on which decision and uncertainty maps are compared, for two inputs; 60 by default.',
    ),
});

/** What every variant of an experiment also has; variants override parts of it. */
const parts = () => ({
  data: dataSchema.describe('Data set and its splits.'),
  network: z
    .strictObject({
      layers: z
        .array(layerSchema)
        .min(1)
        .max(200)
        .describe('Layers in order, such as "dense 16 relu"; the last one has one output per class or target.'),
    })
    .describe('The network.'),
  posterior: posteriorSchema.describe('How the posterior is trained.'),
  hardware: hardware().prefault({}).describe('Device, arrays and converters.'),
  transfer: transfer(),
  sampling: sampling(),
  evaluate: evaluate.prefault({}).describe('What is measured.'),
  architecture: architectureSchema
    .optional()
    .describe(
      'What a decision is priced on; by default frozen copies or analog tiles with the arrays and cells of `hardware`.',
    ),
});

const build = () =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits and hyphens')
      .default('experiment')
      .describe('Names the run directory: lower-case letters, digits and hyphens; "experiment" by default.'),
    title: z.string().max(200).optional().describe('One line for the report.'),
    seed: z
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('Root of all randomness; 0 by default.'),
    study: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of the study that this design was found in, relative to the experiment: it counts how often its test rows are looked at; none by default.',
      ),
    ...parts(),
    variants: z
      .record(z.string().min(1).max(64), z.looseObject({}))
      .default({})
      .describe(
        'Further runs to set beside this one: by name, the fields that differ. They share whatever stages they do not change.',
      ),
  });

let built: { readonly of: string; readonly schema: ReturnType<typeof build> } | undefined;

/**
 * The whole experiment with its variants: every field filled, SI units. It is made when first asked for, and again when a
 * user's own records have joined the registries that it chooses from.
 */
export function experimentSchema(): ReturnType<typeof build> {
  const of = [devices, entropySources, transferMethods, compensations].flatMap(names => Object.keys(names)).join();
  if (built?.of !== of) built = { of, schema: build() };
  return built.schema;
}

/** An experiment as written: fields that are not given take their defaults, quantities may be texts with a unit. */
export type ExperimentInput = z.input<ReturnType<typeof build>>;

export type Experiment = z.output<ReturnType<typeof build>>;
