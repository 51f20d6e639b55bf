import { formatQuantity } from '../../src/base/units.ts';
import type { Band } from '../../src/cost/bands.ts';
import { choose, numberIn, useAddress } from '../address.ts';
import { type Answer, type Question, useAnswer, useLatest } from '../ask.ts';
import { type RunAsked, RunRoom, VariantChoice } from '../ui/run-room.tsx';
import { Section } from '../ui/section.tsx';
import { Slider } from '../ui/slider.tsx';
import { Answered, Failed, Faults } from '../ui/states.tsx';

type Look = Answer<'cost.look'>;
type Figures = Look['figures'];
type Changes = Question<'cost.change'>['changes'];

/** Feature sizes on the slider, m. */
const nodes = [7e-9, 10e-9, 14e-9, 22e-9, 32e-9, 45e-9, 65e-9, 90e-9, 130e-9];

/** What a decision costs, and what changing a number does to it. */
export default function Cost({ about }: { readonly about: string }) {
  return (
    <RunRoom
      room="cost"
      title="Cost"
      text="Choose a run: its decisions are priced part by part, beside digital designs."
      directory={about}
    >
      {run => <OfRun run={run} />}
    </RunRoom>
  );
}

function OfRun({ run }: { readonly run: RunAsked }) {
  const look = useAnswer('cost.look', run);
  return (
    <Answered of={look} what="the price">
      {found => <Priced key={run.variant} look={found} run={run} />}
    </Answered>
  );
}

const names = ['samples', 'inputBits', 'outputBits', 'rows', 'columns', 'node', 'rate'] as const;

function Priced({ look, run }: { readonly look: Look; readonly run: RunAsked }) {
  const { choices } = useAddress();
  const changes: Changes = Object.fromEntries(
    names.flatMap(name => {
      const number = numberIn(choices[name], Number.NaN);
      return Number.isNaN(number) ? [] : [[name, number]];
    }),
  );
  const moved = Object.keys(changes).length > 0;
  const change = useLatest('cost.change', { ...run, changes }, moved);
  const other = moved ? change.data : undefined;
  const value = (name: (typeof names)[number], otherwise: number) =>
    numberIn(choices[name], look.now[name] ?? otherwise);
  const set = (name: (typeof names)[number]) => (to: number) =>
    choose({ [name]: to === look.now[name] ? '' : String(Number(to.toPrecision(3))) });
  const power = (name: 'rows' | 'columns', label: string) => (
    <Slider
      label={label}
      value={Math.log2(value(name, 128))}
      least={4}
      most={12}
      shown={String(value(name, 128))}
      change={to => set(name)(2 ** to)}
    />
  );
  const nearest = nodes.reduce((a, b) =>
    Math.abs(b - value('node', 22e-9)) < Math.abs(a - value('node', 22e-9)) ? b : a,
  );
  const limited = choices.rate !== undefined || look.now.rate !== undefined;
  // Where nobody asks for a rate, it is what the design can do.
  const rate = value('rate', (other?.figures ?? look.figures).rate ?? 1000);
  const reset = () => choose(Object.fromEntries(names.map(name => [name, ''])));
  return (
    <>
      <p>{look.title}</p>
      {!look.trained && (
        <p className="quiet">Not trained yet: cells are taken to conduct as in the middle of the device’s range.</p>
      )}
      <div className="controls">
        <Slider
          label="Samples of a decision"
          value={value('samples', 1)}
          least={1}
          most={Math.max(256, look.now.samples)}
          shown={String(value('samples', 1))}
          change={set('samples')}
        />
        <Slider
          label="Bits of inputs"
          value={value('inputBits', 8)}
          least={2}
          most={12}
          shown={String(value('inputBits', 8))}
          change={set('inputBits')}
        />
        <Slider
          label="Bits of sums"
          value={value('outputBits', 8)}
          least={2}
          most={12}
          shown={String(value('outputBits', 8))}
          change={set('outputBits')}
        />
        {power('rows', 'Rows of an array')}
        {power('columns', 'Columns of an array')}
        <Slider
          label="Process"
          value={nodes.indexOf(nearest)}
          least={0}
          most={nodes.length - 1}
          shown={formatQuantity(value('node', 22e-9), 'm')}
          change={to => set('node')(nodes[to]!)}
        />
        <Slider
          label="Decisions a second"
          value={Math.log10(rate)}
          least={0}
          most={Math.max(7, Math.ceil(Math.log10(rate)))}
          step={0.1}
          shown={`${limited ? '' : 'up to '}${formatQuantity(Number(rate.toPrecision(2)), '/s')}`}
          change={to => set('rate')(Number((10 ** to).toPrecision(2)))}
        />
        <VariantChoice variant={run.variant} variants={look.variants} />
        {moved && (
          <p>
            <button type="button" className="plain" onClick={reset}>
              Back to the design
            </button>
          </p>
        )}
      </div>
      {moved && change.error && <Failed error={change.error} />}
      {other?.faults && <Faults faults={other.faults} />}
      <div className={moved && change.behind ? 'behind' : undefined} aria-live="polite">
        {(other?.figures ?? look.figures).verdict.map(text => (
          <p key={text} className="verdict">
            {text}
          </p>
        ))}
      </div>
      <Before figures={look.figures} other={other?.figures} />
      <Section {...without(other?.section ?? look.section, (other?.figures ?? look.figures).verdict)} />
    </>
  );
}

/** The section without sentences that stand above it already. */
const without = (section: Look['section'], said: readonly string[]): Look['section'] => ({
  ...section,
  text: section.text.filter(text => !said.includes(text)),
});

const band = ({ median, low, high }: Band, unit: string): string =>
  median === null
    ? '–'
    : low === null || high === null
      ? formatQuantity(median, unit)
      : `${formatQuantity(median, unit)} [${formatQuantity(low, unit)}, ${formatQuantity(high, unit)}]`;

const squared = ({ median, low, high }: Band): string => {
  const show = (value: number) => Number((value * 1e6).toPrecision(3));
  return median === null || low === null || high === null ? '–' : `${show(median)} mm² [${show(low)}, ${show(high)}]`;
};

const times = ({ median, low, high }: Band): string => {
  const show = (value: number) => Number(value.toPrecision(3));
  return median === null || low === null || high === null ? '–' : `${show(median)} × [${show(low)}, ${show(high)}]`;
};

/** The figures of the design and of what it was changed to. */
function Before({ figures, other }: { readonly figures: Figures; readonly other: Figures | undefined }) {
  const rows: readonly (readonly [string, (of: Figures) => string])[] = [
    ['Energy of a decision', of => band(of.energy, 'J')],
    ['Latency', of => band(of.latency, 's')],
    ['Area', of => squared(of.area)],
    ...figures.baselines.map(({ name }): readonly [string, (of: Figures) => string] => [
      `Energy of ${name} over it`,
      of => {
        const found = of.baselines.find(one => one.name === name);
        return found ? times(found.energy) : '–';
      },
    ]),
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="scroll" aria-label="Figures before and after" tabIndex={0}>
      <table>
        <caption>Median, with 5 % and 95 % quantiles of the uncertain constants</caption>
        <thead>
          <tr>
            <th scope="col">Of {figures.architecture}</th>
            <th scope="col" className="number">
              the design
            </th>
            {other && (
              <th scope="col" className="number">
                changed
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, of]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{of(figures)}</td>
              {other && <td className="number">{of(other)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
