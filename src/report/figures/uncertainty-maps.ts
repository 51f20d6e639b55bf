import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { colourBar } from '../legend.ts';
import { ink } from '../palette.ts';
import { heading, panel } from '../panel.ts';
import { pixels } from '../pixels.ts';
import { sequential } from '../schemes.ts';
import { plotHeight } from './decision-maps.ts';
import { type Grid, overGrid, pixelExtent, topDown } from './grid.ts';

export interface UncertaintyMaps {
  readonly grid: Grid;
  /** One row of maps per quantity, all on one colour scale from 0; `values`: [rows, columns] each. */
  readonly quantities: readonly {
    readonly name: string;
    readonly unit: string;
    readonly maps: readonly { readonly title: string; readonly values: ArrayLike<number> }[];
  }[];
}

/** Where the prediction is uncertain and why: a row of maps each for aleatoric and epistemic uncertainty. */
export function uncertaintyMaps({ grid, quantities }: UncertaintyMaps): Figure {
  const sides = { left: 52, right: 10, top: 6, bottom: 42 };
  const columns = Math.max(2, ...quantities.map(quantity => quantity.maps.length));
  const width = Math.floor((800 - 86) / columns);
  const height = plotHeight(grid, width - sides.left - sides.right) + sides.top + sides.bottom;
  const extent = pixelExtent(grid);
  const rows = quantities.flatMap(({ name, unit, maps }) => {
    let most = 0;
    for (const { values } of maps) for (let n = 0; n < values.length; n++) most = Math.max(most, values[n]!);
    const scale = sequential(0, most);
    const panels = maps.map(({ values }) =>
      panel({
        width,
        height,
        marginLeft: sides.left,
        marginRight: sides.right,
        marginTop: sides.top,
        marginBottom: sides.bottom,
        x: { domain: [...extent.x], label: grid.xTitle, ticks: 5 },
        y: { domain: [...extent.y], label: grid.yTitle, ticks: 5 },
        marks: [
          pixels(topDown(Float64Array.from(values), grid.columns), grid.columns, grid.rows, scale, extent, 'auto'),
          Plot.frame({ stroke: ink }),
        ],
      }),
    );
    return [
      [heading(800, name, sides.left, 32, 14)],
      maps.map(map => heading(width, map.title, sides.left, 22, 12)),
      [...panels, colourBar(scale, unit, height, sides.top, sides.bottom)],
    ];
  });
  return figure(`Uncertainty maps: ${quantities.map(quantity => quantity.name).join(', ')}`, rows, {
    columns: [
      grid.xTitle,
      grid.yTitle,
      ...quantities.flatMap(({ name, unit, maps }) => maps.map(({ title }) => `${title}: ${name} (${unit})`)),
    ],
    rows: overGrid(grid, n => quantities.flatMap(({ maps }) => maps.map(({ values }) => values[n]!))),
  });
}
