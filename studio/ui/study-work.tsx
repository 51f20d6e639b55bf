import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Activity } from '../../src/studio/activities.ts';
import { exploreKind } from '../../src/studio/tasks.ts';
import { choose, go, useAddress } from '../address.ts';
import { ask, type Question, useAnswer } from '../ask.ts';
import { useActivities } from '../news.ts';
import { Answered, Failed } from './states.tsx';

/** The work on a study that the address names, or else the latest on this study. */
export function useStudyWork(study: string): Activity | undefined {
  const { work } = useAddress().choices;
  const activity = useActivities().find(
    one => one.kind === exploreKind && (work ? one.id === work : one.place === study || one.about === study),
  );
  // Work that was just started says where its study is once it knows.
  useEffect(() => {
    if (study === '' && work && activity?.place) go('explore', activity.place, { work });
  }, [study, work, activity?.place]);
  return activity;
}

/** A way to take up a study that is not finished and not worked on here. */
export function TakeUp({ study, activity }: { readonly study: string; readonly activity: Activity | undefined }) {
  const start = useMutation({
    mutationFn: (question: Question<'explore.start'>) => ask('explore.start', question),
    onSuccess: ({ id }) => choose({ work: id }),
  });
  const another = activity?.faults?.some(({ path }) => path[0] === 'continued');
  return (
    <>
      <p className="take-up">
        <button
          type="button"
          className="plain"
          disabled={start.isPending}
          onClick={() => start.mutate({ study, ...(another && { continued: true }) })}
        >
          {another ? 'Go on with this version' : 'Take it up'}
        </button>{' '}
        <small>
          {another
            ? 'Its trials from now on are marked.'
            : 'Goes on where it was stopped, to the end of its budget, with all cores.'}
        </small>
      </p>
      {start.error && <Failed error={start.error} />}
    </>
  );
}

/** Study files of the folder and of the package, each with a way to begin it. */
export function BeginStudy() {
  const files = useAnswer('explore.files', {});
  const begin = useMutation({
    mutationFn: async ({ file, template }: { readonly file?: string; readonly template?: string }) =>
      ask('explore.start', { file: file ?? (await ask('explore.begin', { template: template! })).file }),
    onSuccess: ({ id }) => go('explore', '', { work: id }),
  });
  return (
    <section>
      <h2>Begin a study</h2>
      {begin.error && <Failed error={begin.error} />}
      <Answered of={files} what="the study files">
        {found => (
          <ul className="cards">
            {found.map(({ file, template, title, about }) => (
              <li key={file ?? `template ${template}`} className="card">
                <h3>{title}</h3>
                <p className="clamp" title={about}>
                  {about}
                </p>
                <p>
                  <button
                    type="button"
                    className="plain"
                    disabled={begin.isPending}
                    onClick={() => begin.mutate({ ...(file && { file }), ...(template && { template }) })}
                  >
                    {file ? `Search ${file}` : `Begin with ${template}`}
                  </button>
                </p>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}
