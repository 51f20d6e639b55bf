import { sha256 } from '@noble/hashes/sha2.js';
import { gzipSync } from 'fflate';
import type { Citation } from '../base/index.ts';
import { escapeText } from './escape.ts';
import { csvOf, type Figure } from './figure.ts';
import { pageScript } from './page-script.ts';
import type { Report, RunRecord, Section } from './report.ts';
import { style } from './style.ts';
import { tableHtml } from './table.ts';

/**
 * The report as one self-contained HTML file: no files beside it, nothing fetched, no script but `pageScript`, which the page
 * can do without. Headings and captions are numbered in order; the same report gives the same bytes.
 */
export function reportHtml(report: Report): string {
  const { title, summary, results, sections, citations, command, record } = report;
  const counter = { figures: 0 };
  const body = sections.map((section, i) => sectionHtml(section, `section-${i + 1}`, counter));
  const contents = [...sections.map(section => section.title), 'Sources', 'Repeat this run'];
  const links = contents.map((name, i) => `<a href="#section-${i + 1}">${escapeText(name)}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${scriptHash}'">
<meta name="generator" content="posterohm">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<p>posterohm report</p>
<h1>${escapeText(title)}</h1>
</header>
<div class="summary">
${paragraphs(summary)}
</div>
${tableHtml(results)}
<nav aria-label="Contents">${links.join(' ')}</nav>
${body.join('\n')}
<section id="section-${sections.length + 1}">
<h2>Sources</h2>
<ul class="citations">
${citations.map(citationHtml).join('\n')}
</ul>
</section>
<section id="section-${sections.length + 2}">
<h2>Repeat this run</h2>
<pre>${escapeText(command)}</pre>
${record ? recordHtml(record) : ''}
</section>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));

/** The one script that the page may run, by its hash (Content Security Policy Level 3, section 6.7.3). */
const scriptHash = `sha256-${base64(sha256(new TextEncoder().encode(pageScript)))}`;

/** The numbers of a figure, for `pageScript` to save: CSV, compressed. */
function numbersHtml({ numbers }: Figure): string {
  const { csv, oneIn } = csvOf(numbers);
  return `<template data-csv="${base64(gzipSync(new TextEncoder().encode(csv), { mtime: 0 }))}" data-one-in="${oneIn}"></template>`;
}

function recordHtml({ seed, versions, experiment }: RunRecord): string {
  return `<dl>
<dt>seed</dt><dd>${escapeText(`${seed}`)}</dd>
${Object.entries(versions)
  .map(([name, version]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(version)}</dd>`)
  .join('\n')}
</dl>
<p>The experiment with every default filled in:</p>
<pre>${escapeText(experiment.trimEnd())}</pre>`;
}

function sectionHtml(
  { title, text = [], tables = [], figures = [] }: Section,
  id: string,
  counter: { figures: number },
): string {
  const pictures = figures.map(({ figure, caption }) => {
    counter.figures++;
    return `<figure>\n<div class="picture">${figure.svg.trimEnd()}</div>\n<figcaption><b>Figure ${counter.figures}.</b> ${escapeText(caption)}</figcaption>\n${numbersHtml(figure)}\n</figure>`;
  });
  const parts = [`<h2>${escapeText(title)}</h2>`, paragraphs(text), ...pictures, ...tables.map(tableHtml)];
  return `<section id="${id}">\n${parts.filter(part => part !== '').join('\n')}\n</section>`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.map(text => `<p>${escapeText(text)}</p>`).join('\n');
}

function citationHtml({ tag, text, id }: Citation): string {
  const link = id ? ` ${identifierHtml(id)}` : '';
  return `<li><b>${escapeText(tag)}</b>${escapeText(text)}${link}</li>`;
}

/** A DOI or arXiv identifier as a link; other identifiers as text. */
function identifierHtml(id: string): string {
  const arxiv = /^arXiv:\s*(\S+)$/i.exec(id);
  const doi = /^(?:doi:\s*|https:\/\/doi\.org\/)?(10\.\S+)$/i.exec(id);
  const url = arxiv ? `https://arxiv.org/abs/${arxiv[1]}` : doi ? `https://doi.org/${doi[1]}` : undefined;
  return url ? `<a href="${escapeText(encodeURI(url))}">${escapeText(id)}</a>` : escapeText(id);
}
