import type { PortPotential } from './potentials.ts';
import { type CheckedRequest, checkRequest } from './request.ts';

/**
 * An ngspice netlist of a request's array (see `crossbarRequestSchema`): drivers, wires, cells and senses, an operating
 * point for every vector of the batch, and one line `sense_<vector>_<column> = current` per vector and bit line. Vectors
 * that leave the same lines floating share one copy of the array, whose sources are altered between operating points;
 * others have a copy of their own. Ideal conductors become one node.
 */
export function spiceNetlist(value: unknown, options: { readonly where?: string } = {}): string {
  const request = checkRequest(value, options.where ?? 'crossbar');
  const { rows, columns } = request.network;
  const copies = likeVectors(request.voltages);
  const lines = [
    `* Array of ${rows} word lines and ${columns} bit lines, ${request.voltages.length} ${request.voltages.length === 1 ? 'vector' : 'vectors'}`,
    '.options reltol=1e-9 abstol=1e-18 vntol=1e-15 gmin=1e-20 numdgt=12',
    ...copies.flatMap((vectors, copy) => arrayLines(request, suffix(copy), request.voltages[vectors[0]!]!)),
    '.control',
    'set numdgt=12',
  ];
  const runs = Math.max(...copies.map(({ length }) => length));
  for (let run = 0; run < runs; run++) {
    copies.forEach((vectors, copy) => {
      if (run === 0 || vectors[run] === undefined) return;
      request.voltages[vectors[run]]!.forEach((v, i) => {
        if (v !== null) lines.push(`alter Vd${suffix(copy)}${i} = ${v}`);
      });
    });
    lines.push('op');
    copies.forEach((vectors, copy) => {
      const vector = vectors[run];
      if (vector === undefined) return;
      request.columnVoltages.forEach((v, j) => {
        const name = `sense_${vector}_${j}`;
        if (v !== null) lines.push(`let ${name} = i(vs${suffix(copy)}${j})`, `print ${name}`);
      });
    });
  }
  lines.push('quit', '.endc', '.end', '');
  return lines.join('\n');
}

/** Tells the names of further copies of the array from those of the first. */
const suffix = (copy: number): string => (copy === 0 ? '' : `${copy}x`);

/** Numbers of the vectors, those that leave the same lines floating together. */
function likeVectors(voltages: CheckedRequest['voltages']): number[][] {
  const groups = new Map<string, number[]>();
  voltages.forEach((vector, b) => {
    const pattern = vector.map(v => (v === null ? 1 : 0)).join('');
    const group = groups.get(pattern);
    if (group) group.push(b);
    else groups.set(pattern, [b]);
  });
  return [...groups.values()];
}

/** One copy of the array, its names marked with `mark`, driven by one vector. */
function arrayLines(
  { network, curve, columnVoltages }: CheckedRequest,
  mark: string,
  drivers: readonly PortPotential[],
): string[] {
  const { rows, columns, conductance, rowResistance, columnResistance } = network;
  const source = rowResistance + (network.sourceResistance ?? 0);
  const sense = columnResistance + (network.senseResistance ?? 0);
  const contact = network.contactResistance ?? 0;
  const lines: string[] = [];
  const nodes = new Nodes();
  const segments: [string, string, string, number][] = [];
  const wire = (name: string, a: string, b: string, ohms: number) => {
    if (ohms === 0) nodes.merge(a, b);
    else segments.push([name, a, b, ohms]);
  };
  const driver = (i: number) => `d${mark}${i}`;
  const ground = (j: number) => `s${mark}${j}`;
  const word = (i: number, j: number) => `w${mark}${i}_${j}`;
  const bit = (i: number, j: number) => `b${mark}${i}_${j}`;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const before = j === 0 ? driver(i) : word(i, j - 1);
      wire(`Rw${mark}${i}_${j}`, before, word(i, j), j === 0 ? source : rowResistance);
      const below = i === rows - 1 ? ground(j) : bit(i + 1, j);
      wire(`Rb${mark}${i}_${j}`, bit(i, j), below, i === rows - 1 ? sense : columnResistance);
    }
    if (network.drive === 'both') wire(`Rx${mark}${i}`, word(i, columns - 1), driver(i), source);
  }
  if (network.sense === 'both') for (let j = 0; j < columns; j++) wire(`Ry${mark}${j}`, ground(j), bit(0, j), sense);
  drivers.forEach((v, i) => {
    if (v !== null) lines.push(`Vd${mark}${i} ${nodes.name(driver(i))} 0 DC ${v}`);
  });
  columnVoltages.forEach((v, j) => {
    if (v !== null) lines.push(`Vs${mark}${j} ${nodes.name(ground(j))} 0 DC ${v}`);
  });
  for (const [name, a, b, ohms] of segments) lines.push(`${name} ${nodes.name(a)} ${nodes.name(b)} ${ohms}`);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const g = conductance[i * columns + j]!;
      if (g === 0) continue;
      const a = nodes.name(word(i, j));
      const b = nodes.name(bit(i, j));
      if (!curve) {
        lines.push(`Rc${mark}${i}_${j} ${a} ${b} ${1 / g + contact}`);
        continue;
      }
      const core = contact === 0 ? a : `c${mark}${i}_${j}`;
      if (contact > 0) lines.push(`Rk${mark}${i}_${j} ${a} ${core} ${contact}`);
      lines.push(`Bc${mark}${i}_${j} ${core} ${b} I=${curve.spice(g, `V(${core},${b})`)}`);
    }
  }
  return lines;
}

/** Nodes that ideal conductors join share one name. */
class Nodes {
  private readonly parent = new Map<string, string>();

  name(node: string): string {
    let root = node;
    for (let up = this.parent.get(root); up !== undefined; up = this.parent.get(root)) root = up;
    if (root !== node) this.parent.set(node, root);
    return root;
  }

  merge(a: string, b: string): void {
    const [from, to] = [this.name(b), this.name(a)];
    if (from !== to) this.parent.set(from, to);
  }
}
