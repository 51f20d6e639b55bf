import type { ReactNode } from 'react';
import type { ShownSection } from '../../src/studio/section-view.ts';
import { Figure } from './figure.tsx';

/** A section of the report; `over` is what lies over figures, by their captions. */
export const Section = ({
  title,
  text,
  tables,
  figures,
  over = {},
}: ShownSection & { readonly over?: Readonly<Record<string, ReactNode>> }) => (
  <section>
    <h2>{title}</h2>
    {text.map(paragraph => (
      <p key={paragraph}>{paragraph}</p>
    ))}
    {tables.map(html => (
      <HtmlTable key={html} html={html} title={title} />
    ))}
    <div className="gallery">
      {figures.map(({ svg, caption, numbers }) => (
        <Figure key={caption} svg={svg} caption={caption} numbers={numbers} over={over[caption]} />
      ))}
    </div>
  </section>
);

/** A table as the report writes it; what scrolls is reached by keyboard. */
export const HtmlTable = ({ html, title }: { readonly html: string; readonly title: string }) => (
  // biome-ignore lint/a11y/useSemanticElements: a landmark for each table would be many.
  <div
    className="scroll"
    role="group"
    aria-label={`Table: ${title}`}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    tabIndex={0}
    // biome-ignore lint/security/noDangerouslySetInnerHtml: HTML that this package's own tables made, its texts escaped.
    dangerouslySetInnerHTML={{ __html: html }}
  />
);
