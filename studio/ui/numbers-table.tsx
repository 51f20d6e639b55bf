import { useState } from 'react';
import type { Numbers } from '../../src/report/figure.ts';
import { saveNumbers } from './save.ts';

/** Rows that a table shows; the file of numbers has all. */
const mostRows = 200;

const shown = (value: string | number | undefined | null): string =>
  value === undefined || value === null
    ? '–'
    : typeof value === 'number'
      ? `${Number(value.toPrecision(4))}`.replace('-', '−')
      : value;

/** The numbers behind a figure. */
export function NumbersTable({
  numbers: { columns, rows },
  title,
}: {
  readonly numbers: Numbers;
  readonly title: string;
}) {
  const every = Math.max(1, Math.ceil(rows.length / mostRows));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section className="table" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            .filter((_, i) => i % every === 0)
            .map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names of their own.
              <tr key={i}>
                {row.map((value, c) => (
                  <td key={columns[c]} className={typeof value === 'number' ? 'number' : undefined}>
                    {shown(value)}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
      {every > 1 && <p className="note">One row in {every}; the CSV has more.</p>}
    </section>
  );
}

/** Numbers behind a picture that has no other way to show them: a table and a file, made when asked for. */
export function NumbersOf({ title, numbers }: { readonly title: string; readonly numbers: () => Numbers }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="numbers">
      <p className="save">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Table
        </button>
        <button type="button" aria-label={`Save as CSV: ${title}`} onClick={() => saveNumbers(title, numbers())}>
          CSV
        </button>
      </p>
      {open && <NumbersTable numbers={numbers()} title={title} />}
    </div>
  );
}
