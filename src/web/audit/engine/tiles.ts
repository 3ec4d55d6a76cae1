/**
 * Tiles as any client of a static log reads them (C2SP tlog-tiles).
 *
 * @module
 */
import { createTileReader, type TileReader } from "../../../activity/tree/tile-reader.ts";
import { tilePath } from "../../../activity/tree/tiles.ts";
import { AuditError } from "../contract.ts";
import type { Client } from "./client.ts";
import { MERKLE } from "./primitives.ts";

/** Reads the tiles of a tree of this size from the service. */
export function tilesFrom(client: Client, size: number): TileReader {
  return createTileReader(
    MERKLE,
    async (tile) => {
      const bytes = await client.bytes(`log/${tilePath(tile)}`);
      if (bytes === null) {
        throw new AuditError("TILE_MISSING", 404);
      }
      return bytes;
    },
    size,
  );
}
