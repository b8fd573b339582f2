// Deflate compresses and decompresses a text with compress/flate and hashes it with crypto/sha256 and hash/crc32.
package main

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/weft-wasm/weft/bench/corpus/golang/mark"
)

func main() {
	random := mark.Random(2463534242)
	text := random.Text(200_000)
	mark.Start()
	for _, level := range []int{1, 6, 9} {
		packed, back, err := roundTrip(text, level)
		if err != nil || !bytes.Equal(back, text) {
			fmt.Println("round trip:", err)
			os.Exit(1)
		}
		fmt.Printf("level %d: %d bytes, crc %08x, sha %x\n", level, len(packed), crc32.ChecksumIEEE(packed), sha256.Sum256(packed))
	}
	sum := sha256.Sum256(text)
	for range 10 {
		copy(text, sum[:])
		sum = sha256.Sum256(text)
	}
	mark.End()
	fmt.Printf("%x\n", sum)
}

func roundTrip(text []byte, level int) (packed, back []byte, err error) {
	var buffer bytes.Buffer
	w, err := flate.NewWriter(&buffer, level)
	if err != nil {
		return nil, nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, nil, err
	}
	if err := w.Close(); err != nil {
		return nil, nil, err
	}
	packed = buffer.Bytes()
	for range 3 {
		if back, err = io.ReadAll(flate.NewReader(bytes.NewReader(packed))); err != nil {
			return nil, nil, err
		}
	}
	return packed, back, nil
}
