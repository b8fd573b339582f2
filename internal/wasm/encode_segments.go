package wasm

// elemFlags returns the flags of a segment: those of the shortest form that can say what it is.
func elemFlags(e *Elem) (flags uint64) {
	short := FuncRef.AsNonNull()
	if e.IsExprs {
		flags |= elemExprs
		short = FuncRef
	}
	switch e.Mode {
	case ModePassive:
		flags |= elemPassive
	case ModeDeclarative:
		flags |= elemPassive | elemExplicit
	default:
		if e.Table != 0 || e.Type != short {
			flags |= elemExplicit
		}
	}
	return flags
}

func appendElem(b []byte, e *Elem) []byte {
	flags := elemFlags(e)
	b = AppendULEB(b, flags)
	if e.Mode == ModeActive {
		if flags&elemExplicit != 0 {
			b = AppendULEB(b, uint64(e.Table))
		}
		b = append(b, e.Offset.Bytes...)
	}
	explicit := flags&(elemPassive|elemExplicit) != 0
	if !e.IsExprs {
		if explicit {
			b = append(b, 0)
		}
		return appendIndices(b, e.Funcs)
	}
	if explicit {
		b = appendValType(b, e.Type)
	}
	return appendVector(b, e.Exprs, func(b []byte, x *Expr) []byte { return append(b, x.Bytes...) })
}

func appendCode(b []byte, c *Code) []byte {
	locals := appendVector(nil, c.Locals, appendLocals)
	b = AppendULEB(b, uint64(len(locals)+len(c.Body)))
	return append(append(b, locals...), c.Body...)
}

func appendLocals(b []byte, l *Locals) []byte {
	return appendValType(AppendULEB(b, uint64(l.Count)), l.Type)
}

func appendData(b []byte, d *Data) []byte {
	switch {
	case d.Mode == ModePassive:
		b = append(b, dataPassive)
	case d.Mem != 0:
		b = append(AppendULEB(append(b, dataExplicit), uint64(d.Mem)), d.Offset.Bytes...)
	default:
		b = append(append(b, dataActive), d.Offset.Bytes...)
	}
	return append(AppendULEB(b, uint64(len(d.Bytes))), d.Bytes...)
}
