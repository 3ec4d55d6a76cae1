/**
 * Device types of EN 13757-7 Table 13 (the last byte of an address).
 *
 * @module
 */

const NAMES: Readonly<Record<number, string>> = {
  0: "other",
  1: "oil",
  2: "electricity",
  3: "gas",
  4: "heat",
  5: "steam",
  6: "warm water",
  7: "water",
  8: "heat cost allocator",
  9: "compressed air",
  10: "cooling (outlet)",
  11: "cooling (inlet)",
  12: "heat (inlet)",
  13: "heat and cooling",
  14: "bus or system component",
  15: "unknown medium",
  20: "calorific value",
  21: "hot water",
  22: "cold water",
  23: "hot and cold water",
  24: "pressure",
  25: "A/D converter",
  26: "smoke detector",
  27: "room sensor",
  28: "gas detector",
  32: "breaker (electricity)",
  33: "valve (gas or water)",
  37: "customer unit (display)",
  40: "waste water",
  41: "garbage",
  49: "communication controller",
  50: "unidirectional repeater",
  51: "bidirectional repeater",
  54: "radio converter (system side)",
  55: "radio converter (meter side)",
  56: "wired adapter",
};

/** Names a device type for people. */
export function deviceTypeName(type: number): string {
  return NAMES[type] ?? "reserved device type";
}
