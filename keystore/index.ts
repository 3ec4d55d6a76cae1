/**
 * The keystore: the only folder in which plaintext keys exist.
 *
 * @module
 */
export {};
