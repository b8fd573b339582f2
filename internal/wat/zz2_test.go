package wat

import (
	"bytes"
	"fmt"
	"github.com/weft-wasm/weft/internal/wasm"
	"io"
	"os"
	"reflect"
	"testing"
	"time"
)

func TestZBig(t *testing.T) {
	for _, f := range []string{"/tmp/bin-npm/package/dist/langs/sqlite.wasm", "/tmp/gofmt.wasm", "/tmp/bin-npm/package/dist/langs/ruby-3.2.0.wasm"} {
		b, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		m, err := wasm.Decode(b, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		want, _ := canonical(m)
		for _, o := range printings[:2] {
			t0 := time.Now()
			err = Print(io.Discard, m, o)
			d0 := time.Since(t0)
			var buf bytes.Buffer
			Print(&buf, m, o)
			t0 = time.Now()
			m2, err2 := Parse(f, buf.Bytes())
			d1 := time.Since(t0)
			fmt.Println(f, len(b), o, "print", d0, err, "text", buf.Len(), "parse", d1, err2)
			if err2 == nil {
				got, _ := canonical(m2)
				fmt.Println(wasm.Equal(got, want), reflect.DeepEqual(namesOf(m), namesOf(m2)))
			}
		}
	}
}
