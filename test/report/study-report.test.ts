import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { studyReportHtml } from '../../src/report/index.ts';
import { pageScript } from '../../src/report/page-script.ts';
import { style } from '../../src/report/style.ts';
import { studyReported } from './study.ts';

const html = studyReportHtml(studyReported);
const { document } = parseHTML(html);

describe('the report of a study', () => {
  it('is the page in the gallery, whose figures and style have files of their own', async () => {
    expect(html).toContain(`<style>${style}</style>`);
    const page = html
      .replace(/<svg xmlns.*?\n<figcaption>/gs, '<svg></svg>\n<figcaption>')
      .replace(/data-csv="[^"]*"/g, 'data-csv=""')
      .replace(pageScript, '')
      .replace(/sha256-[^']*/, 'sha256-')
      .replace(style, '');
    await expect(page).toMatchFileSnapshot('./__snapshots__/study-report.html');
  });

  it('shows the front with what was confirmed, and fetches nothing', () => {
    const rows = [...document.querySelectorAll('table')][0]!.querySelectorAll('tbody tr');
    expect(rows.length).toBe(studyReported.front.length);
    expect(document.querySelectorAll('figure').length).toBe(5);
    expect(document.querySelectorAll('link, iframe, object').length).toBe(0);
    expect(html).toContain('The forest foretells nll after 1 d badly (R² below 0.5)');
  });

  it('says the verdict first, what speaks against the answer before what speaks for it, and what turns it round', () => {
    const text = document.body.textContent!;
    expect(text.indexOf('Verdict: digital. Do not build analog')).toBeLessThan(text.indexOf('64 designs, from 12'));
    const tables = [...document.querySelectorAll('table')];
    const cells = (place: number) =>
      [...tables[place]!.querySelectorAll('tbody tr')].map(row =>
        [...row.querySelectorAll('th, td')].map(cell => cell.textContent),
      );
    expect(cells(1).map(row => [row[0], row.at(-1)])).toEqual([
      ['energyPerDecision', 'digital'],
      ['nll after 1 d', 'neither'],
    ]);
    expect(cells(2).map(([name]) => name)).toEqual(['ensemble', 'dropout']);
    expect(text).toContain(
      'The answer beats the best baseline in 4 % of the draws. As a predictor the baseline is undecided',
    );
    expect(text).toContain('with the energy of SRAM at 3.1 times what is assumed, 2.4 standard deviations away');
  });

  it('says that nothing is confirmed where nothing is', () => {
    const front = studyReported.front.map(design => ({
      ...design,
      confirmed: null,
      kept: null,
      onFront: null,
      beatsBaseline: null,
      regret: null,
    }));
    const early = studyReportHtml({ ...studyReported, front, answer: null, verdict: null, importances: [] });
    expect(early).toContain('or none was judged again yet');
    expect(early).not.toContain('Against digital baselines');
    expect(early).not.toContain('What held on what the search has not seen');
    expect(studyReportHtml({ ...studyReported, front: [], answer: null, baselines: [] })).not.toContain('NaN');
  });
});
