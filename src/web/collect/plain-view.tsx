/**
 * A plain view of the collecting page: every screen and every action, without styles and in
 * English only, until the real one stands in `view/`.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { FormatOptions } from "../../handover/formats/contract.ts";
import { exportFormats } from "../../handover/formats/formats.ts";
import type { Brand, Collecting, KeyRow, Screen } from "./contract.ts";
import { copyKey } from "./copy-key.ts";

interface Props {
  readonly collecting: Collecting;
  readonly brand: Brand;
}

const SHOWN_ROWS = 50;
const OPTIONS = {
  passphrase: "Passphrase for the file",
  recipient: "age recipient",
  certificate: "Certificate (PEM)",
  kek: "Key-encryption key (AES-256)",
} as const;

/** The page. */
export function CollectPage({ collecting, brand }: Props) {
  const [screen, setScreen] = useState<Screen>({ at: "loading" });
  useEffect(() => collecting.watch(setScreen), [collecting]);
  return (
    <div data-at={screen.at}>
      <p>{brand.name}</p>
      {brand.logo === null ? null : <img src={brand.logo} alt={brand.name} />}
      <Shown screen={screen} collecting={collecting} />
    </div>
  );
}

function Shown({ screen, collecting }: { screen: Screen; collecting: Collecting }) {
  switch (screen.at) {
    case "loading":
      return <h1>One moment</h1>;
    case "offline":
      return (
        <>
          <h1>No connection</h1>
          <button type="button" onClick={() => collecting.retry()}>
            Try again
          </button>
        </>
      );
    case "paste":
      return <Paste fault={screen.fault} collecting={collecting} />;
    case "pin":
      return <Pin screen={screen} collecting={collecting} />;
    case "keys":
      return <Keys screen={screen} collecting={collecting} />;
    case "receipt":
      return (
        <>
          <h1>Receipt</h1>
          <output id="receipt">{JSON.stringify(screen.receipt)}</output>
        </>
      );
    case "closed":
      return (
        <>
          <h1>Closed: {screen.reason}</h1>
          <p>{screen.claimedAt}</p>
          <button type="button" onClick={() => collecting.retry()}>
            Start again
          </button>
        </>
      );
  }
}

function Paste({ fault, collecting }: { fault: string | null; collecting: Collecting }) {
  const [text, setText] = useState("");
  return (
    <>
      <h1>Paste the link</h1>
      <p>Nothing has been collected.</p>
      {fault === null ? null : <p role="alert">{fault}</p>}
      <label>
        Link or code
        <input value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="button" onClick={() => collecting.paste(text)}>
        Continue
      </button>
    </>
  );
}

type At<Name> = Extract<Screen, { at: Name }>;

function Pin({ screen, collecting }: { screen: At<"pin">; collecting: Collecting }) {
  const [pin, setPin] = useState("");
  const { offer, fault, working, offline, returning } = screen;
  return (
    <>
      <h1>{returning ? "Continue collecting" : "Keys are waiting"}</h1>
      <p>
        {offer.sender}: {offer.count} meters for {offer.to}, {offer.purpose}, {offer.reference}
      </p>
      {fault === null ? null : (
        <p role="alert">
          {fault.code} {"left" in fault ? fault.left : ""}
        </p>
      )}
      <p role="status">
        {working?.step} {working?.part} {offline ? "offline" : ""}
      </p>
      <label>
        PIN
        <input value={pin} onInput={(event) => setPin(event.currentTarget.value)} />
      </label>
      <button type="button" disabled={pin.length < 9} onClick={() => collecting.openWith(pin)}>
        Collect
      </button>
    </>
  );
}

function Keys({ screen, collecting }: { screen: At<"keys">; collecting: Collecting }) {
  const [filter, setFilter] = useState("");
  const [rows, setRows] = useState<readonly KeyRow[]>([]);
  const [name, setName] = useState("");
  const [options, setOptions] = useState<FormatOptions>({});
  const { offer, meters, keys, issuer, file, working, idleSeconds, offline } = screen;
  useEffect(() => {
    void collecting.rows(filter, 0, SHOWN_ROWS).then((found) => setRows(found.rows));
  }, [collecting, filter]);
  return (
    <>
      <h1>Keys of {meters} meters</h1>
      <p>
        {offer.reference}, {keys} keys, {issuer}
      </p>
      <p role="status">
        {working?.step} {offline ? "offline" : ""} {file?.ok ? file.fileName : file?.code}
      </p>
      {idleSeconds === null ? null : (
        <p role="timer">
          {idleSeconds} s
          <button type="button" onClick={() => collecting.stay()}>
            Stay
          </button>
        </p>
      )}
      <label>
        Filter
        <input value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
      </label>
      <table>
        <tbody>
          {rows.map((row) => (
            <Row key={row.index} row={row} collecting={collecting} />
          ))}
        </tbody>
      </table>
      {Object.entries(OPTIONS).map(([option, label]) => (
        <label key={option}>
          {label}
          <textarea
            onInput={({ currentTarget: { value } }) => setOptions({ ...options, [option]: value })}
          />
        </label>
      ))}
      {[...exportFormats.keys()].map((format) => (
        <button type="button" key={format} onClick={() => collecting.save(format, options)}>
          Save {format}
        </button>
      ))}
      <label>
        Name
        <input value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <button type="button" onClick={() => collecting.confirm(name)}>
        Confirm receipt
      </button>
      <button type="button" onClick={() => collecting.wipe()}>
        Wipe
      </button>
    </>
  );
}

function Row({ row, collecting }: { row: KeyRow; collecting: Collecting }) {
  const [shown, setShown] = useState<string | null>(null);
  return (
    <tr>
      <td>{row.serial}</td>
      <td>{row.name}</td>
      <td>{row.kcv}</td>
      <td>{shown ?? "••••"}</td>
      <td>
        <button type="button" onClick={() => void collecting.reveal(row.index).then(setShown)}>
          Reveal
        </button>
        <button type="button" onClick={() => void copyKey(collecting.reveal(row.index))}>
          Copy
        </button>
      </td>
    </tr>
  );
}
