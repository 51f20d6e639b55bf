import { starMesh } from './star-mesh.ts';

/**
 * One array of cells and wires. Word line i starts at its source and has one segment before every cell, bit line j has
 * one segment after every cell and ends at its sense. Nodes: word line side of cell (i, j) i·columns + j, bit line side
 * (rows + i)·columns + j, then the sources, then the senses; the last two are the ports.
 */
export interface CrossbarShape {
  readonly rows: number;
  readonly columns: number;
  /** Conductances of a word line segment, a bit line segment, and those at a source and at a sense, S, above 0. */
  readonly wires: readonly [row: number, column: number, source: number, sense: number];
  /** The word lines' far ends are connected to their sources too. */
  readonly bothDriven: boolean;
  /** The bit lines' far ends are connected to their senses too. */
  readonly bothSensed: boolean;
}

/**
 * One step of the elimination: the network of the nodes `ids` after its first `eliminated` nodes went. Row k of
 * `factor` ([eliminated, ids.length]) holds node k's total conductance at k and its conductance to each later node.
 */
interface Step {
  readonly ids: Int32Array;
  readonly eliminated: number;
  readonly factor: Float64Array;
}

/**
 * The array seen from its drivers and senses: the network of conductances between all of them that behaves, at these
 * ports, exactly as the array does.
 */
interface Reduction {
  /** [rows + columns]², upper triangle: conductance between two ports in siemens; drivers first, then senses. */
  readonly ports: Float64Array;
  /** Present where asked for: the steps in order, from which potentials inside are found. */
  readonly steps: readonly Step[];
}

/** Eliminates nodes from a network, as `starMesh` defines. */
type Eliminate = (front: Float64Array, size: number, eliminated: number) => void;

/** The readable definition of `crossbarPorts`. */
export function crossbarPorts(
  ports: Float64Array,
  cells: Float64Array,
  shape: CrossbarShape,
  mesh: Eliminate = starMesh,
): void {
  ports.set(reduceCrossbar(cells, shape, false, mesh).ports);
}

/** The readable definition of `crossbarPotentials`. */
export function crossbarPotentials(
  v: Float64Array,
  injected: Float64Array | null,
  floating: Int32Array,
  cells: Float64Array,
  shape: CrossbarShape,
  mesh: Eliminate = starMesh,
): void {
  const inner = 2 * shape.rows * shape.columns;
  const { ports, steps } = reduceCrossbar(cells, shape, true, mesh);
  const all = floating.includes(1) ? [...steps, portStep(ports, floating, inner, mesh)] : steps;
  const nodes = inner + floating.length;
  const still = new Float64Array(nodes);
  for (let from = 0; from < v.length; from += nodes) {
    const q = injected?.subarray(from, from + nodes);
    if (q) for (const step of all) forward(step, q);
    for (let s = all.length - 1; s >= 0; s--) backward(all[s]!, v.subarray(from, from + nodes), q ?? still);
  }
}

/** Edge of the pieces that are eliminated without being divided further. */
const LEAF = 4;

/** Marks nodes that a piece shares with its surroundings while its other nodes are collected. */
const KEPT = -2;

/**
 * Eliminates all inner nodes of the array by nested dissection: the array is halved until pieces are small, each piece
 * is reduced to the nodes on its edge, and pieces are joined two by two. A node goes by the star-mesh transform, which
 * only adds, multiplies and divides positive numbers, so that every conductance keeps its relative precision however
 * far wires and cells lie apart; about 25 N³ multiply-adds for an N×N array.
 */
function reduceCrossbar(cells: Float64Array, shape: CrossbarShape, keepSteps: boolean, mesh: Eliminate): Reduction {
  const { rows, columns } = shape;
  const graph = wire(cells, shape);
  const inner = 2 * rows * columns;
  const position = new Int32Array(inner + rows + columns).fill(-1);
  const list = new Int32Array(4 * (rows + columns) + 2 * LEAF * LEAF);
  const edges = new Int32Array(2 * (rows + columns));
  const inside = new Int32Array(2 * LEAF * LEAF);
  const steps: Step[] = [];
  const buffers: Float64Array[][] = [];

  /** A zeroed front of size², reused by the next piece at the same place of the recursion. */
  const frontAt = (depth: number, side: number, size: number): Float64Array => {
    buffers[depth] ??= [];
    const held = buffers[depth]![side];
    if (held && held.length >= size * size) return held.subarray(0, size * size).fill(0);
    const made = new Float64Array(size * size);
    buffers[depth]![side] = made;
    return made;
  };

  const eliminate = (front: Float64Array, ids: Int32Array, eliminated: number): Piece => {
    mesh(front, ids.length, eliminated);
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

/** The array as a graph. A cell owns the word line segment before it and the bit line segment after it. */
function wire(cells: Float64Array, { rows, columns, wires, bothDriven, bothSensed }: CrossbarShape): Graph {
  const [rowSegment, columnSegment, atSource, atSense] = wires;
  const bit = rows * columns;
  const source = 2 * rows * columns;
  const sense = source + rows;
  return {
    edgeNodes(out, r0, r1, c0, c1) {
      let n = 0;
      for (let i = r0; i < r1; i++) out[n++] = c0 === 0 ? source + i : i * columns + c0 - 1;
      if (c1 < columns) for (let i = r0; i < r1; i++) out[n++] = i * columns + c1 - 1;
      else if (bothDriven) for (let i = r0; i < r1; i++) out[n++] = source + i;
      if (r0 > 0) for (let j = c0; j < c1; j++) out[n++] = bit + r0 * columns + j;
      else if (bothSensed) for (let j = c0; j < c1; j++) out[n++] = sense + j;
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
          visit(j === 0 ? source + i : a - 1, a, j === 0 ? atSource : rowSegment);
          if (j === columns - 1 && bothDriven) visit(a, source + i, atSource);
          visit(b, i === rows - 1 ? sense + j : b + columns, i === rows - 1 ? atSense : columnSegment);
          if (i === 0 && bothSensed) visit(sense + j, b, atSense);
        }
      }
    },
  };
}

/** Eliminates the floating ports from the network between the ports. */
function portStep(ports: Float64Array, floating: Int32Array, firstId: number, mesh: Eliminate): Step {
  const size = floating.length;
  const order = [...floating.keys()].sort((a, b) => floating[b]! - floating[a]! || a - b);
  const eliminated = floating.reduce((count, f) => count + f, 0);
  const front = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const [a, b] = [order[i]!, order[j]!];
      front[i * size + j] = ports[Math.min(a, b) * size + Math.max(a, b)]!;
    }
  }
  mesh(front, size, eliminated);
  return {
    ids: Int32Array.from(order, port => firstId + port),
    eliminated,
    factor: front.subarray(0, eliminated * size),
  };
}

/** Hands each eliminated node's injected current on to its neighbours. */
function forward({ ids, eliminated, factor }: Step, q: Float64Array): void {
  const size = ids.length;
  for (let k = 0; k < eliminated; k++) {
    const total = factor[k * size + k]!;
    const current = q[ids[k]!]!;
    if (current === 0 || total === 0) continue;
    for (let j = k + 1; j < size; j++) q[ids[j]!]! += (factor[k * size + j]! / total) * current;
  }
}

/** Each eliminated node's potential is the mean of its neighbours', weighted by conductance, plus its own current. */
function backward({ ids, eliminated, factor }: Step, v: Float64Array, q: Float64Array): void {
  const size = ids.length;
  for (let k = eliminated - 1; k >= 0; k--) {
    const total = factor[k * size + k]!;
    if (total === 0) continue;
    let sum = q[ids[k]!]!;
    for (let j = k + 1; j < size; j++) sum += factor[k * size + j]! * v[ids[j]!]!;
    v[ids[k]!] = sum / total;
  }
}
