const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as the content of an element or the value of a quoted attribute of HTML or SVG. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character]!);
}
