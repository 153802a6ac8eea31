// SPDX-License-Identifier: Apache-2.0

// check_log checks a log with code of other people: golang.org/x/mod/sumdb.
//
// usage: check_log LOG VERIFIER-KEY CHECKPOINT OLDER-CHECKPOINT… [PROOF…]
//
// Opens the checkpoint, reads the tiles up to its root, compares every entry with them and
// with its own proof, and checks that the log goes on from each older checkpoint.
package main

import (
	"bytes"
	"crypto/sha256"
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

const proofStart = "c2sp.org/tlog-proof@v1\n"

func need(err error, about string) {
	if err != nil {
		fmt.Printf("%s: %v\n", about, err)
		os.Exit(1)
	}
}

func must(ok bool, about string) {
	if !ok {
		need(fmt.Errorf("is not as it should be"), about)
	}
}

// tiles reads C2SP tile paths where Go has its own.
type tiles struct {
	log   string
	cache map[tlog.Tile][]byte
}

func (t *tiles) Height() int                     { return 8 }
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := t.read(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t *tiles) read(tile tlog.Tile) ([]byte, error) {
	if data, ok := t.cache[tile]; ok {
		return data, nil
	}
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	data, err := os.ReadFile(filepath.Join(t.log, path))
	t.cache[tile] = data
	return data, err
}

// entries reads the bundles of a size.
func (t *tiles) entries(size int64) [][]byte {
	var all [][]byte
	for int64(len(all)) < size {
		width := size - int64(len(all))
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: -1, N: int64(len(all)) / 256, W: int(width)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(t.log, path))
		need(err, path)
		for len(data) > 0 {
			must(len(data) >= 2, path)
			length := int(binary.BigEndian.Uint16(data))
			must(len(data) >= 2+length, path)
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	must(int64(len(all)) == size, "the number of entries")
	return all
}

// open returns what a checkpoint says, once its signature holds.
func open(text []byte, verifiers note.Verifiers, name string) tlog.Tree {
	opened, err := note.Open(text, verifiers)
	need(err, name)
	lines := strings.Split(opened.Text, "\n")
	must(len(lines) == 4 && lines[0] == opened.Sigs[0].Name, name)
	size, err := strconv.ParseInt(lines[1], 10, 64)
	need(err, name)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	need(err, name)
	must(len(root) == 32, name)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func checkEntries(tree tlog.Tree, t *tiles, hashes tlog.HashReader) {
	for i, entry := range t.entries(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(i), hashes)
		need(err, "entry "+strconv.Itoa(i))
		err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry))
		need(err, "entry "+strconv.Itoa(i))
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	need(err, "root")
	must(root == tree.Hash, "root")
}

func checkOlder(tree, older tlog.Tree, hashes tlog.HashReader, name string) {
	if older.N == 0 {
		must(older.Hash == tlog.Hash(sha256.Sum256(nil)), name)
		return
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	need(err, name)
	need(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash), name)
}

func checkProof(text []byte, verifiers note.Verifiers, name string) {
	top, checkpoint, found := strings.Cut(string(text), "\n\n")
	must(found, name)
	lines := strings.Split(top, "\n")
	must(strings.HasPrefix(lines[1], "extra ") && strings.HasPrefix(lines[2], "index "), name)
	entry, err := base64.StdEncoding.DecodeString(lines[1][len("extra "):])
	need(err, name)
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	need(err, name)
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		need(err, name)
		proof = append(proof, hash)
	}
	tree := open([]byte(checkpoint), verifiers, name)
	need(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), name)
}

func main() {
	must(len(os.Args) >= 4, "usage")
	verifier, err := note.NewVerifier(os.Args[2])
	need(err, "verifier key")
	verifiers := note.VerifierList(verifier)
	text, err := os.ReadFile(os.Args[3])
	need(err, os.Args[3])
	tree := open(text, verifiers, os.Args[3])
	t := &tiles{os.Args[1], map[tlog.Tile][]byte{}}
	hashes := tlog.TileHashReader(tree, t)
	if tree.N == 0 {
		must(tree.Hash == tlog.Hash(sha256.Sum256(nil)), "root")
	} else {
		checkEntries(tree, t, hashes)
	}
	for _, name := range os.Args[4:] {
		text, err := os.ReadFile(name)
		need(err, name)
		if bytes.HasPrefix(text, []byte(proofStart)) {
			checkProof(text, verifiers, name)
		} else {
			checkOlder(tree, open(text, verifiers, name), hashes, name)
		}
	}
}
