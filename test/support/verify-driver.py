"""Answers questions about logs with docs/verify.py: a JSON request per line in, an answer out.

One process for many questions, because starting Python takes longer than most answers.
"""
import base64
import functools
import importlib.util
import json
import sys

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
key_of = functools.lru_cache(None)(verify.Key)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def key_in(request, path):
    if "key" in request:
        return key_of(request["key"])
    return key_of(read(path).decode("utf-8", "replace").strip(" \t\r\n"))


def answer(request):
    kept = request.get("checkpoint")
    checkpoint = None if kept is None else kept.encode()
    if "data" in request:
        folder = request["data"]
        key = key_in(request, folder + "/log.vkey")
        return verify.verify_data(folder, key, request.get("head"), checkpoint).as_json()
    if "dir" in request:
        folder = request["dir"]
        key = key_in(request, folder + "/vkey")
        return verify.verify_tiles(verify.Folder(folder), key, checkpoint).as_json()
    if "proof" in request:
        files = [("proof", request["proof"].encode())]
        return verify.verify_proofs(files, key_of(request["key"]), checkpoint).as_json()
    if "entry" in request:
        return {"ok": verify.parse_entry(base64.b64decode(request["entry"])) is not None}
    key, message, signature = (bytes.fromhex(text) for text in request["ed25519"])
    return {"ok": verify.Ed25519(key).verify(message, signature)}


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except (verify.Misuse, OSError) as error:
        said = {"refused": str(error)}
    print(json.dumps(said), flush=True)
