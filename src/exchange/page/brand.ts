/**
 * Whose page it is: name, logo, accent, phone and mail address of the sender, the same for every
 * link. Checked at start, so that no customer meets a page that cannot be read.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { type Config, ConfigError } from "../../base/config.ts";
import { checkLogo, type Logo } from "./logo.ts";

/** Settings of the exchange that say who sends. */
export type BrandSettings = Pick<
  Config,
  "sender" | "brandName" | "brandLogoFile" | "brandAccent" | "brandPhone" | "brandEmail"
>;

/** As the page asks for it, `/assets/brand.json`. */
export interface ExchangeBrand {
  readonly name: string;
  readonly logo: Logo | null;
  /** `#rrggbb`; null = the page's own. */
  readonly accent: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}

/** WCAG 2.2 SC 1.4.3: text of normal size. */
const LEAST_CONTRAST = 4.5;

/** @throws {@link ConfigError} */
export function readBrand(settings: BrandSettings): ExchangeBrand {
  const { brandAccent: accent = null, brandLogoFile: file } = settings;
  if (accent !== null && contrastWithWhite(accent) < LEAST_CONTRAST) {
    throw new ConfigError("brandAccent: expected a colour that white text stands out from, 4.5:1");
  }
  return {
    name: settings.brandName ?? settings.sender,
    logo: file === undefined ? null : checkLogo(readLogo(file)),
    accent,
    phone: settings.brandPhone ?? null,
    email: settings.brandEmail ?? null,
  };
}

/** The document `/assets/brand.json`; its addresses are relative to the page's. */
export function brandJson({ name, logo, phone, email }: ExchangeBrand): string {
  const address = logo === null ? null : `assets/brand/${logo.name}`;
  return JSON.stringify({ name, logo: address, phone, email });
}

/** The style sheet `/assets/brand.css`: a custom property that stands above the page's own. */
export function brandCss({ accent }: ExchangeBrand): string {
  return accent === null ? "" : `:root {\n  --accent: ${accent};\n}\n`;
}

function readLogo(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError("brandLogoFile: cannot be read", { cause });
  }
}

/** WCAG 2.2, definitions of contrast ratio and relative luminance; `#rrggbb` on white. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
