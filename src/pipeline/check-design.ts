import { InputError, insist, suggest, together, within } from '../base/index.ts';
import { cellsPerWeightOf } from '../crossbar/index.ts';
import { checkProcedure, deviceOf, procedureOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { placementOf } from './holding.ts';
import { checkSource, readingGiven } from './reading.ts';
import { convertsSums } from './source-price.ts';
import { checkTrainedFor } from './stages/training.ts';

/**
 * What the fields of a design say of each other, and whether its matrices, where they are known, fit on its arrays: every fault
 * at once, before anything is computed.
 */
export function checkDesign(design: Design, matrices?: readonly LayerMatrix[]): void {
  const { wires, layout, mapping, mappings = {}, cellsPerWeight } = design.hardware;
  together([
    () =>
      insist(!wires || layout === 'tiles', {
        path: ['hardware', 'wires'],
        rule: "needs the layout 'tiles', whose word lines are all driven at once",
        hint: 'leave wires out or change hardware.layout',
      }),
    () => {
      if (cellsPerWeight === undefined) return;
      const all = [mapping, ...Object.values(mappings)];
      const other = all.find(own => cellsPerWeightOf(own) !== cellsPerWeight);
      if (!other) return;
      throw new InputError({
        path: ['hardware', 'cellsPerWeight'],
        rule: `the mapping '${other.mapping}' uses ${cellsPerWeightOf(other)}`,
        value: cellsPerWeight,
        hint: 'leave it out or choose another hardware.mapping',
      });
    },
    () => checkOpenRows(design),
    () => matrices && checkNames(['hardware', 'mappings'], mappings, matrices),
    () => {
      if (!matrices) return;
      placementOf(design, matrices);
    },
    () =>
      within(['transfer'], () =>
        checkProcedure(deviceOf(design.hardware.device), procedureOf(design.transfer.programming)),
      ),
    () => matrices && checkTrainedFor(design, matrices),
    () => checkSource(readingGiven(design)),
    () => {
      const [binary, threshold] = [design.sampling.entropy === 'binary', design.transfer.method === 'threshold'];
      insist(binary === threshold, {
        path: ['transfer', 'method'],
        rule: binary
          ? `the entropy 'binary' reads signs of cells that 'threshold' has set, got '${design.transfer.method}'`
          : `'threshold' sets cells for the entropy 'binary', got '${design.sampling.entropy}'`,
        hint: binary
          ? "choose 'threshold' and hardware.mapping { mapping: offset }"
          : "choose the entropy 'binary' or another method",
      });
    },
    () => matrices && checkLimits(['transfer', 'limit'], design.transfer.limit, matrices),
    () =>
      matrices && 'limit' in design.posterior && checkLimits(['posterior', 'limit'], design.posterior.limit, matrices),
  ]);
}

/** Refuses more open word lines than an array has, and any where lines are not read together. */
function checkOpenRows(design: Design): void {
  const { array, layout } = design.hardware;
  const { rows, rowsPerConversion: value } = array;
  if (value === undefined) return;
  const path = ['hardware', 'array', 'rowsPerConversion'];
  together([
    () =>
      insist(value <= rows, {
        path,
        rule: `must be at most the ${rows} word lines of an array`,
        value,
        hint: 'lower it, or leave it out to read all of them at once',
      }),
    () =>
      insist(layout === 'tiles', {
        path,
        rule: "needs the layout 'tiles', whose word lines are driven together",
        hint: 'leave it out or change hardware.layout',
      }),
    () =>
      insist(convertsSums(design), {
        path,
        rule: `needs sums of an array that are converted, which the entropy '${design.sampling.entropy}' has not`,
        hint: 'leave it out or choose another sampling.entropy',
      }),
  ]);
}

/** Refuses ranges by name of layer that leave one out or name another. */
function checkLimits(path: readonly string[], limit: unknown, matrices: readonly LayerMatrix[]): void {
  if (typeof limit !== 'object' || limit === null || Array.isArray(limit)) return;
  const names = matrices.map(({ name }) => name);
  const missing = names.filter(name => !Object.hasOwn(limit, name));
  together([
    () => checkNames(path, limit, matrices),
    () =>
      insist(missing.length === 0, {
        path,
        rule: `must name every layer with weights, and leaves out ${missing.join(', ')}`,
        hint: 'add them, or give one number for all',
      }),
  ]);
}

/** Refuses names of layers that have no weights or do not exist. */
function checkNames(path: readonly string[], named: object, matrices: readonly LayerMatrix[]): void {
  const names = matrices.map(({ name }) => name);
  const others = Object.keys(named).filter(name => !names.includes(name));
  together(
    others.map(name => () => {
      const hint = suggest(name, names);
      throw new InputError({ path: [...path, name], rule: 'is no layer with weights', hint });
    }),
  );
}
