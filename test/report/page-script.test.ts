import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { pageScript } from '../../src/report/page-script.ts';
import { tableHtml } from '../../src/report/table.ts';

/** A page whose script has run. What linkedom lacks of tables is added; observers of the view note what they watch. */
function pageOf(content: string) {
  const { document } = parseHTML(`<html><body><h1>Two moons</h1>${content}</body></html>`);
  const rowsOf = (part: ReturnType<typeof document.createElement>) =>
    [...part.querySelectorAll('tr')].map(row => Object.assign(row, { cells: [...row.children] }));
  for (const table of document.querySelectorAll('table')) {
    const [head, body] = [table.querySelector('thead')!, table.querySelector('tbody')!];
    for (const part of [head, body]) Object.defineProperty(part, 'rows', { get: () => rowsOf(part) });
    Object.assign(table, { tHead: head, tBodies: [body] });
  }
  const watched: string[] = [];
  class IntersectionObserver {
    observe({ id }: { id: string }) {
      watched.push(id);
    }
  }
  new Function('document', 'IntersectionObserver', pageScript)(document, IntersectionObserver);
  return { document, watched };
}

describe('tables', () => {
  const table = tableHtml({
    columns: ['design', 'energy', 'note'],
    rows: [
      ['b', 2e-9, 'trial 10'],
      ['a', { mean: 1e-8, low: 0, high: 1 }, 'trial 9'],
      ['c', undefined, 'trial 1'],
      ['d', 1e-9, 'trial 2'],
    ],
  });
  const { document } = pageOf(table);
  const heads = [...document.querySelectorAll('th[scope="col"]')];
  const click = (column: number) => {
    (heads[column]!.querySelector('button') as unknown as { click(): void }).click();
    return [...document.querySelectorAll('tbody tr')].map(row => row.children[0]!.textContent);
  };

  it('are sorted by number, what has none last, and again the other way round', () => {
    expect(click(1)).toEqual(['d', 'b', 'a', 'c']);
    expect(heads[1]!.getAttribute('aria-sort')).toBe('ascending');
    expect(click(1)).toEqual(['c', 'a', 'b', 'd']);
    expect(heads[1]!.getAttribute('aria-sort')).toBe('descending');
  });

  it('are sorted by text as people count', () => {
    expect(click(2)).toEqual(['c', 'd', 'a', 'b']);
    expect(heads[1]!.getAttribute('aria-sort')).toBeNull();
  });

  it('of two rows stay as they are', () => {
    const short = tableHtml({ columns: ['a', 'b'], rows: [['x', 1]] });
    expect(pageOf(short).document.querySelector('thead button')).toBeNull();
  });
});

describe('figures', () => {
  it('can be saved in three ways, each button saying which figure', () => {
    const figure = '<figure><svg viewBox="0 0 1 1"></svg><template data-csv="" data-one-in="3"></template></figure>';
    const { document } = pageOf(figure + figure);
    const buttons = [...document.querySelectorAll('figure button')];
    expect(buttons.map(button => button.textContent)).toEqual(['SVG', 'PNG', 'CSV', 'SVG', 'PNG', 'CSV']);
    expect(buttons[5]!.getAttribute('aria-label')).toBe('Save figure 2 as CSV');
    expect(buttons[5]!.getAttribute('title')).toBe('One in 3 rows');
  });
});

it('watches every section of the contents', () => {
  const { watched } = pageOf('<nav><a href="#section-1">One</a></nav><section id="section-1"></section>');
  expect(watched).toEqual(['section-1']);
});
