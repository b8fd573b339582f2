package rt

// MemoryUse is what the memories of the process take, in bytes, idle slots included.
type MemoryUse struct {
	Reserved int64 // address space
	Resident int64 // what is in memory: of a page that several have in common, each counts it
	Own      int64 // that of it which guests have written, and share with nothing
}
