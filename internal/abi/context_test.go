package abi

import (
	"reflect"
	"testing"
)

// TestContextLayout holds the generated struct to the generated offsets and to what the processor and the stack geometry need.
func TestContextLayout(t *testing.T) {
	context := reflect.TypeFor[Context]()
	if context.Size() != ContextBytes {
		t.Errorf("Context has %d bytes, want %d", context.Size(), ContextBytes)
	}
	for name, offset := range map[string]uintptr{
		"GoSP": ContextGoSP, "Exit": ContextExit, "StackLimit": ContextStackLimit, "Goroutine": ContextGoroutine,
		"Registers": ContextRegisters, "Slots": ContextSlots, "VectorState": ContextVectorState,
	} {
		if f, ok := context.FieldByName(name); !ok || f.Offset != offset {
			t.Errorf("%s is at %d, its constant says %d", name, f.Offset, offset)
		}
	}
	if ContextVectorState%64 != 0 {
		t.Errorf("the XSAVE area is at %d, which is no multiple of 64", ContextVectorState)
	}
	if StackAlign&(StackAlign-1) != 0 {
		t.Errorf("StackAlign is %d, which is no power of two", StackAlign)
	}
}
