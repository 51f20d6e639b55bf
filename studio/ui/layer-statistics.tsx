import { layerStarts, withinCopy } from '../../src/studio/cell-told.ts';
import { type ArrayLook, asked, type CellsShown, shown } from './cell-quantities.ts';

interface Statistics {
  readonly layer: string;
  readonly cells: number;
  readonly stuckHigh: number;
  readonly stuckLow: number;
  readonly open: number;
  /** S. */
  readonly error: { readonly mean: number; readonly std: number };
  readonly change: { readonly mean: number; readonly std: number };
}

/** Layer by layer, what became of the cells of a page. */
export function statisticsOf({ held, rest }: ArrayLook, shownCells: CellsShown): readonly Statistics[] {
  const { cells, target, programmed, now, fault } = shownCells;
  const starts = layerStarts(held);
  const sums = held.matrices.map(() => new Float64Array(8));
  let layer = 0;
  for (let i = 0; i < cells.length; i++) {
    if (cells[i]! < 0) continue;
    const [, within] = withinCopy(held, starts, cells[i]!);
    if (within < starts[layer]! || within >= starts[layer + 1]!) layer = starts.findLastIndex(start => start <= within);
    const sum = sums[layer]!;
    const error = programmed[i]! - asked(target[i]!, rest);
    const change = now[i]! - programmed[i]!;
    sum[0]!++;
    if (fault[i]! > 0) sum[fault[i]!]!++;
    sum[4]! += error;
    sum[5]! += error * error;
    sum[6]! += change;
    sum[7]! += change * change;
  }
  return held.matrices.flatMap(({ name }, m) => {
    const [count, high, open, low, ...moments] = sums[m]! as unknown as [number, number, number, number, ...number[]];
    if (count === 0) return [];
    const spread = (at: number) => {
      const mean = moments[at]! / count;
      return { mean, std: Math.sqrt(Math.max(0, moments[at + 1]! / count - mean * mean)) };
    };
    return [{ layer: name, cells: count, stuckHigh: high, stuckLow: low, open, error: spread(0), change: spread(2) }];
  });
}

/** The layers that are shown, in numbers. */
export const LayerStatistics = ({ rows }: { readonly rows: readonly Statistics[] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
  <section className="scroll" aria-label="Table: cells that are shown, by layer" tabIndex={0}>
    <table>
      <caption>Cells that are shown, by layer</caption>
      <thead>
        <tr>
          <th scope="col">Layer</th>
          {['Cells', 'Stuck high', 'Stuck low', 'Open', 'Error of programming', 'Change since then'].map(name => (
            <th key={name} scope="col" className="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ layer, cells, stuckHigh, stuckLow, open, error, change }) => (
          <tr key={layer}>
            <th scope="row">{layer}</th>
            {[cells, stuckHigh, stuckLow, open].map((count, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still.
              <td key={i} className="number">
                {count.toLocaleString('en-US')}
              </td>
            ))}
            <td className="number">
              {shown(error.mean, 'S')} ± {shown(error.std, 'S')}
            </td>
            <td className="number">
              {shown(change.mean, 'S')} ± {shown(change.std, 'S')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <p className="note">Mean ± standard deviation over cells.</p>
  </section>
);
