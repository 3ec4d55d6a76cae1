/**
 * Makes LoRaWAN 1.0.x frames for tests and measurements; independent of the parsers and suites.
 *
 * Everything is built from single AES blocks, as the specification words it.
 *
 * @module
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { aesCmac } from "./cmac.ts";

export interface UplinkOptions {
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
  readonly devAddr: number;
  /** All 32 bits; 16 of them go on the air. */
  readonly fcnt: number;
  readonly confirmed?: boolean;
  /** Upper bits of FCtrl; the length of FOpts is added. */
  readonly control?: number;
  readonly options?: Uint8Array;
  /** Null = neither FPort nor payload. */
  readonly port: number | null;
  readonly payload: Uint8Array;
}

export interface JoinOptions {
  readonly appKey: Uint8Array;
  /** As printed, first byte first. */
  readonly joinEui: Uint8Array;
  readonly devEui: Uint8Array;
  readonly devNonce: number;
  readonly appNonce: number;
  readonly netId: number;
  readonly devAddr: number;
  readonly channels?: Uint8Array;
}

/** What a join brings: both messages, and the keys that device and network then share. */
export interface Joined {
  readonly request: Uint8Array;
  readonly accept: Uint8Array;
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
}

/** Encodes a data uplink (LoRaWAN 1.0.4 ch. 4). */
export function encodeUplink(uplink: UplinkOptions): Uint8Array {
  const { devAddr, fcnt, confirmed, control = 0, options = [], port, payload } = uplink;
  const key = port === 0 ? uplink.nwkSKey : uplink.appSKey;
  const message = [
    ...[confirmed === true ? 0x80 : 0x40, ...little(devAddr, 4)],
    ...[control | options.length, ...little(fcnt % 0x10000, 2), ...options],
    ...(port === null ? [] : [port, ...scrambled(key, devAddr, fcnt, payload)]),
  ];
  const b0 = [0x49, 0, 0, 0, 0, 0, ...little(devAddr, 4), ...little(fcnt, 4), 0, message.length];
  return Uint8Array.from([...message, ...mic(uplink.nwkSKey, [...b0, ...message])]);
}

/** Plays both sides of a join (LoRaWAN 1.0.4 §6.2). */
export function encodeJoin(join: JoinOptions): Joined {
  const { appKey, devNonce, appNonce, netId, devAddr, channels = [] } = join;
  const eui = (bytes: Uint8Array): number[] => [...bytes].reverse();
  const asked = [0x00, ...eui(join.joinEui), ...eui(join.devEui), ...little(devNonce, 2)];
  const session = [...little(appNonce, 3), ...little(netId, 3)];
  const given = [0x20, ...session, ...little(devAddr, 4), 0, 1, ...channels];
  const clear = [...given.slice(1), ...mic(appKey, given)];
  const keyOf = (use: number): Uint8Array => {
    const input = [use, ...session, ...little(devNonce, 2)];
    return aes(appKey, [...input, ...new Array<number>(16 - input.length).fill(0)]);
  };
  return {
    request: Uint8Array.from([...asked, ...mic(appKey, asked)]),
    accept: Uint8Array.from([0x20, ...hidden(appKey, clear)]),
    nwkSKey: keyOf(1),
    appSKey: keyOf(2),
  };
}

/** §4.3.3: payload xor S_1 ‖ S_2 …, S_i = aes128_encrypt(key, A_i). */
function scrambled(key: Uint8Array, devAddr: number, fcnt: number, payload: Uint8Array): number[] {
  const stream: number[] = [];
  for (let i = 1; stream.length < payload.length; i++) {
    const a = [0x01, 0, 0, 0, 0, 0, ...little(devAddr, 4), ...little(fcnt, 4), 0, i];
    stream.push(...aes(key, a));
  }
  return [...payload].map((byte, i) => byte ^ stream[i]!);
}

/** §6.2.3: a join-accept is encrypted with the decryption of AES. */
function hidden(key: Uint8Array, clear: readonly number[]): Uint8Array {
  const decipher = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return decipher.update(Uint8Array.from(clear));
}

/** §4.4: the first four bytes of the CMAC. */
function mic(key: Uint8Array, message: readonly number[]): Uint8Array {
  return aesCmac(key, Uint8Array.from(message)).subarray(0, 4);
}

function aes(key: Uint8Array, block: readonly number[]): Uint8Array {
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return new Uint8Array(cipher.update(Uint8Array.from(block)));
}

function little(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
}
