import { type ReactNode, useId, useRef, useState } from 'react';
import type { Numbers } from '../../src/report/figure.ts';
import { NumbersTable } from './numbers-table.tsx';
import { fileName, ways } from './save.ts';

/** A figure of the report with its caption: to look at, to read as a table, to save. */
export function Figure({
  svg,
  caption,
  numbers,
  over,
}: {
  readonly svg: string;
  readonly caption: string;
  readonly numbers: Numbers;
  /** What lies over the picture, such as brushes. */
  readonly over?: ReactNode;
}) {
  const picture = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const name = fileName(caption);
  return (
    <figure aria-labelledby={id}>
      {/* biome-ignore lint/a11y/useSemanticElements: a landmark for each figure would be many. */}
      <div
        ref={picture}
        className="picture"
        hidden={asTable}
        role="group"
        aria-label="Picture"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on narrow pages it scrolls, and must be reached by keyboard.
        tabIndex={0}
      >
        <div className="drawn">
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: SVG that this package's own figures made, its texts escaped. */}
          <div dangerouslySetInnerHTML={{ __html: svg }} />
          {over}
        </div>
      </div>
      {asTable && <NumbersTable numbers={numbers} title={caption} />}
      <figcaption id={id}>{caption}</figcaption>
      <p className="save">
        <button type="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table
        </button>
        {Object.entries(ways).map(([kind, act]) => (
          <button
            key={kind}
            type="button"
            aria-label={`Save as ${kind}: ${caption}`}
            onClick={() => act(name, picture.current!.querySelector('svg')!, numbers)}
          >
            {kind}
          </button>
        ))}
      </p>
    </figure>
  );
}
