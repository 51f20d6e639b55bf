import type { ReactNode } from 'react';
import { choose, linkTo, useAddress } from '../address.ts';
import { PickRun } from './pick-run.tsx';
import { Choice } from './slider.tsx';

/** A run and the variant of it that is looked at, as questions name them. */
export interface RunAsked {
  readonly directory: string;
  readonly variant?: string;
}

/** A room about the run that the address names: its head and what the room makes of it, or runs to choose from. */
export function RunRoom({
  room,
  title,
  text,
  directory,
  children,
}: {
  readonly room: string;
  readonly title: string;
  /** What choosing a run is good for here. */
  readonly text: string;
  readonly directory: string;
  readonly children: (run: RunAsked) => ReactNode;
}) {
  const { variant } = useAddress().choices;
  if (directory === '') return <PickRun room={room} title={title} text={text} />;
  return (
    <>
      <h1>{title}</h1>
      <p className="lead">
        <a href={linkTo('run', directory)}>
          <code>{directory}</code>
        </a>
      </p>
      {children({ directory, ...(variant && { variant }) })}
    </>
  );
}

/** The choice of a variant where there are any; another one clears the choices that `clears` names. */
export function VariantChoice({
  variant = '',
  variants,
  clears = [],
}: {
  readonly variant: string | undefined;
  readonly variants: readonly string[];
  readonly clears?: readonly string[];
}) {
  if (variants.length === 0) return null;
  return (
    <Choice
      label="Variant"
      value={variant}
      options={[{ name: '', title: 'this experiment' }, ...variants.map(name => ({ name }))]}
      change={to => choose({ variant: to, ...Object.fromEntries(clears.map(name => [name, ''])) })}
    />
  );
}
