import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { parseDocument } from 'yaml';
import type { Fault } from '../../src/base/index.ts';
import { go, linkTo } from '../address.ts';
import { ask, useAnswer } from '../ask.ts';
import { useDraft } from '../form/draft.ts';
import { Form } from '../form/form.tsx';
import { type Schema, schemaOf } from '../form/schema.ts';
import { withValue } from '../form/text.ts';
import { Answered, Empty, Failed, Faults, Loading } from '../ui/states.tsx';

const YamlEditor = lazy(() => import('../form/yaml-editor.tsx'));

/** An experiment as form and as text; each follows the other. */
export default function ExperimentRoom({ about: file }: { readonly about: string }) {
  if (file === '') return <Choose />;
  return <Edit file={file} />;
}

function Choose() {
  const look = useAnswer('home.look', {});
  return (
    <>
      <h1>Experiment</h1>
      <Answered of={look} what="the folder">
        {({ experiments }) =>
          experiments.length === 0 ? (
            <Empty>
              <p>
                No experiment in this folder yet. <a href="#/">Begin</a> with a template or a table.
              </p>
            </Empty>
          ) : (
            <ul className="list">
              {experiments.map(({ file, title }) => (
                <li key={file}>
                  <a href={linkTo('experiment', file)}>{title}</a>
                  <small>{file}</small>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </>
  );
}

function Edit({ file }: { readonly file: string }) {
  const read = useAnswer('experiment.read', { file });
  const schema = useAnswer('experiment.schema', {});
  return (
    <>
      <h1>Experiment</h1>
      <p className="lead">
        <code>{file}</code>
      </p>
      <Answered of={read} what="the file">
        {({ text, changed }) => (
          <Answered of={schema} what="the form">
            {found => <Editing key={changed} file={file} saved={text} changed={changed} schema={schemaOf(found)} />}
          </Answered>
        )}
      </Answered>
    </>
  );
}

function Editing({
  file,
  saved,
  changed,
  schema,
}: {
  readonly file: string;
  readonly saved: string;
  readonly changed: number;
  readonly schema: Schema;
}) {
  const client = useQueryClient();
  const [text, setText] = useDraft(file, saved);
  const later = useDeferredValue(text);
  const settled = useSettled(later, 250);
  const check = useAnswer('experiment.check', { file, text: settled });
  const faults = check.data?.faults ?? [];
  const document = useMemo(() => parseDocument(later), [later]);
  const value = useMemo(() => (document.errors.length > 0 ? undefined : document.toJS()), [document]);
  const save = async () => {
    if (text === saved) return;
    const { changed: now } = await ask('experiment.save', { file, text, changed });
    client.setQueryData(['experiment.read', { file }], { text, changed: now });
  };
  const saving = useMutation({ mutationFn: save });
  const run = useMutation({
    mutationFn: async () => {
      await save();
      return ask('run.start', { file });
    },
    onSuccess: ({ id }) => go('run', '', { work: id }),
  });
  const change = (path: readonly (string | number)[], to: unknown) => setText(withValue(text, path, to));
  const known = settled === text && check.data !== undefined && !check.isPlaceholderData;
  return (
    <>
      <div className="bar">
        <button type="button" disabled={!known || faults.length > 0 || run.isPending} onClick={() => run.mutate()}>
          Run
        </button>
        <button
          type="button"
          className="plain"
          disabled={text === saved || saving.isPending}
          onClick={() => saving.mutate()}
        >
          {text === saved ? 'Saved' : 'Save'}
        </button>
        {text !== saved && (
          <button type="button" className="plain" onClick={() => setText(saved)}>
            Back to the file
          </button>
        )}
        <p role="status" className={faults.length > 0 ? 'fault' : 'quiet'}>
          {!known
            ? 'Checking …'
            : faults.length > 0
              ? `${faults.length} ${faults.length === 1 ? 'thing is' : 'things are'} wrong`
              : aboutText(check.data?.about)}
        </p>
      </div>
      {[saving, run].map(({ error }, i) => error && <Failed key={i === 0 ? 'save' : 'run'} error={error} />)}
      {check.error && <Failed error={check.error} />}
      <Unplaced faults={faults} value={value} />
      <div className="two">
        <section aria-label="Form" className="form">
          {value === undefined ? (
            <Empty>
              <p>The text is no YAML: {document.errors[0]?.message.split('\n')[0]} The form is back when it is.</p>
            </Empty>
          ) : (
            <Form schema={schema} value={value ?? {}} faults={faults} change={change} />
          )}
        </section>
        <section aria-label="Text" className="text">
          <Suspense fallback={<Loading what="the editor" />}>
            <YamlEditor text={text} faults={faults} change={setText} save={() => saving.mutate()} />
          </Suspense>
        </section>
      </div>
    </>
  );
}

/** Faults that no field of the form shows: of the whole, or of fields that are not there. */
function Unplaced({ faults, value }: { readonly faults: readonly Fault[]; readonly value: unknown }) {
  const whole = faults.filter(({ path }) => path.length === 0 || value === undefined);
  return whole.length > 0 ? <Faults faults={whole} /> : null;
}

function aboutText(
  about: { task: string; rows: number; inputs: number; weights: number; device: string; chips: number } | undefined,
) {
  if (!about) return 'Nothing is wrong';
  const count = (value: number) => value.toLocaleString('en-US');
  return `${about.task} of ${count(about.rows)} rows with ${count(about.inputs)} inputs · ${count(about.weights)} weights · ${about.chips} × ${about.device}`;
}

/** The value once it has not changed for a while. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
