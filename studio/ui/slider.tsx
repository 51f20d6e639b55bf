import { useId } from 'react';

/** A number on a scale, with what it means beside it. */
export function Slider({
  label,
  value,
  least,
  most,
  step = 1,
  shown,
  change,
}: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step?: number;
  /** The value in words. */
  readonly shown: string;
  readonly change: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{shown}</output>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={shown}
        disabled={most <= least}
        onChange={event => change(Number(event.target.value))}
      />
    </div>
  );
}

/** One of several names. */
export function Choice({
  label,
  value,
  options,
  change,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly name: string; readonly title?: string; readonly disabled?: boolean }[];
  readonly change: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={event => change(event.target.value)}>
        {options.map(({ name, title, disabled }) => (
          <option key={name} value={name} disabled={disabled}>
            {title ?? name}
          </option>
        ))}
      </select>
    </div>
  );
}
