package dwarf

import "strings"

// maxHops is how far what is said of a function is looked for: an inlined call leads to the function, that to its declaration.
const maxHops = 8

// name is the name of a function of a unit with what is around it: std::vector<int>::push_back.
func (d *Data) name(u *unit, i int32) string {
	name := value{}
	owner := u
	around := int32(-1)
	for range maxHops {
		f := &u.functions.list[i]
		if f.name.form != 0 {
			name, owner, around = f.name, u, f.scope
		}
		if f.origin == 0 {
			break
		}
		if u = d.unitAt(f.origin); u == nil {
			break
		}
		if i = d.indexOf(u).at(f.origin); i < 0 {
			break
		}
	}
	return d.qualified(owner, d.text(owner, name), around)
}

// qualified is a name with the names of the scopes around it.
func (d *Data) qualified(u *unit, name []byte, around int32) string {
	if len(name) == 0 {
		return ""
	}
	parts := []string{string(name)}
	for size := len(name); around >= 0 && size < maxName; {
		s := &u.functions.scopes[around]
		part := d.text(u, s.name)
		switch {
		case len(part) > 0:
			parts = append(parts, string(part))
		case !s.isType:
			parts = append(parts, "(anonymous namespace)")
		}
		size += len(part) + 1
		around = s.outer
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, "::")
}
