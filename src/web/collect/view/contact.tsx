/**
 * Whom to ask: the sender by telephone or mail, as far as the operator has set them.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { pieces } from "../../words/fill.ts";
import type { Brand } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Hands the sender's name, logo and numbers down. */
export const BrandContext = createContext<Brand>({
  name: "",
  logo: null,
  phone: null,
  email: null,
});

/** Says whom to call or write to, with numbers that can be pressed. */
export function Contact() {
  const { contact } = useSpeech().words.page;
  const { phone, email } = useContext(BrandContext);
  const links: Record<string, preact.JSX.Element> = {
    ...(phone !== null && { phone: <PhoneLink phone={phone} /> }),
    ...(email !== null && { email: <a href={`mailto:${email}`}>{email}</a> }),
  };
  const entry =
    phone !== null && email !== null
      ? contact.both
      : phone !== null
        ? contact.phone
        : email !== null
          ? contact.email
          : contact.none;
  return <>{pieces(entry).map((part) => (typeof part === "string" ? part : links[part.place]))}</>;
}

function PhoneLink({ phone }: { readonly phone: string }) {
  return <a href={dial(phone)}>{phone}</a>;
}

/** The address that dials a number as people write it. */
export function dial(phone: string): string {
  return `tel:${phone.replaceAll(/[^+\d]/g, "")}`;
}
