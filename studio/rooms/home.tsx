import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunFound } from '../../src/studio/workspace.ts';
import { go, linkTo } from '../address.ts';
import { answers } from '../answers.ts';
import { ask, upload, useAnswer } from '../ask.ts';
import { DropZone } from '../ui/drop-zone.tsx';
import { ago, brief } from '../ui/format.ts';
import { Answered, Empty, Failed } from '../ui/states.tsx';

/** Begin, or take up what one was at. */
export default function Home() {
  const look = useAnswer('home.look', {});
  return (
    <>
      <h1>Studio</h1>
      <Answered of={look} what="the folder">
        {({ folder, templates, experiments, runs }) => (
          <>
            {answers().alone ? (
              <p className="lead">
                A page without a server: your browser trains, programs and predicts by itself. Open the run below, or
                begin with a template or a table. Nothing leaves this page, and it forgets all when it is closed;{' '}
                <code>posterohm studio</code> on a machine of your own is faster and keeps what it makes.
              </p>
            ) : (
              <p className="lead">
                Experiments, runs and devices of the folder <code>{folder}</code>. What is done here is on disk, as the
                command line leaves it.
              </p>
            )}
            <Runs runs={runs} />
            {experiments.length > 0 && (
              <section>
                <h2>Experiments</h2>
                <ul className="list">
                  {experiments.map(({ file, title, changed }) => (
                    <li key={file}>
                      <a href={linkTo('experiment', file)}>{title}</a>
                      <small>
                        {file} · {ago(changed)}
                      </small>
                    </li>
                  ))}
                </ul>
              </section>
            )}
            <Table />
            <Templates templates={templates} />
          </>
        )}
      </Answered>
    </>
  );
}

/** Runs shown before all are asked for. */
const fewRuns = 8;

function Runs({ runs }: { readonly runs: readonly RunFound[] }) {
  const [all, setAll] = useState(false);
  if (runs.length === 0) {
    return (
      <section>
        <h2>Runs</h2>
        <Empty>
          <p>No run yet. Start from a template below, or drop a table of your own: a minute later there is one.</p>
        </Empty>
      </section>
    );
  }
  return (
    <section>
      <h2>Runs</h2>
      <ul className="cards">
        {runs.slice(0, all ? undefined : fewRuns).map(run => (
          <li key={run.path} className={`card ${run.state}`}>
            <h3>
              <a href={linkTo('run', run.path)}>{run.title ?? run.name}</a>
            </h3>
            {run.fault ? (
              <p className="fault">{run.fault}</p>
            ) : run.metrics ? (
              <p className="figures">{brief(run)}</p>
            ) : (
              <p className="quiet">Begun; it can be taken up again.</p>
            )}
            <small>
              {[
                run.path,
                run.device,
                ago(run.changed),
                run.variants > 0 && `${run.variants} ${run.variants === 1 ? 'variant' : 'variants'}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </li>
        ))}
      </ul>
      {!all && runs.length > fewRuns && (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          All {runs.length} runs
        </button>
      )}
    </section>
  );
}

function Table() {
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: async (file: File) => {
      const place = await upload(file);
      if (/\.(ya?ml|json)$/i.test(place)) return { experiment: place, reasons: [] };
      return ask('home.table', { file: place });
    },
    onSuccess: ({ experiment }) => {
      void client.invalidateQueries({ queryKey: ['home.look'] });
      go('experiment', experiment);
    },
  });
  return (
    <section>
      <h2>A table of your own</h2>
      <DropZone
        label="Drop a table here, or choose a file"
        hint="CSV, TSV or Parquet: columns and target are guessed, and become an experiment that you can change. An experiment file is taken as it is."
        accept=".csv,.tsv,.txt,.dat,.data,.parquet,.yaml,.yml,.json"
        busy={take.isPending}
        take={file => take.mutate(file)}
      />
      {take.error && <Failed error={take.error} />}
    </section>
  );
}

function Templates({
  templates,
}: {
  readonly templates: readonly { name: string; title: string; about: string; needs?: string }[];
}) {
  const begin = useMutation({
    mutationFn: (template: string) => ask('home.begin', { template }),
    onSuccess: ({ file }) => go('experiment', file),
  });
  return (
    <section>
      <h2>Templates</h2>
      <ul className="cards">
        {templates.map(({ name, title, about, needs }) => (
          <li key={name} className="card">
            <h3>{title}</h3>
            <p className="clamp" title={about}>
              {about}
            </p>
            <p>
              <button type="button" className="plain" disabled={begin.isPending} onClick={() => begin.mutate(name)}>
                Begin with {name}
              </button>
            </p>
            {needs && (
              <small>
                Needs data: <code>{needs}</code>
              </small>
            )}
          </li>
        ))}
      </ul>
      {begin.error && <Failed error={begin.error} />}
    </section>
  );
}
