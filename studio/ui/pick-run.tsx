import { linkTo } from '../address.ts';
import { useAnswer } from '../ask.ts';
import { ago } from './format.ts';
import { Answered, Empty } from './states.tsx';

/** Runs to choose from, for a room that is about one. */
export function PickRun({
  room,
  title,
  text,
}: {
  readonly room: string;
  readonly title: string;
  readonly text: string;
}) {
  const runs = useAnswer('run.list', {});
  return (
    <>
      <h1>{title}</h1>
      <p className="lead">{text}</p>
      <Answered of={runs} what="the runs">
        {found => {
          const whole = found.filter(({ state }) => state !== 'broken');
          return whole.length === 0 ? (
            <Empty>
              <p>
                No run yet. <a href="#/">Begin</a> with a template or a table.
              </p>
            </Empty>
          ) : (
            <ul className="list">
              {whole.map(run => (
                <li key={run.path}>
                  <a href={linkTo(room, run.path)}>{run.title ?? run.name}</a>
                  <small>
                    {run.path} · {run.state} · {ago(run.changed)}
                  </small>
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
    </>
  );
}
