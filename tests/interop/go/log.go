// Checks a published log with the Go project's own code for transparency logs (x/mod/sumdb: the
// one behind Go's checksum database), and nothing of Attestar's.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run log.go -key VKEY[,FORMER] [-since NOTE] SITE
//
// The checkpoint is signed with a key of the log; every leaf is included in it; every archived checkpoint,
// and the remembered one of -since, is a beginning of it; the bundles hold the leaves that the
// tiles hash; every credential in ledger/credentials is the one that its leaf names, and so are
// the newest lists, did.json and policy.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// ours is where a register publishes a tile: as x/mod names it, without the height, and with
// "entries" for "data".
func ours(t tlog.Tile) string {
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	return filepath.Join("ledger", strings.Replace(path, "tile/data/", "tile/entries/", 1))
}

// folder reads tiles from a published site.
type folder string

func (f folder) Height() int                      { return height }
func (f folder) SaveTiles([]tlog.Tile, [][]byte)  {}
func (f folder) read(path string) ([]byte, error) { return os.ReadFile(filepath.Join(string(f), path)) }
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		bytes, err := f.read(ours(tile))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// open checks a note's signature and gives the tree that it signs.
func open(bytes []byte, keys []note.Verifier) (tlog.Tree, error) {
	n, err := note.Open(bytes, note.VerifierList(keys...))
	if err != nil {
		return tlog.Tree{}, err
	}
	// As in C2SP tlog-checkpoint; x/mod's ParseTree wants the first line of Go's own log.
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != keys[0].Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s: %q", keys[0].Name(), n.Text)
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + lines[1] + "\n" + lines[2] + "\n"))
}

// leaves reads the entry bundles.
func (f folder) leaves(size int64) ([][]byte, error) {
	var all [][]byte
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		path := ours(tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)})
		data, err := f.read(path)
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends within a leaf", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all, data = append(all, data[2:end]), data[end:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("%s goes on after its last leaf", path)
		}
	}
	return all, nil
}

type leaf struct {
	Kind, ID, SHA256, DID, Policy string
	Lists                         map[string]string
}

func (f folder) is(path, digest string) error {
	bytes, err := f.read(path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(bytes); hex.EncodeToString(sum[:]) != digest {
		return fmt.Errorf("%s is not what the last publish leaf names", path)
	}
	return nil
}

// what compares the files with what the leaves say about them.
func (f folder) what(leaves [][]byte) error {
	names, err := filepath.Glob(filepath.Join(string(f), "ledger/credentials/*.jsonl"))
	if err != nil {
		return err
	}
	sort.Strings(names)
	var lines [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		lines = append(lines, bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))...)
	}
	erased := map[string]bool{}
	var said []leaf
	for i, text := range leaves {
		var one leaf
		if err := json.Unmarshal(text, &one); err != nil {
			return fmt.Errorf("leaf %d: %v", i, err)
		}
		said = append(said, one)
		erased[one.ID] = erased[one.ID] || one.Kind == "erase"
	}
	serial := 0
	for i, one := range said {
		if one.Kind != "issue" && one.Kind != "amend" {
			continue
		}
		if serial == len(lines) {
			return fmt.Errorf("leaf %d: there is no credential %d", i, serial)
		}
		sum := sha256.Sum256(lines[serial])
		gone := len(lines[serial]) == 0 && erased[one.ID]
		if !gone && hex.EncodeToString(sum[:]) != one.SHA256 {
			return fmt.Errorf("leaf %d: credential %d is not the one logged for %s", i, serial, one.ID)
		}
		serial++
	}
	if serial != len(lines) {
		return fmt.Errorf("%d credentials, and %d leaves of some", len(lines), serial)
	}
	if len(said) == 0 || said[len(said)-1].Kind != "publish" {
		return fmt.Errorf("the last leaf is no publish")
	}
	last := said[len(said)-1]
	for path, digest := range last.Lists {
		for _, path := range []string{path, "ledger/" + path} {
			if err := f.is(path, digest); err != nil {
				return err
			}
		}
	}
	if err := f.is("ledger/keys/did.json", last.DID); err != nil {
		return err
	}
	did := ".well-known/did.json"
	if _, err := os.Stat(filepath.Join(string(f), did)); err != nil {
		did = "did.json"
	}
	if err := f.is(did, last.DID); err != nil {
		return err
	}
	return f.is("ledger/policy", last.Policy)
}

// extends checks that an earlier tree is a beginning of this one.
func extends(tree, old tlog.Tree, reader tlog.HashReader) error {
	if old.N > tree.N {
		return fmt.Errorf("the log had %d leaves, and has %d now", old.N, tree.N)
	}
	if old.N == tree.N {
		if old.Hash != tree.Hash {
			return fmt.Errorf("two trees of %d leaves", old.N)
		}
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func check(site folder, vkeys, since string) (string, error) {
	var keys []note.Verifier
	for _, vkey := range strings.Split(vkeys, ",") {
		key, err := note.NewVerifier(vkey)
		if err != nil {
			return "", err
		}
		keys = append(keys, key)
	}
	signed, err := site.read("ledger/checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := open(signed, keys)
	if err != nil {
		return "", fmt.Errorf("ledger/checkpoint: %v", err)
	}
	reader := tlog.TileHashReader(tree, site)
	leaves, err := site.leaves(tree.N)
	if err != nil {
		return "", err
	}
	for i, text := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(i), reader)
		if err != nil {
			return "", fmt.Errorf("leaf %d: %v", i, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(text)); err != nil {
			return "", fmt.Errorf("leaf %d: %v", i, err)
		}
	}
	olds, err := fs.Glob(os.DirFS(string(site)), "ledger/checkpoints/*")
	if err != nil {
		return "", err
	}
	for i := range olds {
		olds[i] = filepath.Join(string(site), olds[i])
	}
	if since != "" {
		olds = append(olds, since)
	}
	for _, path := range olds {
		signed, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		old, err := open(signed, keys)
		if err == nil {
			err = extends(tree, old, reader)
		}
		if err != nil {
			return "", fmt.Errorf("%s: %v", path, err)
		}
	}
	if err := site.what(leaves); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d leaves and %d checkpoints hold", tree.N, len(olds)), nil
}

func main() {
	key := flag.String("key", "", "the log's verifier keys, with commas between")
	since := flag.String("since", "", "a checkpoint remembered from before")
	flag.Parse()
	said, err := check(folder(flag.Arg(0)), *key, *since)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(said)
}
