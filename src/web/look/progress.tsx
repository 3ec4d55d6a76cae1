/**
 * Something that takes a while: a bar, and words for who does not see it.
 *
 * @module
 */

/** Shows progress; `text` null = nothing is going on, and the place stays for what comes. */
export function Progress(props: { readonly text: string | null; readonly part: number | null }) {
  const { text, part } = props;
  return (
    <div class="working">
      <p role="status">{text}</p>
      {text !== null && (
        <progress aria-label={text} {...(part === null ? {} : { value: part, max: 1 })} />
      )}
    </div>
  );
}
