import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../src/report/figure.ts';
import { reportHtml } from '../../src/report/index.ts';
import { pageScript } from '../../src/report/page-script.ts';
import { faint, ink, onDark, quiet } from '../../src/report/palette.ts';
import type { Report } from '../../src/report/report.ts';
import { galleryReport } from './gallery.ts';

const report = galleryReport();
const html = reportHtml(report);
const { document } = parseHTML(html);

describe('reportHtml', () => {
  it('is the page in the gallery, whose figures have files of their own', async () => {
    await expect(
      html
        .replace(/<svg xmlns.*?\n<figcaption>/gs, '<svg></svg>\n<figcaption>')
        .replace(/data-csv="[^"]*"/g, 'data-csv=""')
        .replace(pageScript, '')
        .replace(/sha256-[^']*/, 'sha256-'),
    ).toMatchFileSnapshot('./__snapshots__/report.html');
  });

  it('gives the same bytes for the same report', () => {
    expect(reportHtml(galleryReport())).toBe(html);
  });

  it('fetches nothing and runs its own script alone', () => {
    expect(document.querySelectorAll('link, iframe, object').length).toBe(0);
    expect([...document.querySelectorAll('script')].map(script => script.textContent)).toEqual([pageScript]);
    for (const image of document.querySelectorAll('image, img')) {
      expect(image.getAttribute('href') ?? image.getAttribute('src')).toMatch(/^data:image\/png;base64,/);
    }
    expect(html.replace(pageScript, '')).not.toMatch(/@import|url\(|\son\w+=/);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute('content');
    const hash = createHash('sha256').update(pageScript).digest('base64');
    expect(policy).toBe(`default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'`);
  });

  it('labels each figure as a whole, and none of its groups', () => {
    expect(document.querySelectorAll('figure svg [aria-label]').length).toBe(0);
  });

  it('has other colours on a dark page for whatever figures draw in ink', () => {
    const dark = html.slice(html.indexOf('prefers-color-scheme: dark'));
    for (const colour of [ink, quiet, faint, 'white']) {
      expect(dark).toContain(`figure [stroke="${colour}"] { stroke: ${onDark[colour]}; }`);
    }
  });

  it('shows every section, figure, table and source once', () => {
    const figures = report.sections.reduce((sum, section) => sum + (section.figures?.length ?? 0), 0);
    expect(document.querySelectorAll('figure').length).toBe(figures);
    expect(document.querySelectorAll('figure > .picture > svg[role="img"][aria-label]').length).toBe(figures);
    expect([...document.querySelectorAll('h2')].map(h => h.textContent)).toEqual([
      ...report.sections.map(section => section.title),
      'Sources',
      'Repeat this run',
    ]);
    for (const link of document.querySelectorAll('nav a')) {
      expect(document.querySelector(link.getAttribute('href')!)).not.toBeNull();
    }
    expect(document.querySelectorAll('.citations li').length).toBe(report.citations.length);
    expect(document.querySelector('.citations a')!.getAttribute('href')).toBe('https://doi.org/10.1002/aisy.202000103');
    expect(document.querySelector('pre')!.textContent).toBe(report.command);
  });

  it('carries the numbers of every figure', () => {
    const [first] = report.sections.flatMap(({ figures = [] }) => figures);
    const template = document.querySelector('figure template')!;
    const csv = gunzipSync(Buffer.from(template.getAttribute('data-csv')!, 'base64')).toString();
    expect(csv).toBe(csvOf(first!.figure.numbers).csv);
    expect(csv).toContain('x₁,x₂,Software: P(upper moon)');
  });

  it('escapes every text', () => {
    const evil = `<script>alert("1")</script>&'`;
    const table = { title: evil, columns: ['', evil], rows: [[evil, evil]], note: evil };
    const numbers = { columns: [evil], rows: [[evil]] };
    const hostile: Report = {
      title: evil,
      summary: [evil],
      results: table,
      sections: [
        {
          title: evil,
          text: [evil],
          tables: [table],
          figures: [{ figure: { svg: '<svg></svg>', numbers }, caption: evil }],
        },
      ],
      citations: [{ tag: evil, text: evil, id: `10.1/${evil}` }],
      command: evil,
      record: { seed: 1, versions: { [evil]: evil }, experiment: evil },
    };
    const text = reportHtml(hostile);
    expect(text.replace(`<script>${pageScript}`, '')).not.toContain('<script');
    expect(text).not.toContain('alert("');
    expect(parseHTML(text).document.querySelector('h1')!.textContent).toBe(evil);
  });
});
