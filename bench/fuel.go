package main

import "context"

// metering are the engines that can meter guests, with those that do.
var metering = map[string]string{"weft": "weft-fuel", "wasmtime": "wasmtime-fuel"}

// fuelRatios measures what metering costs, on each engine that has it against the same one without. The guests have more fuel than they can use up.
func fuelRatios(ctx context.Context, b *controlBench) error {
	for _, plain := range b.names {
		metered, ok := metering[plain]
		if !ok {
			b.note(Row{Name: b.name, Engine: plain}, errNoFeature)
			continue
		}
		if err := against(metered, plain)(ctx, b); err != nil {
			return err
		}
	}
	return nil
}
