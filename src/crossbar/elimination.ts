import { InputError } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import type { CrossbarNetwork } from './network.ts';

/**
 * One step of the elimination: the network of the nodes `ids` after its first `eliminated` nodes went. Row k of
 * `factor` ([eliminated, ids.length]) holds node k's total conductance at k and its conductance to each later node.
 */
export interface Step {
  readonly ids: Int32Array;
  readonly eliminated: number;
  readonly factor: Float64Array;
}

/**
 * The array seen from its drivers and senses: the network of conductances between all of them that behaves, at these
 * ports, exactly as the array does.
 */
export interface Reduction {
  /** [rows + columns]², upper triangle: conductance between two ports in siemens; drivers first, then senses. */
  readonly ports: Float64Array;
  /** Present where asked for: the steps in order, from which potentials inside are found. */
  readonly steps: readonly Step[];
}

/** Edge of the pieces that are eliminated without being divided further. */
const LEAF = 4;

/** Marks nodes that a piece shares with its surroundings while its other nodes are collected. */
const KEPT = -2;

/** Most bytes of one elimination front; a square array of about 3,000 lines. */
const FRONT_BYTES = 2 ** 30;

/**
 * Eliminates all inner nodes of the array by nested dissection: the array is halved until pieces are small, each piece
 * is reduced to the nodes on its edge, and pieces are joined two by two. A node goes by the star-mesh transform, which
 * only adds, multiplies and divides positive numbers, so that every conductance keeps its relative precision however
 * far wires and cells lie apart; about 25 N³ multiply-adds for an N×N array. `cells` are the conductances to use.
 */
export function reduceCrossbar(network: CrossbarNetwork, cells: Float64Array, keepSteps = false): Reduction {
  const { rows, columns } = network;
  const graph = wire(network, cells);
  const inner = 2 * rows * columns;
  const position = new Int32Array(inner + rows + columns).fill(-1);
  const list = new Int32Array(4 * (rows + columns) + 2 * LEAF * LEAF);
  const edges = new Int32Array(2 * (rows + columns));
  const inside = new Int32Array(2 * LEAF * LEAF);
  const steps: Step[] = [];
  const buffers: Float64Array[][] = [];

  /** A zeroed front of size², reused by the next piece at the same place of the recursion. */
  const frontAt = (depth: number, side: number, size: number): Float64Array => {
    if (size * size * 8 > FRONT_BYTES) {
      throw new InputError(
        `crossbar: an array of ${rows}×${columns} needs ${((size * size * 8) / 2 ** 30).toFixed(1)} GiB for one step of its solution; divide it into tiles of at most 2048 lines.`,
      );
    }
    buffers[depth] ??= [];
    const held = buffers[depth]![side];
    if (held && held.length >= size * size) return held.subarray(0, size * size).fill(0);
    const made = new Float64Array(size * size);
    buffers[depth]![side] = made;
    return made;
  };

  const eliminate = (front: Float64Array, ids: Int32Array, eliminated: number): Piece => {
    kernels().starMesh(front, ids.length, eliminated);
    for (let i = 0; i < ids.length; i++) position[ids[i]!] = -1;
    if (keepSteps) steps.push({ ids, eliminated, factor: front.slice(0, eliminated * ids.length) });
    return { front, ids, eliminated };
  };

  /** Appends to `list` the ids that are not in it or in `kept` yet; `position` remembers which. */
  const collect = (list: Int32Array, count: number, ids: Int32Array, from: number, end: number): number => {
    for (let i = from; i < end; i++) {
      const id = ids[i]!;
      if (position[id] !== -1) continue;
      position[id] = count;
      list[count++] = id;
    }
    return count;
  };

  const reduce = (r0: number, r1: number, c0: number, c1: number, depth: number, side: number): Piece => {
    const whole = r1 - r0 <= LEAF && c1 - c0 <= LEAF;
    const across = c1 - c0 > r1 - r0;
    const middle = across ? (c0 + c1) >> 1 : (r0 + r1) >> 1;
    const first = whole ? null : reduce(r0, across ? r1 : middle, c0, across ? middle : c1, depth + 1, 0);
    const second = whole ? null : reduce(across ? r0 : middle, r1, across ? middle : c0, c1, depth + 1, 1);
    const edge = graph.edgeNodes(edges, r0, r1, c0, c1);
    for (let i = 0; i < edge; i++) position[edges[i]!] = KEPT;
    let count = 0;
    if (first && second) {
      count = collect(list, count, first.ids, first.eliminated, first.ids.length);
      count = collect(list, count, second.ids, second.eliminated, second.ids.length);
    } else {
      count = collect(list, count, inside, 0, graph.innerNodes(inside, r0, r1, c0, c1));
    }
    const eliminated = count;
    for (let i = 0; i < edge; i++) position[edges[i]!] = -1;
    count = collect(list, count, edges, 0, edge);
    const ids = list.slice(0, count);
    const front = frontAt(depth, side, count);
    if (first && second) {
      addPiece(front, count, position, first);
      addPiece(front, count, position, second);
    } else {
      graph.segments(r0, r1, c0, c1, (a, b, g) => join(front, count, position[a]!, position[b]!, g));
    }
    return eliminate(front, ids, eliminated);
  };

  const last = reduce(0, rows, 0, columns, 0, 0);
  const count = rows + columns;
  const ports = new Float64Array(count * count);
  for (let i = last.eliminated; i < last.ids.length; i++) position[last.ids[i]!] = last.ids[i]! - inner;
  addPiece(ports, count, position, last);
  return { ports, steps };
}

/** A reduced piece: the trailing triangle of its front, over the ids after the eliminated ones. */
interface Piece {
  readonly front: Float64Array;
  readonly ids: Int32Array;
  readonly eliminated: number;
}

function join(front: Float64Array, size: number, a: number, b: number, conductance: number): void {
  front[a < b ? a * size + b : b * size + a]! += conductance;
}

function addPiece(front: Float64Array, size: number, position: Int32Array, piece: Piece): void {
  const { ids, eliminated } = piece;
  for (let i = eliminated; i < ids.length; i++) {
    const a = position[ids[i]!]!;
    const from = i * ids.length;
    for (let j = i + 1; j < ids.length; j++) {
      const b = position[ids[j]!]!;
      front[a < b ? a * size + b : b * size + a]! += piece.front[from + j]!;
    }
  }
}

interface Graph {
  /** Writes the nodes that a piece of the array shares with its surroundings, some perhaps twice; returns how many. */
  edgeNodes(out: Int32Array, r0: number, r1: number, c0: number, c1: number): number;
  /** Writes all nodes of the cells of a piece; returns how many. */
  innerNodes(out: Int32Array, r0: number, r1: number, c0: number, c1: number): number;
  /** Visits the wire segments and cells that belong to a piece. */
  segments(
    r0: number,
    r1: number,
    c0: number,
    c1: number,
    visit: (a: number, b: number, conductance: number) => void,
  ): void;
}

/**
 * Numbers the nodes: word line side of cell (i, j) i·columns + j, bit line side (rows + i)·columns + j, then the
 * drivers, then the senses. A cell owns the word line segment before it and the bit line segment after it.
 */
function wire(network: CrossbarNetwork, cells: Float64Array): Graph {
  const { rows, columns } = network;
  const wires = wireConductances(network, cells);
  const bit = rows * columns;
  const source = 2 * rows * columns;
  const sense = source + rows;
  const rightDriven = network.drive === 'both';
  const topSensed = network.sense === 'both';
  return {
    edgeNodes(out, r0, r1, c0, c1) {
      let n = 0;
      for (let i = r0; i < r1; i++) out[n++] = c0 === 0 ? source + i : i * columns + c0 - 1;
      if (c1 < columns) for (let i = r0; i < r1; i++) out[n++] = i * columns + c1 - 1;
      else if (rightDriven) for (let i = r0; i < r1; i++) out[n++] = source + i;
      if (r0 > 0) for (let j = c0; j < c1; j++) out[n++] = bit + r0 * columns + j;
      else if (topSensed) for (let j = c0; j < c1; j++) out[n++] = sense + j;
      for (let j = c0; j < c1; j++) out[n++] = r1 === rows ? sense + j : bit + r1 * columns + j;
      return n;
    },
    innerNodes(out, r0, r1, c0, c1) {
      let n = 0;
      for (let i = r0; i < r1; i++) for (let j = c0; j < c1; j++) out[n++] = i * columns + j;
      for (let j = c0; j < c1; j++) for (let i = r0; i < r1; i++) out[n++] = (rows + i) * columns + j;
      return n;
    },
    segments(r0, r1, c0, c1, visit) {
      for (let i = r0; i < r1; i++) {
        for (let j = c0; j < c1; j++) {
          const a = i * columns + j;
          const b = bit + a;
          if (cells[a]! > 0) visit(a, b, cells[a]!);
          visit(j === 0 ? source + i : a - 1, a, j === 0 ? wires.source : wires.row);
          if (j === columns - 1 && rightDriven) visit(a, source + i, wires.source);
          visit(b, i === rows - 1 ? sense + j : b + columns, i === rows - 1 ? wires.sense : wires.column);
          if (i === 0 && topSensed) visit(sense + j, b, wires.sense);
        }
      }
    },
  };
}

/**
 * Conductances of the segments in siemens. An ideal conductor gets a resistance so small that it changes no result by
 * more than a rounding error; the star-mesh transform bears it.
 */
export function wireConductances(
  network: CrossbarNetwork,
  cells: Float64Array,
): { row: number; column: number; source: number; sense: number } {
  let largest = Number.MIN_VALUE;
  for (let i = 0; i < cells.length; i++) if (cells[i]! > largest) largest = cells[i]!;
  const least = 1e-17 / (largest * Math.max(network.rows, network.columns) ** 2);
  const conductance = (resistance: number) => 1 / Math.max(resistance, least);
  return {
    row: conductance(network.rowResistance),
    column: conductance(network.columnResistance),
    source: conductance(network.rowResistance + (network.sourceResistance ?? 0)),
    sense: conductance(network.columnResistance + (network.senseResistance ?? 0)),
  };
}
