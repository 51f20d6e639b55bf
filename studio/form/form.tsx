import { useId, useState } from 'react';
import { parse } from 'yaml';
import type { Fault } from '../../src/base/index.ts';
import { FaultText } from '../ui/states.tsx';
import { discriminatorOf, namesOf, type Schema, shortHelp } from './schema.ts';
import { written } from './text.ts';

type Path = readonly (string | number)[];

interface Given {
  readonly schema: Schema;
  readonly value: unknown;
  readonly faults: readonly Fault[];
  readonly change: (path: Path, to: unknown) => void;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of an object by its schema: those that are given or must be, and the others for those who want them. */
export function Form(given: Given) {
  return <FieldsOf {...given} path={[]} />;
}

/** Sections of the whole that are texts alone: the form has no better way to show them. */
const asText = ['variants', 'architecture'];

function FieldsOf({ schema, value, path, ...rest }: Given & { readonly path: Path }) {
  const given = isFields(value) ? value : {};
  const names = Object.keys(schema.properties ?? {}).filter(name => schema.properties![name]!.const === undefined);
  const touched = (name: string) =>
    name in given || schema.required?.includes(name) || faultsAt(rest.faults, [...path, name]).length > 0;
  const first = names.filter(touched);
  const others = names.filter(name => !touched(name));
  const field = (name: string) => (
    <Field
      key={name}
      {...rest}
      name={name}
      schema={schema.properties![name]!}
      value={given[name]}
      path={[...path, name]}
    />
  );
  return (
    <>
      {first.map(field)}
      {others.length > 0 && <Others names={others}>{() => others.map(field)}</Others>}
    </>
  );
}

function Others({ names, children }: { readonly names: readonly string[]; readonly children: () => React.ReactNode }) {
  const [open, setOpen] = useState(false);
  const shown = names.slice(0, 4).join(', ');
  return (
    <details open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        {names.length} more by default: {shown}
        {names.length > 4 && ', …'}
      </summary>
      {open && children()}
    </details>
  );
}

interface FieldGiven extends Given {
  readonly name: string;
  readonly path: Path;
}

function Field(given: FieldGiven) {
  const { name, schema, value, path } = given;
  const own = { ...given, value };
  const union = discriminatorOf(schema);
  if (path.length === 1 && asText.includes(name)) return <TextField {...own} rows={6} />;
  if (union !== undefined) return <Union {...own} union={union} />;
  if (schema.properties) {
    return (
      <fieldset>
        <legend>{name}</legend>
        <p className="help">{schema.description}</p>
        <FieldsOf {...own} />
      </fieldset>
    );
  }
  return <Simple {...own} />;
}

function Union(given: FieldGiven & { readonly union: string }) {
  const { name, schema, value, path, change, union, faults } = given;
  const fields = isFields(value) ? value : {};
  const alternatives = schema.oneOf!;
  const nameOf = (one: Schema) => String(one.properties![union]!.const);
  const usual = alternatives.find(one => one.properties![union]!.default !== undefined);
  const chosen =
    alternatives.find(one => nameOf(one) === fields[union]) ?? (fields[union] === undefined ? usual : undefined);
  const id = useId();
  return (
    <fieldset>
      <legend>{name}</legend>
      <p className="help">{schema.description}</p>
      <div className="field">
        <label htmlFor={id}>{union}</label>
        <select
          id={id}
          value={chosen ? nameOf(chosen) : ''}
          onChange={event =>
            change(path, kept(fields, alternatives.find(one => nameOf(one) === event.target.value)!, union))
          }
        >
          {!chosen && <option value="">{String(fields[union] ?? '')}</option>}
          {alternatives.map(one => (
            <option key={nameOf(one)}>{nameOf(one)}</option>
          ))}
        </select>
        {chosen?.description && <p className="help">{chosen.description}</p>}
        <FieldFaults faults={faults} path={[...path, union]} />
      </div>
      {chosen && <FieldsOf {...given} schema={chosen} />}
    </fieldset>
  );
}

/** What of the fields the other alternative has too. */
function kept(fields: Fields, schema: Schema, union: string): Fields {
  const shared = Object.entries(fields).filter(([name]) => name !== union && schema.properties![name]);
  return { [union]: schema.properties![union]!.const, ...Object.fromEntries(shared) };
}

function Simple(given: FieldGiven) {
  const { name, schema, value, path, change, faults } = given;
  const names = namesOf(schema);
  const id = useId();
  if (!names)
    return <TextField {...given} rows={schema.type === 'array' && Array.isArray(value) && value.length > 3 ? 3 : 1} />;
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <select
        id={id}
        aria-describedby={`${id}-help`}
        value={value === undefined ? '' : JSON.stringify(value)}
        onChange={event => change(path, event.target.value === '' ? undefined : JSON.parse(event.target.value))}
      >
        <option value="">{schema.default === undefined ? 'not given' : `${written(schema.default)} (default)`}</option>
        {names.map(one => (
          <option key={String(one)} value={JSON.stringify(one)}>
            {String(one)}
          </option>
        ))}
      </select>
      <Help schema={schema} id={`${id}-help`} />
      <FieldFaults faults={faults} path={path} />
    </div>
  );
}

/** A value as text: numbers, quantities with units, lists as YAML has them in a line. It counts once the field is left or Enter pressed. */
function TextField({ name, schema, value, path, change, faults, rows }: FieldGiven & { readonly rows: number }) {
  const shown = typeof value === 'string' ? value : written(value);
  const [draft, setDraft] = useState<string>();
  const id = useId();
  const own = faultsAt(faults, path);
  const settle = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    if (draft !== shown) change(path, draft.trim() === '' ? undefined : meantBy(draft, schema));
  };
  const common = {
    id,
    value: draft ?? shown,
    placeholder: schema.default === undefined ? '' : written(schema.default),
    'aria-describedby': `${id}-help`,
    'aria-invalid': own.length > 0 || undefined,
    onBlur: settle,
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {name}
        {schema.unit && <span className="unit"> {schema.unit}</span>}
      </label>
      {rows > 1 ? (
        <textarea {...common} rows={rows} onChange={event => setDraft(event.target.value)} />
      ) : (
        <input
          {...common}
          list={schema.examples ? `${id}-examples` : undefined}
          onChange={event => setDraft(event.target.value)}
          onKeyDown={event => event.key === 'Enter' && settle()}
        />
      )}
      {schema.examples && (
        <datalist id={`${id}-examples`}>
          {schema.examples.map(one => (
            <option key={String(one)}>{String(one)}</option>
          ))}
        </datalist>
      )}
      <Help schema={schema} id={`${id}-help`} />
      <FieldFaults faults={faults} path={path} />
    </div>
  );
}

/** What a text means: itself where the field holds texts, else what YAML reads. */
function meantBy(text: string, schema: Schema): unknown {
  if (schema.type === 'string') return text;
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function Help({ schema, id }: { readonly schema: Schema; readonly id: string }) {
  const { description = '' } = schema;
  const short = shortHelp(schema);
  return (
    <p className="help" id={id} title={description === short ? undefined : description}>
      {short}
    </p>
  );
}

const startsWith = (path: Path, start: Path): boolean => start.every((step, i) => String(path[i]) === String(step));
const faultsAt = (faults: readonly Fault[], path: Path): readonly Fault[] =>
  faults.filter(fault => startsWith(fault.path, path));

function FieldFaults({ faults, path }: { readonly faults: readonly Fault[]; readonly path: Path }) {
  return faultsAt(faults, path).map(fault => (
    <p key={fault.rule} className="fault">
      <FaultText {...fault} file={undefined} path={fault.path.slice(path.length)} />
    </p>
  ));
}
