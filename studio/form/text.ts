import { Document, isMap, parseDocument, stringify } from 'yaml';

type Path = readonly (string | number)[];

/** The text with another value at a path, the rest of it, comments too, as it was; `undefined` takes the field out. */
export function withValue(text: string, path: Path, value: unknown): string {
  const parsed = parseDocument(text);
  const document: Document = isMap(parsed.contents) ? parsed : new Document({});
  if (document !== parsed) document.commentBefore = parsed.commentBefore;
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value, { flow: path.length > 1 }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** A value as people write it in a line. */
export const written = (value: unknown): string =>
  value === undefined ? '' : stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();

/** Where the value at a path stands in a text, or the nearest around it that is there: characters from and to. */
export function rangeOf(text: string, path: Path): readonly [number, number] {
  const document = parseDocument(text);
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: readonly [number, number, number] }
      | undefined;
    if (node?.range) return [node.range[0], node.range[1]];
  }
  const end = text.indexOf('\n');
  return [0, end < 0 ? text.length : end];
}
