//go:build !cgo

package engine

import "errors"

func openWasmtime() (Engine, error) {
	return nil, errors.New("engine: this program was built without cgo, which wasmtime needs")
}

func openWasmtimeFuel() (Engine, error) { return openWasmtime() }

func wasmtimeCrossings([]byte) ([]Crossing, error) {
	_, err := openWasmtime()
	return nil, err
}

func wasmtimeCycles([]byte) (Cycler, error) {
	_, err := openWasmtime()
	return nil, err
}

func wasmtimeSpins([]byte) (Spinner, error) {
	_, err := openWasmtime()
	return nil, err
}

func wasmtimeTraps([]byte) (Trapper, error) {
	_, err := openWasmtime()
	return nil, err
}
