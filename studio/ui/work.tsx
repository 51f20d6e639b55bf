import { useMutation } from '@tanstack/react-query';
import type { Activity } from '../../src/studio/activities.ts';
import { ask } from '../ask.ts';
import { useTraces } from '../news.ts';
import { lasting } from './format.ts';
import { Failed, Faults } from './states.tsx';
import { Traces } from './traces.tsx';

const states: Readonly<Record<Activity['state'], string>> = {
  waiting: 'waits for its turn',
  running: 'is running',
  stopping: 'saves its place and stops',
  stopped: 'was stopped; it can be taken up again',
  failed: 'did not succeed',
  done: 'is done',
};

/** Long work: its parts as far as they are, what training comes to, and a way to stop it. */
export function Work({ activity }: { readonly activity: Activity }) {
  const { id, state, parts, begun, ended, faults } = activity;
  const traces = useTraces().filter(({ activity }) => activity === id);
  const stop = useMutation({ mutationFn: () => ask('run.stop', { id }) });
  return (
    <section aria-label="Progress" className="work">
      <p role="status">
        <b>{activity.title}</b> {states[state]}
        {ended !== undefined && <span className="quiet"> · {lasting((ended - begun) / 1000)}</span>}
      </p>
      {parts.length > 0 && (
        <ol className="parts">
          {parts.map(part => (
            <li key={part.name} className={part.ended === undefined ? 'running' : 'over'}>
              <span className="name">{part.name}</span>
              <progress value={part.fraction} aria-label={part.name} />
              <span className="quiet">
                {part.ended === undefined
                  ? part.left === undefined
                    ? ''
                    : `${lasting(part.left)} left`
                  : lasting((part.ended - part.begun) / 1000)}
              </span>
              <span className="note">{part.note}</span>
            </li>
          ))}
        </ol>
      )}
      {faults && <Faults faults={faults} />}
      {ended === undefined && (
        <button type="button" className="plain" disabled={state === 'stopping'} onClick={() => stop.mutate()}>
          Stop
        </button>
      )}
      {stop.error && <Failed error={stop.error} />}
      {traces.length > 0 && (
        <details open={state !== 'done'}>
          <summary>How training goes</summary>
          <Traces traces={traces} />
        </details>
      )}
    </section>
  );
}
