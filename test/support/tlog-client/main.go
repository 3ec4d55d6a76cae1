// Command tlog-client checks a log with the Go project's own client code (golang.org/x/mod/sumdb):
// the signature of the checkpoint, every tile and every entry under it, and that it continues an
// older checkpoint.
//
//	tlog-client VKEY SOURCE [OLD_CHECKPOINT_FILE]
//
// SOURCE is a directory, or a URL to which the bearer token in TLOG_TOKEN is sent.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

type source func(path string) ([]byte, error)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: tlog-client VKEY SOURCE [OLD_CHECKPOINT_FILE]")
	}
	verifier, err := note.NewVerifier(args[0])
	if err != nil {
		return err
	}
	read := open(args[1])
	signed, err := read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := openTree(signed, verifier)
	if err != nil {
		return err
	}
	tiles := &tileReader{read: read, known: map[tlog.Tile][]byte{}}
	hashes := tlog.TileHashReader(tree, tiles)
	if err := checkEntries(tree, hashes, read); err != nil {
		return err
	}
	old := int64(-1)
	if len(args) > 2 {
		signed, err := os.ReadFile(args[2])
		if err != nil {
			return err
		}
		older, err := openTree(signed, verifier)
		if err != nil {
			return fmt.Errorf("older checkpoint: %v", err)
		}
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
			return fmt.Errorf("consistency: %v", err)
		}
		old = older.N
	}
	fmt.Printf("{\"size\":%d,\"root\":%q,\"tiles\":%d,\"old\":%d}\n", tree.N, tree.Hash, len(tiles.known), old)
	return nil
}

// openTree opens the note and reads the tree in it. tlog.ParseTree knows one origin only.
func openTree(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("origin: expected %q, got %q", verifier.Name(), origin)
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// checkEntries holds every entry against the authenticated leaf hashes, and proves one per bundle.
func checkEntries(tree tlog.Tree, hashes tlog.HashReader, read source) error {
	for first := int64(0); first < tree.N; first += width {
		count := tree.N - first
		if count > width {
			count = width
		}
		indexes := make([]int64, count)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		bundle, err := read(tilePath("entries", first/width, int(count)))
		if err != nil {
			return err
		}
		for i, leaf := range leaves {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("entry %d: expected an entry, the bundle ends", first+int64(i))
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:2+length]) != leaf {
				return fmt.Errorf("entry %d: not the one in the tree", first+int64(i))
			}
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			return fmt.Errorf("bundle at %d: expected %d entries, there is more", first, count)
		}
		proven := first + count/2
		proof, err := tlog.ProveRecord(tree.N, proven, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, proven, leaves[count/2]); err != nil {
			return fmt.Errorf("entry %d: %v", proven, err)
		}
	}
	return nil
}

type tileReader struct {
	read  source
	known map[tlog.Tile][]byte
}

func (r *tileReader) Height() int { return height }

func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		if known, ok := r.known[tile]; ok {
			data[i] = known
			continue
		}
		read, err := r.read(tilePath(strconv.Itoa(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		data[i] = read
	}
	return data, nil
}

func (r *tileReader) SaveTiles(tiles []tlog.Tile, data [][]byte) {
	for i, tile := range tiles {
		r.known[tile] = data[i]
	}
}

// tilePath drops the height, which C2SP tlog-tiles does not have; the rest is the library's.
func tilePath(level string, n int64, w int) string {
	path := tlog.Tile{H: height, L: 0, N: n, W: w}.Path()
	return "tile/" + level + strings.TrimPrefix(path, fmt.Sprintf("tile/%d/0", height))
}

func open(name string) source {
	if !strings.HasPrefix(name, "http") {
		return func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(name, path)) }
	}
	return func(path string) ([]byte, error) {
		// Transport asks for gzip and unpacks it.
		request, err := http.NewRequest("GET", name+"/"+path, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TLOG_TOKEN"))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		var body bytes.Buffer
		if _, err := io.Copy(&body, response.Body); err != nil {
			return nil, err
		}
		if response.StatusCode != 200 {
			return nil, fmt.Errorf("%s: status %d", path, response.StatusCode)
		}
		return body.Bytes(), nil
	}
}
