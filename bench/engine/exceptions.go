//go:build cgo

package engine

/*
struct wasm_config_t;
extern void wasmtime_config_wasm_exceptions_set(struct wasm_config_t *, _Bool);
*/
import "C"

import (
	"reflect"

	"github.com/bytecodealliance/wasmtime-go/v44"
)

// enableExceptions turns on what wasmtime's C interface has a switch for and its Go package has not. The field is the only one of the
// configuration, the pointer that the package itself hands to such functions; the linked library has the function, or linking fails.
func enableExceptions(config *wasmtime.Config) {
	pointer := reflect.ValueOf(config).Elem().FieldByName("_ptr").UnsafePointer()
	C.wasmtime_config_wasm_exceptions_set((*C.struct_wasm_config_t)(pointer), true)
}
