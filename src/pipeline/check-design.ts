import { InputError, insist, suggest, together, within } from '../base/index.ts';
import { cellsPerWeightOf } from '../crossbar/index.ts';
import { checkProcedure, deviceOf, procedureOf } from '../device/index.ts';
import type { Design } from '../experiment/index.ts';
import type { LayerMatrix } from '../network/index.ts';
import { placementOf } from './holding.ts';
import { checkSource, readingGiven } from './reading.ts';

/**
 * What the fields of a design say of each other, and whether its matrices, where they are known, fit on its arrays: every fault
 * at once, before anything is computed.
 */
export function checkDesign(design: Design, matrices?: readonly LayerMatrix[]): void {
  const { wires, layout, mapping, cellsPerWeight } = design.hardware;
  const used = cellsPerWeightOf(mapping);
  together([
    () =>
      insist(!wires || layout === 'tiles', {
        path: ['hardware', 'wires'],
        rule: "needs the layout 'tiles', whose word lines are all driven at once",
        hint: 'leave wires out or change hardware.layout',
      }),
    () =>
      insist(cellsPerWeight === undefined || cellsPerWeight === used, {
        path: ['hardware', 'cellsPerWeight'],
        rule: `the mapping '${mapping.mapping}' uses ${used}`,
        value: cellsPerWeight,
        hint: 'leave it out or choose another hardware.mapping',
      }),
    () => {
      if (!matrices) return;
      placementOf(design, matrices);
    },
    () =>
      within(['transfer'], () =>
        checkProcedure(deviceOf(design.hardware.device), procedureOf(design.transfer.programming)),
      ),
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

/** Refuses ranges by name of layer that leave one out or name another. */
function checkLimits(path: readonly string[], limit: unknown, matrices: readonly LayerMatrix[]): void {
  if (typeof limit !== 'object' || limit === null || Array.isArray(limit)) return;
  const names = matrices.map(({ name }) => name);
  const missing = names.filter(name => !Object.hasOwn(limit, name));
  together([
    ...Object.keys(limit)
      .filter(name => !names.includes(name))
      .map(name => () => {
        throw new InputError({ path: [...path, name], rule: 'is no layer with weights', hint: suggest(name, names) });
      }),
    () =>
      insist(missing.length === 0, {
        path,
        rule: `must name every layer with weights, and leaves out ${missing.join(', ')}`,
        hint: 'add them, or give one number for all',
      }),
  ]);
}
