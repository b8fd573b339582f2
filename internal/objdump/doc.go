// Package objdump shows what a binary module is made of, for people.
//
// In comes a module as bytes, out comes text in up to three parts: the headers of the sections, the details of what they define, and
// the disassembly of the functions. All of it says where in the module things lie. The headers need no more than sections that have
// the sizes they claim; details and disassembly need a module that can be decoded. A function whose instructions are malformed is
// shown up to the place, and the error with it.
//
// For a module with one function that adds, the parts are
//
//	Sections:
//	  type          0xa to 0x11                       7 bytes
//	  …
//
//	Details of section type:
//	  0: (type (;0;) (func (param i32 i32) (result i32)))
//
//	…
//
//	function 0 (add), 6 bytes at 0x1a:
//	      1a  20 00                           local.get 0
//	      1c  20 01                           local.get 1
//	      1e  6a                              i32.add
//	      1f  0b                              end
//
// A core dump (package coredump) is shown as what was running, in which state, unless something else is chosen. With the modules that it is of,
// frames are as in a backtrace:
//
//	Core dump of demo
//
//	Thread main:
//	  0: function 0 (divide) at 0x4f
//	       locals: 0 = i32 -1, 1 = i32 0
//	  1: function 1 (start) at 0x5c
//	…
package objdump
