/**
 * Who may do what: one table, and whatever is not in it is refused.
 *
 * @module
 */
export const ROLES = [
  "installer",
  "custodian",
  "data-management",
  "auditor",
  "officer",
  "admin",
] as const;

export type Role = (typeof ROLES)[number];

/** What an operation asks for. */
export type Permission = keyof typeof PERMISSIONS;

const PERMISSIONS = {
  "customers.write": ["admin"],
  "customers.read": ["admin", "custodian", "installer", "auditor", "officer"],
  "tokens.write": ["admin"],
  "tokens.read": ["admin", "auditor", "officer"],
  "meters.enrol": ["installer", "custodian"],
  "meters.import-keys": ["custodian"],
  "meters.prove": ["installer", "custodian"],
  "meters.read": ["installer", "custodian", "data-management", "auditor", "officer", "admin"],
  // An address without a meter is a gap in the enrolment: for who closes it, and who asks why.
  "meters.unknown": ["custodian", "data-management", "auditor", "officer"],
  // Uses the key and answers whether it fits. Not the installer, who proves one meter by one
  // frame on site, and not the admin, who makes tokens and touches no key.
  "meters.check": ["custodian", "data-management", "officer"],
  "meters.change": ["custodian", "officer"],
  "frames.decrypt": ["data-management"],
  "links.write": ["custodian"],
  "links.read": ["custodian", "auditor", "officer", "admin"],
  // Who adds a recipient does not confirm it: the token that confirms must be another one.
  "recipients.write": ["custodian"],
  "recipients.confirm": ["custodian", "officer", "admin"],
  "recipients.retire": ["custodian", "officer", "admin"],
  "recipients.read": ["custodian", "auditor", "officer", "admin"],
  "activity.read": ["auditor"],
  "activity.reindex": ["auditor", "officer", "admin"],
  // Who proposes to prune does not approve it: two tokens, and the auditor may be one of them.
  "activity.prune": ["officer"],
  "activity.approve-prune": ["officer", "auditor"],
  // Goes on after a restore, in the ceremony only: no route asks for it.
  "activity.resume": ["officer"],
  "holders.read": ["auditor", "custodian", "officer", "admin"],
  // What tokens are called, in their list: an auditor must be able to say who acted.
  "identities.names": ["admin", "auditor"],
  // Everything that is stored of a person, and changing it.
  "identities.read": ["admin"],
  "identities.write": ["admin"],
  "metrics.read": ["admin", "officer", "auditor"],
  "status.read": ["admin", "officer", "auditor", "custodian"],
} as const satisfies Record<string, readonly Role[]>;

export function isAllowed(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] = PERMISSIONS[permission];
  return roles.includes(role);
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
