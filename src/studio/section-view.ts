import { type Numbers, type Section, tableHtml } from '../report/index.ts';

/** A section of a report as the page shows it. */
export interface ShownSection {
  readonly title: string;
  readonly text: readonly string[];
  /** HTML of tables. */
  readonly tables: readonly string[];
  readonly figures: readonly { readonly svg: string; readonly caption: string; readonly numbers: Numbers }[];
}

export const shownSection = ({ title, text = [], tables = [], figures = [] }: Section): ShownSection => ({
  title,
  text,
  tables: tables.map(tableHtml),
  figures: figures.map(({ figure, caption }) => ({ ...figure, caption })),
});
