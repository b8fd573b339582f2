//go:build linux && amd64

package compile

import (
	"testing"

	"github.com/weft-wasm/weft/internal/abi"
	"github.com/weft-wasm/weft/internal/num"
)

func TestFib(t *testing.T) {
	p := load(t, parse(t, `
func fib(i32) -> i32 {
b1(v1 i32):
  v2 = i32.const 2
  v3 = i32.lt_s v1 v2
  if v3 -> b2(v1), b3
b2(v4 i32):
  return v4
b3:
  v5 = i32.const 1
  v6 = i32.sub v1 v5
  v7 = call v6 (i32) -> i32 func[0]
  v8 = i32.sub v1 v2
  v9 = call v8 (i32) -> i32 func[0]
  v10 = i32.add v7 v9
  jump -> b2(v10)
}`))
	r, trap := p.call(0, []num.V128{{Lo: 20}})
	if trap != abi.TrapNone || r[0].Lo != 6765 {
		t.Errorf("fib(20) = %v, %v", r, trap)
	}
}
