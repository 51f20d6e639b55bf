import { choose, useAddress } from '../address.ts';
import { useAnswer } from '../ask.ts';
import { HtmlTable } from '../ui/section.tsx';
import { Choice } from '../ui/slider.tsx';
import { Answered, Empty } from '../ui/states.tsx';

const sides = {
  hardware: 'on chips',
  software: 'in software',
  deterministic: 'one weight vector on chips',
} as const;

/** Runs beside each other, and one of them against another. */
export default function Compare() {
  const { choices } = useAddress();
  const side = (choices.side && Object.hasOwn(sides, choices.side) ? choices.side : 'hardware') as keyof typeof sides;
  const look = useAnswer('compare.look', { side });
  return (
    <>
      <h1>Compare</h1>
      <Answered of={look} what="the runs">
        {({ runs, tables }) =>
          runs.length === 0 ? (
            <Empty>
              <p>
                No run is evaluated yet. <a href="#/">Begin</a> with a template or a table.
              </p>
            </Empty>
          ) : (
            <>
              <div className="controls">
                <Choice
                  label="Metrics"
                  value={side}
                  options={Object.entries(sides).map(([name, title]) => ({ name, title }))}
                  change={value => choose({ side: value })}
                />
              </div>
              {tables.map(html => (
                <HtmlTable key={html} html={html} title="Runs and their metrics" />
              ))}
              <h2>One against another</h2>
              <div className="controls">
                {(['run', 'base'] as const).map(which => (
                  <Choice
                    key={which}
                    label={which === 'run' ? 'Run' : 'against'}
                    value={choices[which] ?? ''}
                    options={[{ name: '', title: 'choose' }, ...runs.map(({ path }) => ({ name: path }))]}
                    change={value => choose({ [which]: value })}
                  />
                ))}
              </div>
              {choices.run && choices.base && choices.run !== choices.base ? (
                <Pair run={choices.run} base={choices.base} />
              ) : (
                <p className="quiet">Choose two runs to test their chips pair by pair.</p>
              )}
            </>
          )
        }
      </Answered>
    </>
  );
}

function Pair({ run, base }: { readonly run: string; readonly base: string }) {
  const pair = useAnswer('compare.pair', { run, base });
  return (
    <Answered of={pair} what="the comparison">
      {({ tables, devices }) =>
        tables.length === 0 ? (
          <Empty>
            <p>
              Their data or their numbers of chips differ, so that no chip of one belongs to a chip of the other on the
              same rows.
            </p>
          </Empty>
        ) : (
          <>
            {devices.length > 0 && (
              <p className="notice">
                The devices differ: {devices.join(' against ')}. Their chips are paired by number, which share what was
                drawn for them and no cell.
              </p>
            )}
            {tables.map(html => (
              <HtmlTable key={html} html={html} title={`${run} against ${base}`} />
            ))}
          </>
        )
      }
    </Answered>
  );
}
