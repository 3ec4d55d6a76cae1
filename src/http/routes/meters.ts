/**
 * Meters: `POST /v1/meters`, `GET /v1/meters[/{meter}]`, proof, rotation, retirement.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { KeystoreError } from "../../../keystore/index.ts";
import { actorOf, type Caller } from "../../access/caller.ts";
import { Problem } from "../../base/problem.ts";
import { parseFrame } from "../../frames/parse.ts";
import { type FrameRequest, parseTextLine } from "../../frames/request.ts";
import { FrameError } from "../../frames/sealed-frame.ts";
import type { RawAddress } from "../../meters/address.ts";
import { customersByNum } from "../../meters/customers.ts";
import { enrolMeters } from "../../meters/enrol.ts";
import { addressText, currentVersion, findMeter, keyRows, type Meter } from "../../meters/find.ts";
import { checkRow } from "../../meters/import-row.ts";
import { retireMeter, rotateKey } from "../../meters/lifecycle.ts";
import { listMeters } from "../../meters/list.ts";
import { deviceKind } from "../../meters/profiles.ts";
import type { CoreContext } from "../context.ts";
import { requireCustomer } from "../customer-scope.ts";
import { recordDamage } from "../damage.ts";
import { callerOf, guard } from "../guard.ts";
import { flag, PageQuery, parseBody, parseValue, typedText } from "../parse.ts";

const NewMeter = z.strictObject({
  customer: z.string().max(64).optional(),
  address: z.string().max(64),
  profile: z.string().max(40).optional(),
  name: typedText(200).optional(),
  order: typedText(200).optional(),
  allowUnauthenticated: z.boolean().default(false),
});
const Proof = z.strictObject({ frame: z.string().max(8192) });
const Query = z.strictObject({
  ...PageQuery,
  customer: z.string().max(64).optional(),
  order: z.string().max(200).optional(),
  unheard: flag,
});

/** On both listeners. */
export function meterRoutes(context: CoreContext): Router {
  return Router()
    .post("/v1/meters", guard(context, "meters.enrol"), async (req, res) => {
      const wanted = await parseBody(NewMeter, req);
      const caller = callerOf(res);
      const customer = await requireCustomer(context, caller, wanted.customer);
      const { address, profile, name, order, allowUnauthenticated } = wanted;
      const defaults = { profile, order, allowWeak: false, allowUnauthenticated };
      const checked = checkRow({ address, name }, 0, defaults);
      if ("code" in checked) {
        throw new Problem(400, checked.code, checked.detail);
      }
      const report = await enrolMeters(context, caller, customer, [checked.enrolment], true);
      const [enrolled] = report.enrolled;
      if (enrolled === undefined) {
        const [why] = report.rejected;
        throw new Problem(409, why?.code ?? "METER_EXISTS", why?.detail ?? "", "/address");
      }
      context.directory.invalidate();
      const meter = await findMeter(context.db, caller, enrolled.meter);
      res.status(201).json(await described(context, caller, meter));
    })
    .get("/v1/meters/:meter", guard(context, "meters.read"), async (req, res) => {
      const meter = await findMeter(context.db, callerOf(res), String(req.params["meter"]));
      res.json(await shown(context, callerOf(res), meter));
    })
    .post("/v1/meters/:meter/proof", guard(context, "meters.prove"), async (req, res) => {
      const { frame } = await parseBody(Proof, req);
      const caller = callerOf(res);
      const meter = await findMeter(context.db, caller, String(req.params["meter"]));
      res.json(await proof(context, caller, meter, frame));
    });
}

/** On the internal listener only. */
export function meterAdminRoutes(context: CoreContext): Router {
  return Router()
    .get("/v1/meters", guard(context, "meters.read"), async (req, res) => {
      const { after = 0, limit, customer, order, unheard } = parseValue(Query, req.query);
      const filter = {
        ...(customer === undefined ? {} : { customer }),
        ...(order === undefined ? {} : { order }),
        isUnheard: unheard,
      };
      if (unheard) {
        await context.decryptor.settle();
      }
      const meters = await listMeters(context.db, callerOf(res), filter, after, limit);
      const keys = await keyRows(context.db, meters);
      const items = meters.map((meter) => ({
        ...summary(meter),
        keyVersion: currentVersion(keys.get(meter.row) ?? [])[0]?.version ?? null,
      }));
      res.json({ items, next: meters.length < limit ? null : (meters.at(-1)?.row ?? null) });
    })
    .post("/v1/meters/:meter/rotate", guard(context, "meters.change"), async (req, res) => {
      const caller = callerOf(res);
      const meter = await findMeter(context.db, caller, String(req.params["meter"]));
      const rotated = await rotateKey(context, caller, meter);
      context.directory.invalidate();
      res.json({ ...summary(meter), ...rotated });
    })
    .post("/v1/meters/:meter/retire", guard(context, "meters.change"), async (req, res) => {
      const caller = callerOf(res);
      const meter = await findMeter(context.db, caller, String(req.params["meter"]));
      await retireMeter(context, caller, meter);
      // In this order: a batch in between must not bring the key back from a stale look-up.
      context.directory.invalidate();
      await context.keystore.evict().catch(forgottenAnyway);
      res.json({ ...summary(meter), status: "retired" });
    });
}

/** A thread that died has forgotten its keys with it; the meter is retired all the same. */
function forgottenAnyway(error: unknown): void {
  if (!(error instanceof KeystoreError && error.code === "KEYSTORE_DOWN")) {
    throw error;
  }
}

function summary(meter: Meter) {
  return {
    meter: meter.id,
    address: addressText(meter),
    customer: meter.customer,
    name: meter.name,
    profile: meter.profile,
    kind: deviceKind(meter.profile),
    status: meter.status,
    order: meter.order,
    createdAt: meter.createdAt,
  };
}

/** The key's check value is a use of the key: it is recorded before it is answered. */
async function shown(context: CoreContext, caller: Caller, meter: Meter) {
  const document = await described(context, caller, meter);
  const { customer, id } = meter;
  const fields = { customer, meter: id, keyVersion: document.keyVersion ?? 0 };
  const entry = { ...actorOf(caller), action: "key.checked", outcome: "ok", fields } as const;
  await context.activity.commit(async () => ({ entries: [entry], result: null }));
  return document;
}

async function described(context: CoreContext, caller: Caller, meter: Meter) {
  const { db, keystore } = context;
  const rows = (await keyRows(db, [meter])).get(meter.row) ?? [];
  const current = currentVersion(rows);
  const customer = (await customersByNum(db, [meter.customerNum])).get(meter.customerNum);
  const keyCheckValue = await keystore
    .keyCheckValue(customer!.key, meter.profile, current)
    .catch((error: unknown) => recordDamage(context, caller, meter, error));
  return {
    ...summary(meter),
    keyVersion: current[0]?.version ?? null,
    keyCheckValue,
    keys: rows.map(({ type, version, state, origin }) => ({ type, version, state, origin })),
  };
}

/** The installer's question: does this meter answer under its key? The plaintext stays inside. */
async function proof(context: CoreContext, caller: Caller, meter: Meter, frame: string) {
  const request = { ...parseTextLine(frame, 0), meter: meter.id };
  // Before any key is used: a frame of another meter proves nothing about this one.
  if (!(await isFrameOf(context, meter, request))) {
    throw new Problem(422, "METER_UNKNOWN", "the frame is from another meter", "/frame");
  }
  const [row] = await context.decryptor.decrypt(caller, [request], { part: 0 });
  if (row === undefined || "error" in row) {
    const { code = "FRAME_FORMAT", detail = "" } = row?.error ?? {};
    throw new Problem(422, code, detail, "/frame");
  }
  const { address, keyVersion, verification } = row;
  return { meter: meter.id, address, proven: verification !== "none", keyVersion, verification };
}

async function isFrameOf(context: CoreContext, meter: Meter, { frame }: FrameRequest) {
  // A LoRaWAN uplink names no device: read as anything else it would seem to be another's.
  const isSilent = frame instanceof FrameError || meter.profile === "lorawan";
  const address = isSilent ? null : addressOfFrame(frame);
  if (address === null) {
    return true;
  }
  const directory = await context.directory.view();
  await directory.read([address]);
  return directory.get(address)?.id === meter.id;
}

/** The address in a frame; null when it has none or cannot be read, which decryption will say. */
function addressOfFrame(frame: Uint8Array): RawAddress | null {
  try {
    return parseFrame(frame)[0]?.address ?? null;
  } catch (error) {
    if (error instanceof FrameError) {
      return null;
    }
    throw error;
  }
}
