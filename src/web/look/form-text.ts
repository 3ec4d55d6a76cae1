/**
 * What was typed into a form, read when it is sent: nothing typed is kept in a component.
 *
 * @module
 */

/** The text of a field by its name; empty when there is none. */
export function textOf(event: SubmitEvent, name: string): string {
  const value = valuesOf(event).get(name);
  return typeof value === "string" ? value : "";
}

/** Whether a box is ticked. */
export function isTicked(event: SubmitEvent, name: string): boolean {
  return valuesOf(event).has(name);
}

function valuesOf(event: SubmitEvent): FormData {
  return new FormData(event.currentTarget as HTMLFormElement);
}
