import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { studyReportHtml } from '../../src/report/index.ts';
import { studyReported } from './study.ts';

const html = studyReportHtml(studyReported);
const { document } = parseHTML(html);

describe('the report of a study', () => {
  it('is the page in the gallery, whose figures have files of their own', async () => {
    await expect(html.replace(/<svg xmlns.*?\n<figcaption>/gs, '<svg></svg>\n<figcaption>')).toMatchFileSnapshot(
      './__snapshots__/study-report.html',
    );
  });

  it('shows the front with what was confirmed, and fetches nothing', () => {
    const rows = [...document.querySelectorAll('table')][0]!.querySelectorAll('tbody tr');
    expect(rows.length).toBe(studyReported.front.length);
    expect(document.querySelectorAll('figure').length).toBe(4);
    expect(document.querySelectorAll('script, link, iframe, object').length).toBe(0);
    expect(html).toContain('The forest foretells nll after 1 d badly (R² below 0.5)');
  });

  it('says that nothing is confirmed where nothing is', () => {
    const front = studyReported.front.map(design => ({ ...design, confirmed: null, kept: null, onFront: null }));
    const early = studyReportHtml({ ...studyReported, front, answer: null, importances: [] });
    expect(early).toContain('or none was judged again yet');
    expect(early).not.toContain('What held on what the search has not seen');
    expect(studyReportHtml({ ...studyReported, front: [], answer: null })).not.toContain('NaN');
  });
});
