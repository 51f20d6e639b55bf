import { posteriorDraws } from '../bayes/index.ts';
import { heldCells } from '../crossbar/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import { correlationAt, relaxationsPerDecade } from '../device/index.ts';
import { heldMatrices } from '../transfer/index.ts';
import { archivedArrays } from './archived-arrays.ts';
import { copiesHeld, samplesOf } from './design-facts.ts';
import { holdingGiven, holdingOf } from './holding.ts';
import { softwareSamples } from './measure-chips.ts';
import type { Subject } from './subject.ts';

/** What an experiment takes, in bytes by kind, reckoned before anything is computed; 0 for what is not there. */
export interface Sizes {
  /** Of memory, at the moment that takes most: while chips are measured, or software predicts. Results kept for later are left out. */
  readonly memory: {
    readonly posterior: number;
    readonly plan: number;
    /** One chip with the weights that its conductances mean. */
    readonly chip: number;
    /** What its cells remember from read to read. */
    readonly states: number;
    /** Outputs for one chip and time, or sums over them where nothing asks for all. */
    readonly outputs: number;
    /** Weight vectors of the software prediction. */
    readonly software: number;
  };
  /** Of disk; chips and plans with those of the deterministic twin. */
  readonly disk: {
    readonly posterior: number;
    readonly plan: number;
    readonly chips: number;
    /** Outputs of all chips, times and samples, 0 where they are not archived. */
    readonly archive: number;
  };
}

/** Bytes of a cell in a plan as text, and of its whole numbers in a table, roughly. */
const textCell = 60;
const mostTextCells = 500_000;

/** Reckons what an experiment takes: exact in what grows with copies, samples, chips, times and rows, rough in the rest. */
export function sizesOf(subject: Subject): Sizes {
  const { experiment, design, data, device, network, model, chips } = subject;
  const { hardware } = design;
  const { evaluate } = experiment;
  const float = Float32Array.BYTES_PER_ELEMENT;
  const weights = network.matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
  const holding = holdingOf(holdingGiven(design), network.matrices);
  const cellsOf = (copies: number) => heldCells(heldMatrices({ ...holding, copies }));
  const copies = copiesHeld(design);
  const cells = cellsOf(copies);

  const posterior = posteriorDraws(design.posterior) * model.network.size * float;
  const perTarget = float * (device.setCurrent ? 2 : 1);
  // Conductance, fault and pulses; drift, relaxation and what was cut off at 0 where the device has them.
  const perCell = float + 1 + 2 + (device.drift ? float : 0) + (device.relaxation ? 2 * float : 0);
  const plan = cells * perTarget + copies * weights * float;
  // Conductances now and, with read noise, their variances; weights, their variances and how tiles hold both.
  const reads = hardware.readNoise && device.read ? 2 : 1;
  const chip = cells * (perCell + reads * float) + copies * weights * reads * 2 * float;

  const held = evaluate.archive || data.task === 'regression' || evaluate.calibration !== 'none';
  const outputs = (samples: number): number =>
    held
      ? samples * heldRows(data, evaluate.calibration !== 'none') * network.outputs * bytesHeld(data)
      : data.test.count * network.outputs * bytesSummed;
  const samples = softwareSamples(subject);
  const table = (of: number) => of * (perTarget + 4) + (of <= mostTextCells ? of * textCell : 0);
  const states = statesPerWeight(subject) * weights * float;
  const measured = { posterior, plan, chip, states, outputs: outputs(samplesOf(design)), software: 0 };
  const predicted = {
    posterior,
    plan: 0,
    chip: 0,
    states: 0,
    outputs: outputs(samples),
    software: samples * network.size * float,
  };
  const total = (of: Sizes['memory']) => Object.values(of).reduce((sum, bytes) => sum + bytes, 0);
  return {
    memory: total(predicted) > total(measured) ? predicted : measured,
    disk: {
      posterior,
      plan: table(cells) + table(cellsOf(1)),
      chips: chips.length * (cells + cellsOf(1)) * (perCell + float),
      archive: evaluate.archive ? archiveBytes(subject) : 0,
    },
  };
}

/** Numbers for each weight while reads remember: its spread, three that are worked with, and one for each relaxation at most. */
function statesPerWeight({ design: { sampling, hardware }, device, headlineTime }: Subject): number {
  const { entropy } = sampling;
  const remembers = (entropy === 'read' || entropy === 'frozen-read' || entropy === 'output') && sampling.memory;
  if (!remembers || !hardware.readNoise || !device.read || device.read.spectrum === 'white') return 0;
  const { length } = relaxationsPerDecade(correlationAt(device, headlineTime), sampling.interval);
  const copies = entropy === 'frozen-read' ? sampling.copies : 1;
  return length > 0 ? copies * (4 + length) : 0;
}

/** Bytes of an archive of predictions. */
function archiveBytes(subject: Subject): number {
  const { arrays } = archivedArrays(subject);
  return arrays.reduce((total, { shape }) => total + 4 * shape.reduce((product, n) => product * n, 1), 0);
}

/** Bytes of an output that is held: logits and probabilities, or outputs with means and spreads in double precision. */
const bytesHeld = ({ task }: Dataset): number => (task === 'classification' ? 8 : 20);

/** Bytes for each row and class of what is added up: sums, means and the arrays that entropies are worked out in. */
const bytesSummed = 40;

/** Rows whose outputs are there together. */
function heldRows({ test, validation, unseen }: Dataset, calibrated: boolean): number {
  const rows = (split: Split | undefined) => split?.count ?? 0;
  return rows(test) + rows(unseen) + (calibrated ? rows(validation) : 0);
}
