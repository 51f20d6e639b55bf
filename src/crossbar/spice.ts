import { checkRequest } from './request.ts';

/**
 * An ngspice netlist of a request's array (see `crossbarRequestSchema`) driven by vector `vector` of the batch: drivers,
 * wires, cells and senses, an operating point, and one line `sense_j = current` per bit line. Ideal conductors become
 * one node.
 */
export function spiceNetlist(value: unknown, options: { vector?: number; where?: string } = {}): string {
  const where = options.where ?? 'crossbar';
  const { network, curve, voltages, columnVoltages } = checkRequest(value, where);
  const { rows, columns, conductance, rowResistance, columnResistance } = network;
  const drivers = voltages[options.vector ?? 0]!;
  const source = rowResistance + (network.sourceResistance ?? 0);
  const sense = columnResistance + (network.senseResistance ?? 0);
  const contact = network.contactResistance ?? 0;
  const lines = [
    `* Array of ${rows} word lines and ${columns} bit lines`,
    '.options reltol=1e-9 abstol=1e-18 vntol=1e-15 gmin=1e-20 numdgt=12',
  ];
  const nodes = new Nodes();
  const wire = (name: string, a: string, b: string, ohms: number) => {
    if (ohms === 0) nodes.merge(a, b);
    else segments.push([name, a, b, ohms]);
  };
  const segments: [string, string, string, number][] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      wire(`Rw${i}_${j}`, j === 0 ? `d${i}` : `w${i}_${j - 1}`, `w${i}_${j}`, j === 0 ? source : rowResistance);
      const below = i === rows - 1 ? `s${j}` : `b${i + 1}_${j}`;
      wire(`Rb${i}_${j}`, `b${i}_${j}`, below, i === rows - 1 ? sense : columnResistance);
    }
    if (network.drive === 'both') wire(`Rx${i}`, `w${i}_${columns - 1}`, `d${i}`, source);
  }
  if (network.sense === 'both') for (let j = 0; j < columns; j++) wire(`Ry${j}`, `s${j}`, `b0_${j}`, sense);
  for (let i = 0; i < rows; i++)
    if (drivers[i] !== null) lines.push(`Vd${i} ${nodes.name(`d${i}`)} 0 DC ${drivers[i]}`);
  for (let j = 0; j < columns; j++) {
    if (columnVoltages[j] !== null) lines.push(`Vs${j} ${nodes.name(`s${j}`)} 0 DC ${columnVoltages[j]}`);
  }
  for (const [name, a, b, ohms] of segments) lines.push(`${name} ${nodes.name(a)} ${nodes.name(b)} ${ohms}`);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const g = conductance[i * columns + j]!;
      if (g === 0) continue;
      const a = nodes.name(`w${i}_${j}`);
      const b = nodes.name(`b${i}_${j}`);
      if (!curve) {
        lines.push(`Rc${i}_${j} ${a} ${b} ${1 / g + contact}`);
        continue;
      }
      const core = contact === 0 ? a : `c${i}_${j}`;
      if (contact > 0) lines.push(`Rk${i}_${j} ${a} ${core} ${contact}`);
      lines.push(`Bc${i}_${j} ${core} ${b} I=${curve.spice(g, `V(${core},${b})`)}`);
    }
  }
  lines.push('.op', '.control', 'set numdgt=12', 'run');
  for (let j = 0; j < columns; j++) {
    if (columnVoltages[j] !== null) lines.push(`let sense_${j} = i(vs${j})`, `print sense_${j}`);
  }
  lines.push('quit', '.endc', '.end', '');
  return lines.join('\n');
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
