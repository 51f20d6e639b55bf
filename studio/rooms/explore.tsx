import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { formatQuantity } from '../../src/base/units.ts';
import { askedText } from '../../src/studio/asked.ts';
import { choose, go, linkTo, useAddress } from '../address.ts';
import { type Answer, ask, useAnswer, useLatest } from '../ask.ts';
import { AxisBrushes } from '../ui/axis-brush.tsx';
import { Brush } from '../ui/brush.tsx';
import { ago } from '../ui/format.ts';
import { HtmlTable, Section } from '../ui/section.tsx';
import { Answered, Empty, Failed, Faults, Loading } from '../ui/states.tsx';
import { BeginStudy, TakeUp, useStudyWork } from '../ui/study-work.tsx';
import { Work } from '../ui/work.tsx';

type Look = Answer<'explore.look'>;

/** A study: its front as it grows, its variables, its answer, and the designs that keep what is asked. */
export default function Explore({ about: study }: { readonly about: string }) {
  const list = useAnswer('explore.list', {});
  const activity = useStudyWork(study);
  if (study === '' && !activity) return <AllStudies of={list} />;
  const busy = activity !== undefined && activity.ended === undefined;
  return (
    <>
      <h1>Explore</h1>
      <p className="lead">
        <code>{study || activity?.title}</code>
      </p>
      {activity && <Work activity={activity} />}
      {study !== '' && (
        <Answered of={list} what="the studies">
          {studies => {
            const stamp = studies.find(({ path }) => path === study)?.stamp;
            if (stamp === undefined && busy) return <p className="quiet">What it finds will stand here.</p>;
            return <OfStudy study={study} stamp={stamp} activity={activity} />;
          }}
        </Answered>
      )}
    </>
  );
}

function AllStudies({ of }: { readonly of: ReturnType<typeof useAnswer<'explore.list'>> }) {
  return (
    <>
      <h1>Explore</h1>
      <p className="lead">Searches over networks, devices and hardware: what they have found, as they find it.</p>
      <Answered of={of} what="the studies">
        {studies =>
          studies.length === 0 ? (
            <Empty>
              <p>
                No study yet: begin one below, or with <code>posterohm explore STUDY.yaml</code> in this folder.
              </p>
            </Empty>
          ) : (
            <ul className="list">
              {studies.map(({ path, changed }) => (
                <li key={path}>
                  <a href={linkTo('explore', path)}>{path}</a>
                  <small>last worked on {ago(changed)}</small>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
      <BeginStudy />
    </>
  );
}

function OfStudy({
  study,
  stamp,
  activity,
}: {
  readonly study: string;
  readonly stamp: string | undefined;
  readonly activity: ReturnType<typeof useStudyWork>;
}) {
  const { ask: asked = '' } = useAddress().choices;
  const look = useLatest('explore.look', { study, ...(asked && { ask: asked }), ...(stamp && { stamp }) });
  if (look.error) return <Failed error={look.error} again={() => void look.refetch()} />;
  if (!look.data) return <Loading what="the study" />;
  const { title, summary, measured, finished } = look.data;
  const idle = activity === undefined || activity.ended !== undefined;
  return (
    <div className={look.behind ? 'behind' : undefined}>
      {idle && !finished && !look.behind && <TakeUp study={study} activity={activity} />}
      <h2>{title}</h2>
      {summary.map(text => (
        <p key={text}>{text}</p>
      ))}
      {measured > 0 && <Measured look={look.data} study={study} asked={asked} />}
    </div>
  );
}

/** What is shown of a study once designs are measured. */
function Measured({ look, study, asked }: { readonly look: Look; readonly study: string; readonly asked: string }) {
  const { front, sections, answer, faults, askables, conditions, brushed } = look;
  const change = (asked: typeof conditions) => choose({ ask: askedText(asked) });
  const over = {
    [brushed.caption]: <AxisBrushes axes={brushed.axes} conditions={conditions} change={change} />,
  };
  return (
    <>
      {answer !== null && <Open study={study} trial={answer} text={`Open the answer, trial ${answer}`} />}
      <HtmlTable html={front} title="Designs that no other beats" />
      <h2>Ask</h2>
      <Asking key={asked} asked={asked} />
      {faults.length > 0 && (
        <div className="failed" role="alert">
          <Faults faults={faults} />
        </div>
      )}
      <Brush askables={askables} conditions={conditions} change={change} />
      {faults.length === 0 && <Those look={look} study={study} />}
      {sections.map(section => (
        <Section key={section.title} {...section} over={over} />
      ))}
    </>
  );
}

function Asking({ asked }: { readonly asked: string }) {
  const [text, setText] = useState(asked);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose({ ask: text.trim() });
  };
  return (
    <form className="asking" onSubmit={submit}>
      <label htmlFor="ask">Designs with</label>
      <input
        id="ask"
        value={text}
        placeholder="under 1 µJ and ECE ≤ .03"
        onChange={event => setText(event.target.value)}
      />
      <button type="submit">Ask</button>
      {asked && (
        <button type="button" className="plain" onClick={() => choose({ ask: '' })}>
          All designs
        </button>
      )}
    </form>
  );
}

/** Designs that a table shows at most. */
const mostShown = 100;

/** The designs that keep what is asked, and the nearest. */
function Those({ look, study }: { readonly look: Look; readonly study: string }) {
  const { designs, measured, nearest, askables } = look;
  const objectives = askables.filter(({ unit }) => unit !== undefined);
  const variables = askables.filter(({ unit }) => unit === undefined);
  const [by, setBy] = useState(objectives[0]?.name ?? '');
  const sign = askables.find(({ name }) => name === by)?.better === 'higher' ? -1 : 1;
  const order = designs.toSorted((a, b) => sign * ((a.values[by] ?? 0) - (b.values[by] ?? 0)));
  return (
    <>
      <p role="status">
        {designs.length} of {measured} designs keep it.
        {nearest && (
          <>
            {' '}
            <b>Trial {nearest.trial}</b>{' '}
            {nearest.misses.length === 0
              ? 'is best of those in all objectives together.'
              : `comes nearest: ${nearest.misses.map(told).join('; ')}.`}
          </>
        )}
      </p>
      {nearest && <Open study={study} trial={nearest.trial} text={`Open trial ${nearest.trial}`} />}
      {designs.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <section className="scroll designs" aria-label="Table: designs that keep what is asked" tabIndex={0}>
          <table>
            <caption>Designs that keep what is asked</caption>
            <thead>
              <tr>
                <th scope="col">Trial</th>
                {objectives.map(({ name }) => (
                  <th key={name} scope="col" className="number" aria-sort={name === by ? 'ascending' : undefined}>
                    <button type="button" className="sort" onClick={() => setBy(name)}>
                      {name}
                    </button>
                  </th>
                ))}
                {variables.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {order.slice(0, mostShown).map(({ trial, front, values, point }) => (
                <tr key={trial}>
                  <th scope="row">
                    <Open
                      study={study}
                      trial={trial}
                      text={`${trial}`}
                      label={`Open trial ${trial} as an experiment`}
                    />
                    {front && <small> on the front</small>}
                  </th>
                  {objectives.map(({ name, unit }) => (
                    <td key={name} className="number">
                      {valueShown(values[name], unit)}
                    </td>
                  ))}
                  {variables.map(({ name }) => (
                    <td key={name}>{point[name] === undefined ? '–' : String(point[name])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {order.length > mostShown && (
            <p className="note">
              The first {mostShown} by {by}; ask for fewer to see others.
            </p>
          )}
        </section>
      )}
    </>
  );
}

const valueShown = (value: number | undefined, unit = '1'): string =>
  value === undefined
    ? '–'
    : (['J', 's', 'W'].includes(unit) ? formatQuantity(value, unit) : `${Number(value.toPrecision(4))}`).replace(
        '-',
        '−',
      );

const told = ({ name, value, by }: NonNullable<Look['nearest']>['misses'][number]): string =>
  `${name} is ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}${by === null ? '' : `, off by ${Number(by.toPrecision(2))}`}`;

/** Writes a design as an experiment and goes there. */
function Open({
  study,
  trial,
  text,
  label,
}: {
  readonly study: string;
  readonly trial: number;
  readonly text: string;
  readonly label?: string;
}) {
  const open = useMutation({
    mutationFn: () => ask('explore.export', { study, trial }),
    onSuccess: ({ file }) => go('experiment', file),
  });
  return (
    <>
      <button
        type="button"
        className="plain"
        aria-label={label}
        disabled={open.isPending}
        onClick={() => open.mutate()}
      >
        {text}
      </button>
      {open.error && <Failed error={open.error} />}
    </>
  );
}
