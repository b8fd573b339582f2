package code

import (
	"bytes"
	"crypto/sha256"
	"hash/crc32"
	"testing"
)

// BenchmarkChecksums measures what a file of 26 MB, such as Python's module, could be verified and compared by, on one core.
func BenchmarkChecksums(b *testing.B) {
	const size = 26_000_000
	file := bytes.Repeat([]byte("0123456789abcde"), size/15)
	same := bytes.Clone(file)
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	for _, way := range []struct {
		name string
		do   func()
	}{
		{"CRC-32", func() { crc32.ChecksumIEEE(file) }},
		{"CRC-32C", func() { crc32.Checksum(file, castagnoli) }},
		{"SHA-256", func() { sha256.Sum256(file) }},
		{"compare", func() {
			if !bytes.Equal(file, same) {
				b.Fatal("a copy differs")
			}
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				way.do()
			}
		})
	}
}
