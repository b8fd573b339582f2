package ssa

// forest is trees of blocks that grow at their leaves. Next to its parent each block knows one ancestor farther up, at distances such that any
// ancestor is reached in a number of steps that grows with the logarithm of the depth (Myers, "An Applicative Random-Access Stack", 1983).
type forest []treeNode

// treeNode is the place of a block; that of a root is zero.
type treeNode struct {
	parent, jump Block
	depth        uint32
}

// set puts b below a parent, or makes it a root if that is 0. Nothing is below b yet.
func (t forest) set(b, parent Block) {
	if parent == 0 {
		t[b] = treeNode{}
		return
	}
	p := t[parent]
	n := treeNode{parent, parent, p.depth + 1}
	if j := t[p.jump]; p.depth-j.depth == j.depth-t[j.jump].depth && p.jump != 0 {
		n.jump = j.jump
	}
	if n.jump == 0 {
		n.jump = parent
	}
	t[b] = n
}

// climb returns the highest block that is reached from b through blocks that are fit. If one is not, then none above it is.
func (t forest) climb(b Block, fit func(Block) bool) Block {
	for {
		n := &t[b]
		switch {
		case n.parent == 0 || !fit(n.parent):
			return b
		case fit(n.jump):
			b = n.jump
		default:
			b = n.parent
		}
	}
}

// meet returns the lowest block that b and c are both below, or are; 0 if they are in different trees.
func (t forest) meet(b, c Block) Block {
	b, c = t.rise(b, t[c].depth), t.rise(c, t[b].depth)
	for b != c {
		x, y := &t[b], &t[c]
		switch {
		case x.parent == 0:
			return 0
		case x.jump != y.jump:
			b, c = x.jump, y.jump
		default:
			b, c = x.parent, y.parent
		}
	}
	return b
}

// rise returns the block at a depth that b is below, or b if it is not as deep.
func (t forest) rise(b Block, depth uint32) Block {
	for t[b].depth > depth {
		if n := &t[b]; t[n.jump].depth >= depth {
			b = n.jump
		} else {
			b = n.parent
		}
	}
	return b
}
