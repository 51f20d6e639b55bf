import { useMemo, useState } from 'react';
import { formatDuration } from '../../src/base/units.ts';
import { cellTold, layerStarts, withinCopy } from '../../src/studio/cell-told.ts';
import { pageOf } from '../../src/studio/panels.ts';
import { choose as chooseInAddress, numberIn, useAddress } from '../address.ts';
import { type Question, useAnswer, useLatest } from '../ask.ts';
import { CellMap, type View } from '../ui/cell-map.tsx';
import {
  type ArrayLook,
  asked,
  type CellsShown,
  coloursOf,
  faults,
  type QuantityName,
  quantities,
  scaleOf,
  shown,
} from '../ui/cell-quantities.ts';
import { LayerStatistics, statisticsOf } from '../ui/layer-statistics.tsx';
import { entryOf, type Mosaic, mosaicOf, placeOf } from '../ui/mosaic.ts';
import { NumbersOf } from '../ui/numbers-table.tsx';
import { type RunAsked, RunRoom, VariantChoice } from '../ui/run-room.tsx';
import { ScaleBar } from '../ui/scale-bar.tsx';
import { Choice, Slider } from '../ui/slider.tsx';
import { Answered, Failed, Loading, Older } from '../ui/states.tsx';
import { TimeSlider } from '../ui/time-slider.tsx';

/** The arrays of a chip, cell by cell. */
export default function ArrayRoom({ about }: { readonly about: string }) {
  return (
    <RunRoom
      room="array"
      title="Array"
      text="Choose a run that is trained: its chips are looked at cell by cell."
      directory={about}
    >
      {run => <OfRun run={run} />}
    </RunRoom>
  );
}

function OfRun({ run }: { readonly run: RunAsked }) {
  const look = useAnswer('array.look', run);
  return (
    <Answered of={look} what="the plan">
      {found => <Looking key={run.variant} look={found} run={run} />}
    </Answered>
  );
}

/** Choices that are of one page of arrays. */
const ofPage = { at: '', view: '' };

function Looking({ look, run }: { readonly look: ArrayLook; readonly run: RunAsked }) {
  const { choices } = useAddress();
  const show = (choices.show && Object.hasOwn(quantities, choices.show) ? choices.show : 'aged') as QuantityName;
  const page = numberIn(choices.page, 0, 0, look.pages - 1);
  const setting: Question<'array.chip'> = {
    ...run,
    page,
    chip: numberIn(choices.chip, 0, 0, look.chips - 1),
    time: numberIn(choices.time, look.time, 0),
    ...(show === 'wires' && { wires: true }),
  };
  const planned = useAnswer('array.page', { ...run, page });
  const chip = useLatest('array.chip', setting);
  const error = planned.error ?? chip.error;
  const cells =
    planned.data && chip.data && planned.data.page === chip.data.page && (show !== 'wires' || chip.data.seen)
      ? { ...planned.data, ...chip.data }
      : undefined;
  const { arrays } = look;
  return (
    <>
      <p>
        {look.title}: {look.cells.toLocaleString('en-US')} cells of {look.device} on {arrays.arrays}{' '}
        {arrays.arrays === 1 ? 'array' : 'arrays'} of {arrays.rows} × {arrays.columns},{' '}
        {shown(look.utilisation, 'share')} used; {look.held.copies} {look.held.copies === 1 ? 'copy' : 'copies'} of the
        network by the method {look.method}.
      </p>
      <Older labels={look.older} />
      <div className="controls">
        <Choice
          label="Shown"
          value={show}
          options={Object.entries(quantities).map(([name, { title }]) =>
            name === 'wires' && !look.wires
              ? { name, title: `${title} (none: ideal wires)`, disabled: true }
              : { name, title },
          )}
          change={value => chooseInAddress({ show: value })}
        />
        <TimeSlider time={setting.time} change={time => chooseInAddress({ time: String(time) })} />
        <Slider
          label="Chip"
          value={setting.chip}
          least={0}
          most={look.chips - 1}
          shown={`${setting.chip + 1} of ${look.chips}`}
          change={value => chooseInAddress({ chip: String(value) })}
        />
        {look.pages > 1 && (
          <Slider
            label="Arrays"
            value={page}
            least={0}
            most={look.pages - 1}
            shown={`page ${page + 1} of ${look.pages}`}
            change={value => chooseInAddress({ page: String(value), ...ofPage })}
          />
        )}
        <Choice
          label="Layer"
          value={choices.layer ?? ''}
          options={[
            { name: '', title: 'all' },
            ...look.held.matrices.map(({ name, rows, columns }) => ({ name, title: `${name} (${rows} × ${columns})` })),
          ]}
          change={value => {
            const layer = look.held.matrices.findIndex(({ name }) => name === value);
            const there = layer < 0 ? page : pageOf(arrays, look.first[layer]!);
            chooseInAddress({ layer: value, ...(there !== page && { page: String(there), ...ofPage }) });
          }}
        />
        <VariantChoice variant={run.variant} variants={look.variants} clears={['page', 'layer', 'at', 'view']} />
      </div>
      {error ? (
        <Failed error={error} again={() => [planned, chip].forEach(one => void one.refetch())} />
      ) : cells ? (
        <Cells key={page} look={look} cells={cells} show={show} setting={setting} behind={chip.behind} />
      ) : (
        <Loading what={show === 'wires' ? 'the currents of the arrays' : 'the cells'} />
      )}
    </>
  );
}

interface Shown {
  readonly look: ArrayLook;
  readonly cells: CellsShown;
  readonly show: QuantityName;
  readonly setting: Question<'array.chip'>;
}

function Cells({ look, cells, show, setting, behind }: Shown & { readonly behind: boolean }) {
  const { choices } = useAddress();
  const mosaic = useMemo(() => mosaicOf(cells.panels, 1.6), [cells.panels]);
  const values = useMemo(() => quantities[show].of(cells, look.rest), [cells, show, look.rest]);
  const scale = useMemo(() => scaleOf(show, values, cells, look), [show, values, cells, look]);
  const layer = look.held.matrices.findIndex(({ name }) => name === choices.layer);
  const colours = useMemo(() => {
    const starts = layerStarts(look.held);
    const inLayer = (cell: number) => {
      const [, within] = withinCopy(look.held, starts, cell);
      return within >= starts[layer]! && within < starts[layer + 1]!;
    };
    const only = layer < 0 ? undefined : inLayer;
    return coloursOf(show, cells, values, scale, only);
  }, [show, cells, values, scale, layer, look.held]);
  const view = useMemo(() => viewIn(choices.view), [choices.view]);
  const statistics = useMemo(() => statisticsOf(look, cells), [look, cells]);
  const chosen = chosenIn(mosaic, choices.at);
  const [pointed, setPointed] = useState<number>();
  const entry = pointed ?? chosen;
  const title = `${quantities[show].title} of chip ${setting.chip + 1}, ${formatDuration(setting.time)} after programming`;
  return (
    <>
      <div className={behind ? 'array behind' : 'array'}>
        <figure className="map" aria-label={title}>
          <CellMap
            title={title}
            mosaic={mosaic}
            colours={colours}
            view={view}
            see={view => chooseInAddress({ view: view ? `${[view.x, view.y, view.scale].map(short).join('_')}` : '' })}
            chosen={chosen}
            choose={place => {
              const { array, row, column } = placeOf(mosaic, place);
              chooseInAddress({ at: [array, row, column].join('_') });
            }}
            point={setPointed}
            said={chosen === undefined ? '' : said(storyOf(look, cells, mosaic, setting, chosen))}
          />
          <Legend show={show} cells={cells} scale={scale} />
          <NumbersOf title={title} numbers={() => numbersOf(look, cells, mosaic)} />
        </figure>
        <section className="story" aria-label="The cell">
          <h2>{entry === undefined ? 'A cell' : pointed === undefined ? 'The chosen cell' : 'Under the pointer'}</h2>
          {entry === undefined ? (
            <p className="quiet">Point at a cell, or choose one with a click or the arrow keys, to see all of it.</p>
          ) : (
            <Story facts={storyOf(look, cells, mosaic, setting, entry)} />
          )}
          <p className="unseen" role="status">
            {chosen !== undefined && said(storyOf(look, cells, mosaic, setting, chosen))}
          </p>
        </section>
      </div>
      <LayerStatistics rows={statistics} />
    </>
  );
}

type Facts = readonly (readonly [name: string, value: string])[];

const Story = ({ facts }: { readonly facts: Facts }) => (
  <dl className="pairs">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

const said = (facts: Facts): string => facts.map(([name, value]) => `${name}: ${value}`).join('; ');

/** All that is known of the cell at a place. */
function storyOf(
  { held, rest }: ArrayLook,
  { cells, target, intended, programmed, now, seen, fault }: CellsShown,
  mosaic: Mosaic,
  { time }: Question<'array.chip'>,
  entry: number,
): Facts {
  const { array, row, column } = placeOf(mosaic, entry);
  const place = ['Place', `array ${array}, row ${row}, column ${column}`] as const;
  const cell = cells[entry]!;
  if (cell < 0) return [place, ['Use', 'none: no weight lies here']];
  const { layer, copy, weight, input, output, bias, place: nth, cells: of, sign } = cellTold(held, cell);
  const apart = (value: number, from: number) => `${value < from ? '' : '+'}${shown(value - from, 'S')}`;
  const wanted = asked(target[entry]!, rest);
  return [
    place,
    ['Layer', `${held.matrices[layer]!.name}, from ${bias ? 'the bias' : `input ${input}`} to output ${output}`],
    ['Copy', layer < held.heldOnce ? `the one for all ${held.copies}` : `number ${copy} (of ${held.copies})`],
    ['Weight', `number ${weight}, ${Number(intended[entry]!.toPrecision(4))} intended`.replace('-', '−')],
    ['Cell', `${nth + 1} of ${of} of the weight, counts ${sign < 0 ? 'negative (−)' : 'positive (+)'}`],
    ['Target', target[entry] === 0 ? `at rest, ${shown(rest, 'S')}` : shown(wanted, 'S')],
    ['Programmed', `${shown(programmed[entry]!, 'S')} (${apart(programmed[entry]!, wanted)})`],
    [`After ${formatDuration(time)}`, `${shown(now[entry]!, 'S')} (${apart(now[entry]!, programmed[entry]!)})`],
    ...(seen
      ? [
          [
            'Through the wires',
            `${shown(seen[entry]!, 'S')} (${shown(1 - seen[entry]! / now[entry]!, 'share')} lost)`,
          ] as const,
        ]
      : []),
    ['State', faults[fault[entry]!]!.name],
  ];
}

function Legend({
  show,
  cells,
  scale,
}: {
  readonly show: QuantityName;
  readonly cells: CellsShown;
  readonly scale: { readonly domain: readonly [number, number]; readonly table: Uint8Array };
}) {
  if (show === 'faults') {
    const counts = faults.map(() => 0);
    for (let i = 0; i < cells.cells.length; i++) if (cells.cells[i]! >= 0) counts[cells.fault[i]!]!++;
    return (
      <ul className="key-list">
        {faults.map(({ name, colour }, code) => (
          <li key={name}>
            <span className="swatch" style={{ background: colour }} />
            {name}: {counts[code]!.toLocaleString('en-US')}
          </li>
        ))}
      </ul>
    );
  }
  const { unit, kind } = quantities[show];
  const [low, high] = scale.domain;
  const sign = kind === 'deviation' ? '+' : '';
  return <ScaleBar table={scale.table} least={shown(low, unit)} most={`${sign}${shown(high, unit)} and more`} />;
}

/** The cells that are used, a row each, as the plan's table names them. */
function numbersOf({ held }: ArrayLook, shownCells: CellsShown, mosaic: Mosaic) {
  const { cells, target, intended, programmed, now, seen, fault } = shownCells;
  const rows: (string | number)[][] = [];
  for (const panel of mosaic.panels) {
    for (let i = 0; i < panel.rows * panel.columns; i++) {
      const entry = panel.from + i;
      const cell = cells[entry]!;
      if (cell < 0) continue;
      const { layer, copy, weight, sign } = cellTold(held, cell);
      const place = [panel.array, panel.row + Math.floor(i / panel.columns), panel.column + (i % panel.columns)];
      rows.push([
        ...place,
        held.matrices[layer]!.name,
        copy,
        weight,
        sign,
        intended[entry]!,
        ...[target, programmed, now, ...(seen ? [seen] : [])].map(of => 1e6 * of[entry]!),
        faults[fault[entry]!]!.name,
      ]);
    }
  }
  const conductances = ['target', 'programmed', 'now', ...(seen ? ['through wires'] : [])];
  return {
    columns: [
      ...['array', 'row', 'column', 'layer', 'copy', 'weight', 'sign', 'intended'],
      ...conductances.map(name => `${name} (µS)`),
      'state',
    ],
    rows,
  };
}

const short = (value: number): string => `${Number(value.toPrecision(5))}`;

const numbersIn = (text: string | undefined): readonly number[] => (text ? text.split('_').map(Number) : []);

function chosenIn(mosaic: Mosaic, text: string | undefined): number | undefined {
  const [array, row, column] = numbersIn(text);
  return array === undefined || row === undefined || column === undefined
    ? undefined
    : entryOf(mosaic, array, row, column);
}

function viewIn(text: string | undefined): View | undefined {
  const [x, y, scale] = numbersIn(text);
  return x !== undefined && y !== undefined && scale !== undefined && [x, y, scale].every(Number.isFinite)
    ? { x, y, scale }
    : undefined;
}
