import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatQuantity, InputError } from '../../base/index.ts';
import { solveCrossbar, spiceNetlist } from '../../crossbar/index.ts';
import { aligned } from '../aligned.ts';
import type { Verb } from '../verb.ts';
import { writeOut } from '../write-file.ts';

export const crossbarSolve: Verb = {
  options: [{ flags: '--effective', summary: 'also give the effective matrix: I = Mᵀ V' }],
  examples: ['crossbar solve array.json', 'crossbar solve array.json --effective --json'],
  async run([file], options, shell) {
    const request = await readRequest(file!, shell.folder);
    const solution = solveCrossbar(request, { effective: options.effective === true, where: file! });
    const vectors = solution.currents.map(row => row.map(current => formatQuantity(current, 'A', 6)).join('  '));
    const effective = solution.effective ? `\n\n${matrixText(solution.effective)}` : '';
    const text = `${vectors.join('\n')}${effective}\n\nresidual ${solution.residual.toExponential(1)}, ${formatQuantity(solution.seconds, 's')}`;
    return { document: { ...solution }, text };
  },
};

export const crossbarSpice: Verb = {
  examples: ['crossbar spice array.json --out array.cir', 'crossbar spice array.json > array.cir'],
  async run([file], _options, shell) {
    const netlist = spiceNetlist(await readRequest(file!, shell.folder), { where: file! });
    if (shell.out === undefined) return { document: { netlist }, text: netlist };
    await writeOut(shell.out, netlist, shell);
    return { document: { file: shell.out }, text: `Wrote ${shell.out}; run it with 'ngspice -b ${shell.out}'.` };
  },
};

/** Rows and columns of a matrix that are printed at most. */
const mostShown = 8;

/** The effective matrix, its upper left corner where it is large. */
function matrixText(matrix: readonly (readonly number[])[]): string {
  const [rows, columns] = [matrix.length, matrix[0]!.length];
  const cut = columns > mostShown;
  const lines = matrix.slice(0, mostShown).map(row => {
    const cells = row.slice(0, mostShown).map(entry => formatQuantity(entry, 'S', 4));
    return cut ? [...cells, '…'] : cells;
  });
  const part = cut || rows > mostShown ? ', upper left corner; all of it with --json' : '';
  return `effective matrix M of I = Mᵀ V, ${rows}×${columns}${part}\n${aligned(lines)}`;
}

async function readRequest(file: string, folder: string): Promise<unknown> {
  const text = await readFile(resolve(folder, file), 'utf8').catch(() => {
    throw new InputError(
      `${file}: cannot be read; give a JSON file with 'conductance', 'voltages' and wire resistances.`,
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: is not JSON (${(error as Error).message}).`);
  }
}
