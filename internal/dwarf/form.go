package dwarf

// The forms of values (DWARF 5, 7.5.6).
const (
	formAddr          = 0x01
	formBlock2        = 0x03
	formBlock4        = 0x04
	formData2         = 0x05
	formData4         = 0x06
	formData8         = 0x07
	formString        = 0x08
	formBlock         = 0x09
	formBlock1        = 0x0a
	formData1         = 0x0b
	formFlag          = 0x0c
	formSdata         = 0x0d
	formStrp          = 0x0e
	formUdata         = 0x0f
	formRefAddr       = 0x10
	formRef1          = 0x11
	formRef2          = 0x12
	formRef4          = 0x13
	formRef8          = 0x14
	formRefUdata      = 0x15
	formIndirect      = 0x16
	formSecOffset     = 0x17
	formExprloc       = 0x18
	formFlagPresent   = 0x19
	formStrx          = 0x1a
	formAddrx         = 0x1b
	formRefSup4       = 0x1c
	formStrpSup       = 0x1d
	formData16        = 0x1e
	formLineStrp      = 0x1f
	formRefSig8       = 0x20
	formImplicitConst = 0x21
	formLoclistx      = 0x22
	formRnglistx      = 0x23
	formRefSup8       = 0x24
	formStrx1         = 0x25
	formStrx2         = 0x26
	formStrx3         = 0x27
	formStrx4         = 0x28
	formAddrx1        = 0x29
	formAddrx2        = 0x2a
	formAddrx3        = 0x2b
	formAddrx4        = 0x2c
)

// value is a value as it is written: what its number means depends on the form, and for some on the unit.
type value struct {
	form uint16
	n    uint64 // of a string that is written in place, its offset in the section
}

// encoding is how the values of a unit are written.
type encoding struct {
	version   int
	wide      bool // offsets take 8 bytes
	addrBytes int
}

// read reads a value of a form. A form that it does not know sets bad, for nobody can tell how long it is.
func (e *encoding) read(c *cursor, form uint16, implicit int64) value {
	if form == formIndirect {
		form = uint16(c.uleb())
	}
	v := value{form: form}
	switch form {
	case formAddr:
		v.n = c.uint(e.addrBytes)
	case formData1, formRef1, formFlag, formStrx1, formAddrx1:
		v.n = c.uint(1)
	case formData2, formRef2, formStrx2, formAddrx2:
		v.n = c.uint(2)
	case formStrx3, formAddrx3:
		v.n = c.uint(3)
	case formData4, formRef4, formStrx4, formAddrx4, formRefSup4:
		v.n = c.uint(4)
	case formData8, formRef8, formRefSig8, formRefSup8:
		v.n = c.uint(8)
	case formUdata, formRefUdata, formStrx, formAddrx, formLoclistx, formRnglistx:
		v.n = c.uleb()
	case formSdata:
		v.n = uint64(c.sleb())
	case formStrp, formLineStrp, formSecOffset, formStrpSup:
		v.n = c.uint(offsetBytes(e.wide))
	case formRefAddr:
		v.n = c.uint(e.refAddrBytes())
	case formString:
		v.n = uint64(c.pos)
		c.text()
	case formFlagPresent:
		v.n = 1
	case formImplicitConst:
		v.n = uint64(implicit)
	default:
		e.skip(c, form)
	}
	return v
}

// skip leaves out a value that says nothing about places.
func (e *encoding) skip(c *cursor, form uint16) {
	switch form {
	case formBlock1:
		c.skip(c.uint(1))
	case formBlock2:
		c.skip(c.uint(2))
	case formBlock4:
		c.skip(c.uint(4))
	case formBlock, formExprloc:
		c.skip(c.uleb())
	case formData16:
		c.skip(16)
	default:
		c.bad = true
	}
}

// refAddrBytes is the size of a reference to another unit, which in DWARF 2 was that of an address.
func (e *encoding) refAddrBytes() int {
	if e.version < 3 {
		return e.addrBytes
	}
	return offsetBytes(e.wide)
}
