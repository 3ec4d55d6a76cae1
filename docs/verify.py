#!/usr/bin/env python3
"""Verifies a Meterseal activity log, on the auditor's own machine.

It needs Python 3.9 or later and nothing else. It follows docs/log-format.md, the C2SP documents
signed-note, tlog-checkpoint, tlog-tiles and tlog-proof, RFC 6962 (tree), RFC 8032 (Ed25519) and
RFC 8785 (canonical JSON), and shares no code with `meterseal log verify`. Read it before use.

  python3 verify.py --dir DIR          a directory made by `meterseal log export`
  python3 verify.py --url URL          a running core, or any static tlog-tiles server
  python3 verify.py --data DIR         a data directory (SQLite), the core running or not
  python3 verify.py --proof FILE...    proof files of single entries

  --key VKEY, --vkey-file FILE   the log's verifier key, as you were given it when the log began.
                       Without it the log's own copy is used (not for --proof): the log is then
                       only shown to agree with itself.
  --checkpoint FILE    a checkpoint that you kept: the log must still contain it
  --head FILE          with --data: the head store, if it is not DIR/log.head
  --json               prints {"ok","size","root","unsigned","problems":[{"index","code","detail"}]}

--url asks for URL/log/checkpoint first (a core), then for URL/checkpoint (a static server). The
bearer token is read from the environment variable METERSEAL_TOKEN.
The exit status is 0 if all is well, 1 if there are problems, 2 if nothing could be checked.
"""
import argparse, base64, binascii, hashlib, json, os, re, sqlite3, sys, time, zlib
import urllib.error, urllib.parse, urllib.request
from datetime import datetime, timedelta

class Misuse(Exception):
    """Nothing could be checked: wrong arguments, or a source that cannot be read."""

def sha256(data):
    return hashlib.sha256(data).digest()

def unbase64(text):
    """RFC 4648 §4, strict: padded, no other characters, unused bits zero. None if it is not."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None

# ---- Ed25519, RFC 8032 §5.1. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(p, q):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = p, q
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def decode_point(data):
    """§5.1.3; None if it is no point, or not in its only encoding."""
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and sign == 1):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

def multiples(point):
    """For each of 64 places the 0- to 15-fold of 16^place · point: a product is 64 additions."""
    table = []
    for _ in range(64):
        row = [(0, 1, 1, 0)]
        while len(row) < 16:
            row.append(add(row[-1], point))
        table.append(row)
        point = add(row[-1], point)
    return table

BASE = multiples(decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little")))

class Ed25519:
    def __init__(self, public_key):
        self.bytes, point = public_key, decode_point(public_key)
        # Of −A, because [S]B − [k]A must be R. A key that is no point verifies nothing.
        self.minus = point and multiples((P - point[0], point[1], 1, P - point[3]))

    def verify(self, message, signature):
        """§5.1.7 without the cofactor; R is compared as bytes, so only its one encoding passes."""
        s = int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= L or self.minus is None:
            return False
        digest = hashlib.sha512(signature[:32] + self.bytes + message).digest()
        total = 0, 1, 1, 0
        for table, scalar in ((BASE, s), (self.minus, int.from_bytes(digest, "little") % L)):
            for place, row in enumerate(table):
                total = add(total, row[scalar >> 4 * place & 15])
        inverse = pow(total[2], -1, P)
        x, y = total[0] * inverse % P, total[1] * inverse % P
        return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

# ---- C2SP signed-note and tlog-checkpoint

def is_key_name(name):
    return name != "" and "+" not in name and not re.search(r"\s", name)

class Key:
    """A verifier key: name+hash+base64(0x01 ‖ Ed25519 public key)."""

    def __init__(self, vkey):
        self.name, key_id, encoded = (vkey.split("+", 2) + ["", ""])[:3]
        data = unbase64(encoded)
        if not is_key_name(self.name) or data is None or len(data) != 33 or data[0] != 1:
            raise Misuse("log key: expected a C2SP verifier key, name+hash+base64")
        self.id, self.ed25519 = sha256(self.name.encode() + b"\n" + data)[:4], Ed25519(data[1:])
        if self.id.hex() != key_id:
            raise Misuse("log key: the hash in the middle is not that of the name and the key")

    def open(self, note):
        """Size and root of a signed checkpoint (bytes), or None if it is not one under this key."""
        try:
            text, signatures = note.decode("utf-8").rsplit("\n\n", 1)
        except ValueError:
            return None
        if re.search("[\x00-\x09\x0b-\x1f]", text + signatures) or not signatures.endswith("\n"):
            return None
        known = 0
        for line in signatures[:-1].split("\n"):
            dash, name, encoded = (line.split(" ", 2) + ["", ""])[:3]
            data = unbase64(encoded)
            if dash != "—" or not is_key_name(name) or data is None or len(data) < 5:
                return None
            if name == self.name and data[:4] == self.id:
                if not self.ed25519.verify(text.encode() + b"\n", data[4:]):
                    return None
                known += 1
        lines = text.split("\n")
        if known == 0 or len(lines) < 3 or "" in lines or lines[0] != self.name:
            return None
        root = unbase64(lines[2])
        if not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]) or root is None or len(root) != 32:
            return None
        return int(lines[1]), root

# ---- What was found

DETAILS = {
    "CHECKPOINT_SIGNATURE": "a checkpoint is not signed by this key",
    "CHECKPOINT_ROOT": "the entries do not have the root that was signed",
    "ENTRY_CHANGED": "the entry is not the one that was recorded",
    "ENTRY_MALFORMED": "the entry is not canonical JSON",
    "ENTRY_MISSING": "the entry is not there",
    "ENTRY_ORDER": "the entry's time is not after that of the one before",
    "HEAD_CONFLICT": "a head kept outside is of another history",
    "INDEX_CHANGED": "the index is not that of the entries",
    "LOG_TRUNCATED": "a head knows more entries than there are",
    "PROOF_CHANGED": "the entry is not under the signed root",
    "PROOF_MALFORMED": "this is not a proof file with its entry",
    "TILE_CHANGED": "a hash of a tile is not that of the entries below it",
}

class Report:
    def __init__(self, progress=lambda entries: None):
        self.size, self.root, self.unsigned, self.proofs = 0, b"", 0, None
        self.found, self.progress = {}, progress

    def add(self, index, code, what=""):
        self.found.setdefault((max(index, 0), code), DETAILS[code] + (what and f": {what}"))
        if len(self.found) > 2000:
            self.found = dict(sorted(self.found.items())[:100])

    def as_json(self):
        found = sorted(self.found.items())[:100]
        return {
            "ok": not found,
            "size": self.size,
            "root": base64.b64encode(self.root or b"").decode(),
            "unsigned": self.unsigned,
            "problems": [{"index": i, "code": code, "detail": said} for (i, code), said in found],
            **({} if self.proofs is None else {"proofs": self.proofs}),
        }

# ---- Entries: canonical JSON, RFC 8785, of which numbers are integers below 2^53 in size

def refuse(_):
    raise ValueError

def integer(text):
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise ValueError
    return int(text)

def members(pairs):
    """An object, if its names are ascending by UTF-16 code units (§3.2.3), so none twice."""
    names = [name for name, _ in pairs]
    key = None if "".join(names).isascii() else lambda s: s.encode("utf-16-be", "surrogatepass")
    if names != sorted(set(names), key=key):
        raise ValueError
    return dict(pairs)

# The encoder escapes what §3.2.2.2 demands, in the short form, and nothing else.
DECODER = json.JSONDecoder(
    object_pairs_hook=members, parse_int=integer, parse_float=refuse, parse_constant=refuse
)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)

def depth(value):
    inner = value.values() if type(value) is dict else value if type(value) is list else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)

def parse_entry(data):
    """The entry, or None if the bytes are not the canonical form of one."""
    try:
        text = data.decode("utf-8")
        entry = DECODER.decode(text)
        if type(entry) is not dict or len(data) > 65535 or ENCODER.encode(entry) != text:
            return None
        # 64 is deep enough, and cannot be reached with fewer brackets.
        return entry if text.count("[") + text.count("{") <= 64 or depth(entry) <= 64 else None
    except (ValueError, RecursionError):
        return None

TIME = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
EPOCH, MICROSECOND = datetime(1970, 1, 1), timedelta(microseconds=1)

def microseconds(at):
    """Since 1970, or None if it is not a time as entries have it."""
    try:
        if not TIME.fullmatch(at) or at >= "2255":
            return None
        return (datetime.fromisoformat(at[:-1]) - EPOCH) // MICROSECOND
    except (TypeError, ValueError):
        return None

class Entries:
    """What the entries say in their order: their form, their times, what was pruned."""

    def __init__(self, report):
        self.report, self.latest, self.pruned, self.absent = report, None, 0, []

    def present(self, index, data):
        entry = parse_entry(data)
        if entry is None:
            self.report.add(index, "ENTRY_MALFORMED")
            return
        at = microseconds(entry.get("at"))
        if at is None or self.latest is not None and at <= self.latest:
            self.report.add(index, "ENTRY_ORDER")
        else:
            self.latest = at
        if entry.get("action") == "log.pruned" and entry.get("outcome") == "ok":
            below = entry.get("below")
            if type(below) is int and below > self.pruned and below % 256 == 0:
                self.pruned = below

    def missing(self, first, end):
        """Entries that are not there; they may have been pruned."""
        if self.absent and self.absent[-1][1] == first:
            first = self.absent.pop()[0]
        self.absent.append((first, end))

    def finish(self):
        for first, end in self.absent:
            if end > self.pruned:
                self.report.add(max(first, self.pruned), "ENTRY_MISSING", "and was not pruned")
                break

# ---- The tree, RFC 6962 §2.1

def leaf_hash(data):
    return sha256(b"\x00" + data)

class Tree:
    """Grows by leaf hashes; None is a hash that nobody knows, and makes what contains it None."""

    def __init__(self, other=None):
        self.size, self.stack = (other.size, other.stack[:]) if other else (0, [])
        # tiles[L][i]: root of the i-th 256^L leaves, L from 1.
        self.tiles = [hashes[:] for hashes in other.tiles] if other else [[] for _ in range(8)]

    def append(self, node):
        ones, height = self.size, 0
        self.size += 1
        while ones & 1:
            left = self.stack.pop()
            known = left is not None and node is not None
            node = sha256(b"\x01" + left + node) if known else None
            ones, height = ones >> 1, height + 1
            if height & 7 == 0:
                self.tiles[height >> 3].append(node)
        self.stack.append(node)

    def root(self):
        if None in self.stack:
            return None
        node = self.stack[-1] if self.stack else sha256(b"")
        for left in self.stack[-2::-1]:
            node = sha256(b"\x01" + left + node)
        return node

def root_of_proof(index, size, node, proof):
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2), or None."""
    last = size - 1
    for other in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = sha256(b"\x01" + other + node)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + other)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None

# ---- A directory, or a URL: C2SP tlog-tiles

class Folder:
    def __init__(self, path):
        self.path = path
        if not os.path.isdir(path):
            raise Misuse(f"{path}: expected a directory")

    def read(self, name):
        return read_file(os.path.join(self.path, *name.split("/")), None)

    def widths(self, name):
        """Widths of the partial tiles that are there."""
        try:
            names = os.listdir(os.path.join(self.path, *name.split("/")) + ".p")
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [int(n) for n in names if re.fullmatch("[1-9][0-9]{0,2}", n) and int(n) < 256]

class Site:
    LIMIT = 256 * 65537

    def __init__(self, url, token):
        self.token, self.base = token, url.rstrip("/") + "/log/"
        if not re.match("https?://", url):
            raise Misuse("url: expected http:// or https://")
        host = urllib.parse.urlsplit(url).hostname or ""
        if token and not re.fullmatch(r"(?i)https://.*", url):
            if not re.fullmatch(r"localhost|127(\.\d+){3}|::1", host):
                raise Misuse("url: expected https, because METERSEAL_TOKEN is sent")
        if self.read("checkpoint") is None:
            self.base = url.rstrip("/") + "/"

    def read(self, name):
        request = urllib.request.Request(self.base + name, headers={"Accept-Encoding": "gzip"})
        if self.token:  # not sent on to where a redirection leads
            request.add_unredirected_header("Authorization", "Bearer " + self.token)
        for pause in (1, 2, 4, None):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    data = answer.read(self.LIMIT + 1)
                    if answer.headers.get("Content-Encoding") == "gzip":
                        data = zlib.decompressobj(31).decompress(data, self.LIMIT + 1)
                    return data
            except urllib.error.HTTPError as error:
                if error.code in (404, 410):
                    return None
                if error.code not in (429, 502, 503, 504) or pause is None:
                    raise Misuse(f"{name}: the server answers {error.code}") from None
                time.sleep(pause)
            except (OSError, zlib.error) as error:
                raise Misuse(f"{name}: {error}") from None

    def widths(self, name):
        return []  # cannot be listed; the full tile is asked for

def read_tile(source, level, number, width, split):
    """Items of a tile, by split(data, width); [] if it is malformed, None if it is not there.

    The full one, or a wider partial one, may stand in for the width that is asked for.
    """
    digits = str(number).zfill(-(-len(str(number)) // 3) * 3)
    name = f"tile/{level}/" + re.sub(r"(\d{3})(?=\d)", r"x\1/", digits)
    wider = sorted(w for w in source.widths(name) if w > width) if width < 256 else []
    for choice in dict.fromkeys([width, 256, *wider]):
        data = source.read(name if choice == 256 else f"{name}.p/{choice}")
        if data is not None:
            return split(data, choice)[:width]
    return None

def split_hashes(data, width):
    return [data[i : i + 32] for i in range(0, len(data), 32)] if len(data) == 32 * width else []

def split_entries(data, width):
    items, at = [], 0
    while at + 2 <= len(data) and len(items) < width:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        items.append(data[at + 2 : end])
        at = end
    return items if at == len(data) and len(items) == width else []

def verify_tiles(source, key, checkpoint=None, progress=lambda entries: None):
    report = Report(progress)
    opened = key.open(source.read("checkpoint") or b"")
    if opened is None:
        report.add(0, "CHECKPOINT_SIGNATURE")
        return report
    size, root = report.size, report.root = opened
    kept = key.open(checkpoint or b"")
    kept_root = sha256(b"")

    # One tree is made of the entries (of the tiles where there are none), another of the tiles;
    # they are one object until they differ.
    of_entries = of_tiles = Tree()
    entries, differing, no_tile, malformed, nothing = Entries(report), [], [], [], 0
    for first in range(0, size, 256):
        width = min(256, size - first)
        bundle = read_tile(source, "entries", first // 256, width, split_entries)
        tile = read_tile(source, 0, first // 256, width, split_hashes) or [None] * width
        if tile[0] is None:
            no_tile.append(first)
        if bundle is None:
            entries.missing(first, first + width)
        elif not bundle:
            malformed.append(first)
        for index, data in enumerate(bundle or [], first):
            entries.present(index, data)
        made = [leaf_hash(data) for data in bundle] if bundle else tile
        if made != tile:
            of_tiles = Tree(of_entries) if of_tiles is of_entries else of_tiles
            if tile[0] is not None and len(differing) < 100:
                differing += [first + i for i in range(width) if made[i] != tile[i]]
        for of_entry, of_tile in zip(made, tile):
            of_entries.append(of_entry)
            if of_tiles is not of_entries:
                of_tiles.append(of_tile)
            if kept and of_entries.size == kept[0]:
                kept_root = of_entries.root()
        report.progress(first + width)
        nothing = nothing + 1 if bundle is None and tile[0] is None else 0
        if nothing > 1000:
            entries.missing(first + width, size)
            break

    def wrong_tiles(tree):
        """Where hashes of tiles above level 0 are not the tree's; one it does not know is passed."""
        for level in range(1, 8):
            count = size >> 8 * level
            for first in range(0, len(tree.tiles[level]), 256):
                width = min(256, count - first)
                tile = read_tile(source, level, first // 256, width, split_hashes)
                made = tree.tiles[level][first : first + 256]
                for i, (node, want) in enumerate(zip(tile or [None] * width, made), first):
                    if want not in (None, node):
                        yield i << 8 * level

    def each(firsts):
        return [i for first in firsts[:100] for i in range(first, min(first + 256, size))]

    if not malformed and of_entries.root() == root:
        for index in [*differing, *each(no_tile), *wrong_tiles(of_entries)]:
            report.add(index, "TILE_CHANGED")
    elif of_tiles.root() == root:
        for index in differing:
            report.add(index, "ENTRY_CHANGED")
        for index in each(malformed):
            report.add(index, "ENTRY_MISSING", "its bundle is malformed")
        for index in wrong_tiles(of_tiles):
            report.add(index, "TILE_CHANGED")
    else:
        places = [*differing[:1], *no_tile[:1], *malformed[:1], *wrong_tiles(of_tiles)]
        report.add(min(places, default=0), "CHECKPOINT_ROOT")
    entries.finish()

    if checkpoint is not None and kept is None:
        report.add(0, "CHECKPOINT_SIGNATURE", "the given one")
    elif kept and kept[0] > size:
        report.add(size, "LOG_TRUNCATED", f"the given checkpoint, {kept[0]}")
    elif kept and kept[1] != kept_root:
        report.add(0, "HEAD_CONFLICT", "the given checkpoint")
    return report

# ---- The database

def verify_data(folder, key, head=None, checkpoint=None, progress=lambda entries: None):
    report, outside = Report(progress), []
    stored = read_file(head or os.path.join(folder, "log.head"), None)
    for what, note in (("head store", stored), ("given checkpoint", checkpoint)):
        opened = key.open(note or b"")
        if opened is not None:
            outside.append((what, *opened))
        elif note is not None:
            report.add(0, "CHECKPOINT_SIGNATURE", what)
    file = os.path.join(folder, "core.sqlite")
    if not os.path.isfile(file):
        raise Misuse(f"{file}: not found (a core on PostgreSQL: verify by --url, or an export)")
    uri = "file:" + urllib.parse.quote(os.path.abspath(file)) + "?mode=ro"
    db = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        db.execute("BEGIN")  # one state of the database, whatever a running core goes on to write
        tree, pruned = walk(db, key, outside, report)
        n = tree.size
        head = db.execute("SELECT CAST(size AS INTEGER) FROM log_head WHERE id = 1").fetchone()
        size = head[0] if head else 0
        if size != n:
            code = "LOG_TRUNCATED" if size > n else "HEAD_CONFLICT"
            report.add(min(size, n), code, f"the head row says {size}")
        if n == 0:
            report.add(0, "LOG_TRUNCATED", "there is no entry")
        if stored is None:
            report.add(0, "HEAD_CONFLICT", "there is no head store")
        if not report.found:
            check_derived(db, tree, pruned, report)
    except sqlite3.Error as error:
        raise Misuse(f"{file}: {error}") from None
    finally:
        db.close()
    return report

def walk(db, key, outside, report):
    """Reads all entries, holds them against every head; answers their tree and what was pruned."""
    rows = db.execute(
        "SELECT size, CAST(note AS BLOB), CAST(leaf_hashes AS BLOB) FROM log_checkpoints"
        " ORDER BY size"
    )
    tree = copies = Tree()  # one object until they differ
    entries, differing, last_good, before, row = Entries(report), [], 0, 0, rows.fetchone()

    def open_row():
        opened = key.open(row[1])
        if opened is not None and opened[0] == row[0]:
            return opened[1]
        report.add(last_good, "CHECKPOINT_SIGNATURE", f"that of {row[0]} entries")
        return None

    def look_at_heads():
        nonlocal copies, last_good, before, row
        for what, size, root in outside:
            if size == tree.size and root not in (tree.root(), copies.root()):
                report.add(last_good, "HEAD_CONFLICT", what)
        while row is not None and row[0] <= tree.size:
            root = open_row()
            if root is not None:
                if root == tree.root():
                    copies, last_good = tree, row[0]
                elif root == copies.root():
                    last_good = row[0]
                    for index in differing[:100]:
                        report.add(index, "ENTRY_CHANGED")
                else:
                    copies = tree
                    report.add(last_good, "CHECKPOINT_ROOT", f"checkpoint of {row[0]} entries")
                differing.clear()
            before, row = row[0], rows.fetchone()

    def grow(leaf):
        nonlocal copies
        counts = row is not None and len(row[2]) == 32 * (row[0] - before)
        at = 32 * (tree.size - before)
        copy = row[2][at : at + 32] if counts else leaf
        if copy != leaf:
            differing.append(tree.size)
            copies = Tree(tree) if copies is tree else copies
        tree.append(leaf)
        if copies is not tree:
            copies.append(copy)
        look_at_heads()

    look_at_heads()
    for index, body, stored in db.execute(
        "SELECT idx, CAST(body AS BLOB), CAST(leaf_hash AS BLOB) FROM log_entries"
        " WHERE idx >= 0 ORDER BY idx"
    ):
        if index - tree.size > 10_000:
            report.add(tree.size, "ENTRY_MISSING", f"the next that is there is {index}")
            break
        while tree.size < index:
            report.add(tree.size, "ENTRY_MISSING")
            grow(leaf_hash(b""))
        if body == b"":
            entries.missing(index, index + 1)
            grow(stored)
        else:
            leaf = leaf_hash(body)
            if stored != leaf:
                report.add(index, "ENTRY_CHANGED")
            entries.present(index, body)
            grow(leaf)
        if index & 1023 == 0:
            report.progress(index)
    truncated = any(size > tree.size for _, size, _ in outside)
    while row is not None:
        truncated = open_row() is not None or truncated
        row = rows.fetchone()
    if truncated:
        report.add(tree.size, "LOG_TRUNCATED")
    entries.finish()
    report.size, report.root, report.unsigned = tree.size, tree.root(), tree.size - last_good
    return tree, entries.pruned

def check_derived(db, tree, pruned, report):
    """Tables that are made from the entries, which were found to be right."""
    n, begin, end = tree.size, pruned, 0
    for first, last, times in db.execute(
        "SELECT first, CAST(last AS INTEGER), CAST(times AS BLOB) FROM log_segments ORDER BY first"
    ):
        right = first == begin and first < last <= n and last % 256 == 0
        if not right or not check_segment(db, first, last, times):
            report.add(min(first, begin), "INDEX_CHANGED")
        if not right:
            break
        begin = end = last
        report.progress(last)
    segment_wrong = bool(report.found)
    for (segment,) in db.execute(
        "SELECT DISTINCT CAST(segment AS INTEGER) FROM log_index"
        " WHERE segment NOT IN (SELECT first FROM log_segments)"
    ):
        report.add(min(segment, n), "INDEX_CHANGED", "rows of no segment")
    if segment_wrong:
        return
    wanted = {
        (level, i): node
        for level in range(1, 8)
        for i, node in enumerate(tree.tiles[level][: end >> 8 * level])
    }
    for level, i, node in db.execute(
        "SELECT CAST(level AS INTEGER), CAST(idx AS INTEGER), CAST(hash AS BLOB) FROM log_subtrees"
    ):
        if wanted.pop((level, i), None) != node:
            place = i << 8 * min(level, 8) if level >= 0 else i >> 8 * min(-level, 8)
            report.add(min(place, n), "TILE_CHANGED")
    for level, i in wanted:
        report.add(i << 8 * level, "TILE_CHANGED", "it is not there")

FIELDS = "actor action customer code outcome reference meter token recipient".split()

def check_segment(db, first, last, times):
    made_times, latest, terms = bytearray(), 0, {}
    bodies = db.execute(
        "SELECT body FROM log_entries WHERE idx >= ? AND idx < ? ORDER BY idx", (first, last)
    )
    for offset, (body,) in enumerate(bodies):
        entry = json.loads(body) if body else {"at": None}
        at = microseconds(entry["at"])
        if at is None or at < latest:  # pruned, or before 1970
            return False
        made_times += leb128(at - latest)
        latest = at
        has = [(f"{name}:{entry[name]}", b"") for name in FIELDS if type(entry.get(name)) is str]
        for term, item in has + keys_terms(entry):
            before, postings = terms.get(term) or (-1, bytearray())
            postings += leb128(offset - before) + item
            terms[term] = offset, postings
    terms.pop("outcome:ok", None)
    rows = db.execute(
        "SELECT CAST(term AS BLOB), CAST(postings AS BLOB) FROM log_index WHERE segment = ?",
        (first,),
    )
    made = {term.encode(): bytes(postings) for term, (_, postings) in terms.items()}
    return bytes(made_times) == times and made == dict(rows)

def keys_terms(entry):
    """Terms of the meters whose keys an entry is about, with the numbers of each bucket of 256."""
    customer, buckets, number = entry.get("customer"), {}, 0  # buckets: number / 256 -> bits
    if type(customer) is not str:
        return []
    keys = entry.get("keys")
    if type(keys) is list and all(
        type(key) is list and len(key) >= 2 and all(type(part) is int for part in key)
        for key in keys
    ):
        for key in keys:
            number += key[0]
            buckets[number >> 8] = buckets.get(number >> 8, 0) | 1 << (number & 255)
    first, last = entry.get("from"), entry.get("to")
    if type(first) is int and type(last) is int and 0 <= first <= last < first + 2**24 - 1:
        for bucket in range(first >> 8, (last >> 8) + 1):
            low, high = max(first - 256 * bucket, 0), min(last - 256 * bucket, 255)
            buckets[bucket] = buckets.get(bucket, 0) | (1 << (high + 1)) - (1 << low)
    terms = []
    for bucket, bits in buckets.items():
        count, item = bin(bits).count("1"), bits.to_bytes(32, "little")
        if count < 32:
            item = bytes(bit for bit in range(256) if bits >> bit & 1)
        terms.append((f"keys:{customer}:{bucket}", leb128(count) + item))
    return terms

def leb128(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return out

# ---- Proof files: C2SP tlog-proof, the entry in the extra line

PROOF = re.compile(
    r"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{0,15})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.*)",
    re.DOTALL,
)

def verify_proofs(files, key, checkpoint=None):
    report, roots = Report(), {}  # roots: size -> root
    report.proofs = []
    kept = key.open(checkpoint or b"")
    if kept is not None:
        roots[kept[0]] = kept[1]
    elif checkpoint is not None:
        report.add(0, "CHECKPOINT_SIGNATURE", "the given one")
    for name, data in files:
        form = PROOF.fullmatch(data.decode("utf-8", "replace"))
        extra = form and unbase64(form[1])
        proof = [unbase64(line) for line in form[3].split()] if form else [None]
        if not extra or None in proof:
            report.add(0, "PROOF_MALFORMED", name)
            continue
        index, opened, entry = int(form[2]), key.open(form[4].encode()), parse_entry(extra)
        if opened is None:
            report.add(index, "CHECKPOINT_SIGNATURE", name)
            continue
        size, root = opened
        holds = index < size and root_of_proof(index, size, leaf_hash(extra), proof) == root
        if not holds:
            report.add(index, "PROOF_CHANGED", name)
        if roots.setdefault(size, root) != root:
            report.add(0, "HEAD_CONFLICT", f"{name} has another root of {size} entries")
        if entry is None:
            report.add(index, "ENTRY_MALFORMED", name)
        elif holds:
            report.proofs.append({"file": name, "index": index, "size": size, "entry": entry})
        if size >= report.size:
            report.size, report.root = size, root
    return report

# ---- The command

def read_file(path, *absent):
    """Bytes of a file, or what is given for a file that is not there."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        if absent:
            return absent[0]
        raise

def run(options):
    """What was found, and whether the key was given."""
    checkpoint = read_file(options.checkpoint) if options.checkpoint else None
    vkey = options.key.encode() if options.key else None
    vkey = read_file(options.vkey_file) if options.vkey_file else vkey
    pinned, progress = vkey is not None, show_progress()
    source = Folder(options.dir) if options.dir else None
    if options.url:
        source = Site(options.url, os.environ.get("METERSEAL_TOKEN"))
    if source and not pinned:
        vkey = source.read("vkey")
    if options.data and not pinned:
        vkey = read_file(os.path.join(options.data, "log.vkey"), None)
    if vkey is None:
        raise Misuse("log key: not found; give it with --key")
    key = Key(vkey.decode("utf-8", "replace").strip(" \t\r\n"))
    if source:
        return verify_tiles(source, key, checkpoint, progress), pinned
    if options.data:
        return verify_data(options.data, key, options.head, checkpoint, progress), pinned
    files = [(name, read_file(name)) for name in options.proof]
    return verify_proofs(files, key, checkpoint), pinned

def show_progress():
    last = [time.monotonic()]

    def show(entries):
        if time.monotonic() - last[0] > 0.5:
            last[0] = time.monotonic()
            print(f"\r{entries:,} entries ", end="", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else lambda entries: None

def printable(text):
    """Without what could steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)

def show(report, pinned):
    problems = report.as_json()["problems"]
    for proof in report.proofs or []:
        entry = json.dumps(proof["entry"], indent=2, ensure_ascii=False)
        print(printable(f"{proof['file']}: entry {proof['index']} of {proof['size']}\n{entry}"))
    if not problems:
        what = f"All {report.size} entries hold" if report.proofs is None else "Every proof holds"
        late = f", {report.unsigned} of them after the last checkpoint" if report.unsigned else ""
        trust = "the given key" if pinned else "the log's own copy of its key (pin it with --key)"
        print(f"{what}{late}, under {trust}.")
    else:
        first, count = problems[0]["index"], len(problems)
        print(f"THIS DOES NOT VERIFY, from entry {first} on. Problems listed: {count}")
    for problem in problems:
        print(printable(f"{problem['index']:>12}  {problem['code']:<20}  {problem['detail']}"))

def main(arguments=None):
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("verify.py", description=__doc__, formatter_class=form)
    source = parser.add_mutually_exclusive_group(required=True)
    for name in ("--dir", "--url", "--data"):
        source.add_argument(name, help=argparse.SUPPRESS)
    source.add_argument("--proof", nargs="+", metavar="FILE", help=argparse.SUPPRESS)
    for name in ("--key", "--vkey-file", "--checkpoint", "--head"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.head and not options.data:
        parser.error("--head goes with --data")
    try:
        report, pinned = run(options)
    except (Misuse, OSError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    if sys.stderr.isatty():
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    sys.stdout.reconfigure(errors="replace")
    if options.json:
        print(json.dumps(report.as_json()))
    else:
        show(report, pinned)
    return 1 if report.found else 0

if __name__ == "__main__":
    sys.exit(main())
