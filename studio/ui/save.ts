import { csvOf, type Numbers } from '../../src/report/figure.ts';

function save(name: string, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

/** Saves a text as a file. */
export const saveText = (name: string, text: string, type: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  save(name, url);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

/** The picture on white paper, as one that stands alone. */
function onPaper(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: 'white' }))
    back.setAttribute(name, value);
  copy.insertBefore(back, copy.firstChild);
  return new XMLSerializer().serializeToString(copy);
}

/** Ways to save a figure, by the name of the format. */
export const ways: Readonly<Record<string, (name: string, svg: SVGSVGElement, numbers: Numbers) => void>> = {
  SVG: (name, svg) => saveText(`${name}.svg`, onPaper(svg), 'image/svg+xml'),
  PNG: (name, svg) => {
    const image = new Image();
    const { width, height } = svg.viewBox.baseVal;
    image.onload = () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 2 * width, height: 2 * height });
      canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
      savePicture(name, canvas);
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(onPaper(svg))}`;
  },
  CSV: (name, _svg, numbers) => saveNumbers(name, numbers),
};

/** Saves numbers as CSV, under a name made of the title. */
export const saveNumbers = (title: string, numbers: Numbers): void =>
  saveText(`${fileName(title)}.csv`, csvOf(numbers).csv, 'text/csv');

export const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);

/** Saves what is drawn as PNG, under a name made of the title. */
export const savePicture = (title: string, canvas: HTMLCanvasElement): void =>
  save(`${fileName(title)}.png`, canvas.toDataURL('image/png'));
