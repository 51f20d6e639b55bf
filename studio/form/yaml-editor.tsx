import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { type Fault, faultText } from '../../src/base/fault.ts';
import { rangeOf } from './text.ts';

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
]);

interface Given {
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly change: (text: string) => void;
  readonly save: () => void;
}

/** The text of an experiment; faults are marked where they stand. */
export default function YamlEditor(given: Given) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(given);
  latest.current = given;
  useEffect(() => {
    const saved = () => {
      latest.current.save();
      return true;
    };
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          yaml(),
          syntaxHighlighting(colours),
          keymap.of([{ key: 'Mod-s', run: saved }, ...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': 'Experiment as YAML' }),
          EditorView.lineWrapping,
          EditorView.updateListener.of(update => {
            if (update.docChanged) latest.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  const { text, faults } = given;
  useEffect(() => {
    const editor = view.current!;
    const before = editor.state.doc.toString();
    if (before !== text) editor.dispatch({ changes: { from: 0, to: before.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const editor = view.current!;
    const now = editor.state.doc.toString();
    const marks = faults.map(fault => {
      const [from, to] = rangeOf(now, fault.path);
      return {
        from,
        to: Math.max(from, to),
        severity: 'error' as const,
        message: faultText({ ...fault, file: undefined }),
      };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [faults]);
  return <div ref={place} className="editor" />;
}
