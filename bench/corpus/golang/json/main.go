// Json writes and reads records with encoding/json, sorts them and groups them in maps.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"slices"

	"github.com/weft-wasm/weft/bench/corpus/golang/mark"
)

type place struct {
	X, Y float64
	Name string `json:"name,omitempty"`
}

type record struct {
	ID    uint32            `json:"id"`
	Words []string          `json:"words"`
	Place *place            `json:"place"`
	Extra map[string]uint32 `json:"extra"`
}

func records(n int) []record {
	random := mark.Random(2463534242)
	list := make([]record, n)
	for i := range list {
		list[i] = record{ID: random.Next(), Place: &place{X: float64(random.Next()) / 64, Y: -float64(random.Next()) / 1024, Name: random.Word()},
			Extra: map[string]uint32{}}
		for range 6 {
			list[i].Words = append(list[i].Words, random.Word())
			list[i].Extra[random.Word()] = random.Next()
		}
	}
	return list
}

func main() {
	list := records(6000)
	mark.Start()
	sum := uint32(0)
	for round := range 6 {
		text, err := json.Marshal(list)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		sum = crc32.Update(sum, crc32.IEEETable, text)
		list = nil
		if err := json.Unmarshal(text, &list); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		slices.SortFunc(list, func(a, b record) int {
			return cmp.Or(cmp.Compare(a.Words[round%6], b.Words[round%6]), cmp.Compare(a.ID, b.ID))
		})
		groups := map[string]int{}
		for _, r := range list {
			groups[r.Words[0]] += len(r.Extra)
		}
		fmt.Println(len(text), len(groups), list[0].ID)
	}
	mark.End()
	fmt.Printf("%08x\n", sum)
}
