/**
 * What the report does where scripts run: saves figures as SVG, PNG and CSV, sorts tables by a column, and says in the
 * contents which section is being read. It needs nothing but the page, and the page is whole without it. Plain JavaScript, since
 * it is written into the page as it stands.
 */
export const pageScript = `
'use strict';
const save = (name, url) => {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
};
const blobUrl = (text, type) => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  return url;
};
const title = (document.querySelector('h1')?.textContent ?? 'report').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 40);
const paper = svg => {
  const copy = svg.cloneNode(true);
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of [['width', '100%'], ['height', '100%'], ['fill', 'white']]) back.setAttribute(name, value);
  copy.insertBefore(back, copy.firstChild);
  return new XMLSerializer().serializeToString(copy);
};
const bytesOf = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const inflated = async text => {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
};
const png = (svg, done) => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = 2 * svg.viewBox.baseVal.width;
    canvas.height = 2 * svg.viewBox.baseVal.height;
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    done(canvas.toDataURL('image/png'));
  };
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(paper(svg));
};
document.querySelectorAll('figure').forEach((figure, i) => {
  const svg = figure.querySelector('svg');
  const name = title + '-figure-' + (i + 1);
  const numbers = figure.querySelector('template').dataset;
  const ways = {
    SVG: () => save(name + '.svg', blobUrl(paper(svg), 'image/svg+xml')),
    PNG: () => png(svg, url => save(name + '.png', url)),
    CSV: async () => save(name + '.csv', blobUrl(await inflated(numbers.csv), 'text/csv')),
  };
  const row = document.createElement('p');
  row.className = 'save';
  row.append('Save as');
  for (const [kind, act] of Object.entries(ways)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = kind;
    button.setAttribute('aria-label', 'Save figure ' + (i + 1) + ' as ' + kind);
    if (kind === 'CSV' && numbers.oneIn !== '1') button.title = 'One in ' + numbers.oneIn + ' rows';
    button.addEventListener('click', act);
    row.append(button);
  }
  figure.append(row);
});
const keyOf = cell => (cell?.dataset.value === undefined ? undefined : Number(cell.dataset.value));
const compare = (a, b) => {
  const [x, y] = [keyOf(a), keyOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
  return a.textContent.localeCompare(b.textContent, 'en', { numeric: true });
};
document.querySelectorAll('table').forEach(table => {
  const body = table.tBodies[0];
  if (body.rows.length < 3) return;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, c) => {
    if (!head.textContent) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const rows = [...body.rows].sort((a, b) => (up ? 1 : -1) * compare(a.cells[c], b.cells[c]));
      body.append(...rows);
    });
    head.append(button);
  });
});
const links = new Map([...document.querySelectorAll('nav a')].map(link => [link.getAttribute('href').slice(1), link]));
const seen = new Set();
const watch = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) seen[isIntersecting ? 'add' : 'delete'](target.id);
  const first = [...links.keys()].find(id => seen.has(id));
  for (const [id, link] of links) {
    if (id === first) link.setAttribute('aria-current', 'location');
    else link.removeAttribute('aria-current');
  }
});
for (const id of links.keys()) watch.observe(document.getElementById(id));
`;
