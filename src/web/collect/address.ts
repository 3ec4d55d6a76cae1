/**
 * The code after the # of a link: read from the address bar, or from what somebody pastes.
 *
 * Mail programs wrap links in links of their own, break them over lines and add full stops. Where
 * the code got lost on the way, the letter has it, and pasting it is enough.
 *
 * @module
 */
import { fixedBase64url, toBase64url } from "../../handover/protocol/base64url.ts";
import { HandoverError } from "../../handover/protocol/errors.ts";
import { parseLink } from "../../handover/protocol/link.ts";

/** Longer than any link, also one wrapped in another. */
const MAX_LENGTH = 8192;

/** Where this page lies, without `/r`. */
export function pageBase({ origin, pathname }: Location): string {
  return `${origin}${pathname.replace(/\/r\/?$/, "")}`;
}

/** The code of the address bar, without marks that a mail program has left at its end. */
export function codeInAddress({ hash }: Location): string | null {
  return usable(hash.slice(1));
}

/** The code in a pasted text: bare, in a link of this exchange, or in a wrapped one. */
export function codeInText(text: string, base: string): string | null {
  const pasted = text.length > MAX_LENGTH ? "" : text.replaceAll(/\s+/g, "");
  return usable(pasted) ?? codeInLink(pasted, base) ?? codeInWrapper(pasted, base);
}

function usable(text: string): string | null {
  const code = text.replace(/^[#<]+/, "").replace(/[.,;:!?)>\]"']+$/, "");
  return fixedBase64url(code, 32) === null ? null : code;
}

/** A link of another exchange has nothing to look for here, nor its proof at this one. */
function codeInLink(link: string, base: string): string | null {
  try {
    const { baseUrl, fragment } = parseLink(link);
    return baseUrl === base ? toBase64url(fragment) : null;
  } catch (error) {
    if (error instanceof HandoverError) {
      return null;
    }
    throw error;
  }
}

/** A link as the parameter of another, as scanners of mail write it. */
function codeInWrapper(text: string, base: string): string | null {
  const wrapper = URL.canParse(text) ? new URL(text) : null;
  for (const value of wrapper?.searchParams.values() ?? []) {
    const code = codeInLink(value, base);
    if (code !== null) {
      return code;
    }
  }
  return null;
}
