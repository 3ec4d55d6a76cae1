/**
 * Before anything is known; says so only when it takes longer than a moment.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { Heading } from "../../look/heading.tsx";
import { Progress } from "../../look/progress.tsx";
import { useSpeech } from "./speech.ts";

const PATIENCE_MS = 300;

/** Shows that the page is asking. */
export function LoadingScreen() {
  const { page } = useSpeech().words;
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {late && <Heading>{page.loading}</Heading>}
      <Progress text={late ? page.loadingLead : null} part={null} />
    </>
  );
}
