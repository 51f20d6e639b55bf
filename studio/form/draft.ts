import { useState } from 'react';

/** The text of a file as it is changed here, kept in this tab until it is that of the disk again. */
export function useDraft(file: string, saved: string): readonly [string, (text: string) => void] {
  const key = `draft ${file}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? saved);
  const change = (to: string) => {
    setText(to);
    sessionStorage.setItem(key, to);
  };
  if (text === saved) sessionStorage.removeItem(key);
  return [text, change];
}
