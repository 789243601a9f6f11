// Checks a bare log with the Go project's own code for transparency logs (x/mod/sumdb), and
// nothing of Attestar's.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tlog_check.go FOLDER VKEY [WITNESS-VKEY...]
//
// FOLDER/ledger/checkpoint is signed with the key and cosigned by each witness. The tree rebuilt
// from the entries is the one it commits to, and every tile is byte for byte the tile of that tree.
// Read through the tiles alone, every entry is included, and every checkpoint in ledger/checkpoints
// is a beginning. What a site's files say about its leaves is log.go's business.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// cosigner verifies what x/mod has no code for: C2SP tlog-cosignature, type 04.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%s is no verifier key", vkey)
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if len(key) != 33 || key[0] != 4 {
		return nil, fmt.Errorf("%s is no cosigner's key", vkey)
	}
	return cosigner{parts[0], uint32(hash), key[1:]}, nil
}

// ledger reads tiles where C2SP tlog-tiles puts them.
type ledger string

func (l ledger) Height() int                     { return height }
func (l ledger) SaveTiles([]tlog.Tile, [][]byte) {}
func (l ledger) read(t tlog.Tile) ([]byte, error) {
	path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(string(l), path))
}
func (l ledger) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		read, err := l.read(t)
		if err != nil {
			return nil, err
		}
		data = append(data, read)
	}
	return data, nil
}

func (l ledger) entries(size int64) (all [][]byte, err error) {
	for _, t := range tiles(-1, size) {
		data, err := l.read(t)
		if err != nil {
			return nil, err
		}
		for i := 0; i < t.W; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s ends within an entry", t.Path())
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			all, data = append(all, data[2:end]), data[end:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("%s goes on after its entries", t.Path())
		}
	}
	return all, nil
}

// tiles are those of one level that hold count hashes (or entries, level -1).
func tiles(level int, count int64) (all []tlog.Tile) {
	for n := int64(0); n<<height < count; n++ {
		w := count - n<<height
		if w > 1<<height {
			w = 1 << height
		}
		all = append(all, tlog.Tile{H: height, L: level, N: n, W: int(w)})
	}
	return all
}

// open verifies a checkpoint; every verifier must have signed it.
func open(path string, verifiers []note.Verifier) (tlog.Tree, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %v", path, err)
	}
	if len(n.Sigs) != len(verifiers) {
		return tlog.Tree{}, fmt.Errorf("%s: %d of %d keys signed", path, len(n.Sigs), len(verifiers))
	}
	origin, rest, _ := strings.Cut(n.Text, "\n")
	if origin != verifiers[0].Name() || strings.Count(rest, "\n") != 2 {
		return tlog.Tree{}, fmt.Errorf("%s is no checkpoint of %s", path, verifiers[0].Name())
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

// rebuild hashes the entries anew and compares root and tiles.
func (l ledger) rebuild(tree tlog.Tree, entries [][]byte) (int, error) {
	var stored []tlog.Hash
	memory := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, memory)
		if err != nil {
			return 0, err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(tree.N, memory)
	if err != nil || root != tree.Hash {
		return 0, fmt.Errorf("the entries make another tree: %v %v", root, err)
	}
	compared := 0
	for level := 0; tree.N>>(height*level) > 0; level++ {
		for _, t := range tiles(level, tree.N>>(height*level)) {
			want, err := tlog.ReadTileData(t, memory)
			if err != nil {
				return 0, err
			}
			if got, err := l.read(t); err != nil || !bytes.Equal(got, want) {
				return 0, fmt.Errorf("%s is another tile: %v", t.Path(), err)
			}
			compared++
		}
	}
	return compared, nil
}

func check(folder, vkey string, witnesses []string) (string, error) {
	l := ledger(filepath.Join(folder, "ledger"))
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	verifiers := []note.Verifier{log}
	for _, vkey := range witnesses {
		witness, err := newCosigner(vkey)
		if err != nil {
			return "", err
		}
		verifiers = append(verifiers, witness)
	}
	tree, err := open(filepath.Join(string(l), "checkpoint"), verifiers)
	if err != nil {
		return "", err
	}
	entries, err := l.entries(tree.N)
	if err != nil {
		return "", err
	}
	compared, err := l.rebuild(tree, entries)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, l)
	for i, entry := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(i), reader)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry))
		}
		if err != nil {
			return "", fmt.Errorf("entry %d: %v", i, err)
		}
	}
	olds, err := filepath.Glob(filepath.Join(string(l), "checkpoints", "*"))
	if err != nil {
		return "", err
	}
	for _, path := range olds {
		old, err := open(path, verifiers[:1])
		if err == nil && old.N > 0 && old.N < tree.N {
			var proof tlog.TreeProof
			if proof, err = tlog.ProveTree(tree.N, old.N, reader); err == nil {
				err = tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
			}
		} else if err == nil && old.N >= tree.N && old != tree {
			err = fmt.Errorf("a tree that this one does not extend")
		}
		if err != nil {
			return "", fmt.Errorf("%s: %v", path, err)
		}
	}
	return fmt.Sprintf("%d entries, %d tiles, %d checkpoints", tree.N, compared, len(olds)), nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Println("usage: tlog_check FOLDER VKEY [WITNESS-VKEY...]")
		os.Exit(2)
	}
	said, err := check(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(said)
}
