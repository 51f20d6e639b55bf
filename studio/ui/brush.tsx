import { useState } from 'react';
import type { Askable, Condition } from '../../src/studio/asked.ts';

type Axis = Askable & { readonly values?: readonly string[] };

/** Ends for every number and name of a design: those between them are shown. */
export function Brush({
  askables,
  conditions,
  change,
}: {
  readonly askables: readonly Axis[];
  readonly conditions: readonly Condition[];
  readonly change: (conditions: readonly Condition[]) => void;
}) {
  const set = (name: string, side: 'most' | 'least' | 'is', value: string) => {
    const others = conditions.filter(one => one.name !== name || one[side] === undefined);
    const end = side === 'is' ? value : Number(value);
    change(value === '' ? others : [...others, { name, [side]: end }]);
  };
  const endOf = (name: string, side: 'most' | 'least' | 'is') =>
    conditions.find(one => one.name === name && one[side] !== undefined)?.[side];
  return (
    <details open={conditions.length > 0}>
      <summary>Ends of every axis</summary>
      <div className="brush">
        {askables.map(({ name, unit, values }) => (
          <fieldset key={name}>
            <legend>
              {name}
              {unit && unit !== '1' && <span className="unit"> ({unit})</span>}
            </legend>
            {values ? (
              <select
                aria-label={`${name} is`}
                value={endOf(name, 'is') ?? ''}
                onChange={event => set(name, 'is', event.target.value)}
              >
                <option value="">any</option>
                {values.map(value => (
                  <option key={value}>{value}</option>
                ))}
              </select>
            ) : (
              (['least', 'most'] as const).map(side => (
                <End
                  key={`${side} ${endOf(name, side)}`}
                  label={`${name} at ${side}`}
                  hint={`at ${side}`}
                  value={`${endOf(name, side) ?? ''}`}
                  change={value => set(name, side, value)}
                />
              ))
            )}
          </fieldset>
        ))}
      </div>
    </details>
  );
}

/** A number that is taken when the field is left, or with Enter. */
function End({
  label,
  hint,
  value,
  change,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly change: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const take = () => {
    if (text !== value && (text === '' || Number.isFinite(Number(text)))) change(text.trim());
  };
  return (
    <input
      aria-label={label}
      placeholder={hint}
      inputMode="decimal"
      value={text}
      onChange={event => setText(event.target.value)}
      onBlur={take}
      onKeyDown={event => event.key === 'Enter' && take()}
    />
  );
}
