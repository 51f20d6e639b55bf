import { useMemo } from 'react';
import { formatDuration } from '../../src/base/units.ts';
import { type ColourScale, paint } from '../../src/report/colour-scale.ts';
import { decisionBoundaries } from '../../src/report/figures/decision-boundaries.ts';
import { decisionColours } from '../../src/report/figures/decision-colours.ts';
import { choose as chooseInAddress, numberIn, useAddress } from '../address.ts';
import { type Answer, type Question, useAnswer, useLatest } from '../ask.ts';
import { DoubtScatter } from '../ui/doubt-scatter.tsx';
import { InputPicture } from '../ui/input-picture.tsx';
import { NumbersOf } from '../ui/numbers-table.tsx';
import { OneInput, SamplesHistogram, type Told } from '../ui/one-input.tsx';
import { PlaneMap } from '../ui/plane-map.tsx';
import { type RunAsked, RunRoom, VariantChoice } from '../ui/run-room.tsx';
import { ScaleBar } from '../ui/scale-bar.tsx';
import { Section } from '../ui/section.tsx';
import { Choice, Slider } from '../ui/slider.tsx';
import { Answered, Failed, Loading, Older } from '../ui/states.tsx';
import { TimeSlider } from '../ui/time-slider.tsx';

type Look = Answer<'uncertainty.look'>;
type Side = Look['software'];
type Shown = Side['rows'];

const quantities = {
  decision: 'Decision',
  total: 'Total uncertainty',
  aleatoric: 'Aleatoric uncertainty',
  epistemic: 'Epistemic uncertainty',
} as const;

type Quantity = keyof typeof quantities;

/** What is predicted with how much doubt, in software and on a chip at any time. */
export default function Uncertainty({ about }: { readonly about: string }) {
  return (
    <RunRoom
      room="uncertainty"
      title="Uncertainty"
      text="Choose a run that is trained: its software and its chips are looked at side by side."
      directory={about}
    >
      {run => <OfRun run={run} />}
    </RunRoom>
  );
}

function OfRun({ run }: { readonly run: RunAsked }) {
  const look = useAnswer('uncertainty.look', run);
  return (
    <Answered of={look} what="the run">
      {found => <Looking key={run.variant} look={found} run={run} />}
    </Answered>
  );
}

function Looking({ look, run }: { readonly look: Look; readonly run: RunAsked }) {
  const { choices } = useAddress();
  const setting: Question<'uncertainty.chip'> = {
    ...run,
    time: numberIn(choices.time, look.time, 0),
    chip: numberIn(choices.chip, 0, 0, look.chips - 1),
    ...(choices.samples && { samples: numberIn(choices.samples, look.samples, 1, look.samples) }),
    ...(choices.source && { source: choices.source }),
  };
  const chip = useLatest('uncertainty.chip', setting);
  const quantity = (choices.show ?? 'decision') as Quantity;
  const number = choices.input === undefined ? undefined : Number(choices.input);
  const choose = (input: number) => chooseInAddress({ input: String(input) });
  return (
    <>
      <p>{look.title}</p>
      <Older labels={look.older} />
      <div className="controls">
        <TimeSlider time={setting.time} change={time => chooseInAddress({ time: String(time) })} />
        <Slider
          label="Chip"
          value={setting.chip}
          least={0}
          most={look.chips - 1}
          shown={`${setting.chip + 1} of ${look.chips}`}
          change={value => chooseInAddress({ chip: String(value) })}
        />
        <Slider
          label="Samples"
          value={setting.samples ?? look.samples}
          least={1}
          most={look.samples}
          shown={`${setting.samples ?? look.samples} of ${look.samples}`}
          change={value => chooseInAddress({ samples: value === look.samples ? '' : String(value) })}
        />
        <Choice
          label="Source of randomness"
          value={setting.source ?? look.source}
          options={look.sources.map(({ name, lacks }) => ({
            name,
            title: lacks ? `${name} (not here)` : name,
            disabled: lacks !== undefined,
          }))}
          change={value => chooseInAddress({ source: value === look.source ? '' : value })}
        />
        {look.plane && (
          <Choice
            label="Shown"
            value={quantity}
            options={Object.entries(quantities).map(([name, title]) => ({ name, title }))}
            change={value => chooseInAddress({ show: value })}
          />
        )}
        <VariantChoice variant={run.variant} variants={look.variants} clears={['input']} />
      </div>
      {chip.error ? (
        <Failed error={chip.error} again={() => void chip.refetch()} />
      ) : chip.data ? (
        <>
          <div className={chip.behind ? 'pair behind' : 'pair'}>
            {look.plane && look.software.map && chip.data.map ? (
              <Planes
                look={look}
                software={look.software.map}
                chip={chip.data.map}
                quantity={quantity}
                chosen={number}
                choose={choose}
                setting={setting}
              />
            ) : (
              <Scatters
                look={look}
                software={look.software.rows}
                chip={chip.data.rows}
                chosen={number}
                choose={choose}
                setting={setting}
              />
            )}
          </div>
          <Numbers look={look} chip={chip.data} />
          <Metrics look={look} chip={chip.data.metrics} />
          {number !== undefined && <Chosen look={look} chip={chip.data} setting={setting} number={number} />}
          {number === undefined && (
            <p className="quiet">
              Choose a point, with a click or the arrow keys, to see what every sample says of it.
            </p>
          )}
        </>
      ) : (
        <Loading what="the chip" />
      )}
      {look.sections.length > 0 && setting.time !== look.time && (
        <p className="notice">
          What follows is of the evaluation, {formatDuration(look.time)} after programming, not of the time chosen
          above.
        </p>
      )}
      {look.sections.map(section => (
        <Section key={section.title} {...section} />
      ))}
    </>
  );
}

interface Pair {
  readonly look: Look;
  readonly software: Shown;
  readonly chip: Shown;
  readonly chosen: number | undefined;
  readonly choose: (number: number) => void;
  readonly setting: Question<'uncertainty.chip'>;
}

const chipTitle = ({ chip, time }: Question<'uncertainty.chip'>): string =>
  `Chip ${chip + 1}, ${formatDuration(time)} after programming`;

function Planes({ look, software, chip, quantity, chosen, choose, setting }: Pair & { readonly quantity: Quantity }) {
  const { plane, classes, scale, inputNames, train } = look;
  const most = quantity === 'decision' ? 1 : ceiling(largest(software[quantity], chip[quantity]));
  const sides = [
    { title: 'Software', of: software },
    { title: chipTitle(setting), of: chip },
  ];
  return (
    <>
      {sides.map(({ title, of }, i) => (
        <OnePlane
          key={i === 0 ? 'software' : 'chip'}
          title={title}
          of={of}
          look={look}
          quantity={quantity}
          most={most}
          chosen={chosen !== undefined && chosen < plane!.side ** 2 ? chosen : undefined}
          choose={choose}
          train={train}
          names={inputNames}
        />
      ))}
      {quantity !== 'decision' ? (
        <ScaleBar table={scale} least="0" most={`${Number(most.toPrecision(2))} nat`} />
      ) : (
        <p className="note key">
          {classes.length === 2
            ? `Colour: the more likely of ${classes.join(' and ')}; white where undecided; line: where decisions change.`
            : 'Colour: the most likely class; white where undecided; lines: where decisions change.'}
        </p>
      )}
    </>
  );
}

function OnePlane({
  title,
  of,
  look,
  quantity,
  most,
  chosen,
  choose,
  train,
  names,
}: {
  readonly title: string;
  readonly of: Shown;
  readonly look: Look;
  readonly quantity: Quantity;
  readonly most: number;
  readonly chosen: number | undefined;
  readonly choose: (number: number) => void;
  readonly train: Look['train'];
  readonly names: readonly string[];
}) {
  const plane = look.plane!;
  const count = plane.side ** 2;
  const classes = look.classes.length;
  const colours = useMemo(
    () =>
      quantity === 'decision' ? decisionColours(of.mean, classes, count) : amounts(of[quantity], look.scale, most),
    [of, quantity, most, classes, count, look.scale],
  );
  const boundaries = useMemo(
    () => decisionBoundaries(of.mean, classes, plane.side, plane.side),
    [of, classes, plane.side],
  );
  const said =
    chosen === undefined
      ? ''
      : `Chosen: ${look.classes.map((name, c) => `${name} ${of.mean[chosen * classes + c]!.toFixed(2)}`).join(', ')}.`;
  return (
    <PlaneMap
      title={title}
      plane={plane}
      names={names}
      colours={colours}
      boundaries={boundaries}
      points={quantity === 'decision' ? train : undefined}
      chosen={chosen}
      choose={choose}
      said={said}
    />
  );
}

function Scatters({ look, software, chip, chosen, choose, setting }: Pair) {
  const { classes, task, test } = look;
  const most: [number, number] = [
    largest(software.aleatoric, chip.aleatoric) || 1,
    largest(software.epistemic, chip.epistemic) || 1,
  ];
  const wrong = (of: Shown) =>
    task === 'classification'
      ? Array.from(test.labels, (label, i) => best(of.mean, i, classes.length) !== label)
      : undefined;
  const unit = task === 'classification' ? 'nat' : 'units of the target';
  const common = { most, unit, chosen: chosen !== undefined && chosen < test.count ? chosen : undefined, choose };
  const first = (values: Float32Array) => (task === 'classification' ? values : everyNth(values, classes.length));
  return (
    <>
      <DoubtScatter
        title="Software"
        aleatoric={first(software.aleatoric)}
        epistemic={first(software.epistemic)}
        wrong={wrong(software)}
        {...common}
      />
      <DoubtScatter
        title={chipTitle(setting)}
        aleatoric={first(chip.aleatoric)}
        epistemic={first(chip.epistemic)}
        wrong={wrong(chip)}
        {...common}
      />
      <p className="note key">
        {test.count} test inputs by what their doubt is made of
        {task === 'classification' && '; orange: decided wrongly'}.
      </p>
    </>
  );
}

/** The numbers behind the pictures, made when they are asked for. */
function Numbers({ look, chip }: { readonly look: Look; readonly chip: Side }) {
  const numbers = () => {
    const [software, own] = look.plane ? [look.software.map!, chip.map!] : [look.software.rows, chip.rows];
    const outputs = look.classes.length;
    const width = look.task === 'classification' ? 1 : outputs;
    const parts = ['total', 'aleatoric', 'epistemic'] as const;
    const sides = [
      ['software', software],
      ['chip', own],
    ] as const;
    return {
      columns: [
        ...(look.plane ? look.inputNames : ['test row']),
        ...sides.flatMap(([name]) => [...look.classes, ...parts].map(column => `${name}: ${column}`)),
      ],
      rows: Array.from({ length: software.total.length / width }, (_, n) => [
        ...(look.plane ? [pointAt(look, n, 0), pointAt(look, n, 1)] : [n + 1]),
        ...sides.flatMap(([, of]) => [
          ...of.mean.subarray(n * outputs, (n + 1) * outputs),
          ...parts.map(part => of[part][n * width]!),
        ]),
      ]),
    };
  };
  return <NumbersOf title="Predictions of software and chip" numbers={numbers} />;
}

function Metrics({ look, chip }: { readonly look: Look; readonly chip: Side['metrics'] }) {
  const show = (value: number | null | undefined) => (value === null || value === undefined ? '–' : value.toFixed(4));
  return (
    <table>
      <caption>On {look.test.count} test inputs</caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" className="number">
            software
          </th>
          <th scope="col" className="number">
            this chip
          </th>
        </tr>
      </thead>
      <tbody>
        {look.metrics.map(({ name, label, unit }) => (
          <tr key={name}>
            <th scope="row">
              {label}
              {unit !== '1' && ` (${unit})`}
            </th>
            <td className="number">{show(look.software.metrics[name])}</td>
            <td className="number">{show(chip[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Chosen({
  look,
  chip,
  setting,
  number,
}: {
  readonly look: Look;
  readonly chip: Side;
  readonly setting: Question<'uncertainty.chip'>;
  readonly number: number;
}) {
  const of = look.plane ? 'grid' : 'test';
  const samples = useLatest('uncertainty.input', { ...setting, of, number });
  const outputs = look.classes.length;
  const told = (name: string, side: Side): Told => {
    const from = (look.plane ? side.map : side.rows)!;
    const width = look.task === 'classification' ? 1 : outputs;
    return {
      name,
      mean: from.mean.subarray(number * outputs, (number + 1) * outputs),
      total: from.total[number * width]!,
      aleatoric: from.aleatoric[number * width]!,
      epistemic: from.epistemic[number * width]!,
    };
  };
  const width = look.test.inputs.length / look.test.count;
  return (
    <section>
      <h2>The chosen input</h2>
      {look.plane ? (
        <p>{look.inputNames.map((name, k) => `${name} = ${pointAt(look, number, k).toPrecision(3)}`).join(', ')}</p>
      ) : (
        <div className="input">
          <p>
            Test row {number + 1}
            {look.task === 'classification' && `, labelled ${look.classes[look.test.labels[number]!]}`}
          </p>
          <InputPicture
            values={look.test.inputs.subarray(number * width, (number + 1) * width)}
            shape={look.inputShape}
            names={look.inputNames}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a landmark would be too much. */}
      <div
        className="scroll"
        role="group"
        aria-label="What is said of the input"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
      >
        <OneInput
          sides={[told('software', look.software), told('this chip', chip)]}
          classes={look.classes}
          unit={look.task === 'classification' ? 'nat' : 'units of the target'}
        />
      </div>
      <Answered of={samples} what="the samples">
        {found => <SamplesHistogram {...found} names={look.classes} probabilities={look.task === 'classification'} />}
      </Answered>
    </section>
  );
}

function pointAt({ plane }: Look, number: number, axis: number): number {
  const { side, x, y } = plane!;
  const [low, high] = axis === 0 ? x : y;
  const place = axis === 0 ? number % side : Math.floor(number / side);
  return low + ((high - low) * place) / (side - 1);
}

function amounts(values: Float32Array, table: Uint8Array, most: number): Uint8Array {
  const scale: ColourScale = { domain: [0, most], table };
  const out = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++) paint(scale, values[i]!, out, 3 * i);
  return out;
}

const largest = (...arrays: readonly Float32Array[]): number =>
  arrays.reduce((most, values) => values.reduce((a, b) => Math.max(a, b), most), 0);

/** The next tenth above, so that colours keep their meaning while a slider moves. */
const ceiling = (value: number): number => Math.max(0.1, Math.ceil(value * 10 - 1e-6) / 10);

function best(mean: Float32Array, row: number, classes: number): number {
  let chosen = 0;
  for (let c = 1; c < classes; c++) if (mean[row * classes + c]! > mean[row * classes + chosen]!) chosen = c;
  return chosen;
}

const everyNth = (values: Float32Array, n: number): Float32Array => values.filter((_, i) => i % n === 0);
