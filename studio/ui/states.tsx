import type { ReactNode } from 'react';
import type { Fault } from '../../src/base/index.ts';
import { faultsIn } from '../ask.ts';

/** What is shown until there is something to show. */
export const Loading = ({ what }: { readonly what: string }) => (
  <p className="loading" role="status">
    Loading {what} …
  </p>
);

/** Nothing is there yet: says why, and how something comes to be. */
export const Empty = ({ children }: { readonly children: ReactNode }) => <div className="empty">{children}</div>;

/** What could not be done, and the way out. */
export function Failed({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  return (
    <div className="failed" role="alert">
      <Faults faults={faultsIn(error)} />
      {again && (
        <button type="button" className="plain" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export const Faults = ({ faults }: { readonly faults: readonly Fault[] }) => (
  <ul className="faults">
    {faults.map(fault => (
      <li key={`${fault.path.join('.')} ${fault.rule}`}>
        <FaultText {...fault} />
      </li>
    ))}
  </ul>
);

/** One fault: where, what must hold, what was found, the way out. */
export function FaultText({ file, path, rule, value, hint }: Fault) {
  const found =
    value === undefined || (typeof value === 'string' && rule.includes(`'${value}'`))
      ? ''
      : `, got ${JSON.stringify(value)}`;
  return (
    <>
      {(file || path.length > 0) && <code>{[file, path.join('.')].filter(Boolean).join(': ')}</code>} {rule}
      {found}
      {hint && <span className="hint">; {hint}</span>}
    </>
  );
}

/** Shows an answer, or that it is on its way or did not come. */
export function Answered<T>({
  of,
  what,
  children,
}: {
  readonly of: { readonly data: T | undefined; readonly error: unknown; refetch(): unknown };
  readonly what: string;
  readonly children: (answer: T) => ReactNode;
}) {
  if (of.error) return <Failed error={of.error} again={() => void of.refetch()} />;
  if (of.data === undefined) return <Loading what={what} />;
  return <>{children(of.data)}</>;
}

/** Says that what is shown was made by another version of the code. */
export function Older({ labels }: { readonly labels: readonly string[] }) {
  if (labels.length === 0) return null;
  const some = labels.slice(0, 4).join(', ');
  return (
    <p className="notice">
      Another version of the code, or other kernels, made{' '}
      {labels.length > 4 ? `${some} and ${labels.length - 4} more` : some}; they are shown as they are.
    </p>
  );
}
