package mark

// Start begins the region that counts.
//
//go:wasmimport bench start
func Start()

// End ends it.
//
//go:wasmimport bench end
func End()
