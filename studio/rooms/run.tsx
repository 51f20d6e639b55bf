import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { choose, go, linkTo, useAddress } from '../address.ts';
import { answers } from '../answers.ts';
import { type Answer, ask, useAnswer } from '../ask.ts';
import { useActivities } from '../news.ts';
import { ago, brief } from '../ui/format.ts';
import { saveText } from '../ui/save.ts';
import { Section } from '../ui/section.tsx';
import { Answered, Empty, Failed, Older } from '../ui/states.tsx';
import { Work } from '../ui/work.tsx';

/** A run: what is under way, what there is of it, what came out. */
export default function Run({ about }: { readonly about: string }) {
  const { work } = useAddress().choices;
  const activities = useActivities();
  const activity = activities.find(one => (work ? one.id === work : one.place === about || one.about === about));
  // Work that was just started says where its results are once it knows.
  useEffect(() => {
    if (about === '' && work && activity?.place) go('run', activity.place, { work });
  }, [about, work, activity?.place]);
  if (about === '' && !work) return <AllRuns />;
  return (
    <>
      <h1>{about ? 'Run' : (activity?.title ?? 'Run')}</h1>
      {about && (
        <p className="lead">
          <code>{about}</code>
        </p>
      )}
      {activity && <Work activity={activity} />}
      {about && <Results directory={about} busy={activity !== undefined && activity.ended === undefined} />}
      {!about && !activity && (
        <Empty>
          <p>This work is not known any more: the studio was started anew since. What it made is among the runs.</p>
          <p>
            <a href={linkTo('run')}>All runs</a>
          </p>
        </Empty>
      )}
    </>
  );
}

function AllRuns() {
  const runs = useAnswer('run.list', {});
  return (
    <>
      <h1>Runs</h1>
      <Answered of={runs} what="the runs">
        {found =>
          found.length === 0 ? (
            <Empty>
              <p>
                No run yet. <a href="#/">Begin</a> with a template or a table.
              </p>
            </Empty>
          ) : (
            <ul className="list">
              {found.map(run => (
                <li key={run.path}>
                  <a href={linkTo('run', run.path)}>{run.title ?? run.name}</a>
                  <small>
                    {run.path} · {run.state} · {ago(run.changed)}
                  </small>
                  {run.metrics && <span className="figures">{brief(run)}</span>}
                  {run.fault && <span className="fault">{run.fault}</span>}
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </>
  );
}

function Results({ directory, busy }: { readonly directory: string; readonly busy: boolean }) {
  const look = useAnswer('run.look', { directory });
  const runs = useAnswer('run.list', {}, look.error !== null);
  const there = runs.data?.some(({ path, state }) => path === directory && state !== 'broken');
  const resume = useMutation({
    mutationFn: (recompute: boolean) => ask('run.start', { directory, ...(recompute && { recompute }) }),
    onSuccess: ({ id }) => choose({ work: id }),
  });
  const start = (recompute: boolean, text: string) => (
    <button type="button" disabled={resume.isPending} onClick={() => resume.mutate(recompute)}>
      {text}
    </button>
  );
  return (
    <>
      {look.error && there && !busy && (
        <p>
          {start(true, 'Make it anew')}{' '}
          <small>
            What another version of the code made is then computed again. A file that was changed stays: move it away
            first.
          </small>
        </p>
      )}
      {resume.error && <Failed error={resume.error} />}
      <Answered of={look} what="the run">
        {({ title, older, device, chips, stages, changed, evaluated, sections }) => (
          <>
            <p>
              <b>{title}</b>
              <br />
              <span className="quiet">
                {device}, {chips} {chips === 1 ? 'chip' : 'chips'}
              </span>
            </p>
            <Older labels={older} />
            <Changed files={changed} />
            {!evaluated && !busy && (
              <Empty>
                <p>Not evaluated yet: {stages.length === 0 ? 'nothing was computed' : `there are ${made(stages)}`}.</p>
                <p>{start(false, 'Take it up')}</p>
              </Empty>
            )}
            {evaluated && !answers().alone && (
              <ul className="ways">
                <li>
                  <a
                    href={`files/${directory.split('/').map(encodeURIComponent).join('/')}/report.html`}
                    target="_blank"
                    rel="noreferrer"
                  >
                    The whole report
                  </a>
                </li>
              </ul>
            )}
            {evaluated && answers().alone && <SaveReport directory={directory} />}
            {sections.map(section => (
              <Section key={section.title} {...section} />
            ))}
          </>
        )}
      </Answered>
    </>
  );
}

/** The whole report as a file, where no server has it as one. */
function SaveReport({ directory }: { readonly directory: string }) {
  const save = useMutation({
    mutationFn: () => ask('run.report', { directory }),
    onSuccess: ({ html }) => saveText(`${directory.split('/').at(-1)}.html`, html, 'text/html'),
  });
  return (
    <p>
      <button type="button" className="plain" disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? 'Writing the report …' : 'Save the whole report'}
      </button>
      {save.error && <Failed error={save.error} />}
    </p>
  );
}

/** Names the files of results that are not as they were written, and says what becomes of them. */
function Changed({ files }: { readonly files: Answer<'run.look'>['changed'] }) {
  const names = (counts: boolean) => files.filter(file => file.counts === counts).map(({ name }) => name);
  const [yours, lost] = [names(true), names(false)];
  return (
    <>
      {yours.length > 0 && (
        <p className="notice">
          Changed since this run wrote it, and taken as yours: {some(yours)}. What follows from it is made anew.
        </p>
      )}
      {lost.length > 0 && (
        <p className="notice">
          Changed, damaged or missing since this run wrote it: {some(lost)}. It is not shown, and made anew when the run
          is taken up.
        </p>
      )}
    </>
  );
}

/** The first few of many. */
const some = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');

/** Stages that are there, in words. */
function made(stages: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const stage of stages) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  return [...counts].map(([stage, count]) => (count === 1 ? stage : `${count} × ${stage}`)).join(', ');
}
