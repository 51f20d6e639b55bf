import { useId, useState } from 'react';

/** Takes a file that is dropped or chosen. */
export function DropZone({
  label,
  hint,
  accept,
  busy,
  take,
}: {
  readonly label: string;
  readonly hint: string;
  readonly accept: string;
  readonly busy: boolean;
  readonly take: (file: File) => void;
}) {
  const [over, setOver] = useState(false);
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the field, which keyboards reach.
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) take(file);
      }}
    >
      <label htmlFor={id}>{busy ? 'Reading the file …' : label}</label>
      <input
        id={id}
        type="file"
        accept={accept}
        disabled={busy}
        aria-describedby={`${id}-hint`}
        onChange={event => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) take(file);
        }}
      />
      <small id={`${id}-hint`}>{hint}</small>
    </div>
  );
}
