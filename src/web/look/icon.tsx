/**
 * Signs beside words, never in their place.
 *
 * @module
 */

const STROKES = {
  ok: "M4 12.5l5 5L20 6.5",
  bad: "M12 3l9 17H3zM12 9.5v5M12 17.2v.3",
  care: "M12 3l9 17H3zM12 9.5v5M12 17.2v.3",
  note: "M12 3a9 9 0 1 0 .01 0M12 11v6M12 7.2v.3",
} as const;

export type Sign = keyof typeof STROKES;

/** Draws a sign in the colour of the text; silent, as the words beside it say the same. */
export function Icon({ sign }: { readonly sign: Sign }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={STROKES[sign]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
