// Package profile writes down what the guests of an engine spend their time on, in the format of pprof: for
//
//	go tool pprof -http=: FILE
//
// and everything else that reads it. In come samples, which weft.Engine.StartSampling takes; out comes a profile.Profile of package
// github.com/google/pprof/profile, with the functions of guests under the names that their modules give them.
//
//	p, err := profile.Start(engine, profile.Config{})
//	…                                                   // guests run
//	err = p.Write(file)
//
// A sample has three values: how often it was taken ("samples"), the time of the guest's function that it is in ("guest"), and that of the function of the
// host that it is in ("host"). Of compiled code, guest is processor time. Host is the time until the function has returned, whether it computes or waits. Of modules
// with DWARF there are the lines of the source, and inlined functions; of others the offset of the instruction in the module stands for the line. It
// is the address of each location.
//
// What functions of the host do is in the CPU profile of package runtime/pprof, where time in guests is that of guest.enter; both profiles can be taken at
// a time.
package profile
