import {
  type Driven,
  driveLines,
  layerMemory,
  type ReadMemory,
  readImages,
  readsImages,
  readTiles,
  Scratch,
  type TiledLayer,
  tileLayer,
} from '../crossbar/index.ts';
import type { Network } from '../network/index.ts';
import type { Key } from '../random/index.ts';
import type { ChipState } from './entropy.ts';
import { addEvents, timesEvents } from './events.ts';
import { eventsOfSample, layerDrive } from './layer-drive.ts';
import { type NextWeights, readPositions } from './position-reads.ts';
import { arrayWeights, type DrivenImages, type Driving, runLayers, sourceOf, widest } from './run-layers.ts';
import type { Rows, Sampler } from './sampler.ts';

/** Which matrices samples read, and what their noise shares. */
export interface SampleReads {
  /** Copies that are read in turn: sample m reads copy m modulo their number. */
  readonly copies: number;
  /** Samples there can be. */
  readonly samples: number;
  /** What reads remember of the noise of those before; independent where absent. */
  readonly memory?: ReadMemory;
  /** Instead, where samples share cells that count differently in each: for every matrix a lower factor [samples, samples] of the correlations of their noise at outputs. */
  readonly mixing?: readonly Float32Array[];
  /** What is put on the sums of a group of columns after they were read. */
  readonly after?: AfterRead;
  /** Which matrices have weights of their own at each position of a convolution, and where those of a sample come from. */
  readonly positions?: {
    anew(layer: number): boolean;
    nextOf(layer: number, group: number, sample: number): NextWeights;
  };
}

/** Changes the sums [copies, count, outputs] of a group of columns, in place. */
export type AfterRead = (
  sums: Float32Array,
  driving: Driving,
  at: { readonly copies: number; readonly sample: number; readonly rows: Uint32Array; readonly scratch: Scratch },
) => void;

/**
 * Numbers of a layer in one piece, so that it stays near the core; most numbers of any layer in one piece. They decide how fast
 * it goes and how often others have their turn: bits do not depend on pieces.
 */
const nearNumbers = 1 << 18;
const mostNumbers = 1 << 23;

/** Numbers of a layer in one piece where cells remember: the samples of one row then lie side by side, if they are many. */
const nearestNumbers = 1 << 16;

/** Rows of a piece where there are as many, so that packing a matrix does not show; small layers take up to the second. */
const fewestRows = 256;
const manyRows = 1024;

/** Numbers of a layer, and multiplications, in a piece of more than the fewest rows. */
const layerNumbers = 1 << 20;
const multiplications = 1 << 28;

/**
 * Room for what one call needs and the next may overwrite: calls do not interrupt each other, so samplers share it where
 * nothing in it has to last.
 */
const passing = new Scratch(length => new Float32Array(length));

/** A chip read through its converters: every read of every tile draws its noise anew where the chip has read noise. */
export function chipSampler(key: Key, chip: ChipState, reads: SampleReads): Sampler {
  const { network, readout, heldOnce = 0 } = chip;
  const tiles = tilesOf(key, chip, reads);
  const perSample = eventsOfSample(network, readout, heldOnce);
  const perInput = eventsOfSample(network, readout, 0, heldOnce);
  const kept = new Scratch(length => new Float32Array(length));
  const again = reads.copies < reads.samples;
  const scratch = again || reads.mixing || reads.memory || !drivesInputsAlone(network, heldOnce) ? kept : passing;
  const whole =
    !reads.after &&
    !reads.positions &&
    tiles.every((groups, layer) => groups.every(group => readsImages(group, reads.mixing?.[layer])));
  let known:
    | { readonly rows: Rows; readonly numbers: Uint32Array; readonly driven: Map<TiledLayer, Driven> }
    | undefined;
  return {
    piece: pieceOf(network, reads),
    draw(out, rows, sample, samples) {
      const { count } = rows;
      if (sample + samples > reads.samples) {
        throw new Error(`internal: samples ${sample} to ${sample + samples - 1} of ${reads.samples} are asked for`);
      }
      if (known?.rows !== rows) known = { rows, numbers: numbersOf(rows), driven: new Map() };
      const { numbers, driven } = known;
      let beyond = 0;
      let saturated = 0;
      const inputs = rows.inputs;
      /** What is read once has the noise of the first sample, whichever samples are asked for. */
      const passOf = ({ layer, matrix, copies, count, shared }: Omit<Driving, 'group' | 'vectors'>) => {
        const once = layer < heldOnce;
        const from = once ? { matrix: 0, sample: 0, again: true } : { matrix: sample % reads.copies, sample, again };
        return {
          copies,
          ...from,
          rows: numbers,
          mixing: reads.mixing?.[layer],
          count,
          shared,
          positions: matrix.positions,
        };
      };
      const note = (layer: number, inputs: number, outputs: number) => {
        if (layer < heldOnce && sample > 0) return;
        beyond += inputs;
        saturated += outputs;
      };
      const multiply = (sums: Float32Array, driving: Driving) => {
        if (reads.positions?.anew(driving.layer)) return multiplyAnew(sums, driving);
        const layer = tiles[driving.layer]![driving.group]!;
        const { shared, copies } = driving;
        const lines = drive(layer, driving, shared ? driven : undefined);
        const outputs = readTiles(sums, lines, layer, passOf(driving), scratch);
        note(driving.layer, lines.saturated * (shared ? copies : 1), outputs);
        if (driving.layer < heldOnce) return;
        reads.after?.(sums, driving, { copies, sample, rows: numbers, scratch });
      };
      const multiplyAnew = (sums: Float32Array, driving: Driving) => {
        const { layer, group, copies } = driving;
        const next = Array.from({ length: copies }, (_, s) => reads.positions!.nextOf(layer, group, sample + s));
        const at = { sample, rows: numbers, scratch };
        const found = readPositions(sums, driving, layerDrive(key, chip, layer, group), next, at);
        note(layer, found.inputs, found.outputs);
      };
      const convolve = (y: Float32Array, { convolution, images, ...driven }: DrivenImages) => {
        for (const [group, layer] of tiles[driven.layer]!.entries()) {
          const { activation } = driven.matrix;
          const found = readImages(y, images, layer, { convolution, group, activation }, passOf(driven));
          note(driven.layer, found.inputs, found.outputs);
        }
      };
      const pass = { copies: samples, heldOnce, count, inputs, out, scratch };
      runLayers(network, pass, whole ? { multiply, convolve } : { multiply });
      const all = addEvents(timesEvents(perSample, samples * count), timesEvents(perInput, sample === 0 ? count : 0));
      return { ...all, saturation: { ...all.saturation, inputs: beyond, outputs: saturated } };
    },
  };

  /** Driven lines; what all samples share is driven once for a record of rows. */
  function drive(layer: TiledLayer, driving: Driving, known: Map<TiledLayer, Driven> | undefined): Driven {
    const { count, shared, copies } = driving;
    const before = known?.get(layer);
    if (before) return before;
    const name = known ? `shared ${driving.layer} ${driving.group}` : 'driven';
    const room = known ? kept : scratch;
    const found = driveLines(layer, driving.vectors(), shared ? count : copies * count, room, name);
    known?.set(layer, found);
    return found;
  }
}

/** Whether what all samples share is the inputs themselves, so that nothing but driven lines has to last between calls. */
function drivesInputsAlone({ layers }: Network, heldOnce: number): boolean {
  if (heldOnce > 0) return false;
  return layers.every(({ matrix, inputs }, l) =>
    matrix ? matrix.positions === 1 && matrix.groups === 1 : l > 0 && inputs.some(from => from >= 0),
  );
}

function numbersOf({ count, numbers }: Rows): Uint32Array {
  if (!numbers) return Uint32Array.from({ length: count }, (_, i) => i);
  if (numbers.length !== count) throw new Error(`internal: ${numbers.length} numbers for ${count} rows`);
  return numbers instanceof Uint32Array ? numbers : Uint32Array.from(numbers);
}

/** Every matrix on its tiles, by layer and group. */
function tilesOf(key: Key, chip: ChipState, reads: SampleReads): TiledLayer[][] {
  const { network, weights, heldOnce = 0 } = chip;
  const size = arrayWeights(network);
  const { copies } = reads;
  if (weights.length < copies * size) {
    throw new Error(`internal: a chip of ${weights.length / size} copies is read for ${copies}`);
  }
  const precision = new Float32Array();
  return network.matrices.map((matrix, layer) =>
    Array.from({ length: matrix.groups }, (_, group) => {
      const drive = layerDrive(key, chip, layer, group);
      const once = layer < heldOnce;
      const remembered = reads.memory && (once ? { ...reads.memory, samples: 1, copies: 1 } : reads.memory);
      const memory = remembered && layerMemory(remembered, matrix.rows, matrix.positions);
      const source = sourceOf(matrix, size, group);
      return tileLayer(precision, weights, once ? 1 : copies, drive, source, memory, chip.traps?.jumps);
    }),
  );
}

function pieceOf(network: Network, { samples, mixing, memory }: SampleReads): { rows: number; samples: number } {
  const width = widest(network);
  if (memory) return { rows: Math.max(1, Math.floor(nearestNumbers / (samples * width))), samples };
  if (mixing) return { rows: Math.max(1, Math.floor(nearNumbers / (samples * width))), samples };
  const most = Math.max(1, Math.floor(mostNumbers / width));
  const some = Math.min(manyRows, layerNumbers / width, multiplications / arrayWeights(network));
  const rows = Math.min(most, Math.max(fewestRows, Math.floor(some), Math.floor(nearNumbers / (8 * width))));
  return { rows, samples: Math.max(1, Math.floor(nearNumbers / (rows * width))) };
}
